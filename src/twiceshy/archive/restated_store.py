"""What is stored of a session, without values that turned out to be secret only now.

First everything that changes is found, and nothing is written. Then the long texts are put right in their packs, under
their old addresses too: from there on no pack says what it said, whatever happens to this process. Then all rows
change, with everything derived from them and the full text, in the one transaction that also keeps the hashes and the
new part of the log. What the pages still hold of old bytes is wiped by a thorough ``sweep``, which is due until then.
"""

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from twiceshy.archive import full_text, restated_bodies, restated_tables, session_values, sweep
from twiceshy.archive.db import Store
from twiceshy.archive.restated_batch import SESSION_TEXTS, KnownSearch, replace_one
from twiceshy.archive.restated_rows import PLACES, RestatedRow, list_bodies, list_texts, restate_row
from twiceshy.archive.rows import BODY_PLACES, COLUMNS, TABLES, Row, hash_body
from twiceshy.privacy.secrets.known_values import HashedValue

RULES = "redaction_rules"
"""The note that says by which rules everything stored was redacted."""
_ROWS_AT_ONCE = 500
"""Rows whose texts are searched together (guess, 2026-11-22): some megabytes."""
_FOUND_BY = {"prompt": ("text", "body"), "call": ("command", "body"), "result": ("message",), "reply": ("text",)}
"""Columns that decide by which words a row is found."""


@dataclass(slots=True)
class Restatement:
    """What is to change in a store: see ``db.StoredChange``. Made without writing."""

    store: Store
    rows: dict[tuple[str, int], tuple[Row, RestatedRow]] = field(default_factory=dict)
    """By table and id: the row before and after."""
    sessions: dict[int, dict[str, str]] = field(default_factory=dict)
    """Changed columns, by the session's id."""
    searches: Mapping[bytes, KnownSearch] = field(default_factory=dict)
    """By ``Session.uid``, of the sessions that are stored."""
    values: Mapping[bytes, Sequence[HashedValue]] = field(default_factory=dict)
    """What is to be kept from now on, by ``Session.uid``."""
    copies: Collection[tuple[bytes, bytes]] = ()
    """Pairs of sessions that turned out to share events."""

    def put_bodies(self) -> None:
        """Put the long texts right, in a transaction of their own."""
        new = {key: text for _, after in self.rows.values() for key, text in after.bodies.items()}
        old = dict(self._list_replaced())
        if new or old:
            shared = restated_bodies.find_shared(self.store.connection, old, self.rows)
            with self.store.begin_writing_bodies() as bodies:
                kept = {key: text for key, text in old.items() if key not in shared}
                restated_bodies.replace_texts(bodies, kept, new)

    def put_rows(self, connection: sqlite3.Connection) -> None:
        """Change the rows, what was derived from them, and the full text. The caller holds the transaction."""
        for (table, id_), (_, after) in self.rows.items():
            sets = ", ".join(f"{name} = ?" for name in COLUMNS[table])
            connection.execute(f"UPDATE {table} SET {sets} WHERE id = ?", (*after.row[2:], id_))  # noqa: S608  # literals of this room
        for id_, texts in self.sessions.items():
            sets = ", ".join(f"{name} = ?" for name in texts)
            connection.execute(f"UPDATE session SET {sets} WHERE id = ?", (*texts.values(), id_))  # noqa: S608  # literals of this room
        elsewhere = restated_tables.restate_tables(connection, self.searches)
        if any(_is_found_otherwise(table, *pair) for (table, _), pair in self.rows.items()):
            full_text.rebuild(connection, self.store.body)
        if elsewhere or self.rows or self.sessions:
            sweep.mark_due(connection)

    def put_values(self, connection: sqlite3.Connection) -> None:
        """Keep the hashes of what was shown, and who shares events with whom."""
        session_values.put_copies(connection, self.copies)
        session_values.put_values(connection, self.values)

    def finish(self) -> None:
        """Take the texts' old addresses out of their packs, now that no row has them."""
        old = dict(self._list_replaced())
        if old:
            loose = set(old) - restated_bodies.find_shared(self.store.connection, old, ())
            with self.store.begin_writing_bodies() as bodies:
                restated_bodies.drop_texts(bodies, loose)

    def _list_replaced(self) -> Iterator[tuple[bytes, bytes]]:
        """Yield the address of each long text that changes, and its new text."""
        for (table, _), (before, after) in self.rows.items():
            for place in BODY_PLACES[table]:
                was, now = before[place], after.row[place]
                if isinstance(was, bytes) and was != now:
                    yield was, after.bodies[now] if isinstance(now, bytes) else str(after.row[place - 1]).encode()


