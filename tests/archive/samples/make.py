"""Writes a sample of the present schema as SQL; kept for good once that schema is released.

Run ``python -m tests.archive.samples.make`` after adding a migration and before releasing it: one file for each last
migration, which ``test_migrate`` brings to the newest schema for ever after.
"""

import tempfile
from pathlib import Path

from tests.archive.conftest import Log, stored

from twiceshy.archive import migrate
from twiceshy.archive.db import Store

HERE = Path(__file__).parent


def dumped(name: str, store: Store) -> str:
    """The database as statements, in an order that does not change."""
    connection = store.connection if name == "archive" else store.bodies.connection
    virtual = connection.execute("SELECT sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'").fetchall()
    # Its inner tables are made with it; its words are not needed here.
    lines = [line for line in connection.iterdump() if "words" not in line.partition("(")[0]]
    lines = [
        line for line in lines if "writable_schema" not in line and not line.startswith("INSERT INTO sqlite_master")
    ]
    return "\n".join(lines + [sql + ";" for (sql,) in virtual]) + "\n"


def main() -> None:
    """Two files: one for twiceshy.db, one for bodies.db."""
    with tempfile.TemporaryDirectory() as folder, Store.open(Path(folder)) as store:
        stored(store, Log().everything("rotate"))
        for name, steps in (("archive", migrate.ARCHIVE), ("bodies", migrate.BODIES)):
            path = HERE / f"{migrate.list_names(steps)[-1]}.{name}.sql"
            path.write_text(dumped(name, store), encoding="utf-8")


if __name__ == "__main__":
    main()
