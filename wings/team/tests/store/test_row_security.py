"""Row security of PostgreSQL itself keeps teams apart, whatever statement of ours forgets the team."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from wings.team.tests.store.team_rows import NOW, a_caller, a_full_row, a_row, a_token

from twiceshy.records.team import Caller
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.row_statements import ROW_KINDS

TABLES = (
    *ROW_KINDS,
    "event_day",
    "name_day",
    "tool_day",
    "failure_day",
    "run_day",
    "command_day",
    "pattern_day",
    "intake_day",
    "member",
    "team",
    "token",
)


@pytest.fixture
def teams(postgresql_store: TeamStore) -> tuple[Caller, Caller]:
    """Two members of two teams with a row of every kind."""
    found = a_caller(postgresql_store), a_caller(postgresql_store)
    for caller in found:
        failed = a_row("event", "failed", name="tool_result", success=False)
        postgresql_store.accept(caller, [failed, *(a_full_row(kind) for kind in ROW_KINDS)], NOW)
        postgresql_store.make_token(caller.team, a_token(caller, caller.team))
    return found


@pytest.fixture
def connection(shared_team_database: str) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(shared_team_database) as found:
        yield found
        found.rollback()


def enter(connection: psycopg.Connection[Any], team: str) -> None:
    connection.execute("SELECT set_config('app.team', %s, true)", (team,))


@pytest.mark.parametrize("table", TABLES)
def test_a_statement_without_a_team_sees_one_team(
    connection: psycopg.Connection[Any], teams: tuple[Caller, Caller], table: str
) -> None:
    """The one that the transaction is for; without any, none."""
    sql = f"SELECT team_id::text FROM {table}".encode()
    nothing = connection.execute(sql).fetchall()
    enter(connection, teams[0].team)

    assert nothing == []
    assert set(connection.execute(sql).fetchall()) == {(teams[0].team,)}


def test_nothing_of_a_transaction_is_left_for_the_next(
    connection: psycopg.Connection[Any], teams: tuple[Caller, Caller]
) -> None:
    """A pooled connection carries no team along."""
    enter(connection, teams[0].team)
    connection.commit()

    assert connection.execute("SELECT count(*) FROM event").fetchall() == [(0,)]


def test_a_row_for_another_team_cannot_be_written(
    connection: psycopg.Connection[Any], teams: tuple[Caller, Caller]
) -> None:
    """Not even with its id."""
    enter(connection, teams[0].team)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(
            "INSERT INTO member (team_id, member, name, made_at) VALUES (%s, %s, 'x', now())", (teams[1].team, b"x")
        )


@pytest.mark.parametrize(
    "sql",
    [
        "TRUNCATE event",
        "ALTER TABLE event DISABLE ROW LEVEL SECURITY",
        "DROP POLICY own_team ON event",
        "SET ROLE twiceshy_owner",
        "CREATE TABLE mine (a int)",
        "DELETE FROM token",
        "UPDATE erased SET reason = ''",
        "UPDATE event SET name = ''",
        "DELETE FROM erased",
        "INSERT INTO migration (name) VALUES ('x')",
    ],
)
def test_the_servers_role_may_not(connection: psycopg.Connection[Any], sql: str) -> None:
    """What a server never does, its role cannot."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute(sql.encode())


def test_a_digest_shows_its_own_token_only(connection: psycopg.Connection[Any], teams: tuple[Caller, Caller]) -> None:
    """Whoever shows a token has no team yet."""
    digest = a_token(teams[1], teams[1].team).digest
    connection.execute("SELECT set_config('app.token', %s, true)", (digest.hex(),))

    assert connection.execute("SELECT digest FROM token").fetchall() == [(digest,)]
    assert connection.execute("SELECT count(*) FROM member").fetchall() == [(0,)]


def test_the_operator_sees_names_of_teams_and_nothing_else(
    connection: psycopg.Connection[Any], teams: tuple[Caller, Caller]
) -> None:
    """The list that the person on the server's own machine needs."""
    connection.execute("SELECT set_config('app.operator', 'on', true)")
    there = {team for (team,) in connection.execute("SELECT team_id::text FROM team").fetchall()}

    assert {caller.team for caller in teams} <= there
    assert connection.execute("SELECT count(*) FROM token").fetchall() == [(0,)]
    assert connection.execute("UPDATE team SET name = 'x'").rowcount == 0
