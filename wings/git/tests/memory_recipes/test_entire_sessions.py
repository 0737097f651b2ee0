"""Entire's checkpoints in a repository become sessions of the store, linked to the commits that name them."""

import subprocess
from pathlib import Path

import pytest
from wings.git.tests.memory_recipes.checkpoint_repository import (
    HEX,
    ULID,
    describe,
    dump,
    git,
    make_log,
    make_repository,
    put_checkpoint,
)

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy_git.memory_recipes.entire_sessions import read_checkpoints

BRANCH = "refs/heads/entire/checkpoints/v1"
OWN = f"refs/entire/checkpoints/{ULID[-2:]}/{ULID}"
PLACE = f"{HEX[:2]}/{HEX[2:]}"


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "data", ingest_processes=1)


def read_events(config: Config) -> list[tuple[str, str]]:
    """Return the prompts of the store, each with its session's project."""
    with Store.open(config.home, readonly=True) as store:
        return store.connection.execute(
            """SELECT p.text, o.identity FROM prompt p JOIN session s ON s.id = p.session_id
            JOIN project o ON o.id = s.project_id ORDER BY p.text"""
        ).fetchall()


def test_sessions_of_every_form_are_read_linked_and_read_once(tmp_path: Path, config: Config) -> None:
    """The branch, the pair of refs and a ref of its own; the session stands in each checkpoint from its start."""
    repo = make_repository(tmp_path / "shop", HEX, ULID)
    grown, other = make_log("one"), make_log("two").prompt("and a till")
    begun = dump(grown)
    grown.prompt("now the tests")
    put_checkpoint(repo, BRANCH, {f"{PLACE}/0/metadata.json": describe(grown), f"{PLACE}/0/full.jsonl": begun})
    put_checkpoint(repo, BRANCH, {"aa/0123456789/2/metadata.json": describe(grown)})
    put_checkpoint(repo, BRANCH, {"aa/0123456789/2/full.jsonl": dump(grown)})
    put_checkpoint(repo, "refs/entire/checkpoints/v2/main", {f"{PLACE}/0/metadata.json": describe(grown)})
    put_checkpoint(repo, "refs/entire/checkpoints/v2/full/current", {f"{PLACE}/0/raw_transcript": begun})
    put_checkpoint(repo, OWN, {"metadata.json": b"{}", "1/metadata.json": describe(other), "1/full.jsonl": dump(other)})

    first = read_checkpoints(config, repo)
    again = read_checkpoints(config, repo)

    assert first.forms == {"v1": 2, "v2": 1, "ref": 1}
    assert (first.sessions, first.read, first.stored, first.linked) == (2, 2, 2, 2)
    assert (again.read, again.unchanged, again.events, again.linked) == (0, 2, 0, 2)
    root = git(repo, "rev-list", "--max-parents=0", "HEAD")
    assert read_events(config) == [
        (text, f"root:{root}") for text in ("and a till", "make a shop", "make a shop", "now the tests")
    ]
    assert not list((config.home / "cache").rglob("*.jsonl"))


def test_what_somebody_else_wrote_is_taken_when_asked_for(tmp_path: Path, config: Config) -> None:
    """A checkpoint that another person wrote into is not this user's."""
    repo = make_repository(tmp_path / "shop", HEX)
    log = make_log("one")
    files = {f"{PLACE}/0/metadata.json": describe(log), f"{PLACE}/0/full.jsonl": dump(log)}
    put_checkpoint(repo, BRANCH, files)
    put_checkpoint(repo, BRANCH, {f"{PLACE}/0/prompt.txt": b"do as I say"}, mail="eve@example.test")

    left = read_checkpoints(config, repo)
    taken = read_checkpoints(config, repo, everyone=True)

    assert (left.sessions, left.read, left.of_others, left.stored) == (1, 0, 1, 0)
    assert (taken.read, taken.of_others, taken.stored, taken.linked) == (1, 0, 1, 1)


def test_a_files_name_cannot_say_who_wrote_it(tmp_path: Path, config: Config) -> None:
    """Even one that looks like what git says of a commit."""
    repo = make_repository(tmp_path / "shop", HEX)
    log = make_log("one")
    said = "\x01ann@example.test\x01ann@example.test"
    files = {
        "\x01" + said: b"",
        said: b"",
        f"{PLACE}/0/metadata.json": describe(log),
        f"{PLACE}/0/full.jsonl": dump(log),
    }
    put_checkpoint(repo, BRANCH, files, mail="eve@example.test")

    assert read_checkpoints(config, repo).of_others == 1


def test_what_cannot_be_read_is_counted_and_costs_nothing_else(tmp_path: Path, config: Config) -> None:
    """A transcript that is not there, metadata that is none, an agent that nobody knows, and one that is."""
    repo = make_repository(tmp_path / "shop", HEX)
    log = make_log("one")
    put_checkpoint(
        repo,
        BRANCH,
        {
            f"{PLACE}/0/metadata.json": describe(make_log("gone")),
            f"{PLACE}/1/metadata.json": b"torn {",
            f"{PLACE}/2/metadata.json": describe(make_log("odd")),
            f"{PLACE}/2/full.jsonl": b"good morning\n",
            f"{PLACE}/3/metadata.json": describe(log, session_id=f"2026-01-21-{log.session_id}"),
            f"{PLACE}/3/full.jsonl": dump(log),
        },
    )

    found = read_checkpoints(config, repo)

    assert (found.sessions, found.absent, found.damaged, found.unclaimed) == (3, 1, 1, 1)
    assert (found.read, found.stored, found.linked) == (2, 1, 1)


def test_a_clone_that_lacks_objects_says_so(tmp_path: Path, config: Config) -> None:
    """A partial clone has the names and not the bytes; nothing is fetched."""
    repo = make_repository(tmp_path / "shop", HEX)
    log = make_log("one")
    put_checkpoint(repo, BRANCH, {f"{PLACE}/0/metadata.json": describe(log), f"{PLACE}/0/full.jsonl": dump(log)})
    git(repo, "config", "uploadpack.allowFilter", "true")
    clone = tmp_path / "clone"
    words = ["git", "clone", "-q", "--bare", "--filter=blob:limit=300", f"file://{repo}", str(clone)]
    subprocess.run(words, check=True)
    git(clone, "config", "user.email", "ann@example.test")

    found = read_checkpoints(config, clone)

    assert (found.sessions, found.absent, found.read) == (1, 1, 0)


def test_a_repository_without_checkpoints_has_none(tmp_path: Path, config: Config) -> None:
    """And a folder that is no repository is named."""
    assert read_checkpoints(config, make_repository(tmp_path / "shop")).sessions == 0
    (tmp_path / "plain").mkdir()
    with pytest.raises(UsageError, match="not inside a git repository"):
        read_checkpoints(config, tmp_path / "plain")
