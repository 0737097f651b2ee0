"""Stored paths on this machine: a store knows folders only with their user's name replaced."""

import re
from pathlib import Path

_USER = re.compile(r"\[user:[0-9a-f]+\]")
"""What stands for a user's name in a stored path: here it can only be this user's."""


def to_local_path(text: str) -> str:
    """Return a stored path as it is on this machine; another user's path becomes one that does not exist."""
    return _USER.sub(Path.home().name, text)
