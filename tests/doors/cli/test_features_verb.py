"""``twiceshy features`` as people and programs call it."""

import json
from pathlib import Path

import pytest
from tests.recipes.setup.git_builders import make_commit, make_repository

from twiceshy.doors.cli.main import main


@pytest.fixture
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bad change and its fix."""
    top = make_repository(tmp_path_factory.mktemp("repositories") / "web")
    bad = make_commit(top, "one\n")
    make_commit(top, "two\n", "-m", f"Fixes: {bad[:12]}")
    return top


def test_the_newest_change_is_shown(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Tier by tier, within the page; what is not known is counted."""
    assert main(["features", "--repo", str(repo)]) == 0
    shown = capsys.readouterr().out

    assert "too young to say what becomes of it." in shown
    assert "lines added" in shown
    assert "not known: --json names them." in shown or "numbers of" not in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_a_bad_change_says_who_knows(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And JSON has every number with its unit."""
    assert main(["features", "HEAD~1", "--repo", str(repo)]) == 0
    assert "a later commit says that it fixes it (" in capsys.readouterr().out
    assert main(["features", "HEAD~1", "--repo", str(repo), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)

    assert (found["schema"], found["fate"]["bad"]) == ("twiceshy/features/1", True)
    assert {"name": "la", "tier": 4, "unit": "lines added", "known_at": "the change itself", "value": 1} in found[
        "values"
    ]


def test_columns_are_listed(repo: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """With the share of the changes of which each is known."""
    assert main(["features", "--columns", "--repo", str(repo)]) == 0
    shown = capsys.readouterr().out

    assert "2 changes from" in shown
    assert "1 turned out bad, 0 good, 1 too young to say." in shown
    assert "the commit before" in shown


def test_rows_go_out_or_into_a_file_with_the_columns_beside_it(
    repo: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """What is there stays, unless it is to be replaced."""
    path = tmp_path / "features.csv"
    words = ["features", "--all", "--repo", str(repo)]
    assert main(words) == 0
    printed = capfd.readouterr().out
    assert main([*words, "-o", str(path)]) == 0
    assert "Wrote 2 rows" in capfd.readouterr().out

    assert path.read_text() == printed
    assert (tmp_path / "features.csv.columns.csv").read_text().startswith("name,tier,unit,known_at,known\nns,4,")
    assert main([*words, "-o", str(path)]) == 2
    path.unlink()
    assert main([*words, "-o", str(path)]) == 2
    assert "columns.csv is there already" in capfd.readouterr().err
    assert not path.exists()
    assert main([*words, "-o", str(path), "--force"]) == 0


REFUSED = [
    (["HEAD", "--all"], 2, "leave it out"),
    (["--columns", "--format", "csv"], 2, "--all --output"),
    (["--all", "--json"], 2, "add --output FILE"),
    (["--all", "--format", "parquet"], 2, "not for standard output"),
    (["no-such"], 30, "there is no commit"),
]


@pytest.mark.parametrize(("words", "code", "said"), REFUSED, ids=lambda one: " ".join(one) if type(one) is list else "")
def test_what_cannot_be_done_is_said(
    repo: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, said: str
) -> None:
    """In one sentence, and nothing on standard output."""
    assert main(["features", *words, "--repo", str(repo)]) == code
    out, err = capsys.readouterr()
    assert (out, said in err) == ("", True)
