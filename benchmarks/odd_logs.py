"""Odd logs: seeded mutations of small logs of every agent; each ingest is held against the one of the whole log.

``python -m benchmarks odd_logs [--count N] [--seed S] [--agent NAME]``. Each mutation spoils one file: a value of
another type at any place of a record, a key gone, renamed or huge, a record doubled, swapped or gone, bytes put in, cut
or flipped, another encoding, an odd name, cells of a database. Beside it lies a whole log of another session. Asked is
that nothing ends the ingest, that the other log gives what it gives alone, and, where one record was spoiled, that the
words of the other records of the file are stored. Every tenth time ``report`` and ``doctor`` must answer too.
"""

import argparse
import copy
import gzip
import json
import os
import random
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.logs import test_cursor, test_opencode, test_opencode_forms
from tests.logs.builders import a_session
from tests.logs.test_aider import TestAider
from tests.logs.test_atif import TestAtif
from tests.logs.test_claude_code import TestClaudeCode
from tests.logs.test_codex import TestCodex
from tests.logs.test_copilot_cli import TestCopilotCli
from tests.logs.test_findings_files import JUNIT, RESULT, sarif
from tests.logs.test_gemini_cli import TestGeminiCli
from tests.logs.test_mini_swe_agent import TestMiniSweAgent
from tests.logs.test_pi import TestPi
from tests.logs.test_specstory import TestSpecStory
from tests.logs.test_swe_agent import TestSweAgent

from twiceshy.archive.db import Store
from twiceshy.base import config
from twiceshy.base.errors import locate_fault
from twiceshy.base.values import Scope
from twiceshy.logs.collect import ingest_worker
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.look.whole_report import build_report
from twiceshy.recipes.setup.health import check

CONTROL = "please keep this one"
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, 0, -1, 2**31, 2**63 - 1, 2**63, 2**64, 10**30, -(2**63) - 1, 1e308, float("inf"), float("nan"), 0.1),
    *("", "x", "\ud800", "\x00", "\ufeff", "\u202e" * 9, "9" * 5000, "[" * 300, "2026-13-45T99:99:99Z", "x" * 100_000),
    *([], {}, [None], [[]], [{}], {"": ""}, {"type": ["object", "null"]}, ["a", 1], {"a": {"b": {"c": []}}}),
)
NAMES = (
    b"a\xff\xfe.jsonl",
    b"-rf.jsonl",
    b"a\nb.json",
    "\u202e.md".encode(),
    b"x" * 240 + b".json",
    b".jsonl",
    b"a;b$(c)",
)


@dataclass(frozen=True)
class Sample:
    """A whole log: agent, its name, its bytes; how it is put together."""

    agent: str
    name: str
    data: bytes
    form: str
    """``lines``, ``document`` (one JSON value), ``text`` or ``database``."""


def list_samples(folder: Path) -> list[Sample]:
    """A small log of every agent, and two reports of other tools."""
    found = []
    for agent, lines in (
        ("claude-code", TestClaudeCode().session()),
        ("codex", TestCodex().session()),
        ("copilot-cli", TestCopilotCli().session()),
        ("pi", TestPi().session()),
        ("cursor", [json.dumps(one).encode() for one in test_cursor.SESSION]),
    ):
        found.append(Sample(agent, "a.jsonl", b"".join(line + b"\n" for line in lines), "lines"))
    for agent, made in (
        ("gemini-cli", TestGeminiCli()),
        ("mini-swe-agent", TestMiniSweAgent()),
        ("swe-agent", TestSweAgent()),
        ("atif", TestAtif()),
        ("aider", TestAider()),
        ("specstory", TestSpecStory()),
        ("opencode", test_opencode_forms.TestExport()),
    ):
        form = "text" if made.file_name.endswith(".md") else "document"
        found.append(Sample(agent, made.file_name, made.document(2), form))
    part = test_opencode.Storage(folder / "parts").tool("bash")
    found.append(Sample("opencode", part.relative_to(folder / "parts").as_posix(), part.read_bytes(), "document"))
    whole = test_opencode_forms.database(folder / "opencode.db", 2)
    found.append(Sample("opencode", "opencode.db", whole.read_bytes(), "database"))
    found.append(Sample("report", "a.sarif", sarif(RESULT), "document"))
    return [*found, Sample("report", "junit.xml", JUNIT.encode(), "text")]


@dataclass(frozen=True)
class Mutation:
    """What was done to a sample."""

    words: str
    name: bytes
    data: bytes
    untouched: tuple[str, ...] | None = None
    """The raw records that were left as they were; None where more than a record was touched."""


