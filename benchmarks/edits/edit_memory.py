"""The edits that were made before a moment, in one project: what a baseline may learn from."""

from collections import Counter
from typing import Final, NamedTuple

from benchmarks.edits.edit_marks import strip_lines
from benchmarks.edits.edit_ngrams import EditNgrams
from benchmarks.edits.edit_question import PlacedEdit
from benchmarks.edits.edit_tokens import count_words, measure_overlap

_NEWEST: Final = 500
"""Edits among which the most similar is looked for (guess, 2026-11-24: for speed)."""


class KnownEdit(NamedTuple):
    """An edit with what it is found by."""

    edit: PlacedEdit
    old: str
    """Without white space at the ends of lines."""
    words: Counter[str]
    """Of the old text, or of the lines around where nothing is replaced."""


class EditMemory:
    """What was edited so far. Edits are added in the order of time, each after it was asked about."""

    def __init__(self) -> None:
        self.ngrams: Final = EditNgrams()
        self._known: list[KnownEdit] = []

    def learn(self, edit: PlacedEdit) -> None:
        """Add an edit that has happened."""
        self._known.append(KnownEdit(edit, strip_lines(edit.old), count_place(edit)))
        self.ngrams.learn(f"{edit.before}\n{edit.new}\n{edit.after}")

    def find_equal(self, old: str) -> list[PlacedEdit]:
        """Return the edits that replaced just this text, the newest first."""
        bare = strip_lines(old)
        return [one.edit for one in reversed(self._known) if one.old == bare]

    def find_similar(self, place: PlacedEdit, most: int) -> list[tuple[float, PlacedEdit]]:
        """Return the edits at the places that share the most words with this one, the best first, then the newest."""
        words, adds = count_place(place), not place.old
        scored = [
            (measure_overlap(words, one.words), at)
            for at, one in enumerate(self._known[-_NEWEST:])
            if bool(one.edit.old) != adds
        ]
        recent = self._known[-_NEWEST:]
        return [(score, recent[at].edit) for score, at in sorted(scored, reverse=True)[:most] if score]


def count_place(edit: PlacedEdit) -> Counter[str]:
    """Return the words of what is replaced, or of the lines around where nothing is."""
    return count_words(edit.old or f"{edit.before}\n{edit.after}")
