"""Keep where each session's time went, and compute it again only where the session changed."""

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import NamedTuple

from twiceshy.archive.db import Store
from twiceshy.archive.timed_sessions import (
    KIND,
    VERSION,
    TimeState,
    encode_times,
    read_kept_times,
    read_time_states,
)
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.session_time import KeptTime


class Times(NamedTuple):
    """Where the time of the sessions in scope went."""

    by_session: dict[bytes, KeptTime | None]
    """By ``Session.uid``; None where a log has no times."""
    states: dict[bytes, TimeState]
    """By the same."""


def read_times(store: Store, scope: Scope) -> Times:
    """Return the time of each session in scope: what is kept, else computed. Nothing is stored."""
    states = read_time_states(store.connection, scope)
    found = read_kept_times(store.connection, states)
    computed = _make(store, {uid: state for uid, state in states.items() if uid not in found})
    return Times({**found, **computed}, states)


def refresh_times(config: Config, pause: Callable[[], None]) -> int:
    """Keep the time of every session that changed; return how many.

    Args:
        config: the settings.
        pause: called between projects; it may raise to end the run, and what was kept stays.

    Raises:
        StoreError: the store cannot be used.
    """
    with Store.open(config.home, readonly=True) as store:
        states = read_time_states(store.connection, Scope())
        stale = store.find_stale(KIND, {uid: state.input_hash for uid, state in states.items()}, VERSION)
    projects: dict[int, list[bytes]] = defaultdict(list)
    for uid in stale:
        projects[states[uid].project].append(uid)
    if not stale:
        return 0
    with Store.open(config.home) as store:
        for uids in projects.values():
            pause()
            found = _make(store, {uid: states[uid] for uid in uids})
            store.put_derived(KIND, encode_times(found, states), VERSION)
    return len(stale)


def _make(store: Store, states: Mapping[bytes, TimeState]) -> dict[bytes, KeptTime | None]:
    if not states:
        return {}
    from twiceshy.account.made_times import make_times  # noqa: PLC0415  # it needs every reader of logs

    return make_times(store, states)
