"""Git's own ways to take work back, applied to a ledger: which words of which command reach which changes.

Not a rollback: another branch, ``reset`` of the index, ``restore --staged``, a stash that is popped again, choosing a
side in a conflict, ``--patch`` (the log does not say which hunks), dry runs.
"""

import posixpath
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from twiceshy.facts.shell_words import Simple
from twiceshy.outcomes.ledger import Ledger, names

SURE = 0.95
LIKELY = 0.8
"""Confidence of what git did for certain, and of what it may have undone again outside the log. Guess of 2026-11-21."""
VALUED = frozenset({"-m", "-s", "--source", "--message", "-C", "-c", "--git-dir", "--work-tree", "-F", "--file"})


class Where(NamedTuple):
    """The call that a command is part of."""

    call: bytes
    place: int
    """Index of its moment."""
    hash: str
    """Of a commit that it made, where stated."""
    output: str


@dataclass(slots=True)
class Words:
    """The words behind a subcommand, sorted."""

    options: list[str] = field(default_factory=list)
    before: list[str] = field(default_factory=list)
    """What is no option, up to ``--``."""
    after: list[str] | None = None
    """What stands behind ``--``; None where there is none."""
    values: dict[str, str] = field(default_factory=dict)
    folder: str = ""

    def has(self, *options: str) -> bool:
        """Whether one of the options is given, also bundled (``-fd``)."""
        for given in self.options:
            if given in options or given.partition("=")[0] in options:
                return True
            bundled = given[1:] if given.startswith("-") and not given.startswith("--") else ""
            if any(len(option) == 2 and option[1] in bundled for option in options):
                return True
        return False

    def paths(self, words: Sequence[str]) -> list[str]:
        """The words as paths from the folder that the line began in."""
        return [posixpath.join(self.folder, word) for word in words]


def sorted_words(command: Simple) -> tuple[str, Words]:
    """The subcommand (empty where there is none) and its words."""
    words = list(command.words[1:])
    found = Words(folder=command.folder)
    while words and words[0].startswith("-"):
        option = words.pop(0)
        if option == "-C" and words:
            found.folder = posixpath.join(found.folder, words.pop(0))
        elif option in VALUED and words:
            words.pop(0)
    sub = words.pop(0) if words else ""
    while words:
        word = words.pop(0)
        if word == "--":
            found.after = words
            break
        if word in VALUED and words and not (sub == "commit" and word == "-c"):
            found.options.append(word)
            found.values[word] = words.pop(0)
        elif word.startswith("-") and len(word) > 1:
            found.options.append(word)
            if "=" in word:
                found.values[word.partition("=")[0]] = word.partition("=")[2]
        else:
            found.before.append(word)
    return sub, found


def apply_git(ledger: Ledger, command: Simple, where: Where, piped: Simple | None) -> None:
    """Nothing; what the command did to known changes is in the ledger. ``piped`` is what feeds it."""
    sub, words = sorted_words(command)
    if (act := ACTS.get(sub)) is not None:
        act(ledger, words, where)
    elif sub == "apply":
        apply_patch(ledger, words, where, piped)
    elif sub == "show" and command.target and not command.appends:
        show_to_file(ledger, words, where, posixpath.join(command.folder, command.target))
    elif sub in {"pull", "rebase", "merge", "cherry-pick", "am"}:
        ledger.branch_since = len(ledger.commits)


def add(ledger: Ledger, words: Words, _: Where) -> None:
    """``git add``: what it names is in the index, also by ``-A``."""
    named = words.paths([*words.before, *(words.after or ())])
    for held in ledger.loose(None if words.has("-A", "--all", "-u") else named):
        held.staged = held.staged or not (words.has("-u") and held.work.created)


def commit(ledger: Ledger, words: Words, where: Where) -> None:
    """``git commit``: what is staged; with ``-a`` every known file; where nothing was seen staged, all there is."""
    if words.has("--dry-run") or "nothing to commit" in where.output or "no changes added" in where.output:
        return
    loose = ledger.loose()
    chosen = [held for held in loose if held.staged]
    named = words.paths([*words.before, *(words.after or ())])
    if words.has("-a", "--all"):
        chosen += [held for held in loose if not held.staged and not held.untracked]
    elif named:
        chosen = ledger.loose(named)
    ledger.committed(where.hash, where.call, where.place, chosen or loose)


def revert(ledger: Ledger, words: Words, where: Where) -> None:
    """``git revert``: the changes of the commits that it names, where the log made them."""
    for revision in words.before:
        start, dots, end = revision.partition("..")
        if dots:
            places = [place for place in ledger.after(start) or () if place <= (ledger.commit_of(end or "HEAD") or -1)]
        else:
            place = ledger.commit_of(start)
            places = [] if place is None else [place]
        undo_commits(ledger, places, "git-revert", where)


