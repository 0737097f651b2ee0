"""Long texts in their own file: content-addressed, stored once, many in one compressed frame.

A frame of one text pays for its own tables and shares nothing; successive versions of a file differ by a few lines. So
texts are packed together, in the order that puts like beside like. Reading one text unpacks its frame, which the reader
keeps for the next. A pack is committed before any row that refers to it: a process that dies in between leaves texts
that nothing refers to (``cleanup`` takes them), never a row whose text is missing.

A text holds no lone surrogates (see ``rows.clean``), so that its hash is that of its UTF-8.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from itertools import accumulate, repeat
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.base.errors import StoreCorrupt
from twiceshy.base.values import Scrubbed

if TYPE_CHECKING:
    import zstandard

PACK_BYTES = 1 << 19
"""Text in one frame, in bytes before it is compressed. Guess of 2026-11-21: versions of a file share a frame, and
it is unpacked in a millisecond."""
_LEVEL = 3
"""Of zstandard. Measured on 2026-11-21: no more CPU than level 1; level 5 costs half as much again for nothing."""
_STALE_SHARE = 0.1
"""Share of a frame that is stored elsewhere. Guess of 2026-11-21: below it, the bytes are not worth repacking."""
TEXTS_CHECKED = "texts-checked"
"""The note of a store that was looked through for texts that are not what their address says: until 2026-11-24 a sweep
of a pack with texts that lay elsewhere too left such ones."""
_CACHE_BYTES = 16 << 20
"""Unpacked frames that a reader keeps, in bytes. Guess of 2026-11-21."""


class Pack(NamedTuple):
    """Texts compressed together."""

    data: bytes
    raw_size: int
    hashes: tuple[bytes, ...]
    sizes: tuple[int, ...]


def make_packs(bodies: Mapping[bytes, bytes]) -> list[Pack]:
    """Compress texts, given by hash, into packs of about ``PACK_BYTES``, in their order."""
    packs: list[Pack] = []
    hashes: list[bytes] = []
    texts: list[bytes] = []
    size = 0
    for key, text in bodies.items():
        if size and size + len(text) > PACK_BYTES:
            packs.append(_pack(hashes, texts))
            hashes, texts, size = [], [], 0
        hashes.append(key)
        texts.append(text)
        size += len(text)
    if hashes:
        packs.append(_pack(hashes, texts))
    return packs


def compress_texts(texts: Mapping[bytes, bytes]) -> Pack:
    """Compress texts, given by hash, into one pack, in their order."""
    return _pack(list(texts), list(texts.values()))


def _pack(hashes: Sequence[bytes], texts: Sequence[bytes]) -> Pack:
    raw = b"".join(texts)
    return Pack(_compressor().compress(raw), len(raw), tuple(hashes), tuple(map(len, texts)))


@cache
def _compressor() -> "zstandard.ZstdCompressor":
    import zstandard  # noqa: PLC0415  # a look at rows alone does not need it

    return zstandard.ZstdCompressor(level=_LEVEL, write_checksum=False, write_content_size=True)


@cache
def _decompressor() -> "zstandard.ZstdDecompressor":
    import zstandard  # noqa: PLC0415

    return zstandard.ZstdDecompressor()


def unpack_frame(data: bytes, raw_size: int, name: str) -> bytes:
    """Decompress a frame.

    Raises:
        StoreCorrupt: the bytes are not what was stored.
    """
    import zstandard  # noqa: PLC0415

    try:
        raw = _decompressor().decompress(data, max_output_size=raw_size)
    except zstandard.ZstdError as exc:
        raise StoreCorrupt(
            f"bodies.db: {name} cannot be unpacked ({exc}). See `twiceshy doctor`; the rest stays readable."
        ) from exc
    if len(raw) != raw_size:
        raise StoreCorrupt(f"bodies.db: {name} holds {len(raw)} bytes instead of {raw_size}. See `twiceshy doctor`.")
    return raw


_NOWHERE = 1 << 62  # by definition: above every row's number


class Bodies:
    """The open bodies.db. Writing needs an open transaction on ``connection``."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self.kept: OrderedDict[int, bytes] = OrderedDict()
        self.kept_bytes = 0

    def add(self, packs: Iterable[Pack]) -> int:
        """Store the texts of packs; return how many were new."""
        return sum(self._add(pack) for pack in packs)

    def _add(self, pack: Pack) -> int:
        ((last,),) = self.connection.execute("SELECT max(id) FROM pack")
        pack_id = (last or 0) + 1
        new = add_places(self.connection, pack, pack_id)
        if new == len(pack.hashes):
            self._insert(pack, pack_id)
            return new
        if new == 0:
            return 0
        mine = {
            key
            for key in pack.hashes
            if self.connection.execute("SELECT pack_id FROM body WHERE hash = ?", (key,)).fetchone() == (pack_id,)
        }
        stale = sum(size for key, size in zip(pack.hashes, pack.sizes, strict=True) if key not in mine)
        if stale > _STALE_SHARE * pack.raw_size:
            self.connection.executemany("DELETE FROM body WHERE hash = ?", [(key,) for key in mine])
            pack = filter_pack(pack, mine)
            add_places(self.connection, pack, pack_id)
        self._insert(pack, pack_id)
        return new

    def _insert(self, pack: Pack, pack_id: int) -> None:
        self.connection.execute(
            "INSERT INTO pack (id, raw_size, data) VALUES (?, ?, ?)", (pack_id, pack.raw_size, pack.data)
        )

    def text(self, key: bytes) -> Scrubbed | None:
        """Return the text with that hash; None when it is not stored.

        Raises:
            StoreCorrupt: its pack cannot be unpacked.
        """
        place = self.connection.execute("SELECT pack_id, offset, size FROM body WHERE hash = ?", (key,)).fetchone()
        if place is None:
            return None
        pack_id, offset, size = place
        raw = self._frame(pack_id)
        return Scrubbed(raw[offset : offset + size].decode("utf-8", "replace"))

    def sort_keys(self, keys: Iterable[bytes]) -> list[bytes]:
        """Return the hashes in the order in which their texts lie; those that are not stored come last."""
        places = {
            key: self.connection.execute("SELECT pack_id FROM body WHERE hash = ?", (key,)).fetchone() or (_NOWHERE,)
            for key in keys
        }
        return sorted(places, key=lambda key: (*places[key], key))

    def forget_frames(self) -> None:
        """Drop all cached frames, because packs were rewritten."""
        self.kept.clear()
        self.kept_bytes = 0

    def _frame(self, pack_id: int) -> bytes:
        if pack_id in self.kept:
            self.kept.move_to_end(pack_id)
            return self.kept[pack_id]
        row = self.connection.execute("SELECT data, raw_size FROM pack WHERE id = ?", (pack_id,)).fetchone()
        if row is None:
            raise StoreCorrupt(f"bodies.db: pack {pack_id} is missing. See `twiceshy doctor`; the rest stays readable.")
        raw = unpack_frame(row[0], row[1], f"pack {pack_id}")
        self.kept[pack_id] = raw
        self.kept_bytes += len(raw)
        while self.kept_bytes > _CACHE_BYTES and len(self.kept) > 1:
            self.kept_bytes -= len(self.kept.popitem(last=False)[1])
        return raw


def add_places(connection: sqlite3.Connection, pack: Pack, pack_id: int) -> int:
    """Record where the texts of a pack lie; return how many were not stored yet."""
    offsets = accumulate(pack.sizes, initial=0)
    return connection.executemany(
        "INSERT INTO body (hash, pack_id, offset, size) VALUES (?, ?, ?, ?) ON CONFLICT (hash) DO NOTHING",
        zip(pack.hashes, repeat(pack_id), offsets, pack.sizes, strict=False),
    ).rowcount


def filter_pack(pack: Pack, wanted: set[bytes]) -> Pack:
    """Return the pack with the wanted texts only."""
    raw = unpack_frame(pack.data, pack.raw_size, "a new pack")
    hashes, texts = [], []
    offset = 0
    for key, size in zip(pack.hashes, pack.sizes, strict=True):
        if key in wanted:
            hashes.append(key)
            texts.append(raw[offset : offset + size])
        offset += size
    return _pack(hashes, texts)
