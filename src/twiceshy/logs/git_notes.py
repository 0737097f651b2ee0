"""Notes on commits, and the times of commits, from a repository."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.logs.git_blobs import measure_blobs, read_blobs
from twiceshy.logs.git_program import ask_git, stream_git

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
