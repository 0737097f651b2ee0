"""Places with a credential in them: refused where a person names them, set aside where they are found."""

import pytest

from twiceshy.errors import UsageError
from twiceshy.fleet.changes import ListedInput
from twiceshy.flows.fleet.named_secrets import hide_names, part_named, require_plain_places
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.fleet import FleetWish, SetAside

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


def test_an_input_named_by_a_credential_is_set_aside(scrubber: Scrubber) -> None:
    """Under its scrubbed name; what is known is not looked at again, and what holds a person's name stays."""
    named = ListedInput("log", f"/srv/logs/{TOKEN}.jsonl", 7, "1")
    plain = ListedInput("log", "/home/maria/logs/a.jsonl", 7, "2")

    found = part_named([named, plain], set(), scrubber)

    assert found.inputs == [plain]
    (aside,) = found.aside
    assert TOKEN not in repr(aside)
    assert aside.place.startswith("/srv/logs/[github-token:")
    assert "another name" in aside.reason
    assert part_named([named, plain], {named.place}, scrubber) == ([named, plain], [])


def test_what_was_passed_over_is_told_without_its_secret(scrubber: Scrubber) -> None:
    """In its name and in its reason; all else is as it was."""
    plain = SetAside("/home/maria/logs", "", "cannot be listed: Permission denied")
    named = SetAside(f"/srv/{TOKEN}", "", f"cannot be listed: {TOKEN}")

    assert TOKEN not in repr(hidden := hide_names([plain, named], scrubber))
    assert hidden[0] == plain
