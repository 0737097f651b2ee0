"""What hooks wrote, read back: under the uids that the logs' readers give."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.doors.gate.calling import Hooked, tool
from tests.logs.builders import a_session
from tests.logs.contract import SALT

from twiceshy.commands.keys import gate_keys
from twiceshy.logs import spool
from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.journal import Journal
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Session
from twiceshy.records.ingest import Cursor
from twiceshy.records.upkeep import Exposure

LINE = b'{"t":1795239236708,"a":"claude-code","e":"Stop","s":"s1"}'


def spooled(tmp_path: Path, data: bytes) -> spool.SpoolFile:
    path = tmp_path / "s1.jsonl"
    path.write_bytes(data)
    return spool.read(path)


def test_a_note_of_a_hook_comes_back(tmp_path: Path) -> None:
    """From the real script to the record, with every part."""
    hooked = Hooked(tmp_path / "data")
    event = tool("Edit", file_path="a.py") | {"agent_id": "a1", "prompt_id": "p1"}
    hooked.call("PreToolUse", event)
    hooked.call("SessionEnd", {"session_id": "s1", "reason": "clear"})

    (path,) = spool.find_files(hooked.home)
    found = spool.read(path)
    first, last = found.exposures
    assert (first.agent, first.event, first.action, first.prompt) == ("claude-code", "PreToolUse", "edit", "p1")
    assert first.path_keys == gate_keys.path_key("/home/ann/shop/a.py", hooked.salt)
    assert first.agent_run is not None
    assert abs((datetime.now(UTC) - first.at).total_seconds()) < 60
    assert last.word == "clear"
    assert found.has_ended
    assert (found.torn, found.size) == (0, path.stat().st_size)
    assert spool.measure_size(hooked.home) == found.size


def a_note(tmp_path: Path, agent: str, session: str, call: str) -> Exposure:
    line = json.dumps({"t": "1", "a": agent, "e": "PreToolUse", "s": session, "c": call})
    (found,) = spooled(tmp_path, line.encode()).exposures
    return found


def test_uids_are_those_of_the_reader(tmp_path: Path) -> None:
    """So that a note meets its session in the store."""
    log = a_session().prompt("x").runs("ls", "a.py")
    path = log.write(tmp_path / "log.jsonl")
    events = READERS["claude-code"].read(path, Cursor(), salt=SALT, limit_bytes=1 << 20).events
    (session,) = {event.uid for event in events if isinstance(event, Session)}

    assert a_note(tmp_path, "claude-code", log.session_id, "x").session == session


@pytest.mark.parametrize("native", ["toolu_1", "toolu_0123456789abcdefghij", "call_1", "call_0123456789abcdefghij"])
@pytest.mark.parametrize(
    "journal",
    [ReadState(SALT, ""), Journal("codex", SALT, ""), Journal("gemini-cli", SALT, "")],
    ids=lambda one: one.agent,
)
def test_calls_are_those_of_the_reader(tmp_path: Path, journal: Journal, native: str) -> None:
    """Whether their ids are unique everywhere or only in their session."""
    journal.switch_session("s1")

    assert a_note(tmp_path, journal.agent, "s1", native).call == journal.call_ids.find(native)


TORN = [
    ("nothing", b"", 0, 0),
    ("empty lines", b"\n\n", 0, 0),
    ("one whole line without its end", b"\n" + LINE, 1, 0),
    ("a torn line before a whole one", b"\n" + LINE[:20] + b"\n" + LINE, 1, 1),
    ("no object", b"\n[1]\n3\nnull", 0, 3),
    ("an object of somebody else", b'\n{"a": 1}', 0, 1),
    ("a time that no clock has", b'\n{"t":1e300,"a":"b","e":"c","s":"d"}', 0, 1),
    ("no hex", LINE.replace(b"}", b',"h":"zz"}'), 0, 1),
    ("other types", LINE.replace(b'"s1"', b"{}"), 1, 0),
    ("bytes that are no text", b"\xff\xfe", 0, 1),
    ("the same line twice", b"\n" + LINE + b"\n" + LINE, 2, 0),
]


@pytest.mark.parametrize(("data", "whole", "torn"), [row[1:] for row in TORN], ids=[row[0] for row in TORN])
def test_a_torn_line_spoils_only_itself(tmp_path: Path, data: bytes, whole: int, torn: int) -> None:
    """Counted, never guessed at; each note has a uid of its own."""
    found = spooled(tmp_path, data)

    assert (len(found.exposures), found.torn) == (whole, torn)
    assert len({one.uid for one in found.exposures}) == whole


def test_a_file_that_is_gone_holds_nothing(tmp_path: Path) -> None:
    """Another run may have taken it."""
    assert spool.read(tmp_path / "gone.jsonl") == spool.SpoolFile([], 0, 0)
