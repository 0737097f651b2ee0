"""A project's licence is read from its folder on this machine, and only there."""

import os
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.wings.data.dataset.licences import NOT_STATED
from twiceshy.wings.data.rows.project_licences import read_licence, read_licences

UNLICENSE = "This is free and unencumbered software released into the public domain.\n"


def test_each_stored_project_has_one(tmp_path: Path) -> None:
    """From the top of its repository; a folder that is gone states none."""
    (tmp_path / "shop" / ".git").mkdir(parents=True)
    (tmp_path / "shop" / "web").mkdir()
    (tmp_path / "shop" / "LICENSE").write_text(UNLICENSE)
    folders = {"shop": [tmp_path / "gone", tmp_path / "shop" / "web"], "old": [tmp_path / "old"], "far": [Path("x")]}
    with Store.open(tmp_path / "home") as store, store.begin_writing() as connection:
        for key, (name, own) in enumerate(folders.items(), 1):
            connection.execute("INSERT INTO project (id, identity, name) VALUES (?, ?, ?)", (key, name, name))
            for number, folder in enumerate(own):
                connection.execute(
                    """INSERT INTO session (uid, agent, native_id, project_id, cwd, last_at)
                    VALUES (randomblob(16), 'claude-code', 'one', ?, ?, ?)""",
                    (key, str(folder), f"2026-11-2{number}T10:00:00.000Z"),
                )
        found = read_licences(store)

    assert found == {"shop": "Unlicense", "old": NOT_STATED, "far": NOT_STATED}


@pytest.mark.parametrize("name", ["LICENSE", "license.txt", "COPYING", "UNLICENSE.md", "Licence"])
def test_a_licence_file_has_many_names(tmp_path: Path, name: str) -> None:
    """Licences of what is only used say nothing of the project."""
    (tmp_path / name).write_text(UNLICENSE)
    (tmp_path / "LICENSES-THIRD-PARTY").write_text("others")
    (tmp_path / "LICENSES").mkdir()

    assert read_licence(tmp_path) == "Unlicense"


def test_what_cannot_be_read_states_nothing(tmp_path: Path) -> None:
    """A link out of the folder, a pipe, bytes that are no text, a file that never ends."""
    (tmp_path / "elsewhere").write_text(UNLICENSE)
    kinds = ("link", "pipe", "bytes", "large")
    for kind in kinds:
        (tmp_path / kind).mkdir()
    (tmp_path / "link" / "LICENSE").symlink_to(tmp_path / "elsewhere")
    os.mkfifo(tmp_path / "pipe" / "LICENSE")
    (tmp_path / "bytes" / "LICENSE").write_bytes(b"\xff\xfe")
    (tmp_path / "large" / "LICENSE").write_text(UNLICENSE + " " * 300_000)

    assert {kind: read_licence(tmp_path / kind) for kind in kinds} == dict.fromkeys(kinds, NOT_STATED)
