"""A curve tells what more has brought, and forecasts one doubling with an interval that is honest."""

from random import Random

from twiceshy_data.dataset.learning_curve import SHARES, MeasuredLeaf, ShareScores, draw_curve


def a_leaf(gain: float, *, cases: int = 150, noise: float = 0.2, lead: float = 0.2, seed: int = 1) -> MeasuredLeaf:
    """Cases of unlike difficulty whose score rises by ``gain`` with each doubling, measured with noise."""
    rng = Random(seed)
    hard = [rng.gauss(0.5, 0.2) for _ in range(cases)]
    steps = {0.25: -2.0, 0.5: -1.0, 0.75: -0.415, 1.0: 0.0}
    return MeasuredLeaf(
        name="files",
        measure="MRR",
        shares=[
            ShareScores(share, 1000 * share, [one + gain * steps[share] + rng.gauss(0, noise) for one in hard])
            for share in SHARES
        ],
        groups=[f"ada {case // 2}" for case in range(cases)],
        baselines={"recency": [one - 2 * lead for one in hard], "bm25": [one - lead for one in hard]},
    )


def test_a_straight_line_goes_on() -> None:
    """Without noise the forecast is the gain itself, and the last quarter is what it was."""
    curve = draw_curve(a_leaf(0.05, noise=0.0))

    assert curve is not None
    assert curve.doubling is not None
    assert round(curve.doubling.estimate, 3) == 0.05
    assert round(curve.last_quarter.estimate, 3) == 0.021
    assert [round(one.known) for one in curve.points] == [250, 500, 750, 1000]
    assert (curve.judged, curve.groups) == (150, 75)


def test_the_best_ranking_without_a_model_is_what_counts() -> None:
    """Being ahead of the worst is nothing; ready is whoever is surely ahead of the best."""
    ahead, level = draw_curve(a_leaf(0.0, lead=0.2)), draw_curve(a_leaf(0.0, lead=0.0))

    assert ahead is not None
    assert level is not None
    assert (ahead.best_baseline, ahead.is_ready) == ("bm25", True)
    assert not level.is_ready


def test_a_forecast_holds_a_later_measurement_in_nine_of_ten() -> None:
    """It is tried on 20 drawn leaves: the later measurement has noise of its own, and the interval knows it."""
    held = 0
    for seed in range(20):
        curve = draw_curve(a_leaf(0.03, cases=60, seed=seed))
        later = a_leaf(0.03, cases=60, seed=1000 + seed)
        gain = sum(later.shares[3].scores) / 60 - sum(later.shares[1].scores) / 60
        assert curve is not None
        assert curve.doubling is not None
        held += curve.doubling.low <= gain <= curve.doubling.high

    assert held >= 18


def test_too_few_cases_give_no_curve() -> None:
    """Neither few cases, nor many of a single day, nor none."""
    assert draw_curve(a_leaf(0.05, cases=39)) is None
    assert draw_curve(a_leaf(0.05)._replace(groups=["ada 1"] * 150)) is None
    assert draw_curve(MeasuredLeaf("files", "MRR", [], [], {})) is None


def test_the_same_scores_give_the_same_curve() -> None:
    """Draws are seeded: two calls never differ."""
    assert draw_curve(a_leaf(0.05)) == draw_curve(a_leaf(0.05))
