"""What a run costs: from samples that have each agent's share, with the interval that they allow."""

import math

import pytest

from twiceshy.records.fleet import CostSpan, FleetInput, SampleRun
from twiceshy_fleet.planning.cost import (
    DrawnLog,
    bound_mean,
    bound_memory,
    draw_sample,
    estimate_cost,
    invert_speed,
    measure_rates,
)


def log(at: int, size: int, agent: str = "codex") -> FleetInput:
    return FleetInput(kind="log", place=f"/l/{agent}/{at}", size=size, stamp="1", agent=agent)


LOGS = [log(at, 1_000_000) for at in range(30)] + [log(at, 500_000, "pi") for at in range(20)]


def sizes_of(part: tuple[DrawnLog, ...]) -> dict[str, int]:
    return {agent: sum(one.size for one in part if one.log.agent == agent) for agent in {one.log.agent for one in part}}


def test_each_part_has_each_agents_share() -> None:
    """No log is drawn twice, and the same inputs give the same sample."""
    plan = draw_sample(LOGS, 16_000_000, 4)
    drawn = [one.log.place for part in plan.parts for one in part]

    assert [sizes_of(part) for part in plan.parts] == [{"codex": 3_000_000, "pi": 1_000_000}] * 4
    assert len(drawn) == len(set(drawn))
    assert draw_sample(LOGS[::-1], 16_000_000, 4) == plan
    assert plan.small == (DrawnLog(min(LOGS, key=lambda one: (one.size, one.place)), 500_000),)


def test_of_a_large_log_the_beginning_is_drawn() -> None:
    """One that fills its part is not left out, as large logs are what is dear."""
    plan = draw_sample([log(1, 10**9), log(2, 10**9)], 8_000_000, 2)

    assert [[one.size for one in part] for part in plan.parts] == [[4_000_000], [4_000_000]]


def test_little_is_drawn_whole() -> None:
    """There may be fewer parts then; nobody's files, empty ones and those that are gone are never drawn."""
    odd = [FleetInput(kind="log", place="/x", size=5, stamp="1"), log(3, 0)]

    assert draw_sample(odd, 1_000_000) == ((), ())
    assert [len(part) for part in draw_sample([*odd, log(1, 900)], 10_000_000).parts] == [1]


SMALL = SampleRun(logs=1, size=1_000, cpu_s=2.0, seconds=2.0, output=10_000, peak_mb=100.0)
RUNS = [
    SampleRun(logs=5, size=10_000_000, cpu_s=2.0 + cost, seconds=9.0, output=1_010_000, peak_mb=150.0)
    for cost in (4.0, 5.0, 6.0)
]


def test_a_shard_costs_a_part_and_its_bytes() -> None:
    """The small log tells the first; three parts tell the second and how sure it is."""
    rates = measure_rates(SMALL, RUNS)
    cost = estimate_cost([1_000_000_000] * 4, 900, rates, 2)

    assert rates.fixed_s == 2.0
    assert rates.byte_s.estimate == pytest.approx(0.5e-6)
    assert (rates.byte_s.low, rates.byte_s.high) == pytest.approx((0.2516e-6, 0.7484e-6), rel=1e-3)
    assert invert_speed(rates).estimate == pytest.approx(2.0)
    assert invert_speed(rates).low < 2.0 < invert_speed(rates).high
    assert cost.cpu_hours.estimate == pytest.approx((4 * 2 + 4_000_000_000 * 0.5e-6) / 3600)
    assert cost.wall_hours.estimate == pytest.approx(cost.cpu_hours.estimate / 2)
    assert cost.output.estimate == pytest.approx(400_000_000)
    assert bound_memory(rates, 100_000_000) == pytest.approx(100 + 500)


def test_no_run_is_faster_than_its_longest_shard() -> None:
    """However many workers there are."""
    cost = estimate_cost([1_000_000_000, 1_000, 1_000], 3, measure_rates(SMALL, RUNS), 100)

    assert cost.wall_hours.estimate == pytest.approx((2 + 500.0) / 3600)
    assert estimate_cost([], 0, measure_rates(SMALL, RUNS), 4).wall_hours == CostSpan(0, 0, 0)


def test_one_part_alone_says_not_how_sure_it_is() -> None:
    """Its interval has no upper end, and a speed has no lower one but 0."""
    rates = measure_rates(None, RUNS[:1])

    assert rates.fixed_s == 0
    assert bound_mean([3.0]) == CostSpan(3.0, 0.0, math.inf)
    assert invert_speed(rates) == pytest.approx((10 / 6, 0.0, math.inf))
