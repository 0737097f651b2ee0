"""Spark as an engine keeps the contract, whatever is killed."""

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from itertools import count
from pathlib import Path

import pytest
from tests.spark import find_busy_workers, find_executors, read_commands
from tests.spread_items import echo, nothing, sleep_a_little, sleep_for
from wings.fleet.tests.cluster import contract

from twiceshy.base.errors import ToolMissing, UsageError
from twiceshy_fleet.cluster.spark import open_spark
from twiceshy_fleet.cluster.work_engine import EngineWish, WorkEngine


def test_spark_keeps_the_contract(spark: WorkEngine, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As processes of this machine do."""
    contract.keep_the_order(spark)
    contract.answer_faults(spark)
    contract.lose_an_item_alone(spark, tmp_path)
    contract.raise_of_the_setup(spark)
    contract.refuse_what_cannot_travel(spark)
    contract.set_up_once_a_worker(spark, tmp_path)
    contract.say_nothing(spark, capfd)


def test_spark_listens_to_this_machine_alone(spark: WorkEngine) -> None:
    """Driver, executors and their pages: no other machine reaches them."""
    found = list(list_listening({pid for pid, words in read_commands().items() if "spark" in words}))

    assert len(found) > 3
    assert {address.removeprefix(MAPPED) for address in found} == {LOOPBACK}


LOOPBACK = "0100007F"
"""127.0.0.1, as the system writes it."""
MAPPED = "0000000000000000FFFF0000"


def list_listening(pids: set[int]) -> Iterator[str]:
    """The address of each socket on which one of the processes listens."""
    sockets = set()
    for pid in pids:
        for entry in Path(f"/proc/{pid}/fd").glob("*"):
            with suppress(OSError):
                sockets.add(str(entry.readlink()).removeprefix("socket:[").removesuffix("]"))
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text().splitlines()[1:]:
            fields = line.split()
            if fields[3] == "0A" and fields[9] in sockets:
                yield fields[1].rpartition(":")[0]


@pytest.mark.parametrize(
    "find",
    [
        pytest.param(lambda: sorted(find_executors().values()), id="an executor"),
        pytest.param(find_busy_workers, id="a Python worker"),
    ],
)
def test_what_is_killed_costs_no_item(spark: WorkEngine, find: Callable[[], list[int]]) -> None:
    """Each item is answered once, in its place."""
    ended = threading.Event()
    killed: list[int] = []

    def kill_one() -> None:
        while not killed and not ended.wait(0.1):
            if find_busy_workers():
                killed.extend(find()[-1:])
        for pid in killed:
            os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    answers = list(spark(sleep_a_little, range(12), setup=nothing))
    ended.set()
    killer.join()

    assert killed
    assert answers == list(range(12))


def test_spark_stops_when_nobody_asks_any_more(spark: WorkEngine) -> None:
    """What is under way is ended, what was not begun is never begun, and the next work is done."""
    drawn = count()
    answers = spark(sleep_for, (0 if number == 0 else 60 for number in drawn), setup=nothing)
    assert next(answers) == 0
    begun = time.monotonic()
    answers.close()  # type: ignore[attr-defined]  # it is a generator

    assert time.monotonic() - begun < 30
    assert next(drawn) < 10
    assert list(spark(echo, [1, 2], setup=nothing)) == [1, 2]


def test_a_second_session_is_refused(spark: WorkEngine) -> None:
    """A process can have one; the first goes on."""
    with pytest.raises(UsageError, match="has a Spark session already"):
        open_spark(EngineWish()).__enter__()

    assert list(spark(echo, [1], setup=nothing)) == [1]


def test_spark_without_its_extra_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    """Before anything is started."""
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(ToolMissing, match=r"pyspark, pyarrow, pandas.*pip install './wings/fleet\[fleet\]'"):
        open_spark(EngineWish()).__enter__()


def test_spark_connect_is_refused() -> None:
    """It has no executors of ours."""
    pytest.importorskip("pyspark")
    with pytest.raises(UsageError, match="Spark Connect is not supported"):
        open_spark(EngineWish(master="sc://host")).__enter__()