def undo_commits(ledger: Ledger, places: Sequence[int], why: str, where: Where) -> None:
    """Nothing; what these commits hold is gone."""
    chosen = ledger.committed_in(places)
    for place in places:
        ledger.commits[place].taken_back = True
    ledger.take_back(where.call, where.place, why, SURE, chosen)


def reset(ledger: Ledger, words: Words, where: Where) -> None:
    """``git reset``: ``--hard`` takes changes of known files and later commits; the rest only moves them."""
    revision = words.before[0] if words.before and words.after is None else "HEAD"
    places = ledger.after(revision)
    if words.has("-p", "--patch"):
        return
    if words.has("--hard"):
        reset_hard(ledger, places, where)
    elif words.after is not None or places is None or len(words.before) > 1:
        unstage(ledger, words.paths([*words.before, *(words.after or ())]))
    else:
        ledger.uncommit(places, staged=words.has("--soft"))
        if not words.has("--soft"):
            unstage(ledger, None)


def reset_hard(ledger: Ledger, places: Sequence[int] | None, where: Where) -> None:
    """Nothing; known files are as they were in a commit. Where the log does not know it, only loose changes went."""
    chosen = [held for held in ledger.loose() if not held.untracked]
    if places is None:
        ledger.branch_since = len(ledger.commits)
    else:
        for place in places:
            ledger.commits[place].taken_back = True
        chosen += ledger.committed_in(places)
    ledger.take_back(where.call, where.place, "git-reset", SURE, chosen)


def unstage(ledger: Ledger, paths: Sequence[str] | None) -> None:
    """Nothing; the index is as it was, and the files are as they are."""
    for held in ledger.loose(paths):
        held.staged = False


def put_back(ledger: Ledger, paths: Sequence[str], revision: str | None, why: str, where: Where) -> None:
    """Nothing; the named files are as they were in the index (no revision) or in a revision."""
    if revision is None:
        chosen = [held for held in ledger.loose(paths) if not held.staged and not held.untracked]
    else:
        chosen = [held for held in ledger.loose(paths) if not held.untracked]
        chosen += ledger.committed_in(ledger.after(revision) or (), paths)
    ledger.take_back(where.call, where.place, why, SURE, chosen)


def restore(ledger: Ledger, words: Words, where: Where) -> None:
    """``git restore``: not the index alone."""
    if words.has("-p", "--patch", "--ours", "--theirs", "-m") or (
        words.has("-S", "--staged") and not words.has("-W", "--worktree")
    ):
        if words.has("-S", "--staged"):
            unstage(ledger, words.paths([*words.before, *(words.after or ())]))
        return
    revision = words.values.get("-s") or words.values.get("--source")
    if revision is None and words.has("-S", "--staged"):
        revision = "HEAD"
    put_back(ledger, words.paths([*words.before, *(words.after or ())]), revision, "git-restore", where)


def checkout(ledger: Ledger, words: Words, where: Where) -> None:
    """``git checkout`` of files; of a branch only with ``--force``."""
    if words.has("-p", "--patch", "--ours", "--theirs", "-m", "--merge") or "Updated 0 paths" in where.output:
        return
    if words.after is not None and words.after:
        put_back(ledger, words.paths(words.after), words.before[0] if words.before else None, "git-checkout", where)
    elif words.has("-b", "-B", "--orphan", "--detach", "-t", "--track") or not words.before:
        switched(ledger, words, where)
    elif all(is_path(ledger, word) for word in words.paths(words.before)):
        put_back(ledger, words.paths(words.before), None, "git-checkout", where)
    elif len(words.before) > 1 and all(is_path(ledger, word) for word in words.paths(words.before[1:])):
        put_back(ledger, words.paths(words.before[1:]), words.before[0], "git-checkout", where)
    else:
        switched(ledger, words, where)


def is_path(ledger: Ledger, word: str) -> bool:
    """Whether a word means files: it names one that was changed, or all."""
    return word == "." or any(names(word, path) for path in ledger.paths)


def switched(ledger: Ledger, words: Words, where: Where) -> None:
    """Nothing; another branch is out, and what was loose is kept or, forced, gone."""
    if not words.has("-b", "-B", "-c", "-C", "--create"):
        ledger.branch_since = len(ledger.commits)
    if words.has("-f", "--force", "--discard-changes"):
        chosen = [held for held in ledger.loose() if not held.untracked]
        ledger.take_back(where.call, where.place, "git-checkout", SURE, chosen)