def mutate(sample: Sample, dice: random.Random) -> Mutation:
    """One mutation of the sample, of a kind that its form allows."""
    kinds: list[Callable[[Sample, random.Random], Mutation]] = [change_bytes, change_name]
    if sample.form in {"lines", "document"}:
        kinds = [change_value] * 5 + [change_records] * 2 + kinds
    elif sample.form == "database":
        kinds = [change_cell] * 5 + kinds
    return dice.choice(kinds)(sample, dice)


def load_records(sample: Sample) -> tuple[list[Any], Callable[[Sequence[str]], bytes]]:
    """The records of a sample, and how they are put together again from JSON texts."""
    if sample.form == "lines":
        return [json.loads(line) for line in sample.data.splitlines()], lambda texts: "".join(
            f"{text}\n" for text in texts
        ).encode("utf-8", "surrogatepass")
    whole = json.loads(sample.data)
    place = max(
        (path for path in list_places(whole) if len(path) <= 2 and isinstance(value_at(whole, path), list)),
        key=lambda path: len(value_at(whole, path)),
        default=None,
    )
    if place is None:
        return [whole], lambda texts: texts[0].encode("utf-8", "surrogatepass")
    records = value_at(whole, place)
    frame = copy.deepcopy(whole)
    hole = "\x01hole\x01"
    set_at(frame, place, hole)
    around = json.dumps(frame).split(json.dumps(hole))
    return [*records, frame], lambda texts: (around[0] + "[" + ", ".join(texts[:-1]) + "]" + around[-1]).encode(
        "utf-8", "surrogatepass"
    )


def list_places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place in a JSON value."""
    yield path
    pairs = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in pairs:
        yield from list_places(inner, (*path, key))


def value_at(value: Any, path: tuple[Any, ...]) -> Any:
    for key in path:
        value = value[key]
    return value


def set_at(value: Any, path: tuple[Any, ...], new: Any) -> None:
    value_at(value, path[:-1])[path[-1]] = new


def change_value(sample: Sample, dice: random.Random) -> Mutation:
    """Another value at one place of one record, or the key there gone, renamed or huge."""
    records, join = load_records(sample)
    chosen = dice.randrange(len(records))
    record = copy.deepcopy(records[chosen])
    places = [path for path in list_places(record) if path]
    texts = [json.dumps(one) for one in records]
    frame = sample.form == "document" and chosen == len(records) - 1
    if not places:
        return Mutation("nothing", os.fsencode(sample.name), sample.data)
    path = dice.choice(places)
    inner, key = value_at(record, path[:-1]), path[-1]
    kind = dice.choice(("value", "value", "value", "gone", "renamed", "huge key"))
    if kind == "value":
        inner[key] = dice.choice(ODD_VALUES)
    elif kind == "gone" or not isinstance(inner, dict):
        kind = "gone"
        del inner[key]
    else:
        inner["k" * 70_000 if kind == "huge key" else f"{key}_"] = inner.pop(key)
    spoiled = json.dumps(record)
    left = tuple(text for place, text in enumerate(texts) if place != chosen)
    if frame:
        return Mutation(f"{kind} in the frame", os.fsencode(sample.name), json_of_frame(record, records[:-1]))
    texts[chosen] = spoiled
    return Mutation(f"{kind} at {'/'.join(map(str, path))[:60]}", os.fsencode(sample.name), join(texts), left)


def json_of_frame(frame: Any, records: list[Any]) -> bytes:
    """A document whose frame was spoiled, with its records in it."""
    hole = json.dumps("\x01hole\x01")
    return json.dumps(frame).replace(hole, json.dumps(records)).encode("utf-8", "surrogatepass")


def change_records(sample: Sample, dice: random.Random) -> Mutation:
    """A record twice, in another's place, gone, torn, or an odd one between the others."""
    records, join = load_records(sample)
    texts = [json.dumps(one) for one in records]
    end = len(texts) - (sample.form == "document")
    if end < 2:
        return change_bytes(sample, dice)
    one, other = dice.randrange(end), dice.randrange(end)
    kind = dice.choice(("twice", "swapped", "gone", "torn", "odd", "deep"))
    left = tuple(text for place, text in enumerate(texts[:end]) if place not in {one, other})
    if kind == "twice":
        texts.insert(other, texts[one])
    elif kind == "swapped":
        texts[one], texts[other] = texts[other], texts[one]
    elif kind == "gone":
        del texts[one]
    elif kind == "torn" and sample.form == "lines":
        texts[one] = texts[one][: dice.randrange(len(texts[one]))]
    elif kind == "deep":
        texts.insert(one, '{"type":' * 15_000 + "1" + "}" * 15_000)
    else:
        texts.insert(one, json.dumps(dice.choice(ODD_VALUES)))
    whole = left if sample.form == "lines" or kind in {"twice", "swapped", "gone"} else None
    return Mutation(f"a record {kind}", os.fsencode(sample.name), join(texts), whole)


