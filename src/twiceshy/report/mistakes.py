"""How often each model's calls fail beside the others', like with like; and one number for how healthy the work is.

The number is a mean of shares that stand beside it, so that whoever doubts it sees what it is made of. None of its
parts is weighted: nothing is known that would say how.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Sequence

from twiceshy.facts.clusters import Robust, robust
from twiceshy.facts.stats import false_discovery
from twiceshy.facts.strata import Table
from twiceshy.records.figures import Health, HealthPart, ModelErrors, ModelTries, Rate, Ratio, WorkFigure
from twiceshy.report.figures import rate

DISCOVERY = 0.05
"""False discovery rate over all models at which a difference is told; as for everything else in the report."""
LEAST = 30
"""Observations of each part below which there is no health score: a share of 30 is known to within 18 points (Wilson).
A guess of 2026-11-21 what is enough."""


def error_rates(tries: Sequence[ModelTries]) -> list[ModelErrors]:
    """Each model's rate; beside the other models' calls of the same tool in the same project, by sessions."""
    calls: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in tries:
        calls[one.model][0] += one.calls
        calls[one.model][1] += one.failed
    names = sorted(calls, key=lambda model: (-calls[model][0], model))
    beside = [beside_others(model, tries) for model in names]
    found = []
    for model, compared, q in zip(names, beside, false_discovery([one.p for one in beside]), strict=True):
        estimate, low, high = compared.ratio
        told = not math.isnan(estimate) and math.isfinite(high)
        found.append(
            ModelErrors(
                model=model,
                failed=rate(calls[model][1], calls[model][0]),
                ratio=Ratio(ratio=estimate, low=low, high=high) if told else None,
                sure=told and q <= DISCOVERY,
            )
        )
    return found


def beside_others(model: str, tries: Iterable[ModelTries]) -> Robust:
    """One model's calls beside the others', pooled over tools and projects in which both were seen."""
    sessions: dict[int, dict[Hashable, Table]] = defaultdict(dict)
    for one in tries:
        own, other = (one.failed, one.calls), (0, 0)
        if one.model != model:
            own, other = other, own
        sessions[one.session][one.project, one.tool] = Table(*own, *other)
    return robust(list(sessions.values()))


def health(work: Iterable[WorkFigure], calls: Rate, again: tuple[int, int]) -> Health | None:
    """The score with its parts; None where there is nothing to take it of.

    Args:
        work: what became of tasks, by agent.
        calls: failures of all calls.
        again: mistakes that an earlier session had made already, of how many.
    """
    tasks = [figure for figure in work if figure.by == "agent"]
    made, of = again
    parts = [
        HealthPart("right at once", together(figure.first_pass for figure in tasks)),
        HealthPart("not taken back", others(together(figure.rolled_back for figure in tasks))),
        HealthPart("green at the end", together(figure.tests_green for figure in tasks)),
        HealthPart("calls that worked", others(calls)),
        HealthPart("mistakes not made before", rate(of - made, of)),
    ]
    if not any(part.rate.n for part in parts):
        return None
    enough = all(part.rate.n >= LEAST for part in parts)
    value = round(100 * sum(part.rate.share for part in parts) / len(parts)) if enough else None
    return Health(value=value, least=LEAST, parts=parts)


def together(rates: Iterable[Rate]) -> Rate:
    """One rate of several groups."""
    all_of_them = list(rates)
    return rate(sum(one.hits for one in all_of_them), sum(one.n for one in all_of_them))


def others(one: Rate) -> Rate:
    """The share of the rest."""
    return rate(one.n - one.hits, one.n)
