"""account.lone_requests: requests for one small call, and what they cost."""

import pytest

from twiceshy.account.lone_requests import LISTS, POLLS, LoneStep, count_lone_calls, name_request
from twiceshy.account.spend_cells import divide_thread
from twiceshy.records.spend import Cause, ContextItem, LoneCalls, LoneKind, StartCost, ThreadRequest
from twiceshy.records.spending import Cost, TokenCounts

LIST, POLL = LoneKind.LIST, LoneKind.POLL


def wrote(*names: str, size: int = 40) -> list[ContextItem]:
    return [ContextItem(1, Cause.OWN_OUTPUT, name, size, own=True) for name in names]


@pytest.mark.parametrize(
    ("own", "kind"),
    [
        pytest.param(wrote("commands", LISTS), None, id="with work"),
        pytest.param(wrote("words"), None, id="words alone"),
        pytest.param(wrote(LISTS, POLLS), None, id="two sorts"),
        pytest.param([*wrote(LISTS), *wrote("words", size=900)], None, id="with a report"),
        pytest.param([], None, id="nothing"),
        pytest.param(wrote("thinking", LISTS, LISTS), LIST, id="two lists"),
        pytest.param(wrote("words", POLLS), POLL, id="a poll"),
    ],
)
def test_a_request_is_named_by_what_it_wrote(own: list[ContextItem], kind: LoneKind | None) -> None:
    """Only where it did nothing else, and told the person little."""
    assert name_request(own) is kind


def step(at: float | None, kind: LoneKind | None = None, came_at: float | None = None) -> LoneStep:
    """A dollar is for what it read, 10 cents for what it wrote, 2 dollars for all else."""
    return LoneStep(round(at or 0), at, kind, came_at, 1.0, 0.1, 3.1)


def test_lists_save_what_they_read() -> None:
    """What else they sent is sent by the next request; at most all of it was theirs."""
    assert count_lone_calls([step(1), step(2, LIST), step(3), step(4, LIST)]) == [LoneCalls(LIST, 2, 2, 2, 2.0, 6.2)]


@pytest.mark.parametrize(
    ("times", "needless"),
    [
        pytest.param([5, 10, 15, 20], 4, id="the first wait would have done"),
        pytest.param([35, 65, 95, 125], 3, id="one long wait would have done"),
        pytest.param([35, 155, 275, 395], 0, id="each waited as long as can be"),
    ],
)
def test_polls_are_replayed_with_longer_waits(times: list[float], needless: int) -> None:
    """A command ends when the last poll's result comes; each poll that is left out saves its reading and its words."""
    polls = [step(at, POLL) for at in times]
    (found,) = count_lone_calls([step(0), *polls, step(times[-1] + 20, came_at=times[-1] + 1)])

    assert (found.count, found.needless) == (4, needless)
    assert found.likely_usd == pytest.approx(1.1 * needless)
    assert found.most_usd == pytest.approx(4.4)


def test_without_times_no_poll_is_needless() -> None:
    """Nor is one with which a thread begins: nobody knows since when the command ran."""
    (found,) = count_lone_calls([step(None), step(None, POLL), step(None, POLL)])

    assert (found.count, found.needless, found.likely_usd) == (2, 0, 0.0)
    assert count_lone_calls([step(1, POLL)]) == []


def test_a_thread_has_its_start_and_its_lone_calls() -> None:
    """The start lies first, so the cache has it first: it is read where the cache held it, else paid in full."""
    requests = [
        ThreadRequest(1 << 22, 0.001, "m", TokenCounts(0, 0, 1000, 0), Cost(0.0, 0.0, 1000.0, 0.0)),
        ThreadRequest(3 << 22, 0.003, "m", TokenCounts(0, 0, 100, 1000), Cost(0.0, 0.0, 100.0, 100.0)),
        ThreadRequest(5 << 22, 0.005, "m", TokenCounts(0, 0, 700, 400), Cost(0.0, 0.0, 700.0, 40.0)),
    ]
    lists = ContextItem(3 << 22, Cause.OWN_OUTPUT, LISTS, 40, own=True)
    found = divide_thread(requests, [lists])

    assert found.start == StartCost(1000, pytest.approx(1000.0 + 100.0 + 40.0 + 600.0))  # type: ignore[arg-type]
    assert found.lone_calls == [LoneCalls(LIST, 3 << 22, 1, 1, 100.0, 200.0)]
