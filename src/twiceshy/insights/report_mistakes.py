"""Compare models' error rates, like with like, and compute one number for how healthy the work is.

The number is the mean of shares that are shown beside it, so that whoever doubts it sees what it is made of. None
of its parts is weighted: nothing is known that would say how.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from twiceshy.records.figures import HealthPart, HealthScore, ModelErrors, ModelTries, Rate, Ratio, WorkFigure
from twiceshy.stats.clusters import RobustComparison, compare_clusters
from twiceshy.stats.intervals import false_discovery
from twiceshy.stats.shares import measure_share
from twiceshy.stats.strata import TwoByTwoTable

_DISCOVERY = 0.05
"""False discovery rate over all models at which a difference is significant: the usual convention."""
LEAST = 30
"""Observations of each part below which there is no health score: a share of 30 is known to within 18 points (Wilson).
A guess of 2026-11-21 what is enough."""


def compare_error_rates(tries: Sequence[ModelTries]) -> list[ModelErrors]:
    """Return each model's error rate, compared with the other models'.

    Calls of the same tool in the same project are compared, with sessions as clusters.
    """
    calls: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in tries:
        calls[one.model][0] += one.calls
        calls[one.model][1] += one.failed
    names = sorted(calls, key=lambda model: (-calls[model][0], model))
    beside = [_compare_with_others(model, tries) for model in names]
    found = []
    for model, compared, q in zip(names, beside, false_discovery([one.p for one in beside]), strict=True):
        estimate, low, high = compared.ratio
        told = not math.isnan(estimate) and math.isfinite(high)
        found.append(
            ModelErrors(
                model=model,
                failed=measure_share(calls[model][1], calls[model][0]),
                ratio=Ratio(ratio=estimate, low=low, high=high) if told else None,
                sure=told and q <= _DISCOVERY,
            )
        )
    return found


def _compare_with_others(model: str, tries: Iterable[ModelTries]) -> RobustComparison:
    """Compare one model's calls with the others', pooled over the tools and projects that both used."""
    sessions: dict[int, dict[Hashable, TwoByTwoTable]] = defaultdict(dict)
    for one in tries:
        own, other = (one.failed, one.calls), (0, 0)
        if one.model != model:
            own, other = other, own
        sessions[one.session][one.project, one.tool] = TwoByTwoTable(*own, *other)
    return compare_clusters(list(sessions.values()))


def score_health(work: Iterable[WorkFigure], calls: Rate, again: tuple[int, int]) -> HealthScore | None:
    """Return the health score with its parts; None if none of its parts has an observation.

    Args:
        work: outcomes of tasks, by agent.
        calls: failures of all calls.
        again: mistakes that an earlier session had made already, of how many.
    """
    tasks = [figure for figure in work if figure.by == "agent"]
    made, of = again
    parts = [
        HealthPart("right at once", pool_rates(figure.first_pass for figure in tasks)),
        HealthPart("not rolled back", _complement(pool_rates(figure.rolled_back for figure in tasks))),
        HealthPart("tests green at the end", pool_rates(figure.tests_green for figure in tasks)),
        HealthPart("calls that worked", _complement(calls)),
        HealthPart("mistakes not repeated", measure_share(of - made, of)),
    ]
    if not any(part.rate.n for part in parts):
        return None
    enough = all(part.rate.n >= LEAST for part in parts)
    value = round(100 * sum(part.rate.share for part in parts) / len(parts)) if enough else None
    return HealthScore(value=value, least=LEAST, parts=parts)


def pool_rates(rates: Iterable[Rate]) -> Rate:
    """Pool the rates of several groups into one."""
    all_of_them = list(rates)
    return measure_share(sum(one.hits for one in all_of_them), sum(one.n for one in all_of_them))


def _complement(one: Rate) -> Rate:
    """Return the rate of the rest, which is one minus this rate."""
    return measure_share(one.n - one.hits, one.n)
