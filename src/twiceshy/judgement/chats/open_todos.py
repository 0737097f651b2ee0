"""Which items of the agent's own list are still open when its log ends?"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Final

from twiceshy.records.handoff import TodoItem
from twiceshy.records.stories import Moment

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
