"""What is known against a call before it is made."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class CallAdvice:
    """One piece of advice on a call that is not made yet: it speaks against the call, or helps with it."""

    id: str
    """``w-…`` (a rule) or ``l-…`` (a lesson)."""
    level: str
    """``inform``, ``warn`` or ``block``: what the gate would do at the call."""
    confidence: float
    words: str
    """Facts with their counts."""
    holds_if: str = ""
    """What must be true of the session besides, in words; empty: nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCheck:
    """The answer to a call."""

    advice: str
    """The loudest of ``known``'s levels whose condition is met, else ``allow``."""
    known: tuple[CallAdvice, ...] = ()
    looked_at: int = 0
    """Rules and lessons about such calls."""
