"""insights.kinds.flaky_tests: the same test with both results, and nothing changed in between."""

import pytest
from tests.insights.kinds.histories import RED, fail, history, prompt, run, session, touch

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.flaky_tests import find_flaky_tests
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt

GREEN = (AttemptCheck("pytest", "test", green=True),)
TEST = "pytest tests/test_cart.py"


def red(command: str = TEST) -> CallAttempt:
    return fail(command, "1 failed", checks=RED)


def green(command: str = TEST) -> CallAttempt:
    return run(command, checks=GREEN)


def find(*sessions: list[CallAttempt]) -> list[InsightDraft]:
    return list(find_flaky_tests(history(*(session(*one, day=day) for day, one in enumerate(sessions)))))


QUIET = [
    ("always green", [green(), green(), green()]),
    ("always red", [red(), red(), red()]),
    ("once may be a service that starts", [red(), green()]),
    ("an edit", [red(), touch("src/cart.py"), green(), touch("src/cart.py"), red()]),
    ("a command that writes", [red(), run("sed -i s/a/b/ x.py"), green(), run("git checkout x.py"), red()]),
    ("a redirection", [red(), run("echo x > y.py"), green(), run("cat a > b"), red()]),
    ("a script", [red(), run("python fix.py"), green(), run("make"), red()]),
    ("a person, who may have edited", [red(), prompt(), green(), prompt(), red()]),
    ("a subagent", [red(), run()._replace(action="delegate"), green(), run()._replace(action="delegate"), red()]),
    ("a fix in the line itself", [red("make fix && pytest"), green("make fix && pytest"), red("make fix && pytest")]),
    ("other tests", [red(), green("pytest tests/test_user.py"), red(), green("pytest tests/test_user.py")]),
    ("cut short", [green(), fail(TEST, "Command timed out", end=AttemptEnd.STOPPED, checks=RED), green()]),
    (
        "a linter",
        [run("ruff check .", checks=(AttemptCheck("ruff", "lint", green=bool(turn % 2)),)) for turn in range(4)],
    ),
]


@pytest.mark.parametrize("calls", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_may_have_a_cause_is_not_flaky(calls: list[CallAttempt]) -> None:
    """Whatever can have changed something is taken to have done so."""
    assert find(calls) == []


def test_both_results_with_only_looking_in_between_are_flaky() -> None:
    """A red run costs until the green one; the fact says what to do."""
    (found,) = find(
        [red(), run("cat src/cart.py"), green()], [green(), run("git status"), touch("a.py", "read"), red()]
    )

    assert found.says == (
        "`pytest tests/test_cart.py` turned between red and green 2 times in 2 sessions, "
        "with nothing changed in between"
    )
    assert [case.place.number for case in found.cases] == [2, 3]
    assert [one.text for one in found.remedies] == [
        "`pytest tests/test_cart.py` is flaky: when it fails, run it again before you change code."
    ]
