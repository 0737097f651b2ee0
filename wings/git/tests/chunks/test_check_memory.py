"""What is wrong is found and named; everything else is written out byte for byte."""

import json
from datetime import timedelta
from pathlib import Path

import pytest
from wings.git.tests.memory.memory_records import START, a_record

from twiceshy.records.memory import MemoryDamage
from twiceshy_git.chunks.check_memory import WrittenRecord, measure, reconstruct, verify
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.memory import envelope
from twiceshy_git.memory_repository.bare_repository import NewMonth

WRITER, OTHER = "ab" * 8, "cd" * 8
RECORDS = [a_record(number, kind=("chat", "commit")[number % 2], days=number) for number in range(10)]


@pytest.fixture
def memory(tmp_path: Path) -> MemoryRepository:
    """Two months in git, two records in the tail, one forgotten."""
    made = MemoryRepository(MemoryFiles(tmp_path, WRITER))
    made.add(RECORDS[:8])
    made.flush()
    made.add(RECORDS[8:])
    made.forget([envelope.identify(RECORDS[3])], START + timedelta(days=9))
    return made


def test_a_whole_memory_has_no_damage(memory: MemoryRepository) -> None:
    """Everything was looked at."""
    found = verify(memory.files)

    assert (found.damages, found.unsettled, found.records) == ([], 0, 10)


def test_every_live_record_is_written_as_it_was(memory: MemoryRepository) -> None:
    """By type, time and id, with the writer; those that were forgotten are not."""
    written = [one for one in reconstruct(memory.files) if isinstance(one, WrittenRecord)]
    live = [one for one in RECORDS if one is not RECORDS[3]]
    expected = [json.loads(envelope.encode(one)) | {"writer": WRITER} for one in live]

    assert [json.loads(one.line) for one in written if one.type != "tombstone"] == sorted(
        expected, key=lambda row: (row["type"], row["at"])
    )
    assert [one.type for one in reconstruct(memory.files, "chat") if isinstance(one, WrittenRecord)] == ["chat"] * 5


def test_another_writers_damage_is_named_as_theirs(memory: MemoryRepository) -> None:
    """The rest is written out all the same."""
    memory.files.bare.write_months(OTHER, [NewMonth("202610", {}, {"00" * 32: b"no segment"})])
    [damage] = verify(memory.files).damages
    damages = [one for one in reconstruct(memory.files) if isinstance(one, MemoryDamage)]

    assert (damage.where, damage.own) == (f"refs/twiceshy/memory/{OTHER}/202610 {'00' * 8}", False)
    assert damages == [damage]
    assert len(list(reconstruct(memory.files))) == 9 + 1 + 1


def test_a_missing_object_is_named(memory: MemoryRepository) -> None:
    """A partial copy of the folder, or a damaged disk."""
    for path in (memory.files.bare.folder / "objects" / "pack").iterdir():
        path.unlink()

    assert verify(memory.files).segments == 0
    assert [one.what for one in verify(memory.files).damages] == ["its commit or tree is not there"] * 2


def test_a_damaged_tail_is_named(memory: MemoryRepository) -> None:
    """Before and after it was put aside."""
    data = bytearray(memory.files.tail.read_bytes())
    data[20] ^= 1
    memory.files.tail.write_bytes(bytes(data))
    before = verify(memory.files).damages
    memory.add([a_record(77)])
    after = verify(memory.files).damages

    assert [one.what[:18] for one in before] == ["its end is damaged"]
    assert [one.where for one in after] == [f"{WRITER}.tail.damaged.1"]


def test_what_another_writer_forgot_is_counted(memory: MemoryRepository, tmp_path: Path) -> None:
    """Until it is taken out."""
    other = MemoryRepository(MemoryFiles(tmp_path, OTHER))
    other.forget([envelope.identify(RECORDS[5])], START)
    before = verify(memory.files).unsettled
    memory.settle()

    assert (before, verify(memory.files).unsettled) == (1, 0)


# Counts and bytes are those of the records, each once.

WRITER, OTHER = "ab" * 8, "cd" * 8
TEST_MEASURE_MEMORY_RECORDS = [
    a_record(number, kind=("chat", "commit")[number % 2], days=number * 3) for number in range(20)
]


def test_an_empty_memory_is_nothing(tmp_path: Path) -> None:
    """No division by it."""
    found = measure(MemoryFiles(tmp_path, WRITER))

    assert (found.records, found.disk_bytes, found.types, found.largest) == (0, 0, [], [])


def test_records_count_once(tmp_path: Path) -> None:
    """In git and in the tail, of two writers, without what was forgotten."""
    one, two = (MemoryRepository(MemoryFiles(tmp_path, writer)) for writer in (WRITER, OTHER))
    one.add(TEST_MEASURE_MEMORY_RECORDS[:15])
    one.flush()
    one.add(TEST_MEASURE_MEMORY_RECORDS[15:])
    two.add(TEST_MEASURE_MEMORY_RECORDS[:10])
    two.flush()
    one.forget([envelope.identify(TEST_MEASURE_MEMORY_RECORDS[0])], START + timedelta(days=9))
    two.files.bare.write_months(OTHER, [NewMonth("202601", {}, {"00" * 32: b"no segment"})])
    found = measure(one.files)
    raw = {
        kind: sum(len(envelope.encode_bare(one)) for one in TEST_MEASURE_MEMORY_RECORDS[1:] if one.type == kind)
        for kind in ("chat", "commit")
    }

    assert (found.records, found.forgotten, found.unread) == (19, 1, 1)
    assert [(one.name, one.records, one.raw_bytes) for one in found.types] == [
        ("chat", 9, raw["chat"]),
        ("commit", 10, raw["commit"]),
    ]
    assert [(one.name, one.records) for one in found.writers] == [(WRITER, 19), (OTHER, 9)]
    assert sum(one.records for one in found.months) == 19
    assert [one.name for one in found.months] == ["202611", "202612"]
    assert found.waiting == 5 + 1
    assert found.disk_bytes > found.stored_bytes > found.largest_file > 0
    assert len(found.largest) == 10
