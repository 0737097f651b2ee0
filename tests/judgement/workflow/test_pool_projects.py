"""judgement.workflow.pool_projects: what all projects together say of a step, drawn toward what they have in common."""

import pytest

from twiceshy.judgement.workflow.pool_projects import SessionSides, pool_projects


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
