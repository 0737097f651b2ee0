"""When a hook starts `twiceshy learn`."""

import os
import time
from pathlib import Path

import pytest
from tests.doors.gate.calling import Hooked

from twiceshy.doors.gate.learn_start import start_learning

DUE = [
    ("just begun", 0, "SessionEnd", False),
    ("shortly before it is due", 20, "SessionEnd", False),
    ("due", 31, "SessionEnd", True),
    ("due, but the session goes on", 601, "Stop", False),
    ("long due, and the session goes on", 3601, "Stop", True),
    ("begun just after the clock was set back a little", -20, "SessionEnd", False),
    ("begun before the clock was set back a month", -30 * 86_400, "SessionEnd", True),
    ("never yet", None, "Stop", True),
    ("a session begins soon after the last one", 300, "SessionStart", False),
    ("a session begins, and others may have learned", 601, "SessionStart", True),
]


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "data")


@pytest.mark.parametrize(("age_s", "event", "starts"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_learning_starts_when_due(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, age_s: int | None, event: str, starts: bool
) -> None:
    """By the age of the last start; whoever starts it says so first, so that the next hook does not."""
    stamp = hooked.folder / "learned"
    if age_s is not None:
        stamp.touch()
        os.utime(stamp, (time.time() - age_s,) * 2)
    forks: list[int] = []

    def fork() -> int:
        forks.append(1)
        return 1

    monkeypatch.setattr("posix.fork", fork)
    (hooked.folder / "team").touch()
    for _ in range(2):
        start_learning(str(hooked.folder), str(hooked.home), {"python": "/x/python", "every_s": "600"}, event)

    assert len(forks) == starts
    start_learning(str(hooked.folder), str(hooked.home), {}, "SessionEnd")
    assert len(forks) == starts


def test_without_a_teams_server_no_sessions_start_learns(hooked: Hooked, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody else could have learned anything."""
    monkeypatch.setattr("posix.fork", pytest.fail)

    start_learning(str(hooked.folder), str(hooked.home), {"python": "/x/python"}, "SessionStart")

    assert not (hooked.folder / "learned").exists()
