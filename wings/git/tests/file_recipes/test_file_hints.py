"""Partners that were left out, hints for an agent, what sessions know, and the baseline's files."""

import json
import os
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from tests.archive.conftest import Log, stored

from twiceshy.archive.db import Store
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreCorrupt, UsageError
from twiceshy.doors.cli.main import main
from twiceshy.doors.mcp.tools import brief_for_task
from twiceshy.records.predictions import Hints, Partner
from twiceshy_git.file_recipes.file_hints import ask_within, brief_lines, hints_for, partners_of
from twiceshy_git.file_recipes.predict_files import predict


def git(repo: Path, *words: str, given: str = "") -> None:
    subprocess.run(["git", "-C", str(repo), *words], check=True, capture_output=True, input=given.encode())


@pytest.fixture
def repo(tmp_path: Path) -> Path:
    """Forty commits: auth and its test always together, src/shop.py alone once, pages now and then."""
    folder = tmp_path / "shop"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    git(folder, "remote", "add", "origin", "https://host/owner/web-shop.git")
    stream = ""
    for number in range(40):
        names = ["auth.py", "test_auth.py"] if number % 2 else [f"page{number % 4}.md"]
        names += [] if number else ["src/shop.py"]
        message = f"Fix auth {number}" if number % 2 else f"Write page {number}"
        stream += f"commit refs/heads/main\ncommitter A <a@example.test> {1_790_000_000 + number} +0000\n"
        stream += f"data {len(message)}\n{message}\n"
        stream += "".join(f"M 644 inline {name}\ndata {len(message)}\n{message}\n" for name in names)
    git(folder, "fast-import", "--quiet", given=stream)
    git(folder, "reset", "-q", "--hard")
    return folder


@pytest.fixture
def config() -> Config:
    return load({}, os.environ, Path.cwd())


@pytest.mark.parametrize(
    ("given", "missed"),
    [
        pytest.param([], [], id="nothing given"),
        pytest.param(["nowhere.py"], [], id="no such file"),
        pytest.param(["auth.py", "test_auth.py"], [], id="both are there"),
        pytest.param(["src/shop.py"], [], id="together once only"),
        pytest.param(["auth.py"], [("test_auth.py", "auth.py", 20, 20)], id="the test is missing"),
    ],
)
def test_a_partner_is_missed_only_if_it_mostly_changes_too(
    repo: Path, config: Config, given: list[str], missed: list[tuple[str, str, int, int]]
) -> None:
    """At least three times and in half of the file's commits."""
    found = partners_of(config, repo, given, 5)

    assert [(one.path, one.of, one.times, one.changes) for one in found] == missed


def test_a_deleted_partner_is_not_missed(repo: Path, config: Config) -> None:
    """It cannot be changed any more."""
    git(repo, "rm", "-q", "test_auth.py")
    git(repo, "commit", "-q", "-m", "Drop")

    assert partners_of(config, repo, ["auth.py"], 5) == []


