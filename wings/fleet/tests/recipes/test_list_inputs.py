"""Listing: logs by their names, repositories by their folders, a team and a hashed person from the path."""

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.logs.builders import Log, a_session, a_subagent

from twiceshy.base.config import load
from twiceshy.base.errors import UsageError
from twiceshy.logs.projects import ProjectFinder
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.samples import expand
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.fleet import FleetInput, FleetWish, InputLook, SetAside
from twiceshy_fleet.lake.manifest import Manifest
from twiceshy_fleet.lake.places import open_place
from twiceshy_fleet.planning.changes import ListedInput
from twiceshy_fleet.recipes import list_inputs as list_inputs_recipes
from twiceshy_fleet.recipes.list_inputs import (
    ListedPlaces,
    LookDesk,
    find_rules,
    hash_name,
    hide_secrets,
    list_inputs,
    look_at_pack,
    prepare_look,
    require_plain_places,
    spell_address,
)
from twiceshy_fleet.recipes.open_fleet import open_fleet
from twiceshy_fleet.recipes.prepare_work import prepare_work

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
    words = "from twiceshy_fleet.recipes.list_inputs import find_rules; print(find_rules())"
    other = subprocess.run([sys.executable, "-c", words], check=True, capture_output=True, text=True, cwd="/")

    assert other.stdout.strip() == find_rules()
    assert len(find_rules()) == 32


# A look inside: whose log, which project and session, without a word of it.


def dump(log: Log) -> bytes:
    return b"\n".join([*log.lines(), b""])


def write(path: Path, content: bytes) -> FleetInput:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return FleetInput(kind="log", place=str(path), size=len(content), stamp="1")


def look(*inputs: FleetInput, roots: tuple[str, ...] = ()) -> list[InputLook]:
    return list(look_at_pack(prepare_look(SECRET, roots), inputs))


def named(name: str) -> str:
    return hash_name(SECRET, "name", name)


def test_a_log_says_whose_it_is_and_what_it_is_about(tmp_path: Path) -> None:
    """Two logs of one session have one hash for it, two sessions of one folder one for their project."""
    session = a_session("one", "/home/ann/shop").prompt("hello")
    helper = a_subagent(session).prompt("look")
    other = a_session("two", "/home/ann/shop").prompt("hello")
    first, second, third = look(
        write(tmp_path / "a.jsonl", dump(session)),
        write(tmp_path / "b.jsonl", dump(helper)),
        write(tmp_path / "c.jsonl", dump(other)),
    )

    assert first.agent == "claude-code"
    assert first.project == hash_name(SECRET, "project", "folder:/home/ann/shop") == third.project
    assert first.names == (named("shop"),)
    assert first.session == second.session != third.session
    assert first.identity == first.reason == ""
    assert len({first.digest, second.digest, third.digest}) == 3


def test_nothing_that_is_told_is_text_of_the_log(tmp_path: Path) -> None:
    """But for its own place, all is a hash that another secret makes otherwise."""
    log = write(tmp_path / "a.jsonl", dump(a_session("one", "/home/ann/shop").prompt("hello")))
    (mine,) = look(log)
    (theirs,) = look_at_pack(prepare_look(b"t" * 32, ()), (log,))

    assert not any("ann" in text or "shop" in text for text in (*mine[1:4], *mine.names, *mine[5:]))
    assert mine.project != theirs.project
    assert mine.session != theirs.session
    assert not set(mine.names) & set(theirs.names)


def test_a_folder_of_a_log_is_not_looked_for_on_this_machine(tmp_path: Path) -> None:
    """Though one of that name is here, and is a repository with a remote."""
    here = tmp_path / "shop"
    subprocess.run(["git", "init", "-q", str(here)], check=True)
    subprocess.run(["git", "-C", str(here), "remote", "add", "origin", "https://git.test/a/shop"], check=True)

    (found,) = look(write(tmp_path / "logs/a.jsonl", dump(a_session("one", str(here)).prompt("hello"))))

    assert found.project == hash_name(SECRET, "project", f"folder:{here}")


