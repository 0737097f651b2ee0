"""No foreign exception leaves the store, and no fault loses what was stored."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.archive.conftest import Log, state, stored

from twiceshy.archive import connect, guard, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.rows import pack_events
from twiceshy.archive.storage_errors import translate_sqlite_error
from twiceshy.base.errors import (
    StoreBusy,
    StoreCorrupt,
    StoreError,
    StoreOnNetwork,
    StoreTooNew,
    StoreUnwritable,
    ToolMissing,
)


def prompts(home: Path) -> list[str]:
    with Store.open(home) as store:
        return [text for (text,) in store.connection.execute("SELECT text FROM prompt ORDER BY id")]


def test_a_writer_that_waits_too_long_is_told_and_loses_nothing(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another process holds the write lock: busy, and the same batch goes in afterwards."""
    monkeypatch.setattr(connect, "BUSY_S", 0.05)
    with Store.open(home) as first, Store.open(home) as second:
        stored(first, Log().opened().prompt("one"))
        with first.begin_writing(), pytest.raises(StoreBusy, match="try again"):
            stored(second, Log("other").opened().prompt("two"))
        stored(second, Log("other").opened().prompt("two"))

    assert prompts(home) == ["one", "two"]


@pytest.mark.parametrize("name", ["twiceshy.db", "bodies.db"])
@pytest.mark.parametrize(
    "damage",
    [
        pytest.param(lambda raw: b"this is not a database, but it is long enough to be one " * 200, id="overwritten"),
        pytest.param(lambda raw: raw[:100] + b"\xff" * (len(raw) - 100), id="pages lost"),
    ],
)
def test_a_damaged_file_is_named_and_left_alone(home: Path, name: str, damage: Callable[[bytes], bytes]) -> None:
    """The message says what to do; the file stays as it is for whoever can mend it."""
    with Store.open(home) as store:
        stored(store, Log().everything("rotate"))
    path = home / name
    path.write_bytes(damage(path.read_bytes()))
    before = path.read_bytes()

    with pytest.raises(StoreCorrupt, match=name), Store.open(home) as store:
        stored(store, Log("second").everything("rotate again"))
    assert path.read_bytes() == before


def test_a_damaged_pack_is_found_by_its_reader_only(store: Store) -> None:
    """The rest stays readable."""
    stored(store, Log().opened().prompt("p" * 500))
    ((body,),) = store.connection.execute("SELECT body FROM prompt").fetchall()
    with store.begin_writing_bodies() as open_bodies:
        open_bodies.connection.execute("UPDATE pack SET data = x'00'")
    with pytest.raises(StoreCorrupt, match="pack 1"):
        store.body(body)
    with store.begin_writing_bodies() as open_bodies:
        open_bodies.connection.execute("DELETE FROM pack")
    with pytest.raises(StoreCorrupt, match="missing"):
        store.body(body)


def test_missing_texts_and_broken_references_are_counted(store: Store) -> None:
    """What doctor shows."""
    stored(store, Log().everything("rotate"))
    assert check_integrity(store).is_whole
    with store.begin_writing_bodies() as open_bodies:
        open_bodies.connection.execute("DELETE FROM body WHERE hash = (SELECT min(hash) FROM body)")
    store.connection.execute("PRAGMA foreign_keys = OFF")
    store.connection.execute("UPDATE prompt SET session_id = 99")
    found = check_integrity(store)

    assert found.missing_texts == 1
    assert any("prompt" in fault for fault in found.faults)
    assert not found.is_whole


FILLER = """
import resource, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
from tests.archive.conftest import Log, state
from twiceshy.base.errors import StoreUnwritable
from twiceshy.archive.db import Store
from twiceshy.archive.rows import pack_events
import random
with Store.open(Path(sys.argv[1])) as store:
    resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000))
    done = 0
    try:
        for number in range(400):
            text = random.Random(number).randbytes(20_000).hex()
            short = [random.Random((number, i).__hash__()).randbytes(90).hex() for i in range(200)]
            log = Log(str(number)).opened().prompt(text)
            for word in short:
                log.reply(word)
            store.add(pack_events(log.events), state(str(number)))
            done += 1
            print(number, flush=True)
    except StoreUnwritable as error:
        assert "free some space" in str(error)
        print("full", flush=True)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="limits the size of files")
def test_a_full_disk_keeps_what_was_acknowledged(home: Path) -> None:
    """The error names the file; every batch that was acknowledged is there, and writing goes on when there is space."""
    root = Path(__file__).parents[2]
    child = subprocess.run(
        [sys.executable, "-c", FILLER, str(home), str(root)], capture_output=True, text=True, check=True
    )
    *acknowledged, last = child.stdout.split()
    assert last == "full"
    with Store.open(home) as store:
        kept = {name for (name,) in store.connection.execute("SELECT native_id FROM session")}
        assert set(acknowledged) <= kept
        assert len(kept) > 2
        assert check_integrity(store).is_whole
        assert stored(store, Log("after").everything("space")).new["prompt"] == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_permission_is_a_clear_error(home: Path) -> None:  # pragma: no cover  # not as root
    """Nothing is written; the message says what to give back."""
    with Store.open(home) as store:
        stored(store, Log().opened())
    (home / "twiceshy.db").chmod(0o400)
    home.chmod(0o500)
    try:
        with pytest.raises(StoreUnwritable), Store.open(home) as store:
            stored(store, Log("b").opened())
    finally:
        home.chmod(0o700)


def test_a_file_where_the_folder_should_be_is_a_clear_error(home: Path) -> None:
    """Also the operating system's errors become ours."""
    home.write_text("not a folder")
    with pytest.raises(StoreUnwritable, match="cannot be used"):
        Store.open(home)
    with pytest.raises(StoreUnwritable):
        Store.open(home / "below")
    with pytest.raises(StoreUnwritable):
        guard.load_salt(home / "salt")


