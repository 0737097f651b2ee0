"""The tables of a server's database follow the table of kinds, in both databases."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from tests.postgres import PostgresqlServer
from wings.team.tests.store import make_tables
from wings.team.tests.store.team_rows import NOW, a_key, a_row

from twiceshy.archive.connect import open_writable
from twiceshy.privacy.wire.row_kinds import KINDS
from twiceshy_team.store.daily_sums import DAILY_SUMS
from twiceshy_team.store.row_statements import (
    ROW_KINDS,
    Database,
    OddRowError,
    check_row,
    find_day,
    list_staged,
    make_values,
)
from twiceshy_team.store.sqlite import STEPS

HELD = {"team_id", "member", "received_at"}


def columns_of_kinds() -> dict[str, set[str]]:
    rows = {kind: HELD | {column.name for column in list_staged(kind)} for kind in ROW_KINDS}
    return rows | {found.table: {*found.list_keys(), *(name for name, _ in found.sums)} for found in DAILY_SUMS}


def test_sqlite_has_a_column_for_each_field(tmp_path: Path) -> None:
    """And no other."""
    connection = open_writable(tmp_path / "team.db", STEPS)
    tables = columns_of_kinds()
    there = {table: {row[1] for row in connection.execute(f"PRAGMA table_info({table})")} for table in tables}
    connection.close()

    assert there == tables


def test_postgresql_has_a_column_for_each_field(postgresql: PostgresqlServer) -> None:
    """And every table that there is has a team first in each unique index, and forced row security."""
    with psycopg.connect(postgresql.url("template_team")) as connection:
        there: dict[str, set[str]] = {}
        for table, column in connection.execute(
            "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public'"
        ):
            there.setdefault(table, set()).add(column)
        unguarded = connection.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind <> 'i' "
            "AND NOT (relrowsecurity AND relforcerowsecurity)"
        ).fetchall()
        loose = connection.execute(
            "SELECT indexrelid::regclass::text FROM pg_index JOIN pg_class ON pg_class.oid = indrelid "
            "JOIN pg_attribute ON attrelid = indrelid AND attnum = indkey[0] "
            "WHERE relnamespace = 'public'::regnamespace AND indisunique AND attname <> 'team_id'"
        ).fetchall()
        rights = {
            right
            for (right,) in connection.execute(
                "SELECT privilege_type FROM information_schema.role_table_grants WHERE grantee = 'twiceshy_app'"
            )
        }
    connection.close()

    assert {table: there[table] for table in columns_of_kinds()} == columns_of_kinds()
    assert unguarded == []
    assert loose == [("migration_pkey",)]
    assert rights == {"SELECT", "INSERT", "UPDATE", "DELETE"}


def test_both_databases_take_the_same_steps() -> None:
    """Numbered without a gap."""
    names = [[path.stem for path in sorted((make_tables.MIGRATIONS / one).glob("*.sql"))] for one in make_tables.TEAM]

    assert names[0] == names[1]
    assert [int(name[:4]) for name in names[0]] == list(range(1, len(names[0]) + 1))


def test_no_field_has_the_name_of_what_every_row_has() -> None:
    """Else one column would be two things."""
    own = {"team_id", "member", "id", "rev", "at", "day", "received_at"}

    assert {field.name for kind in KINDS.values() for field in kind.fields} & own == set()


def test_a_number_beyond_all_sense_is_odd() -> None:
    """Of both signs; the largest that is taken still adds up."""
    check_row(a_row("execution", total_runtime=1e15))
    for value in (1.1e15, -1.1e15):
        with pytest.raises(OddRowError, match=r"execution.total_runtime is too large"):
            check_row(a_row("execution", total_runtime=value))


def test_a_day_that_has_not_come_is_today() -> None:
    """In UTC."""
    now = datetime(2026, 11, 23, 23, 30, tzinfo=UTC)

    assert find_day(now + timedelta(hours=5), now).isoformat() == "2026-11-23"
    assert find_day(now - timedelta(hours=24), now).isoformat() == "2026-11-22"


@pytest.mark.parametrize(
    ("database", "key", "team_hash"),
    [("sqlite", a_key("session one"), bytes.fromhex("ab" * 16)), ("postgresql", "\\x", "\\x" + "ab" * 16)],
)
def test_values_are_as_the_database_takes_them(database: Database, key: object, team_hash: object) -> None:
    """Hashes as bytes or as PostgreSQL writes them, times in UTC, counts as JSON, what is missing as nothing."""
    at = "2026-11-23T11:00:00+01:00"
    row = a_row(
        "session", "one", 3, NOW + timedelta(days=2), team_hash="ab" * 16, started_at=at, tools={"b": 1, "a": 2}
    )
    (values,) = make_values(database, [row], NOW)
    found = dict(zip((column.name for column in list_staged("session")), values, strict=True))

    assert found["id"] == (key if database == "sqlite" else "\\x" + a_key("session one").hex())
    assert (found["rev"], found["at"], found["day"]) == (3, "2026-11-25T12:00:00.000Z", "2026-11-23")
    assert (found["team_hash"], found["started_at"]) == (team_hash, "2026-11-23T10:00:00.000Z")
    assert (found["tools"], found["prompts"]) == ('{"a":2,"b":1}', None)


def test_half_a_character_becomes_a_question_mark() -> None:
    """Other letters stay."""
    (values,) = make_values("sqlite", [a_row("execution", command="é\ud800")], NOW)

    assert "é?" in values
