"""Opening a fleet: the places are remembered, the secret is the same, and a run never reads what it wrote."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError, StoreCorrupt, UsageError
from twiceshy.records.fleet import FleetWish
from twiceshy_fleet.recipes.open_fleet import find_manifest, open_fleet


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return replace(load({}, {}, tmp_path), home=tmp_path / "data")


@pytest.fixture
def wish(tmp_path: Path) -> FleetWish:
    return FleetWish(
        output=str(tmp_path / "out"), logs=(str(tmp_path / "logs"),), repositories=("git",), team_at=1, person_at=2
    )


def test_the_next_call_needs_the_output_only(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """Folders are absolute, and the same secret is found; what is said anew replaces what was."""
    first = open_fleet(wish, config, {})
    again = open_fleet(FleetWish(output=wish.output), config, {})
    other = open_fleet(FleetWish(output=wish.output, logs=("/other",), team_at=3), config, {})

    assert first.wish == again.wish
    assert first.secret == again.secret
    assert first.wish.repositories == (str(tmp_path / "home/git"),)
    assert other.wish == replace(first.wish, logs=("/other",), team_at=3)
    assert open_fleet(FleetWish(output=wish.output), config, {}).wish == other.wish


def test_nothing_is_written_anew_without_a_change(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """The engine is no part of it; a newly made secret is in no file of the output."""
    secret = open_fleet(wish, config, {}).secret
    before = (tmp_path / "out/fleet.json").stat()
    open_fleet(replace(wish, engine="spark", workers=4), config, {})
    text = (tmp_path / "out/fleet.json").read_text()

    assert (tmp_path / "out/fleet.json").stat().st_mtime_ns == before.st_mtime_ns
    assert before.st_mode & 0o777 == 0o600
    assert secret.hex() not in text
    assert set(json.loads(text)) == {"form", "proof", "wish"}


def test_another_secret_is_refused_before_anything_is_written(wish: FleetWish, config: Config, tmp_path: Path) -> None:
    """A lost one, too; the one of before goes on."""
    one, two = "a1" * 32, "b2" * 32
    open_fleet(wish, config, {"TWICESHY_FLEET_SECRET": one})
    before = (tmp_path / "out/fleet.json").read_bytes()

    with pytest.raises(StoreCorrupt, match="was begun with another secret"):
        open_fleet(replace(wish, team_at=9), config, {"TWICESHY_FLEET_SECRET": two})
    with pytest.raises(ConfigError, match="TWICESHY_FLEET_SECRET should hold"):
        open_fleet(replace(wish, team_at=9), config, {})

    assert (tmp_path / "out/fleet.json").read_bytes() == before
    assert open_fleet(wish, config, {"TWICESHY_FLEET_SECRET": one}).secret == bytes.fromhex(one)


def test_without_a_place_it_says_what_to_name(config: Config, tmp_path: Path) -> None:
    """And makes nothing."""
    with pytest.raises(UsageError, match="--logs PLACE"):
        open_fleet(FleetWish(output=str(tmp_path / "out")), config, {})
    with pytest.raises(UsageError, match="is no fleet yet"):
        find_manifest(str(tmp_path / "out"))

    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("output", "logs"),
    [("/srv/logs/out", "/srv/logs"), ("/srv/logs", "/srv/logs"), ("/srv", "/srv/logs"), ("mock:///l/o", "mock:///l/")],
)
def test_an_output_among_the_logs_is_refused(
    output: str, logs: str, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its own files would be listed as logs the next time."""
    monkeypatch.setattr("twiceshy_fleet.lake.manifest.Manifest.read_head", lambda _: None)

    with pytest.raises(UsageError, match="lie in each other"):
        open_fleet(FleetWish(output=output, logs=(logs,)), config, {})


def test_a_fleet_is_read_without_a_secret(wish: FleetWish, config: Config) -> None:
    """As whoever looks at its state has none."""
    open_fleet(wish, config, {"TWICESHY_FLEET_SECRET": "a1" * 32})

    head = find_manifest(wish.output).read_head()

    assert head is not None
    assert head.wish.team_at == 1
