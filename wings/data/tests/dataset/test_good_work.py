"""What shows that work is good enough to learn from."""

from dataclasses import replace
from typing import Any

import pytest

from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Outcome, Task
from twiceshy_data.dataset.good_work import find_clean_proof, find_proof

YES, NO = Outcome(answer=Answer.YES, confidence=0.9, why="yes"), Outcome(answer=Answer.NO, confidence=0.8, why="no")


def task(first_pass: Answer = Answer.UNKNOWN, **known: Outcome) -> Task:
    empty = Task(
        prompt=b"p", description="", started_at=None, ended_at=None, calls=1, edits=1, files=(), first_pass=first_pass
    )
    values: dict[str, Any] = dict(known)
    return replace(empty, **values)


@pytest.mark.parametrize(
    ("one", "ended_well", "well_throughout"),
    [
        (task(), None, None),
        (task(completed=YES), YES, YES),
        (task(tests=YES), YES, YES),
        (task(tests=YES, completed=NO), None, None),
        (task(completed=YES, rolled_back=YES), None, None),
        (task(completed=YES, survived=NO), None, None),
        (task(completed=YES, corrected=YES), YES, None),
        (task(completed=YES, rejected=YES), YES, None),
        (task(Answer.YES, corrected=NO), None, NO),
        (task(Answer.YES, corrected=NO, survived=NO), None, None),
        (task(Answer.YES, corrected=UNKNOWN_OUTCOME), None, None),
    ],
)
def test_only_work_that_something_speaks_for_is_good(
    one: Task, ended_well: Outcome | None, well_throughout: Outcome | None
) -> None:
    """Unknown is never good; corrected work ends well at most."""
    assert (find_proof(one), find_clean_proof(one)) == (ended_well, well_throughout)
