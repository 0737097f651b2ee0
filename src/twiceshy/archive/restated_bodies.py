"""Long texts put right where they lie: a pack is written anew with the new text in the place of the old one.

Until the rows follow, the old address leads to the new text too. So a process may die in between: what is read then is
clean, and the next ingest sees by the address that the row is still to be changed.
"""

import sqlite3
from collections.abc import Collection, Iterable, Mapping

from twiceshy.archive.bodies import Bodies, Pack, add_places, compress_texts, make_packs, unpack_frame
from twiceshy.archive.rows import BODY_PLACES, COLUMNS, hash_body


def find_shared(connection: sqlite3.Connection, keys: Iterable[bytes], own: Collection[tuple[str, int]]) -> set[bytes]:
    """Return those of the addresses that a row other than ``own`` (table and id) has."""
    found: set[bytes] = set()
    connection.execute("CREATE TEMP TABLE IF NOT EXISTS old_body (hash BLOB PRIMARY KEY) WITHOUT ROWID")
    connection.execute("DELETE FROM old_body")
    connection.executemany("INSERT INTO old_body (hash) VALUES (?)", ((key,) for key in set(keys)))
    for table, places in BODY_PLACES.items():
        for place in places:
            column = COLUMNS[table][place - 2]
            rows = connection.execute(f"SELECT id, {column} FROM {table} WHERE {column} IN (SELECT hash FROM old_body)")  # noqa: S608  # literals of this room
            found |= {key for id_, key in rows if (table, id_) not in own}
    connection.execute("DELETE FROM old_body")
    return found


def replace_texts(bodies: Bodies, replaced: Mapping[bytes, bytes], new: Mapping[bytes, bytes]) -> None:
    """Put new texts, by their addresses, into the store, and let each address in ``replaced`` lead to its new text."""
    connection = bodies.connection
    for pack_id in _find_packs(connection, replaced):
        texts: dict[bytes, bytes] = {}
        for key, text in read_pack(connection, pack_id).items():
            if key in replaced:
                clean = replaced[key]
                texts.setdefault(hash_body(clean), clean)
                texts[key] = clean
            else:
                texts.setdefault(key, text)
        rewrite_pack(connection, pack_id, texts)
    known = {key for key in new if is_stored(connection, key)}
    bodies.add(make_packs({key: text for key, text in new.items() if key not in known}))
    bodies.forget_frames()


def drop_texts(bodies: Bodies, keys: Collection[bytes]) -> None:
    """Take texts out of their packs, for good."""
    connection = bodies.connection
    for pack_id in _find_packs(connection, keys):
        texts = read_pack(connection, pack_id)
        rewrite_pack(connection, pack_id, {key: text for key, text in texts.items() if key not in keys})
    bodies.forget_frames()


def is_stored(connection: sqlite3.Connection, key: bytes) -> bool:
    """Tell whether a text has this address."""
    return connection.execute("SELECT 1 FROM body WHERE hash = ?", (key,)).fetchone() is not None


def _find_packs(connection: sqlite3.Connection, keys: Iterable[bytes]) -> list[int]:
    rows = (connection.execute("SELECT pack_id FROM body WHERE hash = ?", (key,)).fetchone() for key in keys)
    return sorted({row[0] for row in rows if row is not None})


def read_pack(connection: sqlite3.Connection, pack_id: int) -> dict[bytes, bytes]:
    """Return the texts of a pack by their addresses, in their order."""
    ((data, raw_size),) = connection.execute("SELECT data, raw_size FROM pack WHERE id = ?", (pack_id,))
    raw = unpack_frame(data, raw_size, f"pack {pack_id}")
    places = connection.execute("SELECT hash, offset, size FROM body WHERE pack_id = ? ORDER BY offset", (pack_id,))
    return {key: raw[offset : offset + size] for key, offset, size in places}


def rewrite_pack(connection: sqlite3.Connection, pack_id: int, texts: Mapping[bytes, bytes]) -> None:
    """Put these texts in the place of a pack's; a pack without texts goes. What is stored elsewhere stays there."""
    connection.execute("DELETE FROM body WHERE pack_id = ?", (pack_id,))
    own = {key: text for key, text in texts.items() if not is_stored(connection, key)}
    if not own:
        connection.execute("DELETE FROM pack WHERE id = ?", (pack_id,))
        return
    pack: Pack = compress_texts(own)
    connection.execute("UPDATE pack SET data = ?, raw_size = ? WHERE id = ?", (pack.data, pack.raw_size, pack_id))
    add_places(connection, pack, pack_id)
