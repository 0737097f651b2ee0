"""archive.run_rows: a run is stored whole, its sums outlive it, and feedback turns them."""

from datetime import timedelta
from typing import Any

import pytest
from tests.archive.run_records import HERE, MAKE, NOON, choice, clock, learned, lines, match, past, record, use

from twiceshy.archive import run_rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import runs
from twiceshy.base.values import Scrubbed
from twiceshy.records.executions import Feedback, RunRecord
from twiceshy.records.ids import IdPrefix

LATER = NOON + timedelta(hours=1)


def add(store: Store, *records: RunRecord) -> None:
    with store.begin_writing() as connection:
        for one in records:
            run_rows.add(connection, one, NOON)


def sums(store: Store, pattern: str = "error") -> dict[str, Any]:
    """The pattern's row."""
    cursor = store.connection.execute("SELECT * FROM pattern_effectiveness WHERE pattern = ?", (pattern,))
    return dict(zip([column[0] for column in cursor.description], cursor.fetchone(), strict=True))


def feedback(store: Store, number: int, **said: Any) -> None:
    with store.begin_writing() as connection:
        run_rows.give_feedback(
            connection, record(number).execution.execution_id, Feedback(**said), [use().pattern_hash], LATER
        )


def test_a_run_is_stored_with_all_that_belongs_to_it(store: Store) -> None:
    """Matches, samples, metrics and choices come back with their run, and not with another."""
    first, second = record(1), record(2, exit_code=7)
    add(store, first, second)

    newest, oldest = runs.list_runs(store.connection, 9)
    story = runs.read_run_story(store.connection, oldest)

    assert (newest.status, newest.at, oldest.status) == (7, NOON + timedelta(minutes=2), 0)
    assert (newest.id, newest.uid) == ("r-02000000", second.execution.execution_id)
    assert (story.matches, story.samples, story.metrics) == (first.matches, first.samples, first.metrics)
    assert story.choices == first.choices
    assert (story.details["working_directory"], story.details["pattern"]) == ("/home/ann/web-shop", "error")
    assert [run.uid for run in runs.list_runs(store.connection, 1)] == [newest.uid]
    assert [run.uid for run in runs.find_runs(store.connection, IdPrefix("r", "01"), 1)] == [oldest.uid]
    assert runs.find_runs(store.connection, IdPrefix("r", "03"), 9) == []
    assert runs.read_undisputed_ids(store.connection) == {oldest.uid, newest.uid}
    assert runs.read_run_keys(store.connection, oldest.uid) == (MAKE, HERE, "error")
    assert runs.read_command_names(store.connection) == {MAKE: "make test"}


def test_runs_are_summed_by_command(store: Store) -> None:
    """The median is the lower middle one; a run that was ended early has not failed by itself."""
    add(
        store,
        record(1, total_runtime=1.0),
        record(2, total_runtime=4.0, child_status=2),
        record(3, total_runtime=9.0, exit_reason="timeout", child_status=None),
        record(4, total_runtime=30.0, exit_reason="match", child_status=1),
        record(5, command=Scrubbed("ls"), command_hash=b"ls", place_hash=b"ls here"),
    )

    make, other = runs.read_command_figures(store.connection, 9)

    assert (make.command, make.runs, make.failed, make.ended_early) == ("make test", 4, 1, 2)
    assert (make.median_s, make.longest_s, make.last_at) == (4.0, 30.0, NOON + timedelta(minutes=4))
    assert (other.command, other.runs) == ("ls", 1)
    assert len(runs.read_command_figures(store.connection, 1)) == 1
    assert runs.read_places(store.connection, 1) == [(HERE, MAKE, "make test", "/home/ann/web-shop")]
    assert [row[2] for row in runs.read_places(store.connection, 9)] == ["make test", "ls"]


@pytest.mark.parametrize(
    ("after_s", "run", "verdicts"),
    [
        (1.0, {"exit_reason": "match", "child_status": 0}, (1, 0, 0)),
        (1.0, {"child_status": 2}, (1, 0, 0)),
        (1.0, {"child_status": 0}, (0, 1, 0)),
        (1.0, {"child_status": None}, (0, 0, 0)),
        (0.0, {"child_status": 0}, (0, 1, 0)),
        (None, {"child_status": 2}, (0, 0, 1)),
        (None, {"child_status": 2, "exit_reason": "timeout"}, (0, 0, 0)),
        (None, {"child_status": 0}, (0, 0, 0)),
    ],
)
def test_a_pattern_is_judged_by_how_the_command_ended(
    store: Store, after_s: float | None, run: dict[str, Any], verdicts: tuple[int, int, int]
) -> None:
    """A hit is right where the run failed or ended by it; a miss counts only where the command failed by itself."""
    add(store, record(1, use(after_s=after_s), **run))

    row = sums(store)

    assert (row["total_uses"], row["matched_uses"]) == (1, int(after_s is not None))
    assert (row["successful_exits"], row["false_positives"], row["missed_errors"]) == verdicts
    assert (row["effectiveness_score"] is None) == (not any(verdicts))


