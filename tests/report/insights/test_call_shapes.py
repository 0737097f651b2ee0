"""report.insights.call_shapes: what sort of call is it."""

import pytest
from tests.report.insights.histories import RED, fail, history, run, session, touch

from twiceshy.records.attempts import CallAttempt
from twiceshy.report.insights.call_shapes import (
    find_check_kinds,
    find_own_scripts,
    is_look,
    is_trifle,
    list_calls,
    list_next_calls,
    runs_own_script,
)
from twiceshy.report.insights.project_history import Place

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
    made = history(session(touch("try.py"), touch("tests/test_a.py"), run("cat > /tmp/b.sh << E"), fail("echo > c.js")))
    own = find_own_scripts(made)

    assert own == {"try.py", "b.sh", "c.js"}
    assert runs_own_script(run("python3 try.py"), own)
    assert runs_own_script(run("x", head="python <script>"), own)
    assert not runs_own_script(run("pytest tests/test_a.py"), own)


def test_calls_are_listed_without_prompts_and_of_one_dialogue() -> None:
    """As far as asked for."""
    made = history(session(run("a"), run("b")._replace(subagent="ff"), run("c"), run("d", checks=RED)))

    assert [place for place, _ in list_calls(made, lambda one: one.command == "c")] == [Place(0, 2)]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 1)] == [2]
    assert [index for index, _ in list_next_calls(made, Place(0, 0), 9)] == [2, 3]
    assert find_check_kinds(made) == {"d": "test"}
