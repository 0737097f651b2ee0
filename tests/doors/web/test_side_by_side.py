"""doors.web.side_by_side: which lines stand beside each other."""

import pytest

from twiceshy.doors.web.side_by_side import MOST_ROWS, pair_texts

PAIRS = [
    ("nothing", "", "", []),
    ("the same", "a", "a", [("a", "a", "")]),
    ("new", "", "a\nb", [("", "a", "come"), ("", "b", "come")]),
    ("deleted", "a", "", [("a", "", "gone")]),
    ("one line less", "a\nb\nc", "a\nc", [("a", "a", ""), ("b", "", "gone"), ("c", "c", "")]),
    ("two for one", "a", "b\nc", [("a", "b", "changed"), ("", "c", "come")]),
    ("only line ends", "a\r\nb", "a\nb", [("2 lines are the same", "", "gap")]),
]


@pytest.mark.parametrize(("before", "after", "rows"), [row[1:] for row in PAIRS], ids=[row[0] for row in PAIRS])
def test_lines_stand_beside_their_counterpart(before: str, after: str, rows: list[tuple[str, str, str]]) -> None:
    """What has none stands alone."""
    assert [tuple(row) for row in pair_texts(before, after).rows] == rows


def test_what_is_far_from_a_change_is_counted() -> None:
    """Three lines around it are shown."""
    lines = [str(n) for n in range(100)]
    found = pair_texts("\n".join(lines), "\n".join([*lines[:50], "new", *lines[51:]])).rows

    assert [row.left for row in found if row.tone == "gap"] == ["47 lines are the same", "46 lines are the same"]
    assert len(found) == 9


def test_texts_of_any_size_end() -> None:
    """Without comparing each line with each other; the rest is counted, a long line is cut."""
    found = pair_texts("\n".join(f"old {n}" for n in range(20_000)), "\n".join(f"new {n}" for n in range(20_000)))
    wide = pair_texts("", "x" * 100_000).rows[0].right

    assert (len(found.rows), found.left_out) == (MOST_ROWS, 20_000 - MOST_ROWS)
    assert len(wide) < 600
