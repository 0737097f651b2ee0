"""Insert a batch row by row, without the rows that the database refuses: slow, and only where a whole batch failed.

Readers and ``rows`` bound what they give, so a refused row is a fault of ours; it must not cost the rows beside it.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from twiceshy.archive.batch_insert import insert_rows, put_source
from twiceshy.archive.rows import RowBatch
from twiceshy.archive.storage_errors import is_refusal_of_data
from twiceshy.base.errors import locate_fault
from twiceshy.records.ingest import BatchResult, SourceState, UnreadableLine

REFUSED = "fault"
"""Reason of lines that gave rows that were refused."""


class LenientResult(NamedTuple):
    """What became of a batch."""

    result: BatchResult
    refused: tuple[UnreadableLine, ...]


def insert_leniently(connection: sqlite3.Connection, batch: RowBatch, source: SourceState, begin: int) -> LenientResult:
    """Insert what can be, with its source's cursor; ``begin`` is where the batch begins in its file.

    Raises:
        sqlite3.Error: the database itself is in trouble.
    """
    new, duplicates = Counter[str](), Counter[str]()
    sessions: set[int] = set()
    places: set[str] = set()
    for one in _split_rows(batch):
        connection.execute("SAVEPOINT one")
        try:
            added = insert_rows(connection, one, source)
        except Exception as error:
            if not is_refusal_of_data(error):
                raise
            connection.execute("ROLLBACK TO one")
            places.add(locate_fault(error))
        else:
            new.update(added.result.new)
            duplicates.update(added.result.duplicates)
            sessions |= added.sessions
        connection.execute("RELEASE one")
    length = max(source.cursor.offset - begin, 0)
    refused = tuple(
        UnreadableLine(offset=begin, length=length, reason=REFUSED, place=place) for place in sorted(places)[:1]
    )
    put_source(connection, replace(source, skipped=[*source.skipped, *refused]), duplicates.total(), sessions)
    return LenientResult(BatchResult(new=dict(new), duplicates=dict(duplicates)), refused)


def _split_rows(batch: RowBatch) -> Iterator[RowBatch]:
    """Yield each row as a batch of its own."""
    nothing: dict[str, list[str]] = {table: [] for table in batch.words}
    bare = batch._replace(known=(), tables={table: [] for table in batch.tables}, words=nothing, packs=[], toolless=())
    for row in batch.known:
        yield bare._replace(known=(row,))
    for table, rows in batch.tables.items():
        toolless = set(batch.toolless) if table == "result" else ()
        for place, event in enumerate(rows):
            words = {**nothing, table: [batch.words[table][place]]} if table in nothing else nothing
            yield bare._replace(
                tables={**bare.tables, table: [event]}, words=words, toolless=(0,) if place in toolless else ()
            )
