"""Ledger: where each change of a session stands (in the work tree, staged, committed, stashed) or that it is gone.

It is kept by applying what succeeded, in order. Precision counts more than finding all: where the log does not say what
a command did to a change (another branch, a commit that the log does not know), the change stays where it was.
"""

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from twiceshy.outcomes.work import Work
from twiceshy.records.outcomes import Rollback


@dataclass(slots=True, eq=False)
class Held:
    """One change and where it stands."""

    work: Work
    staged: bool = False
    commit: int | None = None
    """Index of its commit in ``Ledger.commits``."""
    stash: int | None = None
    """Number of the stash that has it."""
    gone: bool = False

    @property
    def loose(self) -> bool:
        """In the work tree, in no commit."""
        return not self.gone and self.commit is None and self.stash is None

    @property
    def untracked(self) -> bool:
        """A new file that git was never told of."""
        return self.loose and not self.staged and self.work.created


@dataclass(slots=True, eq=False)
class Commit:
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

    held: list[Held] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    rollbacks: list[Rollback] = field(default_factory=list)
    stashes: list[int] = field(default_factory=list)
    """Numbers of those that exist, oldest first."""
    open: list[Held] = field(default_factory=list)
    """Of ``held`` those that may be loose or stashed."""
    in_commit: dict[int, list[Held]] = field(default_factory=dict)
    paths: set[str] = field(default_factory=set)
    """Of all files that were changed."""
    folders: set[str] = field(default_factory=set)
    """Of files that were there before."""
    branch_since: int = 0
    """Index of the first commit of which is known that nothing else (a pull, another branch) came between."""
    stashed_by: dict[int, bytes] = field(default_factory=dict)
    at: dict[bytes, int] = field(default_factory=dict)
    """Index of the moment at which each rollback happened, by its call."""

    def add(self, works: Iterable[Work]) -> None:
        """Nothing; the changes are in the work tree."""
        for work in works:
            self.put(Held(work))

    def put(self, held: Held) -> None:
        """Nothing; the change is in the work tree."""
        self.held.append(held)
        self.open.append(held)
        self.paths.add(held.work.path)
        if not held.work.created:
            self.folders.add(posixpath.dirname(held.work.path))

    def loose(self, paths: Iterable[str] | None = None) -> list[Held]:
        """Changes in the work tree that are in no commit; with ``paths``, only of files that these words name."""
        self.open = [held for held in self.open if not held.gone and held.commit is None]
        words = None if paths is None else list(paths)
        return [
            held
            for held in self.open
            if held.stash is None and (words is None or any(names(word, held.work.path) for word in words))
        ]

    def committed_in(self, places: Iterable[int], paths: Iterable[str] | None = None) -> list[Held]:
        """Changes in these commits that are not gone; with ``paths``, only of files that these words name."""
        words = None if paths is None else list(paths)
        return [
            held
            for place in places
            for held in self.in_commit.get(place, ())
            if not held.gone
            and held.commit == place
            and (words is None or any(names(word, held.work.path) for word in words))
        ]

    def created(self, paths: Iterable[str]) -> list[Held]:
        """Everything done to files that the session made and that these words name."""
        words = list(paths)
        named = {path for path in self.paths if any(names(word, path) for word in words)}
        made = {held.work.path for held in self.held if held.work.created and not held.gone and held.work.path in named}
        return [held for held in self.held if not held.gone and held.work.path in made] if made else []

    def committed(self, hash_: str, call: bytes, index: int, chosen: Iterable[Held]) -> None:
        """Nothing; there is a new commit with these changes."""
        place = len(self.commits)
        self.commits.append(Commit(hash_, call, index))
        self.in_commit[place] = list(chosen)
        for held in self.in_commit[place]:
            held.commit, held.staged = place, False

    def uncommit(self, places: Iterable[int], *, staged: bool) -> None:
        """Nothing; these commits are none any more, and their changes are in the work tree."""
        for place in places:
            self.commits[place].taken_back = True
            for held in self.committed_in([place]):
                held.commit, held.staged = None, staged
                self.open.append(held)

    def commit_of(self, revision: str) -> int | None:
        """Index of the commit that a revision names; None where the log does not know."""
        if (back := steps_back(revision)) is not None:
            known = self.standing()
            return known[-1 - back] if back < len(known) else None
        if len(revision) < 6 or any(letter not in "0123456789abcdef" for letter in revision):
            return None
        for place in range(len(self.commits) - 1, -1, -1):
            stated = self.commits[place].hash
            if stated and (stated.startswith(revision) or revision.startswith(stated)):
                return place
        return None

    def after(self, revision: str) -> list[int] | None:
        """Indexes of the commits that came after a revision; None where the log does not know."""
        known = self.standing()
        if (back := steps_back(revision)) is not None:
            return known[len(known) - back :] if back <= len(known) else None
        place = self.commit_of(revision)
        return None if place is None or place < self.branch_since else [other for other in known if other > place]

    def standing(self) -> list[int]:
        """Indexes of the commits of this branch, as far as the log knows it."""
        return [place for place in range(self.branch_since, len(self.commits)) if not self.commits[place].taken_back]

    def take_back(self, by: bytes, index: int, why: str, confidence: float, gone: Iterable[Held]) -> None:
        """Nothing; these changes are gone, which is written down where there are any."""
        taken = [held for held in gone if not held.gone]
        if not taken:
            return
        for held in taken:
            held.gone, held.stash = True, None
        calls = dict.fromkeys(held.work.call for held in taken)
        parts = {held.work.call for held in self.near(taken) if not held.gone and held.work.call in calls}
        for whole in (True, False):
            some = tuple(call for call in calls if (call not in parts) == whole)
            if some:
                self.rollbacks.append(Rollback(by=by, why=why, calls=some, confidence=confidence, whole=whole))
                self.at.setdefault(by, index)

    def near(self, taken: list[Held]) -> list[Held]:
        """All changes made by the calls of these, and some others: a call's changes were put in one after the other."""
        return self.open + [
            held for place in {h.commit for h in taken if h.commit is not None} for held in self.in_commit[place]
        ]


def steps_back(revision: str) -> int | None:
    """How many commits before ``HEAD`` a revision is, where it is written so."""
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


def names(word: str, path: str) -> bool:
    """Whether a word of a command can only mean this file, a folder above it, or everything."""
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
        return word.endswith("/" + path) or f"{word}/".endswith(f"/{path}/")
    return path.endswith("/" + word) or (path.startswith("/") and f"/{word}/" in path)
