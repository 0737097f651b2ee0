"""A shard that was prepared in pieces gives the rows of one that was not, and no piece holds what a store must not."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from tests.logs.builders import Log, a_session
from tests.shortcuts import write_part_of_sample
from wings.fleet.tests.shards.shard_asks import (
    NOW,
    ask,
    describe,
    leave_out_lessons,
    list_contents,
    make_desk,
    move,
    read_tables,
)

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.findings import Scan, SourceText
from twiceshy.records.fleet import PieceReceipt, ShardWork
from twiceshy.score.scanners.patterns import PatternScanner
from twiceshy_fleet.shards.large_shards import (
    PIECE_BYTES,
    make_piece,
    plan_reading,
    plan_scanning,
    read_logs,
    scan_edits,
)
from twiceshy_fleet.shards.shard_work import ShardDesk, work_on_shard

pytest.importorskip("pyarrow.parquet")
SECRET = "Kq7-vexil#Trombone94"
NEIGHBOUR = "plain-bystander-word"


@pytest.fixture
def desk(tmp_path: Path) -> ShardDesk:
    return make_desk(tmp_path)


@pytest.fixture
def work(tmp_path: Path) -> ShardWork:
    write_part_of_sample(tmp_path / "logs", NOW.date())
    log = a_session().prompt("Look at it.")
    for number in range(20):
        log = log.prompt(f"Go on with {number}.")
        log = log.writes(f"src/part{number}.py", f"import hashlib\n\ndef f(a):\n    return hashlib.md5(a + {number})\n")
    put(log, tmp_path / "logs" / "z.jsonl")
    return ask(tmp_path / "out", *(describe(path) for path in sorted((tmp_path / "logs").rglob("*.jsonl"))))


def put(log: Log, path: Path) -> Path:
    """Write a log."""
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"".join(line + b"\n" for line in log.lines()))
    return path


def prepare(desk: ShardDesk, work: ShardWork, pieces: int = 3) -> list[PieceReceipt]:
    """Do all that is done ahead of a shard."""
    size = sum(one.size for one in work.inputs)
    plan = [*plan_reading([work], large=0), *plan_scanning([work], large=0, piece=-(-size // pieces))]
    return [make_piece(desk, one) for one in plan]


def test_what_is_not_too_large_is_not_split(work: ShardWork) -> None:
    """Only what is new counts, and each piece has so many bytes."""
    size = sum(one.size for one in work.inputs)
    assert plan_reading([work], large=size) == plan_scanning([work], large=size) == []
    assert plan_reading([replace(work, changed=())], large=0) == []
    assert [one.kind for one in plan_reading([work], large=size - 1)] == ["store"]
    assert [one.of for one in plan_scanning([work], large=size - 1, piece=size // 2 + 1)] == [2, 2]
    assert [one.of for one in plan_scanning([work], large=0)] == [1]
    assert size < PIECE_BYTES


def test_the_same_rows_whether_it_was_split_or_not(
    desk: ShardDesk, work: ShardWork, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The shard itself then scans nothing, and its pieces are gone afterwards."""
    whole = work_on_shard(desk, move(work, tmp_path / "whole"))
    receipts = prepare(desk, work)
    asked: list[SourceText] = []
    scan = PatternScanner.scan

    def note(self: PatternScanner, sources: Sequence[SourceText]) -> list[Scan]:
        asked.extend(sources)
        return scan(self, sources)

    monkeypatch.setattr(PatternScanner, "scan", note)
    split = work_on_shard(desk, work)

    assert asked == []
    assert split.rows == whole.rows
    assert whole.rows["score"] > 0 < whole.rows["finding"]
    assert read_tables(tmp_path / "out") == read_tables(tmp_path / "whole")
    assert [one.kind for one in receipts] == ["store", "scans", "scans", "scans"]
    assert sum(one.rows for one in receipts) > 0
    assert not any(path.is_file() for path in (tmp_path / "out" / "pieces").rglob("*"))
    assert [path.name for path in desk.scratch.iterdir()] == [desk.cache.name]


def test_pieces_may_be_missing_or_of_other_inputs(desk: ShardDesk, work: ShardWork, tmp_path: Path) -> None:
    """Then the shard does its part itself."""
    whole = work_on_shard(desk, move(work, tmp_path / "whole"))
    scans = plan_scanning([work], large=0)

    assert [scan_edits(desk, one).rows for one in scans] == [0]
    read_logs(desk, plan_reading([work], large=0)[0])
    assert work_on_shard(desk, replace(work, given="other")).rows == whole.rows
    assert read_tables(tmp_path / "out") == read_tables(tmp_path / "whole")


def test_a_shard_that_grew_is_split_again(desk: ShardDesk, work: ShardWork, tmp_path: Path) -> None:
    """What was read before comes from its state."""
    half = work.inputs[: len(work.inputs) // 2]
    whole = work_on_shard(desk, move(work, tmp_path / "whole"))
    work_on_shard(desk, ask(tmp_path / "out", *half, given="half"))
    grown = replace(work, changed=tuple(one.place for one in work.inputs[len(half) :]))
    prepare(desk, grown)

    assert leave_out_lessons(work_on_shard(desk, grown).rows) == leave_out_lessons(whole.rows)


def test_a_damaged_piece_says_what_to_do(desk: ShardDesk, work: ShardWork, tmp_path: Path) -> None:
    """Its shard is tried again, and nothing was written."""
    prepare(desk, work, pieces=1)
    (piece,) = (tmp_path / "out").rglob("scans-*")
    piece.write_bytes(b"no rows")

    with pytest.raises(StoreCorrupt, match="the shard does its part itself"):
        work_on_shard(desk, work)
    piece.unlink()
    assert work_on_shard(desk, work).rows["score"] > 0


def test_a_secret_of_one_place_is_in_no_piece(desk: ShardDesk, tmp_path: Path) -> None:
    """A rule knows it at the beginning; a hundred edits later it stands bare, in texts, files and what they lost."""
    log = a_session().prompt("Back up the shop.").runs(f"mysqldump --password='{SECRET}' shop", "done")
    for number in range(100):
        log = log.prompt(f"Go on with {NEIGHBOUR} {number}.")
        log = log.writes(f"src/part{number}.py", f"import os\nvalue = {number}\neval(input())\n")
    log = log.prompt(f"log in with {SECRET} please").says(f"I use {SECRET} for {NEIGHBOUR}.")
    log = log.writes("src/late.py", f"import os\nhello = '{SECRET}'\neval(hello)\n{NEIGHBOUR} = 1\n")
    log = log.edits("src/late.py", f"'{SECRET}'", "''", original=f"hello = '{SECRET}'\neval(hello)\n")
    log = log.fails("Bash", f"Exit code 1\nmysqldump: Error: unknown user '{SECRET}'", command="x")
    work = ask(tmp_path / "out", describe(put(log, tmp_path / "logs" / "s.jsonl")))

    rows = sum(one.rows for one in prepare(desk, work, pieces=4))
    pieces = [*list_contents(tmp_path / "out", tmp_path / "first")]
    work_on_shard(desk, work)
    after = [*list_contents(tmp_path / "out", tmp_path / "second"), *list_contents(desk.scratch, tmp_path / "third")]

    assert rows > 100
    for found in (pieces, after):
        assert any(NEIGHBOUR.encode() in one.content for one in found)
        assert [one.where for one in found if SECRET.encode() in one.content] == []
