"""When a server's database breaks off, is full, or many write at once, nothing is lost and nothing doubled."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest
from tests.postgres import LOGIN, MISSING, PostgresqlServer, find_programs, make_template
from wings.team.tests.store.team_rows import NOW, a_caller, a_row, a_tombstone

from twiceshy.base.errors import StoreBusy, StoreError, StoreUnwritable
from twiceshy.records.team import Caller, RowAnswer, WireRow
from twiceshy_team.store import postgresql
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store
from twiceshy_team.store.postgresql import translate_errors


@pytest.fixture
def breakable() -> Iterator[PostgresqlServer]:
    """A server of its own, which waits for the disk, so that a crash loses nothing."""
    programs = find_programs()
    if programs is None:
        pytest.skip(MISSING)
    server = PostgresqlServer(programs, durable=True)
    try:
        server.start()
        make_template(server)
        yield server
    finally:
        server.remove()


def accept_patiently(store: TeamStore, caller: Caller, rows: list[WireRow]) -> list[RowAnswer]:
    """Ask until the server has found what it had, which takes a busy machine some seconds."""
    until = time.monotonic() + 60
    while True:
        try:
            return store.accept(caller, rows, NOW)
        except StoreBusy:
            assert time.monotonic() < until


def test_what_was_answered_outlives_a_crash(breakable: PostgresqlServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """What was not answered is said to be unstored, and the store finds the server again by itself."""
    monkeypatch.setattr(postgresql, "_WAIT_S", 2.0)
    store = open_team_store(breakable.url("template_team", LOGIN))
    caller = a_caller(store)
    rows = [a_row("event", str(number)) for number in range(50)]
    stored = store.accept(caller, rows[:25], NOW)
    breakable.stop(signal.SIGKILL)
    with pytest.raises((StoreUnwritable, StoreBusy), match=r"[Nn]othing"):
        store.accept(caller, rows, NOW)
    breakable.start()
    after = accept_patiently(store, caller, rows)
    sums = store.fetch(caller.team, "SELECT sum(events) FROM event_day WHERE team_id = :team", {})
    store.close()

    assert {answer.verdict for answer in stored} == {"stored"}
    assert [answer.verdict for answer in after] == ["known"] * 25 + ["stored"] * 25
    assert [(int(count),) for (count,) in sums] == [(50,)]


def test_a_full_disk_stores_nothing_and_says_so(breakable: PostgresqlServer) -> None:
    """When there is room again the same rows are taken."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small disk to fill")
    small = breakable.folder / "small"
    small.mkdir()
    owner = (breakable.folder / "data").stat()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size=3m,mode=700,uid={owner.st_uid},gid={owner.st_gid}", "tmpfs", small],
        check=False,
    )
    if mounted.returncode:
        pytest.skip("no file system may be mounted here")
    try:
        with psycopg.connect(breakable.url("template_team"), autocommit=True) as connection:
            connection.execute(f"CREATE TABLESPACE small LOCATION '{small}'".encode())
            connection.execute("ALTER TABLE event SET TABLESPACE small")
        store = open_team_store(breakable.url("template_team", LOGIN))
        caller = a_caller(store)
        rows = [a_row("event", str(number), body="x" * 3000 + os.urandom(1500).hex()) for number in range(1000)]
        with pytest.raises(StoreUnwritable, match=r"takes nothing now \(DiskFull"):
            store.accept(caller, rows, NOW)
        with psycopg.connect(breakable.url("template_team"), autocommit=True) as connection:
            connection.execute("ALTER TABLE event SET TABLESPACE pg_default")
        answers = store.accept(caller, rows, NOW)
        store.close()
    finally:
        breakable.stop()
        subprocess.run(["umount", small], check=True)

    assert {answer.verdict for answer in answers} == {"stored"}


def run_together(work: Sequence[tuple[Caller, Sequence[WireRow]]], store: TeamStore) -> list[list[str]]:
    """Verdicts of batches that begin at the same moment."""
    gate = threading.Barrier(len(work))

    def send(caller: Caller, rows: Sequence[WireRow]) -> list[str]:
        gate.wait()
        return [answer.verdict for answer in store.accept(caller, rows, NOW)]

    with ThreadPoolExecutor(len(work)) as pool:
        return [one.result() for one in [pool.submit(send, caller, rows) for caller, rows in work]]


def test_the_same_rows_at_once_are_stored_once(store: TeamStore) -> None:
    """By eight clients, each in an order of its own; sums count each once."""
    caller = a_caller(store)
    rows = [a_row("event", str(number)) for number in range(100)]
    orders = [rows[place * 12 :] + rows[: place * 12] for place in range(8)]
    found = run_together([(caller, order) for order in orders], store)
    ((events,),) = store.fetch(caller.team, "SELECT sum(events) FROM event_day WHERE team_id = :team", {})

    assert sorted(verdict for verdicts in found for verdict in verdicts) == ["known"] * 700 + ["stored"] * 100
    assert events == 100


def test_revisions_at_once_leave_the_newest(store: TeamStore) -> None:
    """Whichever comes first."""
    caller = a_caller(store)
    work = [(caller, [a_row("session", str(number), rev) for number in range(20)]) for rev in range(6)]
    run_together(work, store)
    revisions = store.fetch(caller.team, "SELECT DISTINCT rev FROM session WHERE team_id = :team", {})

    assert revisions == [(5,)]


def test_a_row_never_slips_past_its_tombstone(store: TeamStore) -> None:
    """Sent at the same moment, on ten members: it is gone, and its sums are none."""
    first = a_caller(store)
    callers = [first, *(a_caller(store, first.team, f"person {number}") for number in range(9))]
    rows = {caller: [a_row("event", caller.member.hex() + str(number)) for number in range(20)] for caller in callers}
    work = [(caller, rows[caller]) for caller in callers]
    work += [(caller, [a_tombstone(row) for row in rows[caller]]) for caller in callers]
    run_together(work, store)
    sql = "SELECT (SELECT count(*) FROM event WHERE team_id = :team), sum(events) FROM event_day WHERE team_id = :team"
    ((left, events),) = store.fetch(first.team, sql, {})
    ids, _ = store.list_erasures(first, "")

    assert (left, events or 0) == (0, 0)
    assert len(ids) == len(set(ids)) == 200


def test_no_text_of_a_row_is_in_an_error(shared_team_database: str) -> None:
    """The driver quotes values; we say its code."""
    with (
        pytest.raises(StoreError, match="InvalidTextRepresentation, SQLSTATE 22P02") as found,
        translate_errors(),
        psycopg.connect(shared_team_database) as connection,
    ):
        connection.execute("SELECT CAST(%s AS uuid)", ("geheim",))

    assert "geheim" not in str(found.value)
    assert found.value.__cause__ is None
    assert found.value.__suppress_context__
