"""Bring a database to the newest schema: numbered SQL files, forward only, each applied in one transaction.

A database that knows a migration that we do not was written by a newer version: it is refused untouched, because an old
program that writes to a new schema is how archives are damaged. Nothing here ever drops or rebuilds a table of events.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.errors import StoreTooNew

_RECORD_TABLE = """\
CREATE TABLE IF NOT EXISTS migration ( -- Which files of SQL this database went through.
  name TEXT PRIMARY KEY,
  applied_at TEXT NOT NULL
) STRICT"""

ARCHIVE = Path(__file__).parent / "migrations"
"""Steps of twiceshy.db."""
BODIES = ARCHIVE / "bodies"
"""Steps of bodies.db."""


_EARLY_NAMES = {
    "2026-11-21-archive": "0001-archive",
    "2026-11-22-recorder": "0002-recorder",
    "2026-11-23-runs": "0003-runs",
    "2026-11-24-outcomes": "0004-outcomes",
    "2026-11-25-run-patterns": "0005-run-patterns",
    "2026-11-26-lessons": "0006-lessons",
    "2026-11-27-advice": "0007-advice",
    "2026-11-21-bodies": "0001-bodies",
}
"""Names that the first stores recorded, when files were named by date. Such a store keeps them."""


class Migration(NamedTuple):
    """One step of a schema."""

    name: str
    """``0001-archive``: numbered without a gap, so that names sort in the order in which they are applied."""
    sql: str


def read_migrations(folder: Path) -> tuple[Migration, ...]:
    """Return the steps of a database, oldest first."""
    return tuple(Migration(name, (folder / f"{name}.sql").read_text(encoding="utf-8")) for name in list_names(folder))


def list_names(folder: Path) -> list[str]:
    """Return the names of the steps, oldest first, without reading their texts."""
    return sorted(path.stem for path in folder.glob("*.sql"))


def find_pending(connection: sqlite3.Connection, known: Sequence[str], path: Path) -> list[str]:
    """Return the names of the steps still to be taken.

    Raises:
        StoreTooNew: the database took a step that we do not know.
    """
    there = connection.execute("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'migration'").fetchone()
    recorded = connection.execute("SELECT name FROM migration") if there else ()
    done = {_EARLY_NAMES.get(name, name) for (name,) in recorded}
    if foreign := sorted(done - set(known)):
        raise StoreTooNew(
            f"the store was written by a newer version (schema {foreign[-1]}, this one knows up to {max(known)}).\n"
            "Nothing was changed. Upgrade with `git pull && pipx install --force .` in the checkout, or point "
            f"TWICESHY_HOME at another folder (the file is {path})."
        )
    return [name for name in known if name not in done]


def migrate(connection: sqlite3.Connection, steps: Sequence[Migration], path: Path) -> list[str]:
    """Apply and record each missing step in one transaction of its own; return the names of those taken now.

    Raises:
        StoreTooNew: the database took a step that we do not know.
    """
    taken = []
    for step in steps:
        connection.execute("BEGIN IMMEDIATE")  # another process may be at the same step: look only inside
        try:
            if step.name in find_pending(connection, [known.name for known in steps], path):
                connection.execute(_RECORD_TABLE)
                for statement in split_statements(step.sql):
                    connection.execute(statement)
                now = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
                connection.execute("INSERT INTO migration (name, applied_at) VALUES (?, ?)", (step.name, now))
                taken.append(step.name)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
    return taken


def split_statements(script: str) -> Iterator[str]:
    """Yield the statements of a script, comments kept; ``executescript`` would commit on its own."""
    rest = ""
    for line in script.splitlines(keepends=True):
        rest += line
        if sqlite3.complete_statement(rest):
            yield rest
            rest = ""
    if rest.strip() and not all(line.strip() == "" or line.lstrip().startswith("--") for line in rest.splitlines()):
        yield rest
