"""What became of the calls that advice was given about, or held back from: joined once the session's log is stored."""

from collections.abc import Collection

from twiceshy.flows.trials import fates
from twiceshy.records.rules import Advice, Fate, Level
from twiceshy.store import rules as writing
from twiceshy.store.db import Store
from twiceshy.store.reads import rules as reads
from twiceshy.store.reads import stories


def join_outcomes(store: Store, changed: Collection[bytes]) -> int:
    """How many sessions were looked at: those that changed, and those of which something is not known yet."""
    known = reads.sessions_with_advice(store.connection)
    wanted = [session for session, unknown in known.items() if unknown or session in changed]
    if not wanted:
        return 0
    given: dict[bytes, list[Advice]] = {}
    for one in reads.advice(store.connection):
        given.setdefault(one.session, []).append(one)
    for story in stories.stories(store, wanted):
        became = fates(store, story)
        found = [(one.uid, outcome(one, became[one.call])) for one in given[story.session] if one.call in became]
        with store.writing() as connection:
            writing.set_outcomes(connection, found)
    return len(wanted)


def outcome(given: Advice, fate: Fate) -> Fate:
    """The call's fate; one that was refused by us was not made, whatever the agent's log calls that."""
    refused = given.level is Level.BLOCK and given.shown and fate is Fate.FAILED
    return Fate.NOT_MADE if refused else fate
