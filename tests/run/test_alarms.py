"""Unusual runs are found on simulated pasts whose truth is known."""

from random import Random

from twiceshy.run.alarms import detect_anomaly, weigh_durations
from twiceshy.run.limits import RunDuration


def times(rng: Random, count: int, *, middle: float = 60.0, spread: float = 0.25) -> list[RunDuration]:
    return [RunDuration(middle * rng.lognormvariate(0, spread)) for _ in range(count)]


def test_kaplan_meier_of_a_known_sample() -> None:
    """Without fading to speak of, 1, 2+, 3, 4 has the jumps 1/4, 3/8, 3/8."""
    assert [
        round(one.weight, 1)
        for one in weigh_durations([RunDuration(1), RunDuration(2, cut=True), RunDuration(3), RunDuration(4)])
    ] == [
        0.2,
        0.4,
        0.4,
    ]


def test_planted_anomalies_are_found_without_false_alarms() -> None:
    """Three times as slow as usual: at least .9 found; at most 1 false alarm in 100 ordinary runs."""
    rng = Random(2)
    found = planted = false = ordinary = 0
    for _ in range(200):
        past = times(rng, rng.randint(12, 60), spread=0.2)
        planted += 1
        found += detect_anomaly(past, 3 * 60 * rng.lognormvariate(0, 0.2), "runtime") is not None
        for _ in range(10):
            ordinary += 1
            false += detect_anomaly(past, 60 * rng.lognormvariate(0, 0.2), "runtime") is not None

    assert found / planted >= 0.9
    assert false / ordinary <= 0.01


def test_an_earlier_anomaly_does_not_hide_the_next() -> None:
    """The past holds two runs ten times as long."""
    past = times(Random(4), 30, spread=0.1)
    past[10] = past[20] = RunDuration(600.0)

    assert detect_anomaly(past, 200.0, "runtime") is not None
