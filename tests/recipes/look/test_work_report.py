"""recipes.look.work_report: what was done for the money, and what became of it."""

from dataclasses import replace

import pytest

from twiceshy.archive.reads.judged_work import PlacedTask
from twiceshy.recipes.look.work_report import name_ending, sum_endings, sum_tags, sum_work
from twiceshy.records.outcomes import Answer, Outcome, Task
from twiceshy.records.spend import PICO, Amount, Ending, LoneCalls, LoneKind, SessionSpend, Tag, Work, WorkKey

YES, NO = Outcome(answer=Answer.YES), Outcome(answer=Answer.NO)


def task(*, edits: int = 1, **outcomes: Outcome) -> Task:
    plain = Task(prompt=b"p", description="", started_at=None, ended_at=None, calls=2, edits=edits, files=())
    return replace(plain, **outcomes)  # type: ignore[arg-type]  # as named


def session(**values: object) -> SessionSpend:
    return SessionSpend(cells={}, used=True, unpriced=0, partial=0, **values)  # type: ignore[arg-type]  # as named


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        pytest.param(task(), Ending.OPEN, id="files changed, and nothing is known"),
        pytest.param(task(edits=0), Ending.NO_CHANGE, id="only looked"),
        pytest.param(task(completed=YES), Ending.STANDS, id="done"),
        pytest.param(task(survived=YES, corrected=NO), Ending.STANDS, id="its lines stand"),
        pytest.param(task(completed=YES, corrected=YES), Ending.MENDED, id="done, but corrected"),
        pytest.param(task(completed=YES, rejected=YES), Ending.MENDED, id="done, but a call was refused"),
        pytest.param(task(completed=YES, rolled_back=YES), Ending.MENDED, id="a part was taken back, the rest done"),
        pytest.param(task(rolled_back=YES), Ending.GONE, id="taken back"),
        pytest.param(task(corrected=YES), Ending.OPEN, id="corrected, and no end known"),
        pytest.param(task(completed=NO, edits=0), Ending.NO_CHANGE, id="not done, and no file changed"),
    ],
)
def test_an_ending_is_what_the_evidence_says(one: Task, expected: Ending) -> None:
    """Unknown stays unknown."""
    assert name_ending(one) is expected


def test_money_goes_to_the_task_whose_prompt_came_before() -> None:
    """What came before the first one, and what no session was judged for, belongs to none."""
    sessions = {
        b"judged": session(turns=((0, PICO), (10, 2 * PICO), (15, PICO), (20, 4 * PICO))),
        b"new": session(turns=((1, 2 * PICO),)),
    }
    tasks = {b"judged": [PlacedTask(10, task(completed=YES)), PlacedTask(20, task(edits=0))]}
    rows = [(row.name, row.usd, row.share, row.tasks) for row in sum_endings(sessions, tasks, 10 * PICO)]

    assert rows == [
        (Ending.NO_CHANGE, 4.0, 0.4, 1),
        (Ending.STANDS, 3.0, 0.3, 1),
        (Ending.UNJUDGED, 3.0, 0.3, 0),
    ]


def test_nothing_is_said_of_endings_where_nothing_was_judged() -> None:
    """A first look must not wait for it."""
    assert sum_endings({b"new": session(turns=((1, PICO),))}, {}, PICO) == []


def test_work_and_tags_add_up_over_sessions() -> None:
    """The dearest first; what never happened has no row."""
    polls = LoneCalls(LoneKind.POLL, 1, 3, 2, 0.5, 1.5)
    sessions = [
        session(work={WorkKey("m", Work.LOOK): Amount(PICO, 5)}, lone_calls=(polls,)),
        session(
            work={WorkKey("n", Work.LOOK): Amount(PICO, 5), WorkKey("m", Work.EDIT): Amount(6 * PICO, 5)},
            lone_looks=Amount(PICO, 2),
        ),
    ]

    assert [(row.name, row.usd, row.tokens) for row in sum_work(sessions, 8 * PICO)] == [
        (Work.EDIT, 6.0, 5),
        (Work.LOOK, 2.0, 10),
    ]
    assert [(row.name, row.usd, row.share, row.requests) for row in sum_tags(sessions, 8 * PICO)] == [
        (Tag.POLL, 1.5, 0.1875, 3),
        (Tag.LONE_LOOK, 1.0, 0.125, 2),
    ]
