"""doors.cli.write_page: the page is written where a person says, privately, and never over a file unasked."""

import os
import shutil
import stat
from pathlib import Path

import pytest

from twiceshy.doors.cli.main import main


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the first test leaves what it made, for the next ones."""
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def page(tmp_path: Path, capsys: pytest.CaptureFixture[str], kept: Path) -> Path:
    """A page of the sample project."""
    path, home = tmp_path / "page.html", Path(os.environ["TWICESHY_HOME"])
    if (kept / path.name).exists():
        shutil.copytree(kept / "home", home)
        shutil.copy2(kept / path.name, path)
        return path
    assert main(["report", "--first-look", "--html", str(path)]) == 0
    assert f"Wrote {path} (" in capsys.readouterr().out
    shutil.copytree(home, kept / "home")
    shutil.copy2(path, kept)
    return path


def sample(*words: str) -> list[str]:
    """Return a command on the sample's store."""
    return ["--home", str(Path(os.environ["TWICESHY_HOME"]) / "sample"), "report", *words]


def test_the_page_is_private_and_the_same_again(page: Path) -> None:
    """Whole, for its owner only, the same bytes for the same store."""
    text = page.read_text(encoding="utf-8")

    assert text.startswith("<!DOCTYPE html>")
    assert text.endswith("</html>\n")
    assert stat.S_IMODE(page.stat().st_mode) == 0o600 or os.name == "nt"
    assert main(sample("--html", str(page.with_name("again.html")))) == 0
    assert page.with_name("again.html").read_bytes() == page.read_bytes()


def test_a_file_is_replaced_only_by_force(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Else it stays, and the words that replace it are said."""
    page.write_text("mine")

    assert main(sample("--html", str(page))) == 2
    assert "is there already. Name another file, or replace it with --force." in capsys.readouterr().err
    assert page.read_text() == "mine"
    assert main(sample("--html", str(page), "--force")) == 0
    assert page.read_text() != "mine"


def test_a_folder_is_not_made(page: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A misspelt path leaves nothing behind."""
    assert main(sample("--html", str(page.parent / "no" / "page.html"))) == 2
    assert "there is no folder" in capsys.readouterr().err
    assert main(sample("--html", str(page.parent), "--force")) == 20
    assert "cannot be written" in capsys.readouterr().err


def test_text_of_calls_is_there_only_if_asked_for(page: Path) -> None:
    """And the page says that it is."""
    words = "It holds commands and messages of single calls"
    assert main(sample("--html", str(page.with_name("text.html")), "--with-text")) == 0

    assert words not in page.read_text(encoding="utf-8")
    assert words in page.with_name("text.html").read_text(encoding="utf-8")


def test_the_title_names_the_time(page: Path) -> None:
    """What narrows the page stands in it."""
    path = page.with_name("narrow.html")
    assert main(sample("--since", "2026-01-05", "--until", "2026-12-30", "--html", str(path))) == 0
    text = path.read_text(encoding="utf-8")

    assert "5 Jan 2026 - 30 Dec 2026</title>" in text
    assert "sessions since 5 Jan 2026, sessions that began before 30 Dec 2026" in text
