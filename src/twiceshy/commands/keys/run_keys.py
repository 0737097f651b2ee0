"""The keys under which a command's runs are found again.

They are salted, so that nobody without the salt can test a guess.
"""

from hashlib import blake2b


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
