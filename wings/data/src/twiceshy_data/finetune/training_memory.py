"""Does training fit into this machine's memory? Asked before anything is loaded, so that the answer is a sentence."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SystemRefusal
from twiceshy.base.foreign_files import read_named

_GIB: Final = 1 << 30
"""By definition."""
_MEMINFO: Final = Path("/proc/meminfo")
_LONGEST: Final = 1 << 16
"""Bytes of what the system says of its memory (guess, 2026-11-24: it is 2 KB)."""
_COPIES: Final = 4
"""Numbers kept of each trained weight: itself, its gradient and Adam's two means (by definition of Adam)."""
_ACTIVATIONS: Final = 34
"""Bytes kept for the way back, by token, width and layer, at 16 bits (by the definition of Korthikanti et al. 2022,
without attention's squares); twice that at 32 bits."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingSize:
    """What is to be trained."""

    parameters: int
    trained: int
    """Weights of the adapter."""
    layers: int
    width: int
    vocabulary: int
    tokens: int
    """Of one step."""
    number_bytes: int = 4


def estimate_memory(size: TrainingSize) -> int:
    """Return the bytes that training needs at its height."""
    still = size.parameters * size.number_bytes + size.trained * _COPIES * 4
    way_back = size.tokens * size.width * size.layers * _ACTIVATIONS * size.number_bytes // 2
    answers = size.tokens * size.vocabulary * 4 * 3  # logits, their gradient and their softmax, in 32 bits
    return still + way_back + answers


def read_free_memory(place: Path = _MEMINFO) -> int | None:
    """Return the bytes that the system can give; None where it does not say."""
    try:
        lines = read_named(place, _LONGEST).decode("utf-8", "replace").splitlines()
        return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable:"))
    except (OSError, StopIteration, ValueError, IndexError):
        return None


def check_memory(size: TrainingSize, free: int | None) -> int:
    """Return the bytes that are needed, if there are so many; where nobody knows, they are taken to be there.

    Raises:
        SystemRefusal: there are fewer.
    """
    needed = estimate_memory(size)
    if free is not None and needed > free:
        raise SystemRefusal(
            f"training needs about {needed / _GIB:.1f} GiB of memory and {free / _GIB:.1f} GiB are free: take a "
            "smaller base model, shorter rows or fewer of them a step. Nothing was loaded."
        )
    return needed
