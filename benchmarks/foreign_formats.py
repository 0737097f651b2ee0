"""Other tools' memory: is it read whole, and is what is written read back the same?

``python -m benchmarks foreign_formats notes REPOSITORY``: every note of git-ai is parsed and written again (bytes), and
what it says of lines goes through a note of ours. ``traces FILE`` does the same with Agent Traces, one a line.
``entire REPOSITORY [TRUTH]`` reads all sessions of Entire's checkpoints into a new data folder and counts links; with a
file of the truth (JSON lines with ``session_id`` and ``commits``) it says how many of its pairs are linked.
"""

import argparse
import json
import tempfile
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError
from twiceshy.commands.keys.checkpoint_sessions import strip_day
from twiceshy.logs.git_objects import list_noted, read_notes
from twiceshy.records.authorship import LineSpan, RawAttribution, WriterKind
from twiceshy_git.memory.formats import agent_trace, git_ai
from twiceshy_git.memory_recipes.entire_sessions import read_checkpoints
from twiceshy_git.memory_recipes.foreign_authorship import NOTES


def main(words: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="foreign_formats")
    parser.add_argument("form", choices=("notes", "traces", "entire"))
    parser.add_argument("place", type=Path)
    parser.add_argument("truth", type=Path, nargs="?")
    args = parser.parse_args(list(words))
    started = time.process_time()
    if args.form == "entire":
        try_entire(args.place, args.truth)
    else:
        counts = count_notes(args.place) if args.form == "notes" else count_traces(args.place)
        for name, count in counts.items():
            print(f"{name:<44} {count:>10,}")
    print(f"{'CPU seconds':<44} {time.process_time() - started:>10.1f}")


def count_notes(repo: Path) -> Counter[str]:
    """Notes that come back the same, as bytes and in what they say."""
    counts: Counter[str] = Counter()
    for commit, raw in read_notes(repo, list_noted(repo, NOTES)):
        counts["notes"] += 1
        try:
            note = git_ai.parse_note(raw.decode())
        except (SourceError, ValueError):
            counts["not read"] += 1
            continue
        counts["written as it was, byte for byte"] += git_ai.format_note(note).encode() == raw
        said = git_ai.read_attribution(note, commit)
        ours = git_ai.make_note(said)
        counts["that say of lines who wrote them"] += bool(said.files)
        counts["of these, that our form of it can say"] += ours is not None
        if ours is not None:
            again = git_ai.read_attribution(git_ai.parse_note(git_ai.format_note(ours)), commit)
            counts["the same in what it can say"] += spans_of(again) == [
                one for one in spans_of(said) if can_say(one[1])
            ]
            counts["the same in all"] += again == said
        counts.update(lines_of(said))
    return counts


def count_traces(file: Path) -> Counter[str]:
    """Traces that come back the same."""
    counts: Counter[str] = Counter()
    for line in filter(str.strip, file.read_text(encoding="utf-8").splitlines()):
        counts["traces"] += 1
        trace = agent_trace.parse_trace(line.encode())
        counts["written as it was, by its values"] += json.loads(agent_trace.format_trace(trace)) == trace
        try:
            said = agent_trace.read_attribution(trace)
        except SourceError:
            counts["that name no commit"] += 1
            continue
        ours = agent_trace.make_trace(said, datetime.now(UTC), "0")
        if ours is not None:
            counts["of these, that say who wrote lines"] += 1
            counts["the same in all"] += agent_trace.read_attribution(ours) == said
        counts.update(lines_of(said))
    return counts


def spans_of(said: RawAttribution) -> list[tuple[str, LineSpan[str]]]:
    return [(file.path, span) for file in said.files for span in file.spans]


def can_say(span: LineSpan[str]) -> bool:
    """Whether git-ai's form has a key for its writer."""
    writer = span.writer
    return bool(writer.person if writer.kind is WriterKind.HUMAN else writer.native_id)


def lines_of(said: RawAttribution) -> Counter[str]:
    counts: Counter[str] = Counter()
    for _, span in spans_of(said):
        counts[f"lines: {span.writer.kind.value}"] += span.last - span.first + 1
    return counts


def try_entire(repo: Path, truth: Path | None) -> None:
    """Read a repository's checkpoints, twice, and say what came of it."""
    with tempfile.TemporaryDirectory(prefix="entire") as folder:
        config = Config(home=Path(folder))
        first = read_checkpoints(config, repo, everyone=True)
        again = read_checkpoints(config, repo, everyone=True)
        for name in ("sessions", "absent", "read", "unclaimed", "damaged", "events", "stored", "linked"):
            print(f"{name:<44} {getattr(first, name):>10,}")
        print(f"{'new events when it is read once more':<44} {again.events:>10,}")
        if truth is not None:
            with Store.open(config.home, readonly=True) as store:
                compare(store, read_pairs(truth.read_text().splitlines()))


def read_pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        row = json.loads(line)
        for commit in row["commits"]:
            yield strip_day(row["session_id"]), commit


def compare(store: Store, truth: Iterable[tuple[str, str]]) -> None:
    """Print how many pairs of the truth are linked, of those whose session and commit are stored."""
    commits = {name for (name,) in store.connection.execute("SELECT hash FROM commit_")}
    known = {name: uid for uid, name in store.connection.execute("SELECT uid, native_id FROM session")}
    asked = {pair for pair in truth if pair[0] in known and pair[1] in commits}
    found = {(name, one.commit_hash) for name, uid in known.items() for one in links_of_session(store, uid)}
    judged = {commit for _, commit in asked}
    wrong = sum(commit in judged and (name, commit) not in asked for name, commit in found)
    print(f"{'pairs of the truth, both stored':<44} {len(asked):>10,}")
    print(f"{'of these linked':<44} {len(asked & found):>10,}")
    print(f"{'links to their commits that it does not name':<44} {wrong:>10,}")
