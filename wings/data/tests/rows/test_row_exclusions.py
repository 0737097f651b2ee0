"""What `contribute.exclude` names is in nothing that a model learns from, whichever way a row tells of it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.archive.reads.quality_facts import read_places
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.records.exports import ExportRow, ExportValue, RowOrigin
from twiceshy_data.dataset.consents import NeverCounted
from twiceshy_data.dataset.licences import NOT_STATED
from twiceshy_data.rows.row_exclusions import RowExclusions, find_never_counted, read_licence, read_licences


def is_excluded(config: Config, name: str, **values: ExportValue) -> bool:
    """Of a row of the newest session, and of another project first."""
    with Store.open(config.home, readonly=True) as store:
        place = read_places(store.connection, Scope())[0]
        never = find_never_counted(replace(config, contribute_exclude=(name.format(*place[1:]),)), store)
        origin = RowOrigin("remote:host/else/where", place.uid, None, (place.project,))
        assert never is not None
        return RowExclusions(store, never).has_row(ExportRow("l-1", values, origin))


@pytest.mark.parametrize("name", ["{0}", "{1}", "{2}", "{2}/", "host/else/where"])
def test_a_row_is_of_its_projects_and_its_folder(sample: Config, name: str) -> None:
    """By identity, by name, by the working folder, and by a lesson's further project."""
    assert is_excluded(sample, name)
    assert not is_excluded(sample, f"{name}x")


@pytest.mark.parametrize(
    "values",
    [
        {"path": "plan/a.py"},
        {"target": "plan/a.py"},
        {"files_referenced": ["b.py", "plan/a.py"]},
        {"meta": {"paths": ["plan/a.py"]}},
        {"meta": {"path": "plan/a.py"}},
    ],
)
def test_a_row_is_of_the_files_that_it_names(sample: Config, values: dict[str, ExportValue]) -> None:
    """Told from the project's top, while the folder is named as a whole."""
    assert is_excluded(sample, "{2}/plan", **values)
    assert not is_excluded(sample, "{2}/plans", **values)


def test_a_dialogue_is_of_all_that_its_session_touched(sample: Config) -> None:
    """Its files stand in no column."""
    with Store.open(sample.home, readonly=True) as store:
        place = read_places(store.connection, Scope())[0]
        (path,) = store.connection.execute(
            "SELECT c.path FROM call c JOIN session s ON s.id = c.session_id WHERE s.uid = ? AND c.path LIKE '%/%'",
            (place.uid,),
        ).fetchone()

    assert is_excluded(sample, f"{{2}}/{Path(path).parent}", messages=[])
    assert not is_excluded(sample, f"{{2}}/{Path(path).parent}", prompt="hello")


def test_a_text_that_names_the_folder_is_left_out(sample: Config) -> None:
    """However deep it stands."""
    assert is_excluded(sample, "/srv/plan", messages=[{"role": "user", "content": "look into /srv/plan, please"}])
    assert not is_excluded(sample, "/srv/plan", prompt="look into /srv/planet")


def test_the_users_own_folder_may_be_a_tilde(sample: Config) -> None:
    """The store has it as a whole, without the user's name."""
    with Store.open(sample.home, readonly=True) as store:
        never = find_never_counted(replace(sample, contribute_exclude=("~/plan",)), store)

    assert isinstance(never, NeverCounted)
    assert never.has_path(str(Path.home() / "plan" / "a.py"))
    assert not never.has_path(str(Path.home() / "planet"))


def test_nothing_is_excluded_unasked(sample: Config) -> None:
    """No rows are looked at."""
    with Store.open(sample.home, readonly=True) as store:
        assert find_never_counted(sample, store) is None


# A project's licence is read from its folder on this machine, and only there.

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
