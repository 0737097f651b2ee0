"""What did an agent try after a command failed, and did one of these tries get over it?

A way out is another form of the command that worked, or a step after which the same call worked. Where the agent edited
something in between, the edit may have done it, so nothing else is credited. Looks, checks and steps that throw work
away are no ways out, whatever came after them. The session's own text decides, one failure at a time.

Another form of a test, lint, type or build call has worked only where its output gave a verdict: a call that ends with
0 without a word may have checked nothing, and would be the easiest way to make tests green.
"""

import re
from bisect import bisect_left
from collections.abc import Collection, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from twiceshy.commands.calls.call_kinds import (
    find_next_calls,
    find_own_scripts,
    is_look,
    is_success_of,
    is_trifle,
    runs_own_script,
)
from twiceshy.commands.calls.call_status import never_began
from twiceshy.commands.shell import programs
from twiceshy.commands.shell.command_forms import read_forms
from twiceshy.commands.shell.command_heads import name_command, strip_assignments, unquote
from twiceshy.commands.shell.head_reader import read_rows
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.kept_knowledge import ProjectFactKind
from twiceshy.records.rules import FixKind

# Which commands does a line run, and how does one command differ from another that is there for the same purpose?
#
# A command is for the same purpose where it keeps what the failed one was about: its files and names. Another wrapper
# or program before them, other options, or the same file in another folder is another form; another file is another
# task.

LONGEST_READ = 300
"""Characters of a command line, defined by ``judgement.outcomes.session_attempts``: one that long may be cut."""
_MOST_CHANGES = 2
"""Places in which two forms of one command differ. Guess of 2026-11-22: more is another command."""
_LONGEST_LEAD, _LONGEST_CHANGE = 4, 4
"""Words of a wrapper or program, and of another change. Guess of 2026-11-22: ``uv run --extra dev`` has four."""
_LEAST_KEPT = 0.5
"""Share of the words behind the program that another form keeps. Guess of 2026-11-22."""
_SILENT = frozenset({"cd", "echo", "printf", "pwd", "sleep", "true", "set"})
"""Programs beside the work of a line."""
_TARGET = re.compile(r"[/:]|\.\w")
"""What only a word has that names a file, a test or an address."""
Words = tuple[str, ...]


class WordChange(NamedTuple):
    """One place in which another command differs."""

    removed: Words
    added: Words
    leads: bool
    """It stands before all that both have."""


def read_work(command: str) -> tuple[Words, ...]:
    """Return the commands of a line that do something, each as its words; empty where the line holds more than words.

    >>> read_work("cd web && CI=1 npm test 2>&1 | tail -20")
    (('CI=1', 'npm', 'test'),)
    """
    if len(command) >= LONGEST_READ or "<<" in command:
        return ()
    rows, inners = read_rows(command)
    if inners or any(outputs for _, _, outputs in rows):
        return ()
    found = []
    for operator, words, _ in rows:
        rest, _ = strip_assignments(words)
        head = name_command(rest)[0] if rest else ""
        if words and head not in _SILENT and not (operator == "|" and head in programs.FILTERS):
            found.append(tuple(words))
    return tuple(found)


def find_changes(failed: Words, other: Words, said: Collection[str]) -> tuple[WordChange, ...]:
    """Return where another command for the same purpose differs; empty where it is none, or the same.

    ``said``: what the error names.

    >>> find_changes(("rtk", "npm", "test"), ("npm", "test"), ())
    (WordChange(removed=('rtk',), added=(), leads=True),)
    >>> find_changes(("pytest", "a.py"), ("pytest", "b.py"), ())
    ()
    """
    steps = SequenceMatcher(None, failed, other, autojunk=False).get_opcodes()
    kept = sum(end - start for name, start, end, _, _ in steps if name == "equal")
    changes = [
        WordChange(failed[start:end], other[begin:stop], leads=start == begin == 0)
        for name, start, end, begin, stop in steps
        if name != "equal"
    ]
    lead = len(changes[0].removed) if changes and changes[0].leads else 0
    if not kept or len(changes) > _MOST_CHANGES or kept < _LEAST_KEPT * (len(failed) - lead):
        return ()
    return tuple(changes) if all(_keeps_purpose(one, said) for one in changes) else ()


