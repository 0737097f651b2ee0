"""Recognise values that were recognised once: where redaction replaced a value, its echo may still stand elsewhere.

A placeholder's six digits are a keyed hash of what it replaced, under the salt that lies in the data folder. So
whoever has the folder can tell whether a token in it is what some placeholder stands for, though nobody can read a
value from the digits. Six digits are few: of a million tokens and a thousand placeholders sixty agree by chance. So
only tokens that look like a value count, and such a find is likely, not certain.
"""

import hashlib
import re
from collections.abc import Iterable
from typing import Protocol

from twiceshy.privacy.opinion.sightings import Certainty, Sighting
from twiceshy.privacy.opinion.value_shape import ValueShape, judge_shape

PERSONAL = frozenset({b"user", b"email", b"ip", b"host", b"path"})
"""Kinds whose values are words that stand in many places by themselves."""
_PLACEHOLDER = re.compile(rb"\[([a-z0-9-]{2,40}):([0-9a-f]{6})\]")
_TOKENS = re.compile(rb"[^\s\"'`<>()\[\]{},;|\x00-\x1f]{6,256}")
_PIECES = re.compile(rb"[^=:@/&?]{6,256}")
_BEHIND = re.compile(rb"[=:](.{6,})|^-\w(.{6,})")


class SeenValues(Protocol):
    """Whoever knows values again that were recognised once, without knowing them."""

    def holds(self, value: bytes) -> bool:
        """Tell whether this value was recognised."""

    def __len__(self) -> int:
        """Return how many values are known."""


class PlaceholderDigests:
    """What the placeholders of a data folder stand for."""

    def __init__(self, salt: bytes) -> None:
        self._salt = salt
        self._digests: set[bytes] = set()

    def collect(self, text: bytes) -> None:
        """Note the placeholders of a text."""
        self._digests.update(digest for kind, digest in _PLACEHOLDER.findall(text) if kind not in PERSONAL)

    def holds(self, value: bytes) -> bool:
        """Tell whether a placeholder stands for this value."""
        return bool(self._digests) and (
            hashlib.blake2b(value, key=self._salt, digest_size=3).hexdigest().encode() in self._digests
        )

    def __len__(self) -> int:
        return len(self._digests)


_MOST_TOKENS = 200_000
"""Tokens that are remembered to be no echo, as most come again (guess of 2026-11-22: 20 MB)."""


class EchoFinder:
    """Looks for values that were recognised elsewhere."""

    def __init__(self, seen: Iterable[SeenValues]) -> None:
        self._seen = list(seen)
        self._clean: set[bytes] = set()

    def find(self, text: bytes) -> list[Sighting]:
        """Return where such values stand in a text, each once."""
        found = []
        fresh = set(_TOKENS.findall(text)) - self._clean
        if len(self._clean) > _MOST_TOKENS:
            self._clean = set()
        for token in fresh:
            values = [value for value in _cut_token(token) if any(one.holds(value) for one in self._seen)]
            if not values:
                self._clean.add(token)
            for value in values[:1]:
                start = text.find(token)
                start = text.find(value, start)
                found.append(Sighting(start, start + len(value), "echo", "same-value", Certainty.LIKELY))
        return sorted(found)


def _cut_token(token: bytes) -> tuple[bytes, ...]:
    """Return the token and its pieces, without the signs that end a sentence."""
    found = [token, *_PIECES.findall(token), *(one or other for one, other in _BEHIND.findall(token))]
    trimmed = dict.fromkeys(piece for whole in found for piece in (whole, whole.rstrip(b".,:!?\\")))
    return tuple(piece for piece in trimmed if judge_shape(piece) is not ValueShape.HARMLESS)
