"""report.mistakes: like is compared with like, and one number stands beside what it is made of."""

from hypothesis import given
from hypothesis import strategies as st

from twiceshy.insights.figures import LEAST, compare_error_rates, score_health
from twiceshy.records.figures import ModelTries, Rate, WorkFigure
from twiceshy.stats.intervals import measure_share


def tries(session: int, model: str, tool: str, calls: int, failed: int) -> ModelTries:
    return ModelTries(session, 1, model, tool, calls, failed)


def test_a_model_is_not_blamed_for_the_tools_that_it_uses() -> None:
    """One model runs tests, which fail often, the other reads; of each tool both fail alike."""
    rows = [
        one
        for number in range(20)
        for one in (
            tries(2 * number, "a", "Bash", 40, 8),
            tries(2 * number, "a", "Read", 10, 1),
            tries(2 * number + 1, "b", "Bash", 10, 2),
            tries(2 * number + 1, "b", "Read", 40, 4),
        )
    ]
    a, b = compare_error_rates(rows)

    assert (a.model, a.failed.share) == ("a", 0.18)
    assert b.failed.share == 0.12
    assert a.ratio is not None
    assert abs(a.ratio.ratio - 1) < 0.01
    assert not a.sure


def test_a_model_that_fails_more_in_every_session_is_told() -> None:
    """Three times as often, in forty sessions."""
    rows = [tries(number, "ab"[number % 2], "Bash", 50 + number % 3, 15 if number % 2 else 5) for number in range(40)]
    worse = next(one for one in compare_error_rates(rows) if one.model == "b")

    assert worse.sure
    assert worse.ratio is not None
    assert worse.ratio.low > 2


def test_nothing_is_compared_with_nothing() -> None:
    """One model alone, or models that share no tool, have a rate and no ratio."""
    alone = compare_error_rates([tries(1, "a", "Bash", 9, 3)])
    apart = compare_error_rates([tries(1, "a", "Bash", 9, 3), tries(2, "b", "Read", 9, 0)])

    assert [one.ratio for one in (*alone, *apart)] == [None, None, None]
    assert compare_error_rates([]) == []


def work(hits: int, n: int) -> WorkFigure:
    one = measure_share(hits, n)
    back = measure_share(n - hits, n)
    return WorkFigure(by="agent", name="x", tasks=n, first_pass=one, corrected=back, rolled_back=back, tests_green=one)


def test_health_is_the_mean_of_the_parts_that_stand_beside_it() -> None:
    """Each a share of which more is better."""
    found = score_health([work(80, 100)], measure_share(10, 100), (60, 100))

    assert found is not None
    assert [part.rate.share for part in found.parts] == [0.8, 0.8, 0.8, 0.9, 0.4]
    assert found.value == 74


def test_a_part_that_is_too_small_leaves_no_number() -> None:
    """The parts are still shown, with how many they are of."""
    found = score_health([work(80, 100)], measure_share(10, 100), (6, LEAST - 1))

    assert found is not None
    assert found.value is None
    assert found.parts[-1].rate.n == LEAST - 1
    assert score_health([], Rate(0, 0, 0.0, 0.0, 1.0), (0, 0)) is None


@given(st.integers(0, 90), st.integers(0, 90), st.integers(0, 90))
def test_health_stays_within_bounds(tasks: int, calls: int, mistakes: int) -> None:
    """0 to 100, whatever happened."""
    found = score_health([work(tasks, 90)], measure_share(calls, 90), (mistakes, 90))

    assert found is not None
    assert found.value is not None
    assert 0 <= found.value <= 100
