"""commands.calls.call_kinds: what sort of call is it."""

import pytest
from tests.insights.kinds.histories import fail, run, session, touch

from twiceshy.commands.calls.call_kinds import (
    find_next_calls,
    find_own_scripts,
    is_look,
    is_same_call,
    is_success_of,
    is_trifle,
    runs_own_script,
)
from twiceshy.records.attempts import CallAttempt

SORTS = [
    (run("git status"), True, True),
    (run("gh pr checks 3", head="gh pr"), True, True),
    (run("gh pr edit 3", head="gh pr"), False, False),
    (run("python -c 'import x'"), True, True),
    (run("rm -r a"), False, True),
    (run("git push"), False, False),
    (touch("a.py", "read"), True, True),
    (touch("a.py"), False, False),
]


@pytest.mark.parametrize(("one", "look", "trifle"), SORTS)
def test_a_look_may_answer_no(one: CallAttempt, look: bool, trifle: bool) -> None:  # a table's columns
    """And what makes way with the shell's own programs is a trifle too."""
    assert (is_look(one), is_trifle(one)) == (look, trifle)


def test_own_scripts_are_those_written_beside_the_project() -> None:
    """A test of the project that was edited is none."""
    made = session(touch("try.py"), touch("tests/test_a.py"), run("cat > /tmp/b.sh << E"), fail("echo > c.js"))
    own = find_own_scripts([made])

    assert own == {"try.py", "b.sh", "c.js"}
    assert runs_own_script(run("python3 try.py"), own)
    assert runs_own_script(run("x", head="python <script>"), own)
    assert not runs_own_script(run("pytest tests/test_a.py"), own)


def test_a_text_behind_a_mark_is_a_script_only_to_what_runs_it() -> None:
    """A commit's message that comes so is a message."""
    message = "git commit -m \"$(cat <<'EOF'\nfix: a thing\nEOF\n)\""

    assert not runs_own_script(run(message, head="git commit"), frozenset())
    assert not runs_own_script(run("git commit -F - <<'EOF'\nfix\nEOF", head="git commit"), frozenset())
    assert runs_own_script(run("python3 - <<'EOF'\nprint(1)\nEOF", head="python -"), frozenset())
    assert runs_own_script(run("ssh box <<E\nls\nE", head="ssh"), frozenset())


# commands.calls.next_calls: what follows a call in its dialogue.


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
