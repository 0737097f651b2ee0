"""A stored, invented history for what the verbs draw: two sessions of last year."""

import os
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.rows import pack_events
from twiceshy.base.values import Scrubbed
from twiceshy.records.events import (
    Action,
    Edit,
    Event,
    Failure,
    Mark,
    MarkKind,
    Prompt,
    PromptKind,
    Reply,
    Session,
    Stamp,
    ToolCall,
    ToolResult,
)
from twiceshy.records.ingest import Cursor, LineTally, SourceState

START = datetime(2025, 11, 12, 14, 2, tzinfo=UTC)
LONG = "rotate refresh tokens on logout\n" + "and keep the old ones valid for a minute\n" * 20


class Log:
    """Events of one session, in order; ten seconds apart."""

    def __init__(self, uid: str, project: str, *, agent: str = "claude-code", day: int = 0, **more: Any) -> None:
        self.uid = bytes.fromhex(uid.ljust(32, "0"))
        self.count = 0
        self.start = START + timedelta(days=day)
        self.events: list[Event] = []
        self.session = Session(
            uid=self.uid,
            agent=agent,
            native_id=Scrubbed(uid),
            cwd=Scrubbed(f"~/code/{project}"),
            project=Scrubbed(f"remote:git.example.test/owner/{project}"),
            first_at=self.start,
            **more,
        )

    def stamp(self, run: bytes | None = None) -> Stamp:
        self.count += 1
        at = self.start + timedelta(seconds=10 * (self.count - 1))
        uid = self.uid[:8] + self.count.to_bytes(8, "big")
        return Stamp(uid=uid, session=self.uid, at=at, rank=self.count, agent_run=run)

    def prompt(self, text: str, kind: PromptKind = PromptKind.TYPED, run: bytes | None = None) -> None:
        self.events.append(Prompt(stamp=self.stamp(run), kind=kind, text=Scrubbed(text)))

    def reply(self, text: str, *, thinking: bool = False) -> None:
        self.events.append(Reply(stamp=self.stamp(), text=Scrubbed(text), model=Scrubbed("a-model"), thinking=thinking))

    def call(self, tool: str, action: Action, run: bytes | None = None, **more: Any) -> bytes:
        stamp = self.stamp(run)
        self.events.append(
            ToolCall(stamp=stamp, call=stamp.uid, tool=Scrubbed(tool), action=action, input=Scrubbed("{}"), **more)
        )
        return stamp.uid

    def result(self, call: bytes, text: str = "", **more: Any) -> None:
        self.events.append(ToolResult(stamp=self.stamp(), call=call, text=Scrubbed(text), **more))

    def edit(self, call: bytes, path: str, added: int, removed: int, **more: Any) -> None:
        values = {"partial": True, "created": False, "before": None, "after": None, "path_key": b"12345678"} | more
        self.events.append(
            Edit(stamp=self.stamp(), call=call, path=Scrubbed(path), added=added, removed=removed, **values)
        )

    def mark(self, kind: MarkKind, name: str, text: str = "") -> None:
        self.events.append(Mark(stamp=self.stamp(), kind=kind, name=Scrubbed(name), text=Scrubbed(text)))


def shop_session() -> Log:
    log = Log("91c04f2a", "web-shop", version=Scrubbed("2.0.1"), branch=Scrubbed("main"))
    log.prompt("a reminder of the client", PromptKind.META)
    log.prompt(LONG)
    log.reply("hm", thinking=True)
    log.reply("I look at the tokens first.")
    read = log.call("Read", Action.READ, path=Scrubbed("src/auth/tokens.py"))
    log.result(read, "def rotate(): ...")
    test = log.call("Bash", Action.RUN, command=Scrubbed("npm test -- --watch=false"))
    log.result(test, "Error: 3 tests failed", failure=Failure.ERROR, exit_code=1, duration_s=12.3)
    for part in ("run", "grep"):
        log.prompt("look for other uses of rotate", PromptKind.SUBAGENT, b"3f2a9100")
        found = log.call(part, Action.SEARCH, b"3f2a9100", query=Scrubbed("rotate("))
        log.result(found)
    change = log.call("Edit", Action.EDIT, path=Scrubbed("src/auth/tokens.py"))
    log.result(change)
    log.edit(change, "src/auth/tokens.py", 12, 3)
    refused = log.call("Bash", Action.RUN, command=Scrubbed("git push --force"))
    log.result(refused, failure=Failure.REJECTED, words=Scrubbed("no, open a pull request"))
    log.mark(MarkKind.MODE, "plan")
    log.mark(MarkKind.COMPACTION, "auto")
    both = log.call("apply_patch", Action.EDIT)
    log.edit(both, "docs/auth.md", 5, 0, created=True)
    log.edit(both, "tests/test_tokens.py", 9, 1)
    log.mark(MarkKind.INTERRUPT, "user")
    return log


def api_session() -> Log:
    log = Log("91d7", "api", agent="codex", day=1, title=Scrubbed("Make the \x1b[31mlogin\x1b[0m\nretry"))
    log.prompt("make the login retry, the token expires")
    log.edit(log.call("apply_patch", Action.EDIT, path=Scrubbed("auth.py")), "auth.py", 1, 1)
    return log


def put(home: Path, logs: list[Log]) -> None:
    with Store.open(home) as store:
        for log in logs:
            source = SourceState(
                key=log.uid,
                agent=log.session.agent,
                name=Scrubbed(f"{log.session.native_id}.jsonl"),
                size=1,
                mtime_ns=1,
                cursor=Cursor(),
                tally=LineTally(),
                read_at=log.start,
            )
            session = replace(log.session, last_at=log.start + timedelta(seconds=10 * log.count))
            store.add(pack_events([session, *log.events]), source)


@pytest.fixture
def history(scratch_home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The data folder with both sessions in it; clocks are UTC and the terminal is 100 columns wide."""
    monkeypatch.setenv("TZ", "UTC")
    monkeypatch.setenv("COLUMNS", "100")
    if hasattr(time, "tzset"):
        time.tzset()
    home = scratch_home / ".twiceshy"
    put(home, [shop_session(), api_session()])
    return home


@pytest.fixture
def snapshot() -> Callable[[str, str], None]:
    """Compares a text with the one that was looked at and kept; ``UPDATE_SNAPSHOTS=1`` keeps the new one."""

    def same(name: str, text: str) -> None:
        path = Path(__file__).parent / "snapshots" / f"{name}.txt"
        if os.environ.get("UPDATE_SNAPSHOTS"):
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        assert text == path.read_text(encoding="utf-8")

    return same
