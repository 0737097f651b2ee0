"""predict.risk.risk_judging: figures over several periods; those of trees are tried with training and evaluation."""

from wings.git.tests.predict.risk.invented_tables import a_table, end_of

from twiceshy_git.predict.risk.risk_judging import JudgedPeriod, measure_effort, sum_up
from twiceshy_git.predict.risk.risk_recipe import KnownChanges, look_back

KNOWN = look_back((table := a_table(300, by_hidden=False)), end_of(table))


def a_period(first: int, last: int, *names: str) -> JudgedPeriod:
    """Return a part of the changes, with these scores of it; each is the number of lines added."""
    part = KnownChanges(KNOWN.rows[first:last], KNOWN.bad[first:last], KNOWN.wait)
    added = [float(row.added) for row in part.rows]
    return JudgedPeriod(then=part, rows=part.rows, bad=part.bad, scores=dict.fromkeys(names, added), stated={})


def test_a_score_that_one_period_lacks_is_not_told() -> None:
    """A baseline that could not be fitted at some time is held against nothing."""
    periods = [a_period(0, 150, "lines added", "early", "both"), a_period(150, 240, "lines added", "late", "both")]
    told = sum_up(KNOWN, periods)

    assert [one.name for one in told.scores] == ["lines added", "both"]
    assert told.changes == 240
    assert sum_up(KNOWN, []).scores == ()


def test_each_period_has_a_fifth_of_its_own_lines() -> None:
    """So a period of large changes takes nothing from one of small ones; who knows the bad ones finds the most."""
    periods = [a_period(0, 150), a_period(150, 240)]
    blind = measure_effort(periods, lambda one: range(len(one.rows)))
    knowing = measure_effort(
        periods, lambda one: sorted(range(len(one.rows)), key=lambda at: (not one.bad[at], one.lines[at]))
    )

    assert 0 < (blind.recall or 0) < (knowing.recall or 0) <= 1
    assert knowing.popt is not None
    assert knowing.popt > 0.9
    assert measure_effort([], lambda _: ()) == (None, None)
