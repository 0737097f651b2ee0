"""The schema as a page of the docs, made from the comments that stand in it."""

import re
from collections.abc import Iterable

from twiceshy.store import migrate
from twiceshy.store.migrate import Migration

INTRODUCTION = """\
# What is stored

Made from the comments in the schema. Ask it anything with `twiceshy sql "SELECT …"`, which cannot change it.
Long texts lie in `bodies.db`, many in one compressed pack; in a query `body(hash)` gives one.
"""
TABLE = re.compile(r"CREATE (?:VIRTUAL )?TABLE (\w+) ?(?:USING (\w+) )?\((?: -- ([^\n]*))?")
COLUMN = re.compile(r"^  (\w+) (TEXT|INTEGER|BLOB|REAL)\b([^-\n]*?),?(?:\s*--\s*(.*))?$")


def markdown() -> str:
    """The whole page."""
    parts = [INTRODUCTION]
    parts += _database("twiceshy.db", migrate.migrations(migrate.ARCHIVE))
    parts += _database("bodies.db", migrate.migrations(migrate.BODIES))
    return "\n".join(parts)


def _database(name: str, steps: Iterable[Migration]) -> list[str]:
    parts = [f"## {name}\n"]
    for step in steps:
        for statement in migrate.statements(step.sql):
            parts += _statement(statement)
    return parts


def _statement(statement: str) -> list[str]:
    found = TABLE.search(statement)
    if found is None:
        return []
    name, module, comment = found.groups()
    before = " ".join(line.strip().lstrip("- ") for line in statement[: found.start()].splitlines() if line.strip())
    lines = [f"### `{name}`\n"]
    if comment or (module and before):
        lines.append(f"{comment or before}\n")
    columns = [match for line in statement.splitlines() if (match := COLUMN.match(line))]
    if columns:
        lines += ["| column | type | |", "|---|---|---|"]
        lines += [_column(*match.groups()) for match in columns]
        lines.append("")
    return lines


def _column(name: str, kind: str, rules: str, comment: str | None) -> str:
    optional = "" if "NOT NULL" in rules or "PRIMARY KEY" in rules else ", may be NULL"
    refers = re.search(r"REFERENCES (\w+)", rules)
    words = [comment.replace("|", "\\|")] if comment else []
    words += [f"refers to `{refers[1]}`"] if refers else []
    return f"| `{name}` | {kind.lower()}{optional} | {'; '.join(words)} |"
