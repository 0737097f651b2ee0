"""surfaces.web.side_by_side: lines beside each other."""

import pytest

from twiceshy.surfaces.web.side_by_side import pair_lines


@pytest.mark.parametrize(
    ("before", "after", "rows"),
    [
        pytest.param("a\nb", "a\nc", [("a", "a", "", ""), ("b", "c", "gone", "come")], id="one changed"),
        pytest.param("a", "a\nb", [("a", "a", "", ""), ("", "b", "", "come")], id="one more"),
        pytest.param("a\nb", "b", [("a", "", "gone", ""), ("b", "b", "", "")], id="one less"),
        pytest.param("a\nb", "c", [("a", "c", "gone", "come"), ("b", "", "gone", "")], id="of other lengths"),
        pytest.param("", "", [], id="nothing"),
    ],
)
def test_lines_stand_beside_what_they_became(before: str, after: str, rows: list[tuple[str, ...]]) -> None:
    """What neither changed has no colour."""
    assert [tuple(one) for one in pair_lines(before, after)] == rows
