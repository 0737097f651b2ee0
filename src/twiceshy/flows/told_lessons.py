"""What became of the lessons that briefs told: joined after each learning, and which of them do not help."""

from twiceshy.advice import effect
from twiceshy.flows.known_lessons import UNTOLD
from twiceshy.records.rules import RuleKind
from twiceshy.store import told as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import given as reads

WORTH = 0.01
"""Share of sessions in which the mistake comes again that telling has to take away. Guess of 2026-11-21: a mistake
comes again in few sessions, so the share that a warning at a call has to take away would retire every lesson."""


def join_told(store: Store) -> int:
    """How many told lessons it is known of what became of them."""
    with store.writing() as connection:
        known = writing.join(connection)
    if known or store.note(UNTOLD):
        store.put_note(UNTOLD, ",".join(sorted(retired(store))))
    return known


def retired(store: Store) -> list[str]:
    """Ids of lessons whose telling takes nothing away, by the same proof as rules."""
    told = [one for one in reads.given(store.connection) if one.category == RuleKind.TOLD]
    return [one.rule for one in effect.rules(told, worth=WORTH) if one.retired]
