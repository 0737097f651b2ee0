"""What is kept in blocks is what was put there, and little of it is read."""

from collections import Counter, defaultdict, deque
from typing import Any

import pytest

from twiceshy_git.predict.risk import kept_blocks
from twiceshy_git.predict.risk.kept_blocks import KeptMap, KeptQueue, read_blocks, write_blocks

MANY = range(2_000)


def write_and_read(value: Any) -> Any:
    """Return what comes back."""
    raw = write_blocks(value)
    assert raw is not None
    return read_blocks(raw)


@pytest.mark.parametrize(
    "whole",
    [
        {str(one): one for one in MANY},
        {(str(one).encode(), "a"): [one] for one in MANY},
        Counter({f"{one}\udcff": one for one in MANY}),
        defaultdict(list, {str(one): [one] for one in MANY}),
    ],
    ids=["words", "pairs", "counts", "lists"],
)
def test_a_large_dictionary_comes_back_whole(whole: dict[Any, Any]) -> None:
    """And after a change too."""
    kept = write_and_read({"whole": whole})["whole"]

    assert isinstance(kept, KeptMap)
    assert dict(kept) == whole
    del kept[next(iter(whole))]
    assert len(write_and_read(kept)) == len(whole) - 1


def test_what_is_not_there_is_made_as_before() -> None:
    """Only where it is asked for by its key."""
    kept = write_and_read(defaultdict(list, {str(one): [one] for one in MANY}))

    assert "new" not in kept
    assert kept.get("new", 7) == 7
    kept["new"].append(1)
    assert write_and_read(kept)["new"] == [1]
    assert kept.pop("new") == [1]
    with pytest.raises(KeyError):
        write_and_read({str(one): one for one in MANY})["new"]


def test_a_large_queue_comes_back_in_order() -> None:
    """What was taken out is gone, what came is behind."""
    kept = write_and_read(deque(MANY))
    assert isinstance(kept, KeptQueue)
    taken = [kept.popleft() for _ in range(100)]
    kept.append(-1)
    kept = write_and_read(kept)
    rest = []
    while kept:
        assert kept[0] is not None
        rest.append(kept.popleft())

    assert taken + rest == [*MANY, -1]
    with pytest.raises(IndexError):
        kept.popleft()


def test_one_key_reads_one_block(monkeypatch: pytest.MonkeyPatch) -> None:
    """That is what blocks are for."""
    kept = write_and_read({str(one): one for one in MANY})
    read = []
    unpack = kept_blocks._decompress

    def count(raw: memoryview) -> bytes:
        read.append(raw)
        return unpack(raw)

    monkeypatch.setattr(kept_blocks, "_decompress", count)

    assert [kept["7"], kept["7"]] == [7, 7]
    assert len(read) == 1


def test_a_block_that_nobody_read_stays_as_it_is() -> None:
    """Written again, a file that was not changed is the same."""
    raw = write_blocks({"whole": {str(one): one for one in MANY}, "few": [1, 2]})
    assert raw is not None

    assert write_blocks(read_blocks(raw)) == raw


def test_a_damaged_file_is_none() -> None:
    """Wherever it is damaged."""
    raw = write_blocks({str(one): one for one in MANY}) or b""

    for at in range(0, len(raw), 997):
        assert read_blocks(raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]) is None
    assert read_blocks(raw[:-1]) is None


def test_what_cannot_be_written_is_said() -> None:
    """A function is no data."""
    assert write_blocks(lambda: 0) is None
