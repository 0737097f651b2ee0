"""What a lesson's advice did: each time that it was given or held out, and the measured effect."""

from datetime import datetime
from typing import NamedTuple

from twiceshy.records.effects import RuleEffect
from twiceshy.records.rules import Fate


class GivenAdvice(NamedTuple):
    """One time that a lesson's advice was given, or held out."""

    at: datetime | None
    session: bytes
    message: bytes
    """Uid of the call; empty where it was given before a task."""
    told: bool
    """Before a task, by a brief; else before a call, by a rule."""
    shown: bool
    """Else held out by lot."""
    outcome: Fate | None
    """None where it is not known."""
    stored: bool
    """Its session is stored, so that its message can be shown."""


class LessonAdvice(NamedTuple):
    """What a lesson's advice did."""

    total: int
    """Times that it was given or held out."""
    cases: tuple[GivenAdvice, ...]
    """The newest of them."""
    effects: tuple[RuleEffect, ...]
    """Of its rules, and of its own in briefs."""
