"""judgement.chats.left_open: what was refused and decided, and what was changed since the last commit."""

from tests.judgement.chats.told_stories import call, prompt

from twiceshy.judgement.chats.left_open import is_request, list_after_commit, list_decisions, list_refusals
from twiceshy.records.handoff import Decision, RefusedCall


def test_a_refused_call_counts_until_it_is_made() -> None:
    """The last one first; who refused is told apart."""
    moments = [
        call("Bash", "run", command="make", failure="rejected"),
        call("Bash", "run", command="make"),
        call("Bash", "run", command="rm -r build", failure="rejected", words="use make clean"),
        call("Edit", "edit", path="a.py", failure="rejected", text="denied by a rule"),
    ]

    assert list_refusals(moments) == (
        RefusedCall("Edit", "edit", "a.py", "", False),
        RefusedCall("Bash", "run", "rm -r build", "use make clean", True),
    )


def test_an_answered_question_is_a_decision() -> None:
    """One that was put aside is none."""
    answered = 'User has answered your questions: "Which store?"="Redis", "Which port?"="80".'
    moments = [call("Ask", "ask", text=answered), call("Ask", "ask", text='"Why?"="so"', failure="dismissed")]

    assert list_decisions(moments) == (Decision("Which port?", "80"), Decision("Which store?", "Redis"))


def test_files_count_from_the_last_commit_on() -> None:
    """Those of the project, each once; a commit that failed is none."""
    moments = [
        call("Edit", "edit", ["a.py"]),
        call("Bash", "run", command="git add -A && git commit -m x"),
        call("Edit", "edit", ["b.py", "/tmp/plan.md"]),
        call("Edit", "edit", ["b.py"]),
        call("Bash", "run", command="git commit -m y", failure="error"),
    ]

    assert list_after_commit(moments) == ["b.py"]
    assert list_after_commit([*moments, call("Bash", "run", commit="abc1234")]) == []


def test_a_slash_command_alone_asks_for_little() -> None:
    """A program's prompt and a plan ask for work."""
    assert is_request(prompt("go"))
    assert is_request(prompt("go", human=False, kind="sdk"))
    assert not is_request(prompt("/cost", human=False, kind="bare-command"))
