"""What did a person refuse or decide in a session, and which of its calls were never done?"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from twiceshy.commands.shell.command_heads import command_names
from twiceshy.records.chats import Decision, RefusedCall, TodoItem
from twiceshy.records.stories import Moment

_ANSWERED: Final = re.compile(r'"((?:[^"\\]|\\.){3,400})"="((?:[^"\\]|\\.){1,400})"')
_BY_PERSON: Final = re.compile(
    r"the user doesn't want|the user rejected|user (?:has )?(?:denied|declined)", re.IGNORECASE
)


def list_refusals(moments: Sequence[Moment]) -> tuple[RefusedCall, ...]:
    """Return the calls that were refused and not done later, the last one first."""
    done: set[tuple[str, str]] = set()
    found: list[RefusedCall] = []
    for moment in reversed(moments):
        step = moment.step
        if step.kind != "call":
            continue
        key = (step.action, moment.line or step.path or "")
        if step.failure is None:
            done.add(key)
        elif step.failure == "rejected" and key not in done:
            done.add(key)
            by_person = bool(moment.words or _BY_PERSON.search(moment.text[:200]))
            found.append(
                RefusedCall(
                    step.name, step.action, moment.line or step.path or step.text or "", moment.words, by_person
                )
            )
    return tuple(found)


def list_decisions(moments: Iterable[Moment]) -> tuple[Decision, ...]:
    """Return the agent's questions that a person answered, the last one first."""
    found = [
        Decision(question, answer)
        for moment in moments
        if moment.step.kind == "call" and moment.step.action == "ask" and moment.step.failure is None
        for question, answer in _ANSWERED.findall(moment.text)
    ]
    return tuple(reversed(found))


def is_request(moment: Moment) -> bool:
    """Tell whether a moment is a prompt that asks for something; a slash command alone says little."""
    step = moment.step
    return step.kind == "prompt" and step.run is None and (moment.human or step.name != "bare-command")


def list_after_commit(moments: Sequence[Moment]) -> list[str]:
    """Return the files of the project that were changed after the last commit that the log shows, each once."""
    last = max((place for place, one in enumerate(moments) if commits(one)), default=-1)
    paths = dict.fromkeys(file.path for one in moments[last + 1 :] for file in one.changed)
    return [path for path in paths if not path.startswith(("/", "~", "../"))]


def commits(moment: Moment) -> bool:
    """Tell whether a call made a commit, as far as the log shows."""
    step = moment.step
    if moment.commit:
        return True
    return step.action == "run" and step.failure is None and "git commit" in command_names(moment.line)


# Which items of the agent's own list are still open when its log ends?

_CREATED: Final = re.compile(r"\bTask #(\w+) created\b")
_DONE: Final = frozenset({"completed", "done", "deleted", "cancelled", "canceled"})
_BEGUN: Final = frozenset({"in_progress", "active"})
_Items = dict[str, tuple[str, str]]
"""Text and state by the item's id."""


def list_open_todos(moments: Iterable[Moment]) -> tuple[TodoItem, ...]:
    """Return the items of the main dialogue's list that are not done, those in work first."""
    items: _Items = {}
    for moment in moments:
        step = moment.step
        if step.kind == "call" and step.action == "plan" and step.run is None and step.failure is None:
            _follow(items, moment)
    found = [TodoItem(text, state in _BEGUN) for text, state in items.values() if text and state not in _DONE]
    return tuple(sorted(found, key=lambda one: not one.begun))


def _follow(items: _Items, moment: Moment) -> None:
    """Change the list as a call does."""
    given = _read_input(moment.input)
    created = _CREATED.search(moment.text)
    if created:
        items[created[1]] = (str(given.get("subject", "")), "pending")
    elif (number := str(given.get("taskId", ""))) in items:
        text, state = items[number]
        items[number] = (str(given.get("subject", text)), str(given.get("status", state)))
    elif isinstance(rows := given.get("todos", given.get("plan")), list):
        items.clear()
        for place, row in enumerate(rows):
            if isinstance(row, dict):
                text = str(row.get("content", row.get("step", "")))
                items[f"#{place}"] = (text, str(row.get("status", "pending")))


def _read_input(text: str) -> Mapping[str, object]:
    try:
        value = json.loads(text)
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}
