"""What a model can learn from a history: figures with their intervals, what is odd, and what to do about it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Rate, Scrubbed
from twiceshy.records.exports import Split
from twiceshy.records.outcomes import SessionResult


class QualityLevel(StrEnum):
    """How much something matters to what is learned."""

    FINE = "fine"
    NOTE = "note"
    """It is worth knowing."""
    WARNING = "warning"
    """A model would learn less than it could."""
    PROBLEM = "problem"
    """A model would learn, or be measured by, what is not true."""


class QualityLine(NamedTuple):
    """One figure: of ``rate.n`` things ``rate.hits`` are as its name says."""

    topic: str
    """``rows``, ``labels``, ``repeats``, ``splits``, ``text``, ``links``, ``coverage`` or ``time``."""
    name: str
    rate: Rate
    note: str = ""
    """What else there is to say, in a few words; empty for nothing."""


class HistoryGap(NamedTuple):
    """A time without any session."""

    after: date
    """Day of the last session before it."""
    before: date
    """Day of the first one behind it."""
    days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityMonth:
    """Whose work a month's sessions are."""

    month: str
    """``2026-11``."""
    sessions: int
    agents: Mapping[str, int]
    """Sessions of each agent, most first."""
    models: Mapping[str, int]
    """Sessions by the model that wrote most of each, likewise; those of which no log says are left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityTime:
    """When the history was made."""

    first: datetime | None
    last: datetime | None
    weeks: int
    """From the first to the last, both counted."""
    active_weeks: int
    """Of these, those with a session."""
    gaps: Sequence[HistoryGap]
    """Of more than 14 days, the longest first."""
    months: Sequence[QualityMonth]


class LengthTenths(NamedTuple):
    """How long texts are."""

    name: str
    """``prompt`` or ``answer``."""
    n: int
    tenths: Sequence[int]
    """Bytes at 0, 10, 20 … 100 percent of the texts, from the shortest; empty where there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityAnomaly:
    """Records that are not as such records are."""

    kind: str
    """A slug: ``chats-without-answer``, ``chats-twice`` …"""
    level: QualityLevel
    words: str
    count: int
    ids: Sequence[str]
    """The newest of them, by which `twiceshy show` finds them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityStep:
    """What would make more of the history."""

    level: QualityLevel
    words: str
    command: str


class LengthRange(NamedTuple):
    """How long texts are, in short."""

    least: int
    mean: float
    most: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedScore:
    """The first collector's score, 0 to 100, with its parts; see ``twiceshy_data.dataset.seed_score``."""

    score: int
    completeness: float
    """Weighs .4; this and the two below are 0 to 100, but for sessions that commits name and nobody stored."""
    low_anomaly: float
    """Weighs .3."""
    diversity: float
    """Weighs .3."""
    chats_complete_pct: float
    commits_with_ci_pct: float
    sessions_with_commits_pct: float
    chats_with_feedback_pct: float
    anomalies: Mapping[str, int]
    """By the collector's own names."""
    files: int
    tools: Mapping[str, int]
    """Chats that use each, the eight most used."""
    tool_count: int
    query_length: LengthRange
    """Characters in the first collector's report; bytes here."""
    response_length: LengthRange


@dataclass(frozen=True, slots=True, kw_only=True)
class QualityReport:
    """How good a history is to learn from."""

    level: QualityLevel
    """The worst of all that was found, steps that are not listed too."""
    sessions: int
    chats: int
    edits: int
    commits: int
    lines: Sequence[QualityLine]
    time: QualityTime
    lengths: Sequence[LengthTenths]
    anomalies: Sequence[QualityAnomaly]
    """The worst first."""
    steps: Sequence[QualityStep]
    """What to do, the worst first; at most three."""
    seed_score: SeedScore


# What is looked at to say how good a history is to learn from: outlines of sessions, chats and commits.
#
# They hold beginnings of texts, sizes and keys, so that a whole store is looked through in a second.


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