def stash(ledger: Ledger, words: Words, where: Where) -> None:
    """``git stash``: taken away until popped; what was never popped is judged at the end of the log."""
    verb = words.before[0] if words.before else "push"
    if "No local changes" in where.output or "No stash entries" in where.output or words.has("-p", "--patch"):
        return
    if verb in {"push", "save"}:
        paths = words.paths([*(words.before[1:] if verb == "push" else ()), *(words.after or ())])
        new = words.has("-u", "--include-untracked", "-a", "--all")
        keep = words.has("-k", "--keep-index")
        number = len(ledger.stashed_by)
        ledger.stashed_by[number] = where.call
        ledger.at[where.call] = where.place
        ledger.stashes.append(number)
        for held in ledger.loose(paths or None):
            if (new or not held.untracked) and not (keep and held.staged):
                held.stash = number
    elif verb in {"pop", "apply", "branch", "drop"}:
        unstash(ledger, words, where, verb)
    elif verb == "clear":
        ledger.stashes.clear()


def unstash(ledger: Ledger, words: Words, where: Where, verb: str) -> None:
    """Nothing; the stash's changes are back, or, dropped, gone for good."""
    place = "".join(letter for letter in words.before[-1] if letter.isdigit()) if len(words.before) > 1 else "0"
    back = int(place or 0)
    if back >= len(ledger.stashes):
        return
    number = ledger.stashes[-1 - back]
    if verb == "apply":
        for held in ledger.open:
            held.stash = None if held.stash == number else held.stash
        return
    ledger.stashes.remove(number)
    chosen = [held for held in ledger.open if held.stash == number and not held.gone]
    if verb == "drop":
        ledger.take_back(ledger.stashed_by[number], ledger.at[ledger.stashed_by[number]], "git-stash", SURE, chosen)
        return
    if "CONFLICT" in where.output:
        ledger.stashes.append(number)  # git keeps it
    for held in chosen:
        held.stash = None


def end_of_log(ledger: Ledger) -> None:
    """Nothing; what is still stashed is taken for taken back: it is not where the work was."""
    for number, call in ledger.stashed_by.items():
        chosen = [held for held in ledger.open if held.stash == number]
        ledger.take_back(call, ledger.at[call], "git-stash", LIKELY, chosen)


def clean(ledger: Ledger, words: Words, where: Where) -> None:
    """``git clean``: new files that git was never told of; without ``-d`` only those in no folder of their own."""
    if not words.has("-f", "--force") or words.has("-n", "--dry-run", "-i", "-X"):
        return
    paths = words.paths([*words.before, *(words.after or ())])
    chosen = [
        held
        for held in ledger.loose(paths or None)
        if held.untracked and (words.has("-d") or posixpath.dirname(held.work.path) in {"", *ledger.folders})
    ]
    ledger.take_back(where.call, where.place, "git-clean", SURE, chosen)


def remove(ledger: Ledger, words: Words, where: Where) -> None:
    """``git rm``: files that the session made."""
    if not words.has("--cached"):
        deleted(ledger, words.paths([*words.before, *(words.after or ())]), where)


def deleted(ledger: Ledger, paths: Sequence[str], where: Where) -> None:
    """Nothing; files that the session made and then deleted are gone, with all that was done to them."""
    paths = [path for path in paths if path not in {".", "..", "/", "*"}]
    chosen = ledger.created(paths)
    ledger.take_back(where.call, where.place, "deleted", SURE, chosen)


def apply_patch(ledger: Ledger, words: Words, where: Where, piped: Simple | None) -> None:
    """``git apply -R`` of what ``git diff`` or ``git show`` pipes into it."""
    if not words.has("-R", "--reverse") or words.has("--check", "--cached", "--stat") or piped is None:
        return
    if piped.program != "git":
        return
    sub, source = sorted_words(piped)
    if sub == "diff" and not source.has("--cached", "--staged"):
        revisions = [word for word in source.before if not is_path(ledger, posixpath.join(source.folder, word))]
        paths = source.paths([word for word in source.before if word not in revisions] + (source.after or []))
        if not revisions:
            put_back(ledger, paths or ["."], None, "git-apply", where)
        elif len(revisions) == 1 and ".." not in revisions[0]:
            put_back(ledger, paths or ["."], revisions[0], "git-apply", where)
    elif sub == "show" and len(source.before) == 1 and source.after is None:
        place = ledger.commit_of(source.before[0])
        undo_commits(ledger, [] if place is None else [place], "git-apply", where)


def show_to_file(ledger: Ledger, words: Words, where: Where, target: str) -> None:
    """``git show REV:FILE > FILE``."""
    if len(words.before) == 1 and ":" in words.before[0]:
        revision, _, path = words.before[0].partition(":")
        if names(path.removeprefix("./"), target) or names(target, path):
            put_back(ledger, [target], revision or None, "git-show", where)


ACTS: dict[str, Callable[[Ledger, Words, Where], None]] = {
    "add": add,
    "stage": add,
    "commit": commit,
    "revert": revert,
    "reset": reset,
    "restore": restore,
    "checkout": checkout,
    "switch": switched,
    "stash": stash,
    "clean": clean,
    "rm": remove,
}
"""What each subcommand does to the ledger."""
