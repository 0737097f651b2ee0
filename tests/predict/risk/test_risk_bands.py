"""Changes in bands of their risk, with what became of each band."""

from tests.predict.risk.test_risk_sentence import an_answer

from twiceshy.predict.risk.risk_bands import divide_into_bands, rank_by_risk, take_top
from twiceshy.records.change_risk import FixLabel

FIXED = FixLabel("a", "b", 0.0, "trailer")


def test_bands_go_from_the_highest_risk_to_the_lowest() -> None:
    """Each change stands in one of them; those without a risk in none."""
    answers = [an_answer(id=f"{n:02}", probability=n / 100, became=FIXED if n >= 36 else None) for n in range(40)]
    ranked = rank_by_risk([*answers, an_answer(id="unknown", probability=None)])
    bands = divide_into_bands(ranked)
    assert [(one.name, one.changes, one.fixed) for one in bands] == [
        ("top tenth", 4, 4),
        ("next tenth", 4, 0),
        ("next three tenths", 12, 0),
        ("lower half", 20, 0),
    ]
    assert (bands[0].least, bands[0].most) == (0.36, 0.39)
    assert [one.id for one in take_top(ranked)] == ["39", "38", "37", "36"]


def test_too_few_changes_have_no_bands() -> None:
    """Nobody can say what a tenth of them came to."""
    assert divide_into_bands(rank_by_risk([an_answer(id=str(n)) for n in range(39)])) == ()
