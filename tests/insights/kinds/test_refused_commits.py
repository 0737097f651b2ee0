"""insights.kinds.refused_commits: what a hook refuses."""

from tests.insights.kinds.histories import RED, fail, history, run, session

from twiceshy.insights.kinds.refused_commits import find_refused_commits, state_rules
from twiceshy.records.attempts import AttemptCheck, AttemptEnd, CallAttempt

GREEN = (AttemptCheck("pytest", "test", green=True),)


def refuse(command: str = "git commit -m x", end: AttemptEnd = AttemptEnd.FAILED) -> CallAttempt:
    return run(command, end, message="1 failed", checks=RED)


def test_other_failures_of_a_commit_are_not_its_hooks() -> None:
    """Nothing to commit, a line that runs the tests itself, and a hook that refuses seldom."""
    assert list(find_refused_commits(history(*(session(fail("git commit -m x", "nothing")) for _ in range(5))))) == []
    own = "git commit -m x && pytest"
    assert list(find_refused_commits(history(*(session(refuse(own)) for _ in range(5))))) == []
    many = [run("git commit -m x") for _ in range(50)]
    assert list(find_refused_commits(history(*(session(refuse(), *many) for _ in range(5))))) == []


def test_the_checks_of_the_hook_come_first() -> None:
    """As the project calls them; a refusal that was reported as success counts too."""
    checked = [run("git push", checks=GREEN), run("uv run pytest", checks=GREEN)]
    hidden = session(refuse(end=AttemptEnd.HIDDEN), run("git commit -m x"))
    (found,) = find_refused_commits(history(*(session(refuse(), *checked) for _ in range(3)), hidden))

    assert found.says == "`git commit` was refused by its hook 4 of 5 times, in 4 sessions: `pytest` 4"
    assert found.remedies[0].text == "Never run `git commit` before `uv run pytest` has passed: a hook runs the same."
    assert found.of == 5


def test_without_a_known_command_nothing_is_advised() -> None:
    """The sentence alone helps."""
    (found,) = find_refused_commits(history(*(session(refuse()) for _ in range(4))))

    assert found.remedies == ()


def test_a_hook_that_names_no_tool_is_told_by_its_rules() -> None:
    """As linters number theirs; a hash, and a hook without a word, are left out."""
    says = ["a.md:1 error MD040/fenced-code-language", "b.md:9 error MD040/fenced-code-language", "SHA256 differs"]
    refused = [
        run("git commit -m x", AttemptEnd.FAILED, message=said, checks=(AttemptCheck("git hook", "lint", green=False),))
        for said in (*says, "")
    ]
    (found,) = find_refused_commits(history(*(session(one) for one in refused)))

    assert found.says == (
        "`git commit` was refused by its hook 4 of 4 times, in 4 sessions: "
        "`MD040` (each code fence to name its language) 2"
    )
    assert [one.text for one in found.remedies] == [
        "A hook checks at each `git commit`: `MD040` wants each code fence to name its language."
    ]


def test_a_rule_is_told_with_what_mends_it_and_never_by_a_bare_number() -> None:
    """A number that nobody knows tells an agent nothing."""
    told = [state_rules("git commit", rules, "") for rules in (["MD031"], ["XY123"], ["XY123", "no-var"])]
    wants = "`MD031` wants empty lines around code fences: `markdownlint --fix FILE` mends it"

    assert ["".join(remedy.text for remedy in one) for one in told] == [
        f"A hook checks at each `git commit`: {wants}.",
        "",
        "A hook checks `no-var` at each `git commit`.",
    ]
