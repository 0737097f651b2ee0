"""Misclassification: what a comparison would be if the outcome were always told right.

An outcome that is found by rules is told wrongly now and then. Cases that are wrongly told to have ended so stand on
both sides alike and pull a ratio towards 1; their share is itself known from some labels only. Here both are put right:
the estimate by the labelled error rates, its interval by how few the labels are.

It holds where an error is as likely on one side as on the other, which no count can prove. Where the two sides do not
differ at all, the errors cancel out: so a test of that needs no correction.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.stats.clusters import (
    Cluster,
    PooledSums,
    bound_by_fieller,
    jackknife_covariance,
    jackknife_variance,
    leave_out_each,
)
from twiceshy.stats.intervals import CONFIDENCE, Interval, t_quantile

_LEAST_INDEX = 0.1
"""Sensitivity + specificity - 1 from which on a difference is corrected. Guess of 2026-11-22: with less, the answer
says next to nothing of the truth, and the correction would multiply what is left by more than ten."""


class AnswerLabels(NamedTuple):
    """Cases labelled by eye, by what the rules answer and what is so."""

    right_yes: int
    wrong_yes: int
    missed_yes: int
    right_no: int


class ErrorRates(NamedTuple):
    """What part of the true yes is told, and what part of the true no is told as yes, each with its variance."""

    sensitivity: float
    sensitivity_variance: float
    false_share: float
    false_variance: float


class CorrectedComparison(NamedTuple):
    """A pooled comparison with the outcome's errors taken out."""

    ratio: Interval
    """(nan, 0, inf) where the others' hits are no more than errors would make."""
    difference: Interval
    """(nan, -1, 1) where the outcome is told too badly."""


def estimate_error_rates(labels: AnswerLabels) -> ErrorRates:
    """Return the error rates with one case of each kind added, so that few labels never look certain.

    Source: Lang and Reiczigel 2014 (Preventive Veterinary Medicine 113:13), equations 2 and 3.

    >>> rates = estimate_error_rates(AnswerLabels(98, 5, 0, 93))
    >>> round(rates.sensitivity, 2), round(rates.false_share, 2)
    (0.99, 0.06)
    """
    yes, no = labels.right_yes + labels.missed_yes + 2, labels.right_no + labels.wrong_yes + 2
    sensitivity, false_share = (labels.right_yes + 1) / yes, (labels.wrong_yes + 1) / no
    return ErrorRates(
        sensitivity, sensitivity * (1 - sensitivity) / yes, false_share, false_share * (1 - false_share) / no
    )


def correct_share(share: float, rates: ErrorRates) -> float:
    """Return the true share behind a told one, clipped to 0 and 1; nan where the answers say nothing of the truth.

    Source: Rogan and Gladen 1978 (American Journal of Epidemiology 107:71).

    >>> round(correct_share(0.2, ErrorRates(0.9, 0.0, 0.1, 0.0)), 4)
    0.125
    """
    index = rates.sensitivity - rates.false_share
    return min(1.0, max(0.0, (share - rates.false_share) / index)) if index >= _LEAST_INDEX else math.nan


def correct_comparison(
    clusters: Sequence[Cluster], rates: ErrorRates, confidence: float = CONFIDENCE
) -> CorrectedComparison:
    """Return the pooled risk ratio and difference of the true outcome, sessions being the witnesses.

    Mantel and Haenszel's two sums are shares weighted alike, so Rogan and Gladen's correction holds for each; of a
    ratio the sensitivity cancels out. Variances: the jackknife's by sessions, and by the delta method that of the error
    rates, which both sides share; the ratio's interval is Fieller's. With perfect rates it is the plain ratio.

    >>> from twiceshy.stats.strata import TwoByTwoTable
    >>> some = [{"": TwoByTwoTable(3, 10, 2, 10)}, {"": TwoByTwoTable(5, 10, 2, 10)}] * 20
    >>> rates = ErrorRates(1.0, 0.0, 0.0, 0.0), ErrorRates(0.8, 0.01, 0.1, 0.0001)
    >>> [round(correct_comparison(some, each).ratio.estimate, 2) for each in rates]
    [2.0, 3.0]
    """
    full, without = leave_out_each(clusters)
    if len(without) < 2 or not full.weight:
        return CorrectedComparison(Interval(math.nan, 0.0, math.inf), Interval(math.nan, -1.0, 1.0))
    t = t_quantile((1 + confidence) / 2, len(without) - 1)
    return CorrectedComparison(_correct_ratio(full, without, rates, t), _correct_difference(full, without, rates, t))


def _correct_ratio(full: PooledSums, without: Sequence[PooledSums], rates: ErrorRates, t: float) -> Interval:
    """Return the ratio of the true outcome."""
    true, parts = _take_out_false(full, rates), [_take_out_false(one, rates) for one in without]
    shared = full.weight**2 * rates.false_variance
    variances = PooledSums(
        jackknife_variance([one.over for one in parts], true.over) + shared,
        jackknife_variance([one.under for one in parts], true.under) + shared,
        jackknife_covariance(parts, true) + shared,
    )
    if true.over > 0 and true.under > 0:
        return bound_by_fieller(true, variances, t)
    if true.under <= 0:
        return Interval(math.nan, 0.0, math.inf)
    tiny = bound_by_fieller(true._replace(over=1e-9 * full.weight), variances, t)
    return Interval(0.0, 0.0, tiny.high)


def _take_out_false(sums: PooledSums, rates: ErrorRates) -> PooledSums:
    """Return the sums without what errors alone would make of them."""
    false = rates.false_share * sums.weight
    return PooledSums(sums.over - false, sums.under - false, sums.weight)


def _correct_difference(full: PooledSums, without: Sequence[PooledSums], rates: ErrorRates, t: float) -> Interval:
    """Return the difference of the true outcome."""
    index = rates.sensitivity - rates.false_share
    kept = [one for one in without if one.weight]
    if index < _LEAST_INDEX or len(kept) < 2:
        return Interval(math.nan, -1.0, 1.0)
    told = (full.over - full.under) / full.weight
    variance = jackknife_variance([(one.over - one.under) / one.weight for one in kept], told)
    rest = rates.sensitivity_variance + rates.false_variance
    half = t * math.sqrt(variance + (told / index) ** 2 * rest) / index
    true = told / index
    return Interval(max(-1.0, min(1.0, true)), max(-1.0, true - half), min(1.0, true + half))