def test_hints_are_few_and_use_only_an_index_that_is_there(
    repo: Path, config: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Silence before the first prediction, without words, outside of a repository and when time is over."""
    prompt = "Fix the auth flow in auth.py"
    assert brief_lines(config, repo, prompt, budget_s=60) == []
    predict(config, repo, prompt)
    monkeypatch.setattr("twiceshy_git.file_recipes.predict_files.read_changes", lambda *_, **__: pytest.fail("read"))

    lines = brief_lines(config, repo, prompt, budget_s=60)

    assert 1 <= len(lines) <= 3
    assert "auth.py` (" in lines[0]
    assert brief_lines(config, repo, " ", budget_s=60) == []
    assert brief_lines(config, repo, prompt, budget_s=0) == []
    assert brief_lines(config, repo.parent, prompt, budget_s=60) == []


def test_files_in_hand_name_their_missing_partners(repo: Path, config: Config) -> None:
    """With a task or without one; nothing where the partner is in hand too."""
    predict(config, repo, "Fix auth")

    def missed(*files: str) -> list[str]:
        return [one.path for one in hints_for(config, repo, "", in_hand=files, budget_s=60).missed]

    assert missed("auth.py") == missed(str(repo / "auth.py")) == ["test_auth.py"]
    assert missed("auth.py", "test_auth.py") == missed("nowhere.py") == []
    assert brief_lines(config, repo, "", in_hand=["auth.py"], budget_s=60) == [
        "`test_auth.py` changed with `auth.py` in 20 of 20 commits."
    ]


def test_an_agent_that_asks_gets_files_and_missed_partners(repo: Path, config: Config) -> None:
    """Through the protocol's tool: paths with counts, partners of the files that it changed; the brief has the line."""
    predict(config, repo, "Fix auth")
    given = {"task": "Fix auth again in auth.py", "folder": str(repo)}

    found = brief_for_task(config, given)
    edited = brief_for_task(config, {"task": "Write pages", "files": ["auth.py"], "folder": str(repo)})

    paths = [one["path"] for one in found["likely_files"]]
    assert "test_auth.py" in paths or found["missed_partners"][0]["path"] == "test_auth.py"
    assert all(0 <= one["probability"] <= 1 and one["reasons"] for one in found["likely_files"])
    assert any("auth.py" in line for line in found["files"])
    assert found["files"][0] in found["words"]
    assert edited["missed_partners"] == [
        {"path": "test_auth.py", "changes_with": "auth.py", "in_commits": 20, "of": 20}
    ]


def test_who_is_late_is_not_waited_for() -> None:
    """The caller goes on when the time is over, whatever the answer would have been."""
    never = Event()

    def late() -> Hints:
        never.wait(60)
        return Hints(missed=(Partner(path="b", of="a", times=3, changes=3),))

    assert ask_within(0.01, late) == Hints()
    never.set()
    assert ask_within(60, late).missed


def test_no_error_reaches_who_did_not_ask(repo: Path, config: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of a model file nor of a missing git."""
    predict(config, repo, "Fix auth")
    key = next((config.cache / "files").glob("*.index")).name.partition("-")[0]
    folder = config.home / "models" / key
    folder.mkdir(parents=True)
    (folder / "files-0001.json").write_text("{}")
    (folder / "active").write_text("files-0001")
    assert hints_for(config, repo, "Fix auth", budget_s=60) == Hints()

    monkeypatch.setenv("PATH", "/nowhere")

    assert hints_for(config, repo, "Fix auth", budget_s=60) == Hints()


def test_what_alike_sessions_changed_is_a_reason(repo: Path, config: Config) -> None:
    """Only sessions that share the words; they move no file."""
    plain = [file.path for file in predict(config, repo, "Rotate wombat tokens").files]
    with Store.open(config.home) as store:
        for name, words in (("one", "rotate wombat tokens"), ("two", "the wombat tokens again"), ("three", "else")):
            log = Log(name, start=datetime(2026, 9, 1, 12, tzinfo=UTC)).opened().prompt(words)
            stored(store, log.call(name).edit(name, "a", "b"))

    found = predict(config, repo, "Rotate wombat tokens")
    reasons = {file.path: file.reasons for file in found.files}

    assert [file.path for file in found.files] == plain
    assert any("changed in 2 sessions about" in reason for reason in reasons["src/shop.py"])
    assert not any("sessions" in one for one in str(predict(config, repo, "Fix giraffe")).split())


def test_later_sessions_and_a_broken_store_change_nothing(repo: Path, config: Config) -> None:
    """No look ahead, and no error."""
    plain = predict(config, repo, "Rotate wombat tokens").files
    with Store.open(config.home) as store:
        future = Log("late", start=datetime(2036, 9, 1, tzinfo=UTC)).opened().prompt("Rotate wombat tokens")
        stored(store, future.call("late").edit("late", "a", "b"))

    assert predict(config, repo, "Rotate wombat tokens").files == plain
    (config.home / "twiceshy.db").write_bytes(b"no database" * 500)
    for rest in ("-wal", "-shm"):
        (config.home / f"twiceshy.db{rest}").unlink(missing_ok=True)
    assert predict(config, repo, "Rotate wombat tokens").files == plain


def test_a_tfidf_file_can_be_written_and_ranked_with(
    repo: Path, config: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """With the keys that other collectors read; and what is none is refused."""
    out = tmp_path / "model.json"
    assert main(["train", "files", "--model", "tfidf", "--out", str(out), "--repo", str(repo)]) == 0
    keys: dict[str, Any] = json.loads(out.read_text())

    assert {"file_cooccurrence", "type_to_files", "keyword_to_files", "file_frequency", "total_commits"} <= set(keys)
    assert main(["predict", "fix auth", "--model-file", str(out), "--repo", str(repo)]) == 0
    assert "auth.py" in capsys.readouterr().out
    out.write_text("{}")
    with pytest.raises(StoreCorrupt):
        predict(config, repo, "fix auth", model_file=out)
    with pytest.raises(UsageError):
        predict(config, repo, "fix auth", model_file=tmp_path / "nowhere")
    assert main(["train", "files", "--model", "tfidf", "--repo", str(repo)]) != 0


@pytest.mark.parametrize("form", ["", "--json"])
def test_partners_answer_in_words_and_as_json(repo: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    """The verb says which file and how often."""
    assert main(["predict", "--repo", str(repo), *([form] if form else []), "--partners", "auth.py"]) == 0
    assert "test_auth.py" in capsys.readouterr().out
