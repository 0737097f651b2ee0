"""Search a data folder for what redaction may have missed.

It trusts nothing that ingest relied on: the caller gives it the other engine for the rules, a second opinion of its own
looks for what no rule sees, it reads every file as bytes and every cell of every database, decompressed, and never
repeats a secret that it finds. A second pass looks for the echoes of values that were recognised elsewhere.

In the bytes of a database the columns of a row touch, so the end of one and the beginning of the next may together look
like a secret. Such a match is dropped if a cell ends or begins inside it, since each cell is searched by itself anyway.

Agents work while it reads: a file that vanishes meanwhile held nothing that stays.
"""

import contextlib
import os
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import re2

from twiceshy.base.errors import StoreError
from twiceshy.privacy.audit_findings import FindingTable, SecretFinding, TextPlace, describe_match, describe_notice
from twiceshy.privacy.audit_opinion import FoundValues, notice, notice_echoes
from twiceshy.privacy.opinion.seen_values import PERSONAL, EchoFinder, PlaceholderDigests, SeenValues
from twiceshy.privacy.opinion.sightings import Certainty
from twiceshy.privacy.policy import RedactionLevel, is_compiled
from twiceshy.privacy.secrets.secret_detector import SEPARATOR, Detector, SecretSpan

_CHUNK = 4 << 20
"""Bytes of cells that are searched at once (guess of 2026-11-21)."""
PIECE = 16 << 20
"""Bytes of a file that are read at once (guess of 2026-11-21)."""
OVERLAP = 64 << 10
"""Bytes that two pieces share, so that no secret is cut (guess of 2026-11-21: longer than any known secret)."""
_AROUND = 200
"""Bytes around a match that are asked about again (guess of 2026-11-22)."""
_TRIES = 5
"""Times that a file is opened which is gone when it is, and there again right after (guess of 2026-11-24)."""
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
    """The most certain first; possible ones only if they were asked for."""
    possible: int
    """How many values only look random, or have only a weak word before them: most are ids."""
    unread: list[str]
    """Files that could not be read, with the reason."""


def search_folder(  # what to search, by what, and what to tell
    home: Path,
    detector: Detector,
    level: RedactionLevel,
    databases: DatabaseReader,
    skipped: Collection[str],
    *,
    seen: Sequence[SeenValues] = (),
    possible: bool = False,
) -> Audit:
    """Search every file of a data folder, except the folders directly in it that are ``skipped``.

    Args:
        home: the data folder; its file ``salt`` tells what placeholders stand for.
        detector: the rules of redaction.
        level: of the rules.
        databases: how databases are read.
        skipped: names of folders.
        seen: who else knows values that were recognised before.
        possible: tell also what only may be a secret.
    """
    search = _FolderSearch(detector, home, databases, seen, possible=possible)
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
        findings=list(search.findings),
        possible=search.possible,
        unread=search.unread,
    )


@dataclass(frozen=True, slots=True)
class _DoubtfulMatch:
    """A match in a database's bytes, with the cell ends and cell beginnings that would show it to be chance."""

    finding: SecretFinding
    ends: frozenset[bytes]
    beginnings: frozenset[bytes]


