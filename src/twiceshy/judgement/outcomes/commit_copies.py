"""Commit copies: which commits are one change, through rebase, amend, cherry-pick and a second clone.

Git keeps the author and the author's time of a commit through all of these, and a patch-id survives where the change
itself does. Two changes made in one second by a script share the first, so the copies must also have a subject or half
of their lines in common; and a patch of a line or two can be made twice, so a patch-id counts for larger ones only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from twiceshy.judgement.outcomes.tool_lines import list_tool_lines
from twiceshy.records.commits import StoredCommit

_LINE_HASH_BYTES = 8
"""Bytes of one line's hash, as defined by ``records.events.Edit.added_hashes``."""
_LEAST_PATCH = 3
"""Different added lines from which an equal patch-id means the same change. Guess of 2026-11-21."""


@dataclass(eq=False)
class CommitCopies:
    """Commits that are one change, in the order given."""

    commits: list[StoredCommit]
    lines: frozenset[bytes]
    """Different added lines of all of them."""

    @property
    def authored_at(self) -> float:
        """The time when the first commit was authored, in seconds since 1970."""
        return self.commits[0].authored_at.timestamp()

    @property
    def first_at(self) -> float:
        """The time when the first copy was committed, in seconds since 1970."""
        return min(one.committed_at.timestamp() for one in self.commits)

    @cached_property
    def changed_at(self) -> float:
        """The time when its content last became what it is: an amend may change it, a rebase or a pick does not."""
        first: dict[tuple[object, ...], float] = {}
        for one in self.commits:
            content = (lines_of(one), *sorted((file.path, file.added, file.removed) for file in one.files))
            at = one.committed_at.timestamp()
            first[content] = min(at, first.get(content, at))
        return max(first.values())

    @property
    def paths(self) -> set[str]:
        """The files of all of them."""
        return {file.path for one in self.commits for file in one.files}

    @property
    def trailers(self) -> list[tuple[str, str]]:
        """The different trailers and lines of tools of all of them, in order: name and value."""
        return list(dict.fromkeys(pair for one in self.commits for pair in list_tool_lines(one)))


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the hashes of the lines one by one."""
    return [hashes[start : start + _LINE_HASH_BYTES] for start in range(0, len(hashes), _LINE_HASH_BYTES)]


def lines_of(commit: StoredCommit) -> frozenset[bytes]:
    """Return the different added lines of a commit, of all its files."""
    return frozenset(line for file in commit.files for line in split_hashes(file.added_hashes))


def group_copies(commits: Sequence[StoredCommit], *, copies: bool = True) -> list[CommitCopies]:
    """Return the commits that have files, each in one group; without ``copies`` each is its own group."""
    changing = [commit for commit in commits if commit.files]
    if not copies:
        return [CommitCopies([commit], lines_of(commit)) for commit in changing]
    groups = _CopyGroups()
    for commit in changing:
        groups.add(commit)
    return groups.found


class _CopyGroups:
    """The groups so far."""

    def __init__(self) -> None:
        self.found: list[CommitCopies] = []
        self.by_time: defaultdict[tuple[bytes, float], list[CommitCopies]] = defaultdict(list)
        self.by_patch: dict[str, CommitCopies] = {}

    def add(self, commit: StoredCommit) -> None:
        """Add the commit to the group that it is a copy of, else to one of its own."""
        lines = lines_of(commit)
        patch = (commit.patch_id or "") if len(lines) >= _LEAST_PATCH else ""
        same_time = self.by_time[commit.author, commit.authored_at.timestamp()]
        home = self.by_patch.get(patch) or next((one for one in same_time if _is_copy(one, commit, lines)), None)
        if home is None:
            home = CommitCopies([], lines)
            self.found.append(home)
            same_time.append(home)
        home.commits.append(commit)
        if not lines <= home.lines:
            home.lines |= lines
        if patch:
            self.by_patch.setdefault(patch, home)


def _is_copy(change: CommitCopies, commit: StoredCommit, lines: frozenset[bytes]) -> bool:
    if commit.subject == change.commits[0].subject:
        return True
    return 2 * len(lines & change.lines) >= max(1, min(len(lines), len(change.lines)))
