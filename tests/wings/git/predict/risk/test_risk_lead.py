"""Whether one score is surely ahead of another."""

from random import Random

from twiceshy.wings.git.predict.risk.risk_lead import RiskJudged, measure_period_aucs, measure_risk_lead


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
