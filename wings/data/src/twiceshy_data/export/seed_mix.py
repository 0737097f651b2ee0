"""Commits and chats in one file, byte for byte as the first collector wrote it: JSON lines, CSV, or one JSON object.

One record has ``type``, ``timestamp``, ``input``, ``output`` and ``context``. The order is that of the time as text,
commits before chats, as scripts made for that file expect it.
"""

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from twiceshy.records.exports import ExportRow, ExportValue

NAMES: Final = ("type", "timestamp", "input", "output", "session_id", "files", "tools_used")
"""Columns of the table, and keys of the one object."""


class MixedRecord(NamedTuple):
    """One commit or chat."""

    type: str
    timestamp: str
    input: str
    output: str
    context: dict[str, ExportValue]

    @property
    def values(self) -> dict[str, ExportValue]:
        """By the names of the table."""
        own = {name: self.context.get(name, "" if name == "session_id" else []) for name in NAMES[4:]}
        return {**dict(zip(NAMES, self, strict=False)), **own}


class CellLimits(NamedTuple):
    """Most characters of cells of the table; 0: all."""

    input: int = 0
    output: int = 0
    files: int = 0


def mix_commit(row: ExportRow) -> MixedRecord:
    """Return a commit's record; its output is empty where nobody knows what its diff did."""
    get = row.values.get
    context: dict[str, ExportValue] = {
        "files": _list_texts(get("files_changed")),
        "session_id": _to_text(get("session_id")),
        "tools_used": [],
        "insertions": get("insertions") or 0,
        "deletions": get("deletions") or 0,
        "branch": _to_text(get("branch")),
    }
    return MixedRecord(
        "commit", _to_text(get("timestamp")), _to_text(get("message")), _to_text(get("diff_summary")), context
    )


def mix_chat(row: ExportRow) -> MixedRecord:
    """Return a chat's record; a file that was read and changed stands in it twice."""
    get = row.values.get
    context: dict[str, ExportValue] = {
        "files": [*_list_texts(get("files_referenced")), *_list_texts(get("files_modified"))],
        "session_id": _to_text(get("session_id")),
        "tools_used": _list_texts(get("tools_used")),
    }
    return MixedRecord("chat", _to_text(get("timestamp")), _to_text(get("query")), _to_text(get("response")), context)


def encode_line(record: MixedRecord) -> bytes:
    """Return the record as a line of JSON."""
    return _encode(json.dumps(record._asdict(), ensure_ascii=False) + "\n")


class MixedTable:
    """Records as CSV; counts the cells that it cut."""

    head: Final = (",".join(NAMES) + "\r\n").encode()

    def __init__(self, limits: CellLimits) -> None:
        self._limits = limits
        self.cut_cells = 0

    def encode(self, record: MixedRecord) -> bytes:
        """Return the record as a line."""
        joined = {name: "; ".join(_list_texts(record.context.get(name))) for name in ("files", "tools_used")}
        cells = [
            record.type,
            record.timestamp,
            self._cut(record.input, self._limits.input),
            self._cut(record.output, self._limits.output),
            _to_text(record.context.get("session_id")),
            self._cut(joined["files"], self._limits.files),
            joined["tools_used"],
        ]
        out = io.StringIO()
        csv.writer(out).writerow(cells)
        return _encode(out.getvalue())

    def _cut(self, text: str, most: int) -> str:
        if not most or len(text) <= most:
            return text
        self.cut_cells += 1
        return text[:most]


def write_object(read: Callable[[], Iterable[MixedRecord]]) -> Iterator[bytes]:
    """Yield the pieces of one object of lists by column; ``read`` gives the records, once for each column."""
    yield b"{"
    for number, name in enumerate(NAMES):
        yield _encode(f'{"," * bool(number)}\n  "{name}": [')
        begun = False
        for record in read():
            value = json.dumps(record.values[name], ensure_ascii=False, indent=2).replace("\n", "\n    ")
            yield _encode(f"{',' * begun}\n    {value}")
            begun = True
        yield b"\n  ]" if begun else b"]"
    yield b"\n}"


def _encode(text: str) -> bytes:
    return text.encode(errors="backslashreplace")


def _to_text(value: ExportValue) -> str:
    return "" if value is None else str(value)


def _list_texts(value: ExportValue) -> list[str]:
    return list(map(str, value)) if isinstance(value, Sequence) and not isinstance(value, str | bytes) else []
