"""A session with all that is known of its work: what pairs and answers to learn from are found in."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.records.findings import ScannedEdit
from twiceshy.records.outcomes import CallFates, SessionResult
from twiceshy.records.stories import ChangedFile, Story

TextOf = Callable[[bytes], str]
"""The text of a stored body."""


class SeenCheck(NamedTuple):
    """One run of tests, of a build or of a type checker, and what it said."""

    place: int
    """Index of its moment."""
    key: str
    """Equal for the same checks of the same things."""
    green: bool
    confidence: float
    passed: int | None
    failed: int
    """With errors."""
    problem: str = ""
    """What the tool named first: its code, kind of error or test."""


class WrittenFile(NamedTuple):
    """A file that a call changed."""

    place: int
    call: bytes
    path: str
    changed: ChangedFile | None
    """None where a command wrote it."""


class RefusedText(NamedTuple):
    """What an editing call that a person refused would have put in the place of what."""

    place: int
    call: bytes
    path: str
    old: str
    new: str


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedStory:
    """A session with all that is known of its work."""

    story: Story
    result: SessionResult
    fates: CallFates
    scanned: Sequence[ScannedEdit] = ()
    checks: Sequence[SeenCheck] = ()
    written: Sequence[WrittenFile] = ()
    """In order."""
    refused: Sequence[RefusedText] = ()


class Teller(NamedTuple):
    """The session that a row is made of."""

    session: bytes
    agent: str
    model: str
    """Empty where unknown."""
    project: str
    """Its identity."""
    project_name: str


def name_teller(story: Story) -> Teller:
    """Return the session of a story."""
    return Teller(story.session, story.agent, story.model, story.project, story.project_name)
