"""OpenCode's exports and its database: what its storage of small files gives, they give too."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from tests.logs.contract import SALT, WHOLE, adds_up, read_all, settled
from tests.logs.document_contract import DocumentContract

from twiceshy.base.errors import SourceChanged, SourceError
from twiceshy.logs.log_owner import agent_of
from twiceshy.logs.readers import READERS
from twiceshy.records.events import Edit, Mark, MarkKind, Prompt, RawEvent, Reply, Session, ToolCall, ToolResult, Usage
from twiceshy.records.ingest import Cursor

READER = READERS["opencode"]
SESSION, CHILD = "ses_4f1d2a6b7ffeAbCdEfGhIjKlMn", "ses_4f1d2a6b8ffeAbCdEfGhIjKlMn"
START = 1772442001000
TABLES = """
CREATE TABLE session (id TEXT PRIMARY KEY, project_id TEXT, parent_id TEXT, slug TEXT, directory TEXT, title TEXT,
    version TEXT, time_created INTEGER, time_updated INTEGER);
CREATE TABLE message (id TEXT PRIMARY KEY, session_id TEXT, time_created INTEGER, time_updated INTEGER, data TEXT);
CREATE TABLE part (id TEXT PRIMARY KEY, message_id TEXT, session_id TEXT, time_created INTEGER, time_updated INTEGER,
    data TEXT);"""


def info(name: str = SESSION, **fields: Any) -> dict[str, Any]:
    """A session as an export has it."""
    times = {"created": START, "updated": START + 9000}
    told = {"id": name, "slug": "calm-otter", "projectID": "p", "directory": "/home/dev/shop", "title": "Fix"}
    return told | {"version": "1.14.24", "time": times} | fields


def messages(steps: int, session: str = SESSION) -> list[dict[str, Any]]:
    """A prompt, and an answer with a call of its own for each step."""
    asked = {"id": f"msg_a{session[10:18]}", "sessionID": session, "role": "user", "time": {"created": START}}
    model = {"providerID": "a", "modelID": "a-model"}
    found = [{"info": asked | {"model": model}, "parts": [part(asked, 0, "text", text="fix total")]}]
    for step in range(1, steps + 1):
        at = START + 1000 * step
        tokens = {"input": 5, "output": 7, "reasoning": 1, "cache": {"read": 100, "write": 2}}
        answer: dict[str, Any] = {
            "id": f"msg_b{step}{session[10:18]}",
            "sessionID": session,
            "role": "assistant",
            "modelID": "a-model",
        }
        answer |= {"time": {"created": at, "completed": at + 900}, "tokens": tokens}
        given = {"filePath": "/home/dev/shop/a.py", "oldString": "a", "newString": "b"}
        metadata: dict[str, Any] = {
            "diff": "@@ -1 +1 @@\n-a\n+b",
            "filediff": {"file": "a.py", "patch": "...", "additions": 1},
        }
        state: dict[str, Any] = {"status": "completed", "input": given, "output": "ok", "metadata": metadata}
        state |= {"title": "a.py", "time": {"start": at + 100, "end": at + 200}}
        parts = [
            part(answer, step * 10, "step-start", snapshot="0" * 40),
            part(answer, step * 10 + 1, "text", text=f"Step {step}.", time={"start": at, "end": at}),
            part(answer, step * 10 + 2, "tool", tool="edit", callID=f"call_{step}" + "0" * 20, state=state),
            part(answer, step * 10 + 3, "step-finish", reason="stop", cost=0, tokens=tokens),
        ]
        found.append({"info": answer, "parts": parts})
    return found


def part(message: dict[str, Any], number: int, kind: str, **fields: Any) -> dict[str, Any]:
    told = {"id": f"prt_{number:04}{message['sessionID'][10:18]}", "sessionID": message["sessionID"]}
    return told | {"messageID": message["id"], "type": kind} | fields


def export(steps: int = 1, **fields: Any) -> bytes:
    return json.dumps({"info": info(**fields), "messages": messages(steps)}, indent=2).encode()


def database(path: Path, steps: int = 1, sessions: tuple[str, ...] = (SESSION,), mode: str = "delete") -> Path:
    """The same in tables; a session that is there already gets what it lacks."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA journal_mode = {mode}")
        connection.executescript(TABLES.replace("CREATE TABLE", "CREATE TABLE IF NOT EXISTS"))
        for number, name in enumerate(sessions):
            put_session(connection, name, number, steps)
        connection.commit()
    return path