def _keeps_purpose(change: WordChange, said: Collection[str]) -> bool:
    """Tell whether what the command is about is still the same."""
    if change.leads:
        return max(len(change.removed), len(change.added)) <= _LONGEST_LEAD
    if max(len(change.removed), len(change.added)) > _LONGEST_CHANGE:
        return False
    removed, added = _list_targets(change.removed), _list_targets(change.added)
    if removed:
        pairs = zip(removed, added, strict=False)
        return len(removed) == len(added) and all(is_same_name(*pair) or unquote(pair[1]) in said for pair in pairs)
    return not any(_TARGET.search(word) and unquote(word) not in said for word in added)


def _list_targets(words: Sequence[str]) -> list[str]:
    """Return the words that are neither options nor what an option among them takes."""
    return [
        word
        for place, word in enumerate(words)
        if not word.startswith("-") and not (place and words[place - 1].startswith("-"))
    ]


def is_same_name(one: str, other: str) -> bool:
    """Tell whether two paths end in the same name."""
    return one.rstrip("/").rpartition("/")[2] == other.rstrip("/").rpartition("/")[2]


def find_moved_path(change: WordChange) -> tuple[str, str] | None:
    """Return what is different about a file that lies elsewhere, by its folders; None for any other change.

    >>> find_moved_path(WordChange(("pkg/test_a.py",), ("pkg/tests/test_a.py",), leads=False))
    ('FOLDER/FILE', 'FOLDER/tests/FILE')
    """
    if len(change.removed) != 1 or len(change.added) != 1 or not is_same_name(change.removed[0], change.added[0]):
        return None
    (old, _, _), (new, _, _) = change.removed[0].rpartition("/"), change.added[0].rpartition("/")
    if old and new.startswith(f"{old}/"):
        return "FOLDER/FILE", f"FOLDER/{new[len(old) + 1 :]}/FILE"
    if old and new.endswith(f"/{old}") and not new.startswith("/"):
        return "FOLDER/FILE", f"{new[: -len(old) - 1]}/FOLDER/FILE"
    return None


_SOON_CALLS = 8
"""Calls after a failure within which it is got over. Guess of 2026-11-22."""
_CALLS_BEFORE = 5
"""Calls before a failure by which a session that was copied is known. Guess of 2026-11-22: none that were typed anew
were the same for so long."""
_PREPARING = frozenset({"mkdir", "touch", "export"})
"""Programs of the shell that may be what was missing."""
_UNDOING = frozenset({"git checkout", "git stash", "git restore", "git reset", "git revert", "git clean", "git switch"})
"""Steps that take work back: the call works again as it did before."""
_CHECKS = frozenset({ProjectFactKind.TEST, ProjectFactKind.LINT, ProjectFactKind.TYPES})
"""What changes nothing."""
_CHECK_KINDS = frozenset({*_CHECKS, ProjectFactKind.BUILD})
"""What answers with a verdict."""
_WRITES = re.compile(
    r"\b(?:sed|perl|awk|gawk)\b[^|;&]*\s-\w*i|(?<![\d&<=-])>>?\s*(?!/dev/null|&)[\w./~$\"'-]|\b(?:tee|patch)\b|<<"
)
"""What a line that may write a file has."""
_SETTINGS = re.compile(
    r"(?:.*/)?(?:[\w.-]+\.(?:toml|ya?ml|ini|cfg|json|jsonc|conf|properties|env)|\.[\w.-]+rc(?:\.\w+)?|[\w.-]*config\.\w+"
    r"|Dockerfile|Makefile|justfile|\.env[\w.]*|\.gitignore|\.gitattributes)\Z"
)
_BRANCH = re.compile(r"\bgit (?:checkout -[bB]|switch -[cC]|branch -[mM]) ([\w./-]+)")


class Way(NamedTuple):
    """One try to get over a failure."""

    kind: FixKind
    words: Words
    """Of a command, a path, or what was added or left out."""
    replaced: Words
    """Of ``FixKind.IN_PLACE`` what stood there before."""
    known: frozenset[str]
    """What the failed command, its error and the branch name: the same words in another call are others."""
    worked: bool
    call: bytes
    line: str
    """All of the command."""


class Episode(NamedTuple):
    """One failed command, and what came of it soon."""

    session: bytes
    project: str
    copy: object
    """Equal for the same failure in copies of one session."""
    failed: bytes
    fingerprint: bytes
    head: str
    """At most two words."""
    row: Words
    """The command that failed, where the line runs only one."""
    ways: tuple[Way, ...]
    solved: bool
    """The same call worked soon, whatever was done."""
    edited: bool
    """Something was edited before it worked, or in all the calls that were read."""


