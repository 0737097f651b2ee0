"""``twiceshy quality``: what to do comes first, and ``--check`` tells by its exit code."""

import json
from pathlib import Path

import pytest
from tests.recipes.sample_store import fill_with_sample

from twiceshy.base.config import Config
from twiceshy.doors.cli.main import main


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Config:
    return fill_with_sample(tmp_path_factory.mktemp("sample"))


def test_what_to_do_stands_first(sample: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """Then the topics; the seed's score ends it. The seed's own word does the same."""
    assert main(["--home", str(sample.home), "quality"]) == 0
    shown = capsys.readouterr().out
    main(["--home", str(sample.home), "quality-report"])

    assert capsys.readouterr().out == shown
    assert "twiceshy backfill --all" in shown.split("Rows to learn from")[0]
    assert shown.index("Labels") < shown.index("Texts") < shown.index("Seed score: ")
    assert max(map(len, shown.splitlines())) <= 80


def test_json_has_the_level_and_every_line(sample: Config, capsys: pytest.CaptureFixture[str]) -> None:
    """With n and interval."""
    main(["--home", str(sample.home), "quality", "--json"])
    found = json.loads(capsys.readouterr().out)

    assert found["schema"] == "twiceshy/quality/1"
    assert found["level"] == "warning"
    assert set(found["lines"][0]["rate"]) == {"hits", "n", "share", "low", "high"}
    assert found["seed_score"]["score"] > 0


def test_check_exits_by_the_worst(sample: Config, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A warning is 60; where nothing was ever stored, it says so as every verb does."""
    assert main(["--home", str(sample.home), "quality", "--check"]) == 60
    assert main(["--home", str(tmp_path / "none"), "quality", "--check"]) == 30
    assert "ingest" in capsys.readouterr().err