def test_the_verdictsof_a_pattern_are_means_over_its_runs(store: Store) -> None:
    """The time to a match is of the runs with one; the score falls with false positives."""
    add(store, record(1, use(after_s=2.0), child_status=1, total_runtime=10.0))
    best = sums(store)["effectiveness_score"]
    add(
        store,
        record(2, use(after_s=4.0), total_runtime=20.0),
        record(3, use(after_s=None), total_runtime=30.0),
        record(4, use("warning", after_s=None), child_status=1),
    )

    row = sums(store)
    assert (row["avg_time_to_match"], row["avg_total_runtime"]) == (3.0, 20.0)
    assert (row["total_uses"], row["matched_uses"], row["successful_exits"], row["false_positives"]) == (3, 2, 1, 1)
    assert 0 < row["effectiveness_score"] < best < 1
    first, second = runs.read_pattern_figures(store.connection, 9)
    assert (first.pattern, first.uses, first.matched, first.right, first.false_positives) == ("error", 3, 2, 1, 1)
    assert (second.pattern, second.missed, second.score) == ("warning", 1, 0.0)
    assert len(runs.read_pattern_figures(store.connection, 1)) == 1


def test_feedback_turns_the_verdict_once(store: Store) -> None:
    """Said twice it counts once; taken back, the sums are as before."""
    add(store, record(1, use(), exit_reason="match", child_status=None))

    for _ in range(2):
        feedback(store, 1, false_positive=True, comment=Scrubbed("no error"))
    row = sums(store)
    assert (row["false_positives"], row["successful_exits"]) == (1, 0)
    assert row["last_updated"] == clock(60)
    assert runs.list_runs(store.connection, 1)[0].false_positive
    (refused,) = runs.read_learned_patterns(store.connection, HERE)
    assert (refused.pattern, refused.origin, refused.refused, refused.chosen) == ("error", "mined", True, False)

    feedback(store, 1, false_positive=False)
    row = sums(store)
    assert (row["false_positives"], row["successful_exits"]) == (0, 1)
    assert not runs.read_learned_patterns(store.connection, HERE)[0].refused
    story = runs.read_run_story(store.connection, runs.list_runs(store.connection, 1)[0])
    assert (story.details["user_feedback"], story.choices[0].wrong) == ("no error", False)


def test_a_rating_counts_once_for_a_run(store: Store) -> None:
    """A new rating of the same run replaces its old one in the mean."""
    add(store, record(1, use()), record(2, use()))

    for number, rating in ((1, 1), (1, 5), (2, 2)):
        feedback(store, number, rating=rating)

    row = sums(store)
    assert (row["user_rating_avg"], row["rated_uses"]) == (3.5, 2)
    assert [run.rating for run in runs.list_runs(store.connection, 9)] == [2, 5]


@pytest.mark.parametrize(
    ("said", "failed"),
    [
        ({"false_positive": True}, 0),
        ({"false_positive": False}, 1),
        ({"should_have_exited": True}, 1),
        ({"should_have_exited": False}, 0),
        ({"false_positive": True, "should_have_exited": True}, 0),
        ({"rating": 3}, -1),
    ],
)
@pytest.mark.parametrize("reason", ["match", "completed"])
def test_feedback_settles_whether_a_run_that_a_match_ended_had_failed(
    store: Store, said: dict[str, Any], failed: int, reason: str
) -> None:
    """Of a run that ended by itself the outcome was known, and stays."""
    one = record(1, exit_reason=reason)
    with store.begin_writing() as connection:
        run_rows.add(connection, RunRecord(**fields(one) | {"lines": lines(1, failed=-1)}), NOON)

    feedback(store, 1, **said)

    known = runs.read_run_lines(store.connection, HERE, 9)
    expected = failed if reason == "match" else -1
    assert [row[0] for row in known] == ([expected] if expected >= 0 else [])


def fields(one: RunRecord) -> dict[str, Any]:
    return {name: getattr(one, name) for name in RunRecord.__slots__}


def test_delays_that_feedback_suggested_are_read_by_command_and_by_place(store: Store) -> None:
    """In order of size."""
    add(store, record(1), record(2), record(3))
    feedback(store, 1, delay_should_be_s=3.0)
    feedback(store, 2, delay_should_be_s=0.5)

    assert runs.read_suggested_delays(store.connection, "command", MAKE) == [0.5, 3.0]
    assert runs.read_suggested_delays(store.connection, "place", HERE) == [0.5, 3.0]
    assert runs.read_suggested_delays(store.connection, "place", MAKE) == []


def test_feedback_on_what_a_limit_ended_stays_with_its_numbers(store: Store) -> None:
    """It should have gone on, or it hung; on what a pattern ended it says nothing of time."""

    def healthy() -> list[bool | None]:
        return [one.healthy for one in runs.read_past_runs(store.connection, "place", HERE, 9)]

    add(store, record(1, exit_reason="match"), record(2, exit_reason="timeout_overall"))
    assert healthy() == [None, None]
    feedback(store, 1, false_positive=True)
    feedback(store, 2, false_positive=True)
    assert healthy() == [None, True]
    feedback(store, 2, should_have_exited=True)
    assert healthy() == [None, False]


