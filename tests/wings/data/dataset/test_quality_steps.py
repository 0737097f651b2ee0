"""wings.data.dataset.quality_steps: each with the command that helps, and only where it does."""

from typing import Any

import pytest
from tests.wings.data.dataset.quality_builders import DAY, a_chat, a_commit, a_history, a_session, a_task, results_of

from twiceshy.records.outcomes import Answer
from twiceshy.records.quality import EditCounts, LineCounts
from twiceshy.wings.data.dataset.odd_records import list_anomalies
from twiceshy.wings.data.dataset.quality_steps import list_steps

JUDGED = {"sessions": [a_session()], "results": results_of()}
GOOD: dict[str, Any] = {
    "sessions": [a_session()],
    "results": results_of(*(a_task(at, Answer.YES) for at in range(200))),
    "chats": [a_chat(at) for at in range(200)],
    "commits": [a_commit()],
}
STEPS: list[tuple[str, dict[str, Any], list[tuple[str, str]]]] = [
    ("nothing is stored", {}, [("problem", "twiceshy ingest")]),
    ("nothing is wrong", GOOD, []),
    ("not judged", {"sessions": [a_session()]}, [("warning", "twiceshy judge"), ("note", "twiceshy lessons")]),
    (
        "hardly one not judged",
        GOOD | {"sessions": [a_session()] * 10, "results": dict.fromkeys(range(9), GOOD["results"][b"\1" * 16])},
        [],
    ),
    ("few chats", JUDGED, [("note", "twiceshy lessons")]),
    ("no commit", GOOD | {"commits": [], "edits": EditCounts(3, 1)}, [("warning", "twiceshy backfill --all")]),
    ("no CI", GOOD | {"commits": [a_commit()] * 30}, [("note", "twiceshy ci set --from-env")]),
    ("few commits, no CI", GOOD | {"commits": [a_commit()] * 29}, []),
    ("CI", GOOD | {"commits": [a_commit()] * 30 + [a_commit(checked=True)]}, []),
    ("unread lines", GOOD | {"log_lines": LineCounts(200, 2, 0)}, [("warning", "twiceshy doctor")]),
    ("hardly an unread line", GOOD | {"log_lines": LineCounts(201, 2, 0)}, []),
    (
        "missing texts",
        GOOD | {"chats": [*GOOD["chats"], a_chat(201, prompt_bytes=None)]},
        [("problem", "twiceshy doctor")],
    ),
    (
        "unknown outcomes",
        GOOD | {"results": results_of(*(a_task(at, Answer.YES) for at in range(200)), *([a_task()] * 201))},
        [("warning", "twiceshy feedback --list")],
    ),
]


@pytest.mark.parametrize(("what", "values", "expected"), STEPS, ids=[row[0] for row in STEPS])
def test_a_step_is_told_where_it_helps(what: str, values: dict[str, Any], expected: list[tuple[str, str]]) -> None:
    """The worst first."""
    facts = a_history(**values)
    steps = list_steps(facts, list_anomalies(facts, DAY))

    assert [(one.level, one.command) for one in steps] == expected, what


def test_steps_say_how_much() -> None:
    """With the numbers that they are about."""
    (step,) = list_steps(a_history(**GOOD | {"commits": [], "edits": EditCounts(3000, 1)}), [])

    assert step.words == (
        "No commit is stored, so nobody knows what became of 3,001 edits; run this in each repository."
    )
