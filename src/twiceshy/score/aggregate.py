"""Aggregate: from what a change brought in to one number, 0 to 1, with each part kept.

A part is the chance that at least one of its findings matters, were they independent: a noisy-or of severity times
confidence. Findings of two scanners about the same line and weakness are one fault, whatever their layers: the
strongest counts, in its own part. The number is the mean of the parts, weighted; a part that nothing is known of has no
weight, and is not taken for clean.
"""

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple

from twiceshy.records.scores import Finding, Introduced, Layer, Score, Severity

VERSION = 2
WEIGHTS = (0.4, 0.3, 0.2, 0.1)
"""Of taint, pattern, refactor and history: those of the system that this one replaces."""
MATTERS = {Severity.CRITICAL: 0.9, Severity.MAJOR: 0.6, Severity.MINOR: 0.2}
"""How bad a finding is that is surely right, 0 to 1. Guess of 2026-11-21."""
LOOKED = (Layer.TAINT, Layer.PATTERN, Layer.REFACTOR)
"""Layers that look at the change itself. A file's past alone is no look at it and gives no number."""
SAME_WEAKNESS = {77: 78, 80: 79, 95: 94, 328: 327, 338: 330, 916: 327}
"""CWE classes that scanners use for the same fault: command, page, code, weak hash and cipher, random numbers."""
BANDS = ((0.0, "none"), (0.05, "low"), (0.2, "medium"), (0.4, "high"))
"""Names of the numbers above each bound. Guess of 2026-11-21."""


class Known(NamedTuple):
    """What is known of a change beside its findings."""

    layers: Collection[Layer]
    """Those that looked at it."""
    history: float | None = None
    """Of the file's past, see ``risk``; None where it has none."""


def strength(one: Finding) -> float:
    """The chance that a finding matters."""
    return MATTERS[one.severity] * one.confidence


def fault(one: Finding) -> tuple[object, ...]:
    """What is the same for all findings of one fault: its place and its weakness."""
    weakness = one.rule if one.cwe is None else SAME_WEAKNESS.get(one.cwe, one.cwe)
    return one.path, one.line, weakness


def faults(findings: Iterable[Finding]) -> list[list[Finding]]:
    """The findings by fault, the strongest of each first; in the order in which the faults came."""
    found: dict[object, list[Finding]] = {}
    for one in findings:
        found.setdefault(fault(one), []).append(one)
    return [sorted(same, key=strength, reverse=True) for same in found.values()]


def part(findings: Iterable[Finding]) -> float:
    """The chance that one of them matters; 0 for none."""
    left = 1.0
    for one in findings:
        left *= 1.0 - strength(one)
    return 1.0 - left


def aggregate(
    change: Introduced, known: Known, *, weights: Sequence[float] = WEIGHTS, version: str = str(VERSION)
) -> Score:
    """The score of a change."""
    counted = [same[0] for same in faults(change.introduced)]
    parts: dict[Layer, float | None] = {
        layer: part(one for one in counted if one.layer is layer) if layer in known.layers else None for layer in LOOKED
    }
    parts[Layer.HISTORY] = known.history
    taint, pattern, refactor, history = (parts[layer] for layer in Layer)
    return Score(
        value=mean((taint, pattern, refactor, history), weights) if known.layers else None,
        taint=rounded(taint), pattern=rounded(pattern), refactor=rounded(refactor), history=rounded(history),
        weights=(weights[0], weights[1], weights[2], weights[3]), introduced=change, version=version,
    )  # fmt: skip


def mean(parts: Sequence[float | None], weights: Sequence[float]) -> float | None:
    """Of the parts that are known; None where none is.

    >>> mean((0.5, None, 0.0, None), (0.4, 0.3, 0.1, 0.2)), mean((None,), (1.0,))
    (0.4, None)
    """
    pairs = [(part, weight) for part, weight in zip(parts, weights, strict=True) if part is not None]
    total = sum(weight for _, weight in pairs)
    return round(sum(part * weight for part, weight in pairs) / total, 4) if total else None


def rounded(value: float | None) -> float | None:
    """To four places; None stays."""
    return None if value is None else round(value, 4)


def band(value: float) -> str:
    """The name of a number's band.

    >>> [band(value) for value in (0.0, 0.05, 0.25, 0.7)]
    ['none', 'low', 'medium', 'high']
    """
    return next(name for bound, name in reversed(BANDS) if value >= bound)
