"""Where a shard's files lie in a fleet's output, and how they get there: whole, and the receipt last."""

import io
import json
import tarfile
from dataclasses import asdict
from pathlib import Path

import zstandard

from twiceshy.errors import StoreCorrupt
from twiceshy.private_files import write_whole
from twiceshy.records.fleet import FleetInput, SetAside, ShardReceipt

_STATE = ("twiceshy.db", "bodies.db")
"""What a shard's store consists of; its salt is the fleet's secret and never leaves."""
_LEVEL = 3  # of zstd: by definition of the form, 2026-11-23


def fetch_input(one: FleetInput, folder: Path) -> Path:
    """Return where an input lies on this machine."""
    del folder
    return Path(one.place)


def take_state(output: str, shard: str, home: Path) -> bool:
    """Unpack a shard's store into a data folder; return whether there was one.

    Raises:
        StoreCorrupt: the file is damaged.
    """
    path = Path(output) / "state" / f"{shard}.tar.zst"
    if not path.exists():
        return False
    try:
        with (
            path.open("rb") as file,
            zstandard.ZstdDecompressor().stream_reader(file) as stream,
            tarfile.open(fileobj=stream, mode="r|") as archive,
        ):
            for member in archive:
                if member.name not in _STATE or not member.isfile():
                    raise StoreCorrupt(f"{path} holds {member.name!r}, which is none of ours")
                archive.extract(member, home, filter="data")
    except (tarfile.TarError, zstandard.ZstdError, EOFError) as error:
        raise StoreCorrupt(f"{path} is damaged ({error}); remove it and its receipt: the shard is read anew") from error
    return True


def write_shard(output: str, receipt: ShardReceipt, home: Path, tables: Path) -> None:
    """Write a shard's tables and store, then its receipt."""
    root = Path(output)
    for table in receipt.rows:
        place = root / "tables" / table / f"shard={receipt.shard}" / "rows.parquet"
        made = tables / f"{table}.parquet"
        if made.exists():
            write_whole(place, made.read_bytes())
        else:
            place.unlink(missing_ok=True)
    write_whole(root / "state" / f"{receipt.shard}.tar.zst", _pack_state(home))
    write_whole(root / "receipts" / f"{receipt.shard}.json", json.dumps(asdict(receipt)).encode())


def _pack_state(home: Path) -> bytes:
    """Return the store's files, packed: the same files give the same bytes."""
    packed = io.BytesIO()
    with (
        zstandard.ZstdCompressor(level=_LEVEL).stream_writer(packed, closefd=False) as stream,
        tarfile.open(fileobj=stream, mode="w|", format=tarfile.GNU_FORMAT) as archive,
    ):
        for name in _STATE:
            path = home / name
            if path.exists():
                member = tarfile.TarInfo(name)
                member.size, member.mode = path.stat().st_size, 0o600
                with path.open("rb") as file:
                    archive.addfile(member, file)
    return packed.getvalue()


def read_receipt(output: str, shard: str) -> ShardReceipt | None:
    """Return a shard's receipt; None where there is none."""
    path = Path(output) / "receipts" / f"{shard}.json"
    try:
        row = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    row["aside"] = tuple(SetAside(*one) for one in row["aside"])
    return ShardReceipt(**row)
