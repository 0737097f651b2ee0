"""An engine is opened by its name."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from tests.spread_items import nothing, sleep_long
from wings.fleet.tests.cluster import contract

from twiceshy.base.errors import UsageError
from twiceshy.base.spread import ItemLimits, LostItem
from twiceshy.records.fleet import EngineName
from twiceshy_fleet.cluster.engines import ENGINES, open_engine
from twiceshy_fleet.cluster.work_engine import EngineWish, WorkEngine


def test_each_engine_that_a_fleet_can_name_is_there() -> None:
    """And no other."""
    assert tuple(ENGINES) == get_args(EngineName)


def test_an_unknown_engine_is_refused_with_those_that_there_are() -> None:
    """A typing error starts nothing."""
    with pytest.raises(UsageError, match=r"'sparc'.*processes, spark"):
        open_engine("sparc", EngineWish())


# This machine as an engine keeps the contract.


@pytest.fixture(params=[1, 2], ids=["one process", "two"])
def work(request: pytest.FixtureRequest) -> Iterator[WorkEngine]:
    """The engine, open."""
    with open_engine("processes", EngineWish(workers=request.param)) as engine:
        yield engine


def test_processes_answer_in_order(work: WorkEngine) -> None:
    """As ``spread`` does."""
    contract.keep_the_order(work)


def test_a_fault_is_an_answer_of_processes(work: WorkEngine) -> None:
    """And nothing else stops."""
    contract.answer_faults(work)


def test_an_item_that_kills_its_process_is_lost_alone(work: WorkEngine, tmp_path: Path) -> None:
    """Even where there is one process."""
    contract.lose_an_item_alone(work, tmp_path)


def test_processes_raise_what_their_setup_raises(work: WorkEngine) -> None:
    """As it is."""
    contract.raise_of_the_setup(work)


def test_processes_refuse_what_cannot_travel(work: WorkEngine) -> None:
    """Neither hangs."""
    contract.refuse_what_cannot_travel(work)


def test_processes_set_up_once(work: WorkEngine, tmp_path: Path) -> None:
    """Each of them."""
    contract.set_up_once_a_worker(work, tmp_path)


def test_processes_say_nothing(work: WorkEngine, capfd: pytest.CaptureFixture[str]) -> None:
    """On stdout."""
    contract.say_nothing(work, capfd)


def test_no_temporary_file_of_a_process_stays(work: WorkEngine) -> None:
    """Its folder goes with it."""
    files = contract.keep_temporary_files_apart(work)

    assert len(files) == 2
    assert not any(path.exists() or path.parent.exists() for path in files)


def test_an_item_that_hangs_is_lost() -> None:
    """At once, and its reason says why."""
    with open_engine("processes", EngineWish(workers=1, limits=ItemLimits(wall_s=1))) as work:
        answers = list(work(sleep_long, [5], setup=nothing))

    assert answers == [LostItem(item=5, reason="took longer than 1 s")]
