"""What a call asks for beyond project and time: an outcome, a model, how sure."""

import pytest

from twiceshy.records.exports import ColumnType, ExportRow, ExportValue, list_columns
from twiceshy_data.dataset.row_filters import RowFilter, fits, list_unmet

JUDGED: dict[str, ExportValue] = {
    "model": "Claude-Opus",
    "outcomes": {"completed": "yes", "corrected": "unknown"},
    "confidence": 0.9,
    "reverted": False,
}
BARE: dict[str, ExportValue] = {"model": None, "outcomes": {}, "confidence": None, "reverted": None}


@pytest.mark.parametrize(
    ("wish", "judged", "bare"),
    [
        (RowFilter(), True, True),
        (RowFilter(outcome="completed"), True, False),
        (RowFilter(outcome="completed=yes"), True, False),
        (RowFilter(outcome="completed=no"), False, False),
        (RowFilter(outcome="corrected=unknown"), True, True),
        (RowFilter(outcome="reverted=no"), True, False),
        (RowFilter(outcome="reverted=unknown"), False, True),
        (RowFilter(model="opus"), True, False),
        (RowFilter(model="gpt"), False, False),
        (RowFilter(min_confidence=0.9), True, False),
        (RowFilter(min_confidence=0.95), False, False),
        (RowFilter(min_confidence=0.0), True, False),
    ],
)
def test_a_row_is_chosen_by_what_is_known_of_it(wish: RowFilter, *, judged: bool, bare: bool) -> None:
    """What is not known is unknown, never good."""
    assert fits(ExportRow("s-1", JUDGED), wish) == judged
    assert fits(ExportRow("s-1", BARE), wish) == bare


def test_an_option_that_says_nothing_about_the_rows_is_named() -> None:
    """So that it is not silently passed over."""
    columns = list_columns(hash=ColumnType.BYTES, reverted=ColumnType.BOOLEAN)

    assert list_unmet(columns, RowFilter("reverted=no", "opus", 0.5)) == ["--model", "--min-confidence"]
    assert list_unmet(columns, RowFilter()) == []
