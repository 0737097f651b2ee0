"""Find corrections that a new session makes at its start to an earlier session's work on the same files.

Only sessions whose first words object and whose first turn removes lines are compared with earlier ones; of all others
no more than these words is read. What is found is stored with the earlier session, which is judged again.
"""

from collections.abc import Iterable
from dataclasses import replace

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import judgements as reads
from twiceshy.archive.reads import stories
from twiceshy.judgement.outcomes.corrections import (
    NEXT_SESSION_DAYS,
    VERSION,
    find_next_session_corrections,
    find_objecting_first_turn,
    is_objection,
)
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.readers import speaker_of
from twiceshy.records.codec import Codec
from twiceshy.records.outcomes import Correction
from twiceshy.records.stories import Story

LATER = "corrected-later"
"""Kind of ``derived``, by the earlier session: what later sessions corrected."""
_CORRECTIONS = Codec(dict[bytes, tuple[Correction, ...]])
"""By the later session."""
_LOOKED = "looked-back"
"""By the later session: that it was held against earlier ones."""
_MOST_EARLIER = 10
"""Earlier sessions that one is held against, the newest (guess, 2026-11-21)."""


def look_back(store: Store) -> int:
    """Compare new and changed sessions with earlier ones; return how many sessions there were."""
    inputs = stories.hash_inputs(store.connection)
    faults = StepFaults(store, "later", VERSION)
    stale = faults.select(store.find_stale(_LOOKED, inputs, VERSION), inputs)

    def act(some: list[bytes]) -> None:
        words = stories.read_first_words(store, some)
        for story in stories.read_stories(store, [uid for uid, said in words.items() if is_objection(said)]):
            _compare_with_earlier(store, story)
        store.put_derived(_LOOKED, [DerivedValue(uid, inputs[uid], b"{}") for uid in some], VERSION)

    if stale:
        faults.act_on(stale, act, inputs)
    return len(stale)


def _compare_with_earlier(store: Store, story: Story) -> None:
    """Store what the start of a session corrects of earlier ones."""
    if find_objecting_first_turn(story) is None:
        return
    before = reads.find_earlier_sessions(store.connection, story.session, NEXT_SESSION_DAYS, _MOST_EARLIER)
    for earlier in stories.read_stories(store, before):
        if found := find_next_session_corrections(story, earlier):
            said = [replace(one, speaker=speaker_of(story.agent)) for one in found]
            _store_corrections(store, earlier.session, story.session, said)


def read_later_corrections(store: Store, session: bytes) -> tuple[Correction, ...]:
    """Return what later sessions corrected of a session's work."""
    return tuple(one for some in _read_by_session(store, session).values() for one in some)


def _read_by_session(store: Store, session: bytes) -> dict[bytes, tuple[Correction, ...]]:
    kept = store.get_derived(LATER, session)
    return _CORRECTIONS.decode(kept.value) if kept is not None else {}


def _store_corrections(store: Store, earlier: bytes, by: bytes, found: Iterable[Correction]) -> None:
    known = _read_by_session(store, earlier) | {by: tuple(found)}
    store.put_derived(LATER, [DerivedValue(earlier, b"", _CORRECTIONS.encode(known))], VERSION)