def test_only_the_newest_lines_of_a_command_in_a_folder_stay(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of other folders are not counted."""
    monkeypatch.setattr(run_rows, "MOST_LINES", 2)
    other = record(9, place_hash=b"there")
    add(store, RunRecord(**fields(other) | {"lines": lines(0, place_hash=b"there")}), record(1), record(2), record(3))

    assert [row[1] for row in runs.read_run_lines(store.connection, HERE, 9)] == [2.0, 3.0]
    assert [row[1] for row in runs.read_run_lines(store.connection, HERE, 1)] == [3.0]
    assert [row[1] for row in runs.read_run_lines(store.connection, b"there", 9)] == [0.0]


def test_past_runs_are_read_oldest_first(store: Store) -> None:
    """The newest of them; one that is there already stays as it is."""
    with store.begin_writing() as connection:
        run_rows.add_past_runs(
            connection, [past(3), past(1), past(2), past(2, runtime_s=99.0), past(4, place_hash=b"")]
        )

    assert [run.runtime_s for run in runs.read_past_runs(store.connection, "place", HERE, 2)] == [2.0, 3.0]
    assert [run.runtime_s for run in runs.read_past_runs(store.connection, "command", MAKE, 9)] == [1.0, 2.0, 3.0, 4.0]


def test_patterns_are_replaced_and_refused_ones_stay(store: Store) -> None:
    """Chosen ones come first, then those that were not refused, best first."""
    with store.begin_writing() as connection:
        run_rows.put_patterns(connection, HERE, [learned("old"), learned("never", refused=True)])
        run_rows.put_patterns(connection, b"there", [learned("else", place_hash=b"there")])
        run_rows.put_patterns(
            connection,
            HERE,
            [learned("never", chosen=True), learned("low", score=0.1), learned("high"), learned("best", chosen=True)],
        )

    found = runs.read_learned_patterns(store.connection, HERE)
    assert [(one.pattern, one.refused) for one in found] == [
        ("best", False),
        ("high", False),
        ("low", False),
        ("never", True),
    ]
    assert [one.pattern for one in runs.read_learned_patterns(store.connection, b"there")] == ["else"]


def test_limits_of_a_command_are_replaced(store: Store) -> None:
    """Those of another stay."""
    with store.begin_writing() as connection:
        for key, seconds in ((HERE, 1.0), (b"there", 2.0), (HERE, 3.0)):
            run_rows.put_limits(connection, key, [run_rows.Limit(key, "delay_exit_s", seconds, "of nine runs")])

    assert runs.read_learned_delay(store.connection, HERE) == (3.0, "of nine runs")
    assert runs.read_learned_delay(store.connection, b"there") == (2.0, "of nine runs")
    assert runs.read_learned_delay(store.connection, b"nowhere") is None


def test_old_runs_are_cleared_and_what_was_learned_stays(store: Store) -> None:
    """Only clearing all of them takes what was learned too."""
    add(store, record(1, use()), record(2, use()), record(3, use()))
    with store.begin_writing() as connection:
        run_rows.put_patterns(connection, HERE, [learned("x")])
        run_rows.put_limits(connection, HERE, [run_rows.Limit(HERE, "idle_timeout_s", 1.0, "why")])
        assert run_rows.clear(connection, clock(2)) == 1
        assert sums(store)["total_uses"] == 3
        assert len(runs.read_learned_patterns(connection, HERE)) == 1
        assert run_rows.clear(connection, None) == 2

    for table in ("executions", "match_events", "run_history", "learned_limit", "learned_pattern"):
        assert store.connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert runs.read_pattern_figures(store.connection, 9) == []


def test_runs_retire_by_age_and_by_size(store: Store) -> None:
    """The oldest go first; a long text counts with its length."""
    add(store, *(record(number) for number in (1, 2, 3)))
    big = record(4, command=Scrubbed("x" * 5000))
    add(store, big)
    with store.begin_writing() as connection:
        assert run_rows.retire(connection, clock(2), 1_000_000) == 1
        assert run_rows.retire(connection, clock(0), 7500) == 1
        assert [run.uid[0] for run in runs.list_runs(connection, 9)] == [4, 3]
        assert run_rows.retire(connection, clock(0), 0) == 2
    assert len(runs.read_past_runs(store.connection, "place", HERE, 9)) == 4


def test_only_a_match_that_the_choice_named_is_refused(store: Store) -> None:
    """A pattern that matched but did not end the run by itself was not wrong."""
    one = record(1, exit_reason="match")
    chosen = choice(value=Scrubbed("fatal\nerror"))
    add(store, RunRecord(**fields(one) | {"matches": [match(1), match(2, "warning")], "choices": [chosen]}))

    feedback(store, 1, false_positive=True)

    assert [found.pattern for found in runs.read_learned_patterns(store.connection, HERE)] == ["error"]
