"""How are tests, lint, build, types, run and format called here? One fact for each form that begins and is in use.

A form has several spellings (``python`` and ``python3``, with and without an option that stays). Which form is in use
is counted over all of them; what is told is one spelling, in the folder where it was typed, with the counts of just
that command, and never one that failed where another worked.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.calls.call_status import never_began
from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.keys.work_trees import find_below, find_main_folder
from twiceshy.commands.shell.command_forms import CommandForm, read_forms
from twiceshy.insights.project_facts.fact_words import PARTS, ProjectFactDraft, say_called
from twiceshy.records.attempts import UNKNOWN_FOLDER, AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.kept_knowledge import ProjectFactKind
from twiceshy.stats.intervals import quantile

# How often did each form of calling a tool begin its work, in which folder, and was its answer green or red?
#
# A red test run is a test command that begins. ``command not found``, an unknown option, a missing module or
# configuration are not. Where a line holds several commands and failed without a word of the tool, it is not known
# which of them failed; then it is not counted.

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


_FEWEST_RUNS, _FEWEST_SESSIONS = 2, 2
"""Times that a command began, and sessions in which it did. Guess of 2026-11-22: one session may try anything."""
_LEAST_SHARE = 0.5
"""Share of its newest uses that began. Guess of 2026-11-22."""
_NEWEST_USES = 10
"""Uses of a command that say whether it still begins. Guess of 2026-11-22: older ones may be of another setup."""
_NEWEST_SESSIONS = 20
"""Sessions with a call of the kind that say which forms are in use now. Guess of 2026-11-22: some weeks of work."""
_LEAST_IN_USE = 0.15
"""Share of these sessions that use a form, below which another has taken over. Guess of 2026-11-22."""
_MOST_FORMS = 3
"""Forms of one kind that are told. Guess of 2026-11-22: whole, quick and another part of the project."""


class _Form(NamedTuple):
    """One form in the spelling that is told, with the uses of that spelling, newest last."""

    kind: ProjectFactKind
    key: str
    uses: tuple[FormUse, ...]
    recent: int
    """Newest sessions of the kind that use the form in any spelling."""
    whole: int
    """Of these, those that call it for all of the project; 0 where it is told for a part."""


def find_called_commands(uses: Iterable[FormUse]) -> Iterator[ProjectFactDraft]:
    """Yield what is called for each kind, the form in most use first."""
    kinds: dict[ProjectFactKind, list[FormUse]] = {}
    for use in uses:
        kinds.setdefault(use.form.kind, []).append(use)
    for kind in ProjectFactKind:
        if kind in kinds:
            mine = sorted(kinds[kind], key=lambda use: use.order)
            forms = _rank_forms(kind, mine)
            yield from (_draft(form) for form in forms[:_MOST_FORMS])


def _rank_forms(kind: ProjectFactKind, uses: Sequence[FormUse]) -> list[_Form]:
    """Return the forms that begin and are in use, the one in most use first; whole runs before runs of a part."""
    newest = list(dict.fromkeys(use.session for use in reversed(uses)))[:_NEWEST_SESSIONS]
    groups: dict[str, list[FormUse]] = {}
    for use in uses:
        groups.setdefault(use.form.key, []).append(use)
    forms = [form for key, mine in groups.items() if (form := _make_form(kind, key, mine, {*newest}))]
    least = max(1, round(_LEAST_IN_USE * len(newest)))
    kept = [form for form in forms if form.recent >= least]
    return sorted(kept, key=lambda form: (-form.whole, -form.recent, -len(form.uses), form.key))


def _make_form(kind: ProjectFactKind, key: str, uses: Sequence[FormUse], newest: set[bytes]) -> _Form | None:
    """Return one form in its most used spelling; None where none is proved."""
    wholes = [use for use in uses if not use.form.narrowed]
    recent = {use.session for use in uses if use.began and use.session in newest}
    whole = {use.session for use in wholes if use.began and use.session in newest}
    if whole and (mine := _choose_spelling(wholes)):
        return _Form(kind, key, mine, len(recent), len(whole))
    parts = [use for use in uses if use.form.narrowed and not use.form.task]
    if kind in PARTS and (mine := _choose_spelling(parts)):
        return _Form(kind, key, mine, len(recent), 0)
    return None


def _choose_spelling(uses: Sequence[FormUse]) -> tuple[FormUse, ...]:
    """Return the uses of the spelling that began most often and still does; empty where none is proved."""
    spellings: dict[tuple[str, str, str], list[FormUse]] = {}
    for use in uses:
        spellings.setdefault((use.form.text, use.form.folder, use.form.tail), []).append(use)
    proved = [mine for mine in spellings.values() if _begins(mine)]
    if not proved:
        return ()
    most = max(proved, key=lambda mine: (sum(use.began for use in mine), mine[-1].order))
    return tuple(most)


def _begins(uses: Sequence[FormUse]) -> bool:
    """Tell whether a command began often enough, and still does; what was only ever red proves nothing."""
    runs = [use for use in uses if use.began]
    newest = uses[-_NEWEST_USES:]
    colours = {use.green for use in runs}
    return (
        (True in colours or False not in colours)
        and len(runs) >= _FEWEST_RUNS
        and len({use.session for use in runs}) >= _FEWEST_SESSIONS
        and sum(use.began for use in newest) >= _LEAST_SHARE * len(newest)
    )


def _draft(form: _Form) -> ProjectFactDraft:
    """Return the fact of one form."""
    runs = [use for use in form.uses if use.began]
    told = runs[-1].form
    seconds = sorted(use.seconds for use in runs if use.seconds is not None)
    return ProjectFactDraft(
        kind=form.kind,
        key=form.key,
        command=f"{told.text} {told.tail}".strip(),
        folder=told.folder,
        n=len(form.uses),
        runs=len(runs),
        green=sum(use.green is True for use in runs),
        red=sum(use.green is False for use in runs),
        sessions=len({use.session for use in runs}),
        median_s=quantile(seconds, 0.5) if seconds else None,
        cases=tuple((use.call, use.at) for use in reversed(form.uses)),
        proof=runs[-1].call,
        proof_at=runs[-1].at,
        part=not form.whole,
        say=say_called,
    )
