"""One odd thing beside the logs, or in one of them, spoils itself only."""

import json
import os
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.logs.builders import a_session

from twiceshy.archive import rows
from twiceshy.archive.reads import sources
from twiceshy.base import config
from twiceshy.base.values import Scope
from twiceshy.logs.claude_code import dialogue
from twiceshy.logs.claude_code import reader as claude
from twiceshy.logs.collect import ingest_logs, ingest_worker
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.logs.readers import READERS
from twiceshy.recipes.look.whole_report import build_report
from twiceshy.recipes.setup.health import check
from twiceshy.records.ingest import Cursor, IngestSummary

TABLES = ("session", "prompt", "reply", "call", "result", "edit", "usage", "mark")
GOOD = ["good1", "good2"]


def settings(home: Path) -> config.Config:
    return config.load({"ingest.processes": "1"}, {"TWICESHY_HOME": str(home)}, home.parent)


def a_log(name: str, **usage: object) -> bytes:
    log = a_session(name).prompt(f"please {name}").runs("ls", "a").says("fine")
    for record in log.records:
        if "usage" in record.get("message", {}):
            record["message"]["usage"] |= usage
    return "".join(json.dumps(record) + "\n" for record in log.records).encode()


def put(folder: Path, name: bytes, content: bytes) -> None:
    path = os.fsencode(folder) + b"/" + name
    Path(os.fsdecode(path)).parent.mkdir(parents=True, exist_ok=True)
    Path(os.fsdecode(path)).write_bytes(content)


def stored(home: Path, like: str = "%") -> dict[str, int]:
    """Rows by table, of the sessions whose prompt is like that."""
    connection = sqlite3.connect(home / "twiceshy.db")
    sessions = "SELECT session_id FROM prompt WHERE text LIKE ?"
    found = {}
    for table in TABLES:
        key = "id" if table == "session" else "session_id"
        rows = f"SELECT count(*) FROM {table} WHERE {key} IN ({sessions})"  # literals
        ((found[table],),) = connection.execute(rows, (f"please {like}",))
    connection.close()
    return found


def deep(levels: int) -> bytes:
    return b'{"type":"user","message":' + b"[" * levels + b"]" * levels + b"}\n"


ODD: list[Any] = [
    pytest.param(b"x.json", json.dumps({"type": ["object", "null"], "sessionId": {}}).encode(), 0, id="a JSON schema"),
    pytest.param(b"x.json", b'{"type":' * 20_000 + b"1" + b"}" * 20_000, 0, id="20,000 objects in each other"),
    pytest.param(b"odd\xff\xfe.jsonl", a_log("odd"), 1, id="a name that is not UTF-8"),
    pytest.param(b"p\xff/odd.jsonl", a_log("odd"), 1, id="a folder's name that is not UTF-8"),
    pytest.param(b"odd.jsonl", a_log("odd", input_tokens=2**63, output_tokens=2**63), 1, id="counts of 2^63"),
    pytest.param(b"odd.jsonl", a_log("odd", input_tokens=2**63 - 1), 1, id="a count of 2^63 - 1"),
    pytest.param(b"odd.jsonl", a_log("odd", input_tokens=-5, output_tokens="7"), 1, id="less than none, and a text"),
    pytest.param(b"odd.jsonl", a_log("odd") + deep(20_000), 1, id="a line of 20,000 lists in each other"),
    pytest.param(b"odd.jsonl", b"\xef\xbb\xbf" + a_log("odd"), 1, id="a byte order mark"),
    pytest.param(b"odd.jsonl", a_log("odd") + b"\0" * 5000, 1, id="NULs at the end"),
    pytest.param(b"odd.jsonl", a_log("odd").replace(b"fine", b"\xff\xfe \\ud800"), 1, id="bytes that are not UTF-8"),
    pytest.param(b"odd.jsonl", b"", 0, id="an empty file"),
    pytest.param(b"odd.jsonl/in.txt", b"", 0, id="a folder named as a log"),
    pytest.param(b"odd.jsonl.gz", b"\x1f\x8b\x08\0\0", 0, id="half a compressed file"),
    pytest.param(b"opencode.db", b"SQLite format 3\0" + b"\xff" * 4096, 0, id="a damaged database"),
]


@pytest.mark.parametrize(("name", "content", "sessions"), ODD)
def test_the_logs_beside_it_are_read_and_reported(tmp_path: Path, name: bytes, content: bytes, sessions: int) -> None:
    """Two good logs give what they give alone; ``report`` and ``doctor`` answer."""
    alone, logs = tmp_path / "alone", tmp_path / "logs"
    for good in GOOD:
        put(alone, f"{good}.jsonl".encode(), a_log(good))
        put(logs, f"{good}.jsonl".encode(), a_log(good))
    put(logs, name, content)
    ingest([alone], settings(tmp_path / "clean"))

    ingest([logs], settings(tmp_path / "home"))

    assert stored(tmp_path / "home", "good%") == stored(tmp_path / "clean", "good%")
    assert stored(tmp_path / "home")["session"] == 2 + sessions
    assert build_report(settings(tmp_path / "home"), Scope()).overview.sessions == 2 + sessions
    assert not [one for one in doctor(tmp_path / "home") if one[0] in ("store", "faults")]


def doctor(home: Path) -> list[tuple[str, str]]:
    """What is not well, by name and in words."""
    found = check(settings(home), {}, datetime(2026, 11, 22, tzinfo=UTC)).checks
    return [(one.name, one.words) for one in found if one.state != "ok"]


