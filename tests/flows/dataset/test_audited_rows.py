"""Rows as they may leave: at the strict level none says where it came to be."""

from twiceshy.flows.dataset.audited_rows import hide_whereabouts
from twiceshy.records.exports import ExportRow, RowOrigin


def test_meta_names_no_project_path_or_session() -> None:
    """What else is known of the row stays; a row without ``meta`` is the same."""
    origin = RowOrigin("p", b"s", None)
    meta = {"id": "1", "project": "shop", "path": "a.py", "session_id": "s-1", "agent": "codex"}
    row = ExportRow("s-1", {"meta": meta, "agent": "codex"}, origin)
    plain = ExportRow("s-1", {"agent": "codex"}, origin)

    assert hide_whereabouts(row).values == {"meta": {"id": "1", "agent": "codex"}, "agent": "codex"}
    assert hide_whereabouts(plain) is plain
