"""An OpenCode database that somebody made to harm: it is read in time, or refused, and nothing else happens."""

import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import pytest
from tests.logs.test_opencode_forms import database as make_database
from tests.logs.test_opencode_forms import events_of

from twiceshy.base.errors import SourceError
from twiceshy.logs.opencode import database
from twiceshy.logs.opencode.database import holds_sessions

ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
COLUMNS = "'m' AS id, 's' AS session_id, 's' AS message_id, 1 AS time_created, 1 AS time_updated, '{}' AS data"


def run(script: str) -> Callable[[Path], None]:
    def change(path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            connection.executescript(script)
            connection.commit()

    return change


REFUSED = {
    "a view for a table": run(f"DROP TABLE part; CREATE VIEW part AS SELECT {COLUMNS} FROM ({ENDLESS})"),
    "a view with a trigger": run(
        f"DROP TABLE part; CREATE VIEW part AS SELECT {COLUMNS};"
        "CREATE TRIGGER t INSTEAD OF UPDATE ON part BEGIN DELETE FROM message; END"
    ),
    "a virtual table": run(
        "DROP TABLE part; CREATE VIRTUAL TABLE part USING fts5(id, message_id, session_id, time_created, "
        "time_updated, data)"
    ),
}
READ = {
    "triggers": run(
        "CREATE TRIGGER a AFTER INSERT ON message BEGIN DELETE FROM session; END;"
        "CREATE TRIGGER b BEFORE UPDATE ON part BEGIN DELETE FROM message; END"
    ),
    "a view beside the tables": run(f"CREATE VIEW other AS {ENDLESS}"),
    "texts for numbers": run(
        "UPDATE part SET time_updated = 'x'; UPDATE message SET time_updated = 'y' WHERE rowid > 1"
    ),
    "bytes for texts": run("UPDATE part SET id = x'ff00', data = x'fe' WHERE rowid = 1"),
    "nothing for texts": run("UPDATE part SET message_id = NULL, data = NULL WHERE rowid = 1"),
    "numbers for texts": run("UPDATE session SET directory = 7, title = 2.5, version = x'00', parent_id = 3"),
    "huge times": run("UPDATE message SET time_created = 9e300, time_updated = -9223372036854775808"),
    "an index that lies": run(
        "CREATE INDEX i ON part(session_id); PRAGMA writable_schema = 1;"
        "UPDATE sqlite_master SET sql = 'CREATE INDEX i ON part(data)' WHERE name = 'i'"
    ),
}


@pytest.mark.parametrize("change", REFUSED.values(), ids=REFUSED)
def test_what_is_no_plain_table_is_no_database_of_its(change: Callable[[Path], None], tmp_path: Path) -> None:
    """SQL of somebody else would run in it."""
    path = make_database(tmp_path / "opencode.db")
    change(path)

    assert not holds_sessions(path)


@pytest.mark.parametrize("change", READ.values(), ids=READ)
def test_odd_rows_cost_no_more_than_themselves(change: Callable[[Path], None], tmp_path: Path) -> None:
    """The database is as it was, and a reader ends with events or with words for people."""
    path = make_database(tmp_path / "opencode.db")
    change(path)
    before = path.read_bytes()
    started = time.monotonic()
    with suppress(SourceError):
        events_of(path)

    assert path.read_bytes() == before
    assert time.monotonic() - started < 10


def test_a_column_that_computes_for_ever_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By a clock of our own."""
    monkeypatch.setattr(database, "LONGEST_S", 0.2)
    path = make_database(tmp_path / "opencode.db")
    bomb = "length(replace(hex(zeroblob(4000 + time_created)), '0', 'xxxxx'))"
    column = f"data TEXT GENERATED ALWAYS AS ({' + '.join([bomb] * 40)}) VIRTUAL"
    run(
        "DROP TABLE part; CREATE TABLE part (id TEXT, message_id TEXT, session_id TEXT, time_created INTEGER, "
        f"time_updated INTEGER, {column}); INSERT INTO part (id, message_id, session_id, time_created, time_updated) "
        f"SELECT 'p' || id, id, session_id, 1, 1 FROM message, ({' UNION '.join(f'SELECT {n}' for n in range(400))})"
    )(path)
    started = time.monotonic()
    with pytest.raises(SourceError, match="interrupted"):
        events_of(path)

    assert time.monotonic() - started < 10
