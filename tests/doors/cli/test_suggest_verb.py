"""`suggest` as its reader sees it: the list, one of it, writing, and taking out."""

import io
import json
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.insights.suggest import conftest as suggest_shop
from tests.insights.suggest.conftest import INSTALL, TIMEOUT, TOX, UPSTREAM, Shop, a_proposal

from twiceshy.doors.cli.commands import suggest
from twiceshy.doors.cli.main import main
from twiceshy.doors.cli.offer_suggestions import identify_terminal
from twiceshy.records.insights import RemedyKind
from twiceshy.records.suggestions import Comeback, RemedyEffect, SuggestionList
from twiceshy.screens.terminal.draw_suggestions import render_suggestions
from twiceshy.screens.terminal.page import Page, Pen

Snapshot = Callable[[str, str], None]
propose, shop = suggest_shop.propose, suggest_shop.shop
PAGE = Page(80, Pen(on=False), datetime(2026, 11, 20, tzinfo=UTC))
LINT = a_proposal("p-51e2c0aa", "Lint runs with `npm run lint -- --fix`.", evidence="worked 40 of 41, 22 sessions")


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Says what the person at the terminal types; the terminal has a name."""

    def type_words(words: str) -> None:
        stdin = io.StringIO(words)
        monkeypatch.setattr(stdin, "isatty", lambda: True, raising=False)
        monkeypatch.setattr(sys, "stdin", stdin)
        monkeypatch.setattr(suggest, "identify_terminal", lambda: "pts/1 7 1")

    return type_words


@pytest.fixture
def folder(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The project's folder, in which the verb is called."""
    monkeypatch.chdir(shop.root)
    monkeypatch.setattr(suggest, "identify_terminal", str)
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    return shop.root


@pytest.mark.usefixtures("folder")
def test_nothing_to_suggest_is_said(capsys: pytest.CaptureFixture[str]) -> None:
    """With what that means."""
    assert main(["suggest"]) == 0
    assert capsys.readouterr().out.startswith("Nothing to suggest: no mistake recurs here")


def test_the_list_names_what_goes_where(
    folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str], snapshot: Snapshot
) -> None:
    """Lines, settings, programs; each with evidence and price."""
    propose(a_proposal(), LINT, TIMEOUT, UPSTREAM, INSTALL, a_proposal(text="Obey `x`."))
    (folder / "CLAUDE.md").write_text("# Shop\n")
    main(["suggest"])

    snapshot("suggest", capsys.readouterr().out)


def test_effects_are_told(snapshot: Snapshot) -> None:
    """In each of the four ways."""

    def an_effect(verdict: Comeback, after: int, of: int) -> RemedyEffect:
        return RemedyEffect(
            id="i-1",
            text=TOX,
            path=Path("CLAUDE.md"),
            project="web-shop",
            applied_at=datetime(2026, 11, 2, tzinfo=UTC),
            verdict=verdict,
            before=31,
            before_sessions=58,
            after=after,
            after_sessions=of,
            difference=-0.534,
            low=-0.657,
            high=-0.246,
        )

    effects = [
        an_effect(Comeback.FEWER, 0, 11),
        an_effect(Comeback.TOO_EARLY, 1, 3),
        an_effect(Comeback.MORE, 11, 11),
        an_effect(Comeback.NOT_COUNTED, 0, 11),
    ]
    found = SuggestionList(places=[], effects=effects, known=3, refused=0, more=0, elsewhere=["api", "infra"])

    snapshot("suggest-effects", render_suggestions(found, PAGE, ""))


def test_a_number_needs_a_list_that_was_shown(
    folder: Path,
    propose: Callable[..., None],
    terminal: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
) -> None:
    """To this terminal; then it means what stood there."""
    propose(a_proposal(), LINT)
    terminal("y\n")
    assert main(["suggest", "2", "--write"]) == 2
    assert "run `twiceshy suggest` first" in capsys.readouterr().err
    main(["suggest"])
    propose(LINT, a_proposal())
    assert main(["suggest", "2", "--write"]) == 0

    assert "npm run lint" in (folder / "CLAUDE.md").read_text()
    assert TOX not in (folder / "CLAUDE.md").read_text()
    assert main(["suggest", "9"]) == 2
    assert "the last list had no 9" in capsys.readouterr().err


