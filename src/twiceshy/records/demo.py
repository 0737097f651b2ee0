"""What a demonstration showed."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """One mistake, from error to lesson to warning; every text is as the code gave it."""

    title: str
    call: str
    """What the agent called."""
    error: str
    fix: str
    """What worked then."""
    states: tuple[tuple[int, str, float], ...]
    """After so many sessions: the lesson's state and its confidence."""
    lesson: str
    """Its id."""
    words: str
    steps: tuple[str, ...]
    asked: str
    """The next call, and who was asked before it."""
    warning: tuple[str, ...]
    """Lines that were said."""
