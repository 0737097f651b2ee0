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
