"""Change ledger: where each change of a session stands (work tree, index, commit, stash) or that it is gone.

It is filled by applying what succeeded, in order. Precision counts more than recall: where the log does not say what a
command did to a change (another branch, a commit that the log does not know), the change stays where it was.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from twiceshy.judgement.outcomes.session_changes import SessionChange
from twiceshy.records.outcomes import Rollback


@dataclass(slots=True, eq=False)
class LedgerEntry:
    """One change and where it stands."""

    work: SessionChange
    staged: bool = False
    commit: int | None = None
    """Index of its commit in ``Ledger.commits``."""
    stash: int | None = None
    """Number of the stash that has it."""
    gone: bool = False

    @property
    def is_loose(self) -> bool:
        """Whether it is in the work tree and in no commit or stash."""
        return not self.gone and self.commit is None and self.stash is None

    @property
    def is_untracked(self) -> bool:
        """Whether it is a new file that was never added to git."""
        return self.is_loose and not self.staged and self.work.created


@dataclass(slots=True, eq=False)
class LedgerCommit:
    """One commit made in the log."""

    hash: str
    """Maybe abbreviated; empty where the log does not state it."""
    call: bytes
    index: int
    """Of its call's moment."""
    taken_back: bool = False


@dataclass(slots=True)
class Ledger:
    """All changes of one session so far."""

    held: list[LedgerEntry] = field(default_factory=list)
    commits: list[LedgerCommit] = field(default_factory=list)
    rollbacks: list[Rollback] = field(default_factory=list)
    stashes: list[int] = field(default_factory=list)
    """Numbers of those that exist, oldest first."""
    open: list[LedgerEntry] = field(default_factory=list)
    """Of ``held`` those that may be loose or stashed."""
    in_commit: dict[int, list[LedgerEntry]] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    """Of all files that were changed."""
    folders: set[str] = field(default_factory=set)
    """Of files that were there before."""
    branch_since: int = 0
    """Index of the first commit of which is known that nothing else (a pull, another branch) came between."""
    kept_until: int = 0
    """Number of the first commits that another branch has too: a reset of this one takes them from nowhere."""
    stashed_by: dict[int, bytes] = field(default_factory=dict)
    at: dict[bytes, int] = field(default_factory=dict)
    """Index of the moment at which each rollback happened, by its call."""

    def add(self, works: Iterable[SessionChange]) -> None:
        """Add the changes; they are in the work tree."""
        for work in works:
            self.put(LedgerEntry(work))

    def put(self, held: LedgerEntry) -> None:
        """Add one change; it is in the work tree."""
        self.held.append(held)
        self.open.append(held)
        self.paths.add(held.work.path)
        if not held.work.created:
            self.folders.add(posixpath.dirname(held.work.path))

    def find_loose(self, paths: Iterable[str] | None = None) -> list[LedgerEntry]:
        """Return uncommitted changes in the work tree; with ``paths``, only of files that these words name."""
        self._close_settled()
        return _select([held for held in self.open if held.stash is None], paths)

    def _close_settled(self) -> None:
        """Take out of ``open`` what is committed or gone by now."""
        self.open = [held for held in self.open if not held.gone and held.commit is None]

    def find_committed(self, places: Iterable[int], paths: Iterable[str] | None = None) -> list[LedgerEntry]:
        """Return changes in these commits that are not gone; with ``paths``, only of files these words name."""
        inside = [(place, held) for place in places for held in self.in_commit.get(place, ())]
        return _select([held for place, held in inside if held.commit == place and not held.gone], paths)

    def find_created(self, paths: Iterable[str]) -> list[LedgerEntry]:
        """Return everything done to files that the session made and that these words name."""
        words = list(paths)
        named = {path for path in self.paths if any(matches_path(word, path) for word in words)}
        made = {held.work.path for held in self.held if held.work.created and not held.gone and held.work.path in named}
        return [held for held in self.held if not held.gone and held.work.path in made] if made else []

    def record_commit(self, hash_: str, call: bytes, index: int, chosen: Iterable[LedgerEntry]) -> None:
        """Record a new commit with these changes."""
        place = len(self.commits)
        self.commits.append(LedgerCommit(hash_, call, index))
        self.in_commit[place] = list(chosen)
        for held in self.in_commit[place]:
            held.commit, held.staged = place, False

    def uncommit(self, places: Iterable[int], *, staged: bool) -> None:
        """Undo these commits; their changes are in the work tree again."""
        self._close_settled()
        for place in places:
            self.commits[place].taken_back = True
            for held in self.find_committed([place]):
                held.commit, held.staged = None, staged
                self.open.append(held)

    def commit_of(self, revision: str) -> int | None:
        """Return the index of the commit that a revision names; None where the log does not know it."""
        if (back := _count_steps_back(revision)) is not None:
            known = self.find_branch_commits()
            return known[-1 - back] if back < len(known) else None
        if len(revision) < 6 or any(letter not in "0123456789abcdef" for letter in revision):
            return None
        for place in range(len(self.commits) - 1, -1, -1):
            stated = self.commits[place].hash
            if stated and (stated.startswith(revision) or revision.startswith(stated)):
                return place
        return None

    def commits_after(self, revision: str) -> list[int] | None:
        """Return the indexes of the commits after a revision; None where the log does not know."""
        known = self.find_branch_commits()
        if (back := _count_steps_back(revision)) is not None:
            return known[len(known) - back :] if back <= len(known) else None
        place = self.commit_of(revision)
        return None if place is None or place < self.branch_since else [other for other in known if other > place]

    def find_branch_commits(self) -> list[int]:
        """Return the indexes of the commits of this branch, as far as the log knows it."""
        return [place for place in range(self.branch_since, len(self.commits)) if not self.commits[place].taken_back]

    def roll_back(self, by: bytes, index: int, why: str, confidence: float, gone: Iterable[LedgerEntry]) -> None:
        """Mark these changes gone, and record the rollback where there are any."""
        taken = [held for held in gone if not held.gone]
        if not taken:
            return
        for held in taken:
            held.gone, held.stash = True, None
        calls = dict.fromkeys(held.work.call for held in taken)
        parts = {held.work.call for held in self.find_near(taken) if not held.gone and held.work.call in calls}
        for whole in (True, False):
            some = tuple(call for call in calls if (call not in parts) == whole)
            if some:
                self.rollbacks.append(Rollback(by=by, why=why, calls=some, confidence=confidence, whole=whole))
                self.at.setdefault(by, index)

    def find_near(self, taken: list[LedgerEntry]) -> list[LedgerEntry]:
        """Return all changes made by the calls of these, and some others.

        A call's changes were put in one after the other.
        """
        return self.open + [
            held for place in {h.commit for h in taken if h.commit is not None} for held in self.in_commit[place]
        ]


