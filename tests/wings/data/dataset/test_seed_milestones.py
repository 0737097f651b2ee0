"""The first collector's milestones are its own: names, counts, and the percent that it would show."""

import pytest

from twiceshy.records.milestones import Amounts
from twiceshy.wings.data.dataset.seed_milestones import MILESTONES, count_progress


@pytest.mark.parametrize(
    ("have", "percents"),
    [
        pytest.param(Amounts(0, 0, 0), [0, 0, 0], id="nothing"),
        pytest.param(Amounts(509, 0, 22), [0, 0, 0], id="its own description: no session holds all at 0 %"),
        pytest.param(Amounts(499, 100, 200), [99, 20, 4], id="rounded down"),
        pytest.param(Amounts(10_000, 10_000, 10_000), [100, 100, 100], id="never above 100 %"),
    ],
)
def test_a_milestone_is_as_far_as_its_slowest_count(have: Amounts, percents: list[int]) -> None:
    """Percent of the least, whole numbers."""
    assert [one.percent for one in count_progress(have)] == percents


def test_names_and_counts_are_kept() -> None:
    """Scripts look for them."""
    assert [name for name, _ in MILESTONES] == ["File Prediction", "Commit Messages", "Code Suggestions"]
    assert MILESTONES[0][1] == (500, 100, 200)
