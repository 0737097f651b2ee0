"""Suggest: for each step, whether what followed is worse where it was broken, so much that its level should change.

Compared are observations that broke a step with those that kept it, by how often the outcome followed. Observations
of one session hang together, so the interval of the difference comes from drawing sessions; where many steps are
looked at, it is widened so that all of them together are wrong in one of twenty cases (Bonferroni). It is an
association: tasks that skip a step may be harder, or easier, for other reasons.

- promote: breaking it goes with more of the outcome for certain, and it is recommended or not declared yet;
- keep: the same, and it is mandatory already; or it cannot matter, and it is not declared;
- demote: breaking it costs less than ``SMALL`` at most, for certain;
- undecided: too few observations, or an interval that allows both.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from random import Random
from typing import NamedTuple

from twiceshy.facts import stats
from twiceshy.records.observations import Observation
from twiceshy.records.workflow import Advice, Level, Share, Suggestion, Workflow, WorkflowStep

BREAKS = "violates:"
KEEPS = "keeps:"
UNITS = ("edit", "task", "session")
"""The finest that was observed is counted."""
LEAST = 20
"""Observations needed where the step was kept, and as many where it was broken. Guess (2026-11-21)."""
LEAST_SESSIONS = 5
"""Sessions that these come from, likewise. Guess: below it no interval drawn from sessions means anything."""
SMALL = 0.05
"""A difference of rates that is not worth a mandatory step. Guess (2026-11-21)."""
ROUNDS = 1000
ALL_WRONG = 0.05


class _Cell(NamedTuple):
    """One session's counts."""

    kept: int
    kept_times: int
    broken: int
    broken_times: int


def suggest(
    workflow: Workflow,
    candidates: Sequence[WorkflowStep],
    observations: Iterable[Observation],
    rng: Random,
    *,
    outcome: str = "corrected",
) -> tuple[Suggestion, ...]:
    """What the data say of each declared step, then of each candidate.

    Args:
        workflow: the declared steps.
        candidates: steps that are not declared; those with the slug of a declared one are left out.
        observations: with ``violates:<slug>`` or ``keeps:<slug>`` in ``did``, and the outcome in ``became``.
        rng: draws sessions.
        outcome: slug of what nobody wants.
    """
    declared = {step.slug for step in workflow.steps}
    steps = [
        *((step, step.level) for step in workflow.steps),
        *((step, None) for step in candidates if step.slug not in declared),
    ]
    cells = _cells(observations, {step.slug for step, _ in steps}, outcome)
    confidence = 1 - ALL_WRONG / max(len(steps), 1)
    return tuple(_suggestion(step, level, cells, rng, (outcome, confidence)) for step, level in steps)


def _cells(
    observations: Iterable[Observation], slugs: set[str], outcome: str
) -> Mapping[tuple[str, str], Mapping[bytes, _Cell]]:
    """By slug and unit each session's counts."""
    found: dict[tuple[str, str], dict[bytes, _Cell]] = defaultdict(dict)
    for one in observations:
        if outcome not in one.became:
            continue
        for slug, broke in _told(one):
            if slug not in slugs:
                continue
            cells = found[slug, one.unit]
            old, times = cells.get(one.session, _Cell(0, 0, 0, 0)), one.n * one.became[outcome]
            more = _Cell(0, 0, one.n, times) if broke else _Cell(one.n, times, 0, 0)
            cells[one.session] = _Cell(*map(sum, zip(old, more, strict=True)))
    return found


def _told(one: Observation) -> Iterable[tuple[str, bool]]:
    """The steps that the observation tells of, and whether it broke them."""
    for name, done in one.did.items():
        if name.startswith(BREAKS):
            yield name[len(BREAKS) :], done
        elif name.startswith(KEEPS) and BREAKS + name[len(KEEPS) :] not in one.did:
            yield name[len(KEEPS) :], not done


def _suggestion(
    step: WorkflowStep,
    now: Level | None,
    cells: Mapping[tuple[str, str], Mapping[bytes, _Cell]],
    rng: Random,
    asked: tuple[str, float],
) -> Suggestion:
    outcome, confidence = asked
    unit = next((unit for unit in UNITS if (step.slug, unit) in cells), "")
    clusters = list(cells.get((step.slug, unit), {}).values())
    kept = _share([(cell.kept, cell.kept_times) for cell in clusters])
    broken = _share([(cell.broken, cell.broken_times) for cell in clusters])
    found = stats.Interval(math.nan, math.nan, math.nan)
    enough = min(kept.n, broken.n) >= LEAST and min(kept.sessions, broken.sessions) >= LEAST_SESSIONS
    if enough:
        found = stats.clustered(clusters, _difference, rng, rounds=ROUNDS, confidence=confidence)
    advice, to, why = _advice(now, found, kept, broken)
    return Suggestion(
        step=step,
        now=now,
        advice=advice,
        to=to,
        outcome=outcome,
        unit=unit,
        kept=kept,
        violated=broken,
        difference=_told_or_none(found.estimate),
        low=_told_or_none(found.low),
        high=_told_or_none(found.high),
        why=why,
    )


def _share(rows: Sequence[tuple[int, int]]) -> Share:
    n, times = sum(row[0] for row in rows), sum(row[1] for row in rows)
    found = stats.wilson(times, n)
    return Share(
        n=n,
        sessions=sum(row[0] > 0 for row in rows),
        times=times,
        rate=found.estimate if n else None,
        low=found.low if n else None,
        high=found.high if n else None,
    )


def _difference(cells: Sequence[_Cell]) -> float:
    kept, broken = sum(cell.kept for cell in cells), sum(cell.broken for cell in cells)
    if not kept or not broken:
        return math.nan
    return sum(cell.broken_times for cell in cells) / broken - sum(cell.kept_times for cell in cells) / kept


def _advice(now: Level | None, found: stats.Interval, kept: Share, broken: Share) -> tuple[Advice, Level | None, str]:
    """What to do, the level after it, and why in a few words."""
    if math.isnan(found.low):
        fewer = "kept" if (kept.n, kept.sessions) < (broken.n, broken.sessions) else "broken"
        return Advice.UNDECIDED, now, f"too few where it was {fewer}: {LEAST} in {LEAST_SESSIONS} sessions are needed"
    if found.low > 0:
        if now is Level.MANDATORY:
            return Advice.KEEP, now, "breaking it goes with a worse outcome"
        to = Level.RECOMMENDED if now is None else Level.MANDATORY
        return Advice.PROMOTE, to, "breaking it goes with a worse outcome"
    if found.high < SMALL:
        why = f"breaking it costs less than {SMALL:.0%} at most"
        if now is None:
            return Advice.KEEP, None, why
        return Advice.DEMOTE, Level.RECOMMENDED if now is Level.MANDATORY else None, why
    return Advice.UNDECIDED, now, "the interval allows that it matters and that it does not"


def _told_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
