"""What is set aside stays so until it changes or somebody asks; a killed run's receipts count for all they say."""

import os
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.records.fleet import FleetListing, FleetWish, SetAside, ShardReceipt
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.recipes.prepare_work import prepare_work

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Fleet:
    """Three logs of one project, worked on by nobody but a receipt."""

    def __init__(self, folder: Path) -> None:
        self.logs = folder / "logs"
        self.logs.mkdir()
        for name in ("one", "two", "bad"):
            a_session(name).prompt("go on").write(self.logs / f"{name}.jsonl")
        self.wish = FleetWish(output=str(folder / "out"), logs=(str(self.logs),))
        self.manifest = Manifest(open_place(self.wish.output))

    def look(self, *, again: bool = False) -> FleetListing:
        return prepare_work(replace(self.wish, again=again), self.manifest, b"s" * 32, now=NOW, rules="r")

    def work(self, listing: FleetListing) -> None:
        """Write the receipts alone, as a run that is killed behind its last shard; the bad log is set aside."""
        for work in listing.works:
            bad = tuple(SetAside(one.place, one.stamp, "odd") for one in work.inputs if one.place.endswith("bad.jsonl"))
            self.manifest.write_receipt(ShardReceipt(shard=work.shard, given=work.given, state="done", aside=bad))


@pytest.fixture
def fleet(tmp_path: Path) -> Fleet:
    made = Fleet(tmp_path)
    made.work(made.look())
    return made


def names(listing: FleetListing) -> list[list[str]]:
    return [sorted(Path(place).stem for place in work.changed) for work in listing.works]


def test_receipts_of_a_killed_run_are_enough(fleet: Fleet) -> None:
    """Nothing is worked on again, what they set aside is told, and the rest counts as read."""
    found = fleet.look()

    assert names(found) == []
    assert [Path(one.place).stem for one in found.aside] == ["bad"]
    assert {Path(one.place).stem: one.read_stamp == one.stamp for one in found.inputs} == {
        "bad": False,
        "one": True,
        "two": True,
    }


def test_what_is_aside_is_tried_again_when_asked_for(fleet: Fleet) -> None:
    """And nothing else is; without being asked for not, also when its shard is worked on."""
    fleet.look()
    a_session("three").prompt("go on").write(fleet.logs / "three.jsonl")
    later = fleet.look()

    assert names(later) == [["three"]]
    fleet.work(later)
    assert names(fleet.look()) == []
    assert names(fleet.look(again=True)) == [["bad"]]


def test_what_is_aside_is_tried_again_when_it_changes(fleet: Fleet) -> None:
    """It is aside no longer."""
    fleet.look()
    os.utime(fleet.logs / "bad.jsonl", ns=(1, 1))
    (fleet.logs / "bad.jsonl").write_bytes((fleet.logs / "one.jsonl").read_bytes())
    found = fleet.look()

    assert names(found) == [["bad"]]
    assert found.aside == ()


def test_whose_a_log_was_is_known_when_it_is_gone_or_aside(fleet: Fleet) -> None:
    """Its rows stay, and so does its owner."""
    fleet.look()
    (fleet.logs / "one.jsonl").unlink()
    a_session("three").prompt("go on").write(fleet.logs / "three.jsonl")
    (work,) = fleet.look().works

    assert [Path(one.place).stem for one in work.kept] == ["bad", "one"]
    assert sorted(Path(one.place).stem for one in work.inputs) == ["three", "two"]
