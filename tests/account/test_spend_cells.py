"""account.spend_cells: what a thread's requests cost, by what stood in their context."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.account.spend_cells import Divided, divide_thread
from twiceshy.records.spend import PICO, Cause, ContextItem, ContextPoint, Mechanism, ThreadRequest
from twiceshy.records.spending import Cost, TokenCounts

READ = Mechanism.READ


def request(
    at: int, fresh: int = 0, written: int = 0, read: int = 0, output: int = 0, *, model: str = "m"
) -> ThreadRequest:
    """One token costs a dollar to send or write, a tenth to read, five to write as output."""
    cost = Cost(float(fresh), output * 5.0, float(written), read * 0.1)
    return ThreadRequest(at, float(at), model, TokenCounts(fresh, output, written, read), cost)


def item(place: int, cause: Cause = Cause.READS, size: int = 400, *, cuts: bool = False) -> ContextItem:
    return ContextItem(place, cause, "a.py", size, cuts=cuts)


def sum_by(found: dict, part: str) -> dict[str, float]:  # type: ignore[type-arg]  # cells
    sums: dict[str, float] = {}
    for key, amount in found.items():
        sums[getattr(key, part)] = sums.get(getattr(key, part), 0.0) + amount.picodollars / PICO
    return sums


def test_nothing_costs_nothing() -> None:
    """A thread without requests."""
    assert divide_thread([], [item(1)]) == Divided({}, [], [], [], {})


def test_growth_is_what_came_in() -> None:
    """By place, what is old pays for its reads, what is new for its writing; evenly, each by its share."""
    requests = [request(10, written=1000), request(20, read=1000, written=100)]
    expected = {Cause.FIXED_START: 1100.0, Cause.READS: 100.0}

    assert sum_by(divide_thread(requests, [item(15)], by_place=True).cells, "cause") == pytest.approx(expected)
    assert sum_by(divide_thread(requests, [item(15)]).cells, "cause") == pytest.approx(
        {Cause.FIXED_START: 1000 + 200 * 10 / 11, Cause.READS: 200 / 11}
    )


@pytest.mark.parametrize(
    ("second", "cut", "expected"),
    [
        pytest.param(request(20, written=1000), False, Mechanism.UNKNOWN, id="no reason"),
        pytest.param(request(900, written=1000), False, Mechanism.PAUSE, id="a pause"),
        pytest.param(request(20, written=1000, model="n"), False, Mechanism.MODEL, id="another model"),
        pytest.param(request(20, written=900), True, Mechanism.CUT, id="a compaction"),
    ],
)
@pytest.mark.parametrize("by_place", [True, False])
def test_a_loss_of_the_cache_has_a_reason(
    second: ThreadRequest, cut: bool, expected: Mechanism, by_place: bool
) -> None:
    """As far as the log shows one."""
    items = [item(15, Cause.SUMMARIES, 0, cuts=cut)]
    found = sum_by(divide_thread([request(10, written=1000), second], items, by_place=by_place).cells, "mechanism")

    assert expected in found
    assert sum(found.values()) == pytest.approx(1000 + second.tokens.cache_write)


def test_after_a_compaction_old_items_pay_nothing() -> None:
    """What is left above the fixed start is a summary."""
    requests = [request(10, written=1000), request(20, written=1000, read=1000), request(30, written=1100)]
    items = [item(15, size=4000), item(25, Cause.SUMMARIES, 400, cuts=True)]
    found = sum_by(divide_thread(requests, items, by_place=True).cells, "cause")

    assert found == pytest.approx({Cause.FIXED_START: 2100, Cause.READS: 1000, Cause.SUMMARIES: 100})


def test_a_subagents_thread_is_one_cause() -> None:
    """By the model that it ran."""
    found = divide_thread([request(10, written=1000, output=1)], [], subagent="").cells

    assert {(key.cause, key.item) for key in found} == {(Cause.SUBAGENTS, "their own work, m")}


COUNTS = st.integers(0, 1 << 40) | st.integers(0, 5000)
REQUESTS = st.lists(st.tuples(COUNTS, COUNTS, COUNTS, COUNTS, st.sampled_from("mn")), max_size=8)
ITEMS = st.lists(
    st.tuples(st.integers(0, 90), st.sampled_from(Cause), st.integers(0, 9000), st.booleans(), st.booleans())
)


@given(REQUESTS, ITEMS, st.booleans())
def test_cells_add_up_to_the_cost(
    counts: list[tuple[int, int, int, int, str]], came: list[tuple[int, Cause, int, bool, bool]], by_place: bool
) -> None:
    """Whatever the log says: exactly, in dollars and in tokens."""
    requests = [request(10 * place, *some[:4], model=some[4]) for place, some in enumerate(counts)]
    items = sorted(ContextItem(at, cause, "x", size, own, cuts=cuts) for at, cause, size, own, cuts in came)
    found = divide_thread(requests, items, by_place=by_place).cells

    assert sum(one.picodollars for one in found.values()) == sum(round(one.cost.dollars * PICO) for one in requests)
    assert sum(one.tokens for one in found.values()) == sum(one.tokens.total for one in requests)


def test_a_watcher_is_told_the_context_at_each_request() -> None:
    """By cause, together the whole prompt; a compaction and a lost cache have their reasons, growth has none."""
    requests = [
        request(10, written=1000),
        request(20, written=100, read=1000),
        request(2000, written=1200),
        request(2010, read=500),
        request(2020, read=480),
    ]
    items = [item(15), item(16, Cause.PROMPTS)]
    seen: list[ContextPoint] = []
    divide_thread(requests, items, watch=seen.append)

    assert [round(sum(one.tokens.values())) for one in seen] == [1000, 1100, 1200, 500, 480]
    assert [one.again for one in seen] == [None, None, Mechanism.PAUSE, Mechanism.CUT, None]
    assert [one.prompts for one in seen] == [0, 1, 0, 0, 0]
    assert seen[1].usd == pytest.approx(200.0)
