"""Entire's checkpoints: which files belong together, and what their metadata says."""

import pytest

from twiceshy.base.errors import SourceError
from twiceshy_git.memory.formats.entire import SessionFiles, SessionNote, parse_note, sort_files


def test_a_session_has_its_metadata_and_the_parts_of_its_log() -> None:
    """Numbers have gaps; a log goes on in numbered files; what has no metadata is no session."""
    files = {
        "metadata.json": "r",
        "3/metadata.json": "m3",
        "0/full.jsonl.010": "p10",
        "0/full.jsonl.002": "p2",
        "0/full.jsonl": "p0",
        "0/metadata.json": "m0",
        "0/full.jsonl.bak": "x",
        "1/full.jsonl": "x",
        "3/raw_transcript": "q",
        "0/tasks/t/metadata.json": "x",
    }

    assert sort_files(files) == [SessionFiles(0, "m0", ("p0", "p2", "p10")), SessionFiles(3, "m3", ("q",))]


NOTES = [
    (b'{"session_id": "s", "agent": "Codex", "created_at": "t", "x": 1}', SessionNote("s", "Codex", "t")),
    (b'{"session_id": "s", "agent": null}', SessionNote("s", "", "")),
    (
        b'{"session_id": "2026-01-21-de1ed521-f8fc-44f4-b8a3-970e99616ca2"}',
        SessionNote("de1ed521-f8fc-44f4-b8a3-970e99616ca2", "", ""),
    ),
]


@pytest.mark.parametrize(("text", "note"), NOTES)
def test_metadata_names_the_session(text: bytes, note: SessionNote) -> None:
    """Missing keys and keys of other types are unknown."""
    assert parse_note(text) == note


@pytest.mark.parametrize("text", [b"", b"torn {", b"[]", b'{"session_id": 7}', b'{"agent": "x"}', b"[" * 9999, b"\xff"])
def test_what_is_no_metadata_is_refused(text: bytes) -> None:
    """With the house's own error."""
    with pytest.raises(SourceError):
        parse_note(text)
