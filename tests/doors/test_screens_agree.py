"""One store, every screen: a number that two of them show is the same number."""

import json
import os
import re
from collections.abc import Mapping
from datetime import date
from html import unescape
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import open_board

from twiceshy.base.config import load
from twiceshy.doors.cli.main import main
from twiceshy.doors.mcp import tools
from twiceshy.recipes.demo.sample_history import write_sample

FIGURE = re.compile(r"\$?\d[\d,]*(?:\.\d+)?(?: ?(?:%|h|min|s|sessions))?")


class Screens(NamedTuple):
    """A store of the sample project, and who draws it."""

    home: Path
    board: TestClient


@pytest.fixture(scope="module")
def screens(tmp_path_factory: pytest.TempPathFactory) -> Screens:
    """Read and learned once."""
    folder = tmp_path_factory.mktemp("screens")
    write_sample(folder / "logs", seed=1, today=date(2026, 11, 23))
    for words in (["ingest", str(folder / "logs"), "--processes", "1"], ["learn"]):
        assert main(["--home", str(folder / "data"), *words]) == 0
    return Screens(folder / "data", open_board(folder / "data").let_in())


def say(screens: Screens, capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """Return what the terminal shows."""
    capsys.readouterr()
    assert main(["--home", str(screens.home), "--no-color", *words]) == 0
    return capsys.readouterr().out


def flatten(value: Any, place: str = "") -> dict[str, float]:
    """Return every number and id of a document by its place."""
    if isinstance(value, bool) or value is None:
        return {}
    if isinstance(value, int | float):
        return {place: value}
    if isinstance(value, Mapping):
        return {key: one for name, part in value.items() for key, one in flatten(part, f"{place}.{name}").items()}
    if isinstance(value, list):
        return {key: one for at, part in enumerate(value) for key, one in flatten(part, f"{place}[{at}]").items()}
    return {}


def strip(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", re.sub(r"(?s)<(script|style).*?</\1>", "", html))).split())


@pytest.mark.parametrize(
    ("words", "path", "least"),
    [
        (["report", "--json"], "/api/overview/insights", 20),
        (["sessions", "--json"], "/api/sessions", 20),
        (["lessons", "--json"], "/api/lessons", 5),
        (["effects", "--json"], "/api/habits", 5),
    ],
)
def test_terminal_and_dashboard_have_the_same_numbers(
    screens: Screens, capsys: pytest.CaptureFixture[str], words: list[str], path: str, least: int
) -> None:
    """Each number of a document that both give, at its place."""
    told = flatten(json.loads(say(screens, capsys, *words)))
    shown = flatten(screens.board.get(path).json())
    both = told.keys() & shown.keys()

    assert len(both) >= least
    assert {place: (told[place], shown[place]) for place in both if told[place] != shown[place]} == {}


def test_what_agents_are_told_is_what_people_see(screens: Screens, capsys: pytest.CaptureFixture[str]) -> None:
    """The lessons of the tool for agents are those of the terminal, with their numbers."""
    lessons = json.loads(say(screens, capsys, "lessons", "--json"))["lessons"]
    told = {one["id"]: flatten(one) for one in lessons}
    config = load({"home": str(screens.home)}, os.environ, screens.home)
    given = {
        one["id"]: flatten(one) for one in tools.query_lessons(config, {"text": lessons[0]["description"]})["lessons"]
    }

    assert given.keys() & told.keys()
    for name in given.keys() & told.keys():
        both = given[name].keys() & told[name].keys()
        assert {key: given[name][key] for key in both} == {
            key: pytest.approx(told[name][key], abs=1e-4) for key in both
        }


def test_the_page_shows_the_headline_of_the_terminal(
    screens: Screens, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """Every figure of the terminal's first two sentences stands in the file and on the dashboard, in the same words."""
    first, second = " ".join(say(screens, capsys, "report").split()).split(" 1 ", 1)[0].split(" Of that, ", 1)
    figures = set(FIGURE.findall(first.partition("·")[2].partition("·")[2])) | set(FIGURE.findall(second))
    page = tmp_path / "page.html"
    say(screens, capsys, "report", "--html", str(page))
    drawn = strip(page.read_text(encoding="utf-8"))
    board = strip("".join(screens.board.get(path).text for path in ("/overview/insights", "/overview/cost")))

    assert len(figures) >= 4
    assert {one for one in figures if one not in drawn} == set()
    assert {one for one in figures if one not in board} == set()
