"""What file ranking keeps goes with the project."""

import os
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import zstandard
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.recipes.keep.free_space import cleanup
from twiceshy.records.upkeep import Extent
from twiceshy_git.file_recipes.predict_files import predict
from twiceshy_git.file_recipes.ranking_models import train_files

WORD = "quokka"
NOW = datetime.now(UTC)


def git(repo: Path, *words: str, given: str = "") -> None:
    subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True, input=given.encode())


def made(folder: Path, word: str) -> Path:
    """A repository of thirty commits about a word."""
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "remote", "add", "origin", f"https://git.example.test/shop/{word}.git")
    stream = ""
    for number in range(30):
        message, text = f"Fix {word} {number}", f"{word} = {number}\n"
        stream += f"commit refs/heads/main\ncommitter A <a@example.test> {1_790_000_000 + number} +0000\n"
        stream += f"data {len(message)}\n{message}\nM 644 inline {word}.py\ndata {len(text)}\n{text}\n"
    git(folder, "fast-import", "--quiet", given=stream)
    return folder


def files_with(config: Config, word: str) -> list[Path]:
    """Files below the data folder with that word in their bytes, packed or not."""
    found = []
    for path in config.home.rglob("*"):
        if path.is_file():
            raw = path.read_bytes()
            plain = zstandard.ZstdDecompressor().decompress(raw) if raw[:4] == b"\x28\xb5\x2f\xfd" else raw
            if word.encode() in plain.lower():
                found.append(path)
    return found


@pytest.fixture
def config() -> Config:
    return load({}, os.environ, Path.cwd())


@pytest.fixture
def both(config: Config, tmp_path: Path) -> Config:
    """Two projects in the store, each with an index and a model."""
    with Store.open(config.home) as store:
        for word in (WORD, "wombat"):
            repo = made(tmp_path / word, word)
            stored(store, Log(word, project=f"remote:git.example.test/shop/{word}").everything(word))
            predict(config, repo, f"Fix {word}")
            train_files(config, repo)
    return config


def test_a_forgotten_project_leaves_no_word_in_any_index_or_model(both: Config) -> None:
    """And nothing of another project goes."""
    assert {path.suffix for path in files_with(both, WORD)} >= {".index"}

    forget(both, Extent(project=f"remote:git.example.test/shop/{WORD}"), NOW, dry_run=False)

    assert files_with(both, WORD) == []
    assert {path.suffix for path in files_with(both, "wombat")} >= {".index"}
    assert len(list((both.home / "models").rglob("*.json"))) == 1


@pytest.mark.parametrize(
    ("project", "dry_run"),
    [pytest.param(WORD, True, id="dry run"), pytest.param("nowhere", False, id="no such project")],
)
def test_nothing_goes_that_was_not_to_go(both: Config, project: str, dry_run: bool) -> None:
    """A dry run and an unknown name change no file."""
    before = sorted((both.cache / "files").iterdir())

    try:
        forget(both, Extent(project=f"remote:git.example.test/shop/{project}"), NOW, dry_run=dry_run)
    except NotFound:
        assert project == "nowhere"

    assert sorted((both.cache / "files").iterdir()) == before


def test_an_index_of_nobody_knows_whom_goes_with_any_project(both: Config) -> None:
    """It could be that one's, and it can be made again."""
    for path in (both.cache / "files").glob("*.project"):
        path.unlink()

    forget(both, Extent(project=f"remote:git.example.test/shop/{WORD}"), NOW, dry_run=False)

    assert list((both.cache / "files").iterdir()) == []


def test_cleanup_takes_what_was_not_written_for_long_and_halves(both: Config) -> None:
    """Indexes past the retention of sessions, and what a killed writer left; models stay."""
    folder = both.cache / "files"
    old, new = sorted(folder.glob("*.index"))
    half = folder / ".half.index.0a1b2c3d"
    half.write_text("half")
    for path, days in ((old, both.memory_retention_days + 1), (half, 2)):
        then = (NOW - timedelta(days=days)).timestamp()
        os.utime(path, (then, then))

    cleanup(both, NOW)

    assert [path.name for path in sorted(folder.iterdir()) if path.suffix != ".project"] == [new.name]
    assert len(list((both.home / "models").rglob("*.json"))) == 2
