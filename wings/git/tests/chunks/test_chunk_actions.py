"""The verb's actions on a real repository."""

import json
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.git.tests.memory.memory_records import a_record

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, StoreUnwritable
from twiceshy.doors.cli.main import main
from twiceshy_git.chunks import chunk_actions
from twiceshy_git.chunks.chunk_store import MemoryRepository, open_memory
from twiceshy_git.chunks.memory_files import MemoryFiles


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    made = tmp_path / "repo"
    subprocess.run(["git", "init", "-q", made], check=True)
    return made


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return load({}, {"TWICESHY_HOME": str(tmp_path / "data")}, tmp_path)


@pytest.fixture
def filled(repo: Path, config: Config) -> Path:
    """A repository with nine records of memory."""
    with Store.open(config.home) as store:
        open_memory(repo / ".git", store).add(a_record(number, days=number) for number in range(9))
    return repo


def test_what_is_no_repository_is_said(tmp_path: Path, repo: Path, config: Config) -> None:
    """And a repository without memory, with what makes one."""
    with pytest.raises(SourceError, match="not inside a git repository"):
        chunk_actions.show_chunks(config, tmp_path)
    with pytest.raises(NotFound, match="twiceshy init --git"):
        chunk_actions.verify_chunks(config, repo)


def test_packing_comes_after_a_dry_run(filled: Path, config: Config) -> None:
    """Which sees only what is in git; packing puts in what waits, once there is a bare repository."""
    now = datetime(2027, 3, 1, tzinfo=UTC)
    small = chunk_actions.compact_chunks(config, filled, now, dry_run=False)
    with Store.open(config.home) as store:
        memory = open_memory(filled / ".git", store)
        before = len(list(memory.read()))
        memory.add([a_record(9)])
        memory.files.bare.make()
    plan = chunk_actions.compact_chunks(config, filled, now, dry_run=True)
    done = chunk_actions.compact_chunks(config, filled, now, dry_run=False)

    assert (small.months, before) == ([], 9)
    assert (plan.months, plan.disk_after) == ([], None)
    assert [one.month for one in done.months] == ["202610", "202611"]
    assert chunk_actions.verify_chunks(config, filled).damages == []
    assert chunk_actions.show_chunks(config, filled).records == 10


def test_a_file_is_not_written_over(filled: Path, config: Config, tmp_path: Path) -> None:
    """Nor where nothing can be written."""
    path = tmp_path / "out.jsonl"
    written = chunk_actions.reconstruct_chunks(config, filled, "", path)

    assert (written.records, len(path.read_bytes().splitlines())) == (9, 9)
    with pytest.raises(StoreUnwritable, match="exists already"):
        chunk_actions.reconstruct_chunks(config, filled, "", path)
    with pytest.raises(StoreUnwritable, match="cannot be written"):
        chunk_actions.reconstruct_chunks(config, filled, "", tmp_path / "none" / "out.jsonl")


def test_the_verb_answers(filled: Path, config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each action in words and as JSON; under its other name; damage is exit code 1."""
    flags = ["--home", str(config.home)]

    assert main([*flags, "chunked", "--repo", str(filled)]) == 0
    assert "9 records in 0 refs, 0 segments; 9 wait" in capsys.readouterr().out
    assert main([*flags, "chunks", "compact", "--repo", str(filled)]) == 0
    assert "On the disk:" in capsys.readouterr().out
    assert (
        main(
            [
                *flags,
                "chunks",
                "reconstruct",
                "--type",
                "session",
                "--output",
                str(tmp_path / "o"),
                "--repo",
                str(filled),
            ]
        )
        == 0
    )
    assert "Wrote 9 records" in capsys.readouterr().out
    MemoryRepository(MemoryFiles(filled / ".git", "ab" * 8)).add([a_record(70)])
    MemoryRepository(MemoryFiles(filled / ".git", "ab" * 8)).flush()
    assert main([*flags, "--json", "chunks", "verify", "--repo", str(filled)]) == 0
    assert json.loads(capsys.readouterr().out)["records"] == 10
    for path in (filled / ".git" / "twiceshy").glob("memory.git/objects/pack/*"):
        path.unlink()
    assert main([*flags, "chunks", "verify", "--repo", str(filled)]) == 1
    assert "(another writer's): its commit or tree is not there" in capsys.readouterr().out


def test_git_of_the_user_never_meets_it(filled: Path, config: Config, tmp_path: Path) -> None:
    """No ref, no object, nothing in a mirror; a work tree and a bare repository have one too."""
    MemoryRepository(MemoryFiles(filled / ".git", "ab" * 8)).add([a_record(70)])
    MemoryRepository(MemoryFiles(filled / ".git", "ab" * 8)).flush()
    who = ["-c", "user.name=a", "-c", "user.email=a@a.invalid"]
    subprocess.run(["git", *who, "commit", "-q", "--allow-empty", "-m", "x"], cwd=filled, check=True)
    subprocess.run(["git", "worktree", "add", "-q", "--detach", tmp_path / "tree"], cwd=filled, check=True)
    subprocess.run(["git", "clone", "-q", "--mirror", filled, tmp_path / "mirror"], check=True)
    told = subprocess.run(["git", "log", "--all", "--oneline"], cwd=filled, check=True, capture_output=True, text=True)
    mirrored = list((tmp_path / "mirror").rglob("*twiceshy*"))
    status = subprocess.run(["git", "status", "--porcelain"], cwd=filled, check=True, capture_output=True, text=True)

    assert (len(told.stdout.splitlines()), mirrored, status.stdout) == (1, [], "")
    assert chunk_actions.show_chunks(config, tmp_path / "tree").records == 10
    with pytest.raises(NotFound):
        chunk_actions.show_chunks(config, tmp_path / "mirror")
