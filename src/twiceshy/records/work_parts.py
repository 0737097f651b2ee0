"""The part of a session that led to one change, and when each thing in it was there to be known."""

from collections.abc import Sequence
from typing import NamedTuple

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
    """All that was known of the session when the change was made, see ``outcomes.story_until``."""
    start: int
    """Index of the first moment after the change before."""
    tokens: Sequence[ModelTokens] = ()
    """Of the part."""
