"""archive.call_fates: which calls did not stay as they were, one value a session."""

from twiceshy.archive import call_fates
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.records.outcomes import CallFates

ONE, TWO, THREE = b"1" * 16, b"2" * 16, b"3" * 16


def test_a_session_that_was_never_judged_has_no_fates(store: Store) -> None:
    """None says "not judged", which is not "nothing was corrected"."""
    store.put_derived(call_fates.KIND, [DerivedValue(ONE, b"", call_fates.encode_fates(CallFates()))], 1)
    assert call_fates.read_call_fates(store, TWO) is None
    assert call_fates.read_call_fates(store, ONE) == CallFates()


def test_corrected_and_rolled_back_calls_stay_apart(store: Store) -> None:
    """Both sets come back whole."""
    fates = CallFates(corrected=frozenset({ONE, TWO}), rolled_back=frozenset({THREE}))
    store.put_derived(call_fates.KIND, [DerivedValue(ONE, b"", call_fates.encode_fates(fates))], 1)
    assert call_fates.read_call_fates(store, ONE) == fates
