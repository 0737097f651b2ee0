"""One file of commits and chats: byte for byte as the first collector's rules have it."""

import csv
import io
import json
from typing import Any

import pytest

from twiceshy.records.exports import ExportRow, ExportValue
from twiceshy_data.export.seed_mix import CellLimits, MixedTable, encode_line, mix_chat, mix_commit, write_object

COMMIT: dict[str, ExportValue] = {
    "hash": b"\x01",
    "message": 'Mend "x"\n\nwhy: ✓',
    "timestamp": "2026-11-01T10:00:00+05:30",
    "files_changed": ["a.py", "b.py"],
    "insertions": 3,
    "deletions": None,
    "branch": None,
    "session_id": None,
}
CHAT: dict[str, ExportValue] = {
    "timestamp": "2026-11-02T10:00:00.000Z",
    "session_id": "s-01",
    "query": "do it",
    "response": "done, all",
    "files_referenced": ["a.py"],
    "files_modified": ("a.py",),
    "tools_used": ["Read", "Edit"],
}
RECORDS = [mix_commit(ExportRow("1", COMMIT)), mix_chat(ExportRow("c", CHAT))]
LINES = r"""{"type": "commit", "timestamp": "2026-11-01T10:00:00+05:30", "input": "Mend \"x\"\n\nwhy: ✓", "output": "", "context": {"files": ["a.py", "b.py"], "session_id": "", "tools_used": [], "insertions": 3, "deletions": 0, "branch": ""}}
{"type": "chat", "timestamp": "2026-11-02T10:00:00.000Z", "input": "do it", "output": "done, all", "context": {"files": ["a.py", "a.py"], "session_id": "s-01", "tools_used": ["Read", "Edit"]}}
"""  # noqa: E501  # as it stands in the file
TABLE = (
    "type,timestamp,input,output,session_id,files,tools_used\r\n"
    'commit,2026-11-01T10:00:00+05:30,"Mend ""x""\n\nwhy: ✓",,,a.py; b.py,\r\n'
    'chat,2026-11-02T10:00:00.000Z,do it,"done, all",s-01,a.py; a.py,Read; Edit\r\n'
)
OBJECT: dict[str, list[Any]] = {
    "type": ["commit", "chat"],
    "timestamp": ["2026-11-01T10:00:00+05:30", "2026-11-02T10:00:00.000Z"],
    "input": ['Mend "x"\n\nwhy: ✓', "do it"],
    "output": ["", "done, all"],
    "session_id": ["", "s-01"],
    "files": [["a.py", "b.py"], ["a.py", "a.py"]],
    "tools_used": [[], ["Read", "Edit"]],
}


def test_lines_are_those_of_the_first_collector() -> None:
    """Keys in its order, a blank behind each sign, nothing escaped but what must be."""
    assert b"".join(map(encode_line, RECORDS)).decode() == LINES


def test_the_table_is_that_of_the_first_collector() -> None:
    """Several values in a cell have a semicolon between them; lines end as in a mail."""
    table = MixedTable(CellLimits())

    assert (table.head + b"".join(map(table.encode, RECORDS))).decode() == TABLE
    assert table.cut_cells == 0


@pytest.mark.parametrize(("limits", "cut"), [(CellLimits(3, 4, 5), 5), (CellLimits(5), 1), (CellLimits(files=400), 0)])
def test_cells_are_cut_where_that_is_asked_for(limits: CellLimits, cut: int) -> None:
    """By characters, and counted."""
    table = MixedTable(limits)
    rows = list(csv.reader(io.StringIO((table.head + b"".join(map(table.encode, RECORDS))).decode(), newline="")))

    assert table.cut_cells == cut
    assert [row[2] for row in rows[1:]] == [text[: limits.input or None] for text in OBJECT["input"]]
    assert [row[5] for row in rows[1:]] == ["; ".join(names)[: limits.files or None] for names in OBJECT["files"]]


@pytest.mark.parametrize("records", [RECORDS, []], ids=["two", "none"])
def test_the_one_object_is_that_of_the_first_collector(records: list[object]) -> None:
    """Lists by column, indented by two."""
    written = b"".join(write_object(lambda: RECORDS if records else []))

    assert written.decode() == json.dumps(
        OBJECT if records else {key: [] for key in OBJECT}, indent=2, ensure_ascii=False
    )
