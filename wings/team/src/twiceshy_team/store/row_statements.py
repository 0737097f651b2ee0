"""The SQL that both databases run to put rows of one kind into its table, and to take them out again."""

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, date, datetime
from functools import cache
from json import dumps
from typing import Any, Literal, NamedTuple

from twiceshy.privacy.wire.row_kinds import KINDS, Form
from twiceshy.records.team import WireRow
from twiceshy_team.store.daily_sums import list_sums, write_intake

# Say which columns the table of a kind of row has, and turn a row into their values.
#
# A kind of ``wire.row_kinds`` has one table of its own name with a column for each field; tombstones alone make the
# table ``erased``. A test compares the migrations with this, so that a field is written down once.

Database = Literal["postgresql", "sqlite"]
ROW_KINDS = tuple(name for name in KINDS if name != "tombstone")
"""Kinds with a table of rows."""
PARENTS: Mapping[str, str] = {
    **{name: "execution" for name, kind in KINDS.items() if any(field.name == "execution" for field in kind.fields)},
    "event": "session_hash",
    "metric": "session_hash",
}
"""The field that names the row to which a row of this kind belongs: it is erased with it."""
_LARGEST_NUMBER = 1e15
"""Of a field with fractions: 10,000 millions of them still add up exactly to the second (guess, 2026-11-23)."""
_TYPES: Mapping[Database, Mapping[Form, str]] = {
    "postgresql": {
        "hash": "bytea",
        "count": "bigint",
        "number": "double precision",
        "flag": "boolean",
        "word": "text",
        "time": "timestamptz",
        "text": "text",
        "words": "jsonb",
        "counts": "jsonb",
    },
    "sqlite": {
        "hash": "BLOB",
        "count": "INTEGER",
        "number": "REAL",
        "flag": "INTEGER",
        "word": "TEXT",
        "time": "TEXT",
        "text": "TEXT",
        "words": "TEXT",
        "counts": "TEXT",
    },
}


class FieldColumn(NamedTuple):
    """One column of a table of rows."""

    name: str
    form: str
    required: bool = False


def list_staged(kind: str) -> tuple[FieldColumn, ...]:
    """Return the columns that a row brings along: what it is known by, when it was, and its fields."""
    revision = (FieldColumn("rev", "count", required=True),) if KINDS[kind].changes else ()
    return (
        FieldColumn("id", "hash", required=True),
        *revision,
        FieldColumn("at", "time", required=True),
        FieldColumn("day", "date", required=True),
        *(FieldColumn(*field[:2], field.required) for field in KINDS[kind].fields),
    )


def name_type(database: Database, column: FieldColumn) -> str:
    """Return the type of a column in the words of one database."""
    if column.form == "date":
        return "date" if database == "postgresql" else "TEXT"
    return _TYPES[database][column.form]  # type: ignore[index]  # a form


class OddRowError(ValueError):
    """A row cannot be stored; the message names the field and never its value."""


def make_values(database: Database, rows: Iterable[WireRow], now: datetime) -> list[tuple[Any, ...]]:
    """Return the values of ``list_staged`` for rows of one kind that are of the form of the wire.

    Raises:
        OddRowError: a row has a number that no sum can hold.
    """
    found, today = [], find_day(now, now).isoformat()
    for row in rows:
        names, converters, changes = _list_fields(database, row.kind)
        get = row.data.get
        values: list[Any] = [get(name) for name in names]
        for place, convert in converters:
            if values[place] is not None:
                values[place] = convert(values[place])
        at = _format_time(row.at)
        key = row.id if database == "sqlite" else "\\x" + row.id.hex()
        known = (key, row.rev, at) if changes else (key, at)
        found.append((*known, today if row.at > now else at[:10], *values))
    return found


def check_row(row: WireRow) -> None:
    """Check what the form of the wire leaves open.

    Raises:
        OddRowError: a row has a number that no sum can hold.
    """
    get = row.data.get
    for name in _list_numbers(row.kind):
        value = get(name)
        if value is not None and not -_LARGEST_NUMBER <= value <= _LARGEST_NUMBER:  # type: ignore[operator]  # a number
            raise OddRowError(f"{row.kind}.{name} is too large")


