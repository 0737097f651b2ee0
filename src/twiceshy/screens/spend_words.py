"""What the causes and parts of the accounts of money and time are called, in the terminal and on pages."""

from collections.abc import Mapping

from twiceshy.records.session_time import TimeCause, TimeRow
from twiceshy.records.spend import Cause, SpendPart, SpendRow

_CAUSES: Mapping[str, str] = {
    Cause.FIXED_START: "its fixed start",
    Cause.OWN_OUTPUT: "its own words, sent again",
    Cause.OUTPUT: "what it wrote",
    Cause.READS: "files read",
    Cause.COMMANDS: "output of commands",
    Cause.SEARCH: "searches",
    Cause.WEB: "the web",
    Cause.SERVERS: "servers' tools",
    Cause.TOOLS: "other tools",
    Cause.SUBAGENTS: "subagents",
    Cause.PROMPTS: "your prompts",
    Cause.SUMMARIES: "summaries",
    Cause.EARLIER: "the dialogue before it",
    Cause.UNLOGGED: "not in the log",
}
_PARTS = {
    "sent again": "context sent again",
    "written again": "sent again at full price",
    "new": "new context",
    "output": "what it wrote",
}
_TIMES: Mapping[str, str] = {
    TimeCause.PERMISSION: "waiting for your OK",
    TimeCause.ANSWER: "waiting for your answer",
    TimeCause.BETWEEN: "between turns, you read and type",
}
_NEARLY_ALL = 0.9  # of a cause: its item says nothing more (guess, 2026-11-25)


def name_cause(name: str) -> str:
    """Return what a cause is called in a sentence."""
    return _CAUSES.get(name, name)


def say_cause(row: SpendRow) -> str:
    """Return what the cause of a row is called in a sentence."""
    return name_cause(row.name)


def say_part(part: SpendPart) -> str:
    """Return what it was paid for, in a sentence."""
    return _PARTS.get(part.name, part.name)


def has_item(row: SpendRow) -> bool:
    """Tell whether a cause's dearest item says more than the cause."""
    return bool(row.item_usd) and row.item_usd <= _NEARLY_ALL * row.usd


def say_time(row: TimeRow) -> str:
    """Return what a cause of time is called in a sentence."""
    return _TIMES.get(row.name, row.name)


def has_longest(row: TimeRow) -> bool:
    """Tell whether what took most of a cause says more than the cause."""
    return bool(row.item_s) and row.item_s <= _NEARLY_ALL * row.seconds


def is_apart(row: TimeRow) -> bool:
    """Tell whether it is a person's absence, or what nothing explains: beside it no other bar could be seen."""
    return row.name in {TimeCause.AWAY, TimeCause.UNKNOWN}
