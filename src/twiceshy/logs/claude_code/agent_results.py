"""What the result of a subagent's call states of it: the one trace of a subagent whose own log is not there.

``usage`` is that of its last message alone, and ``totalTokens`` that message's sum: of 108 subagents whose dialogues
were there too, it was a tenth of the cost (median; measured 2026-11-24). So it is a lower bound.
"""

from typing import Final

import orjson

from twiceshy.logs.claude_code.read_state import ReadState
from twiceshy.logs.journal import Record, text_at
from twiceshy.logs.log_numbers import to_count
from twiceshy.records.events import Action, MarkKind

_FAMILIES: Final = {"haiku": "claude-haiku-4-5", "sonnet": "claude-sonnet-4-5"}
"""What a call's word for a model stands for: of 9 calls with one of them each ran the model, or one of the same price
(measured, 2026-11-24)."""
_HAIKU: Final = "Explore"
"""The client's own kind of subagent that ran Haiku where nobody said otherwise: 57 of 57 (measured, 2026-11-24)."""
_UNKNOWN: Final = "?"


def keep_sender(reading: ReadState, action: Action, given: Record) -> Record:
    """Return what the result of a call needs to know if the call sends off a subagent; else nothing."""
    if action is not Action.DELEGATE:
        return {}
    family = text_at(given, "model") or ("haiku" if given.get("subagent_type") == _HAIKU else "")
    return {"model": _name_model(family.lower(), reading.model or _UNKNOWN)}


def _name_model(family: str, sender: str) -> str:
    """Return the model that a subagent ran on: its sender's, unless the call named another family."""
    return sender if family in sender else _FAMILIES.get(family, _UNKNOWN)


def note_agent(reading: ReadState, call: bytes, native: object, fields: Record, index: int) -> None:
    """Add a mark of the subagent whose result this is, with its run, and the tokens that the result states.

    The mark's text is JSON: the run in hex, then input, output, written to the cache, of it for an hour, read from it.
    """
    agent = text_at(fields, "agentId")
    if agent is None or not ("prompt" in fields or "totalTokens" in fields):
        return
    known = reading.find_call(call, native if isinstance(native, str) else "")
    model = text_at(fields, "resolvedModel") or (text_at(known[1], "model") if known else None) or _UNKNOWN
    usage = fields.get("usage")
    counts = _read_counts(usage) if isinstance(usage, dict) else []
    text = orjson.dumps([reading.run_id(agent).hex(), *counts]).decode()
    reading.mark(reading.part(f"agent {index}"), MarkKind.SUBAGENT, model, text)


def _read_counts(usage: Record) -> list[int]:
    kept = usage.get("cache_creation")
    written = to_count(usage.get("cache_creation_input_tokens"))
    return [
        to_count(usage.get("input_tokens")),
        to_count(usage.get("output_tokens")),
        written,
        min(written, to_count(kept.get("ephemeral_1h_input_tokens"))) if isinstance(kept, dict) else 0,
        to_count(usage.get("cache_read_input_tokens")),
    ]
