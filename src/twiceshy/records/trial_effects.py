"""What advice did: by category, rule and session, and in a trial of warnings beside a placebo and beside silence."""

from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from twiceshy.base.values import Verdict
from twiceshy.records.effects import CategoryEffect, Estimate, RuleEffect, SessionEffect
from twiceshy.records.rules import Fate


class DrawnCase(NamedTuple):
    """One time that a rule matched, with the chances of its draw."""

    rule: str
    session: Hashable
    shown: bool
    placebo: bool
    held_chance: float
    placebo_chance: float
    failed: bool | None
    again: bool | None
    at: float


class TrialCase(NamedTuple):
    """The first time that a rule matched in a session of a trial."""

    rule: str
    session: Hashable
    arm: str
    """``warned``, ``placebo`` or ``silent``."""
    chance: float
    """Probability of this arm, as it was drawn."""
    failed: bool | None
    """The matched call failed, or its edit was corrected or rolled back; None where that is not known."""
    again: bool | None
    """A later call of the session for the same thing failed."""
    at: float
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialArm:
    """The cases of one arm whose outcome is known."""

    name: str
    bad: int
    n: int
    sessions: int
    share: float
    """Of bad ends, weighted by the inverse of the cases' chances; nan for no case."""
    effective: float
    """Independent cases of equal weight that would tell as much (Kish)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialComparison:
    """Two arms of one outcome."""

    arm: str
    other: str
    difference: Estimate
    """Share of bad ends in ``arm`` less that in ``other``, 95 %, with sessions as witnesses."""
    n: int
    """Cases of both."""
    needed: int | None
    """Of both, planned to see the expected effect; None where nothing is known to plan with."""
    design_effect: float
    """How many times the variance is what as many independent cases would have."""
    verdict: Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialOutcome:
    """One outcome: ``failed`` (the matched call) or ``again`` (a later call for the same thing)."""

    name: str
    arms: tuple[TrialArm, ...]
    comparisons: tuple[TrialComparison, ...]
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialPlan:
    """How long it takes to see an effect, from what is known beforehand."""

    source: str
    """``trial``: its own cases so far; ``replay``: what rules would have said in the last month."""
    weekly: float
    """Warnings a week of one user, given or held out."""
    base: float
    """Share of them whose call fails without a warning."""
    cut: float
    """Share of these failures that the effect takes away."""
    other: str
    """The arm that warnings are compared with."""
    other_share: float
    """Of all cases."""
    needed: int
    """Cases in all arms."""
    weeks: float
    """For one user."""
    team_weeks: float
    """For ``advice.trial_power.TEAM`` users."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceTrial:
    """All that is said of it."""

    outcomes: tuple[TrialOutcome, ...] = ()
    plans: tuple[TrialPlan, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceEffects:
    """Everything that ``twiceshy lessons effect`` draws."""

    given: int
    unknown: int
    categories: tuple[CategoryEffect, ...] = ()
    rules: tuple[RuleEffect, ...] = ()
    sessions: tuple[SessionEffect, ...] = ()
    trial: AdviceTrial = field(default_factory=AdviceTrial)


# What a lesson's advice did: each time that it was given or held out, and the measured effect.


class GivenAdvice(NamedTuple):
    """One time that a lesson's advice was given, or held out."""

    at: datetime | None
    session: bytes
    message: bytes
    """Uid of the call; empty where it was given before a task."""
    told: bool
    """Before a task, by a brief; else before a call, by a rule."""
    shown: bool
    """Else held out by lot."""
    outcome: Fate | None
    """None where it is not known."""
    stored: bool
    """Its session is stored, so that its message can be shown."""


class LessonAdvice(NamedTuple):
    """What a lesson's advice did."""

    total: int
    """Times that it was given or held out."""
    cases: tuple[GivenAdvice, ...]
    """The newest of them."""
    effects: tuple[RuleEffect, ...]
    """Of its rules, and of its own in briefs."""
