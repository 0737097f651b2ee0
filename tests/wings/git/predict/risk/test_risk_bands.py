"""Changes in bands of their risk, with what became of each band."""

from tests.wings.git.predict.risk.test_risk_sentence import an_answer

from twiceshy.records.change_risk import FixLabel
from twiceshy.wings.git.predict.risk.risk_bands import divide_into_bands, rank_by_risk, sum_up_riskiest, take_top

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


def test_the_riskiest_tenth_stands_beside_the_others() -> None:
    """Some of it by name, all of it in numbers; of fewer than ten there is no tenth."""
    answers = [
        an_answer(id=f"{n:02}", probability=n / 100, became=FIXED if n >= 36 else None, words=f"risk {n}")
        for n in range(40)
    ]
    found = sum_up_riskiest(answers, None, 2)
    assert found is not None
    assert (found.changes, found.fixed, found.top, found.top_fixed) == (40, 4, 4, 4)
    assert [tuple(one) for one in found.riskiest] == [
        ("39", "", "risk 0.39", "risk 39", "named as fixed by b"),
        ("38", "", "risk 0.38", "risk 38", "named as fixed by b"),
    ]
    assert sum_up_riskiest(answers[:9], None, 2) is None


def test_where_size_answers_its_measure_is_lines() -> None:
    """And what nobody named yet may still be."""
    found = sum_up_riskiest([an_answer(id=str(n), model="size", added=1200) for n in range(10)], None, 1)
    assert found is not None
    assert (found.riskiest[0].measure, found.riskiest[0].became) == ("1,200 lines", "nothing yet")
