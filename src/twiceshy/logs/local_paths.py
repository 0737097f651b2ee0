"""Paths as texts and back: a store knows folders only with their user's name replaced, and as UTF-8."""

import re
from pathlib import Path

_USER = re.compile(r"\[user:[0-9a-f]+\]")
"""What stands for a user's name in a stored path: here it can only be this user's."""


def to_local_path(text: str) -> str:
    """Return a stored path as it is on this machine; another user's path becomes one that does not exist."""
    return _USER.sub(Path.home().name, text)


def spell_path(path: Path | str) -> str:
    r"""Return a path as text that UTF-8 can spell: a byte of a name that is not UTF-8 is shown as an escape.

    >>> spell_path("a\udcff.jsonl"), spell_path("b.jsonl")
    ('a\\udcff.jsonl', 'b.jsonl')
    """
    return str(path).encode("utf-8", "backslashreplace").decode()
