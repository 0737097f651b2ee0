"""What must come first? A command failed for something missing, a preparation ran, and then the same command worked.

Only that order proves it: without it failed, with it worked. An edit in between may have helped instead, so such a case
is none. A preparation is an install or a build, from a closed list; packages that it names are left out with it.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.shell.command_forms import CommandForm, read_forms
from twiceshy.commands.shell.head_reader import read_rows
from twiceshy.insights.project_facts.called_commands import find_folder
from twiceshy.insights.project_facts.fact_words import ProjectFactDraft
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.project_facts import ProjectFactKind
from twiceshy.stats.text.foreign_names import quote_command

_FEWEST_CASES, _FEWEST_SESSIONS = 2, 2
"""Guess of 2026-11-22: once may be a fresh copy of the project."""
_SOON = 12
"""Calls after a failure in which it is made good. Guess of 2026-11-22."""
_PREPARATION = re.compile(
    r"(?:(?:npm|pnpm|yarn|bun) (?:install|ci|i)|yarn|uv sync|poetry install|pdm install|bundle install|composer install"
    r"|go mod (?:tidy|download)|go generate(?: \./\.\.\.)?|mise install|(?:python -m )?pip install -e \.\S*"
    r"|(?:python -m )?pip install -r [\w./-]+\.txt|git submodule update --init(?: --recursive)?)\Z"
)
_LACKS = re.compile(
    r"command not found|: not found\Z|[Cc]annot find (?:module|package)|[Mm]odule not found|No module named"
    r"|Could not resolve|updates to go\.mod needed|missing go\.sum entry|has not been built|node_modules missing"
    r"|no such file or directory.*(?:dist|build|node_modules|target)/|[Rr]un `?[\w -]+`? first"
)
"""What a message says where something must be installed or built before."""
_EDITS = frozenset({"edit", "write"})


class _Repair(NamedTuple):
    """One time that a command worked after a preparation, and not before it."""

    preparation: str
    form: CommandForm
    failed: bytes
    at: float | None
    session: bytes


def find_needed_first(sessions: Iterable[SessionAttempts]) -> Iterator[ProjectFactDraft]:
    """Yield a draft for each preparation that was proved in two sessions."""
    groups: dict[str, list[_Repair]] = {}
    for session in sessions:
        for one in _find_repairs(session):
            groups.setdefault(one.preparation, []).append(one)
    for preparation, mine in groups.items():
        if len(mine) >= _FEWEST_CASES and len({one.session for one in mine}) >= _FEWEST_SESSIONS:
            yield _draft(preparation, mine)


def _find_repairs(session: SessionAttempts) -> Iterator[_Repair]:
    """Yield what a session proves."""
    for place, attempt in enumerate(session.attempts):
        if attempt.action != "run" or attempt.end is not AttemptEnd.FAILED or not _LACKS.search(attempt.message):
            continue
        forms = read_forms(attempt.command, find_folder(attempt.folder, session.cwd, session.cwd) or "")
        if len(forms) == 1:
            preparation = _find_preparation(session.attempts[place + 1 : place + 1 + _SOON], forms[0])
            if preparation:
                yield _Repair(preparation, forms[0], attempt.uid, attempt.at, session.session)


def _find_preparation(later: Sequence[CallAttempt], form: CommandForm) -> str:
    """Return the last preparation before the form works; empty where none is proved."""
    found = ""
    for attempt in later:
        if attempt.action in _EDITS:
            return ""
        if attempt.action != "run" or attempt.end is not AttemptEnd.WORKED:
            continue
        found = _read_preparation(attempt.command, form) or found
        if any(one.text == form.text for one in read_forms(attempt.command, "")):
            return found
    return ""


def _read_preparation(command: str, form: CommandForm) -> str:
    """Return the last install or build in a line; empty where there is none."""
    found = ""
    for _, words, _ in read_rows(command)[0]:
        line = " ".join(words)
        if _PREPARATION.match(line):
            found = line
    if found or form.kind is ProjectFactKind.BUILD:
        return found
    builds = [one.text for one in read_forms(command, "") if one.kind is ProjectFactKind.BUILD and not one.narrowed]
    return builds[-1] if builds else ""


def _draft(preparation: str, repairs: Sequence[_Repair]) -> ProjectFactDraft:
    """Return the fact of one preparation."""
    newest = sorted(repairs, key=lambda one: one.at or 0.0, reverse=True)
    helped = Counter(one.form.text for one in repairs).most_common(1)[0][0]

    def say(draft: ProjectFactDraft) -> str:
        first, then = quote_command(draft.command), quote_command(helped)
        return f"{first} comes first: {then} failed without it and worked after it." if first and then else ""

    return ProjectFactDraft(
        kind=ProjectFactKind.FIRST,
        key=preparation,
        command=preparation,
        n=len(repairs),
        sessions=len({one.session for one in repairs}),
        cases=tuple((one.failed, one.at) for one in newest),
        proof=newest[0].failed,
        proof_at=newest[0].at,
        say=say,
    )
