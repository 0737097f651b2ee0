"""A shard's own files in a fleet's output, and how they get there: each whole, and the receipt last."""

import os
import tarfile
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import Final

import zstandard

from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedRow, DerivedValue, put_rows
from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.codec import Codec, DamagedValue
from twiceshy.records.fleet import PieceWork, ShardReceipt, ShardWork
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import join_address, open_place

_STORE: Final = ("twiceshy.db", "bodies.db")
"""What a shard's store consists of; its salt is the fleet's secret and never leaves."""
_LEVEL: Final = 3  # of zstd: its own, by definition of the form, 2026-11-23


def take_state(output: str, shard: str, home: Path) -> bool:
    """Unpack a shard's store into a data folder; return whether there was one.

    Raises:
        StoreCorrupt: the file is damaged.
        SourceError: it cannot be read.
    """
    return unpack_store(output, _name_state(shard), home)


def unpack_store(output: str, name: str, home: Path) -> bool:
    """Unpack a store that lies in the output into a data folder; return whether there was one.

    Raises:
        StoreCorrupt: the file is damaged.
        SourceError: it cannot be read.
    """
    packed = home / "state"
    if not open_place(output).fetch(name, packed):
        return False
    try:
        with (
            packed.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as stream,
            tarfile.open(fileobj=stream, mode="r|") as archive,
        ):
            for member in archive:
                if member.name not in _STORE or not member.isfile():
                    raise tarfile.TarError(f"it holds {member.name!r}")  # noqa: TRY301  # as any other damage
                archive.extract(member, home, filter="data")
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise StoreCorrupt(
            f"{join_address(output, name)} is damaged ({error}). Remove it, and manifest/inputs.parquet: the next run "
            "reads what is still there of its logs anew."
        ) from error
    finally:
        packed.unlink(missing_ok=True)
    return True


def write_shard(output: str, receipt: ShardReceipt, home: Path, tables: Path) -> None:
    """Write a shard's tables and its store, then the receipt; a table without rows leaves no file.

    Raises:
        StoreUnwritable: something was not written; the old receipt stands.
    """
    place = open_place(output)
    for table in receipt.rows:
        made, name = tables / f"{table}.parquet", name_table(table, receipt.shard)
        if made.exists():
            place.take(name, made)
        else:
            place.remove(name)
    packed = tables / "state"
    pack_store(home, packed)
    place.take(_name_state(receipt.shard), packed)
    Manifest(place).write_receipt(receipt)


def name_table(table: str, shard: str) -> str:
    """Return where a shard's rows of a table stand below the output."""
    return f"tables/{table}/shard={shard}/rows.parquet"


def _name_state(shard: str) -> str:
    return f"state/{shard}.tar.zst"


