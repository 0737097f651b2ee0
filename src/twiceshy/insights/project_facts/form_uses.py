"""How often did each form of calling a tool begin its work, in which folder, and was its answer green or red?

A red test run is a test command that begins. ``command not found``, an unknown option, a missing module or
configuration are not. Where a line holds several commands and failed without a word of the tool, it is not known
which of them failed; then it is not counted.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.calls.never_began import never_began
from twiceshy.commands.keys.folder_spelling import find_below
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.keys.work_trees import find_main_folder
from twiceshy.commands.shell.command_forms import CommandForm, read_forms
from twiceshy.records.attempts import UNKNOWN_FOLDER, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind

_UNKNOWN_WORD = re.compile(r"(?i:unrecogni[sz]ed|unknown) (?:sub)?command:? ['\"`]([\w./-]+)")
_NO_FOLDER = re.compile(r"\bcd(?::\d+)?: |\Acd: ")
"""What a shell says where it could not change to a folder, so that nothing behind it ran."""
_KINDS_IN_CHECKS = {
    ProjectFactKind.TEST: "test",
    ProjectFactKind.LINT: "lint",
    ProjectFactKind.BUILD: "build",
    ProjectFactKind.TYPES: "types",
    ProjectFactKind.FORMAT: "lint",
}


class FormUse(NamedTuple):
    """One call in a form."""

    form: CommandForm
    session: bytes
    call: bytes
    at: float | None
    began: bool
    green: bool | None
    """What it answered; None where that is not known, or it has no such answer."""
    seconds: float | None
    """Of a call that did nothing else."""
    order: tuple[float, int]
    """By which uses are put in order: the session's first moment, and the place in the session."""


def list_uses(sessions: Iterable[SessionAttempts]) -> Iterator[FormUse]:
    """Yield each use of a form of which it is known whether it began its work, session by session."""
    listed = list(sessions)
    roots = find_roots(listed)
    for session in listed:
        for place, attempt in enumerate(session.attempts):
            if attempt.action == "run" and attempt.command:
                yield from _read_uses(attempt, session, place, roots[session.session])


def _read_uses(attempt: CallAttempt, session: SessionAttempts, place: int, root: str) -> Iterator[FormUse]:
    """Yield the uses of one call."""
    folder = find_folder(attempt.folder, session.cwd, root)
    if folder is None or attempt.end in {AttemptEnd.REFUSED, AttemptEnd.STOPPED}:
        return
    forms = dict.fromkeys(read_forms(attempt.command, folder))
    for form in forms:
        began = _find_answer(form, attempt)
        if began is not None:
            yield FormUse(
                form=form,
                session=session.session,
                call=attempt.uid,
                at=attempt.at,
                began=began,
                green=_find_colour(form, attempt, alone=sum(one.kind is form.kind for one in forms) == 1),
                seconds=attempt.seconds if form.alone else None,
                order=(session.first_at or 0.0, place),
            )


def _find_colour(form: CommandForm, attempt: CallAttempt, *, alone: bool) -> bool | None:
    """Tell whether a form's check was green; None where none was read, or another of its kind may have been red."""
    greens = [one.green for one in attempt.checks if one.kind == _KINDS_IN_CHECKS.get(form.kind)]
    if form.kind is ProjectFactKind.FORMAT or not greens:
        return None
    return all(greens) if alone or all(greens) else None


def find_roots(sessions: Sequence[SessionAttempts]) -> dict[bytes, str]:
    """Return, by session, the project's own folder above the one that the session began in; empty: not known.

    A project that is known by its remote has no folder in its name: then the topmost folder of its sessions counts,
    as an agent is started in a part of a project too. A work tree below another has a folder of its own.
    """
    folders: dict[str, set[str]] = {}
    for session in sessions:
        folders.setdefault(session.project, set()).add(session.cwd)
    return {session.session: _find_root(session, folders[session.project]) for session in sessions}


def _find_root(session: SessionAttempts, folders: Iterable[str]) -> str:
    """Return the project's folder around a session's own, or the work tree's where it began in one."""
    kind, _, root = session.project.partition(":")
    main = find_main_folder(session.cwd)
    if kind == "folder" and root and main is None and find_below(session.cwd or root, root) is not None:
        return root
    same = (one for one in folders if one and find_main_folder(one) == main)
    above = [one for one in same if (below := find_below(session.cwd, one)) is not None and "worktree" not in below]
    return min(above, key=len, default=session.cwd)


def find_folder(folder: str, cwd: str, root: str) -> str | None:
    """Return where below the project a command ran; None where that is not known, or elsewhere.

    Args:
        folder: of the attempt, relative to ``cwd``, or absolute.
        cwd: in which the session began.
        root: the project's own folder.

    >>> find_folder("web", "/w/shop", "/w/shop"), find_folder("/tmp/x", "/w/shop", "/w/shop")
    ('web', None)
    """
    if folder == UNKNOWN_FOLDER or folder.startswith(("~", "..")):
        return None
    if not cwd and not root:
        return None if folder.startswith("/") else folder
    return find_below(make_absolute(folder, cwd or root) if folder else cwd or root, root or cwd)


def _is_unreached(form: CommandForm, attempt: CallAttempt) -> bool:
    """Tell whether a wrapper before the form did not know its first word."""
    found = _UNKNOWN_WORD.search(attempt.message)
    return found is not None and found[1] == form.text.split()[0]


def _find_answer(form: CommandForm, attempt: CallAttempt) -> bool | None:
    """Tell whether a form began its work in this call; None where that is not known."""
    if _NO_FOLDER.search(attempt.message):
        return None
    if never_began(attempt):
        return False if form.alone and not _is_unreached(form, attempt) else None
    if any(one.kind == _KINDS_IN_CHECKS.get(form.kind) for one in attempt.checks):
        return True
    if attempt.end is AttemptEnd.WORKED:
        return True
    return False if attempt.end is AttemptEnd.FAILED and form.alone and not attempt.checks else None
