"""What the second opinion says of one place: what it may be, by which sign, and how certain that is."""

from enum import IntEnum
from typing import NamedTuple


class Certainty(IntEnum):
    """How sure a finding is."""

    POSSIBLE = 1
    """It looks random, or a weak word announces it: most of these are ids."""
    LIKELY = 2
    """A word announces it, and it looks like a value; or it looks as no id does."""
    CERTAIN = 3
    """A form that only secrets have, or a strong word and a random value."""


class Sighting(NamedTuple):
    """A value in the plain view of a text."""

    start: int
    end: int
    kind: str
    sign: str
    """By what it was noticed, as a slug."""
    certainty: Certainty


def keep_strongest(sightings: list[Sighting]) -> list[Sighting]:
    """Return the sightings in order, of those that overlap only the most certain, then the longest."""
    kept: list[Sighting] = []
    for one in sorted(sightings):
        if kept and one.start < kept[-1].end:
            if (one.certainty, one.end - one.start) > (kept[-1].certainty, kept[-1].end - kept[-1].start):
                kept[-1] = one
        else:
            kept.append(one)
    return kept
