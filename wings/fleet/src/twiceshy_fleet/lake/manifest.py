"""What a fleet's output says of itself: what was asked for, every input, its shard, and what came of each shard.

``fleet.json`` has the form's version and a proof of the secret: a newer form and another secret are refused before
anything is written. Each file is written whole (see ``places``), so that a half one cannot be; one that was damaged
afterwards is an error that says what to do. Tables are Parquet with one literal schema each, rows in order, so that the
same manifest has the same bytes.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import blake2b
from operator import attrgetter
from typing import Any, Final, NamedTuple

from twiceshy.base.errors import StoreCorrupt, StoreTooNew, ToolMissing
from twiceshy.records.codec import Codec, DamagedValue, Layout
from twiceshy.records.fleet import FleetInput, FleetWish, SetAside, ShardMember, ShardReceipt
from twiceshy_fleet.lake.places import FilePlace, join_address, open_place

FORM: Final = 1
_HEAD: Final = "fleet.json"
_INPUTS: Final = "manifest/inputs.parquet"
_SHARDS: Final = "manifest/shards.parquet"
_ASIDE: Final = "aside.parquet"
_RECEIPTS: Final = "receipts"
_WISH_FIELDS: Final = ("logs", "repositories", "team_at", "person_at", "secret")
_RECEIPT: Final = Codec(ShardReceipt, Layout(ShardReceipt, keyed=True))
_LEVEL: Final = 3  # of zstd: its own, by definition of the form, 2026-11-23


class FleetHead(NamedTuple):
    """What ``fleet.json`` says."""

    wish: FleetWish
    proof: str
    """Hash of the secret, as hex."""


class _Column(NamedTuple):
    name: str
    type: str
    """As pyarrow calls it."""


class _Table(NamedTuple):
    """One file: its columns are the fields of a record, in order."""

    name: str
    record: Callable[..., Any]
    columns: tuple[_Column, ...]
    repair: str
    """What to do where it is damaged."""


_INPUT_TABLE: Final = _Table(
    _INPUTS,
    FleetInput,
    (
        _Column("kind", "string"),
        _Column("place", "string"),
        _Column("size", "int64"),
        _Column("stamp", "string"),
        _Column("team", "string"),
        _Column("person", "string"),
        _Column("digest", "string"),
        _Column("group", "string"),
        _Column("agent", "string"),
        _Column("project", "string"),
        _Column("session", "string"),
        _Column("known_as", "string"),
        _Column("read_stamp", "string"),
        _Column("gone", "bool_"),
    ),
    "Remove it: the next run looks at every input again, and what the shards hold stays.",
)
_SHARD_TABLE: Final = _Table(
    _SHARDS,
    ShardMember,
    (_Column("group", "string"), _Column("shard", "string")),
    "Put back a copy of it, or begin with another output: without it nobody knows which shard holds what.",
)
_ASIDE_TABLE: Final = _Table(
    _ASIDE,
    SetAside,
    (_Column("place", "string"), _Column("stamp", "string"), _Column("reason", "string")),
    "Remove it: what was set aside is tried again.",
)


class Manifest:
    """The manifest of one output; whoever holds it reads and writes whole files, and nothing is kept in memory."""

    def __init__(self, place: FilePlace) -> None:
        """Take the output's place."""
        self.place = place

    def read_head(self) -> FleetHead | None:
        """Return what was asked for the last time; None where there is no fleet yet.

        Raises:
            StoreTooNew: a newer version wrote it.
            StoreCorrupt: it is damaged.
            SourceError: it cannot be read.
        """
        data = self.place.read(_HEAD)
        if data is None:
            return None
        try:
            found = json.loads(data)
            form, proof, wish = int(found["form"]), str(found["proof"]), json.dumps(found["wish"])
        except (ValueError, TypeError, LookupError) as exc:
            raise self._damage(_HEAD, "Put back a copy of it, or begin with another output.") from exc
        if form > FORM:
            raise StoreTooNew(
                f"{self._address(_HEAD)} has form {form}, and this version knows {FORM}. Nothing was changed: "
                "use the version that wrote it, or a newer one."
            )
        try:
            return FleetHead(_make_wish_codec(self.place.address).decode(wish), proof)
        except DamagedValue as exc:
            raise self._damage(_HEAD, "Put back a copy of it, or begin with another output.") from exc

    def write_head(self, wish: FleetWish, secret: bytes) -> None:
        """Write what was asked for, and the proof of the secret; the engine is left out, as it changes no row.

        Raises:
            StoreUnwritable: it was not written.
        """
        plain = json.loads(_make_wish_codec(self.place.address).encode(wish))
        head = {"form": FORM, "proof": prove_secret(secret), "wish": plain}
        self.place.write(_HEAD, json.dumps(head, indent=2, sort_keys=True).encode() + b"\n")

    def read_inputs(self) -> list[FleetInput]:
        """Return every input as it was last listed; none before the first time.

        Raises:
            StoreCorrupt: the file is damaged.
        """
        return self._read_table(_INPUT_TABLE)

    def write_inputs(self, inputs: Iterable[FleetInput]) -> None:
        """Write every input, in order of their places.

        Raises:
            StoreUnwritable: they were not written.
        """
        self._write_table(_INPUT_TABLE, sorted(inputs, key=attrgetter("place")))

    def read_members(self) -> list[ShardMember]:
        """Return which group is in which shard, in the order in which they came.

        Raises:
            StoreCorrupt: the file is damaged.
        """
        return self._read_table(_SHARD_TABLE)

    def write_members(self, members: Sequence[ShardMember]) -> None:
        """Write which group is in which shard; their order is kept.

        Raises:
            StoreUnwritable: they were not written.
        """
        self._write_table(_SHARD_TABLE, members)

    def read_aside(self) -> list[SetAside]:
        """Return what was set aside.

        Raises:
            StoreCorrupt: the file is damaged.
        """
        return self._read_table(_ASIDE_TABLE)

    def write_aside(self, aside: Iterable[SetAside]) -> None:
        """Write what is set aside, in order.

        Raises:
            StoreUnwritable: it was not written.
        """
        self._write_table(_ASIDE_TABLE, sorted(set(aside)))

    def read_receipts(self) -> dict[str, ShardReceipt]:
        """Return the receipt of each shard that has one.

        Raises:
            StoreCorrupt: one is damaged.
        """
        found = {}
        for name in self._list_receipts():
            data = self.place.read(f"{_RECEIPTS}/{name}")
            if data is not None:
                found[name.removesuffix(".json")] = self._decode_receipt(name, data)
        return found

    def read_receipt(self, shard: str) -> ShardReceipt | None:
        """Return a shard's receipt; None where it has none.

        Raises:
            StoreCorrupt: it is damaged.
        """
        data = self.place.read(f"{_RECEIPTS}/{shard}.json")
        return None if data is None else self._decode_receipt(f"{shard}.json", data)

    def write_receipt(self, receipt: ShardReceipt) -> None:
        """Write a shard's receipt, as the last of what is written of it.

        Raises:
            StoreUnwritable: it was not written.
        """
        self.place.write(f"{_RECEIPTS}/{receipt.shard}.json", _RECEIPT.encode(receipt) + b"\n")

    def find_last_run(self) -> datetime | None:
        """Return when the newest receipt was written."""
        times = self._list_receipts().values()
        return datetime.fromtimestamp(max(times) / 1e9, UTC) if times else None

    def _list_receipts(self) -> dict[str, int]:
        """Return the file of each receipt, and when it was written, in ns."""
        below = open_place(join_address(self.place.address, _RECEIPTS))
        return {
            one.name: int(one.stamp)
            for one in below.list_files()
            if one.name.endswith(".json") and not one.name.startswith(".")
        }

    def _decode_receipt(self, name: str, data: bytes) -> ShardReceipt:
        try:
            return _RECEIPT.decode(data)
        except DamagedValue as exc:
            repair = "Remove it: the next run works on its shard again."
            raise self._damage(f"{_RECEIPTS}/{name}", repair) from exc

    def _read_table(self, table: _Table) -> list[Any]:
        data = self.place.read(table.name)
        if data is None:
            return []
        pa, parquet = _load_pyarrow()
        try:
            found = parquet.read_table(pa.BufferReader(data)).select([column.name for column in table.columns])
            columns = [found.column(column.name).to_pylist() for column in table.columns]
        except (pa.ArrowException, OSError, KeyError) as exc:
            raise self._damage(table.name, table.repair) from exc
        names = [column.name for column in table.columns]
        return [table.record(**dict(zip(names, row, strict=True))) for row in zip(*columns, strict=True)]

    def _write_table(self, table: _Table, rows: Sequence[Any]) -> None:
        pa, parquet = _load_pyarrow()
        types = {column.name: getattr(pa, column.type)() for column in table.columns}
        schema = pa.schema([pa.field(name, kind, nullable=False) for name, kind in types.items()])
        arrays = [pa.array(map(attrgetter(name), rows), kind) for name, kind in types.items()]
        sink = pa.BufferOutputStream()
        whole = pa.Table.from_arrays(arrays, schema=schema)
        parquet.write_table(whole, sink, compression="zstd", compression_level=_LEVEL)
        self.place.write(table.name, sink.getvalue().to_pybytes())

    def _damage(self, name: str, repair: str) -> StoreCorrupt:
        return StoreCorrupt(f"{self._address(name)} is damaged. {repair}")

    def _address(self, name: str) -> str:
        return join_address(self.place.address, name)


