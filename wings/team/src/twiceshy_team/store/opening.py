"""Open a server's database by its address."""

from pathlib import Path

from twiceshy.base.errors import ToolMissing
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.sqlite import open_sqlite

_PREFIXES = ("postgresql://", "postgres://", "host=", "service=")


def is_postgresql(address: str) -> bool:
    """Tell whether an address is PostgreSQL's; else it is the path of an SQLite file."""
    return address.startswith(_PREFIXES)


def open_team_store(address: str) -> TeamStore:
    """Open ``postgresql://…`` or the path of an SQLite file, which is made where it is not there.

    Raises:
        ToolMissing: PostgreSQL's driver is not installed.
        StoreError: it cannot be served from; the message says why.
    """
    if not is_postgresql(address):
        return open_sqlite(Path(address.removeprefix("sqlite:///")))
    require_driver()
    from twiceshy_team.store.postgresql import open_postgresql  # noqa: PLC0415  # the extra `server`

    return open_postgresql(address)


def migrate_team_store(address: str, login: str = "", password: str = "") -> list[str]:
    """Make roles and tables in a PostgreSQL database, or bring them up to date; return the steps taken now.

    Args:
        address: as a role that may make roles; an SQLite file is brought up to date whenever it is opened.
        login: the role that a server will log in as; it is made where there is none.
        password: of that role, where it is made now.
    """
    if not is_postgresql(address):
        open_team_store(address).close()
        return []
    require_driver()
    import psycopg  # noqa: PLC0415  # the extra `server`

    from twiceshy_team.store.postgresql import translate_errors  # noqa: PLC0415  # the extra `server`
    from twiceshy_team.store.postgresql_setup import set_up_database  # noqa: PLC0415  # the extra `server`

    with translate_errors(), psycopg.connect(address, connect_timeout=5) as connection:
        return set_up_database(connection, login, password)


def require_driver() -> None:
    """Check that PostgreSQL's driver can be imported.

    Raises:
        ToolMissing: it cannot.
    """
    try:
        import psycopg_pool  # noqa: F401, PLC0415  # the extra `server`
    except ImportError as exc:
        raise ToolMissing(
            "PostgreSQL's driver is not installed. Install the team wing with its extra `server`: "
            "pip install './wings/team[server]' in the checkout."
        ) from exc
