"""archive.hook_files: the script's settings and notes; what cannot be read is empty."""

import os
from pathlib import Path

import pytest

from twiceshy.archive import hook_files
from twiceshy.base.config import Config
from twiceshy.records.upkeep import HookEntry


@pytest.fixture
def folder(tmp_path: Path) -> hook_files.HookFolder:
    found = hook_files.folder_of(Config(home=tmp_path))
    found.path.mkdir()
    return found


def test_all_files_lie_in_one_folder_of_the_data_folder(folder: hook_files.HookFolder, tmp_path: Path) -> None:
    """Each under a name of its own."""
    paths = {folder.script, folder.settings, folder.entries, folder.stamp}
    assert {path.parent for path in paths} == {tmp_path / "hooks"}
    assert len(paths) == 4
    assert folder.script.suffix == ".py"


def test_a_relative_data_folder_is_made_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Agents start the script from other folders."""
    monkeypatch.chdir(tmp_path)
    assert hook_files.folder_of(Config(home=Path("data"))).path == tmp_path / "data" / "hooks"


def test_nothing_is_known_of_what_is_not_there(folder: hook_files.HookFolder) -> None:
    """Nor is it an error."""
    assert hook_files.read_settings(folder) == {}
    assert hook_files.read_entries(folder) == []
    assert hook_files.read_notes(folder) == []


def test_settings_are_lines_with_a_name_and_a_value(folder: hook_files.HookFolder) -> None:
    """A value may have an equals sign; other lines are no settings."""
    folder.settings.write_text("home=/a=b\nnothing\nempty=\n", encoding="utf-8")
    assert hook_files.read_settings(folder) == {"home": "/a=b", "empty": ""}


def test_entries_come_back_as_they_were_written(folder: hook_files.HookFolder) -> None:
    """Private, with nothing beside them; a broken record is none."""
    entry = HookEntry(
        agent="codex",
        path=Path("/home/ann/x.json"),
        created=True,
        folder_created=False,
        made=["hooks"],
        insertions=[(3, "{}")],
        digest="aa",
    )
    hook_files.write_entries(folder, [entry])
    hook_files.write_entries(folder, [entry, entry])

    assert hook_files.read_entries(folder) == [entry, entry]
    assert list(folder.path.iterdir()) == [folder.entries]
    if os.name != "nt":
        assert folder.entries.stat().st_mode & 0o777 == 0o600
    for broken in ("{", "[1]", '[{"path": "x"}]'):
        folder.entries.write_text(broken, encoding="utf-8")
        assert hook_files.read_entries(folder) == []


def test_notes_are_read_oldest_first(folder: hook_files.HookFolder) -> None:
    """Without comments and empty lines, whatever bytes are in them."""
    (folder.path / "failures").write_bytes(b"# head\nfirst\n\nsecond \xff\n")
    assert hook_files.read_notes(folder) == ["first", "second \ufffd"]
