"""Lessons as rows for other programs: what was learned, how often it was seen, and where."""

from collections.abc import Iterator
from typing import Final

from twiceshy.archive.db import Store
from twiceshy.archive.reads.lessons import read_lessons, read_places
from twiceshy.archive.times import format_time
from twiceshy.base.values import Scope
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowOrigin, list_columns
from twiceshy.records.lessons import Lesson, MistakePlace

COLUMNS: Final = list_columns(
    id=ColumnType.TEXT,
    timestamp=ColumnType.TIME,
    slug=ColumnType.TEXT,
    kind=ColumnType.TEXT,
    subject=ColumnType.TEXT,
    category=ColumnType.TEXT,
    severity=ColumnType.TEXT,
    description=ColumnType.TEXT,
    root_cause=ColumnType.TEXT,
    bad=ColumnType.TEXT,
    good=ColumnType.TEXT,
    contexts=ColumnType.TEXTS,
    scope=ColumnType.TEXT,
    scope_of=ColumnType.TEXT,
    state=ColumnType.TEXT,
    quoted=ColumnType.BOOLEAN,
    observations=ColumnType.INTEGER,
    sessions=ColumnType.INTEGER,
    projects=ColumnType.INTEGER,
    corrected=ColumnType.INTEGER,
    warnings=ColumnType.INTEGER,
    successes=ColumnType.INTEGER,
    failures=ColumnType.INTEGER,
    models=ColumnType.JSON,
    agents=ColumnType.JSON,
    first_seen=ColumnType.TIME,
    last_seen=ColumnType.TIME,
    project=ColumnType.TEXT,
)


def read_lesson_rows(store: Store, scope: Scope) -> Iterator[ExportRow]:
    """Yield the lessons in scope, by when they were seen last: as they stand, they are known since then."""
    found = [(one, read_places(store.connection, bytes.fromhex(one.id[2:]))) for one in read_lessons(store.connection)]
    found.sort(key=lambda pair: (format_time(pair[0].last_seen) or "", pair[0].id))
    for one, places in found:
        if _is_in_scope(one, places, scope):
            yield _make_row(one, places)


def _is_in_scope(one: Lesson, places: list[MistakePlace], scope: Scope) -> bool:
    """Tell whether a lesson was seen in the project, and last in the time."""
    if scope.project is not None and not any(_is_named(place, scope.project) for place in places):
        return scope.project.lower() in one.scope_of.lower() and bool(one.scope_of)
    if (scope.since is not None or scope.until is not None) and one.last_seen is None:
        return False
    at = one.last_seen
    return (scope.since is None or at is None or at >= scope.since) and (
        scope.until is None or at is None or at < scope.until
    )


def _is_named(place: MistakePlace, name: str) -> bool:
    return name == place.project or name.lower() in place.project.rpartition("/")[2].lower()


def _make_row(one: Lesson, places: list[MistakePlace]) -> ExportRow:
    identities = sorted({place.project for place in places})
    values: tuple[ExportValue, ...] = (
        one.id,
        format_time(one.last_seen),
        one.slug,
        one.kind,
        one.subject,
        one.category,
        one.severity,
        one.description,
        one.root_cause,
        one.bad,
        one.good,
        list(one.contexts),
        one.scope,
        one.scope_of or None,
        one.state,
        one.quoted,
        one.observations,
        one.sessions,
        one.projects,
        sum(place.corrected for place in places),
        one.warnings,
        one.successes,
        one.failures,
        dict(one.models),
        dict(one.agents),
        format_time(one.first_seen),
        format_time(one.last_seen),
        one.scope_of if one.scope in {"project", "file"} and one.scope_of else None,
    )
    return ExportRow(
        id=one.id,
        values={column.name: value for column, value in zip(COLUMNS, values, strict=True)},
        origin=RowOrigin(identities[0] if identities else "", None, one.last_seen, tuple(identities[1:])),
    )
