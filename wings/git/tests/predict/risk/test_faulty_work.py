"""A commit is bad where work that it holds was corrected or rolled back after it."""

from datetime import timedelta

import pytest
from wings.git.tests.predict.risk.invented_changes import START, a_change, name_commit

from twiceshy.base.values import Scrubbed
from twiceshy.records.change_risk import TimedChange
from twiceshy.records.commits import Touch
from twiceshy_git.predict.risk.faulty_work import (
    WorkFault,
    find_faulty_commits,
    find_history_doubts,
    order_changes,
)

DAY = 86_400.0
LINKED = [a_change(1, ("src/a.py", 1, 0)), a_change(3, ("src/a.py", 1, 0)), a_change(5, ("src/b.py", 1, 0))]


def day(number: float) -> float:
    return START.timestamp() + number * DAY


def touch(call: bytes, number: float, path: str = "a.py") -> Touch:
    return Touch(day(number), call, Scrubbed(path))


def find(at: float, *touches: Touch) -> list[tuple[str, float, str]]:
    """Commits that are bad when all the calls are corrected on that day, with the day it is known."""
    fault = WorkFault(day(at), frozenset(one.call for one in touches), "corrected")
    labels = find_faulty_commits(touches, LINKED, [fault])
    return [(one.commit, (one.known_at - START.timestamp()) / DAY, one.by) for one in labels]


def test_the_first_commit_after_an_edit_holds_it() -> None:
    """It is bad from the correction on, and no other one is."""
    assert find(4, touch(b"1", 2)) == [(name_commit(3), 4, "")]
    assert find(9, touch(b"1", 2), touch(b"2", 0.5)) == [(name_commit(1), 9, ""), (name_commit(3), 9, "")]


def test_what_was_put_right_before_the_commit_is_no_fault_of_it() -> None:
    """Nor is an edit of a file that the commit does not touch, nor one that was never committed."""
    assert find(2.5, touch(b"1", 2)) == []
    assert find(4, touch(b"1", 2, "other.py")) == []
    assert find(9, touch(b"1", 4), touch(b"2", 6), Touch(None, b"3", Scrubbed("a.py"))) == []


def test_a_commit_with_a_new_date_is_not_known_bad_before_it() -> None:
    """A rebase gives it a later time than the correction."""
    rebased = LINKED[1]._replace(at=day(8))
    fault = WorkFault(day(4), frozenset([b"1"]), "rolled-back")

    assert [(one.known_at, one.source) for one in find_faulty_commits([touch(b"1", 2)], [rebased], [fault])] == [
        (day(8), "rolled-back")
    ]


# A history that says little of its changes is told to be such.

PLAIN = [a_change(number, ("a.py", 10, 2)) for number in range(30)]
NOW = START.timestamp() + 99 * 86_400
BACK = [one._replace(at=one.at + 90_000 * (number % 9 == 0)) for number, one in enumerate(PLAIN)]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        pytest.param([a_change(0, ("a.py", 900, 0)), *PLAIN[1:]], "commit 0000000ccccc brought in 76% of", id="import"),
        pytest.param(
            [a_change(number, ("a.py", 10, 2), subject=f"Add it (#{number})") for number in range(30)],
            "100% of the commits are squashed requests",
            id="squashes",
        ),
        pytest.param(BACK, "4 of 30 commits are dated before their parents", id="clock back"),
        pytest.param([*PLAIN, a_change(31, ("a.py", 1, 1), days=400)], "1 commits are dated in the", id="clock ahead"),
        pytest.param(
            [a_change(number, ("a.py", 10, 2), days=number // 10) for number in range(30)],
            "90% of the commits were made in the same second",
            id="rewritten at once",
        ),
    ],
)
def test_what_makes_a_history_say_little_is_told(changes: list[TimedChange], words: str) -> None:
    """With its number; and nothing else."""
    told = find_history_doubts(changes, NOW, cut=0)

    assert len(told) == 1
    assert told[0].startswith(words)


def test_a_shallow_clone_says_how_to_get_the_rest() -> None:
    """However few commits there are."""
    told = find_history_doubts(PLAIN[:3], NOW, cut=2)

    assert len(told) == 1
    assert told[0].startswith("the clone is shallow: git has 3 commits and cut the history off at 2 commits;")
    assert "`git fetch --unshallow`" in told[0]


def test_a_plain_history_is_not_doubted() -> None:
    """Nor is one of few changes, of which no share says anything."""
    some = timedelta(seconds=30)
    odd = [one._replace(at=one.at + some.total_seconds()) for one in PLAIN]

    assert find_history_doubts(odd, NOW, cut=0) == find_history_doubts(PLAIN, NOW, cut=0) == ()
    assert find_history_doubts([a_change(0, ("a.py", 900, 0)), a_change(1, ("a.py", 1, 0))], NOW, cut=0) == ()


# Changes stand in the order of time, whatever their clocks say.


def test_a_clock_that_goes_back_changes_no_order() -> None:
    """The child of a later commit is not before it; a branch read later stands where its time says."""
    late = a_change(1, ("a", 1, 0), days=9)
    child = a_change(2, ("a", 1, 0), days=3)
    branch = a_change(3, ("b", 1, 0), days=4, parents=(name_commit(0),))
    found = order_changes(one.commit for one in (a_change(0), late, child, branch))

    assert [one.commit.hash for one in found] == [name_commit(number) for number in (0, 3, 1, 2)]
    assert found[-1].at == (START + timedelta(days=9)).timestamp()


def test_a_clock_that_is_ahead_of_today_moves_nothing_behind_it() -> None:
    """A commit of the year 2099 stands at its parents' time, and its children at their own."""
    ahead = a_change(1, ("a", 1, 0), days=27_000)
    now = (START + timedelta(days=30)).timestamp()
    found = order_changes((one.commit for one in (a_change(0), ahead, a_change(2))), now)

    assert [one.at for one in found] == [(START + timedelta(days=days)).timestamp() for days in (0, 0, 2)]
