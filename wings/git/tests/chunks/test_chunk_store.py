"""What is added is there once and stays; what is forgotten is gone and does not come back."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from wings.git.tests.memory.memory_records import START, a_record, a_stone

from twiceshy.archive.db import Store
from twiceshy.base.errors import StoreUnwritable
from twiceshy.records.memory import MemoryRecord
from twiceshy_git.chunks import chunk_store
from twiceshy_git.chunks.chunk_store import MemoryRepository
from twiceshy_git.chunks.memory_files import MemoryFiles
from twiceshy_git.memory import envelope, segments
from twiceshy_git.memory_repository.bare_repository import NewMonth

WRITER, OTHER = "ab" * 8, "cd" * 8
RECORDS = [a_record(number, days=number * 5) for number in range(12)]


@pytest.fixture
def memory(tmp_path: Path) -> MemoryRepository:
    return MemoryRepository(MemoryFiles(tmp_path, WRITER))


def numbers(memory: MemoryRepository) -> list[str]:
    return sorted(str(record.fields["number"]) for record in memory.read())


def ids(*records: MemoryRecord) -> list[str]:
    return [envelope.identify(record) for record in records]


def test_a_look_makes_nothing(memory: MemoryRepository) -> None:
    """Nor does adding nothing."""
    memory.add([])

    assert list(memory.read()) == []
    assert memory.flush() == []
    assert not memory.files.folder.exists()


def test_what_is_added_is_there_once(memory: MemoryRepository) -> None:
    """Before and after it went into the bare repository, with its writer."""
    first = memory.add(RECORDS[:5])
    again = memory.add(RECORDS[:6])
    waiting = numbers(memory)
    refs = memory.flush()
    third = memory.add(RECORDS)
    memory.flush()

    assert first.added == tuple(ids(*RECORDS[:5]))
    assert (len(again.added), again.held) == (1, 5)
    assert waiting == sorted(str(number) for number in range(6))
    assert [ref.month for ref in refs] == ["202610", "202611"]
    assert (len(third.added), numbers(memory)) == (6, sorted(str(number) for number in range(12)))
    assert {record.writer for record in memory.read()} == {WRITER}


def test_a_full_tail_becomes_segments(memory: MemoryRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Unasked: the file is read at each start."""
    monkeypatch.setattr(chunk_store, "_FULL", 100)
    memory.add(RECORDS)

    assert not memory.files.tail.exists()
    assert len(memory.list_own_refs()) == 3


def test_a_kill_before_the_tail_is_emptied_doubles_nothing(memory: MemoryRepository) -> None:
    """The same tail once more adds nothing."""
    memory.add(RECORDS)
    tail = memory.files.tail.read_bytes()
    refs = memory.flush()
    memory.files.tail.write_bytes(tail)

    assert len(list(memory.read())) == len(RECORDS)
    assert memory.flush() == refs


def test_what_is_forgotten_is_nowhere(memory: MemoryRepository, tmp_path: Path) -> None:
    """Not in the tail, not in any object, and it is not taken in again."""
    memory.add(RECORDS)
    memory.flush()
    late = a_record(99)
    memory.add([late])
    found = memory.forget(ids(RECORDS[3], late), START + timedelta(days=20))
    memory.forget(ids(RECORDS[3]), START + timedelta(days=21))
    memory.flush()

    assert (len(found.ids), len(found.refs), found.elsewhere) == (2, 1, ())
    assert (memory.add([RECORDS[3], late]).held, len(list(memory.read()))) == (2, len(RECORDS) - 1)
    assert b"number 3 " not in every_byte(tmp_path)
    assert b"number 99 " not in every_byte(tmp_path)
    assert b"number 4 " in every_byte(tmp_path)


def every_byte(folder: Path) -> bytes:
    """All that anybody could read in the memory's files and objects, unpacked."""
    git = ["git", "--git-dir", str(folder / "twiceshy" / "memory.git")]
    listed = subprocess.run(
        [*git, "cat-file", "--batch-all-objects", "--batch-check=%(objectname)"], capture_output=True, check=True
    )
    found = b""
    for name in listed.stdout.split():
        blob = subprocess.run([*git, "cat-file", "-p", name], capture_output=True, check=True).stdout
        found += b"".join(segments.read_segment(blob).values()) if blob[:1] == b"\x57" else blob
    return found + b"".join(text for _, lines in MemoryFiles(folder, WRITER).read_sets() for text in lines.values())


def test_two_writers_know_the_union(memory: MemoryRepository, tmp_path: Path) -> None:
    """A tombstone of one counts for both; whoever holds the record still is named."""
    other = MemoryRepository(MemoryFiles(tmp_path, OTHER))
    memory.add(RECORDS[:4])
    other.add(RECORDS[2:8])
    memory.flush()
    other.flush()
    found = memory.forget(ids(RECORDS[3], RECORDS[6]), START)

    assert numbers(memory) == numbers(other) == ["0", "1", "2", "4", "5", "7"]
    assert found.elsewhere == tuple(ref.name for ref in other.list_own_refs() if ref.month == "202611")
    assert memory.add([RECORDS[6]]).added == other.add([RECORDS[6]]).added == ()


def test_a_record_that_is_too_large_is_refused_by_id(memory: MemoryRepository, monkeypatch: pytest.MonkeyPatch) -> None:
    """The others are taken."""
    monkeypatch.setattr(segments, "LARGEST_RAW", 500)
    large = a_record(1, text="x" * 500)
    found = memory.add([a_record(2), large])

    assert (len(found.added), found.refused) == (1, tuple(ids(large)))


def test_a_repository_that_cannot_be_written_is_left_alone(tmp_path: Path) -> None:
    """The message says what stands in the way."""
    (tmp_path / "twiceshy").write_text("a file")

    with pytest.raises(StoreUnwritable, match="The repository itself and what was recorded before"):
        MemoryRepository(MemoryFiles(tmp_path, WRITER)).add(RECORDS)


def test_a_data_folder_is_one_writer(tmp_path: Path) -> None:
    """For good, and another folder is another."""
    with Store.open(tmp_path / "one") as one, Store.open(tmp_path / "two") as two:
        writers = [chunk_store.find_writer(store) for store in (one, one, two)]
        opened = chunk_store.open_memory(tmp_path, one)

    assert writers[0] == writers[1] != writers[2]
    assert (len(writers[0]), opened.files.writer) == (16, writers[0])


def test_what_another_writer_damaged_does_not_stop_us(memory: MemoryRepository, tmp_path: Path) -> None:
    """Whatever stands in their files."""
    other = MemoryRepository(MemoryFiles(tmp_path, OTHER))
    other.files.bare.write_months(OTHER, [NewMonth("202610", {}, {"00" * 32: b"no segment"})])
    memory.add([*RECORDS, a_stone(RECORDS[0])])
    memory.flush()

    assert len(list(memory.read())) == len(RECORDS) - 1
