"""How often did each form of calling a tool work? A run that gave an answer has worked, whatever the answer was.

A red test run is a working test command. ``command not found``, an unknown option, a missing module or configuration
are not. Where a line holds several commands and failed without a word of the tool, it is not known which of them
failed; then it is not counted.
"""

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.report.project_facts.command_forms import CommandForm, read_forms

_NEVER_BEGAN = re.compile(
    r"command not found|: not found\Z|not recognized as an internal|No such file or directory: '?[\w./-]+'?\Z"
    r"|: No such file or directory\Z|no such file or directory: [\w./-]+\Z|can't open file|Permission denied\Z"
    r"|unrecogni[sz]ed (?:arguments?|option|subcommand|command)"
    r"|[Uu]nknown (?:command|option|argument|flag|task|shorthand)"
    r"|no such (?:option|command|task|subcommand)|invalid (?:choice|option)|flag provided but not defined"
    r"|(?i:missing script|script not found|no tasks? \S+ found|no rule to make target)|\A[Uu]sage:"
    r"|No module named '?(?:pytest|mypy|ruff|flake8|black|tox|nox|django\.test|unittest|xdist)\b"
    r"|could not determine executable|module is not installed|config(?:uration)? (?:file )?(?:was )?not found"
    r"|No configuration file|(?:file or directory|path) not found|go\.mod file not found|no Go files in"
    r"|Could not find (?:a )?(?:package\.json|pyproject|Cargo\.toml)|could not find `Cargo\.toml`|not trusted"
)
"""The line that says what is wrong, where the program did not begin its work."""
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


def never_began(attempt: CallAttempt) -> bool:
    """Tell whether a failed call did not begin its work: its message says so."""
    return attempt.end is AttemptEnd.FAILED and _NEVER_BEGAN.search(attempt.message) is not None


def _find_answer(form: CommandForm, attempt: CallAttempt) -> bool | None:
    """Tell whether a form gave an answer in this call; None where that is not known."""
    if never_began(attempt):
        return False if form.alone else None
    if any(one.kind == _KINDS_IN_CHECKS.get(form.kind) for one in attempt.checks):
        return True
    if attempt.end is AttemptEnd.WORKED:
        return True
    return False if attempt.end is AttemptEnd.FAILED and form.alone and not attempt.checks else None
