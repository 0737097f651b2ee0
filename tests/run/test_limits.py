"""Learned limits and alarms hold on simulated pasts whose truth is known."""

from random import Random

import pytest

from twiceshy.run.limits import (
    COVERAGE,
    LEAST_LIMIT_S,
    RunDuration,
    compute_limit,
    detect_anomaly,
    find_last_change,
    round_up,
    weigh_durations,
)


def times(rng: Random, count: int, *, middle: float = 60.0, spread: float = 0.25) -> list[RunDuration]:
    return [RunDuration(middle * rng.lognormvariate(0, spread)) for _ in range(count)]


@pytest.mark.parametrize("finished", [0, 1, 4])
def test_too_little_data_gives_no_limit(finished: int) -> None:
    """Four finished runs say nothing, however many were cut off."""
    assert compute_limit([RunDuration(10.0)] * finished + [RunDuration(10.0, cut=True)] * 20) is None


@pytest.mark.parametrize("spread", [0.05, 0.25, 0.6])
def test_a_limit_lets_the_promised_share_finish(spread: float) -> None:
    """Over pasts of any size, runs that a limit would wrongly end stay at the promise."""
    rng = Random(7)
    wrong = tried = 0
    for _ in range(150):
        learned = compute_limit(times(rng, rng.randint(5, 60), spread=spread))
        assert learned is not None
        fresh = times(rng, 40, spread=spread)
        wrong += sum(run.value_s > learned.limit_s for run in fresh)
        tried += len(fresh)

    assert wrong / tried <= 1 - COVERAGE


def test_a_limit_is_not_absurd() -> None:
    """With many alike runs it is near them."""
    learned = compute_limit(times(Random(3), 100, spread=0.1))

    assert learned is not None
    assert 60 < learned.limit_s < 180


def test_a_cut_run_is_not_a_short_one() -> None:
    """Runs ended after 5 s, beside some that took 60, make the limit longer and not shorter."""
    finished = times(Random(1), 20)
    without = compute_limit(finished)
    with_cut = compute_limit(
        [run for pair in zip(finished, [RunDuration(5.0, cut=True)] * 20, strict=True) for run in pair]
    )
    cut_late = compute_limit([*finished, *[RunDuration(150.0, cut=True)] * 3])

    assert without is not None
    assert with_cut is not None
    assert cut_late is not None
    assert with_cut.limit_s >= without.limit_s * 0.9
    assert cut_late.limit_s > max(without.limit_s, 150.0)


def test_a_row_of_runs_ended_early_does_not_take_the_limit_away() -> None:
    """A week of failing tests, each ended by a pattern after 3 s."""
    finished = times(Random(8), 30)
    learned = compute_limit([*finished, *[RunDuration(3.0, cut=True)] * 20])

    assert learned is not None
    assert learned.limit_s > 90


def test_a_limit_that_is_too_short_does_not_stay() -> None:
    """Runs that it cuts again and again are a change: then there is none, until some finish."""
    assert compute_limit([*times(Random(8), 30), *[RunDuration(200.0, cut=True)] * 6]) is None


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


def test_no_limit_is_shorter_than_a_busy_machine_needs() -> None:
    """Ten runs of ten milliseconds."""
    learned = compute_limit([RunDuration(0.01)] * 10)

    assert learned is not None
    assert learned.limit_s == LEAST_LIMIT_S


@pytest.mark.parametrize("factor", [3.0, 1 / 3])
def test_a_step_change_is_followed_within_ten_runs(factor: float) -> None:
    """The limit is that of the new behaviour, in 95 of 100 pasts."""
    rng = Random(11)
    adapted = 0
    for _ in range(100):
        past = times(rng, 40, spread=0.2) + times(rng, 10, middle=60 * factor, spread=0.2)
        place = find_last_change([run.value_s for run in past])
        learned = compute_limit(past)
        adapted += learned is not None and 38 <= place <= 42 and 0.6 < learned.median_s / (60 * factor) < 1.6

    assert adapted >= 95


def test_the_same_behaviour_is_no_change() -> None:
    """Looked at after every run of a hundred pasts, few ever seem to change."""
    rng = Random(5)
    wrong = tried = 0
    for _ in range(40):
        past = [run.value_s for run in times(rng, 60, spread=0.3)]
        for end in range(20, 60, 4):
            tried += 1
            wrong += find_last_change(past[:end]) > 0

    assert wrong / tried < 0.02


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


def test_rounding_never_shortens() -> None:
    """A limit for people is at least the limit."""
    rng = Random(6)

    assert all(round_up(value) >= value - 1e-9 for value in (rng.uniform(0.01, 90_000) for _ in range(500)))
