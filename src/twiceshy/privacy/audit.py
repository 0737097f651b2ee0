"""Search a data folder for what redaction may have missed.

It trusts nothing that ingest relied on: the caller gives it the other engine, it reads every file as bytes and every
cell of every database, decompressed, and never repeats a secret that it finds. In the bytes of a database the columns
of a row touch, so the end of one and the beginning of the next may together look like a secret. Such a match is
dropped if a cell ends or begins inside it, since each cell is searched by itself anyway.
"""

import os
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import re2

from twiceshy.errors import StoreError
from twiceshy.facts.secrets.secret_detector import SEPARATOR, Detector, SecretSpan
from twiceshy.privacy.policy import RedactionLevel

_CHUNK = 4 << 20
"""Bytes of cells that are searched at once (guess of 2026-11-21)."""
PIECE = 16 << 20
"""Bytes of a file that are read at once (guess of 2026-11-21)."""
OVERLAP = 64 << 10
"""Bytes that two pieces share, so that no secret is cut (guess of 2026-11-21: longer than any known secret)."""
_EDGE = 16
"""Bytes by which the end or the beginning of a cell is recognised inside a match (guess of 2026-11-21)."""
_READABLE = re2.compile(rb"[\t\n\r -~]{8,}")


class DatabaseCell(Protocol):
    """One cell of a database, decompressed."""

    @property
    def table(self) -> str:
        """Name its table."""

    @property
    def row(self) -> str:
        """Return its row's id."""

    @property
    def column(self) -> str:
        """Name its column."""

    @property
    def content(self) -> bytes:
        """Return its bytes."""


class DatabaseReader(Protocol):
    """Whoever can read our databases."""

    def is_database(self, path: Path) -> bool:
        """Tell whether the file is a database."""

    def read_cells(self, path: Path) -> Iterator[DatabaseCell]:
        """Yield every cell with a text.

        Raises:
            StoreError: the database cannot be read.
        """


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretFinding:
    """The place of something that looks like a secret. The secret itself is never repeated."""

    file: str
    """Relative to the data folder."""
    table: str | None
    """None for a find in the file's bytes."""
    row: str
    """Row id, or byte offset of the piece of the file."""
    column: str | None
    kind: str
    rule: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The result of searching the whole data folder."""

    home: str
    engine: str
    level: RedactionLevel
    files: int
    cells: int
    size: int
    """Bytes searched, unpacked ones included."""
    findings: list[SecretFinding]
    unread: list[str]
    """Files that could not be read, with the reason."""


def search_folder(
    home: Path, detector: Detector, level: RedactionLevel, databases: DatabaseReader, skipped: Collection[str]
) -> Audit:
    """Search every file of a data folder, except the folders directly in it that are ``skipped``."""
    search = _FolderSearch(detector, home, databases)
    for folder, below, names in os.walk(home):
        if Path(folder) == home:
            below[:] = [name for name in below if name not in skipped]
        for name in sorted(names):
            search.search_file(Path(folder) / name)
    search.finish()
    return Audit(
        home=str(home),
        engine=detector.engine,
        level=level,
        files=search.files,
        cells=search.cells,
        size=search.size,
        findings=search.findings,
        unread=search.unread,
    )


@dataclass(frozen=True, slots=True)
class _DoubtfulMatch:
    """A match in a database's bytes, with the cell ends and cell beginnings that would show it to be chance."""

    name: str
    offset: int
    kind: str
    rule: str
    ends: frozenset[bytes]
    beginnings: frozenset[bytes]