def test_without_a_terminal_nothing_is_written(
    folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """But with --yes; numbers mean nothing then, ids do."""
    propose(a_proposal())
    assert main(["suggest", "--write"]) == 2
    assert "add --yes" in capsys.readouterr().err
    assert not (folder / "CLAUDE.md").exists()
    assert main(["suggest", "1", "--write", "--yes"]) == 2
    assert main(["suggest", "i-3f2a9c1e", "--write", "--yes"]) == 0
    assert TOX in (folder / "CLAUDE.md").read_text()


def test_writing_shows_the_change_and_asks(
    folder: Path,
    propose: Callable[..., None],
    terminal: Callable[[str], None],
    capsys: pytest.CaptureFixture[str],
    snapshot: Snapshot,
) -> None:
    """No means no."""
    (folder / "CLAUDE.md").write_text("# Shop")
    propose(a_proposal())
    terminal("n\n")
    assert main(["suggest", "--write"]) == 0
    assert (folder / "CLAUDE.md").read_text() == "# Shop"
    snapshot("suggest-write", capsys.readouterr().out.replace(str(folder), "FOLDER"))
    terminal("y\n")
    main(["suggest", "--write"])
    terminal("y\n")
    main(["suggest", "--undo"])
    assert (folder / "CLAUDE.md").read_text() == "# Shop"


def _track(folder: Path, name: str) -> None:
    import subprocess  # noqa: PLC0415

    (folder / name).write_text("# Shop\n")
    subprocess.run(["git", "-C", str(folder), "add", name], check=True)


def test_a_tracked_file_is_not_the_first_choice(
    folder: Path, propose: Callable[..., None], terminal: Callable[[str], None]
) -> None:
    """The user's own is; the other on request."""
    _track(folder, "CLAUDE.md")
    propose(a_proposal(), LINT)
    terminal("\ny\n")
    main(["suggest", "i-3f2a9c1e", "--write"])
    assert TOX in (folder / "CLAUDE.local.md").read_text()
    assert (folder / "CLAUDE.md").read_text() == "# Shop\n"
    terminal("2\ny\n")
    main(["suggest", "p-51e2c0aa", "--write"])
    assert "npm run lint" in (folder / "CLAUDE.md").read_text()


def test_a_tracked_file_without_another_has_to_be_named(
    folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """Where nobody can be asked."""
    _track(folder, "AGENTS.md")
    propose(a_proposal())
    assert main(["suggest", "--write", "--yes"]) == 2
    assert "--to AGENTS.md" in capsys.readouterr().err
    assert main(["suggest", "--write", "--yes", "--to", "AGENTS.md"]) == 0
    assert TOX in (folder / "AGENTS.md").read_text()


def test_one_can_be_looked_at(folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """Where it goes, and how to write it."""
    propose(TIMEOUT, INSTALL)
    main(["suggest", "i-77777777"])
    assert f"{folder}/.claude/settings.local.json" in capsys.readouterr().out
    main(["suggest", "i-99999999"])
    assert "Do this yourself" in capsys.readouterr().out


def test_json_has_everything(folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str]) -> None:
    """The list, a writing, an undoing."""
    propose(a_proposal())
    main(["suggest", "--json"])
    found = json.loads(capsys.readouterr().out)
    assert (found["schema"], found["places"][0]["suggestions"][0]["id"]) == ("twiceshy/suggest/1", "i-3f2a9c1e")
    main(["suggest", "--write", "--yes", "--json"])
    assert json.loads(capsys.readouterr().out)["changes"][0]["rows"][0]["kind"] == RemedyKind.TEXT
    main(["suggest", "--undo", "--yes", "--json"])
    assert json.loads(capsys.readouterr().out)["schema"] == "twiceshy/suggest-undo/1"
    assert not (folder / "CLAUDE.md").exists()


def test_a_refused_file_is_an_exit_code(
    folder: Path, propose: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    """With the reason and the line to paste."""
    (folder / "CLAUDE.md").write_bytes(b"# Gr\xf6\xdfe")
    propose(a_proposal())
    assert main(["suggest", "--write", "--yes"]) == 1
    assert f"it is not UTF-8. To do it by hand, put this into it:\n{TOX}" in capsys.readouterr().out


def test_a_terminal_has_a_name_and_a_beginning() -> None:
    """Without one there is no identity."""
    assert identify_terminal() == "" or " " in identify_terminal()
