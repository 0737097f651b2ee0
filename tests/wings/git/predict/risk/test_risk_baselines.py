"""wings.git.predict.risk.risk_baselines: what a risk model must beat."""

from random import Random

from twiceshy.wings.git.predict.risk.risk_baselines import KAMEI, fit_regression, make_baselines
from twiceshy.wings.git.predict.risk.risk_measures import measure_auc

UNKNOWN = float("nan")


def test_lines_added_orders_by_lines_added() -> None:
    """More lines added are more risk; what is not known comes last."""
    judge = make_baselines(["la"], [], [])["lines added"]
    assert sorted([[30.0], [UNKNOWN], [2.0]], key=judge, reverse=True)[:2] == [[30.0], [2.0]]


def test_the_regression_finds_the_column_that_counts() -> None:
    """Where people who came before decide, lines added is beaten, also with values that are not known."""
    draw = Random(1)
    rows = [[float(draw.randrange(100)), UNKNOWN if draw.random() < 0.1 else draw.random()] for _ in range(400)]
    bad = [row[1] > 0.7 for row in rows]
    judge = fit_regression([0, 1], rows, bad)
    auc = measure_auc(bad, [judge(row) for row in rows])
    assert auc is not None
    assert auc > 0.95


def test_baselines_without_their_columns_or_without_both_kinds_are_not_there() -> None:
    """Nothing is fitted on changes of one kind."""
    rows = [[1.0] * len(KAMEI)] * 20
    assert set(make_baselines(KAMEI, rows, [False] * 20)) == {"lines added"}
    assert set(make_baselines([*KAMEI, "earlier_bugs"], [[*row, 0.0] for row in rows], [True, False] * 10)) == {
        "lines added",
        "files' own past",
        "Kamei's fourteen",
    }
