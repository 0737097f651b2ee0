"""What is stored of a session, without values that turned out to be secret only now.

First everything that changes is found, and nothing is written. Then the long texts are put right in their packs, under
their old addresses too: from there on no pack says what it said, whatever happens to this process. Then all rows
change, with everything derived from them and the full text, in the one transaction that also keeps the hashes and the
new part of the log. What the pages still hold of old bytes is wiped by a thorough ``sweep``, which is due until then.
"""

import sqlite3
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple, Protocol

from twiceshy.archive import full_text, restated_bodies, rows, session_values, sweep
from twiceshy.archive.bodies import Pack, make_packs, unpack_frame
from twiceshy.archive.db import Store
from twiceshy.archive.full_text import find_command
from twiceshy.archive.rows import (
    BODY_PLACES,
    COLUMNS,
    SEARCHED,
    TABLES,
    Row,
    RowBatch,
    SessionColumns,
    Value,
    clean,
    cut,
    hash_body,
)
from twiceshy.commands.telling import find_telling_line
from twiceshy.privacy.secrets.known_values import HashedValue
from twiceshy.stats.text import fingerprint

# One stored row stated anew without the values that were recognised in its session later, or elsewhere.
#
# What is computed from a text when it is stored (its beginning, the command's head, the failing line, the words to find
# it by) is computed again from the changed text in the same way, so that a row read before its session's secret was
# known ends as one that was read after it.

Replace = Callable[[str], str]
"""Gives a text without the values; the same text where it holds none."""
ReadBody = Callable[[bytes], str]
"""Gives the long text with that hash."""

_TEXTS = {
    "prompt": (),
    "reply": ("model",),
    "call": ("tool", "path", "query"),
    "result": ("words", "commit_hash"),
    "edit": ("path",),
    "usage": ("model",),
    "mark": ("name",),
}
"""Columns that hold a text of their own, beside those below."""
_WHOLE = {"prompt": "text", "reply": "text", "call": "input", "result": "text", "mark": "text"}
"""The column that holds a text or its beginning, with ``body`` for the whole."""
_BODIES = {"edit": ("before", "after")}
"""Columns that are addresses of whole texts."""
_SHORT_HEADS = frozenset({"call", "result", "mark"})
PLACES = {table: {column: 2 + place for place, column in enumerate(columns)} for table, columns in COLUMNS.items()}
"""Where each column stands in a row."""


class RestatedRow(NamedTuple):
    """A row, the words that it is found by (None: it is none of those that are), and the long texts that it needs."""

    row: Row
    words: str | None
    bodies: dict[bytes, bytes]


def list_texts(table: str, row: Row, read: ReadBody) -> list[str]:
    """Return every text of a row, the long ones whole."""
    at = PLACES[table]
    names = [*_TEXTS[table], *(("command", "head") if table == "call" else ()), *(("message",) * (table == "result"))]
    texts = [str(row[at[name]]) for name in names if row[at[name]]]
    if table in _WHOLE:
        texts.append(_read_whole(table, row, read))
    return texts + [read(bytes(row[at[name]])) for name in _BODIES.get(table, ()) if row[at[name]] is not None]  # type: ignore[arg-type]  # a hash


def list_bodies(table: str, row: Row) -> list[bytes]:
    """Return the addresses of the long texts of a row."""
    return [bytes(row[place]) for place in rows.BODY_PLACES[table] if row[place] is not None]  # type: ignore[arg-type]  # a hash


def restate_row(table: str, row: Row, replace: Replace, read: ReadBody, tool: str | None) -> RestatedRow:
    """Return a row without the values.

    Args:
        table: one of ``rows.TABLES``.
        row: as in a batch: the place of its session, its uid, then the columns.
        replace: takes the values out of a text.
        read: gives the long texts that the row refers to.
        tool: of a result, the name of the tool of its call, where that is known.
    """
    at = PLACES[table]
    new = list(row)
    bodies: dict[bytes, bytes] = {}
    for name in _TEXTS[table]:
        if isinstance(text := row[at[name]], str):
            new[at[name]] = _replace_cut(text, replace, rows.COMMAND if name == "query" else None)
    for name in _BODIES.get(table, ()):
        if row[at[name]] is not None:
            new[at[name]] = _put_body(replace(read(bytes(row[at[name]]))), bodies)  # type: ignore[arg-type]  # a hash
    if table in _WHOLE:
        before = _read_whole(table, row, read)
        after = clean(replace(before))
        new[at[_WHOLE[table]]], new[at["body"]] = _shorten(table, after, bodies)
        if table == "call":
            return _restate_command(row, new, before, replace, bodies)
        if table == "result":
            _restate_message(new, (before, after), replace, tool)
            return RestatedRow(tuple(new), str(new[at["message"]] or ""), bodies)
    return RestatedRow(tuple(new), _list_words(table, new, bodies), bodies)


