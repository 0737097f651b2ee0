"""A session as its log has it, in order: what was said, what was done with tools, and how many tokens that took."""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed


class SaidPrompt(NamedTuple):
    """A turn of the user's side."""

    uid: bytes
    rank: int
    """As ``records.events.Stamp.rank``."""
    at: datetime | None
    run: bytes | None
    """The subagent's run; None in the main dialogue."""
    kind: str
    """``records.events.PromptKind``."""
    human: bool
    text: Scrubbed
    head: Scrubbed
    """Its beginning on one line."""


class SaidReply(NamedTuple):
    """Words of the model."""

    rank: int
    at: datetime | None
    run: bytes | None
    thinking: bool
    model: Scrubbed
    """Empty where the log does not say."""
    text: Scrubbed


class DoneCall(NamedTuple):
    """One use of a tool and what came of it."""

    uid: bytes
    rank: int
    at: datetime | None
    run: bytes | None
    tool: Scrubbed
    action: str
    """``records.events.Action``."""
    about: Scrubbed
    """The command, file or query; empty where it has none."""
    given: Scrubbed
    """The input as JSON, perhaps only its beginning."""
    text: Scrubbed
    """What came back, up to 2 KB."""
    brief: Scrubbed
    """Of a failure the line that says what is wrong, else the first line that came back."""
    head: str = ""
    """Of a command its program and subcommand."""
    masked: bool = False
    """Nobody saw how the command ended."""
    done_rank: int | None = None
    """None: no result is in the log."""
    done_at: datetime | None = None
    failure: str | None = None
    """``records.events.Failure``."""
    exit_code: int | None = None
    words: Scrubbed | None = None
    """What the user said while refusing it."""
    commit: str = ""
    """Hash, maybe abbreviated, of a commit that the log says it made."""
    read: tuple[Scrubbed, ...] = ()
    """Files that it read, or that its command printed."""
    changed: tuple[Scrubbed, ...] = ()
    """Files that it changed."""


class SeenMark(NamedTuple):
    """Anything else that happened."""

    rank: int
    at: datetime | None
    run: bytes | None
    kind: str
    """``records.events.MarkKind``."""


class SpentTokens(NamedTuple):
    """Tokens of one model message, as the log counts them."""

    at: datetime | None
    input: int
    """Neither written to a cache nor read from one."""
    output: int
    cache_write: int
    cache_read: int
    unended: bool = False
    """The output was counted before the message ended: there was at least so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WholeSession:
    """One session whole; each list is in the order of ``rank``, tokens by time."""

    uid: bytes
    agent: str
    project: Scrubbed
    """Its project's identity."""
    project_name: str
    cwd: Scrubbed | None
    branch: Scrubbed | None
    title: Scrubbed | None
    """The agent's own."""
    real: bool
    """False where the log is visibly not written by the agent itself."""
    first_at: datetime | None
    last_at: datetime | None
    prompts: tuple[SaidPrompt, ...]
    replies: tuple[SaidReply, ...]
    calls: tuple[DoneCall, ...]
    marks: tuple[SeenMark, ...]
    tokens: tuple[SpentTokens, ...]