def find_day(at: datetime, now: datetime) -> date:
    """Return the day to which a row counts: of its own clock, but never one that has not come yet."""
    return min(at, now).astimezone(UTC).date()


@cache
def _list_fields(
    database: Database, kind: str
) -> tuple[tuple[str, ...], tuple[tuple[int, Callable[[Any], Any]], ...], bool]:
    """Return the names of a kind's fields, the places of those to convert, and whether its rows have revisions."""
    makers, fields = _CONVERTERS[database], KINDS[kind].fields
    converters = tuple((place, makers[field.form]) for place, field in enumerate(fields) if field.form in makers)
    return tuple(field.name for field in fields), converters, KINDS[kind].changes


@cache
def _list_numbers(kind: str) -> tuple[str, ...]:
    return tuple(field.name for field in KINDS[kind].fields if field.form == "number")


def _format_time(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def _read_time(text: str) -> str:
    return _format_time(datetime.fromisoformat(text))


def _make_storable(text: str) -> str:
    """Return a text without halves of characters, which no database takes."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


def _dump(value: object) -> str:
    return dumps(value, separators=(",", ":"), sort_keys=True)


_CONVERTERS: Mapping[Database, Mapping[Form, Callable[[Any], Any]]] = {
    "postgresql": {
        "hash": lambda text: "\\x" + text,
        "time": _read_time,
        "text": _make_storable,
        "words": _dump,
        "counts": _dump,
    },
    "sqlite": {
        "hash": bytes.fromhex,
        "time": _read_time,
        "text": _make_storable,
        "words": _dump,
        "counts": _dump,
    },
}


def name_stage(kind: str) -> str:
    """Return the name of the temporary table of rows that come in.

    It holds how many columns there are: a pooled connection may outlive a migration.
    """
    return f"stage_{kind}_{len(list_staged(kind))}"


@cache
def write_put(kind: str, team: str) -> str:
    """Return the statement that inserts staged rows; it gives the ids of those that are new or a newer revision."""
    names = [column.name for column in list_staged(kind)]
    conflict = "DO NOTHING"
    if KINDS[kind].changes:
        changes = ", ".join(f"{name} = excluded.{name}" for name in (*names[1:], "received_at"))
        conflict = f"DO UPDATE SET {changes} WHERE {kind}.rev < excluded.rev AND {kind}.member = excluded.member"
    kept = " AND ".join(
        "NOT EXISTS (SELECT 1 FROM erased WHERE erased.team_id = :team AND erased.member = :member "  # noqa: S608  # literals of this room
        f"AND erased.target = stage.{name})"
        for name in ("id", *([PARENTS[kind]] if kind in PARENTS else ()))
    )
    return (
        f"INSERT INTO {kind} (team_id, member, received_at, {', '.join(names)}) "  # noqa: S608  # as above
        f"SELECT {team}, :member, :now, {', '.join(f'stage.{name}' for name in names)} "
        f"FROM {name_stage(kind)} AS stage WHERE {kept} ORDER BY stage.id "
        f"ON CONFLICT (team_id, id) {conflict}"
    )


@cache
def list_additions(kind: str, source: str) -> tuple[str, ...]:
    """Return the statements that sum new rows, which stand in a source with the columns of the table."""
    return (*(found.write_insert(source) for found in list_sums(kind)), write_intake(kind, source))


@cache
def list_removals(kind: str, ids: str) -> tuple[str, ...]:
    """Return the statements that take a member's rows out of the sums and away, by a table of ids."""
    names = ("id", PARENTS[kind]) if kind in PARENTS else ("id",)
    named = " OR ".join(f"{name} IN (SELECT id FROM {ids})" for name in names)  # noqa: S608  # literals of this room
    there = f"team_id = :team AND member = :member AND ({named})"
    rows = f"(SELECT * FROM {kind} WHERE {there}) AS gone"  # noqa: S608  # as above
    return (
        *(found.write_insert(rows, "-") for found in list_sums(kind)),
        f"DELETE FROM {kind} WHERE {there}",  # noqa: S608  # as above
    )
