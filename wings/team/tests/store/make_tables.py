"""Write the migrations that follow from the table of kinds: ``python -m wings.team.tests.store.make_tables``.

Only for a schema that no release had yet: afterwards a new field is a migration of its own.
"""

from collections.abc import Iterator
from pathlib import Path

from twiceshy.privacy.wire.row_kinds import KINDS
from twiceshy_team.store.daily_sums import DAILY_SUMS, INTAKE
from twiceshy_team.store.row_statements import PARENTS, ROW_KINDS, Database, FieldColumn, list_staged, name_type

MIGRATIONS = Path(__file__).parents[2] / "src" / "twiceshy_team" / "store" / "migrations"
TEAM: dict[Database, str] = {"postgresql": "uuid", "sqlite": "TEXT"}
BYTES: dict[Database, str] = {"postgresql": "bytea", "sqlite": "BLOB"}
COUNT: dict[Database, str] = {"postgresql": "bigint", "sqlite": "INTEGER"}
NUMBER: dict[Database, str] = {"postgresql": "double precision", "sqlite": "REAL"}
TEXT: dict[Database, str] = {"postgresql": "text", "sqlite": "TEXT"}
INDEXES = {
    "execution": ("team_hash, at", "pattern_hash", "member, at"),
    "session": ("day", "member, at"),
    "event": ("call_hash",),
    "lesson": ("lesson_hash",),
    "trial": ("rule_hash",),
    "effect": ("habit",),
    "fact": ("fact_hash",),
}
TELLING = {"execution": "command IS NOT NULL"}
"""Rows that the whole team may see one by one."""
HEAD = (
    "-- Made by `python -m wings.team.tests.store.make_tables` from `privacy.wire.row_kinds`"
    " and `twiceshy_team.store.daily_sums`.\n"
)


def protect(table: str, rights: str) -> str:
    return (
        f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;\nALTER TABLE {table} FORCE ROW LEVEL SECURITY;\n"
        f"CREATE POLICY own_team ON {table} USING "
        "(team_id = (SELECT nullif(current_setting('app.team', true), '')::uuid));\n"
        f"GRANT {rights} ON {table} TO twiceshy_app;\n"
    )


def make_table(database: Database, name: str, columns: list[str], key: str, comment: str) -> str:
    end = ") STRICT, WITHOUT ROWID;\n" if database == "sqlite" else ");\n"
    body = ",\n".join(f"  {column}" for column in (*columns, f"PRIMARY KEY ({key})"))
    return f"CREATE TABLE {name} ( -- {comment}\n{body}\n{end}"


def kind_tables(database: Database) -> Iterator[str]:
    for kind in ROW_KINDS:
        staged = [
            f"{column.name} {name_type(database, column)}{' NOT NULL' if column.required else ''}"
            for column in list_staged(kind)
        ]
        received = f"received_at {name_type(database, FieldColumn('', 'time'))} NOT NULL"
        columns = [f"team_id {TEAM[database]} NOT NULL", f"member {BYTES[database]} NOT NULL", *staged, received]
        changes = "the newest revision counts" if KINDS[kind].changes else "rows never change"
        yield make_table(
            database, kind, columns, "team_id, id", f"One row for each {kind.replace('_', ' ')}; {changes}."
        )
        for place, index in enumerate((*INDEXES.get(kind, ()), *([PARENTS[kind]] if kind in PARENTS else ()))):
            yield f"CREATE INDEX {kind}_by_{place} ON {kind} (team_id, {index});\n"
        if kind in TELLING:
            yield f"CREATE INDEX {kind}_to_all ON {kind} (team_id, at) WHERE {TELLING[kind]};\n"
        if database == "postgresql":
            yield protect(kind, "SELECT, INSERT, DELETE" + (", UPDATE" if KINDS[kind].changes else ""))


def sum_tables(database: Database) -> Iterator[str]:
    day = name_type(database, FieldColumn("", "date"))
    for found in DAILY_SUMS:
        kept = [f"{name} {BYTES[database] if name.endswith('_hash') else TEXT[database]}" for name, _ in found.keys]
        sums = [
            f"{name} {COUNT[database] if made.startswith('count(') else NUMBER[database]}" for name, made in found.sums
        ]
        first = [f"team_id {TEAM[database]}", f"day {day}", f"member {BYTES[database]}"]
        columns = [f"{column} NOT NULL" for column in (*first, *kept, *sums)]
        comment = f"Sums of the table {found.kind}."
        yield make_table(database, found.table, columns, ", ".join(found.list_keys()), comment)
        if database == "postgresql":
            yield protect(found.table, "SELECT, INSERT, UPDATE")
    counts = [f"{name} {COUNT[database]}" for name, _ in INTAKE]
    first = [f"team_id {TEAM[database]}", f"day {day}", f"member {BYTES[database]}", f"kind {TEXT[database]}"]
    columns = [f"{column} NOT NULL" for column in (*first, *counts)]
    comment = "Rows and revisions by the day on which they came, and how late that was."
    yield make_table(database, "intake_day", columns, "team_id, day, member, kind", comment)
    if database == "postgresql":
        yield protect("intake_day", "SELECT, INSERT, UPDATE")


def write_text(database: Database) -> str:
    return HEAD + "\n" + "\n".join((*kind_tables(database), *sum_tables(database)))


if __name__ == "__main__":
    for one in TEAM:
        (MIGRATIONS / one / "0001-rows.sql").write_text(write_text(one))
