"""Changes are ordered by what reading a line of them finds."""

from tests.wings.git.predict.risk.test_risk_sentence import an_answer

from twiceshy.wings.git.predict.risk.reading_order import order_by_line


def test_risk_for_each_line_comes_first_and_the_unknown_last() -> None:
    """Deleted lines are read too; a change of two lines costs as much as one of ten."""
    changes = {
        "long": (0.8, 900, 100),
        "short": (0.2, 20, 0),
        "tiny": (0.1, 1, 1),
        "tiny too": (0.1, 9, 0),
        "unknown": (None, 5, 0),
        "unknown and long": (None, 500, 0),
    }
    answers = [an_answer(id=name, probability=p, added=a, removed=r) for name, (p, a, r) in reversed(changes.items())]
    found = [one.id for one in order_by_line(answers)]
    assert found == ["tiny too", "tiny", "short", "long", "unknown", "unknown and long"]
