"""insights.kinds.blind_retries: the same call again at once, for nothing."""

import pytest
from tests.insights.kinds.histories import fail, history, prompt, run, session, touch

from twiceshy.insights.kinds.blind_retries import find_blind_retries
from twiceshy.records.attempts import SessionAttempts

PUSH = (fail(), fail(), fail())
"""Two retries."""
SILENT = [
    ("one session", [session(*PUSH, *PUSH)]),
    ("retries that worked", [session(fail(), run()) for _ in range(6)]),
    ("after an edit", [session(fail(), touch("a.py"), fail(), touch("a.py"), fail()) for _ in range(3)]),
    ("after a person wrote", [session(fail(), prompt(), fail()) for _ in range(6)]),
    ("a search that finds nothing", [session(*(fail("grep x a", "no message") for _ in range(4))) for _ in range(3)]),
]


@pytest.mark.parametrize("sessions", [case[1] for case in SILENT], ids=[case[0] for case in SILENT])
def test_a_retry_with_a_reason_is_none(sessions: list[SessionAttempts]) -> None:
    """A change, a person's word, or success."""
    assert list(find_blind_retries(history(*sessions))) == []


def test_useless_retries_are_told_beside_those_after_a_change() -> None:
    """Each retry that failed is a case."""
    helped = session(fail(), touch("a.py"), run())
    (found,) = find_blind_retries(history(session(*PUSH), session(*PUSH, run()), helped))

    assert found.says == (
        "`git push` was run again at once, unchanged, and failed again 4 of 5 times, in 2 sessions; "
        "after a change it worked 1 of 1 time"
    )
    assert [case.place for case in found.cases] == [(0, 1), (0, 2), (1, 1), (1, 2)]
    assert found.of == 5
    assert found.remedies[0].text == "Never run `git push` again unchanged after it failed: it fails again."
