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
from collections.abc import Collection, Hashable, Iterable, Iterator, Mapping, Sequence
from random import Random
from statistics import NormalDist
from typing import NamedTuple

from twiceshy.records.effects import BREAKS, KEEPS, Observation
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.records.stories import Step
from twiceshy.records.workflow import (
    Compliance,
    PooledDifference,
    SessionPlace,
    Share,
    StepAdvice,
    StepLevel,
    StepSuggestion,
    Workflow,
    WorkflowStep,
)
from twiceshy.stats import intervals
from twiceshy.stats.intervals import CONFIDENCE, z_of

# Pool projects: the difference that breaking a step makes, from all projects, shrunk toward what they have in common.
#
# Each project gives one difference of rates, broken minus kept, so that projects are compared with themselves only. A
# session counts as one draw on each side, however many tasks it has, since its tasks hang together. The projects'
# differences scatter around a common one (DerSimonian and Laird's random effects), which itself is drawn toward none.
# The project that is asked about is then drawn toward what the others have in common, the more the less is known of it
# (empirical Bayes, normal approximation). It answers always: with nothing known it says 0, give or take ``_DOUBT``.

_DOUBT = 0.2
"""Standard deviation, in shares, of what breaking a step may do before anything is known. Guess of 2026-11-22: a
process step that moves the corrections by more than 40 points would be known to everybody."""
_LEAST_SCATTER = 0.05
"""Standard deviation by which projects differ at least. Guess of 2026-11-22: no two of them are the same."""
_HALF = 0.5
"""Added to the times, and twice to the draws, of a side, so that 0 of 1 is not taken for certain. Paper: Brown, Cai and
DasGupta 2001 (Statistical Science 16:101), Jeffreys' prior for a proportion."""


class SessionSides(NamedTuple):
    """One session's project, and its shares of the outcome where the step was kept and broken; None: it never was."""

    project: Hashable
    kept: float | None
    broken: float | None


class _Difference(NamedTuple):
    value: float
    variance: float


def pool_projects(sessions: Sequence[SessionSides], own: Collection[Hashable] | None) -> PooledDifference:
    """Return the difference for the projects ``own`` taken as one, from all of them; for all if ``own`` is None.

    >>> pool_projects([], None)
    PooledDifference(estimate=0.0, low=-0.392, high=0.392, harmful=0.5, sessions=0, own_sessions=0, projects=0)
    """
    asked = own if own is not None else ()
    known = {name: found for name, some in _group(sessions, asked).items() if (found := _compare(some))}
    others = [one for name, one in known.items() if name is not _OWN]
    scatter = _estimate_scatter(list(known.values()))
    middle = _combine(
        [_Difference(0.0, _DOUBT**2), *(_Difference(one.value, one.variance + scatter) for one in others)]
    )
    if own is not None:
        prior = _Difference(middle.value, middle.variance + (scatter if others else 0.0))
        middle = _combine([prior, known[_OWN]]) if _OWN in known else prior
    spread = math.sqrt(middle.variance)
    width = z_of(CONFIDENCE) * spread
    return PooledDifference(
        estimate=round(middle.value, 4),
        low=round(middle.value - width, 4),
        high=round(middle.value + width, 4),
        harmful=round(1 - NormalDist(middle.value, spread).cdf(0.0), 4),
        sessions=sum(one.project in known or (one.project in asked and _OWN in known) for one in sessions),
        own_sessions=sum(one.project in asked for one in sessions),
        projects=len(known),
    )


_OWN = object()


def _group(sessions: Sequence[SessionSides], own: Collection[Hashable]) -> Mapping[Hashable, list[SessionSides]]:
    found: dict[Hashable, list[SessionSides]] = {}
    for one in sessions:
        found.setdefault(_OWN if one.project in own else one.project, []).append(one)
    return found


