"""doors.web.draw_spend_pictures: boxes as wide as their dollars, a square a day and an hour."""

from dataclasses import replace

import pytest
from tests.doors.web.pages import WORDING

from twiceshy.doors.web.draw_spend_pictures import draw_spend_pictures
from twiceshy.records.spend import Cause, SpendBox, SpendPictures

HOURS = tuple(tuple(2.0 if (day, hour) == (1, 9) else 0.0 for hour in range(24)) for day in range(7))
FOUND = SpendPictures(
    total_usd=10.0,
    boxes=(
        SpendBox(0, 0.0, 10.0, "web-shop", ""),
        SpendBox(1, 0.0, 6.0, Cause.READS, Cause.READS),
        SpendBox(
            2, 0.0, 6.0, "src/a_file_whose_name_is_much_longer_than_any_box_of_this_picture_is_wide_at_all.py", "x"
        ),
        SpendBox(3, 0.0, 6.0, "s-1a2b3c4d", Cause.READS, "s-1a2b3c4d"),
        SpendBox(1, 6.0, 4.0, Cause.OUTPUT, Cause.OUTPUT),
    ),
    days={"2026-11-03": 1.0, "2026-11-09": 2.0, "2026-11-10": 3.0, "2026-11-11": 4.0},
    hours=HOURS,
)


def test_boxes_are_as_wide_as_what_they_cost() -> None:
    """A row a level; a name is cut where it is too long, and whole where one points at it."""
    drawn = draw_spend_pictures(FOUND, WORDING, lambda id_: f"/sessions/{id_}")
    boxes = drawn["boxes"]

    assert [(box["x"], box["y"]) for box in boxes] == [(0, 0), (0, 34), (0, 68), (0, 102), (576, 34)]
    assert [box["width"] for box in boxes] == [959, 575, 575, 575, 383]
    assert [box["tint"] for box in boxes] == [0, 1, 6, 1, 2]
    assert boxes[2]["name"].endswith("…")
    assert boxes[3]["href"] == "/sessions/s-1a2b3c4d"
    assert boxes[4]["says"] == "web-shop > what it wrote: $4.00, 40 %"
    assert drawn["height"] == 4 * 34


def test_a_page_that_stands_alone_leads_nowhere() -> None:
    """No link but to a session of a dashboard."""
    assert {box["href"] for box in draw_spend_pictures(FOUND, WORDING)["boxes"]} == {""}


def test_a_day_is_a_square_in_its_week() -> None:
    """Columns begin on Monday; the dearest quarter is darkest."""
    squares = draw_spend_pictures(FOUND, WORDING)["calendar"]["squares"]

    assert [(one["x"], one["y"], one["shade"]) for one in squares] == [
        (42, 14, 1),
        (56, 0, 2),
        (56, 14, 3),
        (56, 28, 4),
    ]
    assert "$4.00" in squares[-1]["says"]


def test_only_a_year_is_shown() -> None:
    """Days before it would make the squares too small."""
    days = {"2024-01-01": 9.0, **FOUND.days}

    assert len(draw_spend_pictures(replace(FOUND, days=days), WORDING)["calendar"]["squares"]) == len(FOUND.days)


def test_an_hour_is_a_square_in_its_day() -> None:
    """Tuesday at nine."""
    (square,) = draw_spend_pictures(FOUND, WORDING)["hours"]["squares"]

    assert (square["x"], square["y"], square["says"]) == (42 + 9 * 14, 14, "Tue 09:00: $2.00")


@pytest.mark.parametrize("found", [None, SpendPictures(total_usd=0.0, boxes=(), days={}, hours=())])
def test_without_money_there_is_no_picture(found: SpendPictures | None) -> None:
    """Nothing is drawn."""
    assert draw_spend_pictures(found, WORDING) == {}
