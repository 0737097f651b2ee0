"""A fault that a whole store cannot raise is not called a bug before the store was looked through."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.archive.db import ARCHIVE, BODIES, Store
from twiceshy.archive.failure_causes import explain_failure, find_damage
from twiceshy.base.config import load
from twiceshy.base.errors import StoreCorrupt, StoreUnwritable, SystemRefusal, UsageError
from twiceshy.logs.collect import ingest
from twiceshy.recipes.demo.lesson_story import write_session
from twiceshy.records.codec import DamagedValue

BUG = KeyError("ours")
SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.archive.sql"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A data folder with an empty store, its long texts included."""
    with Store.open(tmp_path / "data") as store, store.begin_writing_bodies():
        pass
    return tmp_path / "data"


def execute(path: Path, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute(sql, values)


def test_a_bug_on_a_whole_store_is_a_bug(home: Path) -> None:
    """A real bug must be seen."""
    assert find_damage(home) is None
    assert explain_failure(BUG, home) is None


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_a_whole_store_of_any_version_is_whole(sample: Path, tmp_path: Path) -> None:
    """With everything that was ever written into one; an older one has fewer tables."""
    with closing(sqlite3.connect(tmp_path / ARCHIVE)) as connection:
        connection.executescript(sample.read_text(encoding="utf-8"))

    assert find_damage(tmp_path) is None


def test_a_store_that_sessions_were_read_into_is_whole(tmp_path: Path, scratch_home: Path) -> None:
    """Ranks of texts take all 64 bits."""
    write_session(scratch_home, 1, datetime(2026, 11, 1, tzinfo=UTC))
    config = load({"home": str(tmp_path / "data")}, {"TWICESHY_INGEST_PROCESSES": "1"}, tmp_path)
    ingest([scratch_home], config)

    assert find_damage(config.home) is None


def test_a_store_that_nobody_can_look_at_is_not_called_damaged(home: Path) -> None:
    """Another process holds it."""
    with closing(sqlite3.connect(home / ARCHIVE, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode = DELETE")
        other.execute("BEGIN EXCLUSIVE")
        with pytest.MonkeyPatch.context() as patch:
            real = sqlite3.connect
            patch.setattr(sqlite3, "connect", lambda *given, **named: real(*given, **{**named, "timeout": 0}))
            assert find_damage(home) is None


@pytest.mark.parametrize("there", [True, False])
def test_a_bug_without_a_store_is_a_bug(there: bool, tmp_path: Path) -> None:
    """There is nothing that could be damaged."""
    assert explain_failure(BUG, tmp_path if there else None) is None


@pytest.mark.parametrize("name", [ARCHIVE, BODIES])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"noise" * 1000, id="no database"),
        pytest.param(b"SQLite format 3\0" + b"\xff" * 8000, id="a broken header"),
    ],
)
def test_a_file_that_is_no_store_is_damage(name: str, content: bytes, home: Path) -> None:
    """The file is named, and what to do."""
    (home / name).write_bytes(content)

    found = explain_failure(BUG, home)

    assert isinstance(found, StoreCorrupt)
    assert str(home / name) in str(found)
    assert "twiceshy ingest" in str(found)


@pytest.mark.parametrize(
    ("sql", "values", "words"),
    [
        pytest.param("DROP TABLE reply", (), "it has no reply.", id="a table is gone"),
        pytest.param("ALTER TABLE prompt DROP COLUMN kind", (), "it has no prompt.kind", id="a column is gone"),
        pytest.param("INSERT INTO forgotten (forgotten_at) VALUES ('never')", (), "time", id="a time that is none"),
        pytest.param("INSERT INTO meta VALUES ('x', CAST(? AS TEXT))", (b"\xff",), "UTF-8", id="a text that is none"),
    ],
)
def test_what_sqlite_cannot_see_is_damage_too(sql: str, values: tuple[object, ...], words: str, home: Path) -> None:
    """A table, a column, a text or a time."""
    execute(home / ARCHIVE, sql, *values)

    assert words in str(find_damage(home))


def test_a_number_out_of_range_is_damage(home: Path) -> None:
    """Sums of such numbers overflow."""
    execute(home / ARCHIVE, "INSERT INTO project (identity, name) VALUES ('x', 'x')")
    execute(home / ARCHIVE, "UPDATE project SET id = ?", 2**62)

    assert "out of range" in str(find_damage(home))


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        pytest.param(MemoryError(), SystemRefusal, id="no memory"),
        pytest.param(OSError(28, "No space left on device"), SystemRefusal, id="no space"),
        pytest.param(DamagedValue("a stored time"), StoreCorrupt, id="a value that cannot be read"),
        pytest.param(UnicodeEncodeError("utf-8", "\udcff", 0, 1, "surrogates"), UsageError, id="half a character"),
        pytest.param(sqlite3.OperationalError("disk"), StoreUnwritable, id="SQLite"),
    ],
)
def test_each_cause_has_its_kind(error: Exception, kind: type[Exception], tmp_path: Path) -> None:
    """Without a look at the store."""
    if isinstance(error, sqlite3.Error):
        error.sqlite_errorcode = sqlite3.SQLITE_FULL

    assert isinstance(explain_failure(error, tmp_path), kind)
