"""What happened in an agent's session: one frozen record an event, whichever agent wrote the log.

``Event`` is the stored family, ``RawEvent`` the one that lives only in memory between a reader and ``privacy.scrub``.
They share their classes and differ in the type of their text (see ``base.values``).

Identity comes from content: ``Stamp.uid`` is the same wherever the same event is found again (a resumed copy, a
subagent's dialogue embedded in its parent's log), so that storing is idempotent.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Generic

from twiceshy.base.values import Scrubbed, Text


class Action(StrEnum):
    """What a tool call does, whatever the agent calls its tool."""

    READ = "read"
    SEARCH = "search"
    EDIT = "edit"
    WRITE = "write"
    RUN = "run"
    WEB = "web"
    DELEGATE = "delegate"
    PLAN = "plan"
    ASK = "ask"  # a question to the person
    WAIT = "wait"  # waits for a running command, types into it or ends it: no attempt of its own
    OTHER = "other"


class PromptKind(StrEnum):
    """Why a turn of the user's side is in the log. Only some kinds are a human's words: see ``HUMAN_KINDS``."""

    TYPED = "typed"
    QUEUED = "queued"  # typed while the agent worked
    COMMAND = "command"  # a slash command with words after it
    REJECTION = "rejection"  # words given while refusing a tool call
    FEEDBACK = "feedback"  # words given while sending back a plan, or in place of an answer
    BARE_COMMAND = "bare-command"  # a slash command alone
    SHELL = "shell"  # the user's own `!` command
    PLAN = "plan"  # "Implement the following plan", written by the client after approval
    SDK = "sdk"  # a program's prompt
    SUBAGENT = "subagent"  # an agent's prompt to its subagent
    SUMMARY = "summary"  # the recap after a compaction
    NOTIFICATION = "notification"  # a background task reports
    SKILL = "skill"  # the body of a skill
    META = "meta"  # caveats, reminders, local command output and other words of the client


HUMAN_KINDS = frozenset(
    {PromptKind.TYPED, PromptKind.QUEUED, PromptKind.COMMAND, PromptKind.REJECTION, PromptKind.FEEDBACK}
)


class Failure(StrEnum):
    """Why a tool call did not do what was asked."""

    ERROR = "error"
    REJECTED = "rejected"  # by the user or a rule: the call was not executed
    DISMISSED = "dismissed"  # a question put aside or a plan sent back: no work was refused
    INTERRUPTED = "interrupted"
    CASCADE = "cascade"  # cancelled because a parallel call failed: not a failure of its own


class MarkKind(StrEnum):
    """Everything in a session that is neither said nor done with a tool."""

    INTERRUPT = "interrupt"
    COMPACTION = "compaction"
    API_ERROR = "api-error"
    REWIND = "rewind"
    HOOK = "hook"
    MODE = "mode"
    PULL_REQUEST = "pull-request"
    SUBAGENT = "subagent"  # what the result of a subagent's call states of it: its run, and tokens
    ATTACHED = "attached"  # what the client put into the context beside the dialogue, by its length
    NOTICE = "notice"  # a line of the client to the user
    UNKNOWN = "unknown"  # a record type that this version does not know: kept as it is


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamp:
    """Which event this is, whose, and where it stands in the order of its session."""

    uid: bytes
    """16 bytes made from content; equal wherever the same event is found again."""
    session: bytes
    """``Session.uid`` of the session that logged it."""
    at: datetime | None
    """Aware, UTC. None where the log gives no time."""
    rank: int
    """Order within a session: running maximum of the time in ms, shifted left by 22 bits, plus a counter. The log's
    position decides where a clock goes back; time decides between files."""
    agent_run: bytes | None = None
    """8 bytes that name the subagent's run; None in the main dialogue."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session(Generic[Text]):
    """One conversation with an agent. A session seen again adds to what is known: ends move outwards, gaps fill."""

    uid: bytes
    agent: str
    """Key of ``capture.READERS``."""
    native_id: Text
    cwd: Text | None
    """The folder it started in, with ``/``."""
    project: Text
    """Identity of its project, see ``records.projects``."""
    branch: Text | None = None
    version: Text | None = None
    entrypoint: Text | None = None
    title: Text | None = None
    first_at: datetime | None = None
    last_at: datetime | None = None
    real: bool = True
    """False where the log is visibly not written by the agent itself (another writer's imitation, a fixture)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt(Generic[Text]):
    """A turn of the user's side."""

    stamp: Stamp
    kind: PromptKind
    text: Text
    images: int = 0

    @property
    def human(self) -> bool:
        """Whether a person wrote these words for this conversation."""
        return self.kind in HUMAN_KINDS


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply(Generic[Text]):
    """Words of the model: an answer, or its visible thinking."""

    stamp: Stamp
    text: Text
    model: Text | None
    thinking: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolCall(Generic[Text]):
    """One use of a tool, as asked for; what came of it is the ``ToolResult`` of the same ``call``."""

    stamp: Stamp
    call: bytes
    """16 bytes that the call's result and edits carry too."""
    tool: Text
    """The agent's own name for the tool."""
    action: Action
    input: Text
    """The input as JSON; what an ``Edit`` or a body holds already is left out."""
    path: Text | None = None
    """The file meant, with ``/``: relative to the session's ``cwd`` where it lies below, else absolute."""
    path_key: bytes | None = None
    """8-byte salted hash of the absolute path, the one that hooks write too."""
    command: Text | None = None
    """The command line of a ``run``."""
    query: Text | None = None
    """What a ``search`` looked for, or the address of a ``web`` call."""
    span: tuple[int, int] | None = None
    """First line (from 1) and number of lines of a partial ``read``; None means the whole file."""
    timeout_s: float | None = None
    background: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolResult(Generic[Text]):
    """What a tool call gave back."""

    stamp: Stamp
    call: bytes
    text: Text
    failure: Failure | None = None
    """None means success, as far as the agent knows; see ``masked`` on the command for hidden failures."""
    exit_code: int | None = None
    duration_s: float | None = None
    """As logged by the agent; None where only the two time stamps are known."""
    words: Text | None = None
    """What the user said while rejecting the call."""
    commit: Text | None = None
    """Abbreviated or full hash of a commit that the call made, where the log states it."""
    lines: tuple[int, int] | None = None
    """For a read: lines returned and lines the file has."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit(Generic[Text]):
    """One file changed by one successful call, with the whole text before and after where they can be rebuilt."""

    stamp: Stamp
    call: bytes
    path: Text
    path_key: bytes
    before: Text | None
    """Whole file before; empty for a new file. With ``partial``: the replaced fragments only, or None."""
    after: Text | None
    partial: bool
    created: bool
    deleted: bool = False
    added: int = 0
    """Lines added, from the patch where the log has one."""
    removed: int = 0
    added_hashes: bytes = b""
    """8 salted bytes for each added line that is more than punctuation and white space, made before scrubbing: equal
    lines of a commit get equal hashes."""
    removed_hashes: bytes = b""
    user_modified: bool = False
    """The user changed the proposal before accepting it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage(Generic[Text]):
    """Tokens of one model message. The row with the most output tokens counts, across lines and files."""

    stamp: Stamp
    model: Text
    input: int
    output: int
    cache_write: int
    cache_read: int
    cache_write_1h: int = 0
    """Of ``cache_write``: kept for an hour."""
    cost: float | None = None
    """US dollars that the log states; None where it states none."""
    unended: bool = False
    """The output was counted before the message ended: there was at least so much."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark(Generic[Text]):
    """Anything else worth keeping, in its place in the order."""

    stamp: Stamp
    kind: MarkKind
    name: Text
    """The agent's own word for it (record type, subtype, trigger)."""
    text: Text


AnyEvent = (
    Session[Text]
    | Prompt[Text]
    | Reply[Text]
    | ToolCall[Text]
    | ToolResult[Text]
    | Edit[Text]
    | Usage[Text]
    | Mark[Text]
)
RawEvent = AnyEvent[str]
Event = AnyEvent[Scrubbed]
