"""commands.calls.next_calls: what follows a call in its dialogue."""

from tests.insights.kinds.histories import fail, run

from twiceshy.commands.calls.next_calls import find_next_calls, is_same_call, is_success_of
from twiceshy.records.attempts import CallAttempt


def test_next_calls_are_those_of_one_dialogue() -> None:
    """A prompt is none, and does not end them."""
    attempts = [fail(), run("a")._replace(subagent="ff"), CallAttempt(uid=b"p", action="prompt"), run("b"), run("c")]

    assert [index for index, _ in find_next_calls(attempts, 0, 9)] == [3, 4]
    assert [index for index, _ in find_next_calls(attempts, 0, 1)] == [3]


def test_a_success_is_of_the_same_program() -> None:
    """To the letter it is only the same call with the same words in the same folder."""
    failed, other = fail("git push"), run("git push -u origin x")

    assert is_success_of(failed, other)
    assert not is_success_of(failed, run("git pull"))
    assert not is_same_call(failed, other)
    assert is_same_call(failed, run("git push"))
    assert not is_same_call(failed, run("git push")._replace(folder="web"))
