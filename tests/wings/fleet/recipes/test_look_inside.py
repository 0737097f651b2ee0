"""A look inside: whose log, which project and session, without a word of it."""

import subprocess
from pathlib import Path

import pytest
from tests.logs.builders import Log, a_session, a_subagent

from twiceshy.logs.projects import ProjectFinder
from twiceshy.records.fleet import FleetInput, InputLook
from twiceshy.wings.fleet.recipes import look_inside
from twiceshy.wings.fleet.recipes.list_inputs import hash_name
from twiceshy.wings.fleet.recipes.look_inside import LookDesk, look_at_pack, prepare_look

SECRET = b"s" * 32


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

    monkeypatch.setattr(look_inside, "_find_session", fail)
    bad, gone = look(log, FleetInput(kind="log", place=str(tmp_path / "x.jsonl"), size=1, stamp="1"))

    assert bad.reason.startswith(
        "not looked at, for a fault of ours (ValueError at wings/fleet/recipes/look_inside.py:"
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