def list_episodes(session: SessionAttempts) -> Iterator[Episode]:
    """Yield each failure of a command of the project, in order."""
    own, branch = find_own_scripts([session]), ""
    prompts = [place for place, one in enumerate(session.attempts) if one.action == "prompt"]
    for number, one in enumerate(session.attempts):
        if one.action != "run":
            continue
        branch = found[1] if (found := _BRANCH.search(one.command)) else branch
        if rows := _read_failed(one):
            at = bisect_left(prompts, number)
            end = prompts[at] if at < len(prompts) else len(session.attempts)
            yield _make_episode(session, slice(number, end), rows, _Reader(one, rows, branch, own))


def _read_failed(one: CallAttempt) -> tuple[Words, ...]:
    """Return the commands of a line that failed with words; empty of any other, and of one that only looks."""
    failed = one.end is AttemptEnd.FAILED and bool(one.fingerprint) and bool(one.message) and not is_look(one)
    return read_work(one.command) if failed else ()


def _make_episode(session: SessionAttempts, part: slice, rows: Sequence[Words], reader: "_Reader") -> Episode:
    """Return a failure with what followed it; ``part``: from its index up to the next prompt."""
    number = part.start
    failed = session.attempts[number]
    for _, one in find_next_calls(session.attempts, number, _SOON_CALLS, part.stop):
        if reader.read(one):
            break
    before = session.attempts[max(0, number - _CALLS_BEFORE) : number + 1]
    return Episode(
        session=session.session,
        project=session.project,
        copy=tuple((one.action, one.command, one.path) for one in before) if len(before) > 3 else session.session,
        failed=failed.uid,
        fingerprint=failed.fingerprint,
        head=" ".join(failed.head.split()[:2]),
        row=rows[0] if len(rows) == 1 else (),
        ways=tuple(reader.ways),
        solved=reader.solved,
        edited=reader.edited,
    )


