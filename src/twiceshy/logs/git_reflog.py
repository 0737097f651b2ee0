"""On which branch was a commit made, and which one did it take the place of? Only a clone's own reflog knows.

``logs/HEAD`` of each work tree has a line for every move: what HEAD was, what it is, and why. Between two changes of
branch all new commits belong to one branch. Where its name at the beginning and at the end of such a stretch differ, a
move was not noted, and no commit of the stretch has a branch. Nothing is guessed: a commit made on a detached HEAD, or
of which no line is left, has none.
"""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.file_walk import find_files
from twiceshy.logs.git_program import ask_git

_LARGEST: Final = 64 << 20
"""Bytes of one reflog (guess, 2026-11-23): half a million moves."""
_LOG: Final = ("logs", "HEAD")
_LINE: Final = re.compile(r"([0-9a-f]{40,64}) ([0-9a-f]{40,64}) [^\t]*\t(.*)")
_MOVED: Final = re.compile(r"checkout: moving from (\S+) to (\S+)")
_RENAMED: Final = re.compile(r"[Bb]ranch: renamed refs/heads/(\S+) to refs/heads/(\S+)")
_STEP: Final = re.compile(r"(?:rebase|pull)\b[^:(]*\((\w+)\): (.*)")
"""A step of a rebase, by whichever command."""
_OLD_STEP: Final = re.compile(r"rebase( finished)?: (?!checkout )(.*)")
"""As git wrote it before 2.26."""
_BACK_TO: Final = "returning to refs/heads/"
_NO_COMMIT: Final = ("start", "finish", "abort")
_MADE: Final = re.compile(
    r"commit(?: \((?:amend|initial|merge|cherry-pick)\))?: |cherry-pick: |revert: |am: |(?:merge|pull)\b.*: Merge made"
)
_HASH_LIKE: Final = re.compile(r"[0-9a-f]{7,64}")
_NO_NAME: Final = re.compile(r"[~^:]|@\{")


class CommitOrigin(NamedTuple):
    """How a commit came to be."""

    branch: str | None
    """Where it was made; None where that is not sure."""
    amends: str | None
    """The commit whose place it took."""


def read_origins(common: Path) -> dict[str, CommitOrigin]:
    """Return the origin of each commit that was made in one of a repository's work trees.

    Nothing where the reflogs cannot be read: git also works without them.

    Raises:
        ToolMissing: there is no git.
    """
    found: dict[str, CommitOrigin] = {}
    logs = [path.parents[1] for path in find_files(common / "worktrees") if path.parts[-2:] == _LOG]
    if (common.joinpath(*_LOG)).is_file():
        logs.insert(0, common)
    if not logs:
        return found
    try:
        names = ask_git(common, "for-each-ref", "--format=%(refname)").split()
    except SourceError:
        return found
    branches = {name.removeprefix("refs/heads/") for name in names if name.startswith("refs/heads/")}
    others = {name.split("/", 2)[2] for name in names if not name.startswith("refs/heads/") and name.count("/") > 1}
    for folder in logs:
        try:
            lines = read_foreign(folder / "logs" / "HEAD", _LARGEST).decode("utf-8", "replace").splitlines()
            head = read_foreign(folder / "HEAD", _LARGEST).decode("utf-8", "replace").strip()
        except OSError:
            continue
        at_end = head.removeprefix("ref: refs/heads/") if head.startswith("ref: refs/heads/") else None
        found |= find_origins(lines, at_end, others - branches, branches)
    return found


def find_origins(
    lines: Iterable[str], at_end: str | None, no_branches: Collection[str] = (), branches: Collection[str] = ()
) -> dict[str, CommitOrigin]:
    """Return the origins that the lines of one reflog show; ``at_end``: the branch that is checked out now."""
    walk = _Walk(frozenset(no_branches), frozenset(branches))
    for before, after, why in _parse_lines(lines):
        walk.take(before, after, why)
    walk.end_stretch(at_end)
    return walk.found


def _parse_lines(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    """Yield what HEAD was, what it became, and why."""
    for line in lines:
        match = _LINE.fullmatch(line)
        if match is not None:
            yield match[1], match[2], match[3]


_ANY: Final = ""
"""In place of a branch's name: none is known yet at the beginning of a stretch, so the one at its end counts."""


class _Walk:
    """Goes through the moves of one work tree, stretch by stretch."""

    def __init__(self, no_branches: frozenset[str], branches: frozenset[str]) -> None:
        self.found: dict[str, CommitOrigin] = {}
        self._no_branches = no_branches
        self._branches = branches
        self._here: str | None = _ANY
        """The branch at the beginning of this stretch; None: a detached HEAD."""
        self._made: list[str] = []
        self._amends: dict[str, str] = {}
        self._rebased: list[str] = []
        self._moves = 0

    def take(self, before: str, after: str, why: str) -> None:
        """Take one move."""
        self._moves += 1
        if match := _MOVED.match(why):
            self.end_stretch(self._name(match[1]))
            self._here = self._name(match[2])
        elif match := _RENAMED.match(why):
            self.end_stretch(match[1])
            self._here = match[2]
        elif match := _STEP.match(why):
            self._take_rebase(match[1], match[2], after)
        elif match := _OLD_STEP.match(why):
            self._take_rebase("finish" if match[1] else "pick", match[2], after)
        elif _MADE.match(why) and before != after:
            self._take_commit(before, after, why)

    def _take_commit(self, before: str, after: str, why: str) -> None:
        """Take a new commit of the branch, or of the rebase that goes on."""
        if why.startswith("commit (initial)") and self._moves > 1:  # on a branch that was begun without a note
            self._lose_stretch()
        self._made.append(after)
        if why.startswith("commit (amend)"):
            self._amends[after] = before

    def _take_rebase(self, step: str, rest: str, after: str) -> None:
        """Take a step of a rebase: its commits belong to the branch that it returns to."""
        if step not in _NO_COMMIT:
            self._rebased.append(after)
            return
        if step == "finish" and rest.startswith(_BACK_TO):
            for name in self._rebased:
                self._put(name, rest.removeprefix(_BACK_TO))
        self._rebased = []

    def _name(self, said: str) -> str | None:
        """Return the branch that a move speaks of; None where it is a commit, a tag or another clone's branch."""
        if said in self._branches:
            return said
        if said in self._no_branches or _HASH_LIKE.fullmatch(said) or _NO_NAME.search(said) or said == "HEAD":
            return None
        return said

    def end_stretch(self, leaving: str | None) -> None:
        """Give the commits of the stretch their branch, if its name at the end is that of the beginning."""
        branch = leaving if self._here in (_ANY, leaving) else None
        for name in self._made:
            self._put(name, branch)
        self._made = []
        self._here = _ANY

    def _lose_stretch(self) -> None:
        """Forget which branch this is: the name at the end of the stretch counts, for what comes now only."""
        self.end_stretch(self._here or None)

    def _put(self, name: str, branch: str | None) -> None:
        self.found.setdefault(name, CommitOrigin(branch, self._amends.get(name)))
