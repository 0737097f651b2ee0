"""A small invented archive, row by row: what the questions of ``archive.reads`` are asked of."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

MIGRATIONS = Path(__file__).parents[3] / "src" / "twiceshy" / "archive" / "migrations"
SCHEMA = [MIGRATIONS / "0001-archive.sql", MIGRATIONS / "0004-outcomes.sql", MIGRATIONS / "0012-costs.sql"]


class Archive:
    """Puts rows in; whatever a test does not say has a plain value."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.rank = 0

    def put(self, table: str, **values: Any) -> int:
        columns = ", ".join(f'"{name}"' for name in values)
        marks = ", ".join("?" * len(values))
        cursor = self.connection.execute(f"INSERT INTO {table} ({columns}) VALUES ({marks})", tuple(values.values()))
        return cursor.lastrowid or 0

    def project(self, name: str) -> int:
        return self.put("project", identity=f"remote:host/owner/{name}", name=name)

    def session(self, project: int, uid: str, day: str = "2026-11-12", agent: str = "claude-code", **more: Any) -> int:
        values = {"first_at": f"{day}T14:00:00.000Z", "last_at": f"{day}T15:00:00.000Z", "native_id": uid} | more
        return self.put("session", uid=bytes.fromhex(uid.ljust(32, "0")), agent=agent, project_id=project, **values)

    def event(self, table: str, session: int, second: int = 0, *, ranked: bool = True, **more: Any) -> int:
        self.rank += 1
        values: dict[str, Any] = {"uid": self.rank.to_bytes(16, "big"), "session_id": session, "rank": self.rank}
        values |= {"at": f"2026-11-12T14:{second // 60:02}:{second % 60:02}.000Z"} | more
        return self.put(table, **values)

    def prompt(self, session: int, text: str, second: int = 0, kind: str = "typed", **more: Any) -> int:
        row = self.event("prompt", session, second, kind=kind, human=int(kind == "typed"), text=text, **more)
        return self.words(row, 0, text)

    def reply(self, session: int, text: str, second: int = 0, *, thinking: int = 0, **more: Any) -> int:
        row = self.event("reply", session, second, thinking=thinking, model="a-model", text=text, **more)
        return self.words(row, 3, text)

    def call(self, session: int, tool: str, second: int = 0, *, action: str = "run", **more: Any) -> bytes:
        row = self.event("call", session, second, tool=tool, action=action, **{"input": "{}"} | more)
        self.words(row, 1, more.get("command", ""))
        return self.rank.to_bytes(16, "big")

    def result(self, session: int, call: bytes, second: int = 0, text: str = "", **more: Any) -> None:
        row = self.event("result", session, second, text=text, **{"uid": call} | more)
        self.words(row, 2, more.get("message", ""))

    def edit(self, session: int, call: bytes, path: str, second: int = 0, **more: Any) -> None:
        values: dict[str, Any] = dict.fromkeys(("partial", "created", "deleted", "user_modified"), 0)
        values |= {"added": 2, "removed": 1, "added_hashes": b"", "removed_hashes": b"", "path_key": b"k"}
        self.event("edit", session, second, call=call, path=path, **values | more)

    def mark(self, session: int, kind: str, name: str, second: int = 0, text: str = "", **more: Any) -> None:
        self.event("mark", session, second, kind=kind, name=name, text=text, **more)

    def words(self, row: int, kind: int, text: str) -> int:
        if text:
            self.connection.execute("INSERT INTO words (rowid, text) VALUES (?, ?)", (row * 4 + kind, text))
        return row


@pytest.fixture
def archive() -> Iterator[Archive]:
    """An empty one."""
    with closing(sqlite3.connect(":memory:")) as connection:
        for script in SCHEMA:
            connection.executescript(script.read_text(encoding="utf-8"))
        yield Archive(connection)
