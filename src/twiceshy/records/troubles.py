"""Troubles that recur on a machine or at a project's hooks, as they outlive the report that first told them."""

from dataclasses import dataclass
from typing import NamedTuple

from twiceshy.records.attempts import SessionAttempts


class TroubleCase(NamedTuple):
    """One time that a trouble was met."""

    session: SessionAttempts
    call: bytes
    """``CallAttempt.uid``."""
    at: float | None
    """Seconds since the epoch."""
    message: str
    """The line that says what is wrong."""
    gone_after_s: float | None
    """Until the same thing worked; None where it was not seen to, or the log has no times."""
    fingerprint: bytes = b""


class HookRefusal(NamedTuple):
    """A commit or push that a project's hook refused."""

    project: str
    """Its identity."""
    head: str
    """``git commit`` or ``git push``."""
    rule: str
    """The rule that the hook itself names; empty where it names none."""
    case: TroubleCase


@dataclass(frozen=True, slots=True, kw_only=True)
class RecurringTrouble:
    """One trouble that came again in several sessions of a project."""

    slug: str
    """Of a closed list: ``missing-program``, ``login``, ``disk``, ``hook`` …"""
    project: str
    """Its identity."""
    key: str
    """What tells it from others of its slug in its project."""
    subject: str
    """Program with its subcommand that meets it: ``git push``."""
    says: str
    """What is the matter, in our words and quoted names, without counts."""
    remedy: str
    """A prohibition or a fact, in our words and quoted names; empty where none is known."""
    cases: tuple[TroubleCase, ...]
    """Oldest first."""