@pytest.mark.parametrize(
    ("folder", "remote", "names"),
    [
        ("Shop", "git@git.test:Team/Shop-Web.git", ("team/shop-web", "shop-web", "git/shop", "shop")),
        ("api.git", "", ("git/api", "api")),
    ],
)
def test_a_repository_is_known_by_its_remote_and_its_folder(
    tmp_path: Path, folder: str, remote: str, names: tuple[str, ...]
) -> None:
    """One with neither commit nor remote is its own folder."""
    path = tmp_path / "git" / folder
    subprocess.run(["git", "init", "-q", *(["--bare"] if not remote else []), str(path)], check=True)
    if remote:
        subprocess.run(["git", "-C", str(path), "remote", "add", "origin", remote], check=True)

    (found,) = look(FleetInput(kind="repository", place=str(path), size=1, stamp="1"))

    assert found.identity == ("remote:git.test/Team/Shop-Web" if remote else f"folder:{path}")
    assert found.project == hash_name(SECRET, "project", found.identity)
    assert found.names == tuple(map(named, names))


def test_a_file_of_nobody_has_no_agent_and_hides_no_other(tmp_path: Path) -> None:
    """Torn, empty, binary, gone: only what cannot be read has a reason."""
    odd = [
        write(tmp_path / "empty.jsonl", b""),
        write(tmp_path / "notes.md", b"# Notes\n"),
        write(tmp_path / "binary.db", bytes(range(256)) * 20),
        FleetInput(kind="log", place=str(tmp_path / "gone.jsonl"), size=1, stamp="1"),
        write(tmp_path / "good.jsonl", dump(a_session("one").prompt("hello"))),
    ]

    found = look(*odd)

    assert [one.agent for one in found] == ["", "", "", "", "claude-code"]
    assert [one.reason for one in found[:3]] == ["", "", ""]
    assert found[3].reason == "cannot be read: No such file or directory"


def test_a_fault_of_ours_costs_one_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says where it was, and nothing of the log."""
    log = write(tmp_path / "a.jsonl", dump(a_session("one").prompt("my words")))

    def fail(*_: object) -> None:
        raise ValueError("my words")

    monkeypatch.setattr(list_inputs_recipes, "_find_session", fail)
    bad, gone = look(log, FleetInput(kind="log", place=str(tmp_path / "x.jsonl"), size=1, stamp="1"))

    assert bad.reason.startswith(
        "not looked at, for a fault of ours (ValueError at twiceshy_fleet/recipes/list_inputs.py:"
    )
    assert "my words" not in bad.reason
    assert gone.reason.startswith("cannot be read")


def test_a_session_may_say_late_who_it_is(tmp_path: Path) -> None:
    """Behind more than what is looked at first."""
    session = a_session("one", "/home/ann/shop")
    lines = b'{"type":"summary","summary":"x","leafUuid":"00000000-0000-4000-8000-000000000001"}\n' * 1_000
    (found,) = look(write(tmp_path / "a.jsonl", lines + dump(session.prompt("hello"))))

    assert found.agent == "claude-code"
    assert found.project == hash_name(SECRET, "project", "folder:/home/ann/shop")


def test_a_log_without_a_session_belongs_to_its_folder(tmp_path: Path) -> None:
    """With whatever else lies there."""
    desk = LookDesk(SECRET, (), ProjectFinder())
    lines = b'{"type":"summary","summary":"x","leafUuid":"00000000-0000-4000-8000-000000000001"}\n'
    one = write(tmp_path / "p/a.jsonl", lines)
    two = write(tmp_path / "p/b.jsonl", lines)

    first, second = look_at_pack(desk, (one, two))

    assert first.session == ""
    assert first.agent == "claude-code"
    assert first.project == second.project == hash_name(SECRET, "project", f"place:{tmp_path}/p")


def test_a_fixture_is_left_out_unless_it_is_named(tmp_path: Path) -> None:
    """A project's own tests hold logs that nobody's agent wrote."""
    log = write(tmp_path / "web/tests/fixtures/a.jsonl", dump(a_session("one").prompt("hello")))
    (left_out,) = look(log, roots=(str(tmp_path),))
    (taken,) = look(log, roots=(str(tmp_path / "web/tests/fixtures"),))

    assert (left_out.agent, left_out.reason[:17]) == ("", "it lies among a p")
    assert (taken.agent, taken.reason) == ("claude-code", "")


# Places with a credential in them: refused where a person names them, set aside where they are found.

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
