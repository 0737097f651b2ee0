"""Compliance measures: sessions that kept the declared workflow beside those that broke it, in four numbers.

Risk, corrections, work rolled back, and how much people had to say, each with how many sessions and how sure.
Sessions are compared within the same project, agent and size. A session is one witness, however long it is.
"""

from collections import defaultdict
from collections.abc import Hashable, Sequence
from random import Random

from twiceshy.records.effects import ComplianceMeasure, ComplianceScreen, MeasuredSide, SessionCompliance
from twiceshy.records.observations import size_band
from twiceshy.stats.permutation import TwoSides, compare_means

_SEED = 20261122
"""Of the deals: the same sessions give the same p-value (guess: any number would do, 2026-11-22)."""
_MEASURES = ("risk", "corrected", "rolled_back", "engagement")


def compare_compliance(sessions: Sequence[SessionCompliance]) -> ComplianceScreen:
    """Return the four measures of sessions that kept and broke their workflow."""
    declared = [one for one in sessions if one.compliant is not None]
    return ComplianceScreen(
        kept=sum(one.compliant is True for one in declared),
        broken=sum(one.compliant is False for one in declared),
        undeclared=len(sessions) - len(declared),
        projects=len({one.project for one in declared}),
        measures=[_compare_measure(slug, declared) for slug in _MEASURES],
    )


def _compare_measure(slug: str, declared: Sequence[SessionCompliance]) -> ComplianceMeasure:
    """Return one measure on both sides; what is unknown counts on neither."""
    strata: dict[Hashable, TwoSides] = defaultdict(lambda: TwoSides([], []))
    sides: dict[bool, list[float]] = {True: [], False: []}
    unknown = {True: 0, False: 0}
    for one in declared:
        kept, value = bool(one.compliant), getattr(one, slug)
        if value is None:
            unknown[kept] += 1
            continue
        sides[kept].append(float(value))
        stratum = strata[one.project, one.agent, size_band(one.files)]
        strata[one.project, one.agent, size_band(one.files)] = (
            TwoSides([*stratum.one, float(value)], stratum.other)
            if kept
            else TwoSides(stratum.one, [*stratum.other, float(value)])
        )
    found = compare_means(list(strata.values()), Random(_SEED))  # noqa: S311  # no secret
    return ComplianceMeasure(
        measure=slug.replace("_", "-"),
        kept=_measure_side(sides[True], unknown[True]),
        broken=_measure_side(sides[False], unknown[False]),
        difference=found.difference,
        p=found.p,
        compared=found.n,
    )


def _measure_side(values: Sequence[float], unknown: int) -> MeasuredSide:
    """Return the mean of one side, None where nothing is known."""
    return MeasuredSide(mean=sum(values) / len(values) if values else None, n=len(values), unknown=unknown)
