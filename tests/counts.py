"""How much of a long count the suite runs: a drawn part, always the same; all of it with ``WHOLE_COUNTS=1``.

For counts whose parts say the same of many things, where no benchmark has the whole.
"""

import os
from collections.abc import Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")

WHOLE = bool(os.environ.get("WHOLE_COUNTS"))


def draw_part(items: Sequence[T], count: int, seed: str) -> list[T]:
    """Return so many of them in their order, which ones being drawn from the seed."""
    if WHOLE or count >= len(items):
        return list(items)
    return [items[at] for at in sorted(Random(seed).sample(range(len(items)), count))]
