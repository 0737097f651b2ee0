"""What is read of one agent's events and counters: which attribute fills which field of a row, and which are texts."""

import json
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from twiceshy.logs.otlp.exported import Attributes

Names = tuple[str, ...]
_LONGEST_OBJECT = 64 << 10
"""Characters of JSON in an attribute that are read (guess, 2026-11-23: agents cut it at 4 KB)."""


def _tell_nothing(_: Attributes) -> bool:
    """Return that nothing is known."""
    return False


def _tell_no_commit(_: Attributes) -> str | None:
    """Return that there is none."""
    return None


class TokenNames(NamedTuple):
    """Attributes that are added up for one count of tokens, and those that are taken off again."""

    plus: Names
    minus: Names = ()


class Exporter(NamedTuple):
    """One agent's exporter."""

    agent: str
    prefix: str
    """Of its names; rows have them without it, as their agent says whose they are."""
    services: frozenset[str]
    """``service.name`` of its resources, for names without the prefix."""
    session: Names
    sequence: str
    """Counts its events; empty where it counts none."""
    call: Names
    account: Names
    """Who worked, by what is named first; it is hashed at once."""
    events: frozenset[str]
    """Names whose attributes are read; of others only agent, name, time and session are kept."""
    words: Mapping[str, Names]
    """Fields that are words, each with the attributes that may hold it: the first that does counts."""
    numbers: Mapping[str, Names]
    flags: Mapping[str, Names]
    tokens: Mapping[str, TokenNames]
    texts: Names
    """Attributes with what people and models said and what tools answered: kept at the level ``full`` only."""
    own_tools: Names = ()
    """Attributes that say, with any text, that a tool is somebody's own; so does a name with two ``_`` in it."""
    failures: frozenset[str] = frozenset()
    """Events that are failures by their name."""
    chunks: Mapping[str, Names] = {}
    """Events that come by the thousand, as an answer streams in: kept where one of these attributes is there."""
    tell_failure: Callable[[Attributes], bool] = _tell_nothing
    """Says that a call did not do what it was to, where its agent calls it a success all the same."""
    tell_commit: Callable[[Attributes], str | None] = _tell_no_commit
    """Finds the commit that a call made."""
    durations: frozenset[str] = frozenset()
    """Histograms that are kept, as their sums and counts; of counters all are."""
    prompt: str = ""
    """The event of a person's prompt."""
    result: str = ""
    """The event of a call that ended."""
    edit_tools: frozenset[str] = frozenset()
    counters: Mapping[tuple[str, str], tuple[tuple[str, int], ...]] = {}
    """Counters of a session by name and part: the fields they add to, or take from, where no event has these."""


METRIC_WORDS: Mapping[str, Names] = {
    "part": ("type", "gen_ai.token.type", "token_type", "kind", "operation", "start_type", "status"),
    "tool": ("tool_name", "function_name", "tool"),
    "model": ("model", "gen_ai.request.model"),
    "decision": ("decision",),
}
"""Fields of a counter's row, for every agent."""


def split_words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def load_object(value: str | bool | float | None) -> Mapping[str, Any]:
    """Return the JSON object that an attribute holds as text; an empty one where it holds none."""
    if not isinstance(value, str) or len(value) > _LONGEST_OBJECT or not value.startswith("{"):
        return {}
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def take_first(attributes: Attributes, names: Names) -> str | bool | int | float | None:
    """Return the value of the first of these attributes that is there and not empty."""
    for name in names:
        found = attributes.get(name)
        if found is not None and found != "":
            return found
    return None
