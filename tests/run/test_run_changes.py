"""A step in a command's times is found, and none where there is none."""

from random import Random

import pytest

from twiceshy.run.limits import RunDuration, find_last_change


def times(rng: Random, count: int, *, middle: float = 60.0, spread: float = 0.25) -> list[RunDuration]:
    return [RunDuration(middle * rng.lognormvariate(0, spread)) for _ in range(count)]


@pytest.mark.parametrize("factor", [3.0, 1 / 3])
def test_a_step_change_is_followed_within_ten_runs(factor: float) -> None:
    """The place of the step is found, in 95 of 100 pasts."""
    rng = Random(11)
    adapted = 0
    for _ in range(100):
        past = times(rng, 40, spread=0.2) + times(rng, 10, middle=60 * factor, spread=0.2)
        place = find_last_change([run.value_s for run in past])
        adapted += 38 <= place <= 42

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
