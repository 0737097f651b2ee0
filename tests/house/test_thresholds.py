"""What counts as saying where a number came from."""

from pathlib import Path

import pytest
from tests.house.thresholds import thresholds

SOURCED = [
    pytest.param("MOST = 5  # guess of 2026-11-21", id="a guess with its date"),
    pytest.param('MOST = 5\n"""Lines. Measured on 2026-11-21: 6 were slower."""', id="measured, in the string below"),
    pytest.param("# the format's own\nMOST = 5", id="what defines it, in the comment above"),
    pytest.param("LEAST = 0.6  # https://doi.org/10.1000/x", id="a link"),
]
BARE = [
    pytest.param("MOST = 5", id="nothing"),
    pytest.param("MOST = 5  # lines", id="only its unit"),
    pytest.param("MOST = 5  # a guess", id="a guess without a date"),
]


def only_one(tmp_path: Path, text: str) -> bool:
    """Whether the one threshold of a module with that text says where it came from."""
    path = tmp_path / "module.py"
    path.write_text(text)
    (found,) = thresholds(path)
    return found.is_sourced()


@pytest.mark.parametrize("text", SOURCED)
def test_a_source_is_seen(tmp_path: Path, text: str) -> None:
    """Wherever a reader would look for it."""
    assert only_one(tmp_path, text)


@pytest.mark.parametrize("text", BARE)
def test_a_missing_source_is_seen(tmp_path: Path, text: str) -> None:
    """A unit is not a source, and a guess has a day."""
    assert not only_one(tmp_path, text)
