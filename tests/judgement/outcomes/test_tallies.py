"""judgement.outcomes.tallies: groups, kept workflows and approaches; what is unknown counts on neither side."""

from datetime import UTC, datetime

import pytest

from twiceshy.judgement.outcomes import tallies
from twiceshy.records.observations import Observation


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
