"""What is looked at to say how good a history is to learn from: outlines of sessions, chats and commits.

They hold beginnings of texts, sizes and keys, so that a whole store is looked through in a second.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Scrubbed
from twiceshy.records.outcomes import SessionResult
from twiceshy.records.splits import Split


class OutlinedText(NamedTuple):
    """The beginning of a text, and what tells the whole of it from others."""

    beginning: Scrubbed
    body: bytes | None
    """Hash of the whole text where it is longer than its beginning."""
    size: int | None
    """Bytes of the whole text; None where it is missing from the store."""


class OutlinedPrompt(NamedTuple):
    """A turn of the user's side."""

    uid: bytes
    rank: int
    at: str | None
    """As stored: ISO 8601, UTC."""
    main: bool
    """Of the main dialogue, not of a subagent's."""
    kind: str
    human: bool
    text: OutlinedText


class OutlinedReply(NamedTuple):
    """Words of the model."""

    rank: int
    main: bool
    thinking: bool
    model: str | None
    text: OutlinedText


class OutlinedCall(NamedTuple):
    """A use of a tool."""

    rank: int
    tool: str
    ended: bool
    """What it gave back is known."""


class OutlinedMark(NamedTuple):
    """An interrupt, a compaction or the like."""

    rank: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOutline:
    """A session, without its texts."""

    uid: bytes
    project: str
    """The project's identity."""
    agent: str
    first_at: datetime | None
    last_at: datetime | None
    prompts: Sequence[OutlinedPrompt]
    replies: Sequence[OutlinedReply]
    calls: Sequence[OutlinedCall]
    marks: Sequence[OutlinedMark]


class ChatFacts(NamedTuple):
    """A chat as far as its quality goes."""

    uid: bytes
    session: bytes
    at: str | None
    prompt: bytes
    """Key of its prompt: equal where the whole texts are."""
    wording: bytes
    """Key of its prompt's beginning without numbers and paths: equal where they say the same."""
    words: int
    """Of its prompt's beginning, likewise: `yes` and `commit` are one."""
    answer: bytes
    """Key of all its answers: equal where the whole texts are."""
    prompt_bytes: int | None
    """None where the text is missing from the store."""
    answer_bytes: int | None
    answers: int
    """Messages that say something."""
    calls: int
    tools: frozenset[str]
    redacted: float
    """Share of the beginnings of its texts that placeholders take, the worse of prompt and answers."""
    compacted: bool
    """Its beginning was summed up by the client, so that later answers saw a part of it."""
    interrupted: bool


class SessionFacts(NamedTuple):
    """A session as far as its quality goes."""

    uid: bytes
    project: str
    agent: str
    model: str | None
    """That wrote most of its replies."""
    first_at: datetime | None
    last_at: datetime | None
    chats: int
    calls: int
    open_calls: int
    """Of which nobody saw what they gave back."""


class CheckedCommit(NamedTuple):
    """A commit as far as its quality goes."""

    hash: str
    at: str
    message: str
    """Its whole message, or its subject where only that was read."""
    files: int
    merge: bool
    checked: bool
    """A CI system said how it ended: pass, fail or error."""


class EditCounts(NamedTuple):
    """The edits of a store."""

    whole: int = 0
    """With all that stood before and after."""
    fragments: int = 0
    """Known only around the change."""
    by_file: Mapping[bytes, int] = {}
    """By the file's key."""


class LineCounts(NamedTuple):
    """What became of the logs' lines."""

    lines: int
    unread: int
    """That could not be read."""
    unknown: int
    """Of a kind that this version does not know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryFacts:
    """All that the quality of a history is judged by."""

    sessions: Sequence[SessionFacts]
    """The oldest first, as chats and commits."""
    chats: Sequence[ChatFacts]
    results: Mapping[bytes, SessionResult]
    """Of the sessions that were judged."""
    commits: Sequence[CheckedCommit]
    linked: Mapping[bytes, Collection[str]]
    """Commits that came from each session."""
    committed: Collection[str]
    """Projects of which commits are stored."""
    edits: EditCounts
    edited: Mapping[bytes, Collection[bytes]]
    """Keys of the files that each session edited."""
    excluded: Collection[bytes]
    """Sessions of projects and folders that are never trained on: `contribute.exclude`."""
    splits: Mapping[bytes, Split]
    """The part that each session is of, where they are parted by time as usual."""
    groups: Mapping[bytes, bytes]
    """Sessions and commits that belong together, by one of each group."""
    named_files: int
    """Different files that calls name."""
    rated: Collection[bytes]
    """Chats that a person rated."""
    log_lines: LineCounts
