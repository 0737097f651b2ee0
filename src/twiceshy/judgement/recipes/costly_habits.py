"""Store the habits that significantly go with worse outcomes, over all sessions, and read them for the report.

The report shows them and has no time to compute them.
"""

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.observations import KIND as OBSERVATIONS
from twiceshy.archive.observations import read_observations
from twiceshy.archive.reads import judgements as reads
from twiceshy.base.values import Scope
from twiceshy.judgement.outcomes.costly_effects import find_costly
from twiceshy.judgement.outcomes.effect_sentences import render_effect
from twiceshy.records.codec import Codec
from twiceshy.records.figures import CostlyHabit

COSTLY = "effects"
"""Kind of ``derived``."""
_EVERYTHING = b"all"
_VERSION = 3
_HABITS = Codec(list[CostlyHabit])


def store_costly_habits(store: Store) -> None:
    """Store the costly habits again if the observations have changed."""
    inputs = {_EVERYTHING: reads.hash_kind(store.connection, OBSERVATIONS)}
    if store.find_stale(COSTLY, inputs, _VERSION):
        costly = find_costly(list(read_observations(store, Scope())))
        habits = [CostlyHabit(key=one.exposure, words=render_effect(one), q=one.q) for one in costly]
        entry = DerivedValue(_EVERYTHING, inputs[_EVERYTHING], _HABITS.encode(habits))
        store.put_derived(COSTLY, [entry], _VERSION)


def read_costly_habits(store: Store, scope: Scope) -> list[CostlyHabit]:
    """Return the stored costly habits; none for a part of what is stored."""
    kept = store.get_derived(COSTLY, _EVERYTHING) if scope == Scope() else None
    return _HABITS.decode(kept.value) if kept else []
