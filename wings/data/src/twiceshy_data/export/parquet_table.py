"""Parquet: typed columns, compressed. Times are UTC with microseconds; what is nested without a type is JSON.

The same rows give the same bytes, as long as the library that writes them is the same.
"""

import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, RowColumn
from twiceshy_data.export.row_writer import WriteBytes

if TYPE_CHECKING:
    import pyarrow as pa

_COMPRESSION: Final = "zstd"
_LEVEL: Final = 6  # of zstd: by definition of the form, 2026-11-23
_MOST_ROWS: Final = 8192  # rows of a group: by definition of the form, 2026-11-23
_MOST_BYTES: Final = 16 << 20
"""Bytes of rows that are held until they become a group (guess, 2026-11-23: readers take groups one by one, too)."""


class ParquetWriter:
    """Writes the rows of one file, group by group."""

    def __init__(self, columns: Sequence[RowColumn], write: WriteBytes) -> None:
        from pyarrow import parquet  # noqa: PLC0415  # an extra: only this form needs it

        self._columns = columns
        self._schema = _build_schema(columns)
        self._held: list[pa.RecordBatch] = []
        self._sink = _Sink(write)
        self._writer = parquet.ParquetWriter(
            self._sink, self._schema, compression=_COMPRESSION, compression_level=_LEVEL
        )

    @property
    def size(self) -> int:
        """Bytes written so far."""
        return self._sink.tell()

    def add(self, rows: Sequence[ExportRow]) -> None:
        """Hold further rows; write a group where there are enough."""
        import pyarrow as pa  # noqa: PLC0415  # an extra: only this form needs it

        arrays = [
            pa.array([_PACK[column.type](row.values[column.name]) for row in rows], self._schema.field(index).type)
            for index, column in enumerate(self._columns)
        ]
        self._held.append(pa.RecordBatch.from_arrays(arrays, schema=self._schema))
        if sum(one.num_rows for one in self._held) >= _MOST_ROWS or sum(one.nbytes for one in self._held) > _MOST_BYTES:
            self._write_group()

    def end(self) -> None:
        """Write the last group and the file's end."""
        self._write_group()
        self._writer.close()

    def __del__(self) -> None:
        """Write nothing more: the library ends a file that was given up, and who gave ``write`` has closed it."""
        self._sink.drop()

    def _write_group(self) -> None:
        import pyarrow as pa  # noqa: PLC0415  # an extra: only this form needs it

        if self._held:
            self._writer.write_table(pa.Table.from_batches(self._held))
            self._held = []


def start(columns: Sequence[RowColumn], write: WriteBytes) -> ParquetWriter:
    """Return what writes the rows."""
    return ParquetWriter(columns, write)


class _Sink:
    """A file that only grows, for a library that wants one."""

    closed = False

    def __init__(self, write: WriteBytes) -> None:
        self._write = write
        self._size = 0

    def write(self, data: bytes) -> int:
        self._write(bytes(data))
        self._size += len(data)
        return len(data)

    def drop(self) -> None:
        """Forget what is still written."""
        self._write = lambda _: None

    def tell(self) -> int:
        return self._size

    def flush(self) -> None:
        """Do nothing: whoever gave ``write`` keeps the file."""

    def close(self) -> None:
        """Do nothing: whoever gave ``write`` keeps the file."""

    def readable(self) -> bool:
        return False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return False


def _build_schema(columns: Sequence[RowColumn]) -> "pa.Schema":
    import pyarrow as pa  # noqa: PLC0415  # an extra: only this form needs it

    message = pa.struct([("role", pa.string()), ("content", pa.string())])
    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.REAL: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.TIME: pa.timestamp("us", tz="UTC"),
        ColumnType.BYTES: pa.string(),
        ColumnType.TEXTS: pa.list_(pa.string()),
        ColumnType.MESSAGES: pa.list_(message),
        ColumnType.JSON: pa.string(),
    }
    return pa.schema([(column.name, types[column.type]) for column in columns])


def _pack_text(value: ExportValue) -> str | None:
    """Return text that is UTF-8; half a character is written as what it is."""
    return None if value is None else str(value).encode(errors="backslashreplace").decode()


def _pack_json(value: ExportValue) -> str | None:
    return None if value is None else _pack_text(json.dumps(value, ensure_ascii=False, default=bytes.hex))


def _pack_time(value: ExportValue) -> datetime | None:
    return datetime.fromisoformat(value) if isinstance(value, str) and value else None


def _pack_messages(value: ExportValue) -> list[dict[str, str | None]] | None:
    if value is None:
        return None
    messages: Any = value
    return [{name: _pack_text(one[name]) for name in ("role", "content")} for one in messages]


def _pack_texts(value: ExportValue) -> list[str | None] | None:
    if value is None:
        return None
    texts: Any = value
    return [_pack_text(one) for one in texts]


def _pack_bytes(value: ExportValue) -> str | None:
    return value.hex() if isinstance(value, bytes) else _pack_text(value)


def _pack_plain(value: ExportValue) -> ExportValue:
    return value


_PACK: Final[dict[ColumnType, Callable[[ExportValue], object]]] = {
    ColumnType.TEXT: _pack_text,
    ColumnType.INTEGER: _pack_plain,
    ColumnType.REAL: _pack_plain,
    ColumnType.BOOLEAN: _pack_plain,
    ColumnType.TIME: _pack_time,
    ColumnType.BYTES: _pack_bytes,
    ColumnType.TEXTS: _pack_texts,
    ColumnType.MESSAGES: _pack_messages,
    ColumnType.JSON: _pack_json,
}
"""What the library takes for a column's value."""
