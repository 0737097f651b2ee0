"""The neutral text of a trial: as long as the warning, and without anything to do."""

import pytest

from twiceshy.advice.phrase import LONGEST_LINE
from twiceshy.advice.placebo import TOLERANCE, phrase_placebo, share_lots
from twiceshy.records.rules import TrialSummary


@pytest.mark.parametrize("n", [0, 7, 1204])
def test_a_placebo_is_as_long_as_the_warning(n: int) -> None:
    """Within a tenth, from the shortest warning to three whole lines, and its count is the rule's."""
    tried = TrialSummary(n=n)
    for length in range(70, 3 * LONGEST_LINE):
        text = phrase_placebo("x" * length, tried)
        assert abs(len(text) - length) <= TOLERANCE * length
        assert f"{n:,} calls" in text or not n


@pytest.mark.parametrize(
    ("percent", "trial", "said"),
    [
        (15, "holdout", ";held=9830"),
        (15, "placebo", ";held=9830;placebo=9830"),
        (80, "placebo", ";held=52429;placebo=13107"),
        (0, "placebo", ";held=0;placebo=0"),
    ],
)
def test_the_placebo_gets_as_many_lots_as_the_holdout(percent: int, trial: str, said: str) -> None:
    """As far as there are any left."""
    assert share_lots(percent, trial) == said
