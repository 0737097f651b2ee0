"""Aggregate: from what a change introduced to one number, 0 to 1, with each part kept.

A part is the chance that at least one of its findings matters, were they independent: a noisy-or of severity times
confidence. Findings of two scanners about the same line and weakness are one fault, whatever their layers: the
strongest counts, in its own part. The number is the weighted mean of the parts; a part of which nothing is known has no
weight, and does not count as clean.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from twiceshy.records.findings import EditWithScore, Finding, FindingDelta, Layer, Score, Severity

VERSION = 2
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
"""Of taint, pattern, refactor and history: those of the system that this one replaces."""
_IMPACT = {Severity.CRITICAL: 0.9, Severity.MAJOR: 0.6, Severity.MINOR: 0.2}
"""How bad a finding is that is right for certain, 0 to 1 (guess, 2026-11-21)."""
_CHANGE_LAYERS = (Layer.TAINT, Layer.PATTERN, Layer.REFACTOR)
"""Layers that look at the change itself. A file's past alone is no look at it and gives no number."""
_SAME_WEAKNESS = {77: 78, 80: 79, 95: 94, 328: 327, 338: 330, 916: 327}
"""CWE classes that scanners use for the same fault: command, page, code, weak hash and cipher, random numbers."""
BANDS = ((0.0, "none"), (0.05, "low"), (0.2, "medium"), (0.4, "high"))
"""Names of the numbers above each bound. Guess of 2026-11-21."""


class ChangeContext(NamedTuple):
    """What is known of a change beside its findings."""

    layers: Collection[Layer]
    """Those that looked at it."""
    history: float | None = None
    """Of the file's past, see ``risk``; None where it has none."""


def strength_of(one: Finding) -> float:
    """Return the chance that a finding matters."""
    return _IMPACT[one.severity] * one.confidence


def _fault_key_of(one: Finding) -> tuple[object, ...]:
    """Return what all findings of one fault share: place and weakness."""
    weakness = one.rule if one.cwe is None else _SAME_WEAKNESS.get(one.cwe, one.cwe)
    return one.path, one.line, weakness


def group_by_fault(findings: Iterable[Finding]) -> list[list[Finding]]:
    """Return the findings by fault, the strongest of each first; faults in the order in which they came."""
    found: dict[object, list[Finding]] = {}
    for one in findings:
        found.setdefault(_fault_key_of(one), []).append(one)
    return [sorted(same, key=strength_of, reverse=True) for same in found.values()]


def _combine_strengths(findings: Iterable[Finding]) -> float:
    """Return the chance that one of the findings matters; 0 for none."""
    left = 1.0
    for one in findings:
        left *= 1.0 - strength_of(one)
    return 1.0 - left


def aggregate(
    change: FindingDelta, known: ChangeContext, *, weights: Sequence[float] = WEIGHTS, version: str = str(VERSION)
) -> Score:
    """Return the score of a change."""
    counted = [same[0] for same in group_by_fault(change.introduced)]
    parts: dict[Layer, float | None] = {
        layer: _combine_strengths(one for one in counted if one.layer is layer) if layer in known.layers else None
        for layer in _CHANGE_LAYERS
    }
    parts[Layer.HISTORY] = known.history
    taint, pattern, refactor, history = (parts[layer] for layer in Layer)
    return Score(
        value=mean_of_parts((taint, pattern, refactor, history), weights) if known.layers else None,
        taint=_round(taint),
        pattern=_round(pattern),
        refactor=_round(refactor),
        history=_round(history),
        weights=(weights[0], weights[1], weights[2], weights[3]),
        introduced=change,
        version=version,
    )


def mean_of_parts(parts: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Return the weighted mean of the known parts; None where none is known.

    >>> mean_of_parts((0.5, None, 0.0, None), (0.4, 0.3, 0.1, 0.2)), mean_of_parts((None,), (1.0,))
    (0.4, None)
    """
    pairs = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None]
    total = sum(weight for _, weight in pairs)
    return round(sum(part * weight for part, weight in pairs) / total, 4) if total else None


def _round(value: float | None) -> float | None:
    """Round to four places; None stays."""
    return None if value is None else round(value, 4)


def band_of(value: float) -> str:
    """Return the name of a number's band.

    >>> [band_of(value) for value in (0.0, 0.05, 0.25, 0.7)]
    ['none', 'low', 'medium', 'high']
    """
    return next(name for bound, name in reversed(BANDS) if value >= bound)


class ScoreBands(NamedTuple):
    """The scores of several edits in short; None without scores."""

    mean: float | None
    counts: dict[str, int] | None
    """How many scores are in each band."""


def count_bands(scores: Iterable[Score]) -> ScoreBands:
    """Return the mean score and how many are in each band."""
    values = [one.value for one in scores if one.value is not None]
    bands = {name: 0 for _, name in BANDS}
    for value in values:
        bands[band_of(value)] += 1
    return ScoreBands(round(sum(values) / len(values), 4), bands) if values else ScoreBands(None, None)


def find_worst_bands(edits: Iterable[EditWithScore]) -> dict[bytes, str]:
    """Return for each call that has a score the band of its worst edit."""
    worst: dict[bytes, float] = {}
    for one in edits:
        if one.score.value is not None:
            worst[one.edit.call] = max(worst.get(one.edit.call, 0.0), one.score.value)
    return {call: band_of(value) for call, value in worst.items()}
