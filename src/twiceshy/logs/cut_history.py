"""The commits at which a shallow clone was cut off. Git says that they have no parents; their own texts name them."""

from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.git_program import stream_git

_LARGEST: Final = 16 << 20
"""Bytes of git's list of such commits (guess, 2026-11-23): it has a line of 41 bytes for each branch that is cut."""


def read_cut_parents(common: Path) -> dict[str, tuple[str, ...]]:
    """Return the real parents of each such commit; nothing of a whole clone.

    Raises:
        ToolMissing: there is no git.
    """
    try:
        names = read_foreign(common / "shallow", _LARGEST).decode("ascii", "replace").split()
    except OSError:
        return {}
    found: dict[str, tuple[str, ...]] = {}
    try:
        with stream_git(common, "cat-file", "--batch", stdin=names) as output:
            while words := output.readline().split():
                if len(words) == 3 and words[2].isdigit():
                    found[words[0].decode()] = _parse_parents(output.read(int(words[2]) + 1))
    except SourceError:
        return found
    return found


def _parse_parents(text: bytes) -> tuple[str, ...]:
    """Return the hashes that a commit's head names as its parents."""
    head = text.partition(b"\n\n")[0].split(b"\n")
    return tuple(line[7:].decode("ascii", "replace") for line in head if line.startswith(b"parent "))
