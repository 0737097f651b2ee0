"""The suite fails when a test touches anything outside of its own folder."""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
_ENDS_S = 10.0
_TESTS = """
import os
import pwd
import subprocess
import sys
import threading
from pathlib import Path


def test_innocent(tmp_path):
    (Path.home() / "mine").write_text("x")


def test_takes_back_its_home(monkeypatch):
    monkeypatch.undo()
    (Path.home() / ".twiceshy").mkdir(parents=True)


def test_after_that_one(sealed_home):
    (sealed_home.sealed / "home" / ".twiceshy").rmdir()
    (sealed_home.sealed / "home").rmdir()


def test_knows_the_real_home(real):
    (real / ".lessons").mkdir()


def test_leaves_a_learner(tmp_path):
    words = [sys.executable, "-c", "import time; time.sleep(600)", "twiceshy", "--home", str(tmp_path), "learn"]
    (Path(os.environ["LEFT"])).write_text(str(subprocess.Popen(words, start_new_session=True).pid))
"""
_CONFTEST = """
import os
from pathlib import Path

import pytest
import pytest

pytest.register_assert_rewrite("tests.everywhere")
from tests.everywhere import scratch_home, sealed_home

REAL = Path(os.environ["HOME"])


@pytest.fixture
def real():
    return REAL
"""


def test_a_test_that_writes_outside_fails(tmp_path: Path) -> None:
    """One that takes back its own home, one that knows the real one; a learner that was left behind is ended."""
    suite, home, left = tmp_path / "suite", tmp_path / "real", tmp_path / "left"
    suite.mkdir()
    home.mkdir()
    (suite / "conftest.py").write_text(_CONFTEST)
    (suite / "test_inner.py").write_text(_TESTS)
    words = ["-q", "-p", "no:cacheprovider", "-c", os.devnull, "--rootdir", str(suite), str(suite)]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *words, "--basetemp", str(tmp_path / "inner"), "-rfE", "--tb=line"],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "PYTHONPATH": str(ROOT), "LEFT": str(left)},
        cwd=suite,
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 1, done.stdout + done.stderr
    errors = {line.split("::")[1].split(" ")[0] for line in done.stdout.splitlines() if line.startswith("ERROR ")}
    assert errors == {"test_takes_back_its_home", "test_leaves_a_learner"}
    assert ".lessons" in done.stdout
    assert has_ended(left.read_text())


def has_ended(process: str) -> bool:
    """Whether it is gone, or nobody has asked for its status yet; a machine at work takes a while to end it."""
    until = time.monotonic() + _ENDS_S
    while time.monotonic() < until:
        try:
            if Path(f"/proc/{process}/cmdline").read_bytes() == b"":
                return True
        except (FileNotFoundError, ProcessLookupError):
            return True
        time.sleep(0.05)
    return False
