"""archive.session_spends: what is kept of a session's account, and when it is no longer good."""

from hypothesis import given
from hypothesis import strategies as some
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.session_spends import KIND, VERSION, encode_spends, read_kept_spends, read_spend_states
from twiceshy.base.values import Scope
from twiceshy.records.spend import Amount, Cause, Mechanism, SessionSpend, SpendKey, Work, WorkKey

PRICES = b"one list"
KEYS = some.builds(SpendKey, some.sampled_from(Cause), some.text(), some.sampled_from(Mechanism))
WORKS = some.builds(WorkKey, some.text(), some.sampled_from(Work))
AMOUNTS = some.builds(Amount, some.integers(-(2**62), 2**62), some.integers(0, 2**62))


def test_what_is_kept_is_read_as_it_was(store: Store) -> None:
    """Any names and numbers, through the store."""
    stored(store, Log("one").opened().prompt("hello").usage("m", 400))
    states = read_spend_states(store.connection, Scope(), PRICES)
    (uid,) = states

    @given(
        some.dictionaries(KEYS, AMOUNTS),
        some.dictionaries(WORKS, AMOUNTS),
        some.booleans(),
        some.integers(0, 2**40),
        some.integers(0, 2**20),
    )
    def keep(
        cells: dict[SpendKey, Amount], work: dict[WorkKey, Amount], used: bool, unpriced: int, partial: int
    ) -> None:  # drawn
        spend = SessionSpend(cells=cells, work=work, used=used, unpriced=unpriced, partial=partial)
        store.put_derived(KIND, encode_spends({uid: spend}, states), VERSION)
        assert read_kept_spends(store.connection, states) == {uid: spend}

    keep()


def test_other_prices_or_more_events_make_it_old(store: Store) -> None:
    """A session without tokens has no account; what is about another scope is not read."""
    log = Log("one").opened().prompt("hello").usage("m", 400)
    stored(store, log)
    stored(store, Log("silent").opened().prompt("hello"))
    states = read_spend_states(store.connection, Scope(), PRICES)
    spend = SessionSpend(cells={}, used=True, unpriced=0, partial=0)
    store.put_derived(KIND, encode_spends(dict.fromkeys(states, spend), states), VERSION)

    def count(prices: bytes, scope: Scope) -> int:
        return len(read_kept_spends(store.connection, read_spend_states(store.connection, scope, prices)))

    assert (len(states), count(PRICES, Scope()), count(b"another", Scope()), count(PRICES, Scope(agent="codex"))) == (
        1,
        1,
        0,
        0,
    )
    stored(store, log.result("c", "late"))
    assert count(PRICES, Scope()) == 0
