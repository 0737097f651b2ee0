"""Shards to work on, and what came of them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import zstandard
from tests.shortcuts import put_compiled_rules

from twiceshy.archive.database_texts import read_cells
from twiceshy.base.config import load
from twiceshy.base.private_files import write_new
from twiceshy.records.fleet import FleetInput, ShardWork
from twiceshy_fleet.lake.shard_files import unpack_store
from twiceshy_fleet.shards.shard_work import ShardDesk, prepare_desk

NOW = datetime(2026, 11, 23, tzinfo=UTC)
T = TypeVar("T")


def make_desk(folder: Path) -> ShardDesk:
    """A worker's desk with a secret of its own."""
    put_compiled_rules(folder / "rules")
    write_new(folder / "secret", b"s" * 32)
    (folder / "scratch").mkdir()
    return prepare_desk(load({}, {}, folder), str(folder / "secret"), str(folder / "scratch"))


def describe(path: Path) -> FleetInput:
    """A log as it is listed."""
    found = path.stat()
    return FleetInput(
        kind="log", place=str(path), size=found.st_size, stamp=str(found.st_mtime_ns), agent="claude-code", group="g"
    )


def describe_repository(path: Path, size: int = 10_000_000) -> FleetInput:
    """A repository as it is listed, of so many bytes as somebody says."""
    return FleetInput(kind="repository", place=str(path), size=size, stamp="1", group="g")


def ask(output: Path, *inputs: FleetInput, given: str = "given") -> ShardWork:
    """A shard of which everything is new."""
    places = tuple(one.place for one in inputs)
    return ShardWork(shard="a1", output=str(output), inputs=inputs, changed=places, now=NOW, given=given)


def move(work: ShardWork, output: Path) -> ShardWork:
    """The same shard for another output."""
    return replace(work, output=str(output))


def read_tables(output: Path) -> Mapping[str, bytes]:
    """Every table's bytes."""
    return {path.parts[-3]: path.read_bytes() for path in output.rglob("tables/*/*/*.parquet")}


@dataclass(frozen=True)
class FoundText:
    """Something that lies in an output, unpacked."""

    where: str
    content: bytes


def list_contents(folder: Path, scratch: Path) -> Iterator[FoundText]:
    """Every file as it is and unpacked, and every cell of every database, packed or not."""
    for number, path in enumerate(sorted(folder.rglob("*"))):
        if not path.is_file():
            continue
        yield FoundText(str(path), path.read_bytes())
        if path.name.endswith(".tar.zst"):
            home = scratch / str(number)
            home.mkdir(parents=True)
            unpack_store(str(path.parent), path.name, home)
            for database in home.glob("*.db"):
                yield from (FoundText(f"{path} {one.table}.{one.column}", one.content) for one in read_cells(database))
        elif path.name.endswith(".zst"):
            yield FoundText(f"{path} unpacked", zstandard.ZstdDecompressor().decompress(path.read_bytes()))


def leave_out_lessons(tables: Mapping[str, T]) -> dict[str, T]:
    """Tables, or their numbers of rows, of what hangs on no order of reading: a trouble that ended keeps its lesson."""
    return {name: rows for name, rows in tables.items() if name not in {"lesson", "occurrence"}}
