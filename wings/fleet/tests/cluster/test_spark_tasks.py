"""A Python worker of Spark keeps one process for its items, and raises nothing."""

import functools
import os
import pickle
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.spread_items import add, count_setups, die, echo, fail_setup, leave_a_file, nothing, ten

from twiceshy import VERSION
from twiceshy.base.spread import NO_LIMITS, ItemLimits, LostItem
from twiceshy_fleet.cluster.spark_tasks import PackAnswer, answer_pack, answer_packs, end_process


@pytest.fixture(autouse=True)
def nothing_kept() -> Iterator[None]:
    """No process outlives a test."""
    yield
    end_process()


def ask(function: object, setup: object, *items: object, limits: ItemLimits = NO_LIMITS) -> PackAnswer:
    return answer_pack(pickle.dumps(items), pickle.dumps((function, setup)), limits)


def test_a_pack_is_answered_item_by_item() -> None:
    """With the version that did it."""
    assert ask(add, ten, 1, 2) == PackAnswer(VERSION, (11, 12))


def test_a_process_is_kept_for_the_same_function_and_setup(tmp_path: Path) -> None:
    """And ended for another."""
    setup = functools.partial(count_setups, tmp_path)
    for number in range(3):
        assert ask(echo, setup, number).answers == (number,)
    assert (tmp_path / "setups").read_text() == "x"
    ask(echo, nothing, 1)
    ask(echo, setup, 1)

    assert (tmp_path / "setups").read_text() == "xx"


def test_an_item_that_ends_its_process_is_an_answer() -> None:
    """The others have theirs."""
    assert ask(die, nothing, 2, 3, 4).answers == (2, LostItem(item=3, reason="killed by signal 9"), 4)


def test_another_version_works_on_nothing() -> None:
    """It says which it is."""
    pack, greeting = pickle.dumps((1,)), pickle.dumps((add, ten))

    assert answer_pack(pack, greeting, NO_LIMITS, "0.0.0") == PackAnswer(VERSION)


def test_what_a_setup_raises_is_an_answer() -> None:
    """Raised, it would stand in Spark's logs."""
    assert isinstance(ask(echo, fail_setup, 1).error, FileNotFoundError)
    assert ask(echo, nothing, 1).answers == (1,)


def test_temporary_files_lie_in_sparks_own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Which it removes, whatever was killed."""
    monkeypatch.setenv("SPARK_LOCAL_DIRS", f"{tmp_path},{os.sep}elsewhere")

    (path,) = ask(leave_a_file, nothing, 1).answers

    assert tmp_path in path.parents


def test_batches_of_packs_give_batches_of_answers() -> None:
    """In the types that Spark was told: it looks at places, not at names."""
    pa = pytest.importorskip("pyarrow")
    packs = pa.record_batch([pa.array([7, 8]), pa.array([pickle.dumps((1,)), pickle.dumps((2, 3))])], ["a", "b"])

    (answered,) = answer_packs([packs], pickle.dumps((add, ten)), NO_LIMITS)

    assert [str(kind) for kind in answered.schema.types] == ["int64", "binary"]
    assert answered.column(0).to_pylist() == [7, 8]
    assert [pickle.loads(one).answers for one in answered.column(1).to_pylist()] == [(11,), (12, 13)]
