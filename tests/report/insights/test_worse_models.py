"""report.insights.worse_models: a model that does worse on like tasks."""

from tests.report.insights.histories import history, prompt, session, touch

from twiceshy.records.attempts import SessionAttempts
from twiceshy.records.outcomes import Answer, Outcome, SessionResult, Task
from twiceshy.report.insights.draft import InsightDraft
from twiceshy.report.insights.judged_work import JudgedWork
from twiceshy.report.insights.worse_models import find_worse_models

YES, NO = Outcome(answer=Answer.YES, confidence=0.9), Outcome(answer=Answer.NO, confidence=0.9)


def find(**models: tuple[int, int]) -> list[InsightDraft]:
    """For each model its sessions of one task, and how many of them were corrected."""
    sessions: list[SessionAttempts] = []
    results = {}
    for model, (n, bad) in models.items():
        for number in range(n):
            asked = prompt()
            one = session(asked, touch("a.py"), touch("a.py"), model=model, day=len(sessions))
            task = Task(
                prompt=asked.uid,
                description="",
                started_at=None,
                ended_at=None,
                calls=2,
                edits=2,
                files=(),
                corrected=YES if number < bad else NO,
            )
            sessions.append(one)
            results[one.session] = SessionResult(session=one.session, tasks=(task,))
    return list(find_worse_models(history(*sessions, judged=JudgedWork(results=results))))


def test_what_cannot_be_told_apart_is_not_told() -> None:
    """One model, few sessions, few bad ones, the same share, or two spellings of one model."""
    assert find(fast=(30, 20)) == []
    assert find(fast=(4, 4), slow=(30, 2)) == []
    assert find(fast=(30, 4), slow=(30, 0)) == []
    assert find(fast=(30, 10), slow=(30, 11)) == []
    assert find(**{"fast-1-20250929": (20, 15), "fast-1": (20, 1)}) == []


def test_a_model_that_is_corrected_far_more_often_is_told_beside_the_others() -> None:
    """Its cases are the tasks that went badly."""
    (found,) = find(fast=(30, 20), slow=(30, 2))

    assert found.says == (
        "20 of 30 tasks of `fast` were corrected, in 30 sessions; of other models' like tasks 7 %, in 30"
    )
    assert found.of == 30
    assert len(found.cases) == 20