class _FolderSearch:
    """One pass over the bytes of a data folder, one over its cells, and one for echoes."""

    def __init__(
        self,
        detector: Detector,
        home: Path,
        databases: DatabaseReader,
        seen: Sequence[SeenValues],
        *,
        possible: bool,
    ) -> None:
        self.detector = detector
        self.databases = databases
        self.home = home
        self.possible = 0
        self._tells_possible = possible
        self._digests = PlaceholderDigests(_read_salt(home))
        self._values = FoundValues()
        self._seen: list[SeenValues] = [self._digests, self._values, *seen]
        self._echoes = EchoFinder(self._seen)
        self._known: set[tuple[TextPlace, bytes]] = set()
        self._files: list[tuple[Path, str]] = []
        self.findings = FindingTable()
        self.unread: list[str] = []
        self.files = self.cells = self.size = 0
        self._databases: list[tuple[Path, str]] = []
        self._doubtful: list[_DoubtfulMatch] = []
        self._edges: set[bytes] = set()

    def search_file(self, path: Path) -> None:
        """Search one file as bytes; one that goes and comes back meanwhile, as a database's journal does, once more."""
        for tried in range(1, _TRIES + 1):
            try:
                return self._search_file(path)
            except FileNotFoundError as exc:
                if tried == _TRIES:
                    self.unread.append(f"{path.relative_to(self.home).as_posix()}: {exc}")
                    self.files += 1
        return None

    def _search_file(self, path: Path) -> None:
        name = path.relative_to(self.home).as_posix()
        if _holds_no_text(path):
            return
        try:
            stored = self.databases.is_database(path)
            self._search_bytes(path, name, in_cells=stored or name.endswith("-wal"))
            if stored:
                self._databases.append((path, name))
            elif not name.endswith("-wal"):
                self._files.append((path, name))
        except FileNotFoundError:
            if os.path.lexists(path):
                raise
            return  # it was there for a moment only, as agents and learners work meanwhile
        except (OSError, StoreError) as exc:
            self.unread.append(f"{name}: {exc}")
        self.files += 1

    def finish(self) -> None:
        """Search the databases cell by cell, judge what was found in their bytes, and look for echoes."""
        self._edges = {edge for one in self._doubtful for edge in one.ends | one.beginnings}
        seen: set[tuple[bytes, bool]] = set()
        for path, name in self._databases:
            try:
                self._search_database(path, name, seen)
            except (OSError, StoreError) as exc:
                if os.path.lexists(path):
                    self.unread.append(f"{name}: {exc}")
        self._judge_doubtful(seen)
        if any(map(len, self._seen)):
            self._search_echoes()

    def _judge_doubtful(self, seen: set[tuple[bytes, bool]]) -> None:
        """Keep what was found in a database's bytes where no cell ends or begins inside it."""
        ends = {edge for edge, last in seen if last}
        beginnings = {edge for edge, last in seen if not last}
        for one in self._doubtful:
            if not one.ends & ends and not one.beginnings & beginnings:
                self.findings.add(one.finding)

    def _search_bytes(self, path: Path, name: str, *, in_cells: bool) -> None:
        for offset, piece in _read_pieces(path):
            runs = _READABLE.findall(piece)
            place = TextPlace(name, None, str(offset), None)
            self.size += len(piece)
            if in_cells:
                self._search_pages(place, runs)
            else:
                self._search_texts([place], [SEPARATOR.join(runs)])

    def _search_pages(self, place: TextPlace, runs: Sequence[bytes]) -> None:
        """Note what may be a secret in a database's bytes: free pages, and rows that were written over."""
        found = [(runs[index], span) for index, spans in self.detector.find_encoded(runs).items() for span in spans]
        self._doubtful += self._doubt(place, found)
        values = [run[span.start : span.end] for run, span in found]
        for one in notice(runs):
            if one.certainty > Certainty.POSSIBLE and not _is_among(one.value, values):
                view, start, end = one.around
                ends, beginnings = _find_edges(view, start, end, alone=False)
                self._doubtful.append(_DoubtfulMatch(describe_notice(place, one), ends, beginnings))

    def _search_echoes(self) -> None:
        """Look in every text for values that were recognised elsewhere."""
        for path, name in self._files:
            with contextlib.suppress(OSError):
                for offset, piece in _read_pieces(path):
                    text = SEPARATOR.join(_READABLE.findall(piece))
                    self._add_echoes([TextPlace(name, None, str(offset), None)], [text])
        for path, name in self._databases:
            with contextlib.suppress(OSError, StoreError):
                for places, contents in _gather(name, self.databases.read_cells(path)):
                    self._add_echoes(places, contents)

    def _add_echoes(self, places: Sequence[TextPlace], contents: Sequence[bytes]) -> None:
        for one in notice_echoes(contents, self._echoes):
            place = places[one.text]
            if (place, one.value) not in self._known:
                self.findings.add(describe_notice(place, one))

    def _doubt(self, place: TextPlace, found: Sequence[tuple[bytes, SecretSpan]]) -> Iterator[_DoubtfulMatch]:
        """Yield each match in a database's bytes with the edges of cells that would show it to be chance."""
        alone = self.detector.find_encoded([run[span.start : span.end] for run, span in found])
        for number, (run, span) in enumerate(found):
            ends, beginnings = _find_edges(run, span.start, span.end, alone=number in alone)
            yield _DoubtfulMatch(describe_match(place, span), ends, beginnings)

    def _search_database(self, path: Path, name: str, seen: set[tuple[bytes, bool]]) -> None:
        for places, contents in _gather(name, self._watch_edges(self.databases.read_cells(path), seen)):
            texts = [_to_text(content) for content in contents]
            self.size += sum(map(len, texts))
            self._search_texts(places, texts)

    def _watch_edges(self, cells: Iterator[DatabaseCell], seen: set[tuple[bytes, bool]]) -> Iterator[DatabaseCell]:
        """Yield the cells, and note the edges that judge what was found in the bytes."""
        for cell in cells:
            self.cells += 1
            if self._edges:
                seen |= {(edge, True) for edge in (cell.content[-_EDGE:],) if edge in self._edges}
                seen |= {(edge, False) for edge in (cell.content[:_EDGE],) if edge in self._edges}
            yield cell

    def _search_texts(self, places: Sequence[TextPlace], contents: Sequence[bytes]) -> None:
        """Ask the rules, then the second opinion, which tells only what the rules did not see in the same text."""
        matched = {
            index: self._add_matches(places[index], contents[index], spans)
            for index, spans in self.detector.find_encoded(contents).items()
        }
        for content in contents:
            self._digests.collect(content)
        for one in notice(contents):
            if _is_among(one.value, matched.get(one.text, ())):
                continue
            if one.certainty is Certainty.POSSIBLE:
                self.possible += 1
            elif one.kind not in _PERSONAL:
                self._remember(places[one.text], one.value)
            if self._tells_possible or one.certainty is not Certainty.POSSIBLE:
                self.findings.add(describe_notice(places[one.text], one))

    def _add_matches(self, place: TextPlace, content: bytes, spans: Sequence[SecretSpan]) -> list[bytes]:
        """Add what the rules matched in a text, and return it."""
        spans = [span for span in spans if not self._begins_in_escape(content, span)]
        for span in spans:
            self.findings.add(describe_match(place, span))
            if span.kind not in _PERSONAL:
                self._remember(place, content[span.start : span.end])
        return [content[span.start : span.end] for span in spans]

    def _begins_in_escape(self, content: bytes, span: SecretSpan) -> bool:
        r"""Tell whether a match is none once the letter of an escape before it (``\n@mark.x``) is a line's end."""
        start, end = span.start, span.end
        if content[start - 1 : start] != b"\\" or content[start : start + 1] not in b"nrt":
            return False
        plain = content[max(0, start - _AROUND) : start - 1] + b"\n\n" + content[start + 1 : end + _AROUND]
        at = min(start, _AROUND)
        spans = self.detector.find_encoded([plain]).get(0, ())
        return not any(one.start < at + end - start and at < one.end for one in spans)

    def _remember(self, place: TextPlace, value: bytes) -> None:
        """Look for the value elsewhere too."""
        self._values.add(value)
        self._known.add((place, value))