def _compare(sessions: Sequence[SessionSides]) -> _Difference | None:
    """Return a project's own difference; None where it never kept, or never broke the step."""
    sides = [[share for one in sessions if (share := getattr(one, side)) is not None] for side in ("broken", "kept")]
    if not all(sides):
        return None
    rates, variance = [], 0.0
    for shares in sides:
        n = len(shares) + 2 * _HALF
        rate = (sum(shares) + _HALF) / n
        rates.append(rate)
        variance += rate * (1 - rate) / n
    return _Difference(rates[0] - rates[1], variance)


def _estimate_scatter(found: Sequence[_Difference]) -> float:
    """Return the variance between projects.

    Source: DerSimonian and Laird 1986 (Controlled Clinical Trials 7:177), the moment estimate.
    """
    least = _LEAST_SCATTER**2
    if len(found) < 2:
        return least
    weights = [1 / one.variance for one in found]
    whole = sum(weights)
    middle = sum(weight * one.value for weight, one in zip(weights, found, strict=True)) / whole
    spread = sum(weight * (one.value - middle) ** 2 for weight, one in zip(weights, found, strict=True))
    scale = whole - sum(weight**2 for weight in weights) / whole
    return max((spread - (len(found) - 1)) / scale, least)


def _combine(found: Sequence[_Difference]) -> _Difference:
    """Return the mean weighted by precision."""
    whole = sum(1 / one.variance for one in found)
    return _Difference(sum(one.value / one.variance for one in found) / whole, 1 / whole)


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


# Observe tasks: the steps that each kept and broke, and whether an unwanted outcome followed.

WORST = {
    "corrected": ("corrected", Answer.YES),
    "rejected": ("rejected", Answer.YES),
    "rolled-back": ("rolled_back", Answer.YES),
    "unfinished": ("completed", Answer.NO),
    "red-tests": ("tests", Answer.NO),
}
"""Outcomes that nobody wants: the field of a task and the answer that means it."""


def observe_tasks(
    place: SessionPlace, in_order: Iterable[Step], found: Compliance, result: SessionResult, outcome: str
) -> Iterator[Observation]:
    """Yield one observation per task whose outcome is known.

    An edit belongs to the task whose prompt came last before it, unless the task was corrected or rolled back
    before: what was done because of an outcome did not lead to it.
    """
    field, worst = WORST[outcome]
    owner = _find_owners(in_order, result)
    did = _find_breaks(found, owner)
    for task in {task.prompt: task for task in result.tasks}.values():
        answer: Answer = getattr(task, field).answer
        if task.prompt not in did or answer is Answer.UNKNOWN:
            continue
        yield Observation(
            unit="task",
            session=place.session,
            project=place.project_name,
            agent=place.agent,
            model=place.model,
            at=place.at,
            did=did[task.prompt],
            became={outcome: answer is worst},
            proof=(task.prompt.hex(),),
        )


def _find_owners(in_order: Iterable[Step], result: SessionResult) -> dict[bytes, bytes]:
    """Return for each step the prompt of the task that it belongs to; empty where it belongs to none."""
    tasks = {task.prompt for task in result.tasks}
    ends = {one.prompt for one in result.corrections} | {one.by for one in result.rollbacks}
    owner: dict[bytes, bytes] = {}
    current = b""
    for step in in_order:
        if step.uid in tasks:
            current = step.uid
        elif step.uid in ends:
            current = b""
        owner[step.uid] = current
    return owner


def _find_breaks(found: Compliance, owner: Mapping[bytes, bytes]) -> dict[bytes, dict[str, bool]]:
    """Return for each task which steps of the workflow it broke or kept."""
    did: dict[bytes, dict[str, bool]] = {}
    for one in found.steps:
        slug = BREAKS + one.step
        for uid in one.kept:
            did.setdefault(owner.get(uid, b""), {}).setdefault(slug, False)
        for uid in one.broken:
            did.setdefault(owner.get(uid, b""), {})[slug] = True
    return did
