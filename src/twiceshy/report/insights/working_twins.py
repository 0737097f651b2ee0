"""Which command does the job of one that is not there? One for the same purpose that gave an answer soon after.

It must have done so in more of the sessions than not. A step that only looks is for no purpose, and so is no twin.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.facts.shell.command_forms import read_forms
from twiceshy.records.attempts import AttemptEnd
from twiceshy.report.insights.call_shapes import list_next_calls
from twiceshy.report.insights.project_history import Place, ProjectHistory
from twiceshy.report.project_facts.form_uses import list_uses

_SOON_CALLS = 8
"""Calls after a miss in which what does the job is looked for. Guess of 2026-11-22."""
_MORE_OFTEN = 0.5
"""Share of the sessions with a miss in which a twin did the job, above which it is told. Guess of 2026-11-22."""


class WorkingTwin(NamedTuple):
    """A command that did the job of another one."""

    text: str
    sessions: int
    """Of those in which the other one failed."""


def find_working_twin(history: ProjectHistory, places: Sequence[Place], program: str = "") -> WorkingTwin | None:
    """Return the form that did the same job soon after, at most of the places; None where there is none.

    ``program``: what is not there; the same form typed without it is a twin too.
    """
    did: dict[str, set[int]] = defaultdict(set)
    for place in places:
        for text in _list_stand_ins(history, place, program):
            did[text].add(place.session)
    if not did:
        return None
    text, where = max(did.items(), key=lambda one: (len(one[1]), one[0]))
    often = len(where) > _MORE_OFTEN * len({place.session for place in places})
    return WorkingTwin(text, len(where)) if often else None


def _list_stand_ins(history: ProjectHistory, place: Place, program: str) -> set[str]:
    """Return the forms for the same purpose that gave an answer soon after."""
    mine = read_forms(history.at(place).command, "")
    kinds, keys = {form.kind for form in mine}, {form.key for form in mine}
    later = [one for _, one in list_next_calls(history, place, _SOON_CALLS) if one.action == "run"]
    return {
        form.text
        for one in later
        if one.end is AttemptEnd.WORKED or one.checks
        for form in read_forms(one.command, one.folder)
        if form.kind in kinds and not form.folder
        if form.key not in keys or (program and program not in one.command)
    }


def find_twin_call(history: ProjectHistory, place: Place, twin: WorkingTwin | None) -> int | None:
    """Return the index of the call that did the job soon after; None where none did."""
    if twin is None:
        return None
    for index, one in list_next_calls(history, place, _SOON_CALLS):
        if one.action == "run" and any(form.text == twin.text for form in read_forms(one.command, one.folder)):
            return index
    return None


def count_uses(history: ProjectHistory, twin: WorkingTwin, program: str = "") -> tuple[int, int]:
    """Return how often a form was used in the project, without what is not there, and how often it gave an answer."""
    word = twin.text.split()[-1]
    sessions = (
        one._replace(
            attempts=tuple(
                call for call in one.attempts if word in call.command and not (program and program in call.command)
            )
        )
        for one in history.sessions
    )
    found = Counter(one.worked for one in list_uses(sessions) if one.form.text == twin.text)
    return found[True] + found[False], found[True]
