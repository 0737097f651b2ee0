"""Open ends: what shows that a piece of work was not at its end when its log stops or the next one begins.

A commit or a green test proves what was done by then. Where the agent's own list still has items that nobody began,
where its last call has no result, where a subagent was sent off and nothing followed, or where the last words got no
answer, nobody can tell whether the work is done: its completion is unknown, whatever was green before.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.judgement.outcomes.turns import is_turn_start
from twiceshy.records.stories import Moment

_STATUS = re.compile(r'"status"\s*:\s*"(\w+)"')
_NUMBER = re.compile(r'"task_?[iI]d"\s*:\s*"?(\w+)')
_CREATED = re.compile(r"\bTask #(\w+) created\b")
_WAITING = frozenset({"pending", "not_started", "todo", "open"})
"""States of an item that nobody began. One in progress is often the step that the list itself does not follow."""

_SILENT = frozenset({"mode", "compaction"})
"""Marks that a client makes between a call and what follows."""
_SENT_OFF = re.compile(r"async agent launched|running in (?:the )?background", re.IGNORECASE)
_SUBMITS = re.compile(r"COMPLETE_TASK_AND_SUBMIT|^submit\b", re.MULTILINE)
"""The last command of agents that end their run by it: it never has a result."""


_BROKEN_OFF = re.compile(r"[,:;\u2014(]\s*\Z")
"""How a text ends that goes on: no sentence ends so."""
_PROMISES = re.compile(
    r"(?:\A|[.!:\n]\s*)(?:(?:now|next|first|then|ok(?:ay)?|alright|great)[,. ]+)?(?:let me (?!know)|i'm going to "
    r"|i(?:'ll| will) (?:now |start |begin )|now i(?:'ll| will| need to) )[^.!?\n]{3,200}[.\u2026]{0,3}\s*\Z",
    re.IGNORECASE,
)
"""Last words that announce the next act."""
_LAST_WORDS = 400
"""Characters of a reply's end that are looked at (guess, 2026-11-24)."""


class ToDoState(NamedTuple):
    """The agent's list after one change of it."""

    place: int
    """Index of the moment that changed it."""
    waiting: int
    """Items that nobody began."""


def trace_todos(moments: Sequence[Moment]) -> list[ToDoState]:
    """Return the state of the agent's list after each change, in order; of the main dialogue's list alone."""
    found: list[ToDoState] = []
    items: dict[str, bool] = {}
    for index, moment in enumerate(moments):
        step = moment.step
        if step.kind != "call" or step.action != "plan" or step.run is not None or step.failure is not None:
            continue
        if created := _CREATED.search(moment.text):
            items[created.group(1)] = True
        elif number := _NUMBER.search(moment.input):
            if status := _STATUS.search(moment.input):
                items[number.group(1)] = status.group(1) in _WAITING
        elif states := _STATUS.findall(moment.input):
            items = {str(place): state in _WAITING for place, state in enumerate(states)}
        else:
            continue
        found.append(ToDoState(index, sum(items.values())))
    return found


def find_open_end(moments: Sequence[Moment], start: int, end: int, todos: Sequence[ToDoState]) -> tuple[str, bytes]:
    """Return why the work of these moments is not known to be at its end, with the moment's uid.

    The slug is empty where nothing shows that. Only the last moments of a log can be unfinished; of the others a person
    saw the end.
    """
    mine = [state for state in todos if start <= state.place < end]
    if mine and mine[-1].waiting:
        return "open-todos", moments[mine[-1].place].step.uid
    if end < len(moments):
        return "", b""
    return _find_unfinished(moments, start, end)


def _find_unfinished(moments: Sequence[Moment], start: int, end: int) -> tuple[str, bytes]:
    """Return what the last moments of a log leave unfinished."""
    for moment in reversed(moments[start:end]):
        if moment.step.kind == "mark" and moment.step.name in _SILENT:
            continue
        if slug := _name_unfinished(moment):
            return slug, moment.step.uid
        if moment.step.kind != "prompt":  # a reply, a result, a stop: the work came to some end
            break
    return "", b""


def _name_unfinished(moment: Moment) -> str:
    """Return the slug of a last moment that nothing followed; empty where nothing had to."""
    if is_turn_start(moment) and moment.human:
        return "unanswered"
    if not is_running(moment):
        return ""
    return "running-subagent" if moment.step.action == "delegate" else "running-call"


def is_running(moment: Moment) -> bool:
    """Tell whether a call has no result yet, as far as the log goes."""
    step = moment.step
    if step.kind != "call" or step.failure is not None or _SUBMITS.search(moment.command):
        return False
    if step.action == "delegate" and _SENT_OFF.search(moment.text):
        return True
    return step.done_at is None and not moment.text and moment.exit_code is None and not moment.changed


def find_unkept_end(moments: Sequence[Moment], start: int, end: int) -> tuple[int, str]:
    """Return where, and how, work ended with nothing done about what was due; the slug is empty where it did not.

    A plan that was shown and not begun, words that break off, and a promise after which nothing came: what is so left
    at the end of a log was not completed there, whatever the agent meant to do.
    """
    if end < len(moments):
        return end, ""
    for place in range(end - 1, start - 1, -1):
        moment = moments[place]
        step = moment.step
        if step.run is not None or step.kind == "mark" or (step.kind == "prompt" and not moment.human):
            continue  # a client stops a plan that was sent back, and people leave by a command
        if step.kind == "call":
            left = step.failure is None or bool(moment.words)  # without a word it goes on in a new session
            return place, "ends-in-plan" if left and _shows_plan(moment) else ""
        if step.kind == "reply":
            return place, _name_last_words(moment.text)
        return place, ""
    return end, ""


def _shows_plan(moment: Moment) -> bool:
    """Tell whether a call shows a plan to a person: what follows it is the work, or nothing."""
    name = moment.step.name.lower().replace("_", "")
    return moment.step.action == "plan" and name in {"exitplanmode", "planexit", "createplan"}


def _name_last_words(text: str) -> str:
    """Return the slug of a last reply after which something was due."""
    last = text.rstrip()[-_LAST_WORDS:].replace("\N{RIGHT SINGLE QUOTATION MARK}", "'")
    if _PROMISES.search(last):
        return "promised"
    return "broken-off" if last and _BROKEN_OFF.search(last) else ""