def test_a_newer_store_is_refused_untouched(home: Path) -> None:
    """The message names both schemas and the ways out."""
    with Store.open(home) as store, store.begin_writing() as connection:
        connection.execute("INSERT INTO migration VALUES ('2027-01-03-later', '2027-01-03T00:00:00Z')")
    before = (home / "twiceshy.db").read_bytes()
    for readonly in (False, True):
        with pytest.raises(StoreTooNew, match=r"schema 2027-01-03.*\nNothing was changed.*git pull") as caught:
            Store.open(home, readonly=readonly)
        assert "TWICESHY_HOME" in str(caught.value)
    assert (home / "twiceshy.db").read_bytes() == before


def test_an_old_sqlite_is_refused() -> None:
    """With both versions and a way to a newer one."""
    connect.check_sqlite((3, 37, 0))
    with pytest.raises(ToolMissing, match=r"SQLite 3\.36\.1; the store needs 3\.37\.0"):
        connect.check_sqlite((3, 36, 1))


def test_a_network_folder_is_refused_before_anything_is_made(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names TWICESHY_HOME."""
    monkeypatch.setattr(guard, "network_type", lambda _home: "nfs4")
    with pytest.raises(StoreOnNetwork, match="TWICESHY_HOME"):
        Store.open(home)
    assert not home.exists()


def test_a_reader_that_lingers_keeps_traces_and_the_user_is_told(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The log of a file cannot be emptied under a reader: busy, and the sweep stays due."""
    monkeypatch.setattr(connect, "BUSY_S", 0.05)
    with Store.open(home) as store, Store.open(home, readonly=True) as reader:
        stored(store, Log().everything("rotate"))
        reader.connection.execute("BEGIN")
        reader.connection.execute("SELECT count(*) FROM prompt").fetchall()
        stored(store, Log("b").everything("more"))
        with store.begin_writing() as connection:
            sweep.mark_due(connection)
        with pytest.raises(StoreBusy, match="twiceshy cleanup"):
            sweep.sweep(store, thorough=False)
        assert check_integrity(store).sweep_due


def test_what_leaks_from_a_read_is_ours_too(home: Path) -> None:
    """Functions of reads use the connection; the store's own end turns their errors into ours."""
    with pytest.raises(StoreError, match="no such table"), Store.open(home) as store:
        store.connection.execute("SELECT * FROM nowhere")
    with Store.open(home) as store, pytest.raises(ValueError, match="mine"):
        raise ValueError("mine")


def test_a_failed_batch_leaves_no_row(store: Store) -> None:
    """Rows and cursor are one transaction."""
    batch = pack_events(Log().opened().prompt("one").events)
    batch.tables["mark"].append((0, b"x" * 16))
    with pytest.raises(StoreError):
        store.add(batch, state())

    for table in ("session", "prompt", "source"):
        assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,)


def test_an_error_without_code_is_still_ours() -> None:
    """Python's own complaints about a connection carry no code of SQLite's."""
    assert type(translate_sqlite_error(sqlite3.ProgrammingError("closed"), Path("x"))) is StoreError


def test_lost_long_texts_are_not_taken_for_none(home: Path) -> None:
    """An empty bodies.db in place of the lost one would look whole, and the texts would never come back."""
    with Store.open(home) as store:
        stored(store, Log().everything("rotate"))
    (home / "bodies.db").unlink()

    with Store.open(home) as store, pytest.raises(StoreCorrupt, match="is missing, and with it the long texts"):
        stored(store, Log("other").everything("again"))
    with Store.open(home, readonly=True) as store, pytest.raises(StoreCorrupt, match="Put back a copy"):
        store.body(b"0" * 16)
    assert not (home / "bodies.db").exists()
    with Store.open(home, readonly=True) as store:
        assert check_integrity(store).missing_texts > 0


def test_a_file_in_the_place_of_the_data_folder_is_named(tmp_path: Path) -> None:
    """It is no empty store, and the advice fits."""
    file = tmp_path / "file"
    file.write_text("mine")

    for home in (file, file / "below"):
        for readonly in (True, False):
            with pytest.raises(StoreUnwritable, match="A file stands where the data folder should be"):
                Store.open(home, readonly=readonly)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may look everywhere")
def test_a_closed_data_folder_is_named(home: Path) -> None:
    """Not being allowed to look is not the same as nothing being there."""
    with Store.open(home) as store:
        stored(store, Log().opened())
    home.chmod(0o000)
    try:
        for readonly in (True, False):
            with pytest.raises(StoreUnwritable, match="Permission denied"):
                Store.open(home, readonly=readonly)
    finally:
        home.chmod(0o700)
