"""twiceshy_git.memory_recipes.commit_entries: from a repository to the records of its memory."""

import subprocess
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.archive.note_rows import add_ci_results, add_told_revert
from twiceshy.base.values import Scrubbed
from twiceshy.logs.collect.read_commits import read_commits
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.commits import CiResult, Revert
from twiceshy_git.memory_recipes.memory_entries import list_commit_records

IDENTITY = Scrubbed("remote:git.example.test/shop/web")
AT = datetime(2026, 9, 1, tzinfo=UTC)


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


def test_a_history_becomes_records(tmp_path: Path) -> None:
    """Commits with whole messages, what CI said, and what was taken back; a commit not read whole yet waits."""
    repo = tmp_path / "web"
    git(tmp_path, "init", "-q", "-b", "main", "web")
    git(repo, "remote", "add", "origin", "git@git.example.test:shop/web.git")
    git(repo, "commit", "-q", "--allow-empty", "-m", "First")
    (repo / "a").write_text("one\n")
    git(repo, "add", "a")
    git(repo, "commit", "-q", "-m", "Add\n\nMany words.")
    git(repo, "revert", "--no-edit", "HEAD")
    first, added, reverted = git(repo, "rev-list", "--reverse", "HEAD").split()
    scrubber = Scrubber(load_rules(), b"s" * 32, RedactionLevel.STANDARD)
    with Store.open(tmp_path / "store") as store:
        read_commits(store, scrubber, [str(repo)])
        with store.begin_writing() as connection:
            add_ci_results(connection, IDENTITY, [CiResult(commit_hash=added, at=AT, result="pass")])
            add_told_revert(connection, IDENTITY, Revert(commit_hash=first, at=AT))
        records = list(list_commit_records(store, IDENTITY))
        with store.begin_writing() as connection:
            connection.execute("UPDATE commit_ SET tree = NULL WHERE hash = ?", (first,))
        later = list(list_commit_records(store, IDENTITY))

    assert Counter(one.type for one in records) == {"commit": 3, "ci": 1, "revert": 2}
    assert [one.fields["message"] for one in records if one.fields.get("hash") == added] == ["Add\n\nMany words."]
    assert {(one.fields["commit"], one.fields.get("by"), one.fields["evidence"]) for one in records[4:]} == {
        (first, None, "told"),
        (added, reverted, "message"),
    }
    assert [one.fields["hash"] for one in records if one.type == "commit" and one not in later] == [first]