def fail(*_: object, **__: object) -> Any:
    raise ArithmeticError("the words of a log")


def in_take(monkeypatch: pytest.MonkeyPatch) -> None:
    take = dialogue.take
    monkeypatch.setattr(
        claude, "take", lambda reading, record: fail() if "odd" in str(record.get("message")) else take(reading, record)
    )


def in_encoding(monkeypatch: pytest.MonkeyPatch) -> None:
    pack = rows.pack_events
    monkeypatch.setattr(
        ingest_worker, "pack_events", lambda events: fail() if "please odd" in str(events) else pack(events)
    )


def in_reading(monkeypatch: pytest.MonkeyPatch) -> None:
    read = claude.ClaudeCode.read
    monkeypatch.setattr(
        claude.ClaudeCode,
        "read",
        lambda self, path, cursor, **more: fail() if path.stem == "odd" else read(self, path, cursor, **more),
    )


def in_looking(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in READERS:
        kind = type(READERS[name])
        recognises = kind.recognises
        monkeypatch.setattr(
            kind,
            "recognises",
            lambda self, path, head, ask=recognises: fail() if path.stem == "odd" else ask(self, path, head),
        )


@pytest.mark.parametrize(
    ("plant", "lost"),
    [
        pytest.param(in_take, "a record", id="in a reader, at a record"),
        pytest.param(in_encoding, "a record", id="in redaction or encoding"),
        pytest.param(in_reading, "the file", id="in a reader, at the file"),
        pytest.param(in_looking, "the file", id="in asking whose log it is"),
    ],
)
def test_a_fault_of_ours_is_named_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, plant: Callable[[pytest.MonkeyPatch], None], lost: str
) -> None:
    """The summary and ``doctor`` say the file and where in our code; no word of the log; the rest is stored."""
    logs, home = tmp_path / "logs", tmp_path / "home"
    for name in (*GOOD, "odd"):
        put(logs, f"{name}.jsonl".encode(), a_log(name))
    plant(monkeypatch)

    summary = ingest([logs], settings(home))

    assert stored(home)["session"] == 2
    assert stored(home)["prompt"] == 2
    (place,) = places(summary)
    assert place.startswith("ArithmeticError")
    ((_, words),) = [one for one in doctor(home) if one[0] == "faults"]
    assert words.startswith("1 record could not be read (a fault of ours: please report)")
    assert "odd.jsonl" in words
    assert place in words
    assert "words of a log" not in words
    if lost == "a record":
        connection = sqlite3.connect(home / "twiceshy.db")
        assert connection.execute("SELECT count(*) FROM reply").fetchone()[0] > stored(home)["reply"]


def places(summary: IngestSummary) -> list[str]:
    found = [one.line.place for one in summary.skipped]
    found += [one.place for one in summary.failed_files]
    found += [one.place for one in summary.unclaimed]
    return [one for one in found if one]


def test_a_reader_that_fails_at_going_on_begins_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The file is read from its start: nothing is lost, and nothing is there twice."""
    logs, home = tmp_path / "logs", tmp_path / "home"
    put(logs, b"good1.jsonl", a_log("good1"))
    ingest([logs], settings(home))
    before = stored(home)
    read = claude.ClaudeCode.read
    monkeypatch.setattr(
        claude.ClaudeCode,
        "read",
        lambda self, path, cursor, **more: fail() if cursor != Cursor() else read(self, path, cursor, **more),
    )
    with (logs / "good1.jsonl").open("ab") as file:
        file.write(a_log("good2"))

    summary = ingest([logs], settings(home))

    assert places(summary) == []
    assert stored(home, "good1") == before
    assert stored(home, "good2")["prompt"] == 1


def test_a_file_that_fails_is_not_tried_again_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault that stays costs its time once; a file that grew is tried again, from where it was."""
    logs, home = tmp_path / "logs", tmp_path / "home"
    put(logs, b"odd.jsonl", a_log("odd"))
    with monkeypatch.context() as broken:
        in_reading(broken)
        assert len(places(ingest([logs], settings(home)))) == 1
        assert ingest([logs], settings(home)).files_unchanged == 1
    with (logs / "odd.jsonl").open("ab") as file:
        file.write(b"\n")

    assert places(ingest([logs], settings(home))) == []
    assert stored(home)["prompt"] == 1
    assert not [one for one in doctor(home) if one[0] == "faults"]


def test_a_file_that_vanishes_or_grows_while_it_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is gone is named; half a line that came meanwhile waits for its other half."""
    logs, home = tmp_path / "logs", tmp_path / "home"
    for name in (*GOOD, "odd"):
        put(logs, f"{name}.jsonl".encode(), a_log(name))
    more = a_log("more")
    read_cursors = sources.read_cursors

    def change(connection: sqlite3.Connection) -> Any:
        (logs / "odd.jsonl").unlink(missing_ok=True)
        with (logs / "good2.jsonl").open("ab") as file:
            file.write(more[:-40])
        return read_cursors(connection)

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(ingest_logs, "read_cursors", change)
        summary = ingest([logs], settings(home))
    with (logs / "good2.jsonl").open("ab") as file:
        file.write(more[-40:])
    ingest([logs], settings(home))

    assert ["odd.jsonl" in one.name for one in summary.failed_files] == [True]
    assert places(summary) == []
    assert stored(home, "more")["prompt"] == stored(home, "good1")["prompt"] == 1
    assert stored(home)["session"] == 3
