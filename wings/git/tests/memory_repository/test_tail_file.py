"""What was appended is there, whenever the writer was killed; what is damaged is kept aside."""

import random
from pathlib import Path

import pytest

from twiceshy.base.errors import StoreUnwritable
from twiceshy_git.memory_repository import tail_file

TEXTS = [f'{{"number":{number},"text":"batch {number}"}}\n'.encode() * 3 for number in range(4)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "a.tail"


def fill(path: Path) -> list[int]:
    """Append all texts; return the size of the file after each."""
    return [tail_file.append_batch(path, tail_file.read_tail(path), text).size for text in TEXTS]


def test_batches_come_back_in_order(path: Path) -> None:
    """What is said after writing is what is read again."""
    fill(path)
    last = tail_file.append_batch(path, tail_file.read_tail(path), b"more\n")

    assert last == tail_file.read_tail(path)
    assert last.text == b"".join(TEXTS) + b"more\n"
    assert path.stat().st_mode & 0o777 == 0o600


def test_a_kill_loses_nothing_that_was_acknowledged(path: Path) -> None:
    """Cut at every byte: whole batches are there, and the next one follows them."""
    sizes = fill(path)
    data = path.read_bytes()
    for cut in range(0, len(data) + 1, 2):
        path.write_bytes(data[:cut])
        whole = b"".join(text for text, size in zip(TEXTS, sizes, strict=True) if size <= cut)
        tail = tail_file.read_tail(path)
        tail_file.append_batch(path, tail, b"next\n")

        assert tail.text == whole, cut
        assert tail_file.read_tail(path).text == whole + b"next\n", cut
        assert tail_file.list_damaged(path) == [], cut


def test_damage_is_kept_aside(path: Path) -> None:
    """Wherever it is: what stands before it goes on, and no byte is thrown away."""
    sizes = fill(path)
    data = path.read_bytes()
    for at in range(sizes[1], sizes[2], 3):
        path.write_bytes(data[:at] + bytes([data[at] ^ 4]) + data[at + 1 :])
        tail = tail_file.read_tail(path)
        tail_file.append_batch(path, tail, b"next\n")
        [aside] = tail_file.list_damaged(path)
        aside.unlink()

        assert (tail.text, tail.damaged) == (b"".join(TEXTS[:2]), True)
        assert tail_file.read_tail(path).text == b"".join(TEXTS[:2]) + b"next\n"


def test_many_batches_become_one(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading takes time for each."""
    monkeypatch.setattr(tail_file, "MOST_BATCHES", 3)
    fill(path)

    assert tail_file.read_tail(path)._replace(size=0, check=b"") == tail_file.Tail(b"".join(TEXTS), batches=1)


def test_a_batch_is_compressed_against_those_before_it(path: Path) -> None:
    """So that a thousand small ones take little more than one large one."""
    noise = random.Random(1)
    text = noise.randbytes(2000).hex().encode() + b"\n"
    first = tail_file.append_batch(path, tail_file.Tail(), text)
    second = tail_file.append_batch(path, first, text)

    assert first.size > 1000
    assert second.size - first.size < 60


def test_an_empty_text_removes_the_file(path: Path) -> None:
    """An absent one is empty."""
    fill(path)
    tail_file.write_tail(path, b"")

    assert not path.exists()
    assert tail_file.read_tail(path) == tail_file.Tail()


def test_a_foreign_file_is_not_overwritten(path: Path) -> None:
    """It goes aside; a folder of that name is an error that says what to do."""
    path.write_bytes(b"something else entirely")
    tail_file.append_batch(path, tail_file.read_tail(path), b"next\n")
    path.with_name("b.tail").mkdir()

    assert [one.read_bytes() for one in tail_file.list_damaged(path)] == [b"something else entirely"]
    with pytest.raises(StoreUnwritable, match=r"b\.tail cannot be used"):
        tail_file.read_tail(path.with_name("b.tail"))
