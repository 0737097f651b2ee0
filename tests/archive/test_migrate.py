"""Forward only, whole or not at all, and every schema that was ever released gets there."""

import re
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive import migrate
from twiceshy.archive.db import Store
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.migrate import Migration, split_statements
from twiceshy.base.errors import StoreTooNew

SAMPLES = sorted((Path(__file__).parent / "samples").glob("*.archive.sql"))


def opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, isolation_level=None)


@pytest.mark.parametrize("sample", SAMPLES, ids=lambda path: path.name)
def test_every_released_schema_migrates_and_keeps_its_rows(home: Path, sample: Path) -> None:
    """A stored sample becomes a store that reads and writes."""
    home.mkdir()
    others = {
        "bodies.db": next(path for path in sample.parent.glob("*.bodies.sql") if path.name[:4] <= sample.name[:4])
    }
    for name, dump in ({"twiceshy.db": sample} | others).items():
        with closing(sqlite3.connect(home / name)) as connection:
            connection.executescript(dump.read_text(encoding="utf-8"))
    with Store.open(home) as store:
        ((body,),) = store.connection.execute("SELECT body FROM prompt WHERE body IS NOT NULL").fetchall()
        assert store.body(body).startswith("rotate and more of it")
        again = stored(store, Log().everything("rotate"))
        assert set(again.new.values()) == {0}
        assert sum(again.duplicates.values()) == 8
        assert stored(store, Log("second").everything("more")).new["prompt"] == 2
        assert check_integrity(store).is_whole


def test_numbers_that_ended_a_report_are_repaired(home: Path) -> None:
    """A store that took counts of 2^63 - 1 can be added up again, and its good numbers stay."""
    home.mkdir()
    with closing(sqlite3.connect(home / "twiceshy.db")) as connection:
        connection.executescript(
            next(path for path in SAMPLES if path.name.startswith("0009")).read_text(encoding="utf-8")
        )
        connection.execute("UPDATE usage SET input = 9223372036854775807")
        connection.execute(
            """INSERT INTO usage (uid, session_id, model, input, output, cache_write, cache_read)
            SELECT x'aa', session_id, model, 9223372036854775807, 7, 3, -5 FROM usage"""
        )
        connection.execute("UPDATE result SET duration_s = 1e300, exit_code = 9223372036854775807")
        connection.execute("UPDATE call SET timeout_s = 9e999")
        connection.commit()
    with Store.open(home) as store:
        found = store.connection.execute(
            "SELECT sum(input), sum(output) > 7, min(cache_write) >= 0, min(cache_read) FROM usage"
        ).fetchall()
        kept = store.connection.execute("SELECT output, cache_write FROM usage WHERE uid = x'aa'").fetchall()
        spoiled = store.connection.execute(
            """SELECT count(duration_s) + count(exit_code) FROM result
            UNION ALL SELECT count(timeout_s) FROM call"""
        ).fetchall()

    assert found == [(0, 1, 1, 0)]
    assert kept == [(7, 3)]
    assert spoiled == [(0,), (0,)]


def test_the_present_schema_has_a_sample() -> None:
    """A migration without a stored sample could not be tested later."""
    assert f"{migrate.list_names(migrate.ARCHIVE)[-1]}.archive.sql" in {path.name for path in SAMPLES}


def test_steps_are_taken_once_in_order(tmp_path: Path) -> None:
    """What was taken is recorded and not taken again."""
    one = Migration("0001-one", "CREATE TABLE a (x);\n-- a comment; with a stop\nINSERT INTO a VALUES ('1;2');\n")
    two = Migration("0002-two", "INSERT INTO a VALUES (2);\n-- the end\n")
    path = tmp_path / "x.db"
    with closing(opened(path)) as connection:
        assert migrate.migrate(connection, [one], path) == [one.name]
        assert migrate.migrate(connection, [one, two], path) == [two.name]
        assert migrate.migrate(connection, [one, two], path) == []
        assert connection.execute("SELECT * FROM a").fetchall() == [("1;2",), (2,)]
        with pytest.raises(StoreTooNew, match="0002-two, this one knows up to 0001-one"):
            migrate.find_pending(connection, [one.name], path)


def test_a_failed_step_leaves_nothing(tmp_path: Path) -> None:
    """Its first statements are undone with its last."""
    path = tmp_path / "x.db"
    with closing(opened(path)) as connection:
        with pytest.raises(sqlite3.OperationalError):
            migrate.migrate(connection, [Migration("bad", "CREATE TABLE a (x);\nCREATE TABLE a (x);")], path)
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == []


def test_no_step_drops_or_rebuilds_the_archive() -> None:
    """Prose is not enough: an archive is never dropped, renamed or emptied by an upgrade."""
    steps = migrate.read_migrations(migrate.ARCHIVE) + migrate.read_migrations(migrate.BODIES)

    assert steps
    for step in steps:
        code = "\n".join(line.partition("--")[0] for line in step.sql.splitlines()).upper()
        assert not re.search(r"\b(DROP TABLE|DELETE FROM|RENAME TO|REPLACE INTO)\b", code), step.name


@pytest.mark.parametrize("folder", [migrate.ARCHIVE, migrate.BODIES], ids=lambda folder: folder.name)
def test_steps_are_numbered_in_order(folder: Path) -> None:
    """No two steps have one number, and no number is left out."""
    names = migrate.list_names(folder)

    assert [f"{number:04}" for number in range(1, len(names) + 1)] == [name.partition("-")[0] for name in names]
    assert all(re.fullmatch(r"\d{4}-[a-z]+(-[a-z]+)*", name) for name in names)


def test_a_store_keeps_the_names_that_it_recorded(home: Path) -> None:
    """Steps that were recorded under a date are not taken again under their number."""
    home.mkdir()
    newest = next(path for path in SAMPLES if path.stem.startswith("0007-"))
    with closing(opened(home / "twiceshy.db")) as connection:
        connection.executescript(newest.read_text(encoding="utf-8"))
        before = connection.execute("SELECT name, applied_at FROM migration ORDER BY name").fetchall()
        assert before[0][0] == "2026-11-21-archive"
    with Store.open(home) as store:
        after = store.connection.execute("SELECT name, applied_at FROM migration ORDER BY name").fetchall()

    assert set(before) <= set(after)
    assert len(after) == len(migrate.list_names(migrate.ARCHIVE))


def test_statements_keep_their_comments() -> None:
    """The schema shows its own words; what is only white space or comment is no statement."""
    assert list(split_statements("")) == []
    assert list(split_statements("-- only words; here\n")) == []
    assert list(split_statements("-- why\nSELECT 1;\nSELECT ';'\n;")) == ["-- why\nSELECT 1;\n", "SELECT ';'\n;"]
    assert list(split_statements("SELECT 1")) == ["SELECT 1"]


def test_many_processes_may_make_one_store(home: Path) -> None:
    """Each finds it whole, whoever was first."""
    code = "import sys; from pathlib import Path; from twiceshy.archive.db import Store\n"
    code += "with Store.open(Path(sys.argv[1])) as store: print(len(store.salt), store.bodies.text(b'x'))"
    children = [
        subprocess.Popen([sys.executable, "-c", code, str(home)], stdout=subprocess.PIPE, text=True) for _ in range(5)
    ]
    said = [child.communicate()[0] for child in children]

    assert said == ["32 None\n"] * 5