class _FolderSearch:
    """One pass over the bytes of a data folder, and one over its cells."""

    def __init__(self, detector: Detector, home: Path, databases: DatabaseReader) -> None:
        self.detector = detector
        self.databases = databases
        self.home = home
        self.findings: list[SecretFinding] = []
        self.unread: list[str] = []
        self.files = self.cells = self.size = 0
        self._databases: list[tuple[Path, str]] = []
        self._doubtful: list[_DoubtfulMatch] = []
        self._edges: set[bytes] = set()

    def search_file(self, path: Path) -> None:
        """Search one file as bytes."""
        name = path.relative_to(self.home).as_posix()
        try:
            stored = self.databases.is_database(path)
            self._search_bytes(path, name, in_cells=stored or name.endswith("-wal"))
            if stored:
                self._databases.append((path, name))
        except (OSError, StoreError) as exc:
            self.unread.append(f"{name}: {exc}")
        self.files += 1

    def finish(self) -> None:
        """Search the databases cell by cell, and judge what was found in their bytes."""
        self._edges = {edge for one in self._doubtful for edge in one.ends | one.beginnings}
        seen: set[tuple[bytes, bool]] = set()
        for path, name in self._databases:
            try:
                self._search_database(path, name, seen)
            except (OSError, StoreError) as exc:
                self.unread.append(f"{name}: {exc}")
        ends = {edge for edge, last in seen if last}
        beginnings = {edge for edge, last in seen if not last}
        found: dict[tuple[str, int], Counter[tuple[str, str]]] = {}
        for one in self._doubtful:
            if not one.ends & ends and not one.beginnings & beginnings:
                found.setdefault((one.name, one.offset), Counter())[one.kind, one.rule] += 1
        for (name, offset), kinds in found.items():
            self._add(name, None, str(offset), None, kinds)

    def _search_bytes(self, path: Path, name: str, *, in_cells: bool) -> None:
        for offset, piece in _read_pieces(path):
            self.size += len(piece)
            runs = _READABLE.findall(piece)
            found = [(runs[index], span) for index, spans in self.detector.find_encoded(runs).items() for span in spans]
            if in_cells:
                self._doubtful += self._doubt(name, offset, found)
            else:
                self._add(name, None, str(offset), None, Counter((span.kind, span.rule) for _, span in found))

    def _doubt(self, name: str, offset: int, found: Sequence[tuple[bytes, SecretSpan]]) -> Iterator[_DoubtfulMatch]:
        """Yield each match in a database's bytes with the edges of cells that would show it to be chance."""
        alone = self.detector.find_encoded([run[span.start : span.end] for run, span in found])
        for number, (run, span) in enumerate(found):
            ends, beginnings = _find_edges(run, span.start, span.end, alone=number in alone)
            yield _DoubtfulMatch(name, offset, span.kind, span.rule, ends, beginnings)

    def _search_database(self, path: Path, name: str, seen: set[tuple[bytes, bool]]) -> None:
        waiting: list[tuple[str, str, str]] = []
        contents: list[bytes] = []
        size = 0
        for cell in self.databases.read_cells(path):
            self.cells += 1
            if self._edges:
                seen |= {(edge, True) for edge in (cell.content[-_EDGE:],) if edge in self._edges}
                seen |= {(edge, False) for edge in (cell.content[:_EDGE],) if edge in self._edges}
            waiting.append((cell.table, cell.row, cell.column))
            contents.append(_to_text(cell.content))
            size += len(cell.content)
            if size >= _CHUNK:
                self._search_cells(name, waiting, contents)
                waiting, contents, size = [], [], 0
        self._search_cells(name, waiting, contents)

    def _search_cells(self, name: str, waiting: list[tuple[str, str, str]], contents: list[bytes]) -> None:
        self.size += sum(map(len, contents))
        for index, spans in self.detector.find_encoded(contents).items():
            table, row, column = waiting[index]
            self._add(name, table, row, column, Counter((span.kind, span.rule) for span in spans))

    def _add(self, name: str, table: str | None, row: str, column: str | None, kinds: Counter[tuple[str, str]]) -> None:
        for (kind, rule), count in kinds.items():
            self.findings.append(
                SecretFinding(file=name, table=table, row=row, column=column, kind=kind, rule=rule, count=count)
            )


def _to_text(content: bytes) -> bytes:
    """Return the content if it is text, else its readable parts, since compressed bytes hold chance matches."""
    try:
        content.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return SEPARATOR.join(_READABLE.findall(content))
    return content


def _find_edges(run: bytes, start: int, end: int, *, alone: bool) -> tuple[frozenset[bytes], frozenset[bytes]]:
    """Return the ends of cells that end inside a match, and the beginnings of cells that begin inside it.

    A cell shorter than ``_EDGE`` is recognised by all of it. ``alone``: the value matches without what stands
    before it.
    """
    sizes = range(3, _EDGE + 1)
    ends = {run[at - size : at] for at in range(start + alone, end) for size in sizes if size <= at}
    beginnings = {run[at : at + size] for at in range(start + alone, end) for size in sizes}
    return frozenset(ends), frozenset(beginnings)


def _read_pieces(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the file in overlapping pieces, each with its offset."""
    offset, tail = 0, b""
    with path.open("rb") as file:
        while block := file.read(PIECE):
            yield offset - len(tail), tail + block
            offset += len(block)
            tail = block[-OVERLAP:]
