"""Spark for the tests: one small cluster a session, of two executors that are processes of this machine."""

import re
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from twiceshy.cluster.spark import open_spark
from twiceshy.cluster.work_engine import EngineWish, WorkEngine

MISSING = "Spark is not installed (pip install -r requirements/fleet.txt, and a JDK 17): nothing is tested on it"


def is_missing() -> bool:
    """Whether there is no Spark here, or nothing to run it on."""
    return find_spec("pyspark") is None or shutil.which("java") is None


@pytest.fixture(scope="session")
def spark() -> Iterator[WorkEngine]:
    """Spark as an engine; it starts in half a minute."""
    if is_missing():
        pytest.skip(MISSING)
    with open_spark(EngineWish(workers=2)) as engine:
        yield engine


def find_executors() -> dict[int, int]:
    """Processes of Spark's executors on this machine, by their number."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
        except OSError:
            continue
        number = re.search(r"CoarseGrainedExecutorBackend.*--executor-id\0(\d+)\0", words, re.DOTALL)
        if number:
            found[int(number[1])] = int(entry.name)
    return found
