"""account.context_replay: what smaller contexts would have cost, by hand and for any thread."""

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.account.context_replay import (
    LIMITS,
    SHORT_SUMMARY,
    SUMMARY,
    WORTH_A_SUMMARY,
    ReplayStep,
    fill_read_rates,
    list_earlier_cuts,
    list_losses,
    replay_hour_cache,
)
from twiceshy.records.spend import HourCache, Mechanism

READ, WRITE, OUTPUT = 1e-6, 12e-6, 50e-6
FIXED = 20_000.0
HOUR = 3600.0


def step(
    number: int,
    prompt: int,
    lost: float = 0.0,
    why: Mechanism = Mechanism.UNKNOWN,
    at: float | None = None,
    **more: Any,
) -> ReplayStep:
    made = ReplayStep(number, at, prompt, lost, why, number == 0, READ, WRITE, OUTPUT)
    return made._replace(**more)


def test_a_break_is_replayed_by_hand() -> None:
    """The request after it and each later one go without what the summary replaced; a file used again comes back."""
    steps = [
        step(0, 120_000, at=0.0, reads=(("a.py", 10_000.0), ("b.py", 5_000.0))),
        step(1, 121_000, 120_000, Mechanism.PAUSE, at=2 * HOUR, touched=("a.py",)),
        step(2, 122_000, at=2 * HOUR + 9),
    ]
    (loss,) = list_losses(steps, FIXED)
    gone = 120_000 - FIXED - SUMMARY
    summary = 120_000 * READ + SUMMARY * (OUTPUT + WRITE)

    assert (loss.tokens, loss.gap_s, loss.why) == (120_000, 2 * HOUR, Mechanism.PAUSE)
    assert loss.usd == pytest.approx(120_000 * (WRITE - READ))
    most = (120_000 - FIXED - SHORT_SUMMARY) * (WRITE + READ)
    assert loss.most_usd == pytest.approx(most - 120_000 * READ - SHORT_SUMMARY * (OUTPUT + WRITE))
    less = gone - 10_000
    assert loss.likely_usd == pytest.approx(less * (WRITE + READ) - summary - 10_000 * WRITE)


QUIET = {
    "a short pause": step(1, 121_000, 120_000, Mechanism.PAUSE, at=1800.0),
    "no time": step(1, 121_000, 120_000, Mechanism.PAUSE),
    "not a pause": step(1, 121_000, 120_000, Mechanism.UNKNOWN, at=2 * HOUR),
}


@pytest.mark.parametrize("after", QUIET.values(), ids=QUIET)
def test_what_nobody_could_have_known_saves_nothing(after: ReplayStep) -> None:
    """It is listed with what it cost."""
    (loss,) = list_losses([step(0, 120_000, at=0.0), after], FIXED)

    assert (loss.likely_usd, loss.most_usd) == (0.0, 0.0)
    assert loss.usd > 0


def test_small_contexts_and_small_losses_are_left_alone() -> None:
    """A small context is not handed off; a tenth that is written again is no lost cache, a cut is no loss."""
    small = [step(0, WORTH_A_SUMMARY - 1, at=0.0), step(1, 90_000, 79_000, Mechanism.PAUSE, at=2 * HOUR)]
    assert [loss.likely_usd for loss in list_losses(small, FIXED)] == [0.0]
    for after in (step(1, 121_000, 12_000), step(1, 121_000, 120_000)._replace(cut=True), step(1, 121_000, 0)):
        assert list_losses([step(0, 120_000), after], FIXED) == []


def test_a_second_break_finds_what_the_first_summary_left() -> None:
    """Nothing is saved twice."""
    pauses = [step(n, 120_000, 119_000, Mechanism.PAUSE, at=n * 2 * HOUR) for n in (1, 2)]
    first, second = list_losses([step(0, 120_000, at=0.0), *pauses], FIXED)

    assert first.likely_usd > 0
    assert second.likely_usd == 0  # FIXED and the summary are below what is worth one


def test_a_long_thread_is_cut_where_it_passes_a_limit() -> None:
    """Again when it has grown so far again; a thread below every limit is not there."""
    prompts = range(20_000, 420_001, 10_000)
    cuts = {cut.limit: cut for cut in list_earlier_cuts([step(n, size) for n, size in enumerate(prompts)], FIXED)}

    assert set(cuts) == set(LIMITS)
    assert cuts[100_000].place == 9  # the first request above it
    assert 0 < cuts[100_000].likely_usd < cuts[100_000].most_usd  # no file, but a shorter summary
    assert list_earlier_cuts([step(n, 90_000) for n in range(5)], FIXED) == []


def test_a_cut_that_costs_more_than_it_saves_says_so() -> None:
    """One request was left when it was made."""
    (cut,) = list_earlier_cuts([step(0, 90_000), step(1, 101_000)], FIXED)

    assert cut.likely_usd < 0


THREADS = st.lists(
    st.tuples(st.integers(-30_000, 60_000), st.floats(0, 1), st.sampled_from(Mechanism), st.integers(0, 9000)),
    min_size=1,
    max_size=40,
)


@given(THREADS, st.floats(0, 90_000), st.booleans())
def test_no_saving_is_larger_than_what_was_paid(
    drawn: list[tuple[int, float, Mechanism, int]], fixed: float, used: bool
) -> None:
    """The likely figure is never above the most, and the most never above what the thread's prompts cost."""
    sizes = list(accumulate((grown for grown, *_ in drawn), lambda size, more: max(size + more, 1), initial=50_000))
    steps = [
        step(
            number,
            size,
            share * sizes[number - 1] if number else 0.0,
            why,
            at=float(at * number),
            reads=((f"{number % 3}.py", size / 10),),
            touched=(f"{number % 2}.py",) if used else (),
        )
        for number, (size, (_, share, why, at)) in enumerate(zip(sizes, drawn, strict=False))
    ]
    paid = sum(one.prompt * WRITE for one in steps)
    losses, cuts = list_losses(steps, fixed), list_earlier_cuts(steps, fixed)

    assert sum(loss.most_usd for loss in losses) <= paid
    for most, likely in [(one.most_usd, one.likely_usd) for one in cuts]:
        assert most <= paid
        assert likely <= most


def test_a_price_that_a_request_does_not_tell_is_taken_from_beside_it() -> None:
    """Of a thread that never read the cache it is the usual part of a writing's price."""
    rates = [one.read_usd for one in fill_read_rates([step(0, 9, read_usd=0.0), step(1, 9), step(2, 9, read_usd=0.0)])]
    assert rates == [READ] * 3
    assert fill_read_rates([step(0, 9, read_usd=0.0)])[0].read_usd == pytest.approx(WRITE * 0.08)


def test_a_cache_of_an_hour_outlives_pauses_and_costs_more_to_write() -> None:
    """A pause of more than an hour is lost with either; what was written for an hour has nothing to save."""
    first = ReplayStep(7, 0.0, 1000, 0.0, Mechanism.FIRST, True, 0.1, 1.25, 5.0, written_usd=1250.0)
    again = first._replace(place=8, at=900.0, lost=1000.0, why=Mechanism.PAUSE, cut=False)
    long = again._replace(place=9, at=9000.0)

    found = replay_hour_cache([first, again, long])
    assert found is not None
    assert found[:-1] == (8, False, 1, 1000)
    assert found.saved_usd == pytest.approx(-750.0 + 1150.0 - 750.0)
    assert replay_hour_cache([first, again._replace(hour=True)]) == HourCache(7, True, 0, 0, 0.0)
    assert replay_hour_cache([first._replace(written_usd=0.0)]) is None
    assert replay_hour_cache([]) is None
