"""Change ledger: where each change of a session stands (work tree, index, commit, stash) or that it is gone.

It is filled by applying what succeeded, in order. Precision counts more than recall: where the log does not say what a
command did to a change (another branch, a commit that the log does not know), the change stays where it was.
"""

import posixpath
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import NamedTuple

from twiceshy.commands.shell.shell_words import SimpleCommand
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


# Git commands, applied to a change ledger: which words of which command roll back or commit which changes.
#
# Not a rollback: another branch, ``reset`` of the index, ``restore --staged``, a stash that is popped again, choosing a
# side in a conflict, ``--patch`` (the log does not say which hunks), dry runs.

SURE = 0.95
"""Confidence (0-1) of what git did for certain. Guess of 2026-11-21."""
_LIKELY = 0.8
"""Confidence (0-1) of what may have been undone again outside the log. Guess of 2026-11-21."""
STILL_STASHED = "still-stashed"
"""Work that is in a stash when the log ends."""
_OPTIONS_WITH_VALUE = frozenset(
    {"-m", "-s", "--source", "--message", "-C", "-c", "--git-dir", "--work-tree", "-F", "--file"}
)


class CommandCall(NamedTuple):
    """The call that a command is part of."""

    call: bytes
    place: int
    """Index of its moment."""
    hash: str
    """Of a commit that it made, where stated."""
    output: str


@dataclass(slots=True)
class _GitArguments:
    """The words behind a subcommand: options, their values, and the other words before and after ``--``."""

    options: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    """What is no option, up to ``--``."""
    after: list[str] | None = None
    """What stands behind ``--``; None where there is none."""
    values: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    def has(self, *options: str) -> bool:
        """Tell whether one of the options is given, also bundled (``-fd``)."""
        for given in self.options:
            if given in options or given.partition("=")[0] in options:
                return True
            bundled = given[1:] if given.startswith("-") and not given.startswith("--") else ""
            if any(len(option) == 2 and option[1] in bundled for option in options):
                return True
        return False

    def paths(self, words: Sequence[str]) -> list[str]:
        """Return the words as paths from the folder that the line began in."""
        return [posixpath.join(self.folder, word) for word in words]

    @property
    def named(self) -> list[str]:
        """All words that are no options, as paths."""
        return self.paths([*self.before, *(self.after or ())])


def _sort_words(command: SimpleCommand) -> tuple[str, _GitArguments]:
    """Return the subcommand (empty where there is none) and its words."""
    rest = iter(command.words[1:])
    found = _GitArguments(folder=command.folder)
    sub = ""
    for word in rest:
        if word == "-C":
            found.folder = posixpath.join(found.folder, next(rest, ""))
        elif not word.startswith("-"):
            sub = word
            break
        elif word in _OPTIONS_WITH_VALUE:
            next(rest, None)
    for word in rest:
        if word == "--":
            found.after = list(rest)
        elif word in _OPTIONS_WITH_VALUE and (sub, word) != ("commit", "-c"):
            found.options.append(word)
            found.values[word] = next(rest, "")
        elif word.startswith("-") and len(word) > 1:
            found.options.append(word)
            name, _, value = word.partition("=")
            found.values[name] = value
        else:
            found.before.append(word)
    return sub, found


def find_subcommand(command: SimpleCommand) -> str:
    """Return git's subcommand; empty where there is none.

    >>> find_subcommand(SimpleCommand("", ("git", "-C", "web", "commit", "-m", "x"), ""))
    'commit'
    """
    return _sort_words(command)[0]


def apply_git(ledger: Ledger, command: SimpleCommand, where: CommandCall, piped: SimpleCommand | None) -> None:
    """Apply to the ledger what the command did to known changes. ``piped`` is the command that feeds it."""
    sub, words = _sort_words(command)
    if (act := _SUBCOMMANDS.get(sub)) is not None:
        act(ledger, words, where)
    elif sub == "apply":
        _apply_patch(ledger, words, where, piped)
    elif sub == "show" and command.target and not command.appends:
        _apply_show_to_file(ledger, words, where, posixpath.join(command.folder, command.target))
    elif sub in {"pull", "rebase", "merge", "cherry-pick", "am"}:
        ledger.branch_since = len(ledger.commits)
        if sub == "merge" and words.before:  # they are on the branch that was merged, whatever becomes of this one
            ledger.kept_until = len(ledger.commits)


