"""A session as a story: its steps in order, and what they count up to."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, NamedTuple

from twiceshy.base.values import Scrubbed


class Step(NamedTuple):
    """One call with its result, a human's prompt or a mark, in the order of the session."""

    kind: str
    """``call``, ``prompt`` or ``mark``."""
    uid: bytes
    run: bytes | None
    """The subagent's run; None in the main dialogue."""
    at: float | None = None
    """Seconds since the epoch."""
    name: str = ""
    """Of a call its tool, of a mark its kind."""
    action: str = ""
    path: str | None = None
    text: str | None = None
    """Of a call its command or query, of a prompt its beginning."""
    head: str | None = None
    masked: bool = False
    span: tuple[int | None, int | None] = (None, None)
    failure: str | None = None
    fingerprint: bytes | None = None
    message: str | None = None
    done_at: float | None = None
    """When the result came."""
    size: int = 0
    """Characters of the result, roughly: see ``archive.reads.stories``."""
    edited: tuple[str, ...] = ()
    """Files that the call changed."""
    created: bool = False


@dataclass(slots=True, kw_only=True)
class Count:
    """How often something was tried, and what became of it."""

    n: int = 0
    failed: int = 0
    rejected: int = 0
    """By the user."""
    barred: int = 0
    """Of those that failed: refused by the client itself, as the file was not read. A rule of the tool."""
    unknown: int = 0
    """Nobody saw how it ended: a pipe or the like hides it."""
    reedited: int = 0
    """Done, and edited again right after the user's next prompt."""
    seconds: float = 0.0
    """Between its failures and the next success of the same thing, see ``logs.behaviour_counts``."""

    @property
    def known(self) -> int:
        """How often it was tried and somebody saw how it ended."""
        return self.n - self.rejected - self.unknown


@dataclass(slots=True, kw_only=True)
class Behaviour:
    """One session's counts. Proofs are the first few calls of a kind, as hex of ``ToolCall.call``."""

    prompts: int = 0
    calls: int = 0
    failures: int = 0
    rejections: int = 0
    interrupts: int = 0
    wasted_s: float = 0.0
    blind: Count = field(default_factory=Count)
    """Edits of an existing file that this dialogue had neither read, written nor edited before."""
    seen: Count = field(default_factory=Count)
    """All other edits of an existing file."""
    retry: Count = field(default_factory=Count)
    """The same file edited again after a failed edit, without reading it in between."""
    retry_read: Count = field(default_factory=Count)
    """The same after reading it in between."""
    rerun: Count = field(default_factory=Count)
    """The same command again after it failed, with nothing done in between."""
    rerun_changed: Count = field(default_factory=Count)
    """The same command again after it failed, with something done in between."""
    reads: int = 0
    repeated_reads: int = 0
    repeated_tokens: int = 0
    """Estimate: characters / 4."""
    searches: int = 0
    repeated_searches: int = 0
    commands: dict[str, Count] = field(default_factory=dict)
    """By head."""
    errors: dict[str, Count] = field(default_factory=dict)
    """By fingerprint in hex; ``n`` and ``seconds``."""
    proof: dict[str, list[str]] = field(default_factory=dict)

    @property
    def engagement(self) -> float | None:
        """Human messages per tool call; None without calls."""
        return self.prompts / self.calls if self.calls else None


class ChangedFile(NamedTuple):
    """One file that a successful call changed."""

    path: Scrubbed
    path_key: bytes
    """8 salted bytes; equal for the same absolute path in every session."""
    added: tuple[bytes, ...]
    """8 salted bytes for each line put in that is more than punctuation, in order."""
    removed: tuple[bytes, ...]
    created: bool
    deleted: bool
    user_modified: bool
    before: bytes | None = None
    """Body of the whole text before; None where it is unknown or a fragment only."""
    after: bytes | None = None


class Moment(NamedTuple):
    """A prompt, a reply of the main dialogue, a call with its result, or a mark."""

    step: Step
    """``kind`` is ``prompt``, ``reply``, ``call`` or ``mark``; of a prompt ``name`` is its ``PromptKind``."""
    text: str = ""
    """Of a prompt and a reply their words, of a call what came back; cut in the middle to ``stories.LONGEST``."""
    human: bool = False
    """A prompt that a person wrote."""
    command: str = ""
    """Of a call its command line, up to 500 characters."""
    exit_code: int | None = None
    words: str = ""
    """What the user said while refusing the call."""
    commit: str = ""
    """Hash, maybe abbreviated, of a commit that the call made."""
    changed: tuple[ChangedFile, ...] = ()
    input: str = ""
    """Of a call its input as JSON without what an edit or a body holds, cut to 240 characters; of one that plans, such
    as a list of things to do, the whole."""
    whole: str = ""
    """Of a call its whole command line, where ``command`` is only its beginning."""
    folder: str = ""
    """Of a command the folder that its call names; empty where it names none."""

    @property
    def line(self) -> str:
        """The whole command line."""
        return self.whole or self.command


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One session in order."""

    session: bytes
    agent: str
    project: Scrubbed
    """Its project's identity."""
    project_name: str
    cwd: Scrubbed | None
    model: str
    """The model that wrote most replies; empty where unknown."""
    first_at: datetime | None
    last_at: datetime | None
    real: bool
    moments: tuple[Moment, ...]


# The part of a session that led to one change, and when each thing in it was there to be known.


class FetchedOutput(NamedTuple):
    """Later output of a command, which another call waited for."""

    run: bytes
    """The command's call."""
    by: bytes
    """The call that waited."""
    at: float
    """Seconds since 1970; infinite where the log does not say."""


class ModelTokens(NamedTuple):
    """Tokens of one message of a model."""

    at: float
    """Seconds since 1970; infinite where the log does not say."""
    model: str
    input: int
    """All that was read: fresh, from a cache and into one."""
    output: int


class WorkPart(NamedTuple):
    """The part of a session that led to one change."""

    story: Story
    """All that was known of the session when the change was made, see ``judgement.outcomes.work_parts``."""
    start: int
    """Index of the first moment after the change before."""
    tokens: Sequence[ModelTokens] = ()
    """Of the part."""


class FileEvent(NamedTuple):
    """One thing that agents did to a file, or that became of it."""

    at: float
    """Seconds since 1970."""
    path: str
    """Relative to the session's folder, else absolute."""
    what: Literal["edited", "failed", "bad"]
    """``bad``: an edit was corrected or rolled back; ``at`` is when that was known."""
    session: bytes
