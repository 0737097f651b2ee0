"""Judge behaviour: count it again for each session whose steps changed, and store it as ``derived``."""

from collections.abc import Iterator

from twiceshy.archive.behaviours import BEHAVIOUR, KIND
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.reads import stories
from twiceshy.logs.behaviour_counts import VERSION, count_behaviour
from twiceshy.logs.collect.judge_calls import judge_calls
from twiceshy.logs.collect.step_faults import StepFaults

_AT_ONCE = 200
"""Sessions a transaction: a killed run loses no more than these (guess, 2026-11-21)."""


def judge_behaviour(store: Store, *, fresh: bool = False) -> int:
    """Judge the sessions whose steps changed; return how many that were. What their calls were is judged before.

    ``fresh``: as of ``judge_calls``.
    """
    judge_calls(store, fresh=fresh)
    hashes = stories.hash_step_inputs(store.connection)
    faults = StepFaults(store, "behaviour", VERSION)
    stale = faults.select(store.find_stale(KIND, hashes, VERSION), hashes)

    def act(some: list[bytes]) -> None:
        store.put_derived(KIND, list(_judge_sessions(store, some, hashes)), VERSION)

    for start in range(0, len(stale), _AT_ONCE):
        faults.act_on(stale[start : start + _AT_ONCE], act, hashes)
    return len(stale)


def _judge_sessions(store: Store, sessions: list[bytes], hashes: dict[bytes, bytes]) -> Iterator[DerivedValue]:
    """Yield the sessions' behaviour as values to store."""
    for uid, found in stories.read_steps(store.connection, sessions):
        yield DerivedValue(uid, hashes[uid], BEHAVIOUR.encode(count_behaviour(found)))
