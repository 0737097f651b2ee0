"""The fate of the commits that sessions are linked to, as short JSON."""

from dataclasses import replace

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.commits import Reversal, SessionFate, Survival

KIND = "survival"
VERSION = 1
_FATE = Codec(
    SessionFate,
    Layout(SessionFate, keyed=True),
    Layout(Survival, keyed=True, names={"commit_hash": "commit", "at_head": "head", "as_commit": "as"}),
    Layout(Reversal, keyed=True),
    digits=4,
)


def fate_of_session(store: Store, session: bytes) -> SessionFate | None:
    """Return the fate of a session's commits; None if that was never looked for."""
    found = derived_values.get(store.connection, KIND, session)
    return None if found is None else _FATE.decode(found.value)


def encode_fate(fate: SessionFate) -> bytes:
    """Encode the fate as ``fate_of_session`` reads it."""
    return _FATE.encode(fate._replace(undone=tuple(replace(one, days=round(one.days, 2)) for one in fate.undone)))
