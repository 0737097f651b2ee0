"""Each test's own wrapped commands, and nobody left after it."""

import os
from collections.abc import Iterator

import pytest
from tests.run.wrapping import Wrapped


@pytest.fixture
def wrapped() -> Iterator[Wrapped]:
    """Runs commands; whatever a failing test leaves is ended."""
    one = Wrapped()
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)
