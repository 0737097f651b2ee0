"""Objects of a repository: their sizes, their bytes piece by piece, notes on commits, and which replaced which."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.logs.git_program import ask_git, stream_git

# Objects of a repository, large ones too: how large each is, and its bytes piece by piece.

_AT_ONCE: Final = 250
"""Names given to one git: they fit into a pipe whole, as in ``logs/git_lines.py`` (guess, 2026-11-23)."""
_PIECE: Final = 1 << 20  # bytes that are held at a time (guess, 2026-11-23)


def measure_blobs(repo: Path, names: Iterable[str]) -> dict[str, int]:
    """Return the sizes of objects in bytes; one that the repository lacks is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    wanted = list(dict.fromkeys(names))
    try:
        return {name: size for some in _split(wanted) for name, size in _ask_sizes(repo, some)}
    except SourceError:  # a partial clone: git ends at the first object that it would have to fetch
        whole = set(wanted)
        return {name: size for name, size in _ask_sizes(repo, (), "--batch-all-objects") if name in whole}


def _ask_sizes(repo: Path, names: Sequence[str], *more: str) -> Iterator[tuple[str, int]]:
    """Yield name and size of each object that is there."""
    with stream_git(repo, "cat-file", "--batch-check", *more, stdin=names) as output:
        for line in output:
            name, *rest = line.decode("ascii", "replace").split()
            if len(rest) == 2 and rest[1].isdigit():
                yield name, int(rest[1])


def read_blobs(repo: Path, names: Sequence[str]) -> Iterator[tuple[str, Iterator[bytes]]]:
    """Yield objects that are there, each as its name and its bytes piece by piece.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    for some in _split(names):
        with stream_git(repo, "cat-file", "--batch", stdin=some) as output:
            for name in some:
                words = output.readline().split()
                if len(words) != 3 or not words[2].isdigit():
                    continue
                pieces = _read_pieces(output, int(words[2]))
                yield name, pieces
                for _ in pieces:  # whatever the caller left
                    pass
                output.read(1)


def _split(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), _AT_ONCE):
        yield names[start : start + _AT_ONCE]


def _read_pieces(output: IO[bytes], size: int) -> Iterator[bytes]:
    while size > 0 and (piece := output.read(min(size, _PIECE))):
        size -= len(piece)
        yield piece


# Notes on commits, and the times of commits, from a repository.

_HASH: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")
_LARGEST: Final = 64 << 20
"""Bytes of a note that is not read (guess, 2026-11-23: the largest seen has 7 MB)."""


class CommitNote(NamedTuple):
    """The note of one commit."""

    commit_hash: str
    text: bytes


def list_noted(repo: Path, ref: str) -> dict[str, str]:
    """Return the commits that have a note on this ref, each with the name of the note's object.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    tip = ask_git(repo, "rev-parse", "--verify", "--quiet", f"{ref}^{{tree}}", accept=(0, 1)).strip()
    if not tip:
        return {}
    found = {}
    for entry in ask_git(repo, "ls-tree", "-r", "-z", tip).split("\0"):
        head, _, path = entry.partition("\t")
        commit = path.replace("/", "")  # a large ref has folders by the first digits
        if _HASH.match(commit) and " blob " in head:
            found[commit] = head.rpartition(" ")[2]
    return found


def read_notes(repo: Path, noted: Mapping[str, str]) -> Iterator[CommitNote]:
    """Yield the notes of these commits; one that is missing or very large is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    sizes = measure_blobs(repo, noted.values())
    commits = defaultdict[str, list[str]](list)
    for commit, name in noted.items():
        if sizes.get(name, _LARGEST + 1) <= _LARGEST:
            commits[name].append(commit)
    for name, pieces in read_blobs(repo, list(commits)):
        text = b"".join(pieces)
        for commit in commits[name]:
            yield CommitNote(commit, text)


def read_commit_times(repo: Path, commits: Collection[str]) -> dict[str, datetime]:
    """Return when commits were made; one that the repository lacks is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    words = ["log", "--no-walk=unsorted", "--ignore-missing", "--stdin", "--no-notes", "--format=%H %ct"]
    if not commits:
        return {}
    found = {}
    with stream_git(repo, *words, stdin=[one for one in commits if _HASH.match(one)]) as output:
        for line in output:
            commit, _, seconds = line.decode("ascii", "replace").strip().partition(" ")
            if seconds.isdigit():
                found[commit] = datetime.fromtimestamp(int(seconds), UTC)
    return found


# Which contents did commits replace with which: a row a file, by the hashes that git has for contents.
#
# Nothing is read but trees, so that a caller can choose which contents it wants.

_COMMITS_AT_ONCE: Final = 250
"""Names given to one git: they fit into a pipe whole, as in ``logs/git_objects.py`` (guess, 2026-11-23)."""
_OUTPUT_PIECE: Final = 1 << 16
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
    for start in range(0, len(commits), _COMMITS_AT_ONCE):
        some = commits[start : start + _COMMITS_AT_ONCE]
        with stream_git(repo, "diff-tree", "--stdin", *_RAW, "--", *paths, stdin=some) as output:
            yield from _parse_commits(_split_words(output))


def _split_words(output: IO[bytes]) -> Iterator[str]:
    rest = b""
    while piece := output.read(_OUTPUT_PIECE):
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
