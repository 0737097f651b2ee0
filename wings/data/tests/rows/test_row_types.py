"""What a column is said to hold is what its rows have; each row tells where it comes from."""

from collections.abc import Mapping, Sequence

import pytest

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn
from twiceshy_data.rows.row_sources import SOURCES

FORMS: Mapping[ColumnType, type | tuple[type, ...]] = {
    ColumnType.TEXT: str,
    ColumnType.INTEGER: int,
    ColumnType.REAL: (int, float),
    ColumnType.BOOLEAN: bool,
    ColumnType.TIME: str,
    ColumnType.BYTES: bytes,
    ColumnType.TEXTS: Sequence,
    ColumnType.MESSAGES: Sequence,
    ColumnType.JSON: (Mapping, Sequence),
}


def list_rows(config: Config, kind: str) -> tuple[list[RowColumn], list[ExportRow]]:
    with Store.open(config.home, readonly=True) as store:
        return list(SOURCES[kind].columns(store)), list(SOURCES[kind].rows(store, Scope()))


def is_of(kind: ColumnType, value: ExportValue) -> bool:
    return value is None or (
        isinstance(value, FORMS[kind]) and not (kind is not ColumnType.BOOLEAN and isinstance(value, bool))
    )


@pytest.mark.parametrize("kind", SOURCES)
def test_each_value_is_of_its_columns_type(sample: Config, kind: str) -> None:
    """Or None, which is: not known."""
    columns, rows = list_rows(sample, kind)

    assert [list(row.values) for row in rows] == [[column.name for column in columns]] * len(rows)
    assert [
        (column, row.values[column.name])
        for row in rows
        for column in columns
        if not is_of(column.type, row.values[column.name])
    ] == []


@pytest.mark.parametrize("kind", SOURCES)
def test_each_row_tells_where_it_comes_from(sample: Config, kind: str) -> None:
    """Its project and time; of what sessions hold, the session."""
    _, rows = list_rows(sample, kind)

    assert {row.origin.at is None for row in rows} <= {False}
    assert all(row.origin.project.startswith(("remote:", "root:", "folder:")) for row in rows)
    if kind not in {"runs", "commits"}:
        assert all(row.origin.session and row.id.startswith("s-") for row in rows)
