"""Join the lessons given in briefs with their outcomes after each learning, and find those that do not help."""

from twiceshy.archive import brief_outcomes as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import advice_cases as reads
from twiceshy.judgement.outcomes import effect
from twiceshy.lessons.recipes.current_lessons import RETIRED_NOTE
from twiceshy.records.rules import RuleKind

WORTH = 0.01
"""Share of sessions in which the mistake comes again that telling has to take away. Guess of 2026-11-21: a mistake
comes again in few sessions, so the share that a warning at a call has to take away would retire every lesson."""


def join_briefs(store: Store) -> int:
    """Join the lessons given in briefs with their outcomes; return how many outcomes are known."""
    with store.begin_writing() as connection:
        known = writing.update_outcomes(connection)
    if known or store.note(RETIRED_NOTE):
        store.put_note(RETIRED_NOTE, ",".join(sorted(find_retired(store))))
    return known


def find_retired(store: Store) -> list[str]:
    """Return the ids of lessons that do not help when briefed, by the same proof as for rules."""
    told = [one for one in reads.read_advice_cases(store.connection) if one.category == RuleKind.TOLD]
    return [one.rule for one in effect.estimate_rules(told, worth=WORTH) if one.retired]
