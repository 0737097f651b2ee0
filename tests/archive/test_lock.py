"""One process at a time, and a dead one lets go."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from twiceshy.archive.lock import hold_lock
from twiceshy.base.errors import StoreBusy, StoreUnwritable

HOLDER = """
import sys, time
from pathlib import Path
from twiceshy.archive.lock import hold_lock
with hold_lock(Path(sys.argv[1]), "ingest"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_holder_is_told_who_the_first_is_and_a_killed_one_lets_go(tmp_path: Path) -> None:
    """A lock names its holder's process id, and kill -9 frees it."""
    with subprocess.Popen([sys.executable, "-c", HOLDER, str(tmp_path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(StoreBusy, match=str(holder.pid)), hold_lock(tmp_path, "ingest"):
            pass
        os.kill(holder.pid, signal.SIGKILL)
        holder.wait()

        with hold_lock(tmp_path, "ingest"):
            assert (tmp_path / "ingest.lock").read_text() == f"{os.getpid()}\n"


def test_locks_of_different_names_do_not_meet(tmp_path: Path) -> None:
    """Learning and ingesting may be kept apart."""
    with hold_lock(tmp_path, "ingest"), hold_lock(tmp_path, "learn"):
        assert sorted(path.name for path in tmp_path.glob("*.lock")) == ["ingest.lock", "learn.lock"]


def test_a_missing_folder_is_a_clear_error(tmp_path: Path) -> None:
    """The lock never makes the data folder by itself."""
    with pytest.raises(StoreUnwritable, match="cannot be made"), hold_lock(tmp_path / "none", "ingest"):
        pass
