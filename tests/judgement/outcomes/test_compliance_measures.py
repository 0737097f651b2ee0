"""judgement.outcomes.compliance_measures: kept and broken workflows in four numbers, each with how sure it is."""

from twiceshy.judgement.outcomes.compliance_measures import compare_compliance
from twiceshy.records.effects import MeasuredSide, SessionCompliance


def session(number: int, compliant: bool | None, *, bad: bool | None, project: str = "web") -> SessionCompliance:
    """One session; a bad one was corrected and rolled back, is risky and took many words."""
    value = None if bad is None else float(bad)
    return SessionCompliance(number.to_bytes(2, "big"), project, "codex", 3, compliant, value, bad, bad, value)


def test_without_a_workflow_there_is_nothing_to_compare() -> None:
    """Sessions without one are counted apart and stand in no measure."""
    found = compare_compliance([session(i, None, bad=True) for i in range(5)])

    assert (found.kept, found.broken, found.undeclared) == (0, 0, 5)
    assert {(one.difference, one.p, one.compared) for one in found.measures} == {(None, 1.0, 0)}


def test_what_is_unknown_counts_on_neither_side() -> None:
    """It is told beside, by side."""
    found = compare_compliance([session(1, compliant=True, bad=None), session(2, compliant=False, bad=True)])

    assert found.measures[1].kept == MeasuredSide(mean=None, n=0, unknown=1)
    assert found.measures[1].broken == MeasuredSide(mean=1.0, n=1, unknown=0)


def test_a_bad_project_says_nothing_of_its_workflow() -> None:
    """One project breaks it and ends badly, the other does neither: never seen together, so not compared."""
    found = compare_compliance(
        [session(i, compliant=False, bad=True, project="api") for i in range(9)]
        + [session(i, compliant=True, bad=False) for i in range(9, 18)]
    )

    assert [one.difference for one in found.measures] == [None] * 4
    assert [one.measure for one in found.measures] == ["risk", "corrected", "rolled-back", "engagement"]


def test_a_difference_within_a_project_is_told_with_its_p() -> None:
    """Ten of twelve broken ones end badly, two of twelve kept ones."""
    sessions = [session(i, compliant=i < 12, bad=i % 12 < (2 if i < 12 else 10)) for i in range(24)]

    for one in compare_compliance(sessions).measures:
        assert one.difference is not None
        assert round(one.difference, 3) == round(2 / 12 - 10 / 12, 3)
        assert 0 < one.p < 0.01
        assert one.compared == 24
    assert compare_compliance(sessions) == compare_compliance(sessions)
