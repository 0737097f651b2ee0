"""The key that a team's members share: equal things of two people get equal hashes by it, and by nothing else.

It is made once by the server's administrator, who hands it on as any other secret; the server itself never needs it.
Who has a list of likely commands and not the key learns nothing from the hashes.

>>> team = parse_team_key(render_team_key(bytes(range(32))))
>>> team.epoch
'268700f0'
"""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from hashlib import blake2b
from typing import NamedTuple

SIZE = 32
"""Bytes of a key, and with it of a token (defined by the form of both, 2026-11-23)."""
_TEXT = re.compile(r"[A-Za-z0-9_-]{43}=?")
_EPOCH_DIGITS = 8
"""Of a key's fingerprint: some keys in a team's life need no more (guess, 2026-11-23)."""


class TeamKey(NamedTuple):
    """A team's key, and its fingerprint."""

    key: bytes
    epoch: str
    """8 hexadecimal digits: hashes of two keys are never compared."""


def parse_team_key(text: str) -> TeamKey:
    """Return the key that a text is the form of, with white space around it.

    Raises:
        ValueError: it is none; the message does not quote it.
    """
    text = text.strip()
    if not _TEXT.fullmatch(text):
        raise ValueError("it is not 32 bytes as base64url, 43 characters of A-Z, a-z, 0-9, - and _")
    key = urlsafe_b64decode(text.rstrip("=") + "=")
    return TeamKey(key, make_epoch(key))


def render_team_key(key: bytes) -> str:
    """Return the text of a key, as it stands in a variable or a file."""
    return urlsafe_b64encode(key).decode().rstrip("=")


def make_epoch(key: bytes) -> str:
    """Return the fingerprint of a key: 8 hexadecimal digits, from which nobody finds the key."""
    return blake2b(key, person=b"epoch").hexdigest()[:_EPOCH_DIGITS]


# The keys under which a command's runs are found again.
#
# They are salted, so that nobody without the salt can test a guess.


def command_key(words: str, salt: bytes) -> bytes:
    """Return 16 bytes that are equal for equal words wherever they run."""
    return blake2b(words.encode("utf-8", "surrogateescape"), key=salt, digest_size=16, person=b"command").digest()


def folder_key(folder: str, salt: bytes) -> bytes:
    """Return 16 bytes that are equal for the same folder."""
    return blake2b(folder.encode("utf-8", "surrogateescape"), key=salt, digest_size=16, person=b"folder").digest()


def command_folder_key(words: str, folder: str, salt: bytes) -> bytes:
    """Return 16 bytes that are equal for equal words in the same folder."""
    text = f"{folder}\0{words}".encode("utf-8", "surrogateescape")
    return blake2b(text, key=salt, digest_size=16, person=b"place").digest()


def hash_pattern(regex: str, salt: bytes) -> bytes:
    """Return 16 bytes that are equal for equal patterns."""
    return blake2b(regex.encode(), key=salt, digest_size=16, person=b"pattern").digest()


def shared_pattern_key(pattern: str) -> bytes:
    """Return the key of a run pattern by which bundles name it: unsalted, equal for everybody.

    >>> shared_pattern_key("^FAILED ").hex()
    '861b314812e0b9f1'
    """
    return blake2b(pattern.encode("utf-8", "replace"), digest_size=8, person=b"run-pattern").digest()
