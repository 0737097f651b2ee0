"""lessons.lesson_order: what comes first, and where the next part begins."""

import pytest

from twiceshy.lessons.lesson_order import choose_part, order_marks
from twiceshy.records.lessons import LessonMark, LessonQuestion, LessonState

KNOWN = [LessonMark(bytes([key]), LessonState.ACTIVE, "type", "", 1, 0, 0, None, None) for key in (3, 1, 2)]
ALL = frozenset(mark.key for mark in KNOWN)


def keys(*numbers: int) -> tuple[bytes, ...]:
    return tuple(bytes([number]) for number in numbers)


@pytest.mark.parametrize(
    ("weights", "ordered"),
    [
        pytest.param({}, (1, 2, 3), id="equals stand by their key"),
        pytest.param({2: 5.0, 3: 7.0}, (3, 2, 1), id="the heaviest first, what has no weight last"),
    ],
)
def test_the_order(weights: dict[int, float], ordered: tuple[int, ...]) -> None:
    """The same however they came."""
    found = order_marks(KNOWN, {bytes([key]): weight for key, weight in weights.items()})

    assert tuple(mark.key for mark in found) == keys(*ordered)


@pytest.mark.parametrize(
    ("fits", "after", "limit", "part"),
    [
        pytest.param(ALL, "", 2, (keys(1, 2), "l-02"), id="the first"),
        pytest.param(ALL, "l-02", 2, (keys(3), ""), id="the last"),
        pytest.param(ALL - {b"\2"}, "l-02", 2, (keys(3), ""), id="behind one that fits no more"),
        pytest.param(ALL, "l-09", 9, (keys(1, 2, 3), ""), id="behind one that is gone: from the start"),
        pytest.param(ALL, "", 0, ((), ""), id="none at all"),
    ],
)
def test_the_part(fits: frozenset[bytes], after: str, limit: int, part: tuple[tuple[bytes, ...], str]) -> None:
    """Begins behind what was shown, whatever was decided about that since."""
    asked = LessonQuestion(after=after, limit=limit)

    assert choose_part(order_marks(KNOWN, {}), fits, asked) == part
