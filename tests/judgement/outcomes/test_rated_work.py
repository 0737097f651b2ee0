"""judgement.outcomes.rated_work: a person's word is what became of the work, and no more than that."""

from dataclasses import replace

import pytest
from tests.judgement.outcomes.agent import BEGUN, Agent
from tests.judgement.outcomes.test_task_results import an_agent, commit, edit, green, ran, said

from twiceshy.judgement.outcomes.evidence import gather_evidence
from twiceshy.judgement.outcomes.rated_work import apply_ratings
from twiceshy.judgement.outcomes.task_results import answer_for_session, judge_evidence
from twiceshy.records import ids
from twiceshy.records.outcomes import Answer, SessionResult
from twiceshy.records.ratings import Rating, Ratings

Given = dict[int | None, int]
"""Numbers by the place of the prompt among all; None: of the session."""


def judge(agent: Agent, given: Given) -> SessionResult:
    story = agent.story
    prompts = [one.step.uid for one in story.moments if one.step.kind == "prompt"]
    said = [
        Rating(
            kind=ids.SESSION if place is None else ids.CHAT,
            uid=story.session if place is None else prompts[place],
            value=value,
            at=BEGUN,
            session=story.session,
        )
        for place, value in given.items()
    ]
    facts = gather_evidence(story)
    return apply_ratings(facts, judge_evidence(facts), Ratings({(one.kind, one.uid): one for one in said}))


ONE = an_agent(edit)
DONE = an_agent(edit, commit)
CONTINUED = an_agent(edit, said("go on"), edit)
TWO = an_agent(edit, commit, said("Now write the page about it, with a table of all of its options"), edit)

TASKS: list[tuple[str, Agent, Given, list[tuple[Answer, Answer]]]] = [
    ("nobody said anything", ONE, {}, [(Answer.UNKNOWN, Answer.UNKNOWN)]),
    ("good", ONE, {0: 5}, [(Answer.YES, Answer.YES)]),
    ("rather good", ONE, {0: 4}, [(Answer.YES, Answer.YES)]),
    ("neutral says nothing", ONE, {0: 3}, [(Answer.UNKNOWN, Answer.UNKNOWN)]),
    ("bad", ONE, {0: 1}, [(Answer.NO, Answer.NO)]),
    ("bad is surer than a commit", DONE, {0: 2}, [(Answer.NO, Answer.NO)]),
    ("the last word about a task counts", CONTINUED, {0: 1, 1: 5}, [(Answer.YES, Answer.YES)]),
    ("a word of the task's second chat", CONTINUED, {1: 1}, [(Answer.NO, Answer.NO)]),
    ("the session of one task is that task", ONE, {None: 5}, [(Answer.YES, Answer.YES)]),
    ("its own word first", ONE, {None: 1, 0: 5}, [(Answer.YES, Answer.YES)]),
    ("of several tasks that one", TWO, {1: 1}, [(Answer.YES, Answer.YES), (Answer.NO, Answer.NO)]),
    ("a session says nothing of one of two", TWO, {None: 1}, [(Answer.YES, Answer.YES), (Answer.UNKNOWN,) * 2]),
]


@pytest.mark.parametrize(
    ("agent", "given", "expected"), [row[1:] for row in TASKS], ids=[row[0].replace(" ", "-") for row in TASKS]
)
def test_a_word_is_what_became_of_the_task(agent: Agent, given: Given, expected: list[tuple[Answer, Answer]]) -> None:
    """Whether it is done, and right at first; the rest of the session stays as its evidence has it."""
    tasks = judge(agent, given).tasks

    assert [(task.completed.answer, task.first_pass) for task in tasks] == expected


def test_a_word_is_told_apart_and_certain() -> None:
    """It names the prompt, and that a person said it."""
    (task,) = judge(ONE, {0: 5}).tasks

    assert (task.completed.why, task.completed.confidence) == ("rated-good", 1.0)
    assert task.completed.proof == (ONE.story.moments[0].step.uid.hex(),)


def test_a_word_of_a_session_is_the_answer_for_it() -> None:
    """Whatever its last task came to."""
    result = judge(TWO, {None: 5, 1: 1})

    assert answer_for_session(result, "completed").why == "rated-good"
    assert answer_for_session(replace(result, rated=judge(TWO, {}).rated), "completed").why == "rated-bad"


def test_what_happened_is_not_talked_away() -> None:
    """Work that was taken back was, however good it is called; then it was not right at first either."""
    agent = an_agent(edit, green, said("undo that"), ran("git checkout -- a.py", ""))
    (task,) = judge(agent, {0: 5}).tasks

    assert (task.rolled_back.answer, task.completed.answer, task.first_pass) == (Answer.YES, Answer.YES, Answer.NO)