def change_bytes(sample: Sample, dice: random.Random) -> Mutation:
    """Bytes put in, flipped, cut or doubled, or the whole in another encoding."""
    data, name = bytearray(sample.data), os.fsencode(sample.name)
    at, to = sorted((dice.randrange(len(data)), dice.randrange(len(data))))
    kind = dice.choice(("put in", "flipped", "cut", "cut out", "doubled", "utf-16", "gzip", "BOM", "NULs", "empty"))
    odd = dice.choice(
        (b"\0", b"\xff\xfe", b"\n", b"\r", b'"', b"}", b"{", b"\xed\xa0\x80", b"\\ud800", bytes(range(256)))
    )
    if kind == "put in":
        data[at:at] = odd
    elif kind == "flipped":
        data[at] ^= 1 << dice.randrange(8)
    elif kind in {"cut", "cut out"}:
        del data[at : len(data) if kind == "cut" else to]
    elif kind == "doubled":
        data[at:at] = data[at:to]
    else:
        whole = bytes(data)
        text = whole.decode("utf-8", "replace")
        other = {
            "utf-16": text.encode("utf-16"),
            "gzip": gzip.compress(whole, mtime=0)[: at + 10],
            "BOM": b"\xef\xbb\xbf" + whole,
        }
        data = bytearray(other.get(kind, whole + b"\0" * 9000 if kind == "NULs" else b""))
    return Mutation(f"bytes {kind}", name, bytes(data))


def change_name(sample: Sample, dice: random.Random) -> Mutation:
    """The same bytes under an odd name."""
    name = dice.choice(NAMES)
    return Mutation(f"named {name[:20]!r}", name, sample.data)


def change_cell(sample: Sample, dice: random.Random) -> Mutation:
    """An odd value in a row of a database, or a column or table gone."""
    cells: tuple[object, ...] = (None, -1, 2**63 - 1, 1e308, "", "x", "{", "[]", b"\xff\0", "\x00", '{"time":"x"}')
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x.db"
        path.write_bytes(sample.data)
        with closing(sqlite3.connect(path)) as connection:
            table = dice.choice(("session", "message", "part"))
            column = dice.choice([row[1] for row in connection.execute(f"PRAGMA table_info({table})")])
            words = f"a cell of {table}.{column}"
            if dice.random() < 0.1:
                words = f"{table} gone"
                connection.execute(f"DROP TABLE {table}")
            else:
                rows = f"SELECT rowid FROM {table} ORDER BY rowid LIMIT 1 OFFSET {dice.randrange(3)}"
                update = f"UPDATE OR IGNORE {table} SET {column} = ? WHERE rowid IN ({rows})"
                try:
                    connection.execute(update, (dice.choice(cells),))
                except sqlite3.IntegrityError:
                    words = "nothing"
            connection.commit()
        return Mutation(words, os.fsencode(sample.name), path.read_bytes())