_PERSONAL = frozenset(kind.decode() for kind in PERSONAL)


def _is_among(value: bytes, others: Sequence[bytes]) -> bool:
    """Tell whether a value is one of the others, or a part of one, or has one in it."""
    return any(value in other or other in value for other in others)


def _gather(name: str, cells: Iterator[DatabaseCell]) -> Iterator[tuple[list[TextPlace], list[bytes]]]:
    """Yield the cells of a database some megabytes at a time."""
    places: list[TextPlace] = []
    contents: list[bytes] = []
    size = 0
    damage: StoreError | None = None
    try:
        for cell in cells:
            places.append(TextPlace(name, cell.table, cell.row, cell.column))
            contents.append(cell.content)
            size += len(cell.content)
            if size >= _CHUNK:
                yield places, contents
                places, contents, size = [], [], 0
    except StoreError as exc:  # what was read before is searched all the same
        damage = exc
    yield places, contents
    if damage:
        raise damage


def _read_salt(home: Path) -> bytes:
    """Return the salt of the data folder; without it no placeholder can be told apart."""
    try:
        return (home / "salt").read_bytes()[:64]
    except OSError:
        return b""


def _holds_no_text(path: Path) -> bool:
    """Tell whether a file holds none: the index beside a database, our own program or rules as they are compiled."""
    if path.suffix == ".pyc" and path.parent.name == "__pycache__":
        return (path.parent.parent / f"{path.name.partition('.')[0]}.py").is_file()
    return path.name.endswith("-shm") or is_compiled(path)


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
