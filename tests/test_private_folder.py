"""Whatever the umask, only its owner can read what lies in the data folder and in the settings."""

import os
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from twiceshy import learned
from twiceshy.doors.cli.main import main
from twiceshy.recipes.demo.lesson_story import write_session

VERBS = (
    "config set report.since 30d",
    "ingest",
    "learn",
    "judge",
    "init --yes --no-backfill",
    "doctor",
    "report",
    "score",
    "lessons list",
    "lessons export",
    "predict tokens",
    "brief tokens",
    "train files",
    "audit",
    "redact a.txt",
    "replay",
    "runs",
    "cleanup",
    "forget --project nothing --yes",
)


@pytest.fixture
def umask(request: pytest.FixtureRequest) -> Iterator[int]:
    """The process's umask during the test."""
    before = os.umask(request.param)
    yield request.param
    os.umask(before)


def _list_open(folder: Path) -> list[str]:
    """Return what others may use, or its owner may not."""
    found = []
    for path in (folder, *sorted(folder.rglob("*"))):
        mode = stat.S_IMODE(path.lstat().st_mode)
        wanted = (0o700,) if path.is_dir() else (0o600, 0o700)
        if mode not in wanted and not path.is_symlink():
            found.append(f"{mode:o} {path.relative_to(folder)}")
    return found


@pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's")
@pytest.mark.parametrize("umask", [0o000, 0o077, 0o277], indirect=True, ids=["open", "closed", "not even for us"])
def test_only_the_owner_reads_what_verbs_write(
    umask: int, scratch_home: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """After every verb that writes: files 0600, folders 0700; programs' notes and settings too."""
    verbs = VERBS if umask == 0 else VERBS[:5]
    old = os.umask(0o022)  # what is not ours to make
    logs = scratch_home / ".claude" / "projects" / "-home-ann-work-cluster"
    logs.mkdir(parents=True)
    for number in range(3):
        write_session(logs, number, datetime.now(UTC) - timedelta(days=6 - 2 * number))
    (scratch_home / "work").mkdir()
    (scratch_home / "work" / "a.txt").write_text("x")
    monkeypatch.chdir(scratch_home / "work")
    os.umask(old)

    codes = {words: main(words.split()) for words in verbs}
    subprocess.run([sys.executable, "-m", "twiceshy", "run", "--wait-telemetry", "--", "true"], check=True)
    if umask == 0:
        _learn_from_a_program()

    assert 3 not in codes.values(), capfd.readouterr().err
    assert _list_open(scratch_home / ".twiceshy") == []
    assert _list_open(scratch_home / ".config" / "twiceshy") == []


def _learn_from_a_program() -> None:
    """Let a tool of a program fail, and wait for its notes."""
    program = learned._Program()
    known = program.get()
    assert known is not None
    for _ in range(2):
        known.note("release", {"namespace": "x1"}, "namespace 'x1' is not owned by you", learned.Checked("release"))
    assert known.flush(20)
