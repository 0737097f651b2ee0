"""A server serves only from a database that is of its schema and keeps teams apart; else it says what to do."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from tests.postgres import LOGIN, PostgresqlServer, find_programs, make_database
from wings.team.tests.store.team_rows import NOW, a_caller, a_row

from twiceshy.archive.migrate import list_names
from twiceshy.base.errors import StoreError, StoreTooNew, StoreUnwritable
from twiceshy_team.store.opening import migrate_team_store, open_team_store
from twiceshy_team.store.postgresql_setup import STEPS


@pytest.fixture
def database(postgresql: PostgresqlServer) -> Iterator[str]:
    """The name of a database of its own."""
    name = make_database(postgresql)
    yield name
    with psycopg.connect(postgresql.url("postgres"), autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def run_as_owner(postgresql: PostgresqlServer, database: str, sql: str) -> None:
    with psycopg.connect(postgresql.url(database), autocommit=True) as connection:
        connection.execute(sql.encode())


def test_a_second_migration_takes_no_step(postgresql: PostgresqlServer, database: str) -> None:
    """Whoever starts a server may always migrate first."""
    assert migrate_team_store(postgresql.url(database), LOGIN) == []


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        pytest.param("CREATE ROLE tws_above LOGIN SUPERUSER", "superuser", id="a superuser"),
        pytest.param("CREATE ROLE tws_above LOGIN BYPASSRLS IN ROLE twiceshy_app", "BYPASSRLS", id="passes by"),
        pytest.param("CREATE ROLE tws_above LOGIN IN ROLE twiceshy_owner", "owns the tables", id="the owner"),
        pytest.param(
            "CREATE ROLE tws_above LOGIN NOINHERIT IN ROLE twiceshy_app, postgres", "superuser", id="may become one"
        ),
    ],
)
def test_a_role_that_could_see_every_team_is_refused(
    postgresql: PostgresqlServer, database: str, sql: str, says: str
) -> None:
    """It would serve, and row security would be for show."""
    run_as_owner(postgresql, database, sql)
    try:
        with pytest.raises(StoreError, match=says) as found:
            open_team_store(postgresql.url(database, "tws_above"))
    finally:
        run_as_owner(postgresql, database, "DROP ROLE tws_above")

    assert "twiceshy serve init" in str(found.value)


def test_a_database_of_a_newer_version_is_left_alone(postgresql: PostgresqlServer, database: str) -> None:
    """By the server and by whoever migrates."""
    run_as_owner(postgresql, database, "INSERT INTO migration (name) VALUES ('9999-later')")
    with pytest.raises(StoreTooNew, match=r"newer version \(schema 9999-later"):
        open_team_store(postgresql.url(database, LOGIN))
    with pytest.raises(StoreTooNew, match="Nothing was changed"):
        migrate_team_store(postgresql.url(database), LOGIN)


def test_a_database_of_an_older_version_says_how_to_migrate(postgresql: PostgresqlServer, database: str) -> None:
    """And the next migration takes what is missing."""
    newest = list_names(STEPS)[-1]
    run_as_owner(postgresql, database, f"DELETE FROM migration WHERE name = '{newest}'")
    with pytest.raises(StoreError, match=f"older version: 1 of .* steps .* from {newest} on.* twiceshy serve migrate"):
        open_team_store(postgresql.url(database, LOGIN))


def test_an_empty_database_says_how_to_begin(postgresql: PostgresqlServer, database: str) -> None:
    """Not with a missing table."""
    run_as_owner(postgresql, database, "DROP SCHEMA public CASCADE")
    run_as_owner(postgresql, database, "CREATE SCHEMA public")
    with pytest.raises(StoreError, match="twiceshy serve migrate"):
        open_team_store(postgresql.url(database, LOGIN))


@pytest.mark.parametrize(
    ("sql", "says"),
    [
        pytest.param("ALTER TABLE event NO FORCE ROW LEVEL SECURITY", "'event' has no forced row", id="not forced"),
        pytest.param("ALTER TABLE session DISABLE ROW LEVEL SECURITY", "'session' has no forced row", id="off"),
        pytest.param("DROP POLICY own_team ON lesson", "'lesson' has no forced row", id="no policy"),
        pytest.param(f"ALTER TABLE fact OWNER TO {LOGIN}", "'fact' belongs to the server's own role", id="its own"),
        pytest.param("CREATE VIEW seen AS SELECT * FROM event", "'seen' has no forced row", id="a view"),
    ],
)
def test_a_table_that_would_not_keep_teams_apart_is_refused(
    postgresql: PostgresqlServer, database: str, sql: str, says: str
) -> None:
    """As after a restore without owners or policies."""
    run_as_owner(postgresql, database, sql)
    with pytest.raises(StoreError, match=says):
        open_team_store(postgresql.url(database, LOGIN))


def test_a_restored_dump_serves_what_was_stored(postgresql: PostgresqlServer, database: str, tmp_path: Path) -> None:
    """Made with the database's own programs: policies, owners and rights come along."""
    store = open_team_store(postgresql.url(database, LOGIN))
    caller, row = a_caller(store), a_row("execution", command="make test")
    store.accept(caller, [row], NOW)
    store.close()
    programs = find_programs()
    assert programs is not None
    dump = subprocess.run([programs / "pg_dump", postgresql.url(database)], check=True, capture_output=True).stdout
    run_as_owner(postgresql, "postgres", "CREATE DATABASE restored")
    try:
        subprocess.run(
            [programs / "psql", "-q", "-v", "ON_ERROR_STOP=1", postgresql.url("restored")],
            input=dump, check=True, capture_output=True,
        )  # fmt: skip
        again = open_team_store(postgresql.url("restored", LOGIN))
        answers = again.accept(caller, [row], NOW)
        again.close()
    finally:
        run_as_owner(postgresql, "postgres", "DROP DATABASE restored WITH (FORCE)")

    assert [answer.verdict for answer in answers] == ["known"]


def test_a_server_that_is_not_there_is_said(tmp_path: Path) -> None:
    """Without the password of its address."""
    with pytest.raises(StoreUnwritable, match="cannot be reached") as found:
        open_team_store(f"postgresql://me:geheim@/team?host={tmp_path}")

    assert "geheim" not in str(found.value)


def test_a_login_is_made_with_its_password(postgresql: PostgresqlServer, database: str) -> None:
    """As a digest; it belongs to the role that has the rights, and can serve."""
    try:
        migrate_team_store(postgresql.url(database), "tws_other", "geheim")
        with psycopg.connect(postgresql.url(database)) as connection:
            row = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'tws_other'").fetchone()
        open_team_store(postgresql.url(database, "tws_other")).close()
    finally:
        run_as_owner(postgresql, database, f"REVOKE CONNECT ON DATABASE {database} FROM tws_other; DROP ROLE tws_other")

    assert row is not None
    assert row[0].startswith("SCRAM-SHA-256$")
