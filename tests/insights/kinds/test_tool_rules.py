"""insights.kinds.tool_rules: a rule of the agent's own tools that is broken in session after session."""

import pytest
from tests.insights.kinds.histories import history, run, session, touch

from twiceshy.insights.kinds.find_insights import build_insight, find_insights
from twiceshy.insights.kinds.tool_rules import find_tool_rules
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.insights import InsightKind

UNREAD = "File has not been read yet. Read it first before writing to it."
CHANGED = "File has been modified since read, either by the user or by a linter. Read it again before writing to it."
MISSING = "String to replace not found in file."


def refused(message: str = UNREAD, path: str = "src/a.py", action: str = "edit") -> CallAttempt:
    return touch(path, action, AttemptEnd.FAILED)._replace(message=message, fingerprint=message.encode()[:8])


def unread(*before: CallAttempt) -> SessionAttempts:
    return session(*before, refused(), touch("src/a.py", "read"), touch("src/a.py"))


SILENT = [
    pytest.param([unread() for _ in range(4)], id="four times"),
    pytest.param([session(*(refused() for _ in range(9))), unread()], id="in two sessions"),
    pytest.param([session(refused(MISSING)) for _ in range(9)], id="a text that is not there: no line helps"),
    pytest.param([session(refused("It is a folder.")) for _ in range(9)], id="an error that nobody knows"),
    pytest.param([session(run("x", AttemptEnd.FAILED, message=UNREAD)) for _ in range(9)], id="a command"),
]


@pytest.mark.parametrize("sessions", SILENT)
def test_what_is_no_habit_or_has_no_line_is_not_told(sessions: list[SessionAttempts]) -> None:
    """Five times in three sessions, and a rule that a line keeps."""
    assert list(find_tool_rules(history(*sessions))) == []


def test_a_rule_is_told_with_its_line() -> None:
    """Until the call that is made again: that one would have been made in any case."""
    (found,) = find_tool_rules(history(*(unread() for _ in range(5)), session(run())))

    assert found.says == "`Edit` was refused 5 times, in 5 of 6 sessions: the file had not been read yet"
    assert found.remedies[0].text == "Read a file before the first `Edit` of it."
    assert {(case.place.number, case.until) for case in found.cases} == {(0, 1)}


def test_what_a_command_showed_is_said() -> None:
    """Where it was so with most of them, the line says that it does not count."""
    (found,) = find_tool_rules(history(*(unread(run("cat src/a.py")) for _ in range(5))))

    assert found.says.endswith("the file had not been read yet; 5 times a command had shown it")
    assert found.remedies[0].text == (
        "Read a file before the first `Edit` of it: a look with `cat` or `sed` does not count."
    )


def test_each_rule_is_one_insight() -> None:
    """An edit of a file that changed is another one."""
    drafts = find_tool_rules(
        history(*(unread() for _ in range(5)), *(session(run("black ."), refused(CHANGED)) for _ in range(5)))
    )

    assert {one.key: one.remedies[0].text for one in drafts} == {
        "change not read": "Read a file before the first `Edit` of it.",
        "change changed since read": (
            "After a formatter or a command changed a file, read it again before the next `Edit`."
        ),
    }


def test_what_cost_next_to_nothing_is_not_told() -> None:
    """A minute or a dollar: the tool says itself what was wrong."""
    cheap = history(*(session(refused(), touch("src/a.py")) for _ in range(5)))
    dear = history(*(unread() for _ in range(5)))

    assert find_insights([cheap], lambda *_: None) == []
    assert [one.kind for one in find_insights([dear], lambda *_: None)] == [InsightKind.TOOL_RULE]
    assert build_insight(next(iter(find_tool_rules(dear))), dear, lambda *_: None).waited_s == pytest.approx(5 * 61.0)
