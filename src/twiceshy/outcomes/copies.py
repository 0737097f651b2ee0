"""Which commits are one change: the copies that rebase, amend, cherry-pick and a second clone leave of it.

Git keeps the author and the author's time of a commit through all of these, and a patch-id survives where the change
itself does. Two changes made in one second by a script share the first, so the copies must also have a subject or half
of their lines in common; and a patch of a line or two can be made twice, so a patch-id counts for larger ones only.
"""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from twiceshy.records.commits import StoredCommit

LINE = 8
"""Bytes of one line's hash."""
LEAST_PATCH = 3
"""Different added lines from which an equal patch-id means the same change. Guess of 2026-11-21."""


@dataclass(slots=True, eq=False)
class Change:
    """Commits that are one change, in the order given."""

    commits: list[StoredCommit]
    lines: frozenset[bytes]
    """Different added lines of all of them."""

    @property
    def authored_at(self) -> float:
        """Seconds since 1970, of the first."""
        return self.commits[0].authored_at.timestamp()

    @property
    def first_at(self) -> float:
        """When the first copy was committed."""
        return min(one.committed_at.timestamp() for one in self.commits)

    @property
    def last_at(self) -> float:
        """When the last copy was committed."""
        return max(one.committed_at.timestamp() for one in self.commits)


def cut(hashes: bytes) -> list[bytes]:
    """The hashes of lines one by one."""
    return [hashes[start : start + LINE] for start in range(0, len(hashes), LINE)]


def lines_of(commit: StoredCommit) -> frozenset[bytes]:
    """Different added lines of a commit, of all its files."""
    return frozenset(line for file in commit.files for line in cut(file.added_hashes))


def changes(commits: Sequence[StoredCommit], *, copies: bool = True) -> list[Change]:
    """The commits that have files, each in one change; without ``copies`` each is its own."""
    found: list[Change] = []
    by_time: defaultdict[tuple[bytes, float], list[Change]] = defaultdict(list)
    by_patch: dict[str, Change] = {}
    for commit in commits:
        if not commit.files:
            continue
        lines = lines_of(commit)
        if not copies:
            found.append(Change([commit], lines))
            continue
        same_time = by_time[commit.author, commit.authored_at.timestamp()]
        large = commit.patch_id is not None and len(lines) >= LEAST_PATCH
        home = by_patch.get(commit.patch_id or "") if large else None
        home = home or next((one for one in same_time if _alike(one, commit, lines)), None)
        if home is None:
            home = Change([commit], lines)
            found.append(home)
            same_time.append(home)
        else:
            home.commits.append(commit)
            if not lines <= home.lines:
                home.lines |= lines
        if large and commit.patch_id is not None:
            by_patch.setdefault(commit.patch_id, home)
    return found


def _alike(change: Change, commit: StoredCommit, lines: frozenset[bytes]) -> bool:
    if commit.subject == change.commits[0].subject:
        return True
    return 2 * len(lines & change.lines) >= max(1, min(len(lines), len(change.lines)))
