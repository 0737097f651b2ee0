"""Find corrections that a new session makes at its start to an earlier session's work on the same files.

Only sessions whose first words object are compared with earlier ones, so it costs one more reading of what is new.
What is found is stored with the earlier session, which is judged again.
"""

import json
from collections.abc import Iterable

from twiceshy.outcomes.corrections import (
    NEXT_SESSION_DAYS,
    VERSION,
    find_next_session_corrections,
    find_objecting_first_turn,
)
from twiceshy.records.outcomes import Correction
from twiceshy.store.db import Store
from twiceshy.store.derived_values import DerivedValue
from twiceshy.store.reads import judgements as reads
from twiceshy.store.reads import stories

LATER = "corrected-later"
"""Kind of ``derived``, by the earlier session: what later sessions corrected."""
_LOOKED = "looked-back"
"""By the later session: that it was held against earlier ones."""
_MOST_EARLIER = 10
"""Earlier sessions that one is held against, the newest (guess)."""


def look_back(store: Store) -> int:
    """Compare new and changed sessions with earlier ones; return how many sessions there were."""
    inputs = stories.hash_inputs(store.connection)
    stale = store.find_stale(_LOOKED, inputs, VERSION)
    for story in stories.read_stories(store, stale):
        if find_objecting_first_turn(story) is not None:
            before = reads.find_earlier_sessions(store.connection, story.session, NEXT_SESSION_DAYS, _MOST_EARLIER)
            for earlier in stories.read_stories(store, before):
                if found := find_next_session_corrections(story, earlier):
                    _store_corrections(store, earlier.session, story.session, found)
    store.put_derived(_LOOKED, [DerivedValue(uid, inputs[uid], b"{}") for uid in stale], VERSION)
    return len(stale)


def read_later_corrections(store: Store, session: bytes) -> tuple[Correction, ...]:
    """Return what later sessions corrected of a session's work."""
    return tuple(
        Correction(prompt=bytes.fromhex(prompt), why=why, confidence=sure, calls=tuple(map(bytes.fromhex, calls)))
        for rows in _read_rows(store, session).values()
        for prompt, why, sure, calls in rows
    )


_CorrectionRow = tuple[str, str, float, list[str]]
"""A correction as JSON: prompt, why, confidence, calls."""


def _read_rows(store: Store, session: bytes) -> dict[str, list[_CorrectionRow]]:
    kept = store.get_derived(LATER, session)
    rows: dict[str, list[_CorrectionRow]] = json.loads(kept.value) if kept is not None else {}
    return rows


def _store_corrections(store: Store, earlier: bytes, by: bytes, found: Iterable[Correction]) -> None:
    rows = _read_rows(store, earlier)
    rows[by.hex()] = [(one.prompt.hex(), one.why, one.confidence, [call.hex() for call in one.calls]) for one in found]
    store.put_derived(LATER, [DerivedValue(earlier, b"", json.dumps(rows).encode())], VERSION)
