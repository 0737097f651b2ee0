"""insights.kinds.find_insights: what is counted alike for all kinds."""

import pytest
from tests.insights.kinds.histories import RED, fail, history, run, session, spend_a_cent_a_second, spend_nothing

from twiceshy.insights.kinds.find_insights import find_insights, make_id
from twiceshy.insights.kinds.project_history import group_by_project
from twiceshy.records.attempts import AttemptEnd
from twiceshy.records.insights import InsightKind


def test_where_nothing_happens_nothing_is_said() -> None:
    """No sessions, no calls, or a failure that never came again."""
    assert find_insights([], spend_nothing) == []
    assert find_insights([history(session()), history(session(fail()))], spend_nothing) == []


def test_an_insight_counts_exactly_its_cases() -> None:
    """Newest first, with sessions, first and last time, waiting and dollars."""
    days = (0.0, 1.0, 30.0)
    sessions = [session(fail(), fail(), run(), day=day) for day in days]
    (found,) = find_insights(group_by_project([*sessions, session(run(), day=31.0)]), spend_a_cent_a_second)

    assert (found.count, found.sessions, found.of_sessions) == (6, 3, 4)
    assert [case.uid for case in found.cases] == [
        one.uid for made in reversed(sessions) for one in reversed(made.attempts[:2])
    ]
    assert (found.first_at, found.last_at) == (found.cases[-1].at, found.cases[0].at)
    assert found.waited_s == 3 * 130.0
    assert found.cost_usd == pytest.approx(found.waited_s / 100)
    assert (found.trend.now, found.trend.before) == (2, 4)
    assert found.trend.now_sessions == 2


def test_ids_are_the_same_tomorrow_and_differ_by_place() -> None:
    """Of kind, project and key alone."""
    one = make_id(InsightKind.BLIND_RETRY, "folder:/a", "git push")

    assert one == make_id(InsightKind.BLIND_RETRY, "folder:/a", "git push")
    assert one.startswith("i-")
    assert len({one, make_id(InsightKind.BLIND_RETRY, "folder:/b", "git push")}) == 2


def test_what_is_old_counts_less() -> None:
    """The same trouble of a year ago comes after today's."""
    old = [session(fail(), fail(), run(), day=day, project="old") for day in (0.0, 1.0, 2.0)]
    later = [session(run(), day=400.0, project="old")]
    new = [session(fail(), fail(), run(), day=day, project="new") for day in (398.0, 399.0, 400.0)]
    found = find_insights(group_by_project([*old, *later, *new]), spend_nothing)

    assert [one.project for one in found] == ["new", "old"]


def test_what_has_no_known_cost_never_comes_before_what_has_one() -> None:
    """However much it may hide."""
    hidden = run("npm test | tail", AttemptEnd.HIDDEN, checks=RED, head="npm test", seconds=None)
    unpriced = [session(hidden, run("git commit -m x"), day=day, project="hidden") for day in range(9)]
    cheap = [session(fail(seconds=0.1), run(), day=day, project="cheap") for day in range(3)]
    quick = [one._replace(attempts=tuple(call._replace(at=None) for call in one.attempts)) for one in unpriced]
    found = find_insights(group_by_project([*quick, *cheap]), spend_nothing)

    assert [(one.project, bool(one.waited_s)) for one in found] == [("cheap", True), ("hidden", False)]


def test_projects_of_one_name_are_told_apart() -> None:
    """By the folder above, where both have something to tell; one alone keeps its name."""
    sessions = [
        session(
            *(fail(f"frob {number}", "bash: frob: command not found", exit_code=127) for number in range(2)), day=day
        )
        for day in range(3)
    ]
    here = [one._replace(project="folder:/home/a/shop") for one in sessions]
    there = [one._replace(project="folder:/work/shop", session=one.session + b"2") for one in sessions]
    both = find_insights(group_by_project([*here, *there]), spend_nothing)

    assert sorted(one.project for one in both) == ["a/shop", "work/shop"]
    assert {one.project for one in find_insights(group_by_project(here), spend_nothing)} == {"shop"}


def test_an_error_without_a_remedy_must_have_cost_something() -> None:
    """Nobody can do something about it, and it took seconds."""
    crash = fail("build it", "Segmentation fault in the machine room", seconds=1.0)
    long = [session(crash._replace(seconds=40.0), run("ls"), day=day) for day in range(4)]
    short = [session(crash, run("ls"), day=day) for day in range(4)]

    assert [one.kind for one in find_insights([history(*long)], spend_nothing)] == [InsightKind.RECURRING_CAUSE]
    assert find_insights([history(*short)], spend_nothing) == []
