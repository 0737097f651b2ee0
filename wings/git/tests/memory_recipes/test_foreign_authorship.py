"""What git-ai's notes and traces say of lines is stored as theirs; ours is written for them."""

import json
from pathlib import Path

import pytest
from wings.git.tests.memory_recipes.checkpoint_repository import (
    HEX,
    describe,
    dump,
    git,
    make_log,
    make_repository,
    put_checkpoint,
)

from twiceshy.archive.db import Store
from twiceshy.archive.pulled_records import read_pulled
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.logs.projects import find_project
from twiceshy_git.memory_recipes.entire_sessions import read_checkpoints
from twiceshy_git.memory_recipes.foreign_authorship import read_authorship, write_notes, write_traces

METADATA = '{"schema_version": "authorship/3.0.0"}'


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(home=tmp_path / "data", ingest_processes=1)


@pytest.fixture
def shop(tmp_path: Path, config: Config) -> Path:
    """A repository with one commit of a recorded session."""
    repo = make_repository(tmp_path / "shop", HEX)
    log = make_log("one")
    place = f"{HEX[:2]}/{HEX[2:]}/0"
    files = {f"{place}/metadata.json": describe(log), f"{place}/full.jsonl": dump(log)}
    put_checkpoint(repo, "refs/heads/entire/checkpoints/v1", files)
    assert read_checkpoints(config, repo).linked == 1
    return repo


def test_notes_are_stored_as_the_tools_own_word(tmp_path: Path, config: Config) -> None:
    """With a mail address redacted, and not accepted; what says nothing or cannot be read is counted."""
    repo = make_repository(tmp_path / "shop")
    humans = '{"schema_version": "authorship/3.0.0", "humans": {"h_1": {"author": "ann@webshop.io"}}}'
    first = git(repo, "rev-parse", "HEAD")
    commits = [first]
    for _ in range(2):
        git(repo, "commit", "-q", "--allow-empty", "-m", "more")
        commits.append(git(repo, "rev-parse", "HEAD"))
    texts = [f"shop.py\n  h_1 1-2\n  s_1::t_1 4\n---\n{humans}", f"---\n{METADATA}", "no note"]
    for commit, text in zip(commits, texts, strict=True):
        git(repo, "notes", "--ref=ai", "add", "-F", "-", commit, stdin=text.encode())

    found = read_authorship(config, repo, "git-ai")

    assert (found.found, found.new, found.empty, found.damaged) == (3, 1, 1, 1)
    assert (found.human_lines, found.agent_lines) == (2, 1)
    assert read_authorship(config, repo, "git-ai").known == 1
    with Store.open(config.home, readonly=True) as store:
        rows = read_pulled(store.connection, find_project(repo).identity)
    assert [(one.commit_hash, one.type, one.accepted) for one in rows] == [(first, "attribution", False)]
    assert "ann@webshop" not in rows[0].line


def test_what_is_written_for_git_ai_is_read_back(config: Config, shop: Path) -> None:
    """A commit that has a note keeps it."""
    done = write_notes(config, shop)
    again = write_notes(config, shop)
    found = read_authorship(config, shop, "git-ai")

    assert (done.written, again.written, again.kept) == (1, 0, 1)
    assert done.agent_lines == found.agent_lines > 0
    assert git(shop, "notes", "--ref=ai", "show", "HEAD").startswith("shop.py\n  s_")


def test_nothing_is_written_beside_a_live_git_ai(config: Config, shop: Path) -> None:
    """It writes its notes itself."""
    (shop / ".git" / "ai").mkdir()

    with pytest.raises(UsageError, match="nothing was written"):
        write_notes(config, shop)
    assert git(shop, "for-each-ref", "refs/notes") == ""


def test_what_is_written_as_traces_is_read_back(config: Config, shop: Path) -> None:
    """A line a commit."""
    lines: list[bytes] = []
    done = write_traces(config, shop, "1.0", lines.append)
    (shop / ".agent-trace").mkdir()
    (shop / ".agent-trace" / "traces.jsonl").write_bytes(b"".join(lines))
    found = read_authorship(config, shop, "agent-trace")

    assert (done.written, len(lines), found.new) == (1, 1, 1)
    assert found.agent_lines == done.agent_lines > 0


def test_a_trace_of_files_that_its_commit_does_not_change_is_left(config: Config, shop: Path, tmp_path: Path) -> None:
    """Some tools name the commit that was checked out when they edited, not the one that holds the lines."""
    head = git(shop, "rev-parse", "HEAD")
    rows = [
        {"vcs": {"revision": revision}, "files": [{"path": path, "conversations": [{"ranges": [ranges]}]}]}
        for revision, path in [(head, "other.py"), ("0" * 40, "shop.py"), ("", "shop.py")]
        for ranges in [{"start_line": 1, "end_line": 2}]
    ]
    (tmp_path / "traces").write_text("\n".join(map(json.dumps, rows)))

    found = read_authorship(config, shop, "agent-trace", tmp_path / "traces")

    assert (found.found, found.unfitting, found.elsewhere, found.damaged, found.new) == (3, 1, 1, 1, 0)


def test_a_file_that_is_not_there_is_named(config: Config, shop: Path, tmp_path: Path) -> None:
    """And a folder that is no repository."""
    with pytest.raises(UsageError, match="cannot be read"):
        read_authorship(config, shop, "agent-trace")
    with pytest.raises(UsageError, match="not inside a git repository"):
        read_authorship(config, tmp_path, "git-ai")
