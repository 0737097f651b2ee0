"""Whether advice helps: what became of calls that got a warning, compared with those in the holdout.

The holdout is drawn by a hash, so this is an experiment: a difference is the warning's doing, not that of harder tasks.
"""

from collections.abc import Hashable
from dataclasses import dataclass

from twiceshy.records.effects import Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceCase:
    """One case in which a rule matched: its advice was shown, or withheld as part of the holdout."""

    rule: str
    category: str
    session: Hashable
    shown: bool
    bad: bool | None
    """What it warns of happened after all; None where that is not known."""
    at: float = 0.0
    """Seconds since 1970."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmCounts:
    """Cases and bad outcomes among them, for advice that was shown and for the holdout."""

    bad: int = 0
    shown: int = 0
    held_bad: int = 0
    held: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleEffect:
    """The estimated effect of one rule."""

    rule: str
    category: str
    arms: ArmCounts
    benefit: Estimate
    """Share of bad ends that it takes away, with the 95 % credible interval; below 0 it does harm."""
    worth: float
    """Probability that it takes away more than ``advice.effect.WORTH``."""
    retired: bool
    """It is not to be shown any more."""
    why: str = ""
    """In words, where it is retired."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CategoryEffect:
    """All rules of a category together."""

    category: str
    rules: int
    sessions: int
    """Those that tell anything."""
    arms: ArmCounts
    difference: Estimate
    """Bad ends where shown less where held back, within rules: below 0 it helps. 95 %, sessions as witnesses."""
    ratio: Estimate
    p: float
    """Two-sided, that showing makes no difference."""
    unknown: int = 0
    """Times of which nobody knows how they ended."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionEffect:
    """One outcome of whole sessions: those with advice against those left without it, or after against before."""

    outcome: str
    """``first-pass``, ``corrected``, ``regeneration-cycles`` or ``engagement``."""
    compared: str
    """``held-back``: sessions drawn by lot; ``before``: earlier ones, which differ in more than advice."""
    sessions: int
    """With advice, or after."""
    others: int
    value: float
    """Mean with advice; nan where there is none."""
    other: float
    difference: Estimate
    """``value - other``, 95 %."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceEffects:
    """Everything that ``twiceshy lessons effect`` draws."""

    given: int
    unknown: int
    categories: tuple[CategoryEffect, ...] = ()
    rules: tuple[RuleEffect, ...] = ()
    sessions: tuple[SessionEffect, ...] = ()
