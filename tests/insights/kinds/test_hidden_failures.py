"""insights.kinds.hidden_failures: failures that were reported as success."""

import pytest
from tests.insights.kinds.histories import RED, history, prompt, run, session, touch

from twiceshy.insights.kinds.hidden_failures import find_hidden_failures, list_hidden_failures, went_on
from twiceshy.insights.kinds.project_history import Place
from twiceshy.records.attempts import AttemptEnd, CallAttempt

HIDDEN = run("npm test | tail", AttemptEnd.HIDDEN, checks=RED, head="npm test")
COMMIT = run("git commit -m x")
ACTED = [
    ("an edit", (HIDDEN, touch("a.py"), COMMIT)),
    ("a look at a file", (HIDDEN, touch("a.py", "read"), prompt())),
    ("another run of it", (HIDDEN, run("npm test", head="npm test"), prompt())),
    ("another run of the check", (HIDDEN, run("pytest -k a", checks=RED), prompt())),
    ("a commit in a folder of its own, then an edit", (HIDDEN, run("cd /tmp/x && git commit"), touch("a.py"))),
]
WENT_ON = [
    ("a commit", (HIDDEN, COMMIT, touch("a.py"))),
    ("a pull request", (HIDDEN, run("gh pr create"))),
    ("the end of the turn", (HIDDEN, run("npm run lint"), prompt(), touch("a.py"))),
    ("the end of the session", (HIDDEN,)),
    ("a subagent's edit is not its own", (HIDDEN, touch("a.py")._replace(subagent="ff"), prompt())),
]


@pytest.mark.parametrize("calls", [case[1] for case in ACTED], ids=[case[0] for case in ACTED])
def test_an_agent_that_acts_was_not_misled(calls: tuple[CallAttempt, ...]) -> None:
    """It read the output: nothing is told, however often."""
    made = history(*(session(*calls) for _ in range(5)))

    assert not went_on(made, Place(0, 0))
    assert list(find_hidden_failures(made)) == []


@pytest.mark.parametrize("calls", [case[1] for case in WENT_ON], ids=[case[0] for case in WENT_ON])
def test_an_agent_that_finishes_went_on(calls: tuple[CallAttempt, ...]) -> None:
    """Without a look, an edit or another run."""
    assert went_on(history(session(*calls)), Place(0, 0))


def test_both_counts_are_told() -> None:
    """All that were hidden, and those after which the agent went on, which are the cases."""
    made = history(session(HIDDEN, touch("a.py")), session(HIDDEN, COMMIT), session(HIDDEN, COMMIT))
    (found,) = find_hidden_failures(made)

    assert found.says == (
        "`npm test` reported success 3 times in 3 sessions with a failure in its output; after 2 of them the agent "
        "went on without a look, an edit or another run"
    )
    assert ([case.place for case in found.cases], found.of) == ([(1, 0), (2, 0)], 3)
    assert found.remedies[0].text == "Put `set -o pipefail` before a piped `npm test`: the pipe takes its exit status."
    assert list_hidden_failures(made) == [(0, 0), (1, 0), (2, 0)]
