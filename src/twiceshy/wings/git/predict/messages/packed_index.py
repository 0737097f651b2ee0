"""What is known of older commits as one block of bytes, of which an answer unpacks only what it asks for.

The block: its header's length in eight bytes, the header as JSON, then postings and commits one behind the other. A
word's postings are its commits' numbers (4 bytes each) and their weights (4 bytes each); a commit is JSON. Of 6,000
commits an answer looks at some eighty words and twenty commits, so unpacking all of it would cost more than the answer.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from typing import Any, Final

import orjson

_WIDTH: Final = 8
"""Bytes of a posting: a number and a weight, as the format above says."""
_HEADER: Final = 8
"""Bytes of the header's length, as the format above says."""


class Postings:
    """Commits by word, with the weight that the word has in each."""

    def __init__(self, places: Mapping[str, Sequence[int]] | None = None, packed: bytes = b"") -> None:
        self._places, self._packed = places or {}, packed
        """Word -> first byte and number of postings."""
        self._fresh: dict[str, list[tuple[int, float]]] = {}

    def get(self, word: str) -> Sequence[tuple[int, float]]:
        """Return number and weight of each commit that has a word, in the order of their numbers."""
        fresh = self._fresh.get(word, [])
        place = self._places.get(word)
        return [*_unpack(self._packed, *place), *fresh] if place else fresh

    def count(self, word: str) -> int:
        """Return how many commits have a word."""
        place = self._places.get(word)
        return (place[1] if place else 0) + len(self._fresh.get(word, ()))

    def append(self, word: str, number: int, weight: float) -> None:
        """Add one; numbers have to grow."""
        self._fresh.setdefault(word, []).append((number, weight))

    def words(self) -> Iterator[str]:
        """Yield each word once."""
        return iter(dict.fromkeys(chain(self._places, self._fresh)))


class PackedRecords(Sequence[list[Any]]):
    """Rows of plain values, unpacked when one is asked for; new ones come behind."""

    def __init__(self, ends: Sequence[int] = (), packed: bytes = b"", start: int = 0) -> None:
        self._ends, self._packed, self._start = ends, packed, start
        self._fresh: list[list[Any]] = []

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._ends) + len(self._fresh)

    def __getitem__(self, at: Any) -> Any:
        """Return the row of a number."""
        if at >= len(self._ends):
            return self._fresh[at - len(self._ends)]
        start = self._start + (self._ends[at - 1] if at else 0)
        return orjson.loads(self._packed[start : self._start + self._ends[at]])

    def append(self, row: list[Any]) -> None:
        """Add one."""
        self._fresh.append(row)


def pack(postings: Postings, records: Iterable[Sequence[Any]], plain: Mapping[str, Any]) -> bytes:
    """Return all of it as bytes; ``plain`` comes back as it was, as far as JSON can say it."""
    places: dict[str, list[int]] = {}
    parts: list[bytes] = []
    at = 0
    for word in postings.words():
        rows = postings.get(word)
        places[word] = [at, len(rows)]
        parts += [array("I", [row[0] for row in rows]).tobytes(), array("f", [row[1] for row in rows]).tobytes()]
        at += len(rows) * _WIDTH
    ends, size = [], 0
    for record in records:
        raw = orjson.dumps(list(record))
        parts.append(raw)
        size += len(raw)
        ends.append(size)
    header = orjson.dumps({"words": places, "records": at, "ends": ends, "plain": dict(plain)})
    return b"".join([len(header).to_bytes(_HEADER, "little"), header, *parts])


def unpack(raw: bytes) -> tuple[Postings, PackedRecords, dict[str, Any]] | None:
    """Return what was packed; None where the bytes are nothing of the kind."""
    try:
        length = int.from_bytes(raw[:_HEADER], "little")
        header = orjson.loads(raw[_HEADER : _HEADER + length])
        packed = raw[_HEADER + length :]
        if len(packed) != header["records"] + (header["ends"][-1] if header["ends"] else 0):
            return None
        records = PackedRecords(header["ends"], packed, header["records"])
        return Postings(header["words"], packed), records, dict(header["plain"])
    except (KeyError, TypeError, ValueError):
        return None


def _unpack(packed: bytes, at: int, count: int) -> Iterator[tuple[int, float]]:
    numbers, weights = array("I"), array("f")
    middle = at + count * _WIDTH // 2
    numbers.frombytes(packed[at:middle])
    weights.frombytes(packed[middle : at + count * _WIDTH])
    return zip(numbers, weights, strict=True)
