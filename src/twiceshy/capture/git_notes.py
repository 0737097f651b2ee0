"""Notes on commits, and the times of commits, from a repository."""

import re
from collections.abc import Collection, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.capture.git_lines import read_contents
from twiceshy.capture.git_program import ask_git, stream_git

_HASH: Final = re.compile(r"(?:[0-9a-f]{40}|[0-9a-f]{64})\Z")


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
    with stream_git(repo, "ls-tree", "-r", "-z", tip) as output:
        for entry in output.read().split(b"\0"):
            head, _, path = entry.decode("utf-8", "replace").partition("\t")
            commit = path.replace("/", "")  # a large ref has folders by the first digits
            if _HASH.match(commit) and " blob " in head:
                found[commit] = head.rpartition(" ")[2]
    return found


def read_notes(repo: Path, noted: dict[str, str]) -> Iterator[CommitNote]:
    """Yield the notes of these commits; one whose object is missing, or that is larger than a file, is left out.

    Raises:
        ToolMissing: there is no git.
        SourceError: git refuses to read the repository.
    """
    texts = {one.name: one.text for one in read_contents(repo, dict.fromkeys(noted.values()))}
    for commit, name in noted.items():
        if name in texts:
            yield CommitNote(commit, texts[name])


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