def _apply_add(ledger: Ledger, words: _GitArguments, _: CommandCall) -> None:
    """Apply ``git add``: what it names is in the index, also by ``-A``."""
    for held in ledger.find_loose(None if words.has("-A", "--all", "-u") else words.named):
        held.staged = held.staged or not (words.has("-u") and held.work.created)


def _apply_commit(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git commit``: commit what is staged.

    With ``-a`` every tracked file is committed; where nothing was seen staged, every change in the work tree is.
    """
    if words.has("--dry-run") or "nothing to commit" in where.output or "no changes added" in where.output:
        return
    loose = ledger.find_loose()
    chosen = [held for held in loose if held.staged]
    if words.has("-a", "--all"):
        chosen += [held for held in loose if not held.staged and not held.is_untracked]
    elif words.named:
        chosen = ledger.find_loose(words.named)
    ledger.record_commit(where.hash, where.call, where.place, chosen or loose)


def _apply_revert(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git revert``: roll back the changes of the commits that it names, where the log made them."""
    for revision in words.before:
        start, dots, end = revision.partition("..")
        last = ledger.commit_of((end or "HEAD") if dots else start)
        first = ledger.commits_after(start) or () if dots else (last,)
        places = [place for place in first if place is not None and last is not None and place <= last]
        _undo_commits(ledger, places, "git-revert", where)


def _undo_commits(ledger: Ledger, places: Sequence[int], why: str, where: CommandCall) -> None:
    """Roll back all changes in these commits."""
    chosen = ledger.find_committed(places)
    for place in places:
        ledger.commits[place].taken_back = True
    ledger.roll_back(where.call, where.place, why, SURE, chosen)


def _apply_reset(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git reset``: ``--hard`` removes changes of tracked files and later commits; else they only move."""
    revision = words.before[0] if words.before and words.after is None else "HEAD"
    places = ledger.commits_after(revision)
    if words.has("-p", "--patch"):
        return
    if words.has("--hard", "--keep", "--merge"):
        _reset_hard(ledger, places, where)
    elif words.after is not None or places is None or len(words.before) > 1:
        _unstage(ledger, words.named)
    else:
        ledger.uncommit(places, staged=words.has("--soft"))
        if not words.has("--soft"):
            _unstage(ledger, None)


def _reset_hard(ledger: Ledger, places: Sequence[int] | None, where: CommandCall) -> None:
    """Put tracked files back as they were in a commit.

    Where the log does not know the commit (``places`` is None), only uncommitted changes are rolled back.
    """
    chosen = [held for held in ledger.find_loose() if not held.is_untracked]
    if places is None:
        ledger.branch_since = len(ledger.commits)
    else:
        taken = [place for place in places if place >= ledger.kept_until]
        for place in taken:
            ledger.commits[place].taken_back = True
        chosen += ledger.find_committed(taken)
    ledger.roll_back(where.call, where.place, "git-reset", SURE, chosen)


def _apply_push(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply a forced ``git push`` of an older revision: what was committed after it is gone from the remote branch.

    A forced push of the branch itself follows a rebase or an amended commit, and takes nothing back by itself.
    """
    forced = words.has("-f", "--force", "--force-with-lease")
    for word in words.before[1:]:
        revision, colon, _ = word.removeprefix("+").partition(":")
        if colon and revision and (forced or word.startswith("+")):
            places = [place for place in ledger.commits_after(revision) or () if not ledger.commits[place].taken_back]
            _undo_commits(ledger, places, "git-push", where)


def _unstage(ledger: Ledger, paths: Sequence[str] | None) -> None:
    """Take the changes of these files (None: of all) out of the index; the files stay as they are."""
    for held in ledger.find_loose(paths):
        held.staged = False


def _restore_files(ledger: Ledger, paths: Sequence[str], revision: str | None, why: str, where: CommandCall) -> None:
    """Put the named files back as they were in the index (no revision) or in a revision."""
    if revision is None:
        chosen = [held for held in ledger.find_loose(paths) if not held.staged and not held.is_untracked]
    else:
        chosen = [held for held in ledger.find_loose(paths) if not held.is_untracked]
        chosen += ledger.find_committed(ledger.commits_after(revision) or (), paths)
    ledger.roll_back(where.call, where.place, why, SURE, chosen)


def _apply_restore(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git restore``, where it is not of the index alone."""
    staged = words.has("-S", "--staged")
    if words.has("-p", "--patch", "--ours", "--theirs", "-m") or (staged and not words.has("-W", "--worktree")):
        if staged:
            _unstage(ledger, words.named)
        return
    revision = words.values.get("-s") or words.values.get("--source") or ("HEAD" if staged else None)
    _restore_files(ledger, words.named, revision, "git-restore", where)


def _apply_checkout(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git checkout`` of files; of a branch only with ``--force``."""
    if words.has("-p", "--patch", "--ours", "--theirs", "-m", "--merge") or "Updated 0 paths" in where.output:
        return
    if words.after is not None and words.after:
        _restore_files(
            ledger, words.paths(words.after), words.before[0] if words.before else None, "git-checkout", where
        )
    elif words.has("-b", "-B", "--orphan", "--detach", "-t", "--track") or not words.before:
        _apply_switch(ledger, words, where)
    elif all(_is_path(ledger, word) for word in words.paths(words.before)):
        _restore_files(ledger, words.paths(words.before), None, "git-checkout", where)
    elif len(words.before) > 1 and all(_is_path(ledger, word) for word in words.paths(words.before[1:])):
        _restore_files(ledger, words.paths(words.before[1:]), words.before[0], "git-checkout", where)
    else:
        _apply_switch(ledger, words, where)


def _is_path(ledger: Ledger, word: str) -> bool:
    """Tell whether a word means files: it names one that was changed, or all."""
    return word == "." or any(matches_path(word, path) for path in ledger.paths)


def _apply_branch(ledger: Ledger, words: _GitArguments, _: CommandCall) -> None:
    """Apply ``git branch NAME`` and ``git tag NAME``: what is committed so far is kept there."""
    if len(words.before) == 1 and not words.has("-d", "-D", "--delete", "-m", "-M", "--move", "-l", "--list"):
        ledger.kept_until = len(ledger.commits)


def _apply_switch(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply the switch to another branch: uncommitted changes stay or, where it is forced, are gone.

    A new branch keeps what the one before it had.
    """
    if words.has("-b", "-B", "-c", "-C", "--create"):
        ledger.kept_until = len(ledger.commits)
    else:
        ledger.branch_since = len(ledger.commits)
    if words.has("-f", "--force", "--discard-changes"):
        chosen = [held for held in ledger.find_loose() if not held.is_untracked]
        ledger.roll_back(where.call, where.place, "git-checkout", SURE, chosen)


def _apply_stash(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git stash``: the changes are away until the stash is popped.

    What was never popped is judged at the end of the log.
    """
    verb = words.before[0] if words.before else "push"
    if "No local changes" in where.output or "No stash entries" in where.output or words.has("-p", "--patch"):
        return
    if verb in {"push", "save"}:
        _put_in_stash(ledger, words, where, words.before[1:] if verb == "push" else ())
    elif verb in {"pop", "apply", "branch", "drop"} and (number := _find_stash(ledger, words)) is not None:
        _take_from_stash(ledger, number, where, verb)
    elif verb == "clear":
        ledger.stashes.clear()


def _put_in_stash(ledger: Ledger, words: _GitArguments, where: CommandCall, named: Sequence[str]) -> None:
    """Stash the changes of the named files, of all where none is named."""
    new = words.has("-u", "--include-untracked", "-a", "--all")
    keep = words.has("-k", "--keep-index")
    number = len(ledger.stashed_by)
    ledger.stashed_by[number] = where.call
    ledger.at[where.call] = where.place
    ledger.stashes.append(number)
    for held in ledger.find_loose(words.paths([*named, *(words.after or ())]) or None):
        if (new or not held.is_untracked) and not (keep and held.staged):
            held.stash = number


def _find_stash(ledger: Ledger, words: _GitArguments) -> int | None:
    """Return the number of the stash that is named, or of the newest; None where the log knows no such stash."""
    place = "".join(letter for letter in words.before[-1] if letter.isdigit()) if len(words.before) > 1 else ""
    back = int(place or 0)
    return ledger.stashes[-1 - back] if back < len(ledger.stashes) else None


def _take_from_stash(ledger: Ledger, number: int, where: CommandCall, verb: str) -> None:
    """Bring the stash's changes back or, where it was dropped, mark them gone for good."""
    chosen = [held for held in ledger.open if held.stash == number]
    if verb != "apply" and (verb == "drop" or "CONFLICT" not in where.output):
        ledger.stashes.remove(number)
    if verb == "drop":
        ledger.roll_back(ledger.stashed_by[number], ledger.at[ledger.stashed_by[number]], "git-stash", SURE, chosen)
    for held in chosen:
        held.stash = None


def close_open_stashes(ledger: Ledger) -> None:
    """Roll back what is still stashed at the end of the log, under a slug of its own: it may yet be popped."""
    for number, call in ledger.stashed_by.items():
        chosen = [held for held in ledger.open if held.stash == number]
        ledger.roll_back(call, ledger.at[call], STILL_STASHED, _LIKELY, chosen)


def _apply_clean(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git clean`` to untracked files; without ``-d`` only to those in no folder of their own."""
    if not words.has("-f", "--force") or words.has("-n", "--dry-run", "-i", "-X"):
        return
    paths = words.named
    chosen = [
        held
        for held in ledger.find_loose(paths or None)
        if held.is_untracked and (words.has("-d") or posixpath.dirname(held.work.path) in {"", *ledger.folders})
    ]
    ledger.roll_back(where.call, where.place, "git-clean", SURE, chosen)


def _apply_rm(ledger: Ledger, words: _GitArguments, where: CommandCall) -> None:
    """Apply ``git rm`` to files that the session made."""
    if not words.has("--cached"):
        _delete_files(ledger, words.named, where)


def _delete_files(ledger: Ledger, paths: Sequence[str], where: CommandCall) -> None:
    """Mark files gone that the session made and then deleted, with all that was done to them."""
    paths = [path for path in paths if path not in {".", "..", "/", "*"}]
    chosen = ledger.find_created(paths)
    ledger.roll_back(where.call, where.place, "deleted", SURE, chosen)


def _apply_patch(ledger: Ledger, words: _GitArguments, where: CommandCall, piped: SimpleCommand | None) -> None:
    """Apply ``git apply -R`` of what ``git diff`` or ``git show`` pipes into it."""
    if not words.has("-R", "--reverse") or words.has("--check", "--cached", "--stat") or piped is None:
        return
    if piped.program != "git":
        return
    sub, source = _sort_words(piped)
    if sub == "diff" and not source.has("--cached", "--staged"):
        _undo_diff(ledger, source, where)
    elif sub == "show" and len(source.before) == 1 and source.after is None:
        place = ledger.commit_of(source.before[0])
        _undo_commits(ledger, [] if place is None else [place], "git-apply", where)


def _undo_diff(ledger: Ledger, source: _GitArguments, where: CommandCall) -> None:
    """Roll back what ``git diff`` shows; nothing where it compares two revisions."""
    revisions = [word for word in source.before if not _is_path(ledger, posixpath.join(source.folder, word))]
    paths = source.paths([word for word in source.before if word not in revisions] + (source.after or []))
    if len(revisions) < 2 and ".." not in "".join(revisions):
        _restore_files(ledger, paths or ["."], revisions[0] if revisions else None, "git-apply", where)


def _apply_show_to_file(ledger: Ledger, words: _GitArguments, where: CommandCall, target: str) -> None:
    """Apply ``git show REV:FILE > FILE``."""
    if len(words.before) == 1 and ":" in words.before[0]:
        revision, _, path = words.before[0].partition(":")
        if matches_path(path.removeprefix("./"), target) or matches_path(target, path):
            _restore_files(ledger, [target], revision or None, "git-show", where)


_SUBCOMMANDS: dict[str, Callable[[Ledger, _GitArguments, CommandCall], None]] = {
    "add": _apply_add,
    "branch": _apply_branch,
    "tag": _apply_branch,
    "stage": _apply_add,
    "commit": _apply_commit,
    "revert": _apply_revert,
    "reset": _apply_reset,
    "restore": _apply_restore,
    "checkout": _apply_checkout,
    "switch": _apply_switch,
    "stash": _apply_stash,
    "clean": _apply_clean,
    "rm": _apply_rm,
    "push": _apply_push,
}
"""What each subcommand does to the ledger."""
