"""Files to be carried are whole or not there, and what was damaged on the way is said."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
import zstandard

from twiceshy.base.errors import SourceError, StoreUnwritable
from twiceshy.privacy.wire.wire_rows import LONGEST_LINE
from twiceshy.records.team import WaitingRow
from twiceshy_team.remote.file_target import list_files, read_lines, write_rows

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def rows(count: int) -> list[WaitingRow]:
    """Rows whose lines are numbers."""
    return [
        WaitingRow(id=number.to_bytes(16, "big"), rev=0, kind="execution", body=b'{"n":%d}' % number)
        for number in range(count)
    ]


def test_lines_come_back_as_they_were_written(tmp_path: Path) -> None:
    """From a folder that was made for them, private to its owner."""
    folder = tmp_path / "new" / "folder"
    path = write_rows(folder, rows(5000), NOW)
    again = write_rows(folder, rows(1), NOW)

    assert list(read_lines(path)) == [row.body for row in rows(5000)]
    assert path.name.startswith("twiceshy-20261123T090000Z-")
    assert list_files([folder]) == sorted([path, again])
    assert list_files([again, path]) == [again, path]
    if os.name != "nt":
        assert (path.stat().st_mode & 0o777, folder.stat().st_mode & 0o777) == (0o600, 0o700)


def test_files_put_together_are_read_as_one(tmp_path: Path) -> None:
    """As `cat` does it."""
    one, two = (write_rows(tmp_path, rows(count), NOW) for count in (3, 4))
    both = tmp_path / "both.jsonl.zst"
    both.write_bytes(one.read_bytes() + two.read_bytes())

    assert len(list(read_lines(both))) == 7


@pytest.mark.parametrize("share", [0, 0.3, 0.9, 0.98])
def test_a_file_that_was_cut_is_said(tmp_path: Path, share: float) -> None:
    """What it still holds is not taken for all."""
    path = write_rows(tmp_path, rows(3000), NOW)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])

    with pytest.raises(SourceError, match="Copy it again"):
        list(read_lines(path))


def test_what_is_no_file_of_ours_is_said(tmp_path: Path) -> None:
    """Not there, not packed, a line without an end."""
    (tmp_path / "text").write_text("hello")
    (tmp_path / "long").write_bytes(zstandard.ZstdCompressor().compress(bytes(LONGEST_LINE * 20)))
    for name, words in (("none", "No such file"), ("text", "did not pack it"), ("long", "no row")):
        with pytest.raises(SourceError, match=words):
            list(read_lines(tmp_path / name))


def test_a_folder_that_cannot_be_written_keeps_the_rows_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of the file is left, whatever the system refuses."""
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreUnwritable, match="still wait"):
        write_rows(tmp_path / "file", rows(1), NOW)

    def refuse(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(StoreUnwritable, match="No space left"):
        write_rows(tmp_path / "full", rows(1), NOW)
    assert list((tmp_path / "full").iterdir()) == []
