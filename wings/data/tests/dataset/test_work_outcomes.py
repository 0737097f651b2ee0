"""Was the work of a chat, an edit or a session good or bad? Unknown is never good."""

from typing import Any

import pytest

from twiceshy.records.outcomes import Answer, CallFates, Correction, Outcome, Rollback, SessionResult, Task
from twiceshy_data.dataset.work_outcomes import (
    BAD,
    GOOD,
    ChatWork,
    WorkJudgement,
    WorkOutcome,
    judge_chat,
    judge_edit,
    judge_whole,
)

CHANGE, PROMPT = b"\x01" * 16, b"\x02" * 16
YES = Outcome(answer=Answer.YES, confidence=0.9, why="commit", proof=("aa",))
NO = Outcome(answer=Answer.NO, confidence=0.8, why="test-red", proof=("bb",))
CORRECTION = Correction(prompt=PROMPT, why="words", confidence=0.7, calls=(CHANGE,))


def make_task(**answers: Any) -> Task:
    return Task(prompt=b"p", description="", started_at=None, ended_at=None, calls=1, edits=1, files=(), **answers)


def judge(task: Task, chat: ChatWork, fates: CallFates | None = None, last: int | None = 0) -> WorkOutcome | None:
    result = SessionResult(
        session=b"s",
        tasks=(task,),
        corrections=(CORRECTION,),
        rollbacks=(Rollback(by=PROMPT, why="git-restore", calls=(CHANGE,), confidence=0.6),),
    )
    return judge_chat(chat, WorkJudgement(result, fates or CallFates(), [(0, task)]), last)


@pytest.mark.parametrize(
    ("task", "fates", "outcome", "why"),
    [
        pytest.param(make_task(), CallFates(), None, None, id="nothing tells"),
        pytest.param(make_task(completed=YES), CallFates(), GOOD, "commit", id="done"),
        pytest.param(make_task(tests=NO), CallFates(), None, None, id="left red"),
        pytest.param(make_task(completed=YES), CallFates(corrected=frozenset([CHANGE])), BAD, "words", id="corrected"),
        pytest.param(
            make_task(completed=YES), CallFates(rolled_back=frozenset([CHANGE])), BAD, "git-restore", id="taken back"
        ),
        pytest.param(make_task(completed=YES, corrected=YES), CallFates(), GOOD, "commit", id="mended in the end"),
        pytest.param(make_task(completed=NO), CallFates(), None, None, id="stopped"),
    ],
)
def test_a_chat_is_judged_by_its_own_work(task: Task, fates: CallFates, outcome: str | None, why: str | None) -> None:
    """What was corrected is bad, whatever became of the task."""
    found = judge(task, ChatWork(0, [CHANGE], [CHANGE]), fates)

    assert (found and found.outcome, found and found.why) == (outcome, why)


def test_only_the_last_work_of_a_task_with_a_setback_is_good() -> None:
    """What came before it may be what was wrong; a chat that did nothing is unknown."""
    task = make_task(completed=YES, corrected=YES)

    assert judge(task, ChatWork(0, [CHANGE], [CHANGE]), last=1) is None
    assert judge(task, ChatWork(1, [], []), last=1) is None


def test_a_refused_call_is_bad() -> None:
    """Where a person refused it."""
    found = judge(make_task(rejected=YES), ChatWork(0, [CHANGE], [], [CHANGE]))

    assert found == WorkOutcome(BAD, "commit", 0.9, (CHANGE.hex(),))


def test_an_edit_that_was_replaced_is_not_good() -> None:
    """Nor one outside any task; the last of its file in a task that was done is."""
    task = make_task(completed=YES)
    work = WorkJudgement(SessionResult(session=b"s", tasks=(task,)), CallFates(), [(0, task)])

    assert judge_edit(CHANGE, task, work, last=False) is None
    assert judge_edit(CHANGE, None, work, last=True) is None
    assert judge_edit(CHANGE, task, work, last=True) == WorkOutcome(GOOD, "commit", 0.9, ("aa",))


def test_a_session_is_good_where_every_task_is() -> None:
    """And bad where any was; else unknown."""

    def outcome(*tasks: Task) -> str | None:
        found = judge_whole(SessionResult(session=b"s", tasks=tasks))
        return found and found.outcome

    good, unknown, bad = make_task(completed=YES), make_task(), make_task(corrected=YES)
    assert [outcome(), outcome(good), outcome(good, unknown), outcome(good, bad)] == [None, GOOD, None, BAD]