class Bench:
    """One data folder, emptied between ingests: opening and compiling would cost more than what is tried."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.settings = config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(folder / "home")}, folder)
        self.state: Any = None
        self.logs = folder / "logs"
        self.prepare: Any = ingest_worker.prepare
        setattr(ingest_worker, "prepare", self.prepare_once)  # noqa: B010  # made once, not once an ingest
        log = a_session("control").prompt(CONTROL).runs("ls", "a").edits("a.py", "x", "y", original="x").says("kept")
        self.control = "".join(json.dumps(record) + "\n" for record in log.records).encode()

    def prepare_once(self, *given: Any) -> Any:
        """The worker's state, made once."""
        self.state = self.state or self.prepare(*given)
        return self.state

    def close(self) -> None:
        """Give the real set-up back."""
        setattr(ingest_worker, "prepare", self.prepare)  # noqa: B010  # as above

    def ingest(self, name: bytes | None, data: bytes, *, report: bool) -> None:
        """Empty the store, then read the control and the file."""
        self.empty()
        self.logs.mkdir()
        (self.logs / "control.jsonl").write_bytes(self.control)
        paths = [self.logs]
        if name is not None:
            path = self.logs / os.fsdecode(b"odd/" + name)
            path.parent.mkdir(parents=True)
            path.write_bytes(data)
            if name.endswith((b".sarif", b".xml")):
                paths.append(path)
        ingest(paths, self.settings)
        if report:
            build_report(self.settings, Scope())
            check(self.settings, {}, datetime(2026, 11, 22, tzinfo=UTC))

    def empty(self) -> None:
        """Take everything out of the store and the folder."""
        for path in sorted(self.logs.rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        if self.logs.exists():
            self.logs.rmdir()
        if not (self.folder / "home" / "twiceshy.db").exists():
            return
        with Store.open(self.folder / "home") as store, store.begin_writing() as connection:
            connection.execute("PRAGMA defer_foreign_keys = ON")
            for (table,) in connection.execute(
                "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'words%' AND name NOT LIKE "
                "'sqlite%' AND sql NOT LIKE 'CREATE VIRTUAL%' AND name NOT IN ('meta', 'migration')"
            ).fetchall():
                connection.execute(f"DELETE FROM {table}")
            connection.execute("INSERT INTO words (words) VALUES ('delete-all')")

    def read_texts(self, *, control: bool) -> Counter[str]:
        """Words of people and models in the store: the control's, or all others'."""
        with closing(sqlite3.connect(self.folder / "home" / "twiceshy.db")) as connection:
            wanted = "IN" if control else "NOT IN"
            return Counter(
                text
                for table in ("prompt", "reply", *(("call", "result", "edit") if control else ()))
                for (text,) in connection.execute(
                    f"SELECT {'path' if table == 'edit' else 'input' if table == 'call' else 'text'} FROM {table} "
                    f"WHERE session_id {wanted} (SELECT session_id FROM prompt WHERE text = ?)",
                    (CONTROL,),
                )
            )


@dataclass
class Results:
    """What became of the mutations."""

    tried: int = 0
    ended: list[str] = None  # type: ignore[assignment]  # set below
    others: list[str] = None  # type: ignore[assignment]  # as above
    records: int = 0
    """Mutations that touched one record."""
    lost: list[str] = None  # type: ignore[assignment]  # as above
    """Of these, where words of another record were not stored."""

    def __post_init__(self) -> None:
        self.ended, self.others, self.lost = [], [], []


def run(count: int, seed: int, agents: Sequence[str] = ()) -> Results:
    """Try so many mutations, in turns over the samples."""
    results = Results()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        samples = [one for one in list_samples(folder / "made") if not agents or one.agent in agents]
        bench = Bench(folder)
        try:
            bench.ingest(None, b"", report=True)
            control = bench.read_texts(control=True)
            whole = {}
            for sample in samples:
                bench.ingest(os.fsencode(sample.name), sample.data, report=False)
                whole[sample] = bench.read_texts(control=False)
            for number in range(count):
                sample = samples[number % len(samples)]
                dice = random.Random(f"{seed} {number}")
                try_one(bench, results, sample, mutate(sample, dice), (control, whole[sample], f"{seed}/{number}"))
        finally:
            bench.close()
    return results


def try_one(
    bench: Bench, results: Results, sample: Sample, odd: Mutation, known: tuple[Counter[str], Counter[str], str]
) -> None:
    """Ingest one mutation and note what became of it."""
    control, whole, number = known
    label = f"{number} {sample.agent} {sample.name}: {odd.words}"
    results.tried += 1
    try:
        bench.ingest(odd.name, odd.data, report=results.tried % 10 == 0)
    except Exception as error:  # noqa: BLE001  # what the benchmark looks for
        results.ended.append(f"{label}: {locate_fault(error)}")
        return
    if bench.read_texts(control=True) != control:
        results.others.append(label)
    if odd.untouched is not None:
        results.records += 1
        left = "\n".join(odd.untouched)
        stored = bench.read_texts(control=False)
        missing = [text for text in whole if json.dumps(text)[1:-1] in left and text not in stored]
        if missing:
            results.lost.append(f"{label}: {len(missing)} of {len(whole)}")


def main(words: Sequence[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks odd_logs", description=__doc__)
    parser.add_argument("--count", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agent", action="append", default=[])
    args = parser.parse_args(words)
    found = run(args.count, args.seed, args.agent)
    print(f"{found.tried} mutations, seed {args.seed}")
    print(f"ended the ingest, a report or doctor: {len(found.ended)}")
    print(f"changed the log beside it: {len(found.others)}")
    print(f"touched one record: {found.records}; words of another record lost: {len(found.lost)}")
    for line in (*found.ended, *found.others, *found.lost):
        print(f"  {line}")
