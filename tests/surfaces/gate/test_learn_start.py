"""When a hook starts `twiceshy learn`."""

import os
import time
from pathlib import Path

import pytest
from tests.surfaces.gate.calling import Hooked

from twiceshy.surfaces.gate.learn_start import start_learning

DUE = [
    ("just begun", 0, False, False),
    ("shortly before it is due", 20, False, False),
    ("due", 31, False, True),
    ("due, but the session goes on", 601, True, False),
    ("long due, and the session goes on", 3601, True, True),
    ("never yet", None, True, True),
]


@pytest.fixture
def hooked(tmp_path: Path) -> Hooked:
    return Hooked(tmp_path / "data")


@pytest.mark.parametrize(("age_s", "late", "starts"), [row[1:] for row in DUE], ids=[row[0] for row in DUE])
def test_learning_starts_when_due(
    hooked: Hooked, monkeypatch: pytest.MonkeyPatch, age_s: int | None, late: bool, starts: bool
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
    for _ in range(2):
        start_learning(str(hooked.folder), str(hooked.home), {"python": "/x/python", "every_s": "600"}, late=late)

    assert len(forks) == starts
    start_learning(str(hooked.folder), str(hooked.home), {}, late=False)
    assert len(forks) == starts
