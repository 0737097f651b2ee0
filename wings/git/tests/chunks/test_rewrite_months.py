"""Months are written anew without losing a record: after a fetch, after a forget, when they are packed."""

import subprocess
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from wings.git.tests.memory.memory_records import START, a_record

from twiceshy.base.errors import StoreCorrupt
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.chunks.rewrite_months import compact, plan_compaction
from twiceshy_git.memory import envelope
from twiceshy_git.memory_repository.bare_repository import NewMonth

WRITER, OTHER = "ab" * 8, "cd" * 8
RECORDS = [a_record(number, days=number / 100) for number in range(9)]
LATER = START + timedelta(days=60)


def a_clone(folder: Path, writer: str = WRITER) -> MemoryRepository:
    folder.mkdir(exist_ok=True)
    return MemoryRepository(MemoryFiles(folder, writer))


def fetch(into: MemoryRepository, source: MemoryRepository) -> None:
    """What `memory pull` does, from another clone instead of a remote."""
    source.flush()
    into.files.bare.make()
    spec = "+refs/twiceshy/memory/*:refs/twiceshy/remote/origin/memory/*"
    subprocess.run(["git", "fetch", "-q", source.files.bare.folder, spec], cwd=into.files.bare.folder, check=True)


def numbers(memory: MemoryRepository) -> list[int]:
    return sorted(int(str(record.fields["number"])) for record in memory.read())


def ids(*records: MemoryRecord) -> list[str]:
    return [envelope.identify(record) for record in records]


def test_two_clones_of_one_writer_lose_nothing(tmp_path: Path) -> None:
    """Both write the same ref: what only the fetched copy has is taken in, so that a push takes nothing away."""
    one, two = a_clone(tmp_path / "one"), a_clone(tmp_path / "two")
    one.add(RECORDS[:5])
    two.add(RECORDS[3:])
    two.flush()
    fetch(two, one)
    changed = two.settle()
    own = two.files.read_ids(two.files.list_own_months())

    assert [ref.month for ref in changed] == ["202610"]
    assert {key.hex() for key in own} == set(ids(*RECORDS))
    assert two.settle() == []


def test_what_another_writer_forgot_goes_and_stays_gone(tmp_path: Path) -> None:
    """Their tombstone is passed on: the record does not come back when they are not there any more."""
    one, two = a_clone(tmp_path / "one"), a_clone(tmp_path / "two", OTHER)
    one.add(RECORDS)
    two.add(RECORDS[:2])
    one.flush()
    two.forget(ids(RECORDS[4]), LATER)
    fetch(one, two)
    one.settle()
    subprocess.run(
        ["git", "update-ref", "--stdin"],
        cwd=one.files.bare.folder,
        input="".join(f"delete {ref.name}\n" for ref in one.files.bare.list_refs() if ref.remote),
        text=True,
        check=True,
    )

    assert 4 not in numbers(one)
    assert one.add([RECORDS[4]]).added == ()
    assert bytes.fromhex(ids(RECORDS[4])[0]) not in one.files.read_ids(one.files.list_own_months())


def test_no_text_of_another_writer_is_passed_on(tmp_path: Path) -> None:
    """A tombstone with more than its fields is made anew from what it names."""
    one, two = a_clone(tmp_path / "one"), a_clone(tmp_path / "two", OTHER)
    stone = a_record(0, kind="tombstone", text="a word of theirs")
    two.add([MemoryRecord(type=stone.type, at=stone.at, fields={**stone.fields, "subject": ids(RECORDS[1])[0]})])
    one.add(RECORDS)
    one.flush()
    fetch(one, two)
    one.settle()
    own = [
        line
        for month in one.files.list_own_months()
        for _, lines in one.files.read_month(month)
        for line in lines.values()
    ]

    assert 1 not in numbers(one)
    assert not [line for line in own if b"a word of theirs" in line]


def test_packed_months_are_the_same_on_every_machine(tmp_path: Path) -> None:
    """However the records came: in another order, in other batches, with some forgotten on the way."""
    one, two = a_clone(tmp_path / "one"), a_clone(tmp_path / "two", OTHER)
    for record in RECORDS:
        one.add([record])
        one.flush()
    two.add(reversed(RECORDS))
    for memory in (one, two):
        memory.forget(ids(RECORDS[2]), LATER)
        memory.flush()
        compact(memory.files, LATER + timedelta(days=60))
    first, second = ([(ref.month, ref.hash) for ref in memory.list_own_refs()] for memory in (one, two))

    assert first == second
    assert numbers(one) == numbers(two) == [0, 1, 3, 4, 5, 6, 7, 8]


@pytest.mark.parametrize(("now", "packed"), [(START, 0), (datetime.fromisoformat("2026-11-08T00:00:00+00:00"), 1)])
def test_an_open_month_is_left_alone(tmp_path: Path, now: datetime, packed: int) -> None:
    """More will come; and a packed one is not packed again."""
    memory = a_clone(tmp_path)
    memory.add(RECORDS[:4])
    memory.flush()
    memory.add(RECORDS[4:])
    memory.flush()
    plan = plan_compaction(memory.files, now)
    done = compact(memory.files, now)
    again = compact(memory.files, now)

    assert (len(plan.months), len(done.months), len(again.months)) == (packed, packed, 0)
    assert [(one.segments_before, one.segments_after) for one in done.months] == [(2, 1)] * packed
    assert plan.disk_after is None
    assert numbers(memory) == list(range(9))


def test_a_segment_that_cannot_be_read_is_never_written_over(tmp_path: Path) -> None:
    """Its month stays as it is, and is named."""
    memory = a_clone(tmp_path)
    memory.add(RECORDS)
    memory.flush()
    [month] = memory.files.list_own_months()
    memory.files.bare.write_months(WRITER, [NewMonth(month.ref.month, month.segments, {"ab" * 32: b"broken"})])
    before = memory.list_own_refs()
    done = compact(memory.files, LATER)

    assert [one.segments_after for one in done.months] == [None]
    with pytest.raises(StoreCorrupt, match=r"abababab.* cannot be read"):
        memory.forget(ids(RECORDS[0]), LATER)
    assert memory.list_own_refs() == before
    assert 0 not in numbers(memory)


def test_a_look_at_nothing_makes_nothing(tmp_path: Path) -> None:
    """Nor does packing or settling it."""
    memory = a_clone(tmp_path)

    assert memory.settle() == []
    assert compact(memory.files, LATER).months == plan_compaction(memory.files, LATER).months == []
    assert not memory.files.folder.exists()
