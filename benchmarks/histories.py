"""Large invented histories in Claude Code's format, with the numbers that an ingest must find in them.

``write_history(folder, megabytes=950)`` writes sessions of unique text (so that nothing is saved by remembering what
was seen), read by the same reader as real logs; eight in a hundred are resumed: a second file that begins with a copy
of the first. ``truth.json`` beside ``projects/`` counts every thing once, whatever repeats it. The mix of records
follows real logs: a fifth of the calls edit, a third read, a third run, and results are the bulk of the bytes.

``python -m benchmarks.histories FOLDER [MEGABYTES]`` writes one.
"""

import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

from twiceshy.recipes.demo.sample_log import SessionLog

RESUMED = 0.08
START = datetime(2026, 1, 5, 8, tzinfo=UTC)
MODELS = ("claude-opus-4-5-20251101", "claude-sonnet-4-5-20250929")
WORDS = (  # noqa: SIM905  # shorter to read than a list
    "cart order price stock carrier parcel login token cookie search index facet refund payment webhook alert probe "
    "disk queue snapshot restore deploy image rollout secret rotate limit cursor page export stream total line amount "
    "return shipping await const function class def import from if else for while try except raise None null true self"
).split()
USAGE = {
    "input": "input_tokens",
    "output": "output_tokens",
    "cache_write": "cache_creation_input_tokens",
    "cache_read": "cache_read_input_tokens",
}


def write_history(folder: Path, *, megabytes: float, seed: int = 1) -> dict[str, object]:
    """The truth about the history that ``folder`` now holds."""
    rng = Random(seed)
    truth = Truth()
    left = megabytes * 1e6
    number = 0
    while left > 0:
        log = session(rng, number, lines=min(int(rng.lognormvariate(4.2, 0.9)) + 6, 1500))
        truth.count(log.lines, copied=0)
        left -= save(folder, log, number, truth)
        if rng.random() < RESUMED:
            again = SessionLog(rng, log.cwd, log.at + timedelta(hours=3), log.model)
            again.lines = [line.replace(log.id, again.id) for line in log.lines]
            again.parent = log.parent
            copied = len(again.lines)
            turns(again, rng, lines=12)
            truth.count(again.lines, copied=copied)
            left -= save(folder, again, number, truth)
        number += 1
    found = truth.numbers()
    (folder / "truth.json").write_text(json.dumps(found, indent=1))
    return found


class Truth:
    """Counts over all files; of a resumed session only what is new counts."""

    def __init__(self) -> None:
        self.found: dict[str, int] = dict.fromkeys(("sessions", "files", "lines", "bytes"), 0)
        self.once: dict[str, int] = dict.fromkeys(("prompts", "tool_uses", "tool_errors", "edits", "messages"), 0)
        self.usage: dict[str, int] = dict.fromkeys(USAGE, 0)

    def count(self, lines: list[str], copied: int) -> None:
        """One file's lines, of which the first ``copied`` were counted before."""
        self.found["sessions"] += 1
        self.found["files"] += 1
        self.found["lines"] += len(lines)
        for line in lines[copied:]:
            record = json.loads(line)
            content = record["message"]["content"]
            if isinstance(content, str):
                self.once["prompts"] += 1
            elif record["type"] == "assistant":
                self.once["messages"] += 1
                self.once["tool_uses"] += content[0]["type"] == "tool_use"
                for name, key in USAGE.items():
                    self.usage[name] += record["message"]["usage"][key]
            else:
                self.once["tool_errors"] += content[0].get("is_error", False)
                self.once["edits"] += "structuredPatch" in record["toolUseResult"]

    def numbers(self) -> dict[str, object]:
        """As it is written down."""
        return {**self.found, **self.once, "usage": self.usage}


def save(folder: Path, log: SessionLog, number: int, truth: Truth) -> int:
    """Bytes of the file."""
    place = folder / "projects" / f"-home-dev-project-{number % 12}"
    place.mkdir(parents=True, exist_ok=True)
    size = (place / f"{log.id}.jsonl").write_bytes("".join(f"{line}\n" for line in log.lines).encode())
    truth.found["bytes"] += size
    return size


def session(rng: Random, number: int, lines: int) -> SessionLog:
    """One session of at least ``lines`` lines."""
    at = START + timedelta(minutes=37 * number)
    log = SessionLog(rng, f"/home/dev/project-{number % 12}", at, MODELS[number % 2])
    turns(log, rng, lines)
    return log


def turns(log: SessionLog, rng: Random, lines: int) -> None:
    """Prompts, each with a dozen calls and an answer, until ``lines`` more are written."""
    end = len(log.lines) + lines
    texts: dict[str, str] = {}
    while len(log.lines) < end:
        log.prompt(" ".join(text(rng, rng.randint(8, 60))))
        for _ in range(rng.randint(3, 16)):
            path = f"src/part{rng.randrange(9)}/file{rng.randrange(40)}.py"
            kind = rng.random()
            if kind < 0.2:
                edit(log, rng, path, texts)
            elif kind < 0.55:
                texts[path] = texts.get(path) or code(rng, rng.randint(20, 150))
                log.read(path, texts[path])
            elif kind < 0.9:
                failed = rng.random() < 0.08
                log.run(
                    f"make {' '.join(text(rng, 3))} OUT=/tmp/{log.uuid()}",
                    code(rng, rng.randint(1, 160)),
                    status=failed,
                )
            else:
                log.grep(" ".join(text(rng, 2)), [f"src/{log.uuid()[:8]}.py" for _ in range(rng.randint(0, 12))])
        log.say(" ".join(text(rng, rng.randint(20, 160))))


def edit(log: SessionLog, rng: Random, path: str, texts: dict[str, str]) -> None:
    """An edit of two lines, one in twelve of a text that is not there."""
    before = texts.get(path) or code(rng, rng.randint(20, 150))
    rows = before.split("\n")
    at = rng.randrange(len(rows) - 2)
    old = "\n".join(rows[at : at + 2])
    new = "\n".join([rows[at], *(code(rng, 2).split("\n"))])
    if rng.random() < 1 / 12:
        call = log.call("Edit", file_path=f"{log.cwd}/{path}", old_string=f"{old} gone", new_string=new)
        told = f"String to replace not found in file.\nString: {old} gone"
        log.result(call, f"<tool_use_error>{told}</tool_use_error>", f"Error: {told}")
    else:
        texts[path] = log.edit(path, before, old, new)


def text(rng: Random, count: int) -> Iterator[str]:
    """Words, one in nine a number that occurs nowhere else."""
    for word in rng.choices(WORDS, k=count):
        yield word if rng.random() < 0.89 else f"{word}{rng.randrange(10**6)}"


def code(rng: Random, lines: int) -> str:
    """Lines that look like code, each with something of its own."""
    return "\n".join(
        f"{'    ' * rng.randrange(4)}{' '.join(rng.choices(WORDS, k=rng.randint(2, 7)))}({rng.randrange(10**7)})"
        for _ in range(lines)
    )


if __name__ == "__main__":
    print(write_history(Path(sys.argv[1]), megabytes=float(sys.argv[2]) if len(sys.argv) > 2 else 950))
