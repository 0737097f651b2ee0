"""doors.web.dashboard.session_context: a session's context as a picture."""

import re
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.archive.conftest import Log, stored
from tests.doors.web.dashboard.boards import open_board

from twiceshy.archive.db import Store
from twiceshy.doors.web.dashboard.session_context import draw_picture
from twiceshy.records.spend import Cause, ContextPoint, Mechanism, SessionContext
from twiceshy.screens.number_words import make_page_words

WORDS = make_page_words()


def point(
    place: int, usd: float = 1.0, again: Mechanism | None = None, *, prompts: int = 0, **tokens: float
) -> ContextPoint:
    return ContextPoint(place, None, {Cause[name]: count for name, count in tokens.items()}, usd, again, prompts)


def context(*points: ContextPoint) -> SessionContext:
    return SessionContext(session=b"s" * 16, points=points, moments=(b"m" * 16,) * len(points))


def heights(corners: str) -> list[float]:
    """The upper line of an area, from left to right."""
    found = [float(corner.partition(",")[2]) for corner in corners.split()]
    return found[: len(found) // 2]


def test_one_request_is_no_picture() -> None:
    """There is nothing to compare it with."""
    assert draw_picture(context(point(1, READS=5.0)), WORDS) == {"areas": []}


def test_areas_lie_on_each_other_and_reach_the_top() -> None:
    """The fixed start lies below; the largest prompt is as high as the picture; bars are dollars."""
    drawn = draw_picture(
        context(point(1, FIXED_START=50.0), point(2, 4.0, FIXED_START=50.0, READS=100.0, COMMANDS=50.0)), WORDS
    )
    areas = {area["name"]: heights(area["points"]) for area in drawn["areas"]}

    assert list(areas) == ["its fixed start", "files read", "output of commands"]
    assert areas["its fixed start"] == [150.0, 150.0, 150.0, 150.0]
    assert areas["files read"] == [150.0, 150.0, 50.0, 50.0]
    assert areas["output of commands"] == [150.0, 150.0, 0.0, 0.0]
    assert [bar["height"] for bar in drawn["bars"]] == [11.0, 44.0]
    assert drawn["steps"][1]["says"] == "200 tokens, $4.00: files read 100, its fixed start 50, output of commands 50"
    assert drawn["top"] == "200 tokens"


def test_causes_without_a_colour_of_their_own_are_one_area() -> None:
    """Six colours are what can be told apart."""
    everything = ContextPoint(2, None, dict.fromkeys(Cause, 10.0), 1.0, None, 0)
    areas = draw_picture(context(point(1, READS=1.0), everything), WORDS)["areas"]

    assert [area["tint"] for area in areas] == [1, 2, 3, 4, 5, 6]
    assert areas[-1]["name"] == "others"
    assert min(heights(areas[-1]["points"])) == 0.0


def test_losses_and_prompts_are_marked_and_told() -> None:
    """A prompt has a short line, unless something longer stands there."""
    drawn = draw_picture(
        context(
            point(1, READS=5.0, prompts=1),
            point(2, READS=5.0, again=Mechanism.PAUSE, prompts=1),
            point(3, READS=5.0, again=Mechanism.UNKNOWN),
            point(4, READS=5.0, again=Mechanism.UNKNOWN),
        ),
        WORDS,
    )

    assert [(mark["kind"], mark["end"]) for mark in drawn["marks"]] == [
        ("prompt", 8),
        ("pause", 200),
        ("lost", 200),
        ("lost", 200),
    ]
    assert drawn["told"].startswith("Lines: a pause, 2 losses without a reason, after which")


def test_a_long_session_is_drawn_in_as_many_steps_as_can_be_pointed_at() -> None:
    """Their dollars are added, and nothing is lost."""
    drawn = draw_picture(context(*(point(place, 0.5, READS=float(place)) for place in range(1, 1001))), WORDS)

    assert len(drawn["steps"]) == 250
    assert drawn["dearest"] == "$2.00"
    assert drawn["says"] == "Its context over 1,000 requests"


@pytest.fixture
def browser(scratch_home: Path) -> TestClient:
    with Store.open(scratch_home / "store") as store:
        log = Log("one").opened().prompt("hello").usage("a", 400).call("c", "ls -l").result("c", "x" * 900)
        stored(store, log.usage("b", 900).call("d", "ls").usage("c", 2000))
    return open_board(scratch_home / "store").let_in()


def test_the_page_of_a_session_loads_it(browser: TestClient) -> None:
    """Each step leads to its message; without a script the address shows it too."""
    [session] = re.findall(r'data-row href="(/sessions/s-[0-9a-f]{32})"', browser.get("/sessions").text)
    page = browser.get(session).text
    part = browser.get(f"{session}/context").text

    assert f'hx-get="{session}/context"' in page
    assert "Its context over" in part
    assert f'<a href="{session}?at=' in part
    assert part.count("<polygon") >= 1
