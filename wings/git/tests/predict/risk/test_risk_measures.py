"""twiceshy_git.predict.risk.risk_measures: how good stated risks are."""

from random import Random

import pytest

from twiceshy_git.predict.risk.risk_measures import (
    RiskJudged,
    compare_orders,
    count_wins,
    measure_auc,
    measure_effort_recall,
    measure_period_aucs,
    measure_popt,
    measure_risk_lead,
    measure_top,
    order_by_line,
)

BAD = [True, False, True, False, False]


@pytest.mark.parametrize(
    ("risks", "auc"),
    [([5, 1, 4, 2, 3], 1.0), ([1, 5, 2, 4, 3], 0.0), ([1, 1, 1, 1, 1], 0.5), ([5, 4, 3, 2, 1], 5 / 6)],
)
def test_auc_is_the_share_of_pairs_in_order(risks: list[float], auc: float) -> None:
    """A bad change above a good one is a pair won; a tie is half of one."""
    assert measure_auc(BAD, risks) == pytest.approx(auc)


def test_of_one_kind_nothing_is_said() -> None:
    """Without bad changes, or without good ones, no measure has a value."""
    assert measure_auc([False, False], [1, 2]) is None
    assert measure_effort_recall([False], [0], [5]) is None
    assert measure_popt([True, True], [0, 1], [5, 5]) is None
    assert measure_top([False] * 20, list(range(20))) is None
    assert compare_orders([count_wins([False], [1], [1], ["May"])]) is None


def test_a_gain_is_that_of_the_two_orders() -> None:
    """The gain is the difference of the two areas, whatever the clusters are."""
    draw = Random(2)
    bad = [draw.random() < 0.3 for _ in range(120)]
    ours = [one + draw.random() * 2 for one in bad]
    theirs = [draw.random() for _ in bad]
    gain = compare_orders([count_wins(bad, ours, theirs, [place // 10 for place in range(120)])], draws=200)
    areas = measure_auc(bad, ours), measure_auc(bad, theirs)
    assert gain is not None
    assert None not in areas
    assert gain.gain == pytest.approx((areas[0] or 0) - (areas[1] or 0))
    assert 0 < gain.low < gain.gain < gain.high
    assert gain.least > 0


def test_an_order_gains_nothing_over_itself() -> None:
    """The same order twice: no gain, no width."""
    gain = compare_orders([count_wins(BAD, [5, 4, 3, 2, 1], [5, 4, 3, 2, 1], "aabbc")], draws=50)
    assert gain is not None
    assert (gain.gain, gain.low, gain.high) == (0, 0, 0)


def test_recall_counts_what_a_fifth_of_the_lines_holds() -> None:
    """Of 100 lines 20 may be read: the small bad change fits, the large one does not."""
    lines = [15, 15, 50, 10, 10]
    assert measure_effort_recall(BAD, [0, 1, 2, 3, 4], lines) == 0.5
    assert measure_effort_recall(BAD, [2, 0, 1, 3, 4], lines) == 0


def test_risk_by_line_comes_first_and_the_smaller_among_equals() -> None:
    """Effort-aware: a small risk in one line is worth more than a larger one in a hundred."""
    assert order_by_line([0.5, 0.9, 0.0, 0.0], [1, 100, 9, 3]) == [0, 1, 3, 2]


def test_popt_is_one_for_the_best_order_and_zero_for_the_worst() -> None:
    """The best order reads bad changes first, the worst last."""
    lines = [4, 10, 2, 10, 1]
    assert measure_popt(BAD, [2, 0, 4, 1, 3], lines) == pytest.approx(1)
    assert measure_popt(BAD, [1, 3, 4, 0, 2], lines) == pytest.approx(0)


def test_the_top_tenth_is_told_by_precision_and_recall() -> None:
    """Two of twenty are the tenth; one of them is bad, of four."""
    bad = [place in {0, 5, 6, 7} for place in range(20)]
    top = measure_top(bad, [20 - place for place in range(20)])
    assert top is not None
    assert (top.precision, top.recall) == (0.5, 0.25)


# Whether one score is surely ahead of another.


def judge(count: int, ours: float, *, seed: int = 2) -> list[RiskJudged]:
    """Return changes of two years; ``ours`` is how much of our score is truth, the rival has no truth."""
    rng = Random(seed)
    made = []
    for number in range(count):
        bad = rng.random() < 0.2
        score = ours * bad + rng.random()
        made.append(RiskJudged(number * 3 // count, number * 24 // count, score, rng.random(), bad))
    return made


def test_a_real_lead_is_seen_and_none_is_not_invented() -> None:
    """The interval is above 0 for the first, around 0 for the second; and the same each time."""
    real, none = measure_risk_lead(judge(900, 0.5)), measure_risk_lead(judge(900, 0.0))

    assert real is not None
    assert none is not None
    assert real.low > 0.1
    assert none.low < 0 < none.high
    assert real == measure_risk_lead(judge(900, 0.5))


def test_only_scores_of_one_period_are_compared() -> None:
    """Models of two times may score on other scales."""
    low = [RiskJudged(0, 1, 0.2, 0.2, bad=True), RiskJudged(0, 1, 0.1, 0.1, bad=False)]
    high = [RiskJudged(1, 2, 9.2, 9.2, bad=True), RiskJudged(1, 2, 9.1, 9.1, bad=False)]

    assert measure_period_aucs([*low, *high]) == (1.0, 1.0)
    assert measure_risk_lead([low[0]]) is None
