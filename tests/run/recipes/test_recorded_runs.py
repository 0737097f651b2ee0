"""What a person says of a run leaves after it, and each word of theirs is a new revision."""

from pathlib import Path

from tests.archive.run_records import record
from wings.team.tests.sync.sending import NOW, terms, waiting

from twiceshy.archive import outbox, run_rows
from twiceshy.archive.db import Store
from twiceshy.base.values import Scrubbed
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.records.executions import Feedback
from twiceshy.run.recipes.recorded_runs import put_feedback, put_run

SAID = Feedback(rating=2, comment=Scrubbed("too early"), false_positive=True, delay_should_be_s=4.5)


def test_feedback_on_a_run_that_stays_here_stays_here(tmp_path: Path) -> None:
    """The server would not know what it is about."""
    run = record(1)
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        run_rows.add(connection, run, NOW)
        run_rows.give_feedback(connection, run.execution.execution_id, SAID, [], NOW)

        assert put_feedback(store, run.execution.execution_id, terms("full"), NOW) == 0
        assert waiting(store) == []


def test_the_newest_feedback_leaves(tmp_path: Path) -> None:
    """The same again is no row; the words of it only where texts leave."""
    run = record(1)
    key = run.execution.execution_id
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        run_rows.add(connection, run, NOW)
        put_run(store, make_run_rows(run.execution, (), (), terms()), NOW)
        run_rows.give_feedback(connection, key, SAID, [], NOW)
        assert [put_feedback(store, key, terms(), NOW) for _ in "ab"] == [1, 0]

        run_rows.give_feedback(connection, key, Feedback(rating=5), [], NOW)
        assert put_feedback(store, key, terms(), NOW) == 1
        (row,) = [row for row in waiting(store) if row.kind == "feedback"]
        assert (row.rev, row.data["rating"], row.data["false_positive"]) == (1, 5, True)
        assert "comment" not in row.data

        assert put_feedback(store, key, terms("full"), NOW) == 1
        (row,) = [row for row in waiting(store) if row.kind == "feedback"]
        assert (row.rev, row.data["comment"]) == (2, "too early")


def test_a_run_is_put_once(tmp_path: Path) -> None:
    """And not again after the server took it."""
    rows = make_run_rows(record(1).execution, record(1).matches, (), terms())
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        assert (put_run(store, rows, NOW), put_run(store, rows, NOW)) == (2, 0)
        assert {row.id for row in waiting(store)} == {row.id for row in rows}

        connection.execute("DELETE FROM outbox")
        assert put_run(store, rows, NOW) == 0


def test_a_full_outbox_takes_no_run(tmp_path: Path) -> None:
    """Recording goes on; there is room again later."""
    rows = make_run_rows(record(1).execution, record(1).matches, (), terms())
    with Store.open(tmp_path) as store, store.begin_writing() as connection:
        outbox.note_full(connection, NOW)
        assert (put_run(store, rows, NOW), waiting(store)) == (0, [])

        outbox.note_full(connection, None)
        assert put_run(store, rows, NOW) == 2
