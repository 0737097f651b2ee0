"""The schema as a page of the docs, made from the comments that stand in it."""

import re
from collections.abc import Iterable

from twiceshy.archive import migrate
from twiceshy.archive.migrate import Migration

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
    parts += _render_database("twiceshy.db", migrate.read_migrations(migrate.ARCHIVE))
    parts += _render_database("bodies.db", migrate.read_migrations(migrate.BODIES))
    return "\n".join(parts)


def _render_database(name: str, steps: Iterable[Migration]) -> list[str]:
    parts = [f"## {name}\n"]
    for step in steps:
        for statement in migrate.split_statements(step.sql):
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