def pack_store(home: Path, packed: Path) -> None:
    """Write a store's files as one, packed; the same files give the same bytes."""
    with (
        packed.open("wb") as file,
        zstandard.ZstdCompressor(level=_LEVEL).stream_writer(file, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        for path in (home / name for name in _STORE):
            if path.exists():
                member = tarfile.TarInfo(path.name)
                member.size, member.mode = path.stat().st_size, 0o600
                with path.open("rb") as content:
                    archive.addfile(member, content)


# What was done of a large shard ahead of it: a store in which its logs are read, and values that others computed.
#
# All lies below ``pieces/SHARD/GIVEN`` of the output, under the hash of what the shard is given: pieces of other inputs
# or rules are not found. Like the shard's state it holds scrubbed text only. It may be missing, in parts or whole: then
# the shard's own work takes longer and gives the same. It is removed once the shard is done.

_PIECE_STORE: Final = "store.tar.zst"
_ROWS: Final = ".jsonl.zst"
_PIECE_LEVEL: Final = 3  # of zstd: its own, by definition of the form, 2026-11-23
_ROW: Final = Codec(tuple[str, int, bytes, bytes, str])


def take_shard(work: ShardWork, home: Path) -> None:
    """Fill a data folder with what there is of a shard: its store, or the one of its pieces, and their values.

    Raises:
        StoreCorrupt: a file is damaged.
        SourceError: one cannot be read.
    """
    if not take_read_store(work, home):
        take_state(work.output, work.shard, home)
    rows = [*_read_rows(work)]
    if rows:
        with Store.open(home) as store, store.begin_writing() as connection:
            put_rows(connection, rows)


def take_read_store(work: ShardWork, home: Path) -> bool:
    """Unpack the store in which the shard's logs are read; return whether there is one.

    Raises:
        StoreCorrupt: the file is damaged.
        SourceError: it cannot be read.
    """
    return unpack_store(work.output, f"{_name_folder(work)}/{_PIECE_STORE}", home)


def write_read_store(work: ShardWork, home: Path, scratch: Path) -> None:
    """Write the store in which the shard's logs are read.

    Raises:
        StoreUnwritable: it was not written.
    """
    packed = scratch / _PIECE_STORE
    pack_store(home, packed)
    open_place(work.output).take(f"{_name_folder(work)}/{_PIECE_STORE}", packed)


def write_rows(piece: PieceWork, rows: Iterable[DerivedRow]) -> int:
    """Write the values of a piece; return how many.

    Raises:
        StoreUnwritable: they were not written.
    """
    lines = [
        _ROW.encode((one.kind, one.rule_version, one.value.key, one.value.input_hash, one.value.value.decode()))
        for one in rows
    ]
    content = zstandard.ZstdCompressor(level=_PIECE_LEVEL).compress(b"\n".join(lines))
    open_place(piece.work.output).write(f"{_name_folder(piece.work)}/{piece.kind}-{_name_part(piece)}{_ROWS}", content)
    return len(lines)


def read_measured(work: ShardWork, place: str) -> str:
    """Return the commit behind which everything of a repository was measured; empty where nothing was.

    Raises:
        SourceError: it cannot be known.
    """
    return (open_place(work.output).read(_name_measured(work, place)) or b"").decode("ascii", "replace")


def write_measured(work: ShardWork, place: str, head: str) -> None:
    """Write the commit behind which everything of a repository is measured in the shard's state.

    Raises:
        StoreUnwritable: it was not written.
    """
    open_place(work.output).write(_name_measured(work, place), head.encode())


def remove_pieces(output: str, shard: str) -> None:
    """Remove all pieces of a shard, of whatever inputs.

    Raises:
        StoreUnwritable: one is still there.
    """
    place = open_place(join_address(output, f"pieces/{shard}"))
    for name in [one.name for one in place.list_files()]:
        place.remove(name)


def _read_rows(work: ShardWork) -> Iterator[DerivedRow]:
    """Yield the values of all pieces of a shard."""
    place = open_place(join_address(work.output, _name_folder(work)))
    for name in sorted(one.name for one in place.list_files() if one.name.endswith(_ROWS)):
        packed = place.read(name)
        if packed is not None:
            yield from _decode(packed, join_address(place.address, name))


def _decode(packed: bytes, address: str) -> Iterator[DerivedRow]:
    try:
        for line in zstandard.ZstdDecompressor().decompress(packed).splitlines():
            kind, version, key, given, value = _ROW.decode(line)
            yield DerivedRow(kind, version, DerivedValue(key, given, value.encode()))
    except (zstandard.ZstdError, DamagedValue) as error:
        raise StoreCorrupt(f"{address} is damaged. Remove it: the shard does its part itself.") from error


def _name_folder(work: ShardWork) -> str:
    return f"pieces/{work.shard}/{work.given}"


def _name_part(piece: PieceWork) -> str:
    """Return what tells a piece from the others of its kind."""
    return f"{_hash_place(piece.place)}-{piece.number:05}-{piece.of:05}"


def _name_measured(work: ShardWork, place: str) -> str:
    return f"measured/{work.shard}/{_hash_place(place)}"


def _hash_place(place: str) -> str:
    return blake2b(os.fsencode(place), digest_size=8).hexdigest()
