"""Find the outcomes of calls that advice was given about, or held out from, once the session's log is stored.

Advice after a failure comes when the call has failed already; its outcome is whether the agent got over it soon.
"""

from collections import defaultdict
from collections.abc import Collection

from twiceshy.advice.advice_fates import (
    find_false_refusals,
    find_recoveries,
    find_refusals_rated_bad,
    find_repeats,
    resolve_outcome,
)
from twiceshy.advice.recipes.rule_trials import find_fates
from twiceshy.archive import rule_rows as writing
from twiceshy.archive.db import Store
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads import stories
from twiceshy.archive.reads.ratings import read_ratings
from twiceshy.archive.stored_attempts import read_session_attempts
from twiceshy.insights.remedies.fix_episodes import list_episodes
from twiceshy.records import ids


def join_outcomes(store: Store, changed: Collection[bytes]) -> int:
    """Store outcomes of advice; return how many sessions were looked at.

    These are the sessions that changed, and those with an outcome that is not known yet. What a person says of a rule
    that refuses calls is heeded first.
    """
    _heed_ratings(store)
    known = reads.find_sessions_with_advice(store.connection)
    wanted = [session for session, unknown in known.items() if unknown or session in changed]
    if not wanted:
        return 0
    given = defaultdict(list)
    for one in reads.read_advice(store.connection):
        given[one.session].append(one)
    for story in stories.read_stories(store, wanted):
        became = find_fates(store, story)
        tried = _find_recoveries(store, story.session)
        found = [
            (one.uid, fate)
            for one in given[story.session]
            if one.call is not None and (fate := resolve_outcome(one, became.get(one.call), tried)) is not None
        ]
        steps = [moment.step for moment in story.moments]
        repeated = find_repeats(steps, became)
        repeats = [(one.uid, repeated[one.call]) for one in given[story.session] if one.call in repeated]
        with store.begin_writing() as connection:
            writing.set_outcomes(connection, found)
            writing.set_repeats(connection, repeats)
            writing.demote(connection, find_false_refusals(given[story.session], steps, became))
    return len(wanted)


def _heed_ratings(store: Store) -> None:
    """Let rules that refused a call, and of which a person says that they are bad, warn from now on."""
    said = read_ratings(store.connection)
    if any(kind == ids.WARNING for kind, _ in said.said):
        with store.begin_writing() as connection:
            writing.demote(connection, find_refusals_rated_bad(reads.read_advice(connection), said))


def _find_recoveries(store: Store, session: bytes) -> dict[bytes, bool]:
    """Return whether each failed call after which something was tried was got over; none of an unjudged session."""
    attempts = read_session_attempts(store, session)
    return find_recoveries(list_episodes(attempts)) if attempts else {}
