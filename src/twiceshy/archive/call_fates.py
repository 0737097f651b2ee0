"""Calls of a session whose work was corrected or rolled back, as its judgement found them: one value a session."""

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.records.codec import Codec
from twiceshy.records.outcomes import CallFates

KIND = "call-fates"
_FORM = Codec(CallFates)
encode_fates = _FORM.encode
decode_fates = _FORM.decode


def read_call_fates(store: Store, session: bytes) -> CallFates | None:
    """Return them; None for a session that was never judged."""
    found = derived_values.get(store.connection, KIND, session)
    return None if found is None else _FORM.decode(found.value)
