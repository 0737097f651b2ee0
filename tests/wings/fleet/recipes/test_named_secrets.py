"""Places with a credential in them: refused where a person names them, set aside where they are found."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logs.builders import a_session

from twiceshy.base.config import load
from twiceshy.base.errors import UsageError
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.fleet import FleetWish, SetAside
from twiceshy.wings.fleet.lake.manifest import Manifest
from twiceshy.wings.fleet.lake.places import open_place
from twiceshy.wings.fleet.planning.changes import ListedInput
from twiceshy.wings.fleet.recipes.list_inputs import ListedPlaces
from twiceshy.wings.fleet.recipes.named_secrets import hide_secrets, require_plain_places
from twiceshy.wings.fleet.recipes.open_fleet import open_fleet
from twiceshy.wings.fleet.recipes.prepare_work import prepare_work

NOW = datetime(2026, 11, 23, tzinfo=UTC)
TOKEN = expand("ghp_<<A-Za-z0-9:36>>", 3).text
KEY = expand("AKIA<<A-Z2-7:16>>", 3).text


@pytest.fixture(scope="module")
def scrubber() -> Scrubber:
    return Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)


@pytest.mark.parametrize(
    "wish",
    [
        pytest.param(FleetWish(output="/srv/out", logs=("/home/maria/logs",)), id="folders"),
        pytest.param(FleetWish(output="s3://fleet/out?region=eu-west-1&scheme=https"), id="an address with its region"),
        pytest.param(FleetWish(output="/o", settings={"spark.executor.memory": "2g"}), id="a setting"),
    ],
)
def test_plain_places_are_taken(wish: FleetWish, scrubber: Scrubber) -> None:
    """Names of people and regions are no credentials."""
    require_plain_places(wish, scrubber)


@pytest.mark.parametrize(
    ("wish", "secret"),
    [
        pytest.param(FleetWish(output="https://kes:kestrel71tundra@x.org/o"), "kestrel71tundra", id="a password"),
        pytest.param(FleetWish(output=f"s3://{KEY}@bucket/o"), KEY, id="a key alone"),
        pytest.param(FleetWish(output="/o", logs=(f"/srv/{TOKEN}/logs",)), TOKEN, id="a folder named by a token"),
        pytest.param(FleetWish(output="/o", repositories=("abfs://b/x?sig=kestrel",)), "kestrel", id="a signature"),
        pytest.param(FleetWish(output="s3://b/o?secret_key=tundra"), "tundra", id="a key in the query"),
        pytest.param(FleetWish(output="/o", master=f"spark://x:7077?token={TOKEN}"), TOKEN, id="a master"),
        pytest.param(FleetWish(output="/o", settings={"spark.hadoop.a.secret": TOKEN}), TOKEN, id="a setting"),
    ],
)
def test_a_place_with_a_credential_is_refused(wish: FleetWish, secret: str, scrubber: Scrubber) -> None:
    """The message says which and what to do, and does not repeat it."""
    with pytest.raises(UsageError, match="holds a secret") as refused:
        require_plain_places(wish, scrubber)
    assert secret not in str(refused.value)
    assert "environment" in str(refused.value)


def test_an_input_named_by_a_credential_is_set_aside() -> None:
    """Under its scrubbed name; what holds a person's name stays, and so does what was looked at before."""
    named = ListedInput("log", f"/srv/logs/{TOKEN}.jsonl", 7, "1")
    plain = ListedInput("log", "/home/maria/logs/a.jsonl", 7, "2")
    listed = ListedPlaces([named, plain], [])

    found = hide_secrets(listed, set(), b"s" * 32)

    assert found.inputs == [plain]
    (aside,) = found.aside
    assert TOKEN not in repr(aside)
    assert aside.place.startswith("/srv/logs/[github-token:")
    assert "another name" in aside.reason
    assert hide_secrets(listed, {named.place, plain.place}, b"s" * 32) is listed


def test_what_was_passed_over_is_told_without_its_secret() -> None:
    """All else is as it was."""
    plain = SetAside("/home/maria/logs", "", "cannot be listed: Permission denied")
    named = SetAside(f"/srv/{TOKEN}", "", "cannot be listed: Permission denied")

    found = hide_secrets(ListedPlaces([], [plain, named]), set(), b"s" * 32)

    assert TOKEN not in repr(found)
    assert found.aside[0] == plain
    assert found.aside[1].reason == named.reason


def test_no_run_writes_such_a_name_down(tmp_path: Path) -> None:
    """Neither into the manifest, nor into what a shard is given; the second time nothing changes."""
    logs = tmp_path / "logs" / TOKEN
    logs.mkdir(parents=True)
    a_session("one").prompt("go on").write(logs / "one.jsonl")
    a_session("two").prompt("go on").write(tmp_path / "logs" / "two.jsonl")
    os.mkfifo(tmp_path / "logs" / "three.jsonl")
    wish = FleetWish(output=str(tmp_path / "out"), logs=(str(tmp_path / "logs"),))
    manifest = Manifest(open_place(wish.output))

    first, second = (prepare_work(wish, manifest, b"s" * 32, now=NOW, rules="r") for _ in range(2))

    assert [Path(one.place).name for one in first.inputs] == ["two.jsonl"]
    assert [one.reason.partition(":")[0] for one in first.aside] == [
        "its name holds a secret, and where an input lies is written down",
        "it is no regular file",
    ]
    assert second.aside == first.aside
    assert TOKEN not in repr((first, second))
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert files
    assert not any(TOKEN.encode() in path.read_bytes() for path in files)


@pytest.mark.parametrize("output", [f"s3://{KEY}@bucket/out", "s3://bucket/out?secret_key=tundra"])
def test_no_fleet_is_opened_at_such_a_place(output: str, tmp_path: Path) -> None:
    """It is refused before anything is reached."""
    with pytest.raises(UsageError, match="holds a secret"):
        open_fleet(FleetWish(output=output, logs=(str(tmp_path),)), load({}, {}, tmp_path), {})