def _read_whole(table: str, row: Row, read: ReadBody) -> str:
    at = PLACES[table]
    body = row[at["body"]]
    return str(row[at[_WHOLE[table]]]) if body is None else read(bytes(body))  # type: ignore[arg-type]  # a hash


def _shorten(table: str, text: str, bodies: dict[bytes, bytes]) -> tuple[str, bytes | None]:
    """Return what stays in the row, and the address of the whole where that is not all."""
    if len(text) <= rows.INLINE:
        return text, None
    return cut(text, rows.SHORT_HEAD if table in _SHORT_HEADS else rows.HEAD), _put_body(text, bodies)


def _put_body(text: str, bodies: dict[bytes, bytes]) -> bytes:
    raw = clean(text).encode()
    key = rows.hash_body(raw)
    bodies[key] = raw
    return key


def _replace_cut(text: str, replace: Replace, size: int | None) -> str:
    """Return a text without the values, cut at ``size`` characters where it was cut there before."""
    after = clean(replace(text))
    return after if size is None else cut(after, size)


def _restate_command(
    row: Row, new: list[Value], document: str, replace: Replace, bodies: dict[bytes, bytes]
) -> RestatedRow:
    """Restate a call: its command is found whole in its input, where the row holds the beginning only."""
    at = PLACES["call"]
    command = row[at["command"]]
    words = ""
    if isinstance(command, str):
        is_cut = len(command) > rows.COMMAND - rows.LONGEST_PLACEHOLDER
        whole = clean(replace(find_command(command, document) if is_cut else command))
        head, masked = rows.read_shape(whole)
        new[at["command"]], new[at["head"]], new[at["masked"]] = cut(whole, rows.COMMAND), clean(head), masked
        words = cut(whole, rows.WORDS_OF_COMMAND)
    return RestatedRow(tuple(new), words, bodies)


def _restate_message(new: list[Value], output: tuple[str, str], replace: Replace, tool: str | None) -> None:
    """Restate a failure's line: it is looked for again in the output, unless it came from elsewhere."""
    at = PLACES["result"]
    message, failure = new[at["message"]], new[at["failure"]]
    if isinstance(message, str) and failure is not None:
        before, after = (_find_line(text, new[at["exit_code"]], str(failure)) for text in output)
        line = after if message == before else cut(clean(replace(message)), rows.LONGEST_MESSAGE)
        if line != message:
            new[at["message"]], new[at["fingerprint"]] = line, fingerprint.fingerprint(line, tool or "")


def _find_line(text: str, exit_code: Value, failure: str) -> str:
    code = exit_code if isinstance(exit_code, int) else None
    return clean(cut(find_telling_line(text, code, failure), rows.LONGEST_MESSAGE))


def _list_words(table: str, new: list[Value], bodies: Mapping[bytes, bytes]) -> str | None:
    """Return the words that a prompt or a reply is found by."""
    at = PLACES[table]
    if table == "prompt":
        body = new[at["body"]]
        whole = str(new[at["text"]]) if body is None else bodies[bytes(body)].decode()  # type: ignore[arg-type]  # a hash
        return "" if new[at["kind"]] in rows.UNSEARCHED else cut(whole, rows.WORDS_OF_PROMPT)
    if table == "reply":
        return "" if new[at["thinking"]] else rows.first_line(str(new[at["text"]]))
    return None


# A batch that waits to be stored, without the values that are known of its sessions by now.
#
# It happens before anything is written: a value that an earlier or a later part of the log, or another file of the
# session, shows to be secret never reaches the disk.

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
    for table, lines in tables.items():
        for row in lines:
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


# Everything in the archive that is no event and may quote one: derived values, lessons, rules, runs, commits.
#
# It knows no table by name but those that cannot quote anything, and those that belong to one session, so that a table
# that a later version adds is put right without anyone thinking of it.

