"""Which log files are read: ``python -m benchmarks capture FOLDER ...``.

Every file below each folder is one of five: *read* (an agent's reader takes it and finds something in it), *empty* (it
takes it, and there is nothing to take: a head alone), *left out* (a reader knows it, and an ingest of the folder says
that it lies among a project's tests), *named* (an ingest of the folder says why it is not read: nobody
claims it though it looks like a log, or some of it cannot be read), or *silent*. Files that are no logs belong to the
last, so give folders of logs, best one for each agent: the table has a row for each agent that a file was read as, and
rows for the rest by their ending. Nothing is stored, and no text is shown.
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.logs.base import Source
from twiceshy.logs.file_walk import find_files
from twiceshy.logs.log_owner import agent_of, find_logs
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Session
from twiceshy.records.ingest import Cursor

SALT = b"b" * 32
PIECE_BYTES = 2_000_000
STATES = ("read", "empty", "left out", "named", "silent")


class FileReading(NamedTuple):
    """What became of one file."""

    state: str
    agent: str
    """Else the file's ending."""
    skipped: int
    """Lines of it that could not be read; each is named."""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks capture", description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--list", action="store_true", help="name the files that are not read")
    parser.add_argument("--fixtures", action="store_true", help="read those among a project's tests too")
    args = parser.parse_args(argv)
    counts: Counter[tuple[str, str]] = Counter()
    skipped: Counter[str] = Counter()
    for folder in args.folders:
        for path, reading in readings(folder.absolute(), fixtures=args.fixtures).items():
            counts[reading.agent, reading.state] += 1
            skipped[reading.agent] += reading.skipped
            if args.list and reading.state != "read":
                print(f"{reading.state:7} {reading.agent:15} {path}")
    draw(counts, skipped)


def readings(folder: Path, *, fixtures: bool) -> dict[Path, FileReading]:
    """What becomes of each file below a folder."""
    answers = {Path(one.path): one for one in find_logs(folder, READERS, {}, Path("/nobody"))}
    found = {}
    for path in find_files(folder):
        answer = answers.get(path)
        owner = agent_of(path, READERS)
        if isinstance(answer, Source):
            found[path] = read(answer)
        elif owner is not None and not fixtures:
            found[path] = FileReading("left out", owner, 0)
        elif owner is not None:
            found[path] = read(next(READERS[owner].find(path)))
        else:
            found[path] = FileReading("named" if answer else "silent", path.suffix or "no ending", 0)
    return found


def read(source: Source) -> FileReading:
    """What a reader finds in a log."""
    cursor, events, skipped, done = Cursor(), 0, 0, False
    try:
        while not done:
            batch = READERS[source.agent].read(source.path, cursor, salt=SALT, limit_bytes=PIECE_BYTES)
            events += sum(not isinstance(event, Session) for event in batch.events)
            skipped += len(batch.skipped)
            cursor, done = batch.cursor, batch.done
    except (SourceError, SourceChanged):
        return FileReading("named", source.agent, 0)
    return FileReading("read" if events else "named" if skipped else "empty", source.agent, skipped)


def draw(counts: Counter[tuple[str, str]], skipped: Counter[str]) -> None:
    """The table, agents first."""
    print(f"{'':16}" + "".join(f"{state:>9}" for state in STATES) + "  lines named")
    for agent in sorted({agent for agent, _ in counts}, key=lambda name: (name not in READERS, name)):
        row = "".join(f"{counts[agent, state]:9}" for state in STATES)
        print(f"{agent:16}{row}{skipped[agent]:13}")
    total = {state: sum(count for (_, kind), count in counts.items() if kind == state) for state in STATES}
    print(f"{'all':16}" + "".join(f"{total[state]:9}" for state in STATES) + f"{sum(skipped.values()):13}")
