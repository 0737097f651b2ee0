"""A batch that waits to be stored, without the values that are known of its sessions by now.

It happens before anything is written: a value that an earlier or a later part of the log, or another file of the
session, shows to be secret never reaches the disk.
"""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any, Protocol

from twiceshy.archive.bodies import Pack, make_packs, unpack_frame
from twiceshy.archive.restated_rows import PLACES, RestatedRow, list_bodies, list_texts, restate_row
from twiceshy.archive.rows import SEARCHED, TABLES, Row, RowBatch, SessionColumns

SESSION_TEXTS = ("cwd", "branch", "version", "entrypoint", "title")
"""Texts of a session that are shown; its id and its project's name tell it from others and stay."""


class KnownSearch(Protocol):
    """A search for the values of one session."""

    def replace(self, texts: Sequence[str]) -> dict[int, str]:
        """Return the texts that hold a value, without it, by their places."""
        ...


def replace_one(search: KnownSearch, text: str) -> str:
    """Return one text without the values."""
    return search.replace([text]).get(0, text)


class BatchTexts:
    """The texts of a batch, each session's by itself; long ones are unpacked when first asked for."""

    def __init__(self, batch: RowBatch) -> None:
        self.batch = batch
        self._packs = {key: pack for pack in batch.packs for key in pack.hashes}
        self._bodies: dict[bytes, str] = {}

    def read(self, key: bytes) -> str:
        """Return a long text of the batch."""
        if key not in self._bodies:
            self._bodies |= {key: text.decode() for key, text in _iterate_texts(self._packs[key])}
        return self._bodies[key]

    def find_places(self, session: bytes) -> Iterator[tuple[str, int]]:
        """Yield table and place of each row of a session."""
        number = self.batch.sessions.index(session) if session in self.batch.sessions else -1
        for table in TABLES:
            yield from ((table, place) for place, row in enumerate(self.batch.tables[table]) if row[0] == number)

    def list_texts(self, session: bytes) -> list[str]:
        """Return every text of a session."""
        texts = [
            text
            for table, place in self.find_places(session)
            for text in list_texts(table, self.batch.tables[table][place], self.read)
        ]
        texts += [text for row in self.batch.known if row.uid == session for text in _list_session_texts(row)]
        return texts


def restate_batch(texts: BatchTexts, searches: Mapping[bytes, KnownSearch]) -> RowBatch:
    """Return a batch without the values of its sessions, each searched for in its own; the same without hits."""
    changed: dict[tuple[str, int], RestatedRow] = {}
    known = list(texts.batch.known)
    for session, search in searches.items():
        changed |= _restate_rows(texts, session, search)
        known = [_restate_session(row, search) if row.uid == session else row for row in known]
    if not changed and known == list(texts.batch.known):
        return texts.batch
    return _rebuild_batch(texts, changed, known)


def _restate_rows(texts: BatchTexts, session: bytes, search: KnownSearch) -> dict[tuple[str, int], RestatedRow]:
    """Return the rows of a session that change, by table and place."""
    tables = texts.batch.tables
    rows = [
        ((table, place), text)
        for table, place in texts.find_places(session)
        for text in list_texts(table, tables[table][place], texts.read)
    ]
    hits = search.replace([text for _, text in rows])
    tools = {row[1]: str(row[PLACES["call"]["tool"]]) for row in tables["call"]} if hits else {}
    found: dict[tuple[str, int], RestatedRow] = {}
    for table, place in dict.fromkeys(rows[hit][0] for hit in hits):
        row = tables[table][place]
        tool = tools.get(row[1]) if table == "result" else None
        found[table, place] = restate_row(table, row, partial(replace_one, search), texts.read, tool)
    return found


def _rebuild_batch(
    texts: BatchTexts, changed: Mapping[tuple[str, int], RestatedRow], known: Sequence[SessionColumns]
) -> RowBatch:
    """Return the batch with changed rows, their words, and packs of exactly the texts that rows refer to."""
    batch = texts.batch
    tables = {table: list(rows) for table, rows in batch.tables.items()}
    words = {table: list(batch.words[table]) for table in SEARCHED}
    new_bodies: dict[bytes, bytes] = {}
    for (table, place), one in changed.items():
        tables[table][place] = one.row
        new_bodies |= one.bodies
        if table in SEARCHED:
            words[table][place] = one.words or ""
    wanted = set(_iterate_addresses(tables))
    packs = _filter_packs(batch.packs, wanted)
    stored = {key for pack in packs for key in pack.hashes}
    packs += make_packs({key: text for key, text in new_bodies.items() if key in wanted - stored})
    return batch._replace(known=tuple(known), tables=tables, words=words, packs=packs)


def _iterate_addresses(tables: Mapping[str, Sequence[Row]]) -> Iterator[bytes]:
    """Yield the address of each long text that rows refer to."""
    for table, rows in tables.items():
        for row in rows:
            yield from list_bodies(table, row)


def _filter_packs(packs: Sequence[Pack], wanted: set[bytes]) -> list[Pack]:
    """Return the packs with the wanted texts only."""
    kept: list[Pack] = []
    for pack in packs:
        if wanted.issuperset(pack.hashes):
            kept.append(pack)
        else:
            kept += make_packs({key: text for key, text in _iterate_texts(pack) if key in wanted})
    return kept


def _iterate_texts(pack: Pack) -> Iterator[tuple[bytes, bytes]]:
    raw = unpack_frame(pack.data, pack.raw_size, "a new pack")
    at = 0
    for key, size in zip(pack.hashes, pack.sizes, strict=True):
        yield key, raw[at : at + size]
        at += size


def _list_session_texts(row: SessionColumns) -> list[str]:
    return [text for name in SESSION_TEXTS if (text := getattr(row, name))]


def _restate_session(row: SessionColumns, search: KnownSearch) -> SessionColumns:
    """Return a session's row without the values."""
    texts = {name: text for name in SESSION_TEXTS if (text := getattr(row, name))}
    found = search.replace(list(texts.values()))
    changed: dict[str, Any] = {name: found[place] for place, name in enumerate(texts) if place in found}
    return row._replace(**changed)
