"""Which lines commits took out of files, and which they put in."""

from collections.abc import Sequence
from typing import NamedTuple


class FileLines(NamedTuple):
    """The lines of one file that one commit changed; white space alone is no change."""

    path: str
    """From the repository's top; empty where the file went."""
    old_path: str
    """Its name before; empty where it is new."""
    removed: Sequence[str]
    added: Sequence[str]


class CommitLines(NamedTuple):
    """The lines that one commit changed."""

    commit: str
    files: Sequence[FileLines]
