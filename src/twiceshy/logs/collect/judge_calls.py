"""Judge what each call was: an attempt or a wait; failed, worked or unseen. It runs before anything counts failures."""

from twiceshy.archive.call_statuses import KIND, put_statuses
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue, list_keys, put
from twiceshy.archive.reads import stories
from twiceshy.archive.reads.calls import StoredCall, read_agent, read_logged_calls
from twiceshy.commands.calls.call_status import VERSION, judge_statuses
from twiceshy.logs.collect.step_faults import StepFaults
from twiceshy.logs.readers import traits_of
from twiceshy.records.attempts import CallStatus, LoggedCall

_AT_ONCE = 50
"""Sessions a transaction: a killed run loses no more than these (guess, 2026-11-22)."""


def judge_calls(store: Store, *, fresh: bool = False) -> int:
    """Judge the calls of sessions that changed, or that older rules judged; return how many sessions that were.

    ``fresh``: what no session was judged of was stored by this very run, so that no command is parsed again.
    """
    hashes = stories.hash_step_inputs(store.connection)
    faults = StepFaults(store, "calls", VERSION)
    judged = list_keys(store.connection, KIND).union(faults.keys()) if fresh else hashes.keys()
    stale = faults.select(store.find_stale(KIND, hashes, VERSION), hashes)

    def act(some: list[bytes]) -> None:
        changed = [one for session in some for one in _find_changed(store, session, fresh=session not in judged)]
        with store.begin_writing() as connection:
            put_statuses(connection, changed, store.body)
            put(connection, KIND, [DerivedValue(session, hashes[session], b"{}") for session in some], VERSION)

    for start in range(0, len(stale), _AT_ONCE):
        faults.act_on(stale[start : start + _AT_ONCE], act, hashes)
    return len(stale)


def _find_changed(store: Store, session: bytes, *, fresh: bool) -> list[CallStatus]:
    """Return the calls of a session that were something else than their rows say."""
    traits = traits_of(read_agent(store, session))
    stored = list(read_logged_calls(store, session, traits.waits))
    if fresh:
        stored = [one._replace(logged=one.logged._replace(masked=one.masked)) for one in stored]
    found = judge_statuses([one.logged for one in stored], traits.waits, marks_failures=traits.marks_failures)
    by_call = {one.logged.uid: one for one in stored}
    return [one for one in found if _differs(one, by_call[one.uid])]


def _differs(found: CallStatus, stored: StoredCall) -> bool:
    """Tell whether a call was something else than its row says."""
    logged: LoggedCall = stored.logged
    before = (logged.action, stored.masked, logged.failure, logged.exit_code)
    after = (found.action, found.masked, found.failure, found.exit_code)
    return found.action == "wait" or bool(found.said) or before != after
