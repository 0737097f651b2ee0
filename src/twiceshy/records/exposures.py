"""What a hook noted: one record an event. Ids and salted hashes only."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """One of an agent's events as its hook saw it."""

    uid: bytes
    """16 bytes made from the note; equal when the same note is read again."""
    session: bytes
    """``Session.uid``."""
    agent: str
    event: str
    at: datetime
    call: bytes | None = None
    """``ToolCall.call``."""
    agent_run: bytes | None = None
    prompt: str | None = None
    action: str | None = None
    path_keys: bytes = b""
    """8 bytes a path."""
    word_key: bytes | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnRun:
    """One run of `learn`, as the next one and `doctor` see it."""

    started_at: datetime
    seconds: float
    cpu_s: float
    done: bool
    """False: a step failed, or the budget was spent before the end."""
    spent: bool
    """The budget was spent: what is left is for the next run."""
    steps: dict[str, int]
    """What each step that came to its end did anew, in numbers of its own."""
    failure: str = ""
    """What went wrong, with the step's name; empty where nothing did."""
    last_done_at: datetime | None = None
    """When a run last came to its end."""
