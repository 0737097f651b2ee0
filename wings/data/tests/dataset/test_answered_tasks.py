"""Tasks that were done well from the first word on, and the answer that would have done them at once."""

import pytest
from tests.judgement.outcomes.agent import Agent
from wings.data.tests.dataset.judged import GREEN, RED, judge, texts_of

from twiceshy_data.dataset.answered_tasks import AnsweredTask, find_answered_tasks


def answers(agent: Agent) -> list[AnsweredTask]:
    return list(find_answered_tasks(judge(agent), texts_of(agent)))


def test_the_answer_is_the_patch_without_what_was_said_of_it() -> None:
    """Of all changes together, file by file."""
    agent = Agent()
    agent.says("return the total sum")
    agent.edits("sum.py", "def total(x):\n    return 0\n")
    agent.edits("sum.py", "def total(x):\n    return sum(x)\n")
    agent.runs("pytest", GREEN)
    agent.replies("It adds them up.")
    (one,) = answers(agent)

    assert (one.asked, one.before, one.paths, one.evidence) == (
        "return the total sum",
        None,
        ("sum.py",),
        "test-green-by-summary",
    )
    assert one.answer == (
        "```diff\n--- a/sum.py\n+++ b/sum.py\n@@ -0,0 +1,2 @@\n+def total(x):\n+    return sum(x)\n```"
    )


def test_a_later_request_stands_after_what_was_said_before_it() -> None:
    """It means nothing alone."""
    agent = Agent()
    agent.says("what could be better in the sum?")
    agent.replies("It should round.")
    agent.says("then round in sum.py, for all currencies")
    agent.edits("sum.py", "currencies = [round(one) for one in all_currencies]\n")
    agent.runs("pytest", GREEN)
    agent.replies("Done.")

    assert [one.before for one in answers(agent)] == [("what could be better in the sum?", "It should round.")]


@pytest.mark.parametrize("why", ["unknown", "red", "by a command", "corrected", "no last words"])
def test_work_that_is_not_known_to_be_good_and_whole_is_left_out(why: str) -> None:
    """Without green checks or acceptance, with a change that a program made, corrected, or broken off."""
    agent = Agent()
    agent.says("write the total price")
    agent.edits("sum.py", "total = price\n")
    if why == "by a command":
        agent.runs("sed -i s/1/2/ other.py", "")
    if why == "corrected":
        agent.says("no, that is wrong, undo the x = 1 in sum.py, I asked for a sum")
        agent.edits("sum.py", "x = sum(y)\n")
    if why not in {"unknown", "red"}:
        agent.runs("pytest", GREEN)
    if why == "red":
        agent.runs("pytest", RED, 1)
    if why != "no last words":
        agent.replies("Done.")

    assert answers(agent) == []


@pytest.mark.parametrize(
    ("asked", "named"),
    [
        ("sorry, continue", False),
        ("let's respond to the PR feedback", False),
        ("can you fix the failing tests?", False),
        ("can you re-check and see which ones still apply?", False),
        ("add the price of each parcel to the total", True),
        ("rename price to total everywhere", True),
    ],
)
def test_a_request_names_what_its_patch_changes(asked: str, *, named: bool) -> None:
    """One that is answered by what stands elsewhere teaches nothing."""
    agent = Agent()
    agent.says(asked)
    agent.edits("sum.py", "total = sum(parcel.price for parcel in parcels)\n")
    agent.runs("pytest", GREEN)
    agent.replies("Done.")

    assert bool(answers(agent)) is named
