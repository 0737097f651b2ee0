"""The older commits that an index is made of, in a form that can be kept as bytes and read in parts.

Of 6,000 commits an answer looks at some eighty words and twenty commits, so only these are unpacked. Beside them stands
what every answer needs of all: lengths, authors, numbers of files, and the commits of each file.
"""

from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any, Final

import orjson

from twiceshy.records.commits import PastCommit
from twiceshy_git.predict.messages.examples import MessageExample

# What is known of older commits as one block of bytes, of which an answer unpacks only what it asks for.
#
# The block: its header's length in eight bytes, the header as JSON, then postings and commits one behind the other. A
# word's postings are its commits' numbers (4 bytes each) and their weights (4 bytes each); a commit is JSON. Of 6,000
# commits an answer looks at some eighty words and twenty commits, so unpacking all of it would cost more than the
# answer.

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


_VERSION: Final = 3
_MOST_NAMES: Final = 120
"""Names of one diff that are kept, the most frequent (guess, 2026-11-24: a message names one or two)."""
_LONGEST_BODY: Final = 1000
"""Characters of a body that are kept (guess, 2026-11-24: a paragraph or two)."""
_FIELDS: Final = tuple(field.name for field in fields(PastCommit))


class PackedCommits:
    """Older commits with the words that they can be found by."""

    def __init__(self) -> None:
        self.postings, self.records = Postings(), PackedRecords()
        self.lengths: list[float] = []
        """Sum of the weights of each commit's words."""
        self.authors: list[str] = []
        self.sizes: list[int] = []
        """Files that each touched."""
        self.of_file: dict[str, list[int]] = {}
        """Path, old names too -> commits."""

    def add(self, commit: PastCommit, weights: Mapping[str, float], old_paths: tuple[str, ...] = ()) -> None:
        """Add one behind the others."""
        number = len(self.lengths)
        for word, weight in weights.items():
            self.postings.append(word, number, weight)
        self.lengths.append(sum(weights.values()))
        self.authors.append(commit.author)
        self.sizes.append(len(commit.paths))
        self.records.append([getattr(commit, name) for name in _FIELDS])
        for path in {*commit.paths, *old_paths}:
            self.of_file.setdefault(path, []).append(number)

    def read(self, number: int) -> PastCommit:
        """Return one commit."""
        return PastCommit(**dict(zip(_FIELDS, self.records[number], strict=True)))


def keep_commit(example: MessageExample) -> PastCommit:
    """Return what is kept of a commit."""
    names = Counter(token for token in example.tokens if len(token) > 1 and token[0] != "<")
    return PastCommit(
        commit=example.commit,
        author=example.author,
        at=example.at,
        subject=example.subject,
        numbered=example.numbered,
        body=example.body[:_LONGEST_BODY],
        paths=example.paths,
        names=tuple(name for name, _ in names.most_common(_MOST_NAMES)),
    )


def encode_commits(commits: PackedCommits, extra: Mapping[str, Any]) -> bytes:
    """Return them as bytes, with what the caller wants to find beside them."""
    authors = list(dict.fromkeys(commits.authors))
    number_of = {author: number for number, author in enumerate(authors)}
    plain = {
        "version": _VERSION,
        "fields": _FIELDS,
        "lengths": [round(length, 2) for length in commits.lengths],
        "authors": authors,
        "author_of": [number_of[author] for author in commits.authors],
        "sizes": commits.sizes,
        "of_file": commits.of_file,
        "extra": dict(extra),
    }
    return pack(commits.postings, (commits.records[at] for at in range(len(commits.records))), plain)


def decode_commits(raw: bytes) -> tuple[PackedCommits, dict[str, Any]] | None:
    """Return the commits and what was put beside them; None where the bytes are none of this version."""
    found = unpack(raw)
    if found is None:
        return None
    postings, records, plain = found
    try:
        if plain["version"] != _VERSION or tuple(plain["fields"]) != _FIELDS:
            return None
        commits = PackedCommits()
        commits.postings, commits.records = postings, records
        commits.lengths, commits.sizes, commits.of_file = plain["lengths"], plain["sizes"], plain["of_file"]
        commits.authors = [plain["authors"][number] for number in plain["author_of"]]
        return commits, dict(plain["extra"])
    except (KeyError, TypeError, IndexError):
        return None
