"""Put what leaves of a run into the outbox, in the transaction that stores the run or what a person said of it."""

from collections.abc import Sequence
from datetime import datetime

from twiceshy.archive import outbox
from twiceshy.archive.db import Store
from twiceshy.archive.reads.runs import read_feedback
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import fit_row, limit_level
from twiceshy.records.executions import Feedback, RunRecord
from twiceshy.records.team import WireRow

_NOTHING = Feedback(false_positive=False)
"""What is stored of a run of which nothing was said."""


def list_leaving(run: RunRecord, folder: str, terms: SendingTerms) -> list[WireRow]:
    """Return what leaves of a run; ``folder``: where it ran, by which its project is known."""
    project = None
    if terms.team is not None:
        from twiceshy.logs.projects import find_remote_project  # noqa: PLC0415  # without a key it is not asked

        project = find_remote_project(folder)
    return make_run_rows(run.execution, run.matches, run.samples, terms, project)


def put_run(store: Store, rows: Sequence[WireRow], now: datetime) -> int:
    """Put a run's rows into the outbox, the run's own first; return how many were new.

    While the outbox is full none is put: they are made again from the store when there is room. The caller holds the
    transaction.
    """
    if outbox.read_full_since(store.connection) is not None:
        return 0
    return put_stored_run(store, rows, now)


def put_stored_run(store: Store, rows: Sequence[WireRow], now: datetime) -> int:
    """Put a run's rows into the outbox however full it is, unless they were put before; return how many were new."""
    if not outbox.put_once(store.connection, rows[:1], now):
        return 0
    return 1 + outbox.put_rows(store.connection, rows[1:], now)


def put_feedback(store: Store, run: bytes, terms: SendingTerms, now: datetime) -> int:
    """Put the stored feedback of a run into the outbox if it differs from what was put last; return how many rows.

    Only of runs that leave themselves, as a server would not know what it is about. The caller holds the transaction.
    """
    if outbox.find_mark(store.connection, run).rev < 0:
        return 0
    said = read_feedback(store.connection, run)
    key = terms.make_id("feedback", run)
    if said == _NOTHING and outbox.find_mark(store.connection, key).rev < 0:
        return 0
    row = WireRow(
        kind="feedback",
        id=key,
        rev=0,
        at=now,
        data={
            "execution": run.hex(),
            "rating": said.rating,
            "false_positive": said.false_positive,
            "should_have_exited": said.should_have_exited,
            "delay_should_be_s": said.delay_should_be_s,
            "comment": said.comment,
        },
    )
    limited = limit_level(row, terms.level)
    return 0 if limited is None else outbox.put_changes(store.connection, [fit_row(limited)], now)
