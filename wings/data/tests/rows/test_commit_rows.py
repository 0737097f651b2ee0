"""``export commits``: the first collector's keys in its order, and nothing unknown invented."""

import csv
import io
import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from twiceshy.base.config import Config, load
from twiceshy.base.values import Scope
from twiceshy.logs.history.backfill_commits import backfill
from twiceshy.logs.history.told_verdicts import CiWish, set_ci_result
from twiceshy.recipes.demo.sample_project import make_secrets
from twiceshy_data.recipes.export_records import export_rows
from twiceshy_data.recipes.outgoing_rows import ExportWish
from twiceshy_data.rows.commit_rows import COLUMNS

TOKEN = make_secrets(1)["code host token"]
FIRST_KEYS = [
    "hash",
    "message",
    "author",
    "timestamp",
    "branch",
    "files_changed",
    "insertions",
    "deletions",
    "hour_of_day",
    "day_of_week",
    "is_merge",
    "is_initial",
    "parent_count",
]


def git(folder: Path, *words: str, **env: str) -> str:
    done = subprocess.run(
        ["git", "-C", str(folder), *words], check=True, capture_output=True, text=True, env=os.environ | env
    )
    return done.stdout.strip()


@pytest.fixture
def config(tmp_path: Path) -> Config:
    """A store with four commits: the first, one with a secret, its revert, an amended one."""
    repo = tmp_path / "web"
    git(tmp_path, "init", "-q", "-b", "main", "web")
    for number, message in enumerate(["First", f"Add a\n\nsee {TOKEN}"]):
        (repo / f"{number}.txt").write_text("one\ntwo\n")
        git(repo, "add", "-A")
        git(repo, "commit", "-q", "-m", message, GIT_AUTHOR_DATE=f"2026-09-0{number + 1}T23:30:00+0530")
    git(repo, "revert", "--no-edit", "HEAD")
    git(repo, "commit", "-q", "--allow-empty", "-m", "Last")
    git(repo, "commit", "-q", "--allow-empty", "--amend", "-m", "Last again")
    settings = load({"home": str(tmp_path / "store")}, {}, tmp_path)
    backfill(settings, repo, 0)
    set_ci_result(settings, repo, CiWish(commit="HEAD", result="pass"))
    return settings


def export(config: Config, form: str = "jsonl", **scope: Any) -> str:
    pieces: list[bytes] = []
    export_rows(config, ExportWish("commits", form, Scope(**scope)), pieces.append)
    return b"".join(pieces).decode()


def test_rows_begin_with_the_known_keys(config: Config) -> None:
    """Of every line; the hour is the author's."""
    rows = [json.loads(line) for line in export(config).splitlines()]

    assert [list(row)[:13] for row in rows] == [FIRST_KEYS] * 4
    assert [list(row) for row in rows] == [[column.name for column in COLUMNS]] * 4
    first = rows[0]
    assert (first["hour_of_day"], first["day_of_week"], first["is_initial"], first["insertions"]) == (
        23,
        "Tuesday",
        True,
        2,
    )
    assert (first["files_changed"], first["branch"], len(first["hash"])) == (["0.txt"], "main", 40)
    assert rows[1]["seconds_since_last_commit"] == 24 * 3600


def test_what_became_known_later_is_in_it(config: Config) -> None:
    """CI result, revert, amendment; null where nothing is known."""
    rows = {row["message"].split("\n")[0]: row for row in map(json.loads, export(config).splitlines())}

    assert [(name, row["reverted"], row["amended"], row["ci_result"]) for name, row in rows.items()] == [
        ("First", False, False, None),
        ("Add a", True, False, None),
        ('Revert "Add a"', False, False, None),
        ("Last again", False, True, "pass"),
    ]
    assert {row["session_id"] for row in rows.values()} == {None}


def test_no_secret_leaves(config: Config) -> None:
    """In either form, and hashes are no secrets."""
    for form in ("jsonl", "csv"):
        assert TOKEN not in export(config, form)
    (row, *_) = csv.DictReader(io.StringIO(export(config, "csv")))
    assert len(row["hash"]) == len(row["tree"]) == 40


def test_a_time_can_be_chosen(config: Config) -> None:
    """By when a commit was made here."""
    assert export(config, since=datetime(2026, 1, 1, tzinfo=UTC)) == export(config)
