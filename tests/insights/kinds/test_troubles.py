"""insights.kinds.troubles: what is worth remembering of the trouble that insights tell."""

import pytest
from tests.insights.kinds.histories import RED, fail, history, run, session

from twiceshy.insights.kinds.troubles import find_refusing_rules, find_troubles, list_refusals
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt

TOLD = [
    ("frob all", "bash: frob: command not found", "missing-program", "`frob` is not installed"),
    ("git push", "could not resolve host: x", "network", "`git push` fails because the host is unreachable"),
    (
        "git push",
        "fatal: could not read Username for 'https://x'",
        "login",
        "`git push` fails because the login is not valid",
    ),
    ("npm start", "Error: listen EADDRINUSE: address", "port", "`npm start` fails because the port is in use"),
    ("make all", "write: No space left on device", "disk", "`make all` fails because the disk is full"),
    ("make all", "No module named 'yaml'", "missing-module", "The module `yaml` is not installed"),
    ("make all", "Error: API_KEY is not set", "environment", "`make all` fails because `API_KEY` is not set"),
]


@pytest.mark.parametrize(("command", "message", "slug", "says"), TOLD)
def test_trouble_of_the_machine_is_kept_in_our_words(command: str, message: str, slug: str, says: str) -> None:
    """Without a count or a word of the log that is no name."""
    (found,) = find_troubles(history(*(session(fail(command, message)) for _ in range(3))))

    assert (found.slug, found.says) == (slug, says)
    assert [one.message for one in found.cases] == [message] * 3


OTHERS = [
    ("an error that nobody knows", "frob: splines not reticulated"),
    ("an option that is not there", "unknown flag: --force-it"),
    ("a push that is behind", "! [rejected] main -> main (fetch first)"),
    ("the wrong folder", "fatal: not a git repository"),
]


@pytest.mark.parametrize("message", [case[1] for case in OTHERS], ids=[case[0] for case in OTHERS])
def test_other_failures_are_no_trouble_of_the_machine(message: str) -> None:
    """The call was wrong, or nothing of ours can be said of it."""
    assert list(find_troubles(history(*(session(fail(message=message)) for _ in range(5))))) == []


def test_a_command_that_hangs_is_one() -> None:
    """As where a helper waits for a person's password; a limit that is too short is none."""
    hangs = [run("git push", AttemptEnd.STOPPED, message="Command timed out after 2m 0s") for _ in range(3)]
    (found,) = find_troubles(history(*(session(one) for one in hangs)))
    assert (found.slug, found.remedy) == (
        "hanging",
        "Never wait for `git push` without a time limit: it hangs.",
    )

    slow = [run("git push", seconds=300.0) for _ in range(5)]
    assert list(find_troubles(history(session(*slow), *(session(one) for one in hangs)))) == []


def refuse(message: str = "x", checks: tuple[AttemptCheck, ...] = RED) -> CallAttempt:
    return run("git commit -m x", AttemptEnd.FAILED, message=message, checks=checks)


def test_a_rule_that_a_hook_refuses_for_is_told_by_its_name() -> None:
    """By what a linter numbers, or what was learned from the same output; twice is not enough."""
    refused = [refuse() for _ in range(3)]
    some = history(*(session(one, run("git commit -m x")) for one in refused))
    seen = list(list_refusals(some))
    assert [one.case.call for one in seen] == [one.uid for one in refused]

    rules = {one.uid: ["errcheck"] for one in refused} | {refused[0].uid: ["errcheck", "lll"]}
    (found,) = find_refusing_rules(seen, rules)
    assert (found.key, found.remedy) == ("hook:git commit:errcheck", "A hook checks `errcheck` at each `git commit`.")
    assert [case.gone_after_s for case in found.cases] == [60.0] * 3

    unnamed = (AttemptCheck("git hook", "lint", green=False),)
    numbered = history(*(session(refuse("a.md:1 MD040", unnamed)) for _ in range(4)))
    assert [one.key for one in find_refusing_rules(list_refusals(numbered), {})] == ["hook:git commit:MD040"]


def test_a_hook_whose_checks_are_known_is_one() -> None:
    """The commands that run the same are the remedy."""
    checked = [run("uv run pytest", checks=(AttemptCheck("pytest", "test", green=True),))]
    (found,) = find_troubles(history(*(session(refuse(), *checked) for _ in range(4))))

    assert found.says == "A hook refuses `git commit`"
    assert found.remedy == "Never run `git commit` before `uv run pytest` has passed: a hook runs the same."
