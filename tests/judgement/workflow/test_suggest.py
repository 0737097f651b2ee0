"""outcomes.workflow.suggest: what the data say of a step, and when they say nothing."""

from dataclasses import replace
from random import Random

import pytest

from twiceshy.judgement.workflow.suggest import SessionSides, pool_projects, suggest
from twiceshy.records.effects import Observation
from twiceshy.records.workflow import StepAdvice, StepKind, StepLevel, StepSuggestion, Workflow, WorkflowStep

STEP = WorkflowStep(slug="read", kind=StepKind.READ_BEFORE_EDIT)


def observations(
    kept: tuple[int, int], broken: tuple[int, int], *, sessions: int = 40, unit: str = "task", slug: str = "read"
) -> list[Observation]:
    """``(times, n)`` of the outcome where the step was kept and where it was broken, spread over the sessions."""
    return [
        Observation(
            unit=unit,
            session=bytes([number % sessions]),
            project="p",
            agent="a",
            model="m",
            at=None,
            did={f"violates:{slug}": broke},
            became={"corrected": number * (11 if broke else 7) % n < times},  # spread over the sessions
        )
        for broke, (times, n) in ((False, kept), (True, broken))
        for number in range(n)
    ]


def one(level: StepLevel | None, told: list[Observation]) -> StepSuggestion:
    workflow = Workflow(steps=() if level is None else (WorkflowStep(slug="read", kind=STEP.kind, level=level),))
    return suggest(workflow, [STEP], told, Random(1))[0]


HARMFUL, HARMLESS, UNCLEAR = ((10, 100), (60, 100)), ((50, 200), (20, 200)), ((10, 60), (14, 60))
SAID = [
    ("mandatory and it matters", StepLevel.MANDATORY, HARMFUL, StepAdvice.KEEP, StepLevel.MANDATORY),
    ("recommended and it matters", StepLevel.RECOMMENDED, HARMFUL, StepAdvice.PROMOTE, StepLevel.MANDATORY),
    ("not declared and it matters", None, HARMFUL, StepAdvice.PROMOTE, StepLevel.RECOMMENDED),
    ("mandatory and it cannot matter", StepLevel.MANDATORY, HARMLESS, StepAdvice.DEMOTE, StepLevel.RECOMMENDED),
    ("recommended and it cannot matter", StepLevel.RECOMMENDED, HARMLESS, StepAdvice.DEMOTE, None),
    ("not declared and it cannot matter", None, HARMLESS, StepAdvice.KEEP, None),
    ("nobody knows", StepLevel.MANDATORY, UNCLEAR, StepAdvice.OPEN, StepLevel.MANDATORY),
    ("never broken", StepLevel.MANDATORY, ((10, 100), (0, 0)), StepAdvice.OPEN, StepLevel.MANDATORY),
    ("broken too rarely", StepLevel.MANDATORY, ((10, 100), (19, 19)), StepAdvice.LIKELY, StepLevel.MANDATORY),
    ("nothing observed", None, ((0, 0), (0, 0)), StepAdvice.OPEN, None),
]


@pytest.mark.parametrize(("level", "rates", "advice", "to"), [row[1:] for row in SAID], ids=[row[0] for row in SAID])
def test_what_the_data_say(
    level: StepLevel | None, rates: tuple[tuple[int, int], tuple[int, int]], advice: StepAdvice, to: StepLevel | None
) -> None:
    """A level changes only where the interval of the difference leaves no other reading."""
    found = one(level, observations(*rates))

    assert (found.advice, found.now, found.to) == (advice, level, to)
    assert found.why


def test_rates_and_the_interval_are_told() -> None:
    """n, times, rate and interval of both, and the difference inside of its own."""
    found = one(StepLevel.MANDATORY, observations(*HARMFUL))

    assert (found.kept.n, found.kept.times, found.kept.rate, found.violated.rate) == (100, 10, 0.1, 0.6)
    assert found.difference == pytest.approx(0.5)
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < 0.5 < found.high
    assert found.kept.low is not None
    assert found.kept.low < 0.1


def test_many_observations_of_few_sessions_decide_nothing() -> None:
    """What happens in one session hangs together: four sessions are four, however long they are."""
    found = one(StepLevel.RECOMMENDED, observations((100, 1000), (600, 1000), sessions=4))

    assert (found.advice, found.low) == (StepAdvice.OPEN, None)


def test_the_finest_unit_that_was_observed_counts_alone() -> None:
    """Edits and sessions are not added up."""
    found = one(
        StepLevel.MANDATORY, [*observations(*HARMFUL, unit="session"), *observations((1, 30), (2, 30), unit="edit")]
    )

    assert (found.unit, found.kept.n) == ("edit", 30)


