"""How well risk models find the changes that were fixed later."""

from dataclasses import dataclass


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
    """Of the first row's AUC over this one's: estimate and ends of the 95 % interval."""


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
    notes: tuple[str, ...] = ()
