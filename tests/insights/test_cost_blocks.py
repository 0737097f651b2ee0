"""insights.cost_blocks: five hours from the hour of the first message on."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.insights.cost_rows import PricedMessage, cut_blocks
from twiceshy.records.spending import BlockFigure, SpendingSession, TokenCounts

NINE = datetime(2026, 11, 20, 9, tzinfo=UTC)
LATER = NINE + timedelta(days=3)
SESSION = SpendingSession(1, b"1" * 16, "web-shop", "", NINE, 0)


def at(hours: float) -> datetime:
    return NINE + timedelta(hours=hours)


def blocks(*hours: float | None, now: datetime = LATER) -> list[BlockFigure]:
    return cut_blocks(
        [PricedMessage(SESSION, None if one is None else at(one), "m", TokenCounts(input=600), 1.0) for one in hours],
        now,
    )


CUTS = [
    ("nothing", [], []),
    ("no time", [None], []),
    ("one", [0.5], [(0, 1, 0)]),
    ("within five hours", [0.5, 4.9], [(0, 2, 0)]),
    ("five hours after its hour it is over", [0.5, 5.1], [(0, 1, 0), (5, 1, 0)]),
    ("in any order", [7.2, 0.5], [(0, 1, 0), (7, 1, 6.7)]),
    ("nothing for days", [0.5, 1.5, 30.2], [(0, 2, 0), (30, 1, 28.7)]),
]


@pytest.mark.parametrize(("hours", "cuts"), [row[1:] for row in CUTS], ids=[row[0] for row in CUTS])
def test_where_a_block_begins(hours: list[float | None], cuts: list[tuple[float, int, float]]) -> None:
    """Its hour, its messages, and the quiet hours before it."""
    found = blocks(*hours)

    assert [
        ((one.begin - NINE).total_seconds() / 3600, one.row.messages, round(one.quiet_s / 3600, 6)) for one in found
    ] == cuts
    assert not any(one.active for one in found)
    assert all(one.end - one.begin == timedelta(hours=5) for one in found)


def test_the_block_that_goes_on_is_projected() -> None:
    """Two dollars in an hour, three hours left: eight at its end."""
    (block,) = blocks(0.5, 1.5, now=at(2))

    assert block.active
    assert (block.left_s, block.dollars_per_hour, block.projected_dollars) == (10_800, 2, 8)
    assert (block.tokens_per_minute, block.projected_tokens) == (20, 4_800)


def test_one_message_has_no_speed() -> None:
    """Nothing is projected from it."""
    (block,) = blocks(0.5, now=at(1))

    assert (block.active, block.left_s, block.dollars_per_hour, block.projected_dollars) == (True, 14_400, None, None)


@pytest.mark.parametrize("now", [at(5), at(9)])
def test_a_block_ends(now: datetime) -> None:
    """After its five hours."""
    assert [one.active for one in blocks(0.5, 1.5, now=now)] == [False]
