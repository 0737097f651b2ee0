"""Find which changes the store's sessions say were bad: corrected by a person, or rolled back, after the commit."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from twiceshy.archive.call_fates import read_call_fates
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.reads.authorship import find_sessions, read_traces
from twiceshy.archive.reads.event_times import read_event_times
from twiceshy.archive.reads.judged_work import read_judged_tasks
from twiceshy.archive.session_links import links_of_session
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreError
from twiceshy.logs.projects import find_project
from twiceshy.records.change_risk import FixLabel, TimedChange
from twiceshy.wings.git.predict.risk.faulty_work import WorkFault, find_faulty_commits


def find_corrected(config: Config, repo: Path, changes: Sequence[TimedChange]) -> list[FixLabel]:
    """Return a label for each change whose work was corrected or rolled back after it, as far as that is sure.

    A store that cannot be read knows nothing: ``doctor`` says what is wrong with it.
    """
    with suppress(StoreError):
        if has_store(config.home):
            with Store.open(config.home, readonly=True) as store:
                return list(_read_labels(store, find_project(repo.resolve()).identity, changes))
    return []


def _read_labels(store: Store, identity: str, changes: Sequence[TimedChange]) -> Iterator[FixLabel]:
    known = {one.commit.hash: one for one in changes}
    for session in find_sessions(store.connection, identity):
        linked = [known[one.commit_hash] for one in links_of_session(store, session) if one.commit_hash in known]
        faults = list(_read_faults(store, session)) if linked else []
        if faults:
            trace = next(read_traces(store, [session]))
            yield from find_faulty_commits(trace.touches, linked, faults)


def _read_faults(store: Store, session: bytes) -> Iterator[WorkFault]:
    """Yield what was corrected or rolled back in a session, where that is sure enough to count."""
    judged, fates = read_judged_tasks(store, session), read_call_fates(store, session)
    if judged is None or fates is None:
        return
    said = [(one.prompt, fates.corrected.intersection(one.calls), "corrected") for one in judged.result.corrections]
    done = [(one.by, fates.rolled_back.intersection(one.calls), "rolled-back") for one in judged.result.rollbacks]
    times = read_event_times(store.connection, [uid.hex() for uid, _, _ in (*said, *done)])
    for uid, calls, source in (*said, *done):
        at = times.get(uid.hex())
        if at is not None and calls:
            yield WorkFault(at.timestamp(), calls, source)