def test_what_was_not_measured_and_what_is_unknown_is_not_counted() -> None:
    """No outcome and no measure is neither yes nor no; ``keeps:`` is the opposite of ``violates:``."""
    some = {"session": b"s", "project": "p", "agent": "a", "model": "m", "at": None, "unit": "task"}
    told = [
        Observation(**some, did={"violates:read": True}),  # type: ignore[arg-type]  # a table of keywords
        Observation(**some, became={"corrected": True}),  # type: ignore[arg-type]
        Observation(**some, did={"keeps:read": True}, became={"corrected": True}, n=3),  # type: ignore[arg-type]
        Observation(**some, did={"keeps:read": False, "violates:read": True}, became={"corrected": False}),  # type: ignore[arg-type]
    ]
    found = one(StepLevel.MANDATORY, told)

    assert (found.kept.n, found.kept.times, found.violated.n, found.violated.times) == (3, 3, 1, 0)


def test_a_candidate_that_is_declared_is_looked_at_once() -> None:
    """The declared step goes first, and a candidate with its name is left out."""
    found = suggest(
        Workflow(steps=(STEP,)), [STEP, WorkflowStep(slug="s", kind=StepKind.SEARCH_BEFORE_EDIT)], [], Random(1)
    )

    assert [(each.step.slug, each.now) for each in found] == [("read", "MANDATORY"), ("s", None)]


def test_other_projects_count_only_where_all_are_pooled() -> None:
    """The project's own counts stay its own, and decide the level alone."""
    found = suggest(Workflow(steps=(STEP,)), [], observations(*HARMFUL), Random(1), own={"another"})[0]

    assert (found.kept.n, found.violated.n, found.difference) == (0, 0, None)
    assert (found.advice, found.to) == (StepAdvice.LIKELY, StepLevel.MANDATORY)
    assert (found.pooled.own_sessions, found.pooled.projects, found.pooled.sessions) == (0, 1, 40)


def test_projects_are_not_added_up() -> None:
    """One often breaks it and is often corrected, another seldom; within each it makes no difference."""
    told = [
        replace(one, project=name, session=name.encode() + one.session)
        for name, rates in (("a", ((18, 20), (180, 200))), ("b", ((20, 200), (2, 20))))
        for one in observations(*rates)
    ]
    found = one(StepLevel.RECOMMENDED, told)

    assert found.kept.rate == pytest.approx(38 / 220)
    assert found.violated.rate == pytest.approx(182 / 220)
    assert found.advice is not StepAdvice.PROMOTE
    assert found.difference == pytest.approx(0, abs=0.05)


# judgement.workflow.pool_projects: what all projects together say of a step, drawn toward what they have in common.


def sides(project: str, n: int, kept: float | None, broken: float | None) -> list[SessionSides]:
    return [SessionSides(project, kept, broken)] * n


def test_nothing_known_is_no_difference_with_all_doubt() -> None:
    """An answer all the same."""
    found = pool_projects([], None)

    assert (found.estimate, found.harmful, found.sessions, found.projects) == (0.0, 0.5, 0, 0)
    assert found.low < -0.3 < 0.3 < found.high


def test_projects_that_only_kept_or_only_broke_it_say_nothing() -> None:
    """One project's rate is never compared with another's: they differ for other reasons."""
    sessions = [*sides("a", 50, 0.0, None), *sides("b", 50, None, 1.0)]

    assert pool_projects(sessions, None) == pool_projects([], None)
    assert pool_projects(sessions, {"a"}).estimate == 0.0
    assert pool_projects(sessions, {"a"}).own_sessions == 50


def test_more_data_narrow_the_interval_and_draw_it_less() -> None:
    """Of one project; its own rates differ by .4."""
    few, many = (pool_projects(sides("a", n, 0.1, 0.5), {"a"}) for n in (5, 200))

    assert 0 < few.estimate < many.estimate <= 0.4
    assert few.high - few.low > many.high - many.low
    assert few.harmful < many.harmful
    assert many.estimate == pytest.approx(0.4, abs=0.03)


def test_a_small_project_is_drawn_toward_the_others() -> None:
    """One that has no data gets what the others have in common, with more doubt than they have."""
    others = [one for name in "bcde" for one in sides(name, 60, 0.1, 0.3)]
    alone = pool_projects(sides("a", 3, 0.3, 0.3), {"a"})
    drawn = pool_projects([*sides("a", 3, 0.3, 0.3), *others], {"a"})
    empty, every = pool_projects(others, {"a"}), pool_projects(others, None)

    assert abs(alone.estimate) < 0.01
    assert drawn.estimate == pytest.approx(0.19, abs=0.04)
    assert empty.estimate == pytest.approx(every.estimate, abs=0.001)
    assert empty.high - empty.low > every.high - every.low
    assert (empty.own_sessions, empty.sessions, empty.projects) == (0, 240, 4)


def test_projects_that_contradict_each_other_widen_the_interval() -> None:
    """The scatter between them is part of the doubt."""
    agreed = pool_projects([one for name in "abcd" for one in sides(name, 60, 0.2, 0.4)], None)
    against = pool_projects(
        [
            one
            for name, broken in zip("abcd", (0.0, 0.8, 0.0, 0.8), strict=True)
            for one in sides(name, 60, 0.2, broken)
        ],
        None,
    )

    assert against.high - against.low > 1.5 * (agreed.high - agreed.low)
