"""What became of an offered message: was it committed as it was, changed, or not taken?

The commit that an offer was made for is the first one on top of the commit that was the newest then, made after the
offer and before the next one there.
"""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from typing import Final, NamedTuple

from twiceshy_git.predict.messages.wording import count_edited_words, split_tokens

_MOST_CHANGED: Final = 0.5
"""Share of the words of the longer message that may differ where an offer was changed and not thrown away (guess,
2026-11-24)."""
_MOST_S: Final = 86_400
"""Seconds within which an offered message is committed (guess, 2026-11-24)."""


class MadeOffer(NamedTuple):
    """One message as it was offered."""

    at: int
    """Seconds since 1970 UTC."""
    head: str
    """The newest commit then."""
    subject: str


class LaterCommit(NamedTuple):
    """A commit as git lists it."""

    commit: str
    parent: str
    """The first one; empty for none."""
    at: int


class OfferVerdict(StrEnum):
    """What a person did with an offer."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


WEIGHTS: Final[Mapping[OfferVerdict, float]] = {
    OfferVerdict.ACCEPTED: 2.0,
    OfferVerdict.EDITED: 1.0,
    OfferVerdict.REJECTED: 1.5,
}
"""How much a commit counts in training whose offer got a verdict; one without any counts 1. What was written instead
of a rejected offer is what should have been offered (guess, 2026-11-24)."""


def find_answered(offers: Iterable[MadeOffer], commits: Sequence[LaterCommit]) -> dict[str, MadeOffer]:
    """Return the offer behind each commit that was made with one before its eyes."""
    children: dict[str, list[LaterCommit]] = {}
    for one in sorted(commits, key=lambda one: one.at):
        children.setdefault(one.parent, []).append(one)
    found: dict[str, MadeOffer] = {}
    for offer in sorted(offers):
        after = [one for one in children.get(offer.head, ()) if 0 <= one.at - offer.at <= _MOST_S]
        if after:
            found[after[0].commit] = offer  # of several offers before one commit the last was before the eyes
    return found


def judge_offer(offered: str, written: str) -> OfferVerdict:
    """Return what became of an offer.

    >>> [judge_offer("fix the parser", one).value for one in ("Fix the  parser", "fix the lexer", "Release")]
    ['accepted', 'edited', 'rejected']
    """
    changed = count_edited_words(offered, written)
    if not changed:
        return OfferVerdict.ACCEPTED
    longer = max(len(split_tokens(offered)), len(split_tokens(written)))
    return OfferVerdict.EDITED if changed <= _MOST_CHANGED * longer else OfferVerdict.REJECTED
