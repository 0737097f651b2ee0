"""Numbers of code go into their columns; what was not measured is not known."""

import math

from wings.git.tests.predict.risk.invented_changes import a_change

from twiceshy.records.change_risk import ChangeStory
from twiceshy_git.predict.risk.groups.code_shapes import CodeShapes


def test_what_was_measured_stands_in_its_column() -> None:
    """Nought is a number, and no number is none."""
    story = ChangeStory(change=a_change(0, ("a.py", 1, 0)), measured={"call_count": 3, "has_weak_crypto": 0})
    found = dict(zip([one.name for one in CodeShapes.columns], CodeShapes().describe(story), strict=True))

    assert {name: value for name, value in found.items() if not math.isnan(value)} == dict(story.measured)


def test_a_column_has_one_name() -> None:
    """And says at which tier it is."""
    names = [one.name for one in CodeShapes.columns]

    assert len(names) == len({*names})
    assert {one.tier for one in CodeShapes.columns} == {3}
