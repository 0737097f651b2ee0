"""Bring a database to the newest schema: numbered SQL files, forward only, each applied in one transaction.

A database that knows a migration that we do not was written by a newer version: it is refused untouched, because an old
program that writes to a new schema is how archives are damaged. Nothing here ever drops or rebuilds a table of events.
"""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
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


# The schema as a page of the docs, made from the comments that stand in it.

_INTRODUCTION = """\
# What is stored

Made from the comments in the schema. Ask it anything with `twiceshy sql "SELECT …"`, which cannot change it.
Long texts lie in `bodies.db`, many in one compressed pack; in a query `body(hash)` gives one.
"""
_TABLE = re.compile(r"CREATE (?:VIRTUAL )?TABLE (\w+) ?(?:USING (\w+) )?\((?: -- ([^\n]*))?")
_COLUMN = re.compile(r"^  (\w+) (TEXT|INTEGER|BLOB|REAL)\b([^-\n]*?),?(?:\s*--\s*(.*))?$")


def render_schema() -> str:
    """Return the whole page as Markdown."""
    parts = [_INTRODUCTION]
    parts += _render_database("twiceshy.db", read_migrations(ARCHIVE))
    parts += _render_database("bodies.db", read_migrations(BODIES))
    return "\n".join(parts)


def _render_database(name: str, steps: Iterable[Migration]) -> list[str]:
    parts = [f"## {name}\n"]
    for step in steps:
        for statement in split_statements(step.sql):
            parts += _render_statement(statement)
    return parts


def _render_statement(statement: str) -> list[str]:
    found = _TABLE.search(statement)
    if found is None:
        return []
    name, module, comment = found.groups()
    before = " ".join(line.strip().lstrip("- ") for line in statement[: found.start()].splitlines() if line.strip())
    lines = [f"### `{name}`\n"]
    if comment or (module and before):
        lines.append(f"{comment or before}\n")
    columns = [match for line in statement.splitlines() if (match := _COLUMN.match(line))]
    if columns:
        lines += ["| column | type | |", "|---|---|---|"]
        lines += [_render_column(*match.groups()) for match in columns]
        lines.append("")
    return lines


def _render_column(name: str, kind: str, rules: str, comment: str | None) -> str:
    optional = "" if "NOT NULL" in rules or "PRIMARY KEY" in rules else ", may be NULL"
    refers = re.search(r"REFERENCES (\w+)", rules)
    words = [comment.replace("|", "\\|")] if comment else []
    words += [f"refers to `{refers[1]}`"] if refers else []
    return f"| `{name}` | {kind.lower()}{optional} | {'; '.join(words)} |"