def prove_secret(secret: bytes) -> str:
    """Return the hash by which a secret is known again, as hex; nothing follows from it."""
    return blake2b(secret, digest_size=8, person=b"fleet").hexdigest()


def _make_wish_codec(output: str) -> Codec[FleetWish]:
    layout = Layout(FleetWish, fields=_WISH_FIELDS, keyed=True, given={"output": output})
    return Codec(FleetWish, layout)


def _load_pyarrow() -> Any:  # two modules without types of their own
    """Import pyarrow.

    Raises:
        ToolMissing: it is not there.
    """
    try:
        import pyarrow as pa  # noqa: PLC0415  # an extra: only a fleet's tables need it
        from pyarrow import parquet  # noqa: PLC0415
    except ModuleNotFoundError as exc:
        raise ToolMissing(
            "a fleet's tables need pyarrow: `pip install './wings/fleet[fleet]'` in the checkout."
        ) from exc
    return pa, parquet


def sum_rows(receipts: Mapping[str, ShardReceipt]) -> dict[str, int]:
    """Return the rows of all shards by table, by its name."""
    found: dict[str, int] = {}
    for receipt in receipts.values():
        for table, rows in receipt.rows.items():
            found[table] = found.get(table, 0) + rows
    return dict(sorted(found.items()))
