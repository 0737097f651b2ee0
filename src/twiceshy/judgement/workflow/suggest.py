"""Suggest: whether what followed is so much worse where a step was broken that its level should change.

Observations that broke a step are compared with those that kept it, by how often the outcome followed. Observations
of one session hang together, so the interval of the difference comes from resampling sessions; where many steps are
looked at, it is widened so that all of them together are wrong in one of twenty cases (Bonferroni). It is an
association: tasks that skip a step may be harder, or easier, for other reasons.

- promote: breaking it significantly goes with more of the outcome, and it is recommended or not declared yet;
- keep: the same, and it is mandatory already; or it cannot matter, and it is not declared;
- demote: breaking it significantly costs less than ``_SMALL`` at most;
- likely, unlikely, open: too few observations, or an interval that allows both; then all projects are asked, pooled
  and shrunk (``pool_projects``): likely, if it is ``_SURE`` that breaking it goes with more of the outcome; unlikely,
  if it is as sure that it costs less than ``_SMALL``. No level changes for that.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from twiceshy.judgement.workflow.pool_projects import SessionSides, pool_projects
from twiceshy.records.observations import BREAKS, KEEPS, Observation
from twiceshy.records.workflow import (
    PooledDifference,
    Share,
    StepAdvice,
    StepLevel,
    StepSuggestion,
    Workflow,
    WorkflowStep,
)
from twiceshy.stats import intervals

_UNITS = ("edit", "task", "session")
"""The finest that was observed is counted."""
_LEAST_OBSERVATIONS = 20
"""Observations needed where the step was kept, and as many where it was broken. Guess (2026-11-21)."""
_LEAST_SESSIONS = 5
"""Sessions that these come from, likewise. Guess of 2026-11-21: fewer give no interval that means anything."""
_SMALL = 0.05
"""A difference of rates that is not worth a mandatory step. Guess (2026-11-21)."""
_SURE = 0.8
"""How sure all projects together must be for a word. Guess of 2026-11-22: four to one."""
_ROUNDS = 1000
"""Times that sessions are drawn again for an interval: the usual convention of the bootstrap."""
_FAMILY_ERROR = 0.05
"""Chance that any of all intervals is wrong: the usual convention."""


class _Cell(NamedTuple):
    """One session's counts."""

    kept: int
    kept_times: int
    broken: int
    broken_times: int
    project: str = ""


class _Question(NamedTuple):
    """What is asked: the outcome, the confidence of an interval, and the projects."""

    outcome: str
    confidence: float
    own: frozenset[str] | None


def suggest(
    workflow: Workflow,
    candidates: Sequence[WorkflowStep],
    observations: Iterable[Observation],
    rng: Random,
    *,
    outcome: str = "corrected",
    own: Collection[str] | None = None,
) -> tuple[StepSuggestion, ...]:
    """Return what the data say of each declared step, then of each candidate.

    Args:
        workflow: the declared steps.
        candidates: steps that are not declared; those with the slug of a declared one are left out.
        observations: with ``violates:<slug>`` or ``keeps:<slug>`` in ``did``, and the outcome in ``became``.
        rng: resamples sessions.
        outcome: slug of what nobody wants.
        own: the projects that are asked about, all if None; the others count only where all are pooled.
    """
    declared = {step.slug for step in workflow.steps}
    steps = [
        *((step, step.level) for step in workflow.steps),
        *((step, None) for step in candidates if step.slug not in declared),
    ]
    cells = _count_cells(observations, {step.slug for step, _ in steps}, outcome)
    confidence = 1 - _FAMILY_ERROR / max(len(steps), 1)
    asked = _Question(outcome, confidence, None if own is None else frozenset(own))
    return tuple(_build_suggestion(step, level, cells, rng, asked) for step, level in steps)


def _count_cells(
    observations: Iterable[Observation], slugs: set[str], outcome: str
) -> Mapping[tuple[str, str], Mapping[bytes, _Cell]]:
    """Return each session's counts, by slug and unit."""
    found: dict[tuple[str, str], dict[bytes, _Cell]] = defaultdict(dict)
    for one in observations:
        if outcome not in one.became:
            continue
        for slug, broke in _find_steps(one):
            if slug not in slugs:
                continue
            cells = found[slug, one.unit]
            old, times = cells.get(one.session, _Cell(0, 0, 0, 0)), one.n * one.became[outcome]
            more = (0, 0, one.n, times) if broke else (one.n, times, 0, 0)
            cells[one.session] = _Cell(
                old.kept + more[0],
                old.kept_times + more[1],
                old.broken + more[2],
                old.broken_times + more[3],
                one.project,
            )
    return found


