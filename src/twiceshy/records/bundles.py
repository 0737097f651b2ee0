"""Bundles: signed lists of lessons and run patterns that somebody else found worth having."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What a bundle says. It holds keys and no text: what a key means is known only where the same thing happened."""

    name: str
    """Of the maker's choice: lower case letters, digits, ``. _ -``; at most 40."""
    made: str
    """Year and week, ``2026-W47``."""
    lessons: frozenset[bytes]
    """8 bytes each, see ``lesson_key`` in the store."""
    patterns: frozenset[bytes]
    """8 bytes each, see ``twiceshy_data.dataset.bundle_file.key_of_pattern``."""
    revokes: frozenset[bytes] = frozenset()
    """SHA-256 of bundles by the same signer that are not to be used any more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptBundle:
    """A bundle that was added here."""

    sha256: bytes
    """Of what was signed."""
    name: str
    signer: str
    """Fingerprint of the key that signed it, as OpenSSH writes it: ``SHA256:…``."""
    added_at: datetime
    keys: int
    """Of lessons; one lesson may go by several."""
    patterns: int
    seen: int
    """Lessons learned here that it names."""
    early: int
    """Of these, those in use that would still be watched without it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeBundle:
    """A bundle that was written."""

    path: str
    sha256: str
    signer: str
    lessons: int
    keys: int
    """By which these lessons are known."""
    patterns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BundleRemoval:
    """What left with bundles."""

    bundles: tuple[str, ...]
    """Names."""
    watched: int
    """Lessons that are only watched again."""
    refused: tuple[str, ...] = ()
    """What will not be taken again: hashes of bundles, fingerprints of keys."""
