"""Spark for the tests: one small cluster a session, of two executors that are processes of this machine."""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import pytest

from twiceshy_fleet.cluster.spark import open_spark
from twiceshy_fleet.cluster.work_engine import EngineWish, WorkEngine

MISSING = "Spark is not installed (pip install -r requirements/fleet.txt, and a JDK 17): nothing is tested on it"


def is_missing() -> bool:
    """Whether there is no Spark here, or nothing to run it on."""
    return find_spec("pyspark") is None or shutil.which("java") is None


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WorkEngine]:
    """Spark as an engine: it starts in half a minute without a word, and leaves nothing behind."""
    if is_missing():
        pytest.skip(MISSING)
    words = tmp_path_factory.mktemp("spark") / "words"
    before = list_left()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TMPDIR", str(words.parent))
        patch.setattr(tempfile, "tempdir", None)
        with take_words(words):
            engine = open_spark(EngineWish(workers=2))
            work = engine.__enter__()
        patch.setattr(tempfile, "tempdir", None)
    assert words.read_text() == "", "Spark wrote on the terminal"
    yield work
    engine.__exit__(None, None, None)
    assert list_left() == before, "Spark left files or processes behind"
    assert list(words.parent.iterdir()) == [words], "Spark left temporary files behind"


@contextmanager
def take_words(words: Path) -> Iterator[None]:
    """What this process and those that it starts write on their outputs goes into a file."""
    kept = os.dup(1), os.dup(2)
    with words.open("wb") as file:
        for number in (1, 2):
            os.dup2(file.fileno(), number)
    try:
        yield
    finally:
        for number, old in zip((1, 2), kept, strict=True):
            os.dup2(old, number)
            os.close(old)


def list_left() -> list[str]:
    """What Spark leaves where it is started without care, and executors that outlive it."""
    package = find_spec("pyspark")
    home = Path(package.origin).parent if package and package.origin else Path()
    names = ("spark-warehouse", "metastore_db", "derby.log", "artifacts")
    files = [str(path) for path in (home / "work", *(Path.cwd() / name for name in names)) if path.exists()]
    return files + [str(pid) for pid in find_executors().values()]


def find_executors() -> dict[int, int]:
    """Processes of our Spark's executors, by their number."""
    found = {}
    for pid, words in read_commands().items():
        number = re.search(r"CoarseGrainedExecutorBackend.*--executor-id\0(\d+)\0", words, re.DOTALL)
        if number:
            found[int(number[1])] = pid
    return found


def find_busy_workers() -> list[int]:
    """Spark's Python workers that have a process for their items."""
    commands = read_commands()
    items = [pid for pid, words in commands.items() if "twiceshy.base.worker_process" in words]
    parents = {read_parent(pid) for pid in items}
    return sorted(pid for pid in parents if "pyspark.daemon" in commands.get(pid, ""))


def read_parent(pid: int) -> int:
    """Its parent's number; 0 if it has ended."""
    try:
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def read_commands() -> dict[int, str]:
    """The command line of each process that this one or its own started, its words parted by NUL."""
    parents, found = {}, {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().decode(errors="replace")
            parents[int(entry.name)] = read_parent(int(entry.name))
        except OSError:
            continue
        found[int(entry.name)] = words
    return {pid: words for pid, words in found.items() if os.getpid() in trace(pid, parents)}


def trace(pid: int, parents: Mapping[int, int]) -> list[int]:
    """What is above a process."""
    path = [pid]
    while (above := parents.get(path[-1], 0)) > 1 and above not in path:
        path.append(above)
    return path[1:]