def prepare(store: Store, searches: Mapping[bytes, KnownSearch]) -> Restatement:
    """Find every stored row that holds a value of its session."""
    found = Restatement(store)
    stored: dict[bytes, KnownSearch] = {}
    for uid, search in searches.items():
        known = store.connection.execute(
            f"SELECT id, {', '.join(SESSION_TEXTS)} FROM session WHERE uid = ?",  # noqa: S608  # literals of this room
            (uid,),
        ).fetchone()
        if known is None:
            continue
        stored[uid] = search
        texts = {name: text for name, text in zip(SESSION_TEXTS, known[1:], strict=True) if text}
        changed = search.replace(list(texts.values()))
        if changed:
            found.sessions[known[0]] = {name: changed[at] for at, name in enumerate(texts) if at in changed}
        for table in TABLES:
            found.rows.update(_restate_table(store, table, known[0], search))
    found.searches = stored
    return found


def _restate_table(
    store: Store, table: str, session: int, search: KnownSearch
) -> Iterator[tuple[tuple[str, int], tuple[Row, RestatedRow]]]:
    """Yield the rows of a session in one table that change, by table and id, before and after."""
    cursor = _select_rows(store.connection, table, session)
    while some := cursor.fetchmany(_ROWS_AT_ONCE):
        for number in sorted(_find_changed(store, table, some, search)):
            id_, *row = some[number]
            tool = _find_tool(store.connection, row[1]) if table == "result" else None
            after = restate_row(table, tuple(row), partial(replace_one, search), store.body, tool)
            yield (table, id_), (tuple(row), after)


def _find_changed(store: Store, table: str, some: Sequence[Row], search: KnownSearch) -> set[int]:
    """Return which of these rows (each behind its id) hold a value, or were left half done."""
    texts = [(number, text) for number, one in enumerate(some) for text in list_texts(table, one[1:], store.body)]
    hits = search.replace([text for _, text in texts])
    half_done = {number for number, one in enumerate(some) if _is_half_done(store, table, one[1:])}
    return half_done | {texts[place][0] for place in hits}


def _select_rows(connection: sqlite3.Connection, table: str, session: int) -> sqlite3.Cursor:
    """Select the rows of a session: the id, then each as in a batch."""
    columns = ", ".join(COLUMNS[table])
    sql = f"SELECT id, session_id, uid, {columns} FROM {table} WHERE session_id = ? ORDER BY id"  # noqa: S608  # literals of this room
    return connection.execute(sql, (session,))


def _is_half_done(store: Store, table: str, row: Row) -> bool:
    """Tell whether a process died between the long texts and the rows: a text that is not the one of its address."""
    for key in list_bodies(table, row):
        text = store.bodies.text(key)
        if text is not None and hash_body(text.encode()) != key:
            return True
    return False


def _find_tool(connection: sqlite3.Connection, call: object) -> str | None:
    row = connection.execute("SELECT tool FROM call WHERE uid = ?", (call,)).fetchone()
    return row[0] if row else None


def _is_found_otherwise(table: str, before: Row, after: RestatedRow) -> bool:
    """Tell whether the words by which a row is found have changed."""
    return any(before[PLACES[table][name]] != after.row[PLACES[table][name]] for name in _FOUND_BY.get(table, ()))


def read_texts(store: Store, uid: bytes) -> Iterator[list[str]]:
    """Yield the texts of a stored session, some megabytes at a time."""
    known = store.connection.execute("SELECT id FROM session WHERE uid = ?", (uid,)).fetchone()
    for table in TABLES if known is not None else ():
        cursor = _select_rows(store.connection, table, known[0])
        while some := cursor.fetchmany(_ROWS_AT_ONCE):
            yield [text for one in some for text in list_texts(table, one[1:], store.body)]


def list_sessions(store: Store) -> list[bytes]:
    """Return the uid of every stored session, the newest first."""
    return [uid for (uid,) in store.connection.execute("SELECT uid FROM session ORDER BY id DESC")]


def note_rules(store: Store, digest: str) -> None:
    """Note of an empty store that all it will hold is redacted by these rules."""
    if store.note(RULES) is None and not list_sessions(store):
        store.put_note(RULES, digest)
