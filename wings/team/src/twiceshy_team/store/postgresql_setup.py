"""Make a PostgreSQL database ready for a server, and look whether it is before anybody is served.

Tables belong to a role that nobody can log in as; the server logs in as another one that owns nothing, so that row
security holds for it. Migrations go forward only, each in one transaction, under a lock.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import psycopg
from psycopg import sql

from twiceshy.archive.migrate import Migration, list_names, read_migrations
from twiceshy.base.errors import StoreError, StoreTooNew

STEPS = Path(__file__).parent / "migrations" / "postgresql"
OWNER = "twiceshy_owner"
"""Owns every table; nobody logs in as it."""
APP = "twiceshy_app"
"""Has the rights that a server needs; roles that log in belong to it."""
_LOCK = 0x7477_6963_6573_6879
"""Of migrations: the letters of our name (any number does: a guess that nobody else has it, 2026-11-23)."""
_ADVICE = "Bring it up to date as a role that may: twiceshy serve migrate --database URL"


def set_up_database(connection: psycopg.Connection[Any], login: str = "", password: str = "") -> list[str]:
    """Make the roles and bring the schema up to date; return the names of the steps taken now.

    Args:
        connection: as a superuser, or as a role that may create roles and owns the database.
        login: a role for the server to log in as; it is made where there is none.
        password: of that role, where it is made now.

    Raises:
        StoreTooNew: the database was migrated by a newer version; nothing was changed.
    """
    connection.autocommit = True
    _make_role(connection, OWNER, "NOLOGIN", "")
    _make_role(connection, APP, "NOLOGIN", "")
    if login:
        _make_role(connection, login, "LOGIN", password)
    connection.execute(sql.SQL("GRANT {} TO CURRENT_USER").format(sql.Identifier(OWNER)))
    database = sql.Identifier(connection.info.dbname)
    connection.execute(sql.SQL("GRANT CREATE, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(OWNER)))
    connection.execute(sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(database, sql.Identifier(APP)))
    connection.execute(sql.SQL("GRANT CREATE, USAGE ON SCHEMA public TO {}").format(sql.Identifier(OWNER)))
    connection.execute(sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(sql.Identifier(APP)))
    if login:
        connection.execute(sql.SQL("GRANT {} TO {}").format(sql.Identifier(APP), sql.Identifier(login)))
    return migrate(connection, read_migrations(STEPS))


def _make_role(
    connection: psycopg.Connection[Any], role: str, rights: Literal["LOGIN", "NOLOGIN"], password: str
) -> None:
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,)).fetchone():
        return
    statement = sql.SQL("CREATE ROLE {} NOSUPERUSER NOBYPASSRLS NOCREATEROLE NOCREATEDB {}").format(
        sql.Identifier(role), sql.SQL(rights)
    )
    if password:  # as its digest: a server may log what is run
        digest = connection.pgconn.encrypt_password(password.encode(), role.encode(), b"scram-sha-256")
        statement += sql.SQL(" PASSWORD {}").format(sql.Literal(digest.decode()))
    connection.execute(statement)


def migrate(connection: psycopg.Connection[Any], steps: Sequence[Migration]) -> list[str]:
    """Apply and record each missing step in one transaction of its own; return the names of those taken now."""
    taken = []
    connection.execute("SELECT pg_advisory_lock(%s)", (_LOCK,))
    try:
        for step in find_pending(connection, steps):
            with connection.transaction():
                connection.execute(sql.SQL("SET LOCAL ROLE {}").format(sql.Identifier(OWNER)))
                connection.execute(_RECORD_TABLE)
                connection.execute(step.sql)
                connection.execute("INSERT INTO migration (name) VALUES (%s)", (step.name,))
            taken.append(step.name)
    finally:
        connection.execute("SELECT pg_advisory_unlock(%s)", (_LOCK,))
    return taken


_RECORD_TABLE = f"""\
CREATE TABLE IF NOT EXISTS migration (
  name text PRIMARY KEY,
  applied_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE migration IS 'Which files of SQL this database went through.';
ALTER TABLE migration ENABLE ROW LEVEL SECURITY;
ALTER TABLE migration FORCE ROW LEVEL SECURITY;
DROP POLICY IF EXISTS everyone ON migration;
CREATE POLICY everyone ON migration USING (true);
GRANT SELECT ON migration TO {APP}"""


def find_pending(connection: psycopg.Connection[Any], steps: Sequence[Migration]) -> list[Migration]:
    """Return the steps still to be taken.

    Raises:
        StoreTooNew: the database took a step that we do not know.
    """
    there = connection.execute("SELECT to_regclass('public.migration')").fetchone()
    done = set()
    if there and there[0]:
        done = {name for (name,) in connection.execute("SELECT name FROM migration").fetchall()}
    if foreign := sorted(done - {step.name for step in steps}):
        raise StoreTooNew(
            f"the server's database is of a newer version (schema {foreign[-1]}, this one knows up to "
            f"{max(step.name for step in steps)}). Nothing was changed. "
            "Upgrade twiceshy on the server, then start it again."
        )
    return [step for step in steps if step.name not in done]


def check_server(connection: psycopg.Connection[Any]) -> None:
    """Check that a database can be served from: its schema, and that our role is held to one team at a time.

    Raises:
        StoreTooNew: it was migrated by a newer version.
        StoreError: it is older, or row security would not hold.
    """
    _check_role(connection)
    if late := [step.name for step in find_pending(connection, read_migrations(STEPS))]:
        newest = list_names(STEPS)[-1]
        raise StoreError(
            f"the server's database is of an older version: {len(late)} of {len(list_names(STEPS))} steps up to "
            f"{newest} are missing, from {late[0]} on. Nothing was changed. {_ADVICE}"
        )
    _check_tables(connection)


def _check_role(connection: psycopg.Connection[Any]) -> None:
    row = connection.execute(
        """SELECT current_user, bool_or(rolsuper), bool_or(rolbypassrls), bool_or(rolname = %s) FROM pg_roles
        WHERE rolname = current_user OR pg_has_role(current_user, oid, 'MEMBER')""",
        (OWNER,),
    ).fetchone()
    user, above, bypasses, owns = row or ("?", True, True, True)
    for found, why in (
        (above, "is or may become a superuser"),
        (bypasses, "is or may become a role with BYPASSRLS"),
        (owns, f"belongs to {OWNER}, which owns the tables"),
    ):
        if found:
            raise StoreError(
                f"the role {user!r} {why}: it could see every team's rows, so nothing is served. Use a role that only "
                f"belongs to {APP}: `twiceshy serve init --database URL --login ROLE` makes one."
            )


def _check_tables(connection: psycopg.Connection[Any]) -> None:
    """Check what a restore from a dump may have lost."""
    rows = connection.execute(
        """SELECT relname, relrowsecurity AND relforcerowsecurity, pg_has_role(current_user, relowner, 'MEMBER'),
          EXISTS (SELECT 1 FROM pg_policy WHERE polrelid = pg_class.oid)
        FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'm', 'v')
          AND NOT EXISTS (SELECT 1 FROM pg_depend WHERE objid = pg_class.oid AND deptype = 'e')
        ORDER BY relname"""
    ).fetchall()
    for name, forced, owned, guarded in rows:
        if owned or not (forced and guarded):
            why = "belongs to the server's own role" if owned else "has no forced row security"
            raise StoreError(
                f"the table {name!r} {why}: teams would not be kept apart, so nothing is served. Restore the dump as a "
                f"superuser with its owners and policies, or use a database of its own."
            )
