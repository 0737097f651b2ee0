"""The processes of a server end together."""

import os
import signal

import pytest

from twiceshy.surfaces.server import serve


def test_a_process_whose_maker_was_killed_ends_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """It has another parent then; until that it only looks."""
    parents = iter([7, 7, 1])
    waits: list[float] = []
    killed: list[tuple[int, int]] = []
    monkeypatch.setattr("os.getppid", lambda: next(parents))
    monkeypatch.setattr("os.kill", lambda process, number: killed.append((process, number)))

    serve.end_without_parent(7, waits.append)

    assert len(waits) == 2
    assert killed == [(os.getpid(), signal.SIGTERM)]
