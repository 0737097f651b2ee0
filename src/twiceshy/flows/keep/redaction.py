"""Behind ``redact`` and ``audit``: show what redaction does to a text, and search for what it may have missed.

``audit`` trusts nothing that ingest relied on: it uses the other engine, reads every file of the data folder as
bytes and every cell of every database, decompressed, and never repeats a secret that it finds. In the bytes of a
database the columns of a row touch, so the end of one and the beginning of the next may together look like a
secret. Such a match is dropped if a cell ends or begins inside it, since each cell is searched by itself anyway.
"""

import os
import secrets
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import re2

from twiceshy.config import Config
from twiceshy.errors import SourceError, StoreError
from twiceshy.facts.secrets.secret_detector import SEPARATOR, Detector
from twiceshy.facts.secrets.secret_triggers import list_match_libraries
from twiceshy.privacy.policy import RedactionLevel, build_detector, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.values import Scrubbed
from twiceshy.store.database_texts import is_database, read_cells
from twiceshy.toolbox import FOLDER as TOOLS_FOLDER

_CHUNK = 4 << 20
"""Bytes of cells that are searched at once."""
PIECE = 16 << 20
"""Bytes of a file that are read at once, as bytes."""
OVERLAP = 64 << 10
"""Bytes that two pieces share, so that no secret is cut."""
_EDGE = 16
"""Bytes by which the end or the beginning of a cell is recognised inside a find. Guess."""
_READABLE = re2.compile(rb"[\t\n\r -~]{8,}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """One replaced stretch of the given text, and why it was replaced."""

    start: int
    end: int
    kind: str
    rule: str
    source: str
    """Who says that such secrets look so."""
    placeholder: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Redaction:
    """A text after redaction."""

    text: Scrubbed
    engine: str
    level: RedactionLevel
    counts: dict[str, int]
    """Replacements by kind, the most frequent first."""
    replacements: list[Replacement]


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


def redact(text: str, config: Config, level: str | None = None) -> Redaction:
    """Return the text as it would be stored, and every replacement.

    Placeholders are those of the store, where there is one, so that they can be looked up; nothing is written.
    """
    chosen = RedactionLevel(level or config.privacy_level)
    rules = load_rules()
    scrubber = Scrubber(rules, _read_salt(config), chosen, cache=config.cache if config.cache.is_dir() else None)
    scrubbed = scrubber.text(text)
    sources = {one.rule.id: one.source for one in rules.rules}
    replacements = [
        Replacement(
            start=span.start,
            end=span.end,
            kind=span.kind,
            rule=span.rule,
            source=sources[span.rule],
            placeholder=scrubber.placeholder(
                span.kind, text[span.start : span.end].encode("utf-8", "surrogatepass")
            ).decode(),
        )
        for span in scrubber.detector.find(text)
    ]
    return Redaction(
        text=scrubbed,
        engine=scrubber.detector.engine,
        level=chosen,
        counts=dict(scrubber.counts.most_common()),
        replacements=replacements,
    )


def _read_salt(config: Config) -> bytes:
    try:
        return config.salt.read_bytes()[:64]
    except OSError:
        return secrets.token_bytes(32)


def read_text(name: str, stdin: bytes | None) -> str:
    """Return the text of a file, or of standard input if the name is ``-``.

    Raises:
        SourceError: the file cannot be read.
    """
    try:
        content = (stdin or b"") if name == "-" else Path(name).read_bytes()
    except OSError as exc:
        raise SourceError(f"{name} cannot be read: {exc.strerror}. Nothing was changed.") from exc
    return content.decode("utf-8", "replace")


def audit(config: Config, level: str | None = None, engine: str | None = None) -> Audit:
    """Search the data folder with the second engine for everything that still looks like a secret.

    Outside tools that lie there are skipped: they are other people's files, identified by their hash.

    Raises:
        SourceError: there is no data folder.
    """
    home = config.home
    if not home.is_dir():
        raise SourceError(f"there is no data folder at {home}. Nothing is stored yet: twiceshy ingest")
    chosen = RedactionLevel(level or config.privacy_level)
    search = _Search(build_detector(load_rules(), chosen, engine=engine or list_match_libraries()[-1]), home)
    for folder, below, names in os.walk(home):
        if Path(folder) == home and TOOLS_FOLDER in below:
            below.remove(TOOLS_FOLDER)
        for name in sorted(names):
            search.search_file(Path(folder) / name)
    search.finish()
    return Audit(
        home=str(home),
        engine=search.detector.engine,
        level=chosen,
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


class _Search:
    """One pass over the bytes of a data folder, and one over its cells."""

    def __init__(self, detector: Detector, home: Path) -> None:
        self.detector = detector
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
            stored = is_database(path)
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
                alone = self.detector.find_encoded([run[span.start : span.end] for run, span in found])
                self._doubtful += [
                    _DoubtfulMatch(
                        name,
                        offset,
                        span.kind,
                        span.rule,
                        *_find_edges(run, span.start, span.end, alone=number in alone),
                    )
                    for number, (run, span) in enumerate(found)
                ]
            else:
                self._add(name, None, str(offset), None, Counter((span.kind, span.rule) for _, span in found))

    def _search_database(self, path: Path, name: str, seen: set[tuple[bytes, bool]]) -> None:
        waiting: list[tuple[str, str, str]] = []
        contents: list[bytes] = []
        size = 0
        for cell in read_cells(path):
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
