"""archive.timed_sessions: where a session's time went, as it is kept."""

from hypothesis import given
from hypothesis import strategies as some
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.timed_sessions import KIND, VERSION, encode_times, read_kept_times, read_time_states
from twiceshy.base.values import Scope
from twiceshy.records.session_time import KeptTime, PermissionWait, TimeCause, TimeKey

KEYS = some.builds(TimeKey, some.sampled_from(TimeCause), some.text(), some.booleans())
TIMES = some.none() | some.builds(
    KeptTime, some.integers(0, 2**60), some.integers(0, 2**60), some.integers(0, 2**60),
    some.dictionaries(KEYS, some.integers(0, 2**60)),
    some.lists(some.builds(PermissionWait, some.binary(max_size=16), some.integers(0, 9), some.booleans())).map(tuple),
)  # fmt: skip


def test_any_time_is_read_as_it_was_kept(store: Store) -> None:
    """Through the store."""
    stored(store, Log("one").opened().prompt("hello"))
    states = read_time_states(store.connection, Scope())
    (uid,) = states

    @given(TIMES)
    def keep(time: KeptTime | None) -> None:
        store.put_derived(KIND, encode_times({uid: time}, states), VERSION)
        assert read_kept_times(store.connection, states) == {uid: time}

    keep()
