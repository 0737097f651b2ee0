"""git.predict.risk.risk_importance: which columns belong together; what they are worth is tried with the evaluation."""

from twiceshy.records.change_risk import RiskColumn
from twiceshy.wings.git.predict.risk.risk_importance import list_parts


def test_columns_are_told_by_tier_and_by_group() -> None:
    """A group's name is words; columns of no group stand in their tier alone."""
    columns = [RiskColumn(name, tier, "", "") for name, tier in (("la", 4), ("words_past", 6), ("nuc", 4), ("new", 1))]

    assert list_parts(columns) == {
        "tier 1": [3],
        "tier 4": [0, 2],
        "tier 6": [1],
        "change size": [0],
        "files past": [2],
        "change words": [1],
    }
