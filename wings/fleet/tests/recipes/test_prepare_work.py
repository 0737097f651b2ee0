"""From places to work: two people's clones are one project, a second run opens nothing, a killed one loses nothing."""

import os
import subprocess
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.logs.builders import Log, a_session

from twiceshy.base.spread import FailedItem, LostItem, spread
from twiceshy.records.fleet import FleetInput, FleetListing, FleetWish, InputFigures, ShardReceipt
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.planning.changes import mark_read
from twiceshy_fleet.recipes import prepare_work as room
from twiceshy_fleet.recipes.list_inputs import look_at_pack
from twiceshy_fleet.recipes.prepare_work import count_inputs, prepare_work

pytest.importorskip("pyarrow")
NOW = datetime(2026, 11, 23, tzinfo=UTC)
SECRET = b"s" * 32


def dump(log: Log) -> bytes:
    return b"\n".join([*log.lines(), b""])


class Fleet:
    """A fleet in a scratch folder."""

    def __init__(self, folder: Path) -> None:
        self.logs, self.git = folder / "logs", folder / "git"
        self.logs.mkdir()
        self.git.mkdir()
        self.manifest = Manifest(open_place(str(folder / "out")))
        self.wish = FleetWish(
            output=str(folder / "out"), logs=(str(self.logs),), repositories=(str(self.git),), team_at=1
        )

    def log(self, name: str, cwd: str, seed: str = "", words: str = "hello") -> Path:
        path = self.logs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(dump(a_session(seed or name, cwd).prompt(words)))
        return path

    def repository(self, name: str, remote: str = "") -> Path:
        path = self.git / name
        subprocess.run(["git", "init", "-q", str(path)], check=True)
        if remote:
            subprocess.run(["git", "-C", str(path), "remote", "add", "origin", remote], check=True)
        return path

    def prepare(self, *, again: bool = False, rules: str = "r", **more: Any) -> FleetListing:
        return prepare_work(replace(self.wish, again=again), self.manifest, SECRET, now=NOW, rules=rules, **more)

    def work(self, listing: FleetListing) -> None:
        """What a run does: a receipt for each shard, then the manifest."""
        for one in listing.works:
            self.manifest.write_receipt(ShardReceipt(shard=one.shard, given=one.given, state="done"))
        self.manifest.write_inputs(mark_read(listing.inputs, listing.works))


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    return Fleet(tmp_path)


def group_of(listing: FleetListing, path: Path) -> str:
    return next(one.group for one in listing.inputs if one.place == str(path))


def test_two_peoples_clones_are_one_project_with_its_repository(fleet: Fleet) -> None:
    """By the name of their folders, which one repository of the team has; another team's is another project."""
    repository = fleet.repository("web/shop", "https://git.test/web/shop")
    ann, bob = fleet.log("web/ann/a.jsonl", "/home/ann/shop"), fleet.log("web/bob/b.jsonl", "/Users/bob/src/Shop")
    other = fleet.log("ops/kim/c.jsonl", "/home/kim/shop")

    found = fleet.prepare()

    assert group_of(found, ann) == group_of(found, bob) == group_of(found, repository) != group_of(found, other)
    known = {one.place: one.known_as for one in found.inputs}
    assert known == {
        str(ann): "remote:git.test/web/shop",
        str(bob): "remote:git.test/web/shop",
        str(other): "",
        str(repository): "remote:git.test/web/shop",
    }


def test_a_name_that_two_repositories_have_joins_nothing(fleet: Fleet) -> None:
    """Each folder is its own project then."""
    fleet.repository("web/old/shop", "https://git.test/old/shop")
    fleet.repository("web/new/shop", "https://git.test/new/shop")
    ann, bob = fleet.log("web/ann/a.jsonl", "/home/ann/shop"), fleet.log("web/bob/b.jsonl", "/home/bob/shop")

    found = fleet.prepare()

    assert len({one.group for one in found.inputs}) == 4
    assert group_of(found, ann) != group_of(found, bob)


def test_files_of_one_session_are_worked_on_together(fleet: Fleet) -> None:
    """Wherever they lie, and also where the second comes a day later."""
    first = fleet.log("web/a.jsonl", "/home/ann/shop", seed="same")
    fleet.work(fleet.prepare())
    second = fleet.log("web/b.jsonl", "/home/ann/other", seed="same")
    third = fleet.log("web/c.jsonl", "/home/ann/other", seed="another")

    found = fleet.prepare()

    assert group_of(found, first) == group_of(found, second) == group_of(found, third)


