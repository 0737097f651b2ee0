"""Memory is asked for first, and a refusal is a sentence with numbers."""

from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.base.errors import SystemRefusal
from twiceshy_data.finetune.training_memory import TrainingSize, check_memory, estimate_memory, read_free_memory

HALF_BILLION = TrainingSize(
    parameters=494_000_000, trained=2_000_000, layers=24, width=896, vocabulary=151_936, tokens=1024
)


def test_what_is_kept_counts() -> None:
    """The weights at least; more tokens, more memory."""
    needed = estimate_memory(HALF_BILLION)
    assert needed > 494_000_000 * 4
    assert estimate_memory(replace(HALF_BILLION, tokens=2048)) > needed
    assert estimate_memory(replace(HALF_BILLION, number_bytes=2)) < needed


def test_too_little_is_refused_with_both_numbers() -> None:
    """And nothing is said against a machine that does not tell."""
    needed = estimate_memory(HALF_BILLION)
    with pytest.raises(SystemRefusal, match=r"needs about \d+\.\d GiB of memory and 1\.0 GiB are free"):
        check_memory(HALF_BILLION, 1 << 30)
    assert check_memory(HALF_BILLION, None) == check_memory(HALF_BILLION, needed) == needed


def test_free_memory_is_read(tmp_path: Path) -> None:
    """Of what the system writes; None where it writes something else."""
    place = tmp_path / "meminfo"
    assert read_free_memory(place) is None
    place.write_text("MemTotal: 9 kB\nMemAvailable:    2048 kB\n")
    assert read_free_memory(place) == 2 << 20
    for other in ("MemTotal: 9 kB\n", "MemAvailable: many kB\n", "MemAvailable:\n"):
        place.write_text(other)
        assert read_free_memory(place) is None
