"""Which pairs go into a set to learn from: one a lesson and file, none twice, and no lesson drowns the others."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final

from twiceshy.wings.data.dataset.near_duplicates import find_near_duplicates
from twiceshy.wings.data.dataset.preference_pairs import PreferencePair

LEAST_CONFIDENCE: Final = 0.85
"""Chance from which on a pair is taken (guess, 2026-11-23)."""
_MOST_OF_A_LESSON: Final = 0.05
"""Share of all pairs that one lesson may give (guess, 2026-11-23)."""


def choose_pairs(pairs: Iterable[PreferencePair], *, least: float = LEAST_CONFIDENCE) -> list[PreferencePair]:
    """Return the pairs to take, in their order."""
    taken: dict[tuple[str, str], PreferencePair] = {}
    for pair in pairs:
        if pair.confidence >= least:
            taken.setdefault((pair.lesson, pair.path), pair)
    kept = list(taken.values())
    repeats = find_near_duplicates(f"{pair.part.wrong}\n{pair.part.right}" for pair in kept)
    return _cap_lessons([pair for pair, repeated in zip(kept, repeats, strict=True) if repeated is None])


def _cap_lessons(pairs: Sequence[PreferencePair]) -> list[PreferencePair]:
    """Return the pairs without those that a lesson has beyond its share, the first ones kept; one is always let in."""
    most = max(int(_MOST_OF_A_LESSON * len(pairs)), 1)
    seen = Counter[str]()
    kept = []
    for pair in pairs:
        seen[pair.lesson] += 1
        if seen[pair.lesson] <= most:
            kept.append(pair)
    return kept
