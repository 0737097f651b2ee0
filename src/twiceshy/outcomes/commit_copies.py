"""Commit copies: which commits are one change, through rebase, amend, cherry-pick and a second clone.

Git keeps the author and the author's time of a commit through all of these, and a patch-id survives where the change
itself does. Two changes made in one second by a script share the first, so the copies must also have a subject or half
of their lines in common; and a patch of a line or two can be made twice, so a patch-id counts for larger ones only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.records.commits import StoredCommit

_LINE_HASH_BYTES = 8
"""Bytes of one line's hash."""
_LEAST_PATCH = 3
"""Different added lines from which an equal patch-id means the same change. Guess of 2026-11-21."""


@dataclass(slots=True, eq=False)
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

    @property
    def last_at(self) -> float:
        """The time when the last copy was committed, in seconds since 1970."""
        return max(one.committed_at.timestamp() for one in self.commits)


def split_hashes(hashes: bytes) -> list[bytes]:
    """Return the hashes of the lines one by one."""
    return [hashes[start : start + _LINE_HASH_BYTES] for start in range(0, len(hashes), _LINE_HASH_BYTES)]


def lines_of(commit: StoredCommit) -> frozenset[bytes]:
    """Return the different added lines of a commit, of all its files."""
    return frozenset(line for file in commit.files for line in split_hashes(file.added_hashes))


def group_copies(commits: Sequence[StoredCommit], *, copies: bool = True) -> list[CommitCopies]:
    """Return the commits that have files, each in one group; without ``copies`` each is its own group."""
    found: list[CommitCopies] = []
    by_time: defaultdict[tuple[bytes, float], list[CommitCopies]] = defaultdict(list)
    by_patch: dict[str, CommitCopies] = {}
    for commit in commits:
        if not commit.files:
            continue
        lines = lines_of(commit)
        if not copies:
            found.append(CommitCopies([commit], lines))
            continue
        same_time = by_time[commit.author, commit.authored_at.timestamp()]
        large = commit.patch_id is not None and len(lines) >= _LEAST_PATCH
        home = by_patch.get(commit.patch_id or "") if large else None
        home = home or next((one for one in same_time if _is_copy(one, commit, lines)), None)
        if home is None:
            home = CommitCopies([commit], lines)
            found.append(home)
            same_time.append(home)
        else:
            home.commits.append(commit)
            if not lines <= home.lines:
                home.lines |= lines
        if large and commit.patch_id is not None:
            by_patch.setdefault(commit.patch_id, home)
    return found


def _is_copy(change: CommitCopies, commit: StoredCommit, lines: frozenset[bytes]) -> bool:
    if commit.subject == change.commits[0].subject:
        return True
    return 2 * len(lines & change.lines) >= max(1, min(len(lines), len(change.lines)))
