"""What does ``git log -p`` say of named commits? Read as a stream, and on behind commits whose contents are lost."""

import secrets
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from twiceshy.base.errors import SourceError
from twiceshy.logs.git import split_records
from twiceshy.logs.git_program import stream_git

_WORDS: Final = (
    "--no-walk=unsorted",
    "--ignore-missing",
    "--stdin",
    "-p",
    "-U0",
    "--diff-algorithm=myers",
    "--ignore-submodules",
    "--no-color",
    "--no-notes",
    "--no-decorate",
)
_MOST_GAPS: Final = 50
"""Times that reading goes on behind a commit whose contents are not there (guess, 2026-11-23)."""


def read_patches(repo: Path, names: Sequence[str], form: str, words: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
    """Yield the record of each of these commits, in their order, and whether it is whole.

    Args:
        repo: the repository.
        names: hashes of commits.
        form: fields of ``git log --format`` with a ``%x00`` behind each; the patch follows them.
        words: further options of ``git log``.

    Raises:
        ToolMissing: there is no git.
        SourceError: git lacks the contents of very many of them.
    """
    at = 0
    for gap in range(_MOST_GAPS + 1):
        try:
            for found in _read(repo, names[at:], form, words):
                at += 1
                yield found
        except SourceError:
            if gap == _MOST_GAPS:
                raise
            at += 1
        else:
            return


def _read(repo: Path, names: Sequence[str], form: str, words: Sequence[str]) -> Iterator[tuple[bytes, bool]]:
    mark = b"\0" + secrets.token_hex(8).encode() + b"\0"  # no content can look like it
    marked = f"--format=%x00{mark[1:-1].decode()}%x00{form}"
    held: tuple[bytes, bool] | None = None  # git may end in the midst of a patch, and says so afterwards
    with stream_git(repo, "log", *_WORDS, *words, marked, stdin=names) as output:
        for found in split_records(output, mark):
            if held:
                yield held
            held = found
    if held:
        yield held
