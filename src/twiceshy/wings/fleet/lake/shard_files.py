"""A shard's own files in a fleet's output, and how they get there: each whole, and the receipt last."""

import tarfile
from pathlib import Path
from typing import Final

import zstandard

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.fleet import ShardReceipt
from twiceshy.wings.fleet.lake.manifest import Manifest
from twiceshy.wings.fleet.lake.places import join_address, open_place

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