def test_a_second_run_has_no_work_and_opens_nothing(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is new touches its own shard only."""
    fleet.repository("web/shop")
    fleet.log("web/a.jsonl", "/home/ann/shop")
    (fleet.logs / "notes.md").write_text("nobody's")
    first = fleet.prepare()
    fleet.work(first)
    monkeypatch.setattr(room, "look_at_pack", None)
    before = {path: path.stat().st_mtime_ns for path in (fleet.logs.parent / "out").rglob("*")}

    second = fleet.prepare()

    assert [len(one.changed) for one in first.works] == [2]
    assert second.works == ()
    assert (second.fresh, second.changed, second.gone) == (0, 0, 0)
    assert {path: path.stat().st_mtime_ns for path in (fleet.logs.parent / "out").rglob("*")} == before


def test_a_run_that_was_killed_has_looked_and_not_read(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """The next one opens nothing to find the same work."""
    fleet.log("web/a.jsonl", "/home/ann/shop")
    first = fleet.prepare()
    monkeypatch.setattr(room, "look_at_pack", None)

    assert fleet.prepare().works == first.works != ()


@pytest.mark.parametrize(
    ("change", "changed", "works"),
    [
        pytest.param("grow", 1, 1, id="a log that grew"),
        pytest.param("rewrite", 1, 1, id="a log of the same size"),
        pytest.param("touch", 1, 0, id="a copy with a new time"),
        pytest.param("remove", 0, 0, id="a log that is gone"),
    ],
)
def test_only_a_changed_content_is_work(fleet: Fleet, change: str, changed: int, works: int) -> None:
    """A log that is gone stays known, with its shard."""
    path = fleet.log("web/a.jsonl", "/home/ann/shop", words="hello")
    fleet.log("web/z.jsonl", "/home/ann/shop")
    fleet.work(fleet.prepare())
    at = path.stat().st_mtime_ns
    if change == "remove":
        path.unlink()
    elif change == "grow":
        path.write_bytes(path.read_bytes() + dump(a_session("more", "/home/ann/shop").prompt("hello")))
    elif change == "rewrite":
        path.write_bytes(path.read_bytes().replace(b"hello", b"hallo"))
    if change != "remove":
        os.utime(path, ns=(at + 10**9, at + 10**9))

    found = fleet.prepare()
    fleet.work(found)

    assert (found.changed, len(found.works)) == (changed, works)
    assert [one.changed for one in found.works] == [(str(path),)] * works
    assert found.gone == (change == "remove")
    assert fleet.prepare().works == ()


def test_a_new_commit_touches_the_shard_of_its_project(fleet: Fleet) -> None:
    """And no other; no file of the work tree matters."""
    shop = fleet.repository("web/shop")
    fleet.log("web/a.jsonl", "/home/ann/shop")
    fleet.log("web/b.jsonl", "/home/ann/api")
    fleet.work(fleet.prepare())
    (shop / "file").write_text("x")
    assert fleet.prepare().works == ()
    subprocess.run(["git", "-C", str(shop), "commit", "-q", "--allow-empty", "-m", "x"], check=True)

    (found,) = fleet.prepare().works

    assert found.changed == (str(shop),)


def test_changed_rules_touch_all_shards(fleet: Fleet) -> None:
    """Without reading a log again."""
    fleet.log("web/a.jsonl", "/home/ann/shop")
    fleet.work(fleet.prepare())

    assert [one.changed for one in fleet.prepare(rules="s").works] == [()]


def test_what_cannot_be_read_is_set_aside_once(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not opened again before it changes, or somebody asks."""
    path = fleet.log("web/a.jsonl", "/home/ann/shop")
    good = fleet.log("web/b.jsonl", "/home/ann/shop")
    looks = look_at_pack

    def refuse(desk: Any, pack: tuple[FleetInput, ...]) -> Any:
        return tuple(
            one._replace(agent="", project="", reason="odd") if one.place == str(path) else one
            for one in looks(desk, pack)
        )

    monkeypatch.setattr(room, "look_at_pack", refuse)
    first = fleet.prepare()
    monkeypatch.setattr(room, "look_at_pack", None)
    second = fleet.prepare()
    monkeypatch.setattr(room, "look_at_pack", looks)
    third = fleet.prepare(again=True)

    assert [(one.place, one.reason) for one in first.aside] == [(str(path), "odd")]
    assert second.aside == first.aside
    assert [[one.place for one in work.inputs] for work in second.works] == [[str(good)]]
    assert third.aside == ()
    assert sorted(one.place for work in third.works for one in work.inputs) == [str(path), str(good)]


@pytest.mark.parametrize("kind", [FailedItem, LostItem])
def test_an_input_that_ends_its_worker_hides_no_other(fleet: Fleet, kind: type) -> None:
    """The others of its pack are looked at all the same."""
    bad = fleet.log("web/a.jsonl", "/home/ann/shop")
    good = fleet.log("web/b.jsonl", "/home/ann/shop")

    def engine(
        function: Callable[..., Any], items: Iterable[Any], *, setup: Callable[[], Any], processes: int
    ) -> Iterator[Any]:
        for item in items:
            if any(one.place == str(bad) for one in item):
                yield (
                    LostItem(item=item, reason="killed by signal 9")
                    if kind is LostItem
                    else FailedItem(item=item, error=MemoryError())
                )
            else:
                yield from spread(function, [item], setup=setup, processes=min(processes, 1))

    found = fleet.prepare(engine=engine)

    assert [one.place for one in found.aside] == [str(bad)]
    assert ("killed by signal 9" in found.aside[0].reason) == (kind is LostItem)
    assert [[one.place for one in work.inputs] for work in found.works] == [[str(good)]]


def test_workers_find_what_one_process_finds(fleet: Fleet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the engine."""
    for at in range(6):
        fleet.log(f"web/{at}.jsonl", f"/home/ann/p{at % 3}", seed=str(at))
    monkeypatch.setattr(room, "PACK", 2)
    monkeypatch.setattr(room, "_INLINE", 1)
    many = fleet.prepare(processes=2)
    (fleet.logs.parent / "out/manifest/inputs.parquet").unlink()
    (fleet.logs.parent / "out/manifest/shards.parquet").unlink()

    one = fleet.prepare(processes=1)

    assert one == many
    assert len({work.shard for work in one.works}) == 1


def test_inputs_are_counted_by_kind_agent_and_team(fleet: Fleet) -> None:
    """What is gone does not count."""
    fleet.log("web/a.jsonl", "/home/ann/shop")
    (fleet.logs / "web/notes.md").write_text("12345")
    found = fleet.prepare()
    gone = replace(found.inputs[0], place="/x", gone=True)
    size = (fleet.logs / "web/a.jsonl").stat().st_size

    assert count_inputs([*found.inputs, gone]) == (
        InputFigures("log", "", "web", 1, 5),
        InputFigures("log", "claude-code", "web", 1, size),
    )
