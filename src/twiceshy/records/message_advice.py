"""What is offered as the message of a change, and why."""

from dataclasses import dataclass
from typing import NamedTuple


class NearMessage(NamedTuple):
    """An older commit with a change like this one."""

    commit: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageOffer:
    """One message that may be taken as it is."""

    subject: str
    body: str = ""
    """Empty where commits like this one have none."""
    probability: float | None = None
    """That it is right but for two words at most; None where nobody measured."""
    reasons: tuple[str, ...] = ()
    """Where its parts are from, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageAdvice:
    """The answer to `suggest-message`."""

    change: str
    """``staged``, or the hash of the commit that was asked about."""
    offers: tuple[MessageOffer, ...]
    """The best first."""
    sure: bool
    """Whether the first one is likelier right than wrong; else the nearest commits say more."""
    prefix: str
    """The type and scope that fit, as this project writes them; empty where it uses none."""
    nearest: tuple[NearMessage, ...]
    learned: int
    """Commits that it was learned from."""
    written: str = ""
    """The subject that the commit has, where one was asked about that is committed already."""
    notes: tuple[str, ...] = ()
