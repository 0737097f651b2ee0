"""Learning curves that are kept in the cache, so that they are measured once for each state of what they tell of."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

from twiceshy.archive import atomic_files
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.codec import Codec, DamagedValue
from twiceshy.records.milestones import LearningCurve

_CODEC: Final = Codec(list[LearningCurve])
"""One or, where too few commits are there, none."""


def keep_curve(path: Path, state: str, measure: Callable[[], LearningCurve | None]) -> LearningCurve | None:
    """Return the curve that was kept for this state, else measure it and keep it; None where none can be drawn.

    ``state`` names what was measured, by which rules. A file that cannot be written costs time the next time only.
    """
    name = f"{state}\n".encode()
    raw = atomic_files.read(path)
    if raw is not None and raw.startswith(name):
        try:
            return next(iter(_CODEC.decode(raw[len(name) :])), None)
        except DamagedValue:
            pass
    found = measure()
    try:
        atomic_files.write(path, name + _CODEC.encode([] if found is None else [found]))
    except StoreUnwritable:
        return found
    return found