def _find_steps(one: Observation) -> Iterable[tuple[str, bool]]:
    """Yield the steps that the observation is about, and whether it broke them."""
    for name, done in one.did.items():
        if name.startswith(BREAKS):
            yield name[len(BREAKS) :], done
        elif name.startswith(KEEPS) and BREAKS + name[len(KEEPS) :] not in one.did:
            yield name[len(KEEPS) :], not done


def _build_suggestion(
    step: WorkflowStep,
    now: StepLevel | None,
    cells: Mapping[tuple[str, str], Mapping[bytes, _Cell]],
    rng: Random,
    asked: _Question,
) -> StepSuggestion:
    unit = next((unit for unit in _UNITS if (step.slug, unit) in cells), "")
    every = list(cells.get((step.slug, unit), {}).values())
    clusters = [cell for cell in every if asked.own is None or cell.project in asked.own]
    pooled = pool_projects([_sides_of(cell) for cell in every], asked.own)
    kept = _compute_share([(cell.kept, cell.kept_times) for cell in clusters])
    broken = _compute_share([(cell.broken, cell.broken_times) for cell in clusters])
    enough = min(kept.n, broken.n) >= _LEAST_OBSERVATIONS and min(kept.sessions, broken.sessions) >= _LEAST_SESSIONS
    found = intervals.Interval(math.nan, math.nan, math.nan)
    if enough and len({cell.project for cell in clusters}) > 1:
        # added up, a project that seldom keeps the step and is often corrected would look like an effect of the step
        found = intervals.Interval(pooled.estimate, pooled.low, pooled.high)
    elif enough:
        found = intervals.bootstrap_clusters(
            clusters, _compute_difference, rng, rounds=_ROUNDS, confidence=asked.confidence
        )
    advice, to, why = _choose_advice(now, found, pooled)
    return StepSuggestion(
        step=step,
        now=now,
        advice=advice,
        to=to,
        outcome=asked.outcome,
        unit=unit,
        kept=kept,
        violated=broken,
        difference=_finite_or_none(found.estimate),
        low=_finite_or_none(found.low),
        high=_finite_or_none(found.high),
        why=why,
        pooled=pooled,
    )


def _sides_of(cell: _Cell) -> SessionSides:
    """Return a session's shares of the outcome."""
    return SessionSides(
        cell.project,
        cell.kept_times / cell.kept if cell.kept else None,
        cell.broken_times / cell.broken if cell.broken else None,
    )


def _compute_share(rows: Sequence[tuple[int, int]]) -> Share:
    n, times = sum(row[0] for row in rows), sum(row[1] for row in rows)
    found = intervals.wilson(times, n)
    return Share(
        n=n,
        sessions=sum(row[0] > 0 for row in rows),
        times=times,
        rate=found.estimate if n else None,
        low=found.low if n else None,
        high=found.high if n else None,
    )


def _compute_difference(cells: Sequence[_Cell]) -> float:
    kept, broken = sum(cell.kept for cell in cells), sum(cell.broken for cell in cells)
    if not kept or not broken:
        return math.nan
    return sum(cell.broken_times for cell in cells) / broken - sum(cell.kept_times for cell in cells) / kept


def _choose_advice(
    now: StepLevel | None, found: intervals.Interval, pooled: PooledDifference
) -> tuple[StepAdvice, StepLevel | None, str]:
    """Return what to do, the level after it, and why in a few words."""
    if found.low > 0:
        if now is StepLevel.MANDATORY:
            return StepAdvice.KEEP, now, "breaking it goes with a worse outcome"
        to = StepLevel.RECOMMENDED if now is None else StepLevel.MANDATORY
        return StepAdvice.PROMOTE, to, "breaking it goes with a worse outcome"
    if found.high < _SMALL:
        why = f"breaking it costs less than {_SMALL:.0%} at most"
        if now is None:
            return StepAdvice.KEEP, None, why
        return StepAdvice.DEMOTE, StepLevel.RECOMMENDED if now is StepLevel.MANDATORY else None, why
    return _lean(pooled), now, _describe_doubt(found)


def _lean(pooled: PooledDifference) -> StepAdvice:
    """Return which way all projects together lean."""
    if pooled.harmful >= _SURE:
        return StepAdvice.LIKELY
    spread = (pooled.high - pooled.low) / (2 * intervals.z_of(intervals.CONFIDENCE))
    small = NormalDist(pooled.estimate, spread).cdf(_SMALL)
    return StepAdvice.UNLIKELY if small >= _SURE else StepAdvice.OPEN


def _describe_doubt(found: intervals.Interval) -> str:
    """Describe why this project alone gives no answer."""
    if math.isnan(found.low):
        return f"alone too few here: {_LEAST_OBSERVATIONS} in {_LEAST_SESSIONS} sessions of each are needed"
    return "the interval allows that it matters and that it does not"


def _finite_or_none(value: float) -> float | None:
    return value if math.isfinite(value) else None