def _select(held: list[LedgerEntry], paths: Iterable[str] | None) -> list[LedgerEntry]:
    """Return the changes of files that one of these words names; all of them without words."""
    words = None if paths is None else list(paths)
    return held if words is None else [one for one in held if any(matches_path(word, one.work.path) for word in words)]


def _count_steps_back(revision: str) -> int | None:
    """Return how many commits before ``HEAD`` a revision is; None where it is not written so."""
    if revision in {"HEAD", "@"}:
        return 0
    for start in ("HEAD", "@"):
        rest = revision.removeprefix(start)
        if rest == revision:
            continue
        if rest[0] == "~":
            return int(rest[1:] or 1) if rest[1:].isdigit() or rest == "~" else None
        if set(rest) == {"^"}:
            return len(rest)
    return None


def matches_path(word: str, path: str) -> bool:
    """Tell whether a word of a command can only mean this file, a folder above it, or everything."""
    word = posixpath.normpath(word.removeprefix(":/").removeprefix(":(top)")) if word else "."
    while word.startswith("../"):
        word = word[3:]  # the folder that it starts from is not known: the rest must fit at the end
    if word in {".", "*", "..", "/"}:
        return True
    if any(letter in word for letter in "*?["):
        return fnmatchcase(path, word) or fnmatchcase(path, "*/" + word)
    if path == word or path.startswith(word + "/"):
        return True
    if word.startswith("/"):
        return word.endswith("/" + path)
    return path.endswith("/" + word) or (path.startswith("/") and f"/{word}/" in path)
