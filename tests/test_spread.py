"""Each promise of spread: order, faults of one item, lost workers, little in flight, a quick end."""

import functools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.spread_items import (
    add,
    count_setups,
    die,
    die_in_setup,
    die_once,
    echo,
    fail_setup,
    give_a_lambda,
    nothing,
    print_loudly,
    raise_unreadable,
    refuse_odd,
    sleep_long,
    slow_first,
    ten,
)

from twiceshy.base.errors import TwiceshyError
from twiceshy.base.spread import FailedItem, LostItem, spread

BOTH = pytest.mark.parametrize("processes", [1, 2], ids=["in-line", "two workers"])


@BOTH
def test_no_items_give_no_results(processes: int) -> None:
    """Nothing in, nothing out."""
    assert list(spread(add, [], setup=ten, processes=processes)) == []


@BOTH
def test_results_come_in_the_order_of_the_items(processes: int) -> None:
    """However many workers there are, result n belongs to item n."""
    assert list(range(10, 60)) == list(spread(add, range(50), setup=ten, processes=processes))


def test_a_slow_first_item_does_not_change_the_order() -> None:
    """A later item that is ready sooner waits for its turn."""
    assert list(spread(slow_first, range(4), setup=nothing, processes=2)) == [0, 1, 2, 3]


@BOTH
def test_an_exception_is_the_answer_for_its_item_only(processes: int) -> None:
    """The others still get their results, and the error is of its own class."""
    answers = list(spread(refuse_odd, range(4), setup=nothing, processes=processes))

    assert answers[::2] == [0, 2]
    assert [(a.item, str(a.error)) for a in answers if isinstance(a, FailedItem)] == [(1, "odd: 1"), (3, "odd: 3")]
    assert all(isinstance(a.error, ValueError) for a in answers if isinstance(a, FailedItem))


def test_a_workers_error_tells_where_it_was_raised() -> None:
    """The traceback of the worker is a note of the error."""
    (answer,) = spread(refuse_odd, [1], setup=nothing, processes=2)

    assert isinstance(answer, FailedItem)
    assert "in refuse_odd" in answer.error.__notes__[0]


@pytest.mark.parametrize(
    ("function", "told"),
    [(raise_unreadable, "UnreadableError"), (give_a_lambda, "cannot be pickled")],
    ids=["error", "result"],
)
def test_what_cannot_be_pickled_is_an_error_of_its_item(function: Callable[[None, int], object], told: str) -> None:
    """An answer that cannot travel neither hangs nor breaks the others."""
    answers = list(spread(function, [1, 2], setup=nothing, processes=2))

    assert [told in str(a.error) for a in answers if isinstance(a, FailedItem)] == [True, True]


@BOTH
def test_an_error_of_the_setup_is_raised_as_it_is(processes: int) -> None:
    """No item can be done without its state."""
    with pytest.raises(FileNotFoundError, match="the rules are gone"):
        list(spread(echo, [1, 2, 3], setup=fail_setup, processes=processes))


def test_workers_that_end_in_their_setup_are_an_error_not_a_loop() -> None:
    """Two tries, then it is said what to do."""
    with pytest.raises(TwiceshyError, match=r"exit status 7.*ingest.processes"):
        list(spread(echo, [1, 2, 3], setup=die_in_setup, processes=2))


def test_a_worker_lost_once_costs_nothing() -> None:
    """A fresh worker does the same item again."""
    setup = functools.partial(Path, Path.cwd())

    assert list(range(8)) == list(spread(die_once, range(8), setup=setup, processes=2))


def test_an_item_that_always_kills_its_worker_is_lost_alone() -> None:
    """After the second loss it is named, and every other item has its result."""
    answers = list(spread(die, range(8), setup=nothing, processes=2))

    assert [0, 1, 2, LostItem(item=3, reason="killed by signal 9"), 4, 5, 6, 7] == answers


def test_setup_runs_once_in_each_worker(tmp_path: Path) -> None:
    """What is dear to make is not made for each item."""
    list(spread(echo, range(20), setup=functools.partial(count_setups, tmp_path), processes=2))

    assert (tmp_path / "setups").read_text() in {"x", "xx"}


def test_large_items_and_results_pass() -> None:
    """Both are larger than any pipe's buffer at once."""
    items = [bytes([n]) * 3_000_000 for n in range(6)]

    assert items == list(spread(echo, items, setup=nothing, processes=2))


def test_what_a_worker_prints_does_not_get_between_the_answers(capfd: pytest.CaptureFixture[str]) -> None:
    """Its stdout goes to stderr."""
    assert list(spread(print_loudly, [1, 2], setup=nothing, processes=2)) == [1, 2]
    assert "raw bytes" in capfd.readouterr().err


def test_few_items_are_in_flight() -> None:
    """What was taken and not given back stays within 2 x processes + 1."""
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        for n in range(40):
            taken += 1
            yield n

    ahead = []
    for given, _ in enumerate(spread(echo, items(), setup=nothing, processes=2)):
        ahead.append(taken - given)

    assert max(ahead) <= 5


def test_closing_early_ends_the_workers_at_once() -> None:
    """Nobody waits for what nobody wants."""
    answers = spread(sleep_long, iter(range(100)), setup=nothing, processes=2)
    start = time.monotonic()
    stop_soon(answers)

    assert time.monotonic() - start < 20
    assert all(gone(int(path.read_text())) for path in Path().glob("started-*"))


def stop_soon(answers: Iterator[object]) -> None:
    """Raise KeyboardInterrupt in this thread once a worker is at work."""
    signal.signal(signal.SIGALRM, signal.default_int_handler)
    signal.setitimer(signal.ITIMER_REAL, 0.5)
    with pytest.raises(KeyboardInterrupt):
        next(answers)


def gone(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    return False


PARENT = """
import sys, pathlib
sys.path.insert(0, sys.argv[1])
from spread_items import nothing, FUNCTION
from twiceshy.base.spread import spread
try:
    list(spread(FUNCTION, range(9), setup=nothing, processes=2))
except KeyboardInterrupt:
    sys.exit(130)
"""


def test_ctrl_c_of_the_whole_group_leaves_neither_workers_nor_tracebacks() -> None:
    """The terminal sends it to everybody; the parent alone deals with it."""
    parent = started_parent("sleep_long")
    os.killpg(parent.pid, signal.SIGINT)
    _, stderr = parent.communicate(timeout=20)

    assert (parent.returncode, stderr) == (130, b"")


def test_workers_of_a_killed_parent_end_by_themselves() -> None:
    """They hold its stderr open as long as they live."""
    parent = started_parent("sleep_a_little")
    parent.kill()
    _, stderr = parent.communicate(timeout=20)

    assert (parent.returncode, stderr) == (-signal.SIGKILL, b"")


def started_parent(function: str) -> subprocess.Popen[bytes]:
    """A process of its own group with two workers at work."""
    command = [sys.executable, "-c", PARENT.replace("FUNCTION", function), str(Path(__file__).parent)]
    parent = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 20
    while len([p for p in Path().glob("started-*") if p.read_text()]) < 2:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return parent
