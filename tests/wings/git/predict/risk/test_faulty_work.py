"""A commit is bad where work that it holds was corrected or rolled back after it."""

from tests.wings.git.predict.risk.invented_changes import START, a_change, name_commit

from twiceshy.base.values import Scrubbed
from twiceshy.records.commits import Touch
from twiceshy.wings.git.predict.risk.faulty_work import WorkFault, find_faulty_commits

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
