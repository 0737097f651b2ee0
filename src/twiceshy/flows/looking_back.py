"""Looking back: a new session may begin by correcting what an earlier one of the project did to the same files.

Only sessions whose first words object are held against earlier ones, so it costs one more reading of what is new. What
is found is kept with the earlier session, which is judged anew.
"""

import json
from collections.abc import Iterable

from twiceshy.outcomes.corrections import (
    NEXT_SESSION_DAYS,
    VERSION,
    corrections_of_before,
    objecting_first_turn,
)
from twiceshy.records.outcomes import Correction
from twiceshy.store.db import Store
from twiceshy.store.derived import Derived
from twiceshy.store.reads import judged as reads
from twiceshy.store.reads import stories

LATER = "corrected-later"
"""Kind of ``derived``, by the earlier session: what later sessions corrected."""
LOOKED = "looked-back"
"""By the later session: that it was held against earlier ones."""
MOST_EARLIER = 10
"""Earlier sessions that one is held against, the newest (guess)."""


def look_back(store: Store) -> int:
    """How many sessions were held against earlier ones: those that are new or have changed."""
    inputs = stories.inputs(store.connection)
    stale = store.stale(LOOKED, inputs, VERSION)
    for story in stories.stories(store, stale):
        if objecting_first_turn(story) is not None:
            before = reads.before(store.connection, story.session, NEXT_SESSION_DAYS, MOST_EARLIER)
            for earlier in stories.stories(store, before):
                if found := corrections_of_before(story, earlier):
                    _keep(store, earlier.session, story.session, found)
    store.put_derived(LOOKED, [Derived(uid, inputs[uid], b"{}") for uid in stale], VERSION)
    return len(stale)


def later(store: Store, session: bytes) -> tuple[Correction, ...]:
    """What later sessions corrected of a session's work."""
    return tuple(
        Correction(prompt=bytes.fromhex(prompt), why=why, confidence=sure, calls=tuple(map(bytes.fromhex, calls)))
        for rows in _rows(store, session).values()
        for prompt, why, sure, calls in rows
    )


Row = tuple[str, str, float, list[str]]
"""A correction as JSON: prompt, why, confidence, calls."""


def _rows(store: Store, session: bytes) -> dict[str, list[Row]]:
    kept = store.derived(LATER, session)
    rows: dict[str, list[Row]] = json.loads(kept.value) if kept is not None else {}
    return rows


def _keep(store: Store, earlier: bytes, by: bytes, found: Iterable[Correction]) -> None:
    rows = _rows(store, earlier)
    rows[by.hex()] = [(one.prompt.hex(), one.why, one.confidence, [call.hex() for call in one.calls]) for one in found]
    store.put_derived(LATER, [Derived(earlier, b"", json.dumps(rows).encode())], VERSION)