def put_session(connection: sqlite3.Connection, name: str, number: int, steps: int) -> None:
    parent = SESSION if name == CHILD else None
    row = (name, "p", parent, "calm-otter", "/home/dev/shop", "Fix", "1.14.24", START, START + 9000)
    connection.execute("INSERT OR IGNORE INTO session VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    for message in messages(steps, name):
        told, at = message["info"], message["info"]["time"]["created"] + number
        data = {key: value for key, value in told.items() if key not in ("id", "sessionID")}
        connection.execute(
            "INSERT OR IGNORE INTO message VALUES (?, ?, ?, ?, ?)", (told["id"], name, at, at + 900, json.dumps(data))
        )
        for held in message["parts"]:
            data = {key: value for key, value in held.items() if key not in ("id", "sessionID", "messageID")}
            held_row = (held["id"], told["id"], name, at, at + 800, json.dumps(data))
            connection.execute("INSERT OR IGNORE INTO part VALUES (?, ?, ?, ?, ?, ?)", held_row)


def events_of(path: Path) -> list[RawEvent]:
    return [event for batch in read_all(READER, path) for event in batch.events]


def uids(events: Sequence[RawEvent]) -> set[bytes]:
    return {event.stamp.uid for event in events if not isinstance(event, Session)}


class TestExport(DocumentContract):
    reader = READER

    def document(self, steps: int) -> bytes:
        return export(steps)


@pytest.mark.parametrize("words", [b"Exporting session: ses_4f1d", b"Exporting session: ses_4f1d\n"])
def test_a_line_before_the_object_is_passed_over(words: bytes, tmp_path: Path) -> None:
    """Some versions print it to the same stream."""
    path = tmp_path / "a.txt"
    path.write_bytes(words + export())

    assert READER.recognises(path, path.read_bytes())
    assert [event.text for event in events_of(path) if isinstance(event, Prompt)] == ["fix total"]


OTHERS: list[Any] = [
    pytest.param(b'{"info": {"title": "An API"}, "paths": {}}', id="OpenAPI"),
    pytest.param(b'{"info": {"id": "7"}, "messages": []}', id="another id"),
    pytest.param(b'{"meta": {"id": "ses_1"}, "info": 3}', id="another key"),
    pytest.param(b"SQLite format 3\0", id="no database behind the words"),
]


@pytest.mark.parametrize("head", OTHERS)
def test_other_objects_are_nobodys(head: bytes, tmp_path: Path) -> None:
    """A session's own id comes first in an export."""
    path = tmp_path / "a.json"
    path.write_bytes(head)

    assert not READER.recognises(path, head)


def test_an_export_of_a_child_is_a_run_of_its_parent(tmp_path: Path) -> None:
    """The title is the child's, not the parent's."""
    path = tmp_path / "a.json"
    path.write_bytes(export(parentID="ses_parent"))
    [session] = [event for event in events_of(path) if isinstance(event, Session)]

    assert (session.native_id, session.title) == ("ses_parent", None)
    assert all(event.stamp.agent_run for event in events_of(path) if isinstance(event, Prompt))


def test_the_three_forms_of_a_session_give_the_same_events(tmp_path: Path) -> None:
    """Ids are the agent's own: a session read from two of them is stored once."""
    exported = tmp_path / "a.json"
    exported.write_bytes(export(2))
    folder = tmp_path / "storage"
    for held in messages(2):
        for record, place in [(held["info"], "message"), *((one, "part") for one in held["parts"])]:
            above = SESSION if place == "message" else held["info"]["id"]
            path = folder / place / above / f"{record['id']}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(record))
    stored = [event for source in READER.find(tmp_path) for event in events_of(source.path)]

    assert uids(events_of(exported)) == uids(stored) == uids(events_of(database(tmp_path / "opencode.db", 2)))


def test_a_database_gives_whole_sessions(tmp_path: Path) -> None:
    """Prompts, answers, calls, edits and tokens; a child's are a run of its parent."""
    path = database(tmp_path / "opencode.db", 2, (SESSION, CHILD))
    [batch] = read_all(READER, path)
    kinds = {type(event) for event in batch.events}
    [session] = [event for event in batch.events if isinstance(event, Session)]

    assert {Prompt, Reply, ToolCall, ToolResult, Edit, Usage} <= kinds
    assert (session.native_id, session.cwd, session.title, session.real) == (SESSION, "/home/dev/shop", "Fix", True)
    assert adds_up(batch.tally, len(batch.skipped))
    assert batch.skipped == []
    assert len({event.stamp.agent_run for event in batch.events if isinstance(event, Prompt)}) == 2


def test_a_database_is_known_by_its_tables(tmp_path: Path) -> None:
    """Not by its name; another program's is nobody's."""
    ours = database(tmp_path / "copy.db")
    other = tmp_path / "opencode.db"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE session (id TEXT)")
        connection.commit()

    assert agent_of(ours, READERS) == "opencode"
    assert agent_of(other, READERS) is None


def test_a_database_that_grew_gives_what_is_new(tmp_path: Path) -> None:
    """Only rows that changed since are read again."""
    path = database(tmp_path / "opencode.db")
    first = read_all(READER, path)
    unchanged = read_all(READER, path, first[-1].cursor)
    database(path, 3)
    second = read_all(READER, path, first[-1].cursor)
    new = uids(second[0].events) - uids(first[0].events)

    assert not uids(unchanged[0].events) - uids(first[0].events)
    assert uids(events_of(path)) == uids(first[0].events) | new
    assert second[0].tally.lines < first[0].tally.lines + 10


@pytest.mark.parametrize("limit", [1, 500, 1500])
def test_pieces_give_the_same(tmp_path: Path, limit: int) -> None:
    """A limit stops between sessions."""
    others = tuple(f"ses_4f1d2a6b{number}ffeAbCdEfGhIjKlMn" for number in range(4))
    path = database(tmp_path / "opencode.db", 2, (SESSION, CHILD, *others))
    pieces = read_all(READER, path, limit=limit)
    [whole] = read_all(READER, path)

    assert len(pieces) > 2
    assert uids([event for piece in pieces for event in piece.events]) == uids(whole.events)
    assert settled(pieces)[1] == settled([whole])[1]
    assert all(before.cursor.offset < after.cursor.offset for before, after in pairwise(pieces))


def test_a_database_that_is_being_written_is_read_with_what_waits(tmp_path: Path) -> None:
    """The agent keeps its last writes in a file of their own, and that file counts as part of the source."""
    path = database(tmp_path / "opencode.db", mode="wal")
    before = next(READER.find(path))
    with closing(sqlite3.connect(path)) as connection:
        put_session(connection, SESSION, 0, 3)
        connection.commit()
        after = next(READER.find(path))

        assert len([event for event in events_of(path) if isinstance(event, Edit)]) == 3
        assert after.size > before.size


def test_reading_leaves_no_file_beside_the_database(tmp_path: Path) -> None:
    """Nothing of the agent's folder is touched."""
    path = database(tmp_path / "opencode.db", mode="wal")
    events_of(path)

    assert [found.name for found in tmp_path.glob("opencode*")] == ["opencode.db"]


def test_a_database_replaced_by_an_older_one_is_read_again(tmp_path: Path) -> None:
    """What the cursor stands for is gone."""
    path = database(tmp_path / "opencode.db", 3)
    cursor = read_all(READER, path)[-1].cursor
    path.unlink()
    database(path, 1)

    with pytest.raises(SourceChanged):
        READER.read(path, cursor, salt=SALT, limit_bytes=WHOLE)


def spoil(path: Path) -> Iterator[str]:
    """Statements that leave something odd in the tables."""
    del path
    yield "UPDATE part SET data = 'no json'"
    yield "UPDATE part SET data = x'ff'"
    yield "UPDATE part SET data = 7"
    yield "UPDATE message SET data = '[]'"
    yield "UPDATE message SET data = '{\"role\": 5}'"
    yield "DELETE FROM message"
    yield "UPDATE session SET directory = NULL, title = 5, version = x'00'"
    yield 'UPDATE part SET data = \'{"type": "tool", "state": {"status": "completed", "input": 3}}\''


@pytest.mark.parametrize("statement", list(spoil(Path())))
def test_an_odd_row_costs_itself_only(statement: str, tmp_path: Path) -> None:
    """Each row becomes one thing."""
    path = database(tmp_path / "opencode.db", 2)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(statement)
        connection.commit()
    [batch] = read_all(READER, path)

    assert adds_up(batch.tally, len(batch.skipped))
    assert batch.tally.lines > 2


@pytest.mark.parametrize("damage", ["ALTER TABLE part RENAME COLUMN time_updated TO changed", None])
def test_a_database_that_cannot_be_read_is_a_source_error(damage: str | None, tmp_path: Path) -> None:
    """Other columns, or bytes that are none of SQLite's."""
    path = database(tmp_path / "opencode.db", 2)
    if damage:
        with closing(sqlite3.connect(path)) as connection:
            connection.execute(damage)
            connection.commit()
    else:
        data = path.read_bytes()
        path.write_bytes(data[:100] + b"x" * (len(data) - 100))

    with pytest.raises(SourceError):
        READER.read(path, Cursor(), salt=SALT, limit_bytes=WHOLE)
    assert agent_of(path, READERS) is None


def test_a_missing_file_is_a_source_error(tmp_path: Path) -> None:
    """No foreign exception leaves the reader."""
    with pytest.raises(SourceError):
        READER.read(tmp_path / "opencode.db", Cursor(), salt=SALT, limit_bytes=WHOLE)


def stream(steps: int) -> list[dict[str, Any]]:
    """What a run prints of the same session."""
    kinds = {"step-start": "step_start", "step-finish": "step_finish", "tool": "tool_use"}
    return [
        {"type": kinds.get(held["type"], held["type"]), "timestamp": START + 50, "sessionID": SESSION, "part": held}
        for message in messages(steps)[1:]
        for held in message["parts"]
    ]


def put_stream(path: Path, records: list[dict[str, Any]]) -> Path:
    path.write_text("".join(json.dumps(record) + "\n" for record in records))
    return path


def test_a_runs_stream_gives_the_events_of_its_session(tmp_path: Path) -> None:
    """All but the prompt, which it does not have."""
    path = put_stream(tmp_path / "run.jsonl", stream(2))
    whole = [event for event in events_of(database(tmp_path / "opencode.db", 2)) if not isinstance(event, Prompt)]
    pieces = read_all(READER, path, limit=1)

    assert agent_of(path, READERS) == "opencode"
    assert uids(events_of(path)) == uids(whole)
    assert uids([event for piece in pieces for event in piece.events]) == uids(whole)
    assert {event.native_id for event in events_of(path) if isinstance(event, Session)} == {SESSION}


def test_a_streams_error_is_kept(tmp_path: Path) -> None:
    """And a record of a kind that nobody knows."""
    error = {"type": "error", "timestamp": START, "sessionID": SESSION, "error": {"name": "APIError", "data": {}}}
    other = {"type": "dream", "timestamp": START, "sessionID": SESSION}
    marks = [event for event in events_of(put_stream(tmp_path / "a.jsonl", [error, other])) if isinstance(event, Mark)]

    assert [(event.kind, event.name) for event in marks] == [
        (MarkKind.API_ERROR, "APIError"),
        (MarkKind.UNKNOWN, "dream"),
    ]


NO_STREAMS: list[Any] = [
    pytest.param({"type": "text", "part": {}}, id="no session"),
    pytest.param({"type": [], "sessionID": SESSION, "part": {}}, id="a list as its kind"),
    pytest.param({"type": "text", "sessionID": "7", "part": {}}, id="another session"),
    pytest.param({"type": "dream", "sessionID": SESSION, "part": {}}, id="another kind"),
    pytest.param({"type": "text", "sessionID": SESSION}, id="no part"),
]


@pytest.mark.parametrize("record", NO_STREAMS)
def test_other_lines_are_no_stream(record: dict[str, Any], tmp_path: Path) -> None:
    """All three keys are needed."""
    assert not READER.recognises(tmp_path / "a.jsonl", json.dumps(record).encode() + b"\n")
