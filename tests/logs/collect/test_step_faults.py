"""One session, project or file at which our code fails is named and left out; the step goes on."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.faults import read_faults
from twiceshy.base.errors import StoreBusy, StoreError
from twiceshy.logs.collect.step_faults import StepFaults

A, B, C = b"a" * 16, b"b" * 16, b"c" * 16
INPUTS = {A: b"1", B: b"2", C: b"3"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "store") as opened:
        yield opened


def break_at(*bad: bytes) -> "Acting":
    return Acting(bad)


class Acting:
    """Takes keys, all or none; fails at some."""

    def __init__(self, bad: tuple[bytes, ...]) -> None:
        self.bad = bad
        self.done: list[bytes] = []

    def __call__(self, keys: list[bytes]) -> None:
        for key in keys:
            if key in self.bad:
                raise LookupError(f"the words of a log {key!r}")
        self.done += keys


def test_where_nothing_fails_nothing_is_stored(store: Store) -> None:
    """All at once, and no fault is named."""
    faults, act = StepFaults(store, "judge", 1), break_at()

    assert faults.act_on([A, B], act, INPUTS) == [A, B]
    assert (act.done, faults.count, read_faults(store.connection)) == ([A, B], 0, [])
    assert faults.select([A, B], INPUTS) == [A, B]


def test_one_that_fails_is_left_out_and_named_without_its_words(store: Store) -> None:
    """The others are done; the store says which one, where in our code, and nothing of what stands there."""
    faults, act = StepFaults(store, "judge", 1), break_at(B)

    assert faults.act_on([A, B, C], act, INPUTS) == [A, C]
    assert act.done == [A, C]
    (found,) = read_faults(store.connection)
    assert (found.step, found.key, found.name, faults.count) == ("judge", B, "s-62626262", 1)
    assert found.place.startswith("LookupError at logs/collect/step_faults.py:")


@pytest.mark.parametrize(
    ("step", "version", "given", "tried"),
    [
        pytest.param("judge", 1, b"2", False, id="all as it was"),
        pytest.param("judge", 1, b"9", True, id="its input changed"),
        pytest.param("judge", 2, b"2", True, id="the step's version changed"),
        pytest.param("score", 1, b"2", True, id="another step"),
    ],
)
def test_it_is_tried_again_when_something_changed(
    store: Store, step: str, version: int, given: bytes, tried: bool
) -> None:
    """Not before: a fault that stays costs its time once."""
    StepFaults(store, "judge", 1).act_on([B], break_at(B), INPUTS)

    assert StepFaults(store, step, version).select([A, B], {A: b"1", B: given}) == ([A, B] if tried else [A])


def test_what_goes_well_again_is_forgotten(store: Store) -> None:
    """A fault that is gone is shown no longer."""
    StepFaults(store, "judge", 1).act_on([A, B], break_at(A, B), INPUTS)
    StepFaults(store, "judge", 2).act_on([B], break_at(), INPUTS)

    assert [one.key for one in read_faults(store.connection)] == [A]


@pytest.mark.parametrize("error", [StoreBusy("held"), KeyboardInterrupt()], ids=["on purpose", "interrupted"])
def test_what_concerns_all_goes_up(store: Store, error: BaseException) -> None:
    """A busy store, or Ctrl-C, is no fault of one session."""
    faults = StepFaults(store, "judge", 1)

    def act(keys: list[bytes]) -> None:
        raise error

    def act_guarded() -> None:
        with faults.guard(A):
            act([A])

    with pytest.raises(type(error)):
        faults.act_on([A], act, INPUTS)
    with pytest.raises(type(error)):
        act_guarded()
    assert read_faults(store.connection) == []


def refuse() -> None:
    raise StoreError("did not accept a statement")


def test_a_value_that_the_database_refuses_is_a_fault_of_one(store: Store) -> None:
    """The database itself is well then, so the others go on."""
    faults = StepFaults(store, "judge", 1)
    with faults.guard(A, "a"):
        refuse()

    assert [one.name for one in read_faults(store.connection)] == ["a"]
