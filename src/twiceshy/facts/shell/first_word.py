"""The word by which hooks know a command: cheap enough to find while an agent waits, unlike ``facts.shell.head``.

Standard library only. The gate's script makes the same words and keys without importing this; tests hold them equal.
"""

from hashlib import blake2b

_LONGEST_COMMAND = 4_096
_LONGEST_WORD = 256


def first_word(command: str) -> str:
    """Return the program that a command line names first, without its folder; assignments before it are skipped.

    >>> first_word("CI=1 /usr/bin/npm test"), first_word("cd web && npm test"), first_word("A=1")
    ('npm', 'cd', '')
    """
    for word in command[:_LONGEST_COMMAND].split():
        name, equals, _ = word.partition("=")
        if equals and name.replace("_", "a").isalnum() and name.isascii() and not name[0].isdigit():
            continue
        return word.replace("\\", "/").rpartition("/")[2][:_LONGEST_WORD]
    return ""


def word_key(word: str, salt: bytes) -> bytes:
    """Return 8 bytes that stand for a word; ``salt`` has 1 to 64 bytes."""
    return blake2b(word.encode("utf-8", "replace"), key=salt, digest_size=8).digest()