_LEFT_OUT = frozenset(
    {
        *(*TABLES, "session", "project", "project_alias", "meta", "migration", "source_tally", "skipped"),
        *("session_source", "session_value", "session_copy", "forgotten", "forgotten_event", "exposure", "wait"),
    }
)
"""Events, which are restated row by row; names that tell things apart; hashes and counts."""
_COLUMNS = {"source": ("name",), "derived": ("value",)}
"""Of these tables only those columns hold texts; else every column of the type TEXT may."""
_OF_SESSION = {"session_executions": "session_id IN (SELECT id FROM session WHERE uid = :session)"}
"""Rows of one session, by table; of others every row may quote any session."""
_VALUES_AT_ONCE = 2000
"""Values of a column that are searched together (guess, 2026-11-22)."""
_DERIVED = "(key = :session OR key NOT IN (SELECT uid FROM session))"
"""Values derived of one session, and those of which only their maker knows whom they quote."""


def restate_tables(connection: sqlite3.Connection, searches: Mapping[bytes, KnownSearch]) -> bool:
    """Take the values of each session out of what may quote it; tell whether anything changed.

    The caller holds the transaction.
    """
    columns = list(_list_columns(connection))
    changed = False
    for session, search in searches.items():
        connection.create_function("restated", 1, partial(_restate_value, search), deterministic=True)
        for place in columns:
            whose = _DERIVED if place[0] == "derived" else _OF_SESSION.get(place[0], "1")
            given = {"session": session} if ":session" in whose else {}
            changed |= _restate_column(connection, place, whose, given, search)
        connection.create_function("restated", 1, None)
    if changed:
        connection.execute(
            "DELETE FROM lesson_vector"
        )  # made of words that may have changed, and made again at any time
    return changed


def restate_everything(connection: sqlite3.Connection, search: KnownSearch) -> bool:
    """Take what a search finds out of all that may quote any session; tell whether anything changed.

    The caller holds the transaction.
    """
    connection.create_function("restated", 1, partial(_restate_value, search), deterministic=True)
    changed = [_restate_column(connection, place, "1", {}, search) for place in list(_list_columns(connection))]
    connection.create_function("restated", 1, None)
    if any(changed):
        connection.execute("DELETE FROM lesson_vector")
    return any(changed)


def _list_columns(connection: sqlite3.Connection) -> Iterable[tuple[str, str]]:
    """Yield table and column of everything that may hold a text."""
    names = connection.execute("SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name").fetchall()
    for table, sql in names:
        if table in _LEFT_OUT or table.startswith(("sqlite_", "words")) or str(sql).startswith("CREATE VIRTUAL"):
            continue
        if table in _COLUMNS:
            yield from ((table, column) for column in _COLUMNS[table])
            continue
        for _, column, kind, *_ in connection.execute(f'PRAGMA table_info("{table}")').fetchall():
            if kind == "TEXT":
                yield table, column


def _restate_column(
    connection: sqlite3.Connection,
    place: tuple[str, str],
    whose: str,
    given: Mapping[str, bytes],
    search: KnownSearch,
) -> bool:
    """Restate one column of the rows that ``whose`` means; tell whether anything in it changed."""
    table, column = place
    cursor = connection.execute(f'SELECT "{column}" FROM "{table}" WHERE {whose}', given)  # noqa: S608  # names of the schema
    while some := cursor.fetchmany(_VALUES_AT_ONCE):
        if search.replace([_read_text(value) for (value,) in some]):
            break
    else:
        return False
    sql = f'UPDATE OR IGNORE "{table}" SET "{column}" = restated("{column}") WHERE {whose}'  # noqa: S608  # as above
    connection.execute(sql, given)
    return True


def _read_text(value: object) -> str:
    """Return the text of a value; nothing where it holds none."""
    if isinstance(value, bytes):
        return value.decode("utf-8", "ignore")
    return value if isinstance(value, str) else ""


def _restate_value(search: KnownSearch, value: object) -> str | bytes | None:
    """Return a value of a column without the session's values."""
    text = _read_text(value)
    after = search.replace([text]).get(0, text)
    return after.encode() if isinstance(value, bytes) else value if value is None else after


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
        elsewhere = restate_tables(connection, self.searches)
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
