"""judgement.outcomes.tallies: groups, kept workflows and approaches; what is unknown counts on neither side."""

from datetime import UTC, datetime

import pytest

from twiceshy.judgement.outcomes import tallies
from twiceshy.judgement.outcomes.tallies import compare_compliance
from twiceshy.records.effects import MeasuredSide, Observation, SessionCompliance


def task(session: int, did: dict[str, bool], became: dict[str, bool], **other: object) -> Observation:
    values: dict[str, object] = {
        "unit": "task",
        "session": session.to_bytes(2, "big"),
        "project": "shop",
        "agent": "a",
        "model": "m",
        "at": datetime(2026, 10, 31, 23, 59, tzinfo=UTC),
        "did": did,
        "became": became,
        "proof": (f"{session:04x}",),
    }
    return Observation(**(values | other))  # type: ignore[arg-type]  # fields by name


SUCCESSES = [
    pytest.param("task", {}, None, id="nothing known"),
    pytest.param("task", {"corrected": False}, None, id="not corrected is not yet completed"),
    pytest.param("task", {"first-pass": True}, True, id="first pass"),
    pytest.param("task", {"first-pass": False, "completed": True}, False, id="first pass before completed"),
    pytest.param("task", {"completed": True}, True, id="completed"),
    pytest.param("edit", {"failed": False}, None, id="an edit that only did not fail"),
    pytest.param("edit", {"failed": False, "rejected": False, "rolled-back": False}, None, id="nobody spoke after it"),
    pytest.param("edit", {"failed": False, "corrected": False}, True, id="a person spoke and did not object"),
    pytest.param("edit", {"failed": False, "corrected": True}, False, id="a corrected edit"),
    pytest.param("edit", {"failed": True}, False, id="a failed edit"),
    pytest.param("edit", {"rejected": True}, False, id="a refused edit"),
]


@pytest.mark.parametrize(("unit", "became", "expected"), SUCCESSES)
def test_success_is_what_is_proved(unit: str, became: dict[str, bool], expected: bool | None) -> None:
    """Success needs proof, and so does its absence."""
    assert tallies.is_success(task(0, {}, became, unit=unit)) is expected


def test_an_edit_whose_task_is_proved_to_be_done_went_well_unless_something_bad_is_known() -> None:
    """A green test or a commit is evidence; a correction of that very edit says more."""
    assert tallies.is_success(task(0, {}, {"failed": False}, unit="edit", proved=True)) is True
    assert tallies.is_success(task(0, {}, {"failed": False, "corrected": True}, unit="edit", proved=True)) is False


def test_nothing_gives_nothing() -> None:
    """No observations, no rows."""
    assert (
        tallies.tally_compliance([]),
        tallies.tally_approaches([]),
        tallies.tally_outcomes([], tallies.month_of),
    ) == ([], [], [])


def test_no_workflow_gives_an_empty_table() -> None:
    """Where no workflow was declared, nobody kept or broke it."""
    assert tallies.tally_compliance([task(0, {"blind-edit": True}, {"first-pass": True})]) == []


def test_the_sentence_of_kept_workflows_is_a_table() -> None:
    """Kept 8 of 9, broken 3 of 9, one of each unknown: two rows with their sessions, and two more by risk band."""
    kept = [task(i, {"violates:read": False}, {"first-pass": i != 0}) for i in range(9)]
    broken = [task(i, {"violates:read": True, "violates:b": False}, {"first-pass": i < 12}) for i in range(9, 18)]
    low = [task(i, {"workflow-compliant": i == 20, "risk-low": True, "risk-high": False}, {}) for i in (20, 21)]
    rows = tallies.tally_compliance([*kept, *broken, *low])

    assert [(row.compliant, row.band, row.success.hits, row.success.n, row.unknown) for row in rows] == [
        (True, "", 8, 9, 1),
        (False, "", 3, 9, 1),
        (True, "low", 0, 0, 1),
        (False, "low", 0, 0, 1),
    ]
    assert rows[0].sessions == 9
    assert 0.4 < rows[0].success.low < 0.6


def test_edits_do_not_count_as_tasks() -> None:
    """The table counts tasks, and sessions only where no task was seen."""
    edit = task(0, {"violates:read": True}, {"failed": False}, unit="edit")
    session = task(0, {"violates:read": True}, {"completed": True}, unit="session")

    assert [row.success.n for row in tallies.tally_compliance([edit, session])] == [1]
    assert tallies.tally_compliance([edit]) == []


def test_unknown_outcomes_stand_beside() -> None:
    """Of three tasks in a month one is unknown: one of two, and one unknown."""
    seen = [task(i, {}, {"completed": i == 0} if i < 2 else {}) for i in range(3)]
    [row] = tallies.tally_outcomes(seen, tallies.month_of)

    assert (row.group, row.outcome, row.unit) == ("2026-10", "completed", "task")
    assert (row.rate.hits, row.rate.n, row.unknown, row.sessions) == (1, 2, 1, 2)
    assert tallies.tally_outcomes([task(0, {}, {"completed": True}, at=None)], tallies.month_of) == []


@pytest.mark.parametrize(
    ("good", "of", "sessions", "poor"),
    [
        pytest.param(20, 40, 40, False, id="half, but not surely below .60"),
        pytest.param(10, 40, 40, True, id="a quarter"),
        pytest.param(0, 6, 2, False, id="never, in two sessions"),
        pytest.param(40, 40, 40, False, id="always"),
        pytest.param(0, 40, 40, True, id="never"),
    ],
)
def test_poor_is_surely_below_sixty(good: int, of: int, sessions: int, poor: bool) -> None:
    """An approach is poor when the upper end of the 90 % interval of its success is below .60, in three sessions."""
    seen = [
        task(
            i % sessions,
            {"blind-edit": True, "retry": False},
            {"failed": i >= good},
            unit="edit",
            path="a.py",
            proved=i < good,
        )
        for i in range(of)
    ]
    [found] = tallies.tally_approaches(seen)

    assert (found.behaviour, found.path, found.success.n, found.poor) == ("blind-edit", "a.py", of, poor)
    assert found.poor == (found.success.high < 0.6 and found.sessions >= 3)


def test_what_is_unknown_is_counted_beside_and_condemns_nothing() -> None:
    """What goes wrong is always seen and what goes well seldom: ten bad ones among forty are not a poor approach."""
    habit = {"blind-edit": True}
    bad = [task(i, habit, {"failed": True}, unit="edit") for i in range(10)]
    unseen = [task(i + 10, habit, {"failed": False}, unit="edit") for i in range(30)]

    (known,) = tallies.tally_approaches(bad)
    (found,) = tallies.tally_approaches([*bad, *unseen])

    assert (known.poor, known.known, known.unknown) == (True, 10, 0)
    assert (found.poor, found.known, found.unknown, found.success.hits) == (False, 10, 30, 0)


def test_failures_prove_an_approach_first() -> None:
    """Proofs of what went badly stand before those of what went well."""
    seen = [task(i, {"retry": True}, {"first-pass": i != 5}) for i in range(8)]
    [found] = tallies.tally_approaches(seen)

    assert found.proof[0] == "0005"


# judgement.outcomes.compliance_measures: kept and broken workflows in four numbers, each with how sure it is.


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
