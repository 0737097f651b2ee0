"""Changes of a repository, what is known of each before it, and how likely it is that each is fixed later."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, NamedTuple

from twiceshy.records.commits import RawCommit
from twiceshy.records.views import Judgement

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


# A change with its score, and beside it how likely it is to be fixed later.


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedChange(Judgement):
    """A change of a work tree with two numbers, of which neither is part of the other."""

    risk: RiskAnswer | None = None
    """How likely the change is to be fixed later. None where nobody trained a model here (``train risk``), and for
    files that are judged as they are."""


# What is known of changes, as people and programs look it through: the features, and what became of a change.


class FeatureFigures(NamedTuple):
    """One column of the table of features."""

    name: str
    tier: int
    """1 pipeline and tests, 2 the file's record with agents, 3 code, 4 git, 5 the agent's work, 6 text."""
    unit: str
    known_at: str
    """What the newest thing is that may enter it, such as ``the commit before``."""
    known: float
    """Share of the changes of which it is known."""


class FeatureValue(NamedTuple):
    """One number of a change."""

    name: str
    tier: int
    """As in the list of features."""
    unit: str
    known_at: str
    """As in the list of features."""
    value: float | None
    """None where it is not known; 0 is a number."""


class ChangeFate(NamedTuple):
    """What became of a change, as known today."""

    bad: bool | None
    """It was fixed, taken back or corrected later; None while a change is too young to count as good."""
    known_at: datetime | None = None
    """Since when it is known to be bad."""
    source: str | None = None
    """Who says so first: ``trailer``, ``revert``, ``szz``, ``corrected`` or ``rolled-back``."""
    by: str | None = None
    """The commit that says so; None where a person's or an agent's work says it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeFeatures:
    """All that was known of one change when it was made."""

    id: str
    """The commit's hash."""
    at: datetime
    fate: ChangeFate
    values: tuple[FeatureValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureList:
    """The features of a repository's changes, and how much is known of each."""

    changes: int
    """Commits that change files; merges are none."""
    bad: int
    good: int
    """Old enough to be found out, and not found out; the rest is too young to say."""
    since: datetime | None
    """When the first change was made; None without changes."""
    until: datetime | None
    columns: tuple[FeatureFigures, ...]
    doubts: tuple[str, ...] = ()
    """Why this history says little of its changes, as sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenFeatures:
    """What was written, and where."""

    path: str | None
    """None: standard output."""
    columns_path: str | None
    """The file that says of each column what it is; None where rows went to standard output."""
    format: str
    rows: int
    bytes: int
    """Of the rows."""
    sha256: str
    """Of the rows: the same history and store give the same."""
    table: FeatureList


# How well risk models find the changes that were fixed later.


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskFigures:
    """One score's figures on changes that it had not seen."""

    name: str
    auc: float | None
    """How often a bad change has the higher score than a good one of the same period."""
    ece: float | None = None
    """Mean distance of stated and real share of bad ones, over ten bins; None where it states no probability."""
    brier_skill: float | None = None
    """Above 0: the probabilities say more than the mean."""
    lead: tuple[float, float, float] | None = None
    """Of this row's AUC over that of lines added: estimate and ends of the 95 % interval."""
    least: float | None = None
    """The least true lead that these changes show in four trials of five."""
    effort_recall: float | None = None
    """Share of the bad changes found in a fifth of all changed lines, read by its risk for each line."""
    popt: float | None = None
    """How near that order is to the best one; 1 is the best, 0 the worst."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskImportance:
    """What own trees lose where some columns are those of other changes, on the newest changes judged."""

    name: str
    """``tier 4``, or a group of columns, such as ``files past``."""
    columns: int
    loss: tuple[float, float, float] | None
    """Of AUC: estimate and ends of the 95 % interval; None where it cannot be told."""
    least: float | None
    """The least true loss that these changes show in four trials of five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskEvaluation:
    """Scores side by side on one repository, all by what was known before each change."""

    repository: str
    changes: int
    """That were judged."""
    bad: int
    periods: int
    """Times at which models were made; each is judged by the changes up to the next."""
    found_within_days: float
    """Within which most fixes come; younger changes are not judged."""
    scores: tuple[RiskFigures, ...]
    importance: tuple[RiskImportance, ...] = ()
    """By tier, then by group; those with columns that the trees use."""
    importance_changes: int = 0
    """Changes by which it was measured."""
    notes: tuple[str, ...] = ()
