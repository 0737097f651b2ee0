"""Which words a moment of a session has: who, what about, what it changed. Terminal and pages share them."""

import re

from twiceshy.records.moments import LOUD_MARKS, QUIET_PROMPTS
from twiceshy.records.views import EditLine, TimelineEntry

_TITLES = {
    "rejection": "you said no",
    "feedback": "you answered",
    "subagent": "asked",
    "summary": "recap",
    "plan": "plan",
    "shell": "you ran",
}
_TELLING_FIELDS = (
    "description",
    "subject",
    "title",
    "question",
    "prompt",
    "message",
    "task",
    "name",
    "query",
    "skill",
    "url",
)
"""Fields of a tool's input that say what it is about, the shortest first."""
_FIELD = re.compile(r'"(\w+)":\s*"((?:[^"\\]|\\.)*)')
_ESCAPE = re.compile(r"\\(.)")


def classify_quiet(moment: TimelineEntry) -> str:
    """Return what to count the moment as where it is left out; empty where it is shown."""
    if moment.kind == "thinking":
        return "thought"
    if moment.kind == "prompt" and moment.name in QUIET_PROMPTS:
        return "client message"
    if moment.kind == "mark" and moment.name.split()[0] not in LOUD_MARKS:
        return "notice"
    return ""


def label_moment(moment: TimelineEntry) -> str:
    """Return who or what: the first word after the time."""
    if moment.kind == "prompt":
        return _TITLES.get(moment.name, "you" if moment.human else moment.name)
    if moment.kind == "reply":
        return "said"
    if moment.kind == "mark":
        return moment.name.split()[0]
    return "thought" if moment.kind == "thinking" else moment.name


def extract_text(text: str) -> str:
    """Return the text; of an input in JSON, perhaps cut short, the field that says most."""
    if not text.startswith("{"):
        return text
    fields = dict(_FIELD.findall(text))
    telling = next((fields[name] for name in _TELLING_FIELDS if fields.get(name)), " ".join(fields.values()))
    return _ESCAPE.sub(lambda found: {"n": "\n", "t": "\t"}.get(found[1], found[1]), telling) or text


def describe_change(edit: EditLine) -> str:
    """Describe lines added and removed, and what else is worth a word."""
    notes = [
        word
        for word, holds in (
            ("new", edit.created),
            ("deleted", edit.deleted),
            ("changed by you", edit.user_modified),
        )
        if holds
    ]
    return " ".join([f"+{edit.added} -{edit.removed}", *notes])
