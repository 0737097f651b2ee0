"""Changes of a repository, what is known of each before it, and how likely it is that each is fixed later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from twiceshy.records.commits import RawCommit

_SHORT: Final = 10
"""Digits of a commit that are shown (guess, 2026-11-23: as git in a repository of middle size)."""
_BECAME: Final = {
    "trailer": "named as fixed",
    "revert": "taken back",
    "szz": "changed by a fix",
    "corrected": "corrected",
    "rolled-back": "rolled back",
}


class RiskColumn(NamedTuple):
    """One number that is known of each change."""

    name: str
    tier: int
    """1 pipeline and tests, 2 the file's record with agents, 3 code, 4 git, 5 the agent's work, 6 text."""
    unit: str
    known_at: str
    """What the newest thing is that may enter it, such as ``the commit before``."""


class FixLabel(NamedTuple):
    """That a change turned out bad: it was fixed, taken back or corrected later."""

    commit: str
    """The change that was bad."""
    by: str
    """The commit that says so; empty where a person's or an agent's work says it."""
    known_at: float
    """Seconds since 1970; before that nobody could know."""
    source: str
    """``trailer``, ``revert``, ``szz``, ``corrected`` or ``rolled-back``."""

    def describe(self) -> str:
        """Return in a few words what became of the change, and by which commit."""
        by = f" by {self.by[:_SHORT]}" if self.by else ""
        return f"{_BECAME.get(self.source, 'fixed')}{by}"


class TimedChange(NamedTuple):
    """A commit with the time from which on it was surely there."""

    commit: RawCommit
    at: float
    """Seconds since 1970: its own time, or that of a parent where the clock went back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeStory:
    """A change, with what was measured of it outside its history."""

    change: TimedChange
    measured: Mapping[str, float] = field(default_factory=dict)
    """Numbers by the name of their column: of its code, and of the agent's work that led to it. What is not there is
    not known."""


class ChangeRow(NamedTuple):
    """What is known of one change, without a look at what came after it."""

    id: str
    """The commit's hash; ``staged``, ``diff`` or ``pending`` (files as they are) of what is none yet."""
    at: float
    """Seconds since 1970."""
    added: int
    removed: int
    values: Sequence[float]
    """32-bit, in the order of the table's columns; NaN where it is not known."""
    subject: str = ""
    """First line of its message, redacted where it is kept; empty of what is not committed."""


class RiskTable(NamedTuple):
    """Changes in the order of time, parents before children; merges are no changes."""

    columns: tuple[RiskColumn, ...]
    rows: Sequence[ChangeRow]
    labels: tuple[FixLabel, ...]
    """All that is known today, by ``known_at``; who trains must ask what was known then."""
    doubts: tuple[str, ...] = ()
    """Why this history says little of its changes, as sentences."""
    middles: tuple[float, ...] = ()
    """The middle of the known values of each column; empty where nobody measured them yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskReason:
    """Why a risk is what it is, in the field's terms."""

    words: str
    """Such as ``3 authors in 90 days``; has a number."""
    column: str
    push: float
    """By how much it moves the model's answer, in log-odds, with all columns that tell the same thing; above 0 towards
    bad."""


class LentShare(NamedTuple):
    """What became of like changes elsewhere, where a model of public histories answers for a young repository."""

    histories: int
    """Public histories that it learned from."""
    low: float
    """Least share of like changes fixed later, among these histories."""
    high: float
    """Most share of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskAnswer:
    """How likely it is that one change will have to be fixed later."""

    id: str
    subject: str
    """Empty of what is not committed."""
    probability: float | None
    """Calibrated; None where no model may speak: then only the size is told."""
    base: float | None
    """Share of this repository's changes that were fixed later, of those old enough to be found out."""
    like: tuple[int, int] | None
    """Fixed later, and all, of earlier changes with a like answer."""
    model: str
    """``own``, ``general``, or ``size`` where no model beat the number of lines added."""
    added: int
    removed: int
    larger_than: float | None
    """Share of this repository's changes that add fewer lines."""
    documents: bool = False
    """Whether it adds documents or generated files alone, and so was held against such changes only."""
    reasons: tuple[RiskReason, ...] = ()
    """At most three, the strongest first."""
    notes: tuple[str, ...] = ()
    """Why the answer may be weak."""
    too_little: str = ""
    """What is missing for any answer; empty where there is one."""
    words: str = ""
    """All of it in one sentence."""
    lent: LentShare | None = None
    """Of an answer by public histories, since this repository's own past says too little; else None."""
    became: FixLabel | None = None
    """What is known today to have become of it: the first that said it was bad. None also where nobody said so yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskList:
    """Risks of several changes."""

    answers: tuple[RiskAnswer, ...]
    order: str
    """``time``, newest first, or ``line``: those first whose reading finds most for each changed line."""
    asked: int
    """Changes that were asked for; more than there are answers where only some are shown."""
    left_out: tuple[str, ...] = ()
    """Commits that are no change behind HEAD: merges, commits without files, other branches."""
    session: str = ""
    """The session whose commits these are; empty where commits were asked for."""
    notes: tuple[str, ...] = ()


class RiskBand(NamedTuple):
    """Changes with a like risk, and what became of them so far."""

    name: str
    least: float
    """The lowest risk in it."""
    most: float
    changes: int
    fixed: int
    low: float
    """Of the 95 % interval of the share that was fixed."""
    high: float


class HabitRisk(NamedTuple):
    """What became of changes that were made with a habit, beside those made without it."""

    habit: str
    column: str
    """That it is read from."""
    changes: int
    """With the habit."""
    fixed: int
    other_changes: int
    other_fixed: int
    adds: tuple[float, float, float]
    """Share that is fixed more with it than without, at equal size: estimate and ends of the 95 % interval, by
    sessions."""
    sessions: int
    """That tell anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskOutcomes:
    """What became of changes that the model did not learn from, by the risk that it says of them."""

    model: str
    """``own``, ``general`` or ``size``."""
    since: float
    """Seconds since 1970: the changes behind it are told."""
    changes: int
    fixed: int
    """So far: younger ones have had less time to be found out."""
    bands: tuple[RiskBand, ...]
    """The highest risk first; none where too few changes came."""
    riskiest: tuple[RiskAnswer, ...] = ()
    """Of the top tenth, the highest risk first."""
    too_little: str = ""
    """Why there are no bands."""
    logged: int = 0
    """Changes with code and an agent's log, old enough to be found out."""
    logged_fixed: int = 0
    habits: tuple[HabitRisk, ...] = ()
    """What each step left out and each habit adds, in the order of the questions; only where both sides have enough of
    these."""
