"""How often did each form of calling a tool work? A run that gave an answer has worked, whatever the answer was.

A red test run is a working test command. ``command not found``, an unknown option, a missing module or configuration
are not. Where a line holds several commands and failed without a word of the tool, it is not known which of them
failed; then it is not counted.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from twiceshy.facts.calls.never_began import never_began
from twiceshy.facts.shell.command_forms import CommandForm, read_forms
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind

_UNKNOWN_WORD = re.compile(r"(?i:unrecogni[sz]ed|unknown) (?:sub)?command:? ['\"`]([\w./-]+)")
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
    worked: bool
    green: bool | None
    """What it answered; None where that is not known."""
    seconds: float | None
    """Of a call that did nothing else."""
    order: tuple[float, int]
    """By which uses are put in order: the session's first moment, and the place in the session."""


def list_uses(sessions: Iterable[SessionAttempts]) -> Iterator[FormUse]:
    """Yield each use of a form of which it is known whether it began its work, session by session."""
    for session in sessions:
        for place, attempt in enumerate(session.attempts):
            if attempt.action == "run" and attempt.command:
                yield from _read_uses(attempt, session, place)


def _read_uses(attempt: CallAttempt, session: SessionAttempts, place: int) -> Iterator[FormUse]:
    """Yield the uses of one call."""
    folder = find_folder(attempt.folder, session.project)
    if folder is None or attempt.end in {AttemptEnd.REFUSED, AttemptEnd.STOPPED}:
        return
    for form in dict.fromkeys(read_forms(attempt.command, folder)):
        worked = _find_answer(form, attempt)
        if worked is not None:
            yield FormUse(
                form=form,
                session=session.session,
                call=attempt.uid,
                at=attempt.at,
                worked=worked,
                green=_find_colour(form, attempt),
                seconds=attempt.seconds if form.alone else None,
                order=(session.first_at or 0.0, place),
            )


def _find_colour(form: CommandForm, attempt: CallAttempt) -> bool | None:
    """Tell whether all checks of the form's kind were green; None where none was read."""
    greens = [one.green for one in attempt.checks if one.kind == _KINDS_IN_CHECKS.get(form.kind)]
    return all(greens) if greens else None


def find_folder(folder: str, identity: str) -> str | None:
    """Return where below the project a command ran; None where that is not known, or elsewhere.

    >>> find_folder("/home/ann/shop/web", "folder:/home/ann/shop"), find_folder("/tmp/x", "folder:/home/ann/shop")
    ('web', None)
    """
    if not folder.startswith(("/", "~")):
        return None if folder.startswith("..") else folder
    kind, _, root = identity.partition(":")
    if kind != "folder" or not root:
        return None
    if folder == root:
        return ""
    return folder[len(root) + 1 :] if folder.startswith(f"{root}/") else None


def _is_unreached(form: CommandForm, attempt: CallAttempt) -> bool:
    """Tell whether a wrapper before the form did not know its first word."""
    found = _UNKNOWN_WORD.search(attempt.message)
    return found is not None and found[1] == form.text.split()[0]


def _find_answer(form: CommandForm, attempt: CallAttempt) -> bool | None:
    """Tell whether a form gave an answer in this call; None where that is not known."""
    if never_began(attempt):
        return False if form.alone and not _is_unreached(form, attempt) else None
    if any(one.kind == _KINDS_IN_CHECKS.get(form.kind) for one in attempt.checks):
        return True
    if attempt.end is AttemptEnd.WORKED:
        return True
    return False if attempt.end is AttemptEnd.FAILED and form.alone and not attempt.checks else None
