"""The file of records that are not in git yet: batches are appended, each compressed against those before it.

One ``learn`` adds some hundred bytes; as git objects they would take whole blocks of the disk. A batch has a head with
a checksum of its own, and a checksum that follows from the one before. A process that is killed while it writes leaves
an unfinished end, which the next writer cuts off. What is damaged in any other way is never thrown away: the file is
kept under another name, and the batches before the damage go on.
"""

import os
import struct
from hashlib import blake2b
from pathlib import Path
from typing import Final, NamedTuple

import zstandard

from twiceshy.base.errors import StoreUnwritable
from twiceshy.base.foreign_files import read_foreign
from twiceshy.base.private_files import open_draft
from twiceshy_git.memory_repository.memory_place import refuse_place, sync_folder

_MAGIC: Final = b"twsmem1\n"
_HEAD: Final = struct.Struct("<II8s4s")  # bytes stored, bytes of text, checksum of the chain, checksum of this head
_WINDOW: Final = 256 << 10  # bytes before a batch that it is compressed against (guess of 2026-11-23)
_LEVEL: Final = 10  # of zstandard; a batch takes 2 ms (measured on 2026-11-23)
_LARGEST: Final = 256 << 20  # bytes of the file; it is emptied long before (guess of 2026-11-23)
MOST_BATCHES: Final = 400  # batches before they become one: each takes .2 ms to read (measured on 2026-11-23)


class Tail(NamedTuple):
    """What the file holds."""

    text: bytes = b""
    """All batches, one behind the other."""
    size: int = 0
    """Bytes of the file that are whole."""
    check: bytes = b""
    """Checksum of the last whole batch."""
    batches: int = 0
    rest: int = 0
    """Bytes behind the whole ones."""
    damaged: bool = False
    """Whether the rest is more than a batch that was not finished."""


def read_tail(path: Path) -> Tail:
    """Read the file; an absent one is empty.

    Raises:
        StoreUnwritable: it is there and cannot be read.
    """
    try:
        data = read_foreign(path, _LARGEST)
    except FileNotFoundError:
        return Tail()
    except OSError as error:
        raise refuse_place(error, path) from error
    if not data.startswith(_MAGIC):
        return Tail(rest=len(data), damaged=not _MAGIC.startswith(data))
    tail = Tail(size=len(_MAGIC), check=_MAGIC)
    texts: list[bytes] = []
    window = b""
    while (stated := _read_head(data, tail.size)) is not None:
        length, raw_size, check = stated
        end = tail.size + _HEAD.size + length
        payload = data[tail.size + _HEAD.size : end]
        if len(payload) < length:
            break
        if check != _sum_up(tail.check, payload):
            return tail._replace(text=b"".join(texts), rest=len(data) - tail.size, damaged=True)
        texts.append(_unpack(payload, window, raw_size))
        window = (window + texts[-1])[-_WINDOW:]
        tail = tail._replace(size=end, check=check, batches=tail.batches + 1)
    damaged = _read_head(data, tail.size) is None and len(data) - tail.size >= _HEAD.size
    return tail._replace(text=b"".join(texts), rest=len(data) - tail.size, damaged=damaged)


def append_batch(path: Path, tail: Tail, text: bytes) -> Tail:
    """Append a batch behind what was read, on disk when this returns; return what the file holds now.

    The caller holds the memory's lock since it read the tail.

    Raises:
        StoreUnwritable: it could not be written; the file is as it was.
    """
    if tail.damaged:
        _set_aside(path)
        tail = write_tail(path, tail.text)
    if tail.batches >= MOST_BATCHES or not tail.size:
        return write_tail(path, tail.text + text)
    batch = _make_batch(tail.check, tail.text[-_WINDOW:], text)
    try:
        file = os.open(path, os.O_WRONLY)
        try:
            os.ftruncate(file, tail.size)
            os.lseek(file, tail.size, os.SEEK_SET)
            _write_all(file, batch, tail.size)
            os.fsync(file)
        finally:
            os.close(file)
    except OSError as error:
        raise refuse_place(error, path) from error
    check = _HEAD.unpack_from(batch)[2]
    return Tail(tail.text + text, tail.size + len(batch), check, tail.batches + 1)


def write_tail(path: Path, text: bytes, level: int = _LEVEL) -> Tail:
    """Write the file anew with this text alone, in one batch; an empty text removes it.

    Raises:
        StoreUnwritable: it could not be written; the file is as it was.
    """
    try:
        if not text:
            path.unlink(missing_ok=True)
            return Tail()
        batch = _make_batch(_MAGIC, b"", text, level)
        with open_draft(path, replace=True) as file:
            file.write(_MAGIC + batch)
            file.flush()
            os.fsync(file.fileno())
        sync_folder(path.parent)
    except OSError as error:
        raise refuse_place(error, path) from error
    return Tail(text, len(_MAGIC) + len(batch), _HEAD.unpack_from(batch)[2], 1)


def list_damaged(path: Path) -> list[Path]:
    """Return the damaged files that were kept in place of this one."""
    return sorted(path.parent.glob(f"{path.name}.damaged.*"))


def _set_aside(path: Path) -> None:
    """Give a damaged file another name.

    Raises:
        StoreUnwritable: it could not be renamed.
    """
    number = len(list_damaged(path)) + 1
    try:
        path.rename(path.with_name(f"{path.name}.damaged.{number}"))
    except OSError as error:
        raise refuse_place(error, path) from error


def _make_batch(check: bytes, window: bytes, text: bytes, level: int = _LEVEL) -> bytes:
    """Return a batch with its head."""
    payload = zstandard.ZstdCompressor(level=level, dict_data=_make_dictionary(window)).compress(text)
    stated = struct.pack("<II8s", len(payload), len(text), _sum_up(check, payload))
    return stated + blake2b(stated, digest_size=4).digest() + payload


def _read_head(data: bytes, at: int) -> tuple[int, int, bytes] | None:
    """Return bytes stored, bytes of text and the checksum; None where there is no whole head."""
    if len(data) < at + _HEAD.size:
        return None
    length, raw_size, check, own = _HEAD.unpack_from(data, at)
    stated = data[at : at + _HEAD.size - 4]
    return (length, raw_size, check) if own == blake2b(stated, digest_size=4).digest() else None


def _unpack(payload: bytes, window: bytes, raw_size: int) -> bytes:
    """Return the text of a batch whose checksum is right.

    Raises:
        StoreUnwritable: this version of zstandard cannot unpack it.
    """
    try:
        return zstandard.ZstdDecompressor(dict_data=_make_dictionary(window)).decompress(
            payload, max_output_size=raw_size
        )
    except zstandard.ZstdError as error:
        raise StoreUnwritable(f"a batch of memory cannot be unpacked: {error}; update twiceshy.") from error


def _make_dictionary(window: bytes) -> zstandard.ZstdCompressionDict | None:
    """Return what a batch is compressed against; None for the first."""
    if len(window) < 8:  # as defined by zstandard: a shorter one is none
        return None
    return zstandard.ZstdCompressionDict(window, dict_type=zstandard.DICT_TYPE_RAWCONTENT)


def _sum_up(check: bytes, payload: bytes) -> bytes:
    """Return the checksum of a batch behind the one with that checksum."""
    return blake2b(payload, key=check, digest_size=8).digest()


def _write_all(file: int, data: bytes, size: int) -> None:
    """Write all bytes, or cut the file to its old size again.

    Raises:
        OSError: there was no room.
    """
    left = memoryview(data)
    try:
        while left:
            left = left[os.write(file, left) :]
    except OSError:
        os.ftruncate(file, size)
        raise
