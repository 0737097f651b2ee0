"""A brief reaches the model with the task, in each agent's own way, and only once a session."""

import json

from tests.agents.driving import Agent, Scene
from tests.lessons.builders import a_lesson

from twiceshy.archive import lesson_rows as writing
from twiceshy.archive.db import Store
from twiceshy.records.lessons import LessonState

TASK = "the coroutine was never awaited, fix it"
LESSON = "a coroutine was never awaited"
TRIES = 4
"""Sessions: a brief that takes over a second on a busy machine is silent, as it should be."""


def test_a_brief_arrives_with_the_task_and_once(stage: Scene, agent: Agent) -> None:
    """What a person promoted is told before the first answer and not again at the second request."""
    stage.variables["TWICESHY_ADVICE_HELD_BACK_PERCENT"] = "0"
    lesson = a_lesson(state=LessonState.PROMOTED, observations=12, sessions=5, scope="user")
    with Store.open(stage.home / "data") as store, store.begin_writing() as connection:
        writing.add(connection, lesson, imported=True)
        assert lesson.last_seen is not None
        writing.review(connection, writing.id_of(lesson), lesson.last_seen, state=LessonState.PROMOTED)
    for _ in range(TRIES):
        model = stage.runs(agent.shell("echo a"), prompt=TASK)
        first, last = (json.dumps(body) for body in (model.requests[0], model.requests[-1]))
        if LESSON in first:
            break

    assert f"Seen 12 times in 5 sessions of 1 project: {LESSON}" in first
    assert last.count(LESSON) == 1
