"""report.insights.what_helped: the step after which the same call worked."""

from tests.report.insights.histories import fail, history, run, session

from twiceshy.records.attempts import CallAttempt
from twiceshy.report.insights.project_history import Place
from twiceshy.report.insights.what_helped import HelpingStep, find_helping_step

BUILD = run("make gen")


def find(*sessions: tuple[CallAttempt, ...]) -> HelpingStep | None:
    made = history(*(session(*calls) for calls in sessions))
    return find_helping_step(made, [Place(number, 0) for number in range(len(sessions))])


def test_what_only_came_in_between_did_not_help() -> None:
    """A look, a step that is never a remedy, and one without which it works as often."""
    assert find(*[(fail(), run("git status"), run())] * 4) is None
    assert find(*[(fail(), run("git reset --hard x", head="git reset --hard"), run())] * 4) is None
    assert find(*[(fail(), BUILD, run())] * 3, *[(fail(), run())] * 3) is None
    assert find(*[(fail(), BUILD, run())] * 3, *[(fail(), BUILD)] * 3) is None


def test_a_step_that_helps_is_counted_with_and_without() -> None:
    """Of one error alone."""
    assert find(*[(fail(), BUILD, run())] * 3, *[(fail(),)] * 2) == HelpingStep("make gen", 3, 3, 0, 2)
