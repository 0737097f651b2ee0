"""Listing: logs by their names, repositories by their folders, a team and a hashed person from the path."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from twiceshy.base.errors import UsageError
from twiceshy.records.fleet import FleetWish
from twiceshy.wings.fleet.recipes.list_inputs import find_rules, hash_name, list_inputs, spell_address

SECRET = b"s" * 32


def put(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("{}\n")
    return path


def test_team_and_person_are_parts_of_the_path(tmp_path: Path) -> None:
    """Of the person a hash is kept; a log that lies higher has neither."""
    log = put(tmp_path / "logs/web/ann/claude/s.jsonl")
    other = put(tmp_path / "logs/web/bob/s.jsonl")
    high = put(tmp_path / "logs/s.jsonl")
    wish = FleetWish(output="/o", logs=(str(tmp_path / "logs"),), team_at=1, person_at=2)

    found = {one.place: one for one in list_inputs(wish, SECRET).inputs}

    assert [found[str(path)].team for path in (log, other, high)] == ["web", "web", ""]
    assert found[str(log)].person == hash_name(SECRET, "person", "ann") != found[str(other)].person
    assert found[str(high)].person == ""
    assert found[str(log)].size == 3
    assert not any("ann" in (one.team, one.person) for one in found.values())


def test_other_files_are_not_listed(tmp_path: Path) -> None:
    """Nothing is opened to know that; what can be a log by its name is."""
    names = ("a.jsonl", "b.json", "c.md", "d.db", "e.log", "f.traj", "g.py", "h.db-wal", "i", "j.png")
    for name in names:
        put(tmp_path / "logs" / name)

    found = list_inputs(FleetWish(output="/o", logs=(str(tmp_path / "logs"),)), SECRET)

    assert [Path(one.place).name for one in found.inputs] == ["a.jsonl", "b.json", "c.md", "d.db", "e.log", "f.traj"]
    assert found.aside == []


def test_repositories_are_listed_with_their_team(tmp_path: Path) -> None:
    """A work tree of another one is set aside, with the reason."""
    shop = tmp_path / "git/web/shop.git"
    subprocess.run(["git", "init", "-q", "--bare", str(shop)], check=True)
    put(tmp_path / "git/web/tree/.git")
    wish = FleetWish(output="/o", repositories=(str(tmp_path / "git"),), team_at=1)

    found = list_inputs(wish, SECRET)

    assert [(one.kind, one.place, one.team) for one in found.inputs] == [("repository", str(shop), "web")]
    assert [(one.place, one.stamp) for one in found.aside] == [(str(tmp_path / "git/web/tree"), "")]


@pytest.mark.skipif(sys.platform == "darwin", reason="its file system takes names in UTF-8 only")
def test_a_name_that_is_no_text_is_set_aside(tmp_path: Path) -> None:
    """It could not be written down, and the next run would not find it."""
    put(tmp_path / "logs/a.jsonl")
    Path(os.fsdecode(os.fsencode(tmp_path / "logs") + b"/\xe9.jsonl")).write_text("{}")

    found = list_inputs(FleetWish(output="/o", logs=(str(tmp_path / "logs"),)), SECRET)

    assert len(found.inputs) == 1
    assert [(one.place, one.reason) for one in found.aside] == [
        (f"{tmp_path}/logs/\\udce9.jsonl", "its name is not UTF-8: rename it")
    ]
    assert spell_address("é") == "é"


def test_links_to_logs_are_named_and_others_are_not(tmp_path: Path) -> None:
    """A work tree is full of links that nobody would take for a log."""
    log = put(tmp_path / "elsewhere/a.jsonl")
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.jsonl").symlink_to(log)
    (tmp_path / "logs/node_modules").symlink_to(tmp_path / "elsewhere")

    found = list_inputs(FleetWish(output="/o", logs=(str(tmp_path / "logs"),)), SECRET)

    assert found.inputs == []
    assert [Path(one.place).name for one in found.aside] == ["a.jsonl"]


@pytest.mark.parametrize(
    ("wish", "says"),
    [
        (FleetWish(output="/o", logs=("/none/such",)), "there is no /none/such"),
        (FleetWish(output="/o", repositories=("/none/such",)), "there is no folder /none/such"),
        (FleetWish(output="/o", repositories=("s3://b/git",)), "git cannot read a repository in s3://b/git"),
    ],
)
def test_a_place_that_is_none_is_refused(wish: FleetWish, says: str) -> None:
    """A mistyped folder must not look like an empty one."""
    with pytest.raises(UsageError, match=says):
        list_inputs(wish, SECRET)


def test_the_rules_are_this_packages_files() -> None:
    """They stay the same while nothing changes, on whatever machine."""
    words = "from twiceshy.wings.fleet.recipes.list_inputs import find_rules; print(find_rules())"
    other = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True, cwd="/")

    assert other.stdout.strip() == find_rules()
    assert len(find_rules()) == 32
