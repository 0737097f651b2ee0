"""An invented session, built event by event; each word adds one a second later."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2b
from typing import Any

from twiceshy.base.values import Scrubbed
from twiceshy.records.chats import DoneCall, SaidPrompt, SaidReply, SeenMark, SpentTokens, WholeSession

NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)


def uid(*parts: object) -> bytes:
    """Return an id that follows from its parts."""
    return blake2b(repr(parts).encode(), digest_size=16).digest()


class Told:
    """A session that grows."""

    def __init__(self) -> None:
        self.count = 0
        self.session = WholeSession(
            uid=uid("session"),
            agent="claude-code",
            project=Scrubbed("remote:host/owner/shop"),
            project_name="shop",
            cwd=Scrubbed("/home/ann/shop"),
            branch=Scrubbed("main"),
            title=None,
            real=True,
            first_at=NOON,
            last_at=NOON,
            prompts=(),
            replies=(),
            calls=(),
            marks=(),
            tokens=(),
        )

    def _advance(self) -> tuple[int, datetime]:
        self.count += 1
        at = NOON + timedelta(seconds=self.count)
        self.session = replace(self.session, last_at=at)
        return self.count, at

    def prompt(self, text: str, kind: str = "typed", *, human: bool = True, run: bytes | None = None) -> "Told":
        """Add a prompt."""
        rank, at = self._advance()
        one = SaidPrompt(uid("prompt", rank), rank, at, run, kind, human, Scrubbed(text), Scrubbed(text[:100]))
        self.session = replace(self.session, prompts=(*self.session.prompts, one))
        return self

    def reply(self, text: str, *, thinking: bool = False, run: bytes | None = None, model: str = "model-x") -> "Told":
        """Add words of the model."""
        rank, at = self._advance()
        one = SaidReply(rank, at, run, thinking, Scrubbed(model), Scrubbed(text))
        self.session = replace(self.session, replies=(*self.session.replies, one))
        return self

    def call(self, tool: str, action: str = "run", about: str = "", seconds: float | None = 0.5, **more: Any) -> "Told":
        """Add a call; ``seconds`` until its result, None where it has none."""
        rank, at = self._advance()
        done = None if seconds is None else at + timedelta(seconds=seconds)
        text = Scrubbed(more.pop("text", ""))
        one = DoneCall(
            uid=uid("call", rank),
            rank=rank,
            at=at,
            run=more.pop("run", None),
            tool=Scrubbed(tool),
            action=action,
            about=Scrubbed(about),
            given=Scrubbed(more.pop("given", "{}")),
            text=text,
            brief=text,
            done_rank=None if done is None else rank,
            done_at=done,
            **more,
        )
        self.session = replace(self.session, calls=(*self.session.calls, one))
        return self

    def mark(self, kind: str) -> "Told":
        """Add a mark."""
        rank, at = self._advance()
        self.session = replace(self.session, marks=(*self.session.marks, SeenMark(rank, at, None, kind)))
        return self

    def spend(self, output: int, *, unended: bool = False) -> "Told":
        """Add tokens of a message."""
        _, at = self._advance()
        one = SpentTokens(at, 10, output, 20, 30, unended)
        self.session = replace(self.session, tokens=(*self.session.tokens, one))
        return self
