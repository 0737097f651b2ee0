"""Spark as an engine keeps the contract, whatever is killed."""

import os
import signal
import threading
import time
from pathlib import Path

import pytest
from tests.cluster import contract
from tests.spark import find_executors
from tests.spread_items import nothing, sleep_a_little

from twiceshy.cluster.work_engine import WorkEngine


def test_spark_keeps_the_contract(spark: WorkEngine, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """As processes of this machine do."""
    contract.keep_the_order(spark)
    contract.answer_faults(spark)
    contract.lose_an_item_alone(spark, tmp_path)
    contract.raise_of_the_setup(spark)
    contract.refuse_what_cannot_travel(spark)
    contract.set_up_once_a_worker(spark, tmp_path)
    contract.say_nothing(spark, capfd)


def test_a_killed_executor_costs_no_item(spark: WorkEngine) -> None:
    """Each item is answered once, in its place."""
    list(spark(sleep_a_little, range(1), setup=nothing))
    killed: list[int] = []

    def kill_one() -> None:
        time.sleep(1)
        killed.append(max(find_executors().items())[1])
        os.kill(killed[0], signal.SIGKILL)

    killer = threading.Thread(target=kill_one)
    killer.start()
    answers = list(spark(sleep_a_little, range(20), setup=nothing))
    killer.join()

    assert killed
    assert answers == list(range(20))
