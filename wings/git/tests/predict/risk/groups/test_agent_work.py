"""Columns of the agent's work say what was measured, and that nothing was."""

from math import isnan

from tests.judgement.outcomes.agent import Agent
from wings.git.tests.predict.risk.invented_changes import a_change

from twiceshy.judgement.outcomes.files_record import FilesRecord
from twiceshy.judgement.outcomes.work_parts import describe_work
from twiceshy.records.change_risk import ChangeStory
from twiceshy.records.stories import FileEvent, ModelTokens, WorkPart
from twiceshy_git.predict.risk.groups.agent_work import AgentWork

_OF_COMMIT = {"has_log", "human_lines_rate", "agent", "model"}
"""Measured where commits meet sessions."""


def test_without_a_log_all_is_unknown_but_that() -> None:
    """Unread is never praised as read."""
    log, *others = AgentWork().describe(ChangeStory(change=a_change(1, ("a.py", 1, 0))))

    assert log == 0
    assert all(map(isnan, others))


def test_measured_numbers_are_passed_on() -> None:
    """By the names of their columns; what else was measured is not its business."""
    measured = {"has_log": 1.0, "churn_rate": 0.5, "la": 9.0}
    found = AgentWork().describe(ChangeStory(change=a_change(1), measured=measured))
    known = {column.name: value for column, value in zip(AgentWork.columns, found, strict=True) if not isnan(value)}

    assert known == {"has_log": 1.0, "churn_rate": 0.5}


def test_all_that_is_measured_of_work_has_a_column() -> None:
    """And each column is measured, if a session does a little of everything."""
    agent = Agent()
    agent.says("Please mend it")
    agent.reads("a.py", "def compute_total():\n    pass\n")
    agent.runs("ls a.py b.py", "a.py\nb.py\n")
    agent.edits("a.py", "one\n", failure="error")
    agent.edits("a.py", "one\n", failure="error")
    agent.edits("a.py", "def compute_total():\n    return 1\n")
    agent.edits("b.py", "def compute_total():\n    return 2\n")
    agent.edits("a.py", "two\n")
    agent.runs("pytest", "1 passed in 0.1s")
    part = WorkPart(agent.story, 0, [ModelTokens(1.0, "m", 1, 1)])
    found = describe_work(part, lambda body: agent.bodies[body.hex()])

    known = FilesRecord([FileEvent(1.0, "a.py", "edited", b"one")]).describe(["a.py"], 2.0)

    assert {*found, *known} == {one.name for one in AgentWork.columns} - _OF_COMMIT
