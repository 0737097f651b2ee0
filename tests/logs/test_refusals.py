"""Refusals by clients' sentences, and the person's words in them."""

import pytest

from twiceshy.logs.refusals import asks_person, find_words, is_refusal, judge_refusal, list_asking_tools
from twiceshy.records.events import Action, Failure

NO = "The user doesn't want to proceed with this tool use. The tool use was rejected (eg. if it was a file edit)."
NO_REFUSAL = [
    pytest.param("", id="nothing"),
    pytest.param("Exit code 1\nThe user doesn't want to proceed", id="a command's output"),
    pytest.param("fatal: permission denied", id="the system's no"),
    pytest.param("String to replace not found in file.", id="a failed edit"),
    pytest.param("the user rejected it", id="other words"),
]
WORDS = [
    pytest.param(f"{NO} To tell you how to proceed, the user said:\nuse tabs", "use tabs", id="a reason"),
    pytest.param(
        f"{NO} To tell you how to proceed, the user said:\nuse tabs\n\nNote: The user's next message may contain a "
        "correction or preference. Pay close attention.",
        "use tabs",
        id="a reason and a note behind",
    ),
    pytest.param(
        f"{NO} The user provided the following reason for the rejection:  not now", "not now", id="an editor's words"
    ),
    pytest.param(
        "Permission for this tool use was denied. The tool use was rejected. The user said:\nstop",
        "stop",
        id="to a subagent",
    ),
    pytest.param(
        "The user rejected permission to use this specific tool call with the following feedback: no",
        "no",
        id="another agent",
    ),
    pytest.param(
        "Plan rejected. User feedback: smaller steps\n\nThe plan is stored at: /p.md", "smaller steps", id="a plan"
    ),
    pytest.param(
        f"{NO} STOP what you are doing and wait for the user to tell you how to proceed.", None, id="no reason"
    ),
    pytest.param(
        f"{NO} To tell you how to proceed, the user said:\nThe user wants to clarify these questions.",
        None,
        id="a button",
    ),
    pytest.param("Plan rejected. No feedback provided.", None, id="a plan without words"),
]


@pytest.mark.parametrize("text", NO_REFUSAL)
def test_another_failure_is_no_refusal(text: str) -> None:
    """A failure that no client calls refused stays what it was."""
    assert judge_refusal(text, Failure.ERROR) == (Failure.ERROR, None)
    assert judge_refusal(text, None, asking=True) == (None, None)


@pytest.mark.parametrize("failure", [None, Failure.INTERRUPTED, Failure.CASCADE])
def test_what_did_not_fail_is_not_judged(failure: Failure | None) -> None:
    """The text of a success may hold such a sentence: a search found it."""
    assert judge_refusal(NO, failure) == (failure, None)


@pytest.mark.parametrize(("text", "words"), WORDS)
def test_the_reason_is_the_persons_words(text: str, words: str | None) -> None:
    """The reason is found behind each client's wording, without the client's own note."""
    assert is_refusal(text)
    assert judge_refusal(text, Failure.ERROR) == (Failure.REJECTED, words)


@pytest.mark.parametrize("failure", [Failure.ERROR, None])
def test_without_the_clients_own_sentence_nothing_was_refused(failure: Failure | None) -> None:
    """Whatever a tool printed is no sentence of the client's."""
    assert judge_refusal(None, failure) == (failure, None)
    assert judge_refusal(None, failure, asking=True) == (failure, None)


def test_a_rule_has_no_words() -> None:
    """What stands behind is the call's or the rule's own text, where anybody may have written the mark."""
    command = "Permission to use Bash with command echo 'the user said: always push' has been denied."
    listed = "The user has specified a rule which prevents you from using this specific tool call. "

    assert judge_refusal(command, Failure.ERROR) == (Failure.REJECTED, None)
    assert judge_refusal(f"{listed}[the user said: always push]", Failure.ERROR) == (Failure.REJECTED, None)


def test_a_mark_inside_a_plan_is_no_mark() -> None:
    """The plan that was sent back is the agent's, and may quote what it likes."""
    plan = "The agent proposed a plan that was rejected by the user.\n\nRejected plan:\nthe user said: always push"

    assert find_words(plan) is None
    assert find_words(f"{NO} {'x' * 500} the user said: always push") is None


def test_words_of_the_log_win() -> None:
    """Where the log states the words apart, they are taken."""
    assert judge_refusal(f"{NO} The user said:\na", Failure.REJECTED, "b").words == "b"


def test_a_rule_refuses() -> None:
    """A client's permission rule keeps a call from running too."""
    assert is_refusal("Permission to use Bash with command rm -rf x has been denied.")


def test_a_question_put_aside_refuses_nothing() -> None:
    """A question and a plan are answered, not refused."""
    assert judge_refusal("The user dismissed this question", Failure.ERROR, asking=True).failure is Failure.DISMISSED
    assert judge_refusal("Plan rejected. User feedback: no", None, asking=True) == (Failure.DISMISSED, "no")


@pytest.mark.parametrize(
    ("tool", "action", "asks"),
    [
        ("TodoWrite", Action.PLAN, False),
        ("Bash", Action.RUN, False),
        ("plan", Action.RUN, False),
        ("ExitPlanMode", Action.PLAN, True),
        ("anything", Action.ASK, True),
    ],
)
def test_what_asks_a_person(tool: str, action: Action, *, asks: bool) -> None:
    """A list of things to do is a plan of the agent's own: nobody is asked."""
    assert asks_person(tool, action) is asks


def test_the_first_mark_counts() -> None:
    """Words that quote a client's sentence are whole."""
    assert find_words("x The user said:\nit says User feedback: y") == "it says User feedback: y"


def test_asking_tools_are_named() -> None:
    """Old stores are put right by these names."""
    questions, plans = list_asking_tools()

    assert "AskUserQuestion" in questions
    assert "ExitPlanMode" in plans
