"""Invented sessions as events, and an open store to put them in."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from pathlib import Path
from typing import Any

import pytest
from tests.shortcuts import WHOLE_WAY

from twiceshy.archive import connect
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
    Usage,
)
from twiceshy.records.ingest import BatchResult, Cursor, LineTally, SourceState

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def uid(*parts: object) -> bytes:
    return blake2b(repr(parts).encode(), digest_size=16).digest()


class Log:
    """One invented session; each word adds an event a second later."""

    def __init__(
        self, name: str = "first", project: str = "remote:host/owner/web-shop", start: datetime = NOON
    ) -> None:
        self.name = name
        self.project = project
        self.start = start
        self.count = 0
        self.events: list[Event] = []

    @property
    def session(self) -> bytes:
        return uid("session", self.name)

    def stamp(self, key: object = None) -> Stamp:
        self.count += 1
        at = self.start + timedelta(seconds=self.count)
        return Stamp(
            uid=uid(self.name, self.count) if key is None else uid(key),
            session=self.session,
            at=at,
            rank=(int(at.timestamp() * 1000) << 22) + self.count,
        )

    def opened(self, **more: Any) -> "Log":
        values: dict[str, Any] = {
            "agent": "claude-code",
            "native_id": self.name,
            "cwd": "/home/ann/web-shop",
            "first_at": self.start,
            "last_at": self.start + timedelta(minutes=1),
        }
        self.events.append(Session(uid=self.session, project=Scrubbed(self.project), **values | more))
        return self

    def prompt(self, text: str, key: object = None, kind: PromptKind = PromptKind.TYPED) -> "Log":
        self.events.append(Prompt(stamp=self.stamp(key), kind=kind, text=Scrubbed(text)))
        return self

    def reply(self, text: str, *, thinking: bool = False) -> "Log":
        self.events.append(Reply(stamp=self.stamp(), text=Scrubbed(text), model=Scrubbed("model-x"), thinking=thinking))
        return self

    def call(self, name: str, command: str | None = None, tool: str = "Bash", text: str = "{}") -> "Log":
        self.events.append(
            ToolCall(
                stamp=self.stamp(),
                call=uid("call", name),
                tool=Scrubbed(tool),
                action=Action.RUN,
                input=Scrubbed(text),
                command=None if command is None else Scrubbed(command),
            )
        )
        return self

    def result(self, name: str, text: str, failure: Failure | None = None) -> "Log":
        self.events.append(ToolResult(stamp=self.stamp(), call=uid("call", name), text=Scrubbed(text), failure=failure))
        return self

    def edit(self, name: str, before: str, after: str) -> "Log":
        self.events.append(
            Edit(
                stamp=self.stamp(),
                call=uid("call", name),
                path=Scrubbed("src/shop.py"),
                path_key=b"8 bytes!",
                before=Scrubbed(before),
                after=Scrubbed(after),
                partial=False,
                created=False,
            )
        )
        return self

    def usage(self, message: str, output: int, **more: Any) -> "Log":
        self.events.append(
            Usage(
                stamp=self.stamp(("message", message)),
                model=Scrubbed("model-x"),
                input=1,
                output=output,
                cache_write=2,
                cache_read=3,
                **more,
            )
        )
        return self

    def mark(self, text: str) -> "Log":
        self.events.append(Mark(stamp=self.stamp(), kind=MarkKind.NOTICE, name=Scrubbed("notice"), text=Scrubbed(text)))
        return self

    def everything(self, word: str) -> "Log":
        """One event of each kind, each with the word in short and in long texts."""
        long = f"{word} " + "and more of it, line by line\n" * 40
        return (
            self.opened(title=f"title of {word}")
            .prompt(f"please {word}")
            .prompt(f"{long} again")
            .reply(f"{word}, done.\nmore")
            .call(self.name + word, f"make {word}", text=f'{{"command":"make {word}","why":"{word}"}}')
            .result(self.name + word, f"Error: {long}", Failure.ERROR)
            .edit(self.name + word, f"{long} before", f"{long} after")
            .usage(word, 5)
            .mark(f"{long} mark")
        )


def state(name: str = "a.jsonl", **more: Any) -> SourceState:
    values: dict[str, Any] = {
        "size": 10,
        "mtime_ns": 20,
        "cursor": Cursor(offset=10, line=1, head=b"\x00\xff", state='{"a":1}'),
        "tally": LineTally(lines=3, with_events=2, non_events={"progress": 1}),
    }
    values |= {"read_at": NOON} | more
    return SourceState(key=uid("source", name), agent="claude-code", name=Scrubbed(name), **values)


def stored(store: Store, log: Log, **more: Any) -> BatchResult:
    """What adding a log gives; its source is named like the session."""
    return store.add(pack_events(log.events), state(f"{log.name}.jsonl", **more))


@pytest.fixture(autouse=True)
def whole_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """How a store begins is what these tests are about."""
    monkeypatch.setattr(connect, "open_writable", WHOLE_WAY)


@pytest.fixture
def home(scratch_home: Path) -> Path:
    return scratch_home / "data"


@pytest.fixture
def store(home: Path) -> Iterator[Store]:
    with Store.open(home) as found:
        yield found
