"""A repository's history as rows for a trainer: parted by time, audited, and nothing that is excluded."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tests.judgement.outcomes.workbench import Repo

from twiceshy.base.config import Config, load
from twiceshy.base.errors import NotFound, SourceError, TwiceshyError
from twiceshy.base.values import Scope
from twiceshy.doors.cli.main import main
from twiceshy.records.exports import ExportSummary
from twiceshy_data.recipes.export_folders import export_folder
from twiceshy_data.recipes.export_records import export_rows
from twiceshy_data.recipes.outgoing_rows import EXCLUDED, MESSAGES, ExportWish

KEY = "AKIA" + "QYLPMN5HFIQR7XYA"
WORDS = ["parser", "lexer", "writer", "reader", "page"]


@pytest.fixture
def repo(tmp_path: Path) -> Repo:
    """Ten commits under a licence that lets anybody give them on."""
    repo = Repo(tmp_path / "web").started()
    repo.write("pyproject.toml", ["[project]", 'license = "MIT"'])
    for number in range(10):
        word = WORDS[number % 5]
        repo.write(f"src/{word}.py", [f"def {word}_{number}():", f"    return find_{word}({number})"])
        repo.commit(f"Mend the {word} for part{number}x")
    return repo


def settings(repo: Repo, **given: str) -> Config:
    return load({"home": str(repo.path.parent / "data")} | given, os.environ, repo.path)


def export(config: Config, repo: Repo, **wish: Any) -> tuple[list[dict[str, Any]], ExportSummary]:
    pieces: list[bytes] = []
    asked = ExportWish(kind=MESSAGES, form="jsonl", scope=Scope(), repo=repo.path)._replace(**wish)
    done = export_rows(config, asked, pieces.append)
    return [json.loads(line) for line in b"".join(pieces).splitlines()], done


def test_rows_are_parted_by_time_and_see_only_what_is_older(repo: Repo) -> None:
    """Three fifths, one, one; a body with a person's address is left away."""
    repo.write("src/last.py", ["x = 1"])
    repo.git("add", "-A")
    repo.commit("Mend the last one\n\nAsk somebody@corp-mail.com about it.")
    rows, done = export(settings(repo), repo)

    assert [row["split"] for row in rows] == ["train"] * 6 + ["validation"] * 2 + ["test"] * 3
    for number, row in enumerate(rows[:10]):
        assert row["completion"] == [
            {"role": "assistant", "content": f"Mend the {WORDS[number % 5]} for part{number}x"}
        ]
        seen = [other for other in range(10) if f"part{other}x" in row["prompt"][0]["content"]]
        assert len(seen) == min(number, 3)
        assert all(other < number for other in seen)
        assert "paths" not in row["meta"]
    assert rows[10]["completion"] == [{"role": "assistant", "content": "Mend the last one"}]
    assert (done.rows, done.left_out, done.level) == (11, {}, "strict")
    assert export(settings(repo), repo)[1].sha256 == done.sha256


def test_what_is_excluded_is_in_no_row_and_beside_none(repo: Repo) -> None:
    """It is counted."""
    rows, done = export(settings(repo, **{"contribute.exclude": "src/page.py"}), repo)

    assert (len(rows), done.left_out) == (8, {EXCLUDED: 2})
    assert "part4x" not in json.dumps(rows)


def test_a_history_without_a_licence_leaves_only_if_one_is_stated(repo: Repo) -> None:
    """Rows that stay here need none."""
    (repo.path / "pyproject.toml").unlink()
    with pytest.raises(NotFound, match="licence is not stated"):
        export(settings(repo), repo)
    assert len(export(settings(repo), repo, license="MIT")[0]) == 10
    found, done = export(settings(repo), repo, stays=True)
    assert (len(found), done.left_out) == (10, {})


def test_a_planted_key_leaves_neither_in_a_file_nor_in_a_folder(
    repo: Repo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Redaction takes it out; where redaction missed it the export fails, and nothing is left of it."""
    repo.write("src/key.py", [f'key = "{KEY}"'])
    repo.commit(f"Add a key\n\nIt is {KEY}.")
    rows, _ = export(settings(repo), repo)
    assert KEY not in json.dumps(rows)
    assert rows[-1]["completion"][0]["content"] == "Add a key"

    class Blind:
        def texts(self, texts: list[str]) -> list[str]:
            return list(texts)

    monkeypatch.setattr("twiceshy_data.recipes.history_rows.make_scrubber", lambda *_: Blind())
    with pytest.raises(TwiceshyError, match="of a kind that stops whatever leaves"):
        export(settings(repo), repo)
    pytest.importorskip("pyarrow")
    wish = ExportWish(kind=MESSAGES, form="hf", scope=Scope(), repo=repo.path)
    with pytest.raises(TwiceshyError, match="of a kind that stops whatever leaves"):
        export_folder(settings(repo), wish, tmp_path / "out", replace=False)
    assert not (tmp_path / "out").exists()


def test_the_folder_loads_offline_with_the_columns_of_a_trainer(repo: Repo, tmp_path: Path) -> None:
    """And its page says how it was parted."""
    pytest.importorskip("pyarrow")
    datasets = pytest.importorskip("datasets")
    wish = ExportWish(kind=MESSAGES, form="hf", scope=Scope(), repo=repo.path)
    done = export_folder(settings(repo), wish, tmp_path / "out", replace=False)

    found = datasets.load_dataset(str(tmp_path / "out"), MESSAGES, cache_dir=str(tmp_path / "cache"))
    assert {name: len(one) for name, one in found.items()} == done.splits == {"train": 6, "validation": 2, "test": 2}
    assert found["train"][0]["prompt"][0]["role"] == "user"
    assert found["test"][-1]["completion"] == [{"role": "assistant", "content": "Mend the page for part9x"}]
    page = (tmp_path / "out" / "README.md").read_text()
    for said in (
        "# Commit messages of",
        "Commits are parted by time.",
        "400 tokens",
        "contribute.exclude",
    ):
        assert said in page
    for other in ("coding agents did", "Output of tools", "twiceshy forget"):
        assert other not in page


def test_an_empty_history_and_no_repository_are_said_so(tmp_path: Path) -> None:
    """With what is missing."""
    small = Repo(tmp_path / "web").started()
    with pytest.raises(NotFound, match="no commit with a message of a person"):
        export(settings(small), small)
    with pytest.raises(SourceError):
        export(settings(small), Repo(tmp_path))


def test_the_verb_names_the_repository(repo: Repo, capfd: pytest.CaptureFixture[str]) -> None:
    """As a path; options that do not go together are refused."""
    assert main(["export", "finetune", "--task", "messages", "--repo", str(repo.path)]) == 0
    assert len(capfd.readouterr().out.splitlines()) == 10
    for words in (
        ["finetune", "--task", "messages", "--form", "dpo"],
        ["finetune", "--task", "messages", "--project", "x"],
        ["runs", "--task", "messages"],
        ["finetune", "--form", "sft", "--repo", "."],
    ):
        assert main(["export", *words]) == 2
        assert "--task messages" in capfd.readouterr().err
    assert main(["export", "finetune", "--task", "messages", "--repo", str(repo.path), "--since", "2030-01-01"]) != 0
