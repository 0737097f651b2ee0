"""DuckDB over a fleet's output: each table a view over the files of all shards, and nothing else can be read.

The database lies in memory. It loads no extension, opens no connection, and reads nothing but the files that were
listed; where it needs more memory than it may take, it writes what waits into a private folder that is gone with it. A
table without a file is a view without rows, so that an output without commits needs no question of its own. An object
store is read by pyarrow, as everything of a fleet there is, and not by the database.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from twiceshy.base.errors import StoreCorrupt, ToolMissing
from twiceshy.records.exports import ColumnType, RowColumn
from twiceshy_fleet.lake.places import find_local_path, join_address, open_place

MOST_MEMORY_MB: Final = 700
"""Of the database alone; asked for is less than 1 GB of the whole process (2026-11-23)."""
_MOST_THREADS: Final = 4
"""Of one report: more of them take more memory each, and a report is short (guess, 2026-11-23)."""
_SHARD: Final = RowColumn("shard", ColumnType.TEXT)
_TYPES: Final[Mapping[ColumnType, str]] = {
    ColumnType.TEXT: "VARCHAR",
    ColumnType.INTEGER: "BIGINT",
    ColumnType.REAL: "DOUBLE",
    ColumnType.BOOLEAN: "BOOLEAN",
    ColumnType.TIME: "TIMESTAMP WITH TIME ZONE",
    ColumnType.BYTES: "BLOB",
}


class LakeDatabase:
    """An open database; every question is a statement to it."""

    def __init__(self, connection: Any, foreign: type[Exception], address: str) -> None:  # DuckDB has no types
        """Take a connection and the class of its errors."""
        self._connection = connection
        self._foreign = foreign
        self.address = address

    def ask(self, statement: str, values: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """Return the rows of a statement; none of one that makes a table.

        Raises:
            StoreCorrupt: a file is damaged, or lacks a column.
        """
        try:
            rows: list[tuple[Any, ...]] = self._connection.execute(statement, list(values)).fetchall()
        except self._foreign as exc:
            raise StoreCorrupt(
                f"{self.address} cannot be asked: {_shorten(exc)}. If a file is damaged, remove its shard's receipt: "
                "the next `twiceshy fleet run` writes it again."
            ) from exc
        return rows


@contextmanager
def open_lake(
    address: str, tables: Mapping[str, Sequence[RowColumn]], merged: Mapping[str, Sequence[RowColumn]] | None = None
) -> Iterator[LakeDatabase]:
    """Give a database in which an output's tables are views.

    Args:
        address: of the output.
        tables: columns by name; each has a column ``shard`` too.
        merged: columns of what was merged over shards, by name; its view is called ``merged_NAME``.

    Raises:
        ToolMissing: DuckDB or pyarrow is not there.
        SourceError: the output cannot be listed.
        StoreCorrupt: a file is damaged, or lacks a column.
    """
    duckdb = _load_duckdb()
    wanted = {name: (f"tables/{name}", (*columns, _SHARD)) for name, columns in tables.items()}
    wanted |= {f"merged_{name}": (f"merged/{name}.parquet", tuple(some)) for name, some in (merged or {}).items()}
    local = find_local_path(address)
    with tempfile.TemporaryDirectory(prefix="twiceshy-lake-") as scratch:
        connection = duckdb.connect(":memory:", config=_build_settings(scratch))
        try:
            lake = LakeDatabase(connection, duckdb.Error, address)
            for view, (below, columns) in wanted.items():
                files = list(_list_files(join_address(address, below)))
                if local is not None or not files:
                    lake.ask(_declare_view(view, columns, files))
                else:
                    connection.register(view, _open_dataset(files, columns))
            _lock(lake, [scratch, *([] if local is None else [str(local / "tables"), str(local / "merged")])])
            yield lake
        finally:
            connection.close()


def _build_settings(scratch: str) -> dict[str, object]:
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "allow_community_extensions": False,
        "memory_limit": f"{MOST_MEMORY_MB}MB",
        "preserve_insertion_order": False,
        "temp_directory": scratch,
        "threads": min(cores, _MOST_THREADS),
    }


def _lock(lake: LakeDatabase, folders: Sequence[str]) -> None:
    """Close everything but these folders to the database, for good."""
    named = {f"{way}/" for folder in folders for way in (folder, _escape_pattern(folder))}
    allowed = ", ".join(map(_quote, sorted(named)))
    lake.ask(f"SET allowed_directories = [{allowed}]")
    lake.ask("SET enable_external_access = false")
    lake.ask("SET lock_configuration = true")


def _list_files(address: str) -> Iterator[str]:
    """Yield the addresses of a table's files; none where it has no rows."""
    for one in open_place(address).list_files():
        if one.name.endswith(".parquet"):
            yield one.address


def _declare_view(name: str, columns: Sequence[RowColumn], files: Sequence[str]) -> str:
    """Return the statement that makes a view of files, or one without rows."""
    if not files:
        empty = ", ".join(f'CAST(NULL AS {_TYPES[one.type]}) AS "{one.name}"' for one in columns)
        return f"CREATE TEMP VIEW {name} AS SELECT {empty} LIMIT 0"
    names = ", ".join(f'"{one.name}"' for one in columns)
    listed = ", ".join(_quote(_escape_pattern(file)) for file in files)
    source = f"read_parquet([{listed}], hive_partitioning = {_SHARD in columns}, hive_types_autocast = false)"
    return f"CREATE TEMP VIEW {name} AS SELECT {names} FROM {source}"  # noqa: S608  # our names, quoted paths


def _quote(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _escape_pattern(path: str) -> str:
    """Return a path whose characters stand for themselves where patterns are understood."""
    return "".join(f"[{letter}]" if letter in "*?[" else letter for letter in path)


def _open_dataset(files: Sequence[str], columns: Sequence[RowColumn]) -> object:
    """Return a table of an object store, as pyarrow reads it piece by piece."""
    from pyarrow import dataset, fs  # noqa: PLC0415  # an extra: only fleets need it

    from twiceshy_fleet.lake.tables import build_schema  # noqa: PLC0415  # as above

    found = [fs.FileSystem.from_uri(file) for file in files]
    shards = [Path(path).parent.name.partition("=")[2] for _, path in found]
    return dataset.FileSystemDataset.from_paths(
        [path for _, path in found],
        schema=build_schema(columns),
        format=dataset.ParquetFileFormat(),
        filesystem=found[0][0],
        partitions=[dataset.field(_SHARD.name) == shard for shard in shards] if _SHARD in columns else None,
    )


def _shorten(error: Exception) -> str:
    """Return the first line of what the database says, without a statement."""
    return str(error).partition("\n")[0][:300].rstrip(".")  # a line of any terminal has less (guess, 2026-11-23)


def _load_duckdb() -> Any:  # a module without types of its own
    """Import DuckDB.

    Raises:
        ToolMissing: it is not there.
    """
    try:
        import duckdb  # noqa: PLC0415  # an extra: only a fleet's report needs it
        import pyarrow as pa  # noqa: F401, PLC0415  # as above: a fleet's output is read by it
    except ModuleNotFoundError as exc:
        raise ToolMissing(
            f"a fleet's report needs {exc.name}: `pip install './wings/fleet[fleet]'` in the checkout."
        ) from exc
    return duckdb
