"""Changes stand in the order of time, whatever their clocks say."""

from datetime import timedelta

from tests.wings.git.predict.risk.invented_changes import START, a_change, name_commit

from twiceshy.wings.git.predict.risk.change_order import order_changes


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
