"""Which contents did commits replace with which: a row a file, by the hashes that git has for contents.

Nothing is read but trees, so that a caller can choose which contents it wants.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.logs.git_program import stream_git

_AT_ONCE: Final = 250
"""Names given to one git: they fit into a pipe whole, as in ``logs/git_blobs.py`` (guess, 2026-11-23)."""
_PIECE: Final = 1 << 16
"""Bytes of git's output that are read at once (guess, 2026-11-23)."""
_RAW: Final = ("-r", "--root", "-z", "-M", "-l1000", "--raw", "--no-abbrev", "--ignore-submodules")
_FILE: Final = ("100644", "100755", "000000")
"""Modes of plain files and of none: a link's content is a path, a submodule's is no content."""


class ChangedBlob(NamedTuple):
    """A file before and after a commit."""

    path: str
    """Its new name."""
    before: str
    """Hash of the content; empty where the file was not there."""
    after: str


def read_changed_blobs(
    repo: Path, commits: Sequence[str], endings: Collection[str]
) -> Iterator[tuple[str, list[ChangedBlob]]]:
    """Yield each commit that changed plain files with these endings (``.py``), with the files; merges are left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git could not read the repository, or, after what could be read, all of it.
    """
    paths = [f"*{one}" for one in sorted(endings)]
    for start in range(0, len(commits), _AT_ONCE):
        some = commits[start : start + _AT_ONCE]
        with stream_git(repo, "diff-tree", "--stdin", *_RAW, "--", *paths, stdin=some) as output:
            yield from _parse_commits(_split_words(output))


def _split_words(output: IO[bytes]) -> Iterator[str]:
    rest = b""
    while piece := output.read(_PIECE):
        *words, rest = (rest + piece).split(b"\0")
        for word in words:
            yield word.decode("utf-8", "backslashreplace")


def _parse_commits(words: Iterator[str]) -> Iterator[tuple[str, list[ChangedBlob]]]:
    commit, files = "", list[ChangedBlob]()
    for word in words:
        if word.startswith(":"):
            files += _parse_file(word, words)
            continue
        if files:
            yield commit, files
        commit, files = word, []
    if files:
        yield commit, files


def _parse_file(row: str, words: Iterator[str]) -> Iterator[ChangedBlob]:
    old_mode, new_mode, before, after, status = row[1:].split(" ")
    path = next(words, "")
    if status[:1] in {"R", "C"}:
        path = next(words, "")
    if old_mode in _FILE and new_mode in _FILE:
        yield ChangedBlob(path, before if before.strip("0") else "", after if after.strip("0") else "")
