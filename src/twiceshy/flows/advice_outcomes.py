"""What became of the calls that advice was given about, or held back from: joined once the session's log is stored.

Of what is said after a failure the call has failed already; there it counts whether the next try got over it.
"""

from collections.abc import Collection, Iterable, Mapping

from twiceshy.flows.trials import fates, fixes_of
from twiceshy.records.rules import Advice, Fate, Fix, Level, RuleKind
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
        tried = got_over(fixes_of(store, story))
        found = [
            (one.uid, fate)
            for one in given[story.session]
            if one.call is not None and (fate := outcome(one, became.get(one.call), tried)) is not None
        ]
        with store.writing() as connection:
            writing.set_outcomes(connection, found)
    return len(wanted)


def got_over(tries: Iterable[Fix]) -> dict[bytes, bool]:
    """Of failed calls after which a like one was tried whether one of these worked."""
    found: dict[bytes, bool] = {}
    for one in tries:
        found[one.failed_call] = found.get(one.failed_call, False) or one.worked
    return found


def outcome(given: Advice, fate: Fate | None, tried: Mapping[bytes, bool]) -> Fate | None:
    """What became of it; None where nobody knows.

    A call that was refused by us was not made, whatever the agent's log calls that.
    """
    if given.category == RuleKind.FIX:
        worked = tried.get(given.call or b"")
        return None if worked is None else Fate.FINE if worked else Fate.FAILED
    refused = given.level is Level.BLOCK and given.shown and fate is Fate.FAILED
    return Fate.NOT_MADE if refused else fate
