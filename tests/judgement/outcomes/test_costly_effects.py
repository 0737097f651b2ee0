"""judgement.outcomes.costly_effects and work_figures: habits that go with worse outcomes, and outcomes by group."""

from datetime import UTC, datetime

from twiceshy.judgement.outcomes.costly_effects import find_costly
from twiceshy.judgement.outcomes.work_figures import build_work_figures
from twiceshy.records.observations import Observation

SEPTEMBER, OCTOBER = datetime(2026, 9, 1, tzinfo=UTC), datetime(2026, 10, 1, tzinfo=UTC)


def habit(slug: str, outcome: str, *, with_it: int, without: int) -> list[Observation]:
    """Tasks in sixty sessions with the habit and sixty without, of which so many have the outcome."""
    return [
        Observation(
            unit="task",
            session=f"{slug} {did} {number}".encode(),
            project="shop",
            agent="codex",
            model="",
            at=SEPTEMBER,
            did={slug: did},
            became={outcome: number < hits},
        )
        for did, hits in ((True, with_it), (False, without))
        for number in range(60)
    ]


def test_only_habits_that_surely_go_with_worse_are_costly() -> None:
    """Less of a good outcome, or more of a bad one; those with most of that first."""
    seen = [
        *habit("hasty", "survived", with_it=10, without=50),
        *habit("blind-edit", "corrected", with_it=55, without=5),
        *habit("tests-first", "survived", with_it=50, without=10),
        *habit("reads-all", "corrected", with_it=5, without=55),
        *habit("neutral", "corrected", with_it=30, without=29),
        *habit("past-low", "corrected", with_it=54, without=5),  # the file's property, nobody's habit
    ]

    found = [(one.exposure, one.outcome) for one in find_costly(seen)]

    assert list(dict.fromkeys(found)) == [("blind-edit", "corrected"), ("hasty", "survived")]
    assert find_costly([]) == []


def task(agent: str, n: int, model: str = "m", at: datetime = SEPTEMBER, **became: bool) -> Observation:
    outcomes = {slug.replace("_", "-"): so for slug, so in became.items()}
    session = f"{agent}{model}{n}{became}".encode()
    return Observation(
        unit="task", session=session, project="shop", agent=agent, model=model, at=at, became=outcomes, n=n
    )


def test_outcomes_of_tasks_by_agent_model_and_month() -> None:
    """Most tasks first, months in order; what is not known is no answer, but a task."""
    seen = [
        task("aider", 1, at=OCTOBER, first_pass=True, corrected=False),
        task("codex", 3, model="x", first_pass=True, tests_green=True),
        task("codex", 2, model="x", first_pass=False),
    ]

    found = {(one.by, one.name): one for one in build_work_figures(seen)}

    assert [name for by, name in found if by == "agent"] == ["codex", "aider"]
    assert [name for by, name in found if by == "month"] == ["2026-09", "2026-10"]
    assert [name for by, name in found if by == "model"] == ["x", "m"]
    codex = found["agent", "codex"]
    assert (codex.tasks, codex.first_pass.n, codex.tests_green.n, codex.rolled_back.n) == (5, 5, 3, 0)
    assert (found["agent", "aider"].corrected.n, found["agent", "aider"].tasks) == (1, 1)
    assert build_work_figures([]) == []