class _Reader:
    """Reads the calls after one failure, in order, until it is got over."""

    def __init__(self, failed: CallAttempt, rows: Sequence[Words], branch: str, own: frozenset[str]) -> None:
        self.failed, self.rows, self.own = failed, tuple(rows), own
        self.said = _list_said(failed.message, branch)
        self.known = self.said | {unquote(word) for row in rows for word in row[1:] if not word.startswith("-")}
        self.answered = bool(failed.checks) and not never_began(failed)
        self.checks = list_check_kinds(failed)
        self.ways: list[Way] = []
        self.steps: list[tuple[FixKind, Words, bytes]] = []
        self.edits: list[str] = []
        self.solved = self.edited = False

    def read(self, one: CallAttempt) -> bool:
        """Take the next call; return whether the failure is over with it."""
        if one.action in {"edit", "write"}:
            self.edits.append(one.path)
        if one.action == "run" and one.end is not AttemptEnd.FAILED and _WRITES.search(one.command):
            self.edits.append("")
        self.edited = self.edited or bool(self.edits)
        if one.action != "run" or is_look(one):
            return False
        rows = read_work(one.command)
        if not rows:
            self.solved = self._is_same_thing(one)
            return self.solved
        if rows[-len(self.rows) :] == self.rows:
            return self._read_same(one, rows[: -len(self.rows)])
        if self._read_form(one, rows):
            return True
        if self._is_same_thing(one):
            return self._close(one)
        if one.end is AttemptEnd.WORKED:
            self._note_steps(one, rows)
        return False

    def _is_same_thing(self, one: CallAttempt) -> bool:
        """Tell whether the same program and subcommand worked; a script of its own is another one each time."""
        ran = self._is_proof(one) or "test" not in self.checks  # `pytest --version` ran no test
        return ran and is_success_of(self.failed, one) and "<" not in one.head

    def _read_same(self, one: CallAttempt, before: Sequence[Words]) -> bool:
        """Take the same call again; what stands before it on its line is a step."""
        for row in before:
            self.steps.append((FixKind.STEP, row, one.uid))
        if one.end is AttemptEnd.WORKED:
            return self._close(one)
        if one.end is AttemptEnd.FAILED and one.fingerprint != self.failed.fingerprint:
            return True  # it is over, and what ends the next error is no way out of this one
        if one.end is AttemptEnd.FAILED:
            self._credit_steps(worked=False)
            self.steps, self.edits = [], []
        return False

    def _close(self, one: CallAttempt) -> bool:
        """Note that the same thing worked; what stood before tests is credited only where they spoke.

        Of a linter, a compiler or a build that failed before, the status of the same call is an answer.
        """
        if self._is_proof(one) or "test" not in self.checks:
            self._credit_steps(worked=True)
        self.solved = True
        return True

    def _is_proof(self, one: CallAttempt) -> bool:
        """Tell whether a call that worked did what the failed one was for: of a check, that it gave a verdict."""
        return not self.checks or any(check.said and check.kind in self.checks for check in one.checks)

    def _credit_steps(self, *, worked: bool) -> None:
        """Note what was done since the last try, and how the try went."""
        if not self.edits:
            self.ways += [Way(kind, row, (), self.known, worked, call, " ".join(row)) for kind, row, call in self.steps]
        elif (
            len(set(self.edits)) == 1
            and not self.steps
            and not self.answered  # settings that make a check green may have switched it off
            and _SETTINGS.match(self.edits[0])
        ):
            self.ways.append(Way(FixKind.EDIT, (self.edits[0],), (), frozenset(), worked, self.failed.uid, ""))

    def _read_form(self, one: CallAttempt, rows: Sequence[Words]) -> bool:
        """Take another form of the call; return whether it worked.

        Where a check never began, a red answer is one too, and no edit is what made it begin.
        """
        if self.answered or one.end not in {AttemptEnd.WORKED, AttemptEnd.FAILED}:
            return False
        worked = self._is_proof(one) and (
            one.end is AttemptEnd.WORKED or (bool(self.checks) and never_began(self.failed))
        )
        if one.end is AttemptEnd.WORKED and not worked:
            return False
        for failed, other in () if self.edits else self._pair_rows(rows):
            if changes := find_changes(failed, other, self.said):
                self._note_form(changes, other, one.uid, worked=worked)
                return worked
        return worked and never_began(self.failed) and self._note_twins(one)

    def _pair_rows(self, rows: Sequence[Words]) -> list[tuple[Words, Words]]:
        """Return the commands of both lines that may be forms of each other."""
        if len(rows) == len(self.rows):
            pairs = [pair for pair in zip(self.rows, rows, strict=True) if pair[0] != pair[1]]
            return pairs if len(pairs) == 1 else []
        return [(self.rows[0], row) for row in rows] if len(self.rows) == 1 else []

    def _note_form(self, changes: Sequence[WordChange], other: Words, call: bytes, *, worked: bool) -> None:
        """Note the whole of another form, and what is different about it."""
        line = " ".join(other)
        self.ways.append(Way(FixKind.FORM, other, (), self.known, worked, call, line))
        if len(changes) != 1:
            return
        (only,) = changes
        if moved := find_moved_path(only):
            self.ways.append(Way(FixKind.IN_PLACE, moved[1:], moved[:1], frozenset(), worked, call, line))
        kind = FixKind.IN_PLACE if only.removed and only.added else FixKind.WITH if only.added else FixKind.WITHOUT
        replaced = only.removed if kind is FixKind.IN_PLACE else ()
        self.ways.append(Way(kind, only.added or only.removed, replaced, self.said, worked, call, line))

    def _note_twins(self, one: CallAttempt) -> bool:
        """Note the project's forms for the same purpose; return whether there is one."""
        mine = read_forms(self.failed.command, "")
        kinds, keys = {form.kind for form in mine}, {form.key for form in mine}
        twins = [
            form
            for form in read_forms(one.command, one.folder)
            if form.kind in kinds and form.key not in keys and not form.folder
        ]
        self.ways += [
            Way(FixKind.FORM, tuple(form.text.split()), (), frozenset(), worked=True, call=one.uid, line=form.text)
            for form in twins
        ]
        return bool(twins)

    def _note_steps(self, one: CallAttempt, rows: Sequence[Words]) -> None:
        """Note a command that worked and may have been what was missing."""
        kinds = {form.kind for form in read_forms(one.command, "")}
        idle = is_trifle(one) and one.head not in _PREPARING
        if one.head in _UNDOING or runs_own_script(one, self.own):
            self.edits.append("")
        elif not idle and (ProjectFactKind.FORMAT in kinds or not (kinds & _CHECKS or one.checks)):
            self.steps += [(FixKind.STEP, row, one.uid) for row in rows if row not in self.rows]


def list_check_kinds(call: CallAttempt) -> frozenset[str]:
    """Return what a call checks, as ``AttemptCheck.kind`` names it; empty of a call that is no check.

    By its own verdicts, else by what it is for.
    """
    read = {check.kind for check in call.checks} or {
        str(form.kind) for form in read_forms(call.command, "") if form.kind in _CHECK_KINDS
    }
    return frozenset(read)


def _list_said(message: str, branch: str) -> frozenset[str]:
    """Return the words of an error, and the branch."""
    words = {word.strip("'\"`.,:;()[]") for word in message.split()} | {branch}
    return frozenset(word for word in words if len(word) > 1)
