"""The part of a session that led to one change, and when each thing in it was there to be known."""

from collections.abc import Sequence
from typing import Literal, NamedTuple

from twiceshy.records.stories import Story


class FetchedOutput(NamedTuple):
    """Later output of a command, which another call waited for."""

    run: bytes
    """The command's call."""
    by: bytes
    """The call that waited."""
    at: float
    """Seconds since 1970; infinite where the log does not say."""


class ModelTokens(NamedTuple):
    """Tokens of one message of a model."""

    at: float
    """Seconds since 1970; infinite where the log does not say."""
    model: str
    input: int
    """All that was read: fresh, from a cache and into one."""
    output: int


class WorkPart(NamedTuple):
    """The part of a session that led to one change."""

    story: Story
    """All that was known of the session when the change was made, see ``judgement.outcomes.story_until``."""
    start: int
    """Index of the first moment after the change before."""
    tokens: Sequence[ModelTokens] = ()
    """Of the part."""


class FileEvent(NamedTuple):
    """One thing that agents did to a file, or that became of it."""

    at: float
    """Seconds since 1970."""
    path: str
    """Relative to the session's folder, else absolute."""
    what: Literal["edited", "failed", "bad"]
    """``bad``: an edit was corrected or rolled back; ``at`` is when that was known."""
    session: bytes
