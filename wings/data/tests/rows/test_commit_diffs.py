"""What commits changed, in their rows: read from git where it is here, redacted, and counted where it is not."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.logs.history.backfill_commits import backfill
from twiceshy.recipes.demo.sample_project import make_secrets
from twiceshy.records.exports import ExportSummary
from twiceshy_data.export.commit_patches import CUT_MARK, MOST_PATCH
from twiceshy_data.recipes.export_records import MixWish, export_mix, export_rows
from twiceshy_data.recipes.outgoing_rows import ExportWish
from twiceshy_data.recipes.split_rows import SplitWish

TOKEN = make_secrets(1)["code host token"]
FIRST = "a.txt: +1; caf\\xe9: +1"


def git(folder: Path, *words: str) -> str:
    dates = {"GIT_AUTHOR_DATE": "2026-09-01T10:00:00Z", "GIT_COMMITTER_DATE": "2026-09-01T10:00:00Z"}
    command = ["git", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True, env=os.environ | dates).stdout.strip()


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Config:
    """A store with three commits: a name that is not UTF-8 and a binary file, a secret, many lines."""
    repo = tmp_path / "web"
    git(tmp_path, "init", "-q", "-b", "main", "web")
    files = {b"a.txt": "one\n", b"caf\xe9": "x\n", b"i.png": "\0\1"}
    for number, added in enumerate([files, {b"a.txt": f"token = '{TOKEN}'\n"}, {b"long": "some words\n" * 9_000}]):
        for name, text in added.items():
            Path(os.fsdecode(os.fsencode(repo) + b"/" + name)).write_text(text)
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", f"Commit {number}")
    settings = load({"home": str(tmp_path / "store")}, {}, tmp_path)
    backfill(settings, repo, 0)
    monkeypatch.chdir(repo)
    return settings


def export_patches(config: Config, split: SplitWish | None = None) -> tuple[dict[str, dict[str, Any]], ExportSummary]:
    pieces: list[bytes] = []
    done = export_rows(config, ExportWish("commits", "jsonl", Scope(), with_diffs=True, split=split), pieces.append)
    return {row["message"]: row for row in map(json.loads, b"".join(pieces).splitlines())}, done


def export_outputs(config: Config) -> tuple[dict[str, str], ExportSummary]:
    pieces: list[bytes] = []
    done = export_mix(config, ExportWish("all", "jsonl", Scope()), MixWish("jsonl"), pieces.append)
    return {row["input"]: row["output"] for row in map(json.loads, b"".join(pieces).splitlines())}, done


def test_one_file_of_all_counts_hunks(config: Config) -> None:
    """By file; a binary one has none."""
    found, done = export_outputs(config)

    assert found == {"Commit 0": FIRST, "Commit 1": "a.txt: ~1", "Commit 2": "long: +1"}
    assert done.without_diff == 0


def test_patches_are_redacted_and_bounded(config: Config) -> None:
    """A secret is replaced before the audit, and a long patch says that it is cut."""
    rows, done = export_patches(config)
    patches = {name: row["patch"] or "" for name, row in rows.items()}

    assert patches["Commit 0"].startswith("diff --git a/a.txt b/a.txt\n")
    assert "-one\n+token = " in patches["Commit 1"]
    assert TOKEN not in "".join(patches.values())
    assert patches["Commit 2"].endswith(f"\n+some words\n{CUT_MARK}")
    assert len(patches["Commit 2"]) <= MOST_PATCH + len(CUT_MARK)
    assert (done.without_diff, done.replaced) == (0, {})


def test_what_is_redacted_in_a_patch_is_counted(config: Config) -> None:
    """Where that is a column."""
    rows, _ = export_patches(config, split=SplitWish(shares=None))

    assert [row["redactions"] for row in rows.values()] == [0, 1, 0]


def test_a_repository_that_is_not_here_is_said(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is known of its commits, which is counted."""
    monkeypatch.chdir(tmp_path)
    outputs, mixed = export_outputs(config)
    rows, done = export_patches(config)

    assert set(outputs.values()) == {""}
    assert [row["patch"] for row in rows.values()] == [None] * 3
    assert (mixed.without_diff, done.without_diff) == (3, 3)


def test_one_commit_that_git_lost_costs_no_other(config: Config, tmp_path: Path) -> None:
    """Its content is gone; the commits around it are told."""
    blob = git(tmp_path / "web", "rev-parse", "HEAD:long")
    (tmp_path / "web" / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found, done = export_outputs(config)

    assert found["Commit 0"] == FIRST
    assert (found["Commit 2"], done.without_diff) == ("", sum(not text for text in found.values()))


def test_where_a_shallow_clone_ends_nothing_is_told(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Git would give the whole tree for what the commit changed."""
    shutil.rmtree(config.home)
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{tmp_path / 'web'}", "short")
    backfill(config, tmp_path / "short", 0)
    monkeypatch.chdir(tmp_path / "short")

    assert export_outputs(config)[0] == {"Commit 2": ""}
