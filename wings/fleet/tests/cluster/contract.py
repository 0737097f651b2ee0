"""What every engine promises, asked of one that is open."""

import functools
from pathlib import Path
from uuid import uuid4

import pytest
from tests.spread_items import (
    add,
    count_setups,
    die,
    die_once,
    echo,
    fail_setup,
    give_a_lambda,
    leave_a_file,
    nothing,
    print_loudly,
    refuse_odd,
    ten,
)

from twiceshy.base.spread import FailedItem, LostItem
from twiceshy_fleet.cluster.work_engine import WorkEngine


def keep_the_order(work: WorkEngine) -> None:
    """Answer n belongs to item n, however many there are; no items give no answers."""
    assert list(work(add, range(200), setup=ten)) == list(range(10, 210))
    assert list(work(add, [], setup=ten)) == []


def answer_faults(work: WorkEngine) -> None:
    """An exception is the answer for its item only, and of its own class."""
    answers = list(work(refuse_odd, range(4), setup=nothing))

    assert answers[::2] == [0, 2]
    assert [(a.item, repr(a.error)) for a in answers if isinstance(a, FailedItem)] == [
        (1, "ValueError('odd: 1')"),
        (3, "ValueError('odd: 3')"),
    ]


def lose_an_item_alone(work: WorkEngine, folder: Path) -> None:
    """What kills its process again and again is named; what does it once costs nothing."""
    lost = LostItem(item=3, reason="killed by signal 9")

    assert list(work(die, range(8), setup=nothing)) == [0, 1, 2, lost, 4, 5, 6, 7]
    assert list(work(die_once, range(8), setup=functools.partial(Path, folder))) == list(range(8))


def raise_of_the_setup(work: WorkEngine) -> None:
    """No item can be done without its state."""
    with pytest.raises(FileNotFoundError, match="the rules are gone"):
        list(work(echo, [1, 2, 3], setup=fail_setup))


def refuse_what_cannot_travel(work: WorkEngine) -> None:
    """A result that cannot be pickled is a fault of its item; an item that cannot be is an error of the caller."""
    (answer,) = work(give_a_lambda, [1], setup=nothing)

    assert isinstance(answer, FailedItem)
    assert "cannot be pickled" in str(answer.error)
    with pytest.raises(Exception, match="pickle"):
        list(work(echo, [lambda: 1], setup=nothing))


def set_up_once_a_worker(work: WorkEngine, folder: Path) -> None:
    """What is dear to make is not made for each item."""
    place = folder / uuid4().hex
    place.mkdir()
    list(work(echo, range(50), setup=functools.partial(count_setups, place)))

    assert (place / "setups").read_text() in {"x", "xx"}


def say_nothing(work: WorkEngine, capfd: pytest.CaptureFixture[str]) -> None:
    """What a worker prints does not reach stdout."""
    assert list(work(print_loudly, [1, 2], setup=nothing)) == [1, 2]
    assert capfd.readouterr().out == ""


def keep_temporary_files_apart(work: WorkEngine) -> list[Path]:
    """What a worker writes where temporary files lie is in a folder of its own; return these files."""
    return [path for path in work(leave_a_file, range(2), setup=nothing) if isinstance(path, Path)]
