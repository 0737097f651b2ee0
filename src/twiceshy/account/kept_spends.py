"""Keep the account of each session, and compute it again only where the session or the prices changed."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from twiceshy.account.price_list import PriceList, read_prices
from twiceshy.archive.db import Store
from twiceshy.archive.session_spends import (
    KIND,
    VERSION,
    SpendState,
    encode_spends,
    read_kept_spends,
    read_spend_states,
)
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.spend import Amount, SessionSpend, SpendKey

Cells = dict[SpendKey, Amount]
_AT_ONCE = 50  # sessions divided before a run may end (guess, 2026-11-25: about half a second)


class Spends(NamedTuple):
    """The accounts of the sessions in scope."""

    by_session: dict[bytes, SessionSpend]
    """By ``Session.uid``."""
    states: dict[bytes, SpendState]
    """By the same."""


def read_spends(store: Store, prices: PriceList, scope: Scope) -> Spends:
    """Return the account of each session in scope: what is kept, else computed. Nothing is stored."""
    states = read_spend_states(store.connection, scope, prices.hash_content())
    found = read_kept_spends(store.connection, states)
    computed = _make(store, prices, {uid: state for uid, state in states.items() if uid not in found})
    return Spends({**found, **computed}, states)


def refresh_spends(config: Config, pause: Callable[[], None]) -> int:
    """Keep the account of every session that changed; return how many.

    Args:
        config: the settings.
        pause: called between groups of sessions; it may raise to end the run, and what was kept stays.

    Raises:
        ConfigError: the file of own prices cannot be read.
        StoreError: the store cannot be used.
    """
    prices = read_prices(config)
    with Store.open(config.home, readonly=True) as store:
        states = read_spend_states(store.connection, Scope(), prices.hash_content())
        stale = store.find_stale(KIND, {uid: state.input_hash for uid, state in states.items()}, VERSION)
    if not stale:
        return 0
    with Store.open(config.home) as store:
        for start in range(0, len(stale), _AT_ONCE):
            pause()
            some = stale[start : start + _AT_ONCE]
            found = _make(store, prices, {uid: states[uid] for uid in some})
            store.put_derived(KIND, encode_spends(found, states), VERSION)
    return len(stale)


def _make(store: Store, prices: PriceList, states: Mapping[bytes, SpendState]) -> dict[bytes, SessionSpend]:
    if not states:
        return {}
    from twiceshy.account.made_spends import make_spends  # noqa: PLC0415  # a third of a report's start, for what is kept

    return make_spends(store, prices, states)
