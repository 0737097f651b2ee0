"""Pieces of a shard are found by what it was given, and gone when it is done."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedRow, DerivedValue
from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.fleet import PieceWork, ShardWork
from twiceshy_fleet.lake.shard_files import (
    read_measured,
    remove_pieces,
    take_read_store,
    take_shard,
    write_measured,
    write_read_store,
    write_rows,
)

ROWS = [
    DerivedRow("scan", 1, DerivedValue(b"\x00k", b"given", '{"a": "ü\u2028"}'.encode())),
    DerivedRow("scan", 1, DerivedValue(b"l", b"", b"[]")),
    DerivedRow("task-scan", 2, DerivedValue(b"m", b"x", b"{}")),
]


def a_shard(tmp_path: Path, given: str = "one", shard: str = "a1") -> ShardWork:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    return ShardWork(shard=shard, output=str(tmp_path / "out"), inputs=(), changed=(), now=now, given=given)


def a_home(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def read_all(home: Path) -> list[DerivedValue]:
    with Store.open(home) as store:
        return [one for kind in ("scan", "task-scan") for one in derived_values.read_all(store.connection, kind)]


def test_values_of_all_pieces_are_in_the_shards_store(tmp_path: Path) -> None:
    """Each as it was, whichever store it comes into."""
    work = a_shard(tmp_path)
    write_rows(PieceWork(work=work, kind="scans", number=0, of=2), ROWS[:1])
    write_rows(PieceWork(work=work, kind="code", place="/repo", number=0, of=2), ROWS[1:])

    take_shard(work, home := a_home(tmp_path / "data"))

    assert read_all(home) == [row.value for row in ROWS]
    with Store.open(home) as store:
        assert store.find_stale("task-scan", {b"m": b"x"}, 2) == []


def test_other_inputs_have_no_pieces(tmp_path: Path) -> None:
    """Nor has another shard."""
    work = a_shard(tmp_path)
    write_rows(PieceWork(work=work, kind="scans"), ROWS)
    with Store.open(home := a_home(tmp_path / "first")):
        pass
    write_read_store(work, home, tmp_path)

    for number, other in enumerate((a_shard(tmp_path, "two"), a_shard(tmp_path, shard="a2"))):
        take_shard(other, place := a_home(tmp_path / f"{number}"))
        assert not any(place.iterdir())
    assert take_read_store(work, a_home(tmp_path / "again"))


def test_all_pieces_of_a_shard_are_removed(tmp_path: Path) -> None:
    """Also those of other inputs, and no other shard's."""
    for work in (a_shard(tmp_path), a_shard(tmp_path, "two"), a_shard(tmp_path, shard="a2")):
        write_rows(PieceWork(work=work, kind="scans"), ROWS)

    remove_pieces(str(tmp_path / "out"), "a1")

    assert [path.parts[-3] for path in (tmp_path / "out").rglob("*.zst")] == ["a2"]
    remove_pieces(str(tmp_path / "out"), "a1")


@pytest.mark.parametrize("content", [b"", b"no frame", bytes.fromhex("28b52ffd") + b"half"], ids=str)
def test_a_damaged_piece_is_named(tmp_path: Path, content: bytes) -> None:
    """With what to do about it."""
    work = a_shard(tmp_path)
    write_rows(PieceWork(work=work, kind="scans"), ROWS)
    (path,) = (tmp_path / "out").rglob("*.zst")
    path.write_bytes(content)

    with pytest.raises(StoreCorrupt, match="damaged\\. Remove it"):
        take_shard(work, a_home(tmp_path / "data"))


def test_how_far_a_history_was_measured_is_known_by_its_place(tmp_path: Path) -> None:
    """And by its shard, whose state has the numbers."""
    work = a_shard(tmp_path)
    write_measured(work, "/repo", "a" * 40)

    assert read_measured(work, "/repo") == read_measured(a_shard(tmp_path, "two"), "/repo") == "a" * 40
    assert read_measured(work, "/other") == read_measured(a_shard(tmp_path, shard="a2"), "/repo") == ""
