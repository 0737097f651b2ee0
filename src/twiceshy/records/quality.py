"""What a model can learn from a history: figures with their intervals, what is odd, and what to do about it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from twiceshy.base.values import Rate


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
    """The first collector's score, 0 to 100, with its parts; see ``wings.data.dataset.seed_score``."""

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
