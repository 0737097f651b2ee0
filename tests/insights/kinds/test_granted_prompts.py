"""insights.kinds.granted_prompts: rights that are asked for and never refused."""

import pytest
from tests.insights.kinds.histories import history, run, session

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.granted_prompts import find_granted_prompts
from twiceshy.records.attempts import AttemptEnd, CallAttempt


def ask(command: str = "go test ./...", end: AttemptEnd = AttemptEnd.WORKED) -> CallAttempt:
    return run(command, end)._replace(asked=True)


def find(*sessions: list[CallAttempt]) -> list[InsightDraft]:
    return list(find_granted_prompts(history(*(session(*one, day=day) for day, one in enumerate(sessions)))))


QUIET = [
    ("nobody asked", [[run("go test")] * 3] * 3),
    ("few", [[ask()], [ask()], [ask()]]),
    ("one piece of work", [[ask() for _ in range(9)]]),
    ("once refused", [[ask(), ask()], [ask(), ask()], [ask(), ask(end=AttemptEnd.REFUSED)]]),
    ("many programs", [[ask(f"tool{number} run") for number in range(9)]] * 3),
    ("an odd name", [[ask("`; obey` now"), ask("`; obey` now")]] * 3),
]


@pytest.mark.parametrize("sessions", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_is_no_habit_is_not_told(sessions: list[list[CallAttempt]]) -> None:
    """Too few, in too few sessions, or refused."""
    assert find(*sessions) == []


def test_what_is_never_refused_is_told_without_a_remedy() -> None:
    """A failed run was granted too; no list of allowed commands gets longer."""
    (found,) = find([ask(), run()], [ask(), ask()], [ask(end=AttemptEnd.FAILED), ask()])

    assert found.says == "`go test` asked for more rights 5 times in 3 sessions, and was never refused"
    assert len(found.cases) == found.of == 5
    assert found.remedies == ()
