"""doors.web.dashboard.lesson_list: which lessons, in which order, and what leads to each."""

from pathlib import Path

import pytest
from starlette.testclient import TestClient
from tests.doors.web.dashboard.boards import open_board
from tests.doors.web.dashboard.lesson_stores import find_one, learn_some


@pytest.fixture
def browser(scratch_home: Path) -> TestClient:
    return open_board(learn_some(scratch_home).home).let_in()


def test_a_lesson_leads_to_its_page(browser: TestClient, scratch_home: Path) -> None:
    """By its id, and the number of its cases to the cases."""
    lesson = find_one(learn_some(scratch_home))
    page = browser.get("/lessons?state=all").text

    assert f'data-row href="/lessons/{lesson.id}"' in page
    assert f'href="/lessons/{lesson.id}#cases">3<' in page
    assert "2 lessons of 2" in page


@pytest.mark.parametrize(
    ("query", "total"),
    [
        pytest.param("state=all", 2, id="all"),
        pytest.param("state=muted", 0, id="a state"),
        pytest.param("state=all&category=nothing", 0, id="a category"),
        pytest.param("state=all&project=WEB", 2, id="a part of a project's name"),
        pytest.param("state=all&project=elsewhere", 0, id="another project"),
        pytest.param("state=all&sort=newest&limit=1", 2, id="a part of them"),
    ],
)
def test_the_filters(browser: TestClient, query: str, total: int) -> None:
    """What does not fit is not counted."""
    assert browser.get(f"/api/lessons?{query}").json()["total"] == total
    assert browser.get(f"/lessons?{query}").status_code == 200


def test_the_next_part_begins_behind_the_last_row(browser: TestClient) -> None:
    """And keeps the filters."""
    first = browser.get("/api/lessons?state=all&limit=1").json()
    second = browser.get(f"/api/lessons?state=all&limit=1&after={first['next']}").json()

    assert first["next"] == first["lessons"][0]["id"] != second["lessons"][0]["id"]
    assert second["next"] == ""
    assert f"state=all&amp;after={first['next']}" in browser.get("/lessons?state=all&limit=1").text


@pytest.mark.parametrize("query", ["state=proud", "sort=loudest"])
def test_what_is_no_filter_is_said(browser: TestClient, query: str) -> None:
    """With what can be asked for."""
    answer = browser.get(f"/lessons?{query}")

    assert (answer.status_code, "archived" in answer.text) == (400, True)
