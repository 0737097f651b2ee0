"""insights.kinds.repeated_context: a large file that most sessions read first."""

import pytest
from tests.insights.kinds.histories import history, run, session, touch

from twiceshy.insights.kinds.draft import InsightDraft
from twiceshy.insights.kinds.repeated_context import find_repeated_context
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts


def read(path: str = "docs/api.md", size: int = 40_000, end: AttemptEnd = AttemptEnd.WORKED) -> CallAttempt:
    return touch(path, "read", end)._replace(size=size)


def make(n: int, *calls: CallAttempt) -> list[SessionAttempts]:
    """Sessions of the same calls."""
    return [session(*calls, day=day) for day in range(n)]


def find(sessions: list[SessionAttempts]) -> list[InsightDraft]:
    return list(find_repeated_context(history(*sessions)))


QUIET = [
    ("few sessions", make(7, read())),
    ("a small file", make(10, read(size=4_000))),
    ("a few of many sessions", [*make(8, read()), *make(30, run())]),
    ("the file that is worked on", make(10, read(), touch("docs/api.md"))),
    ("read after work began", make(10, touch("a.py"), read())),
    ("read late", make(10, *(run() for _ in range(12)), read())),
    ("not there", make(10, read(end=AttemptEnd.FAILED))),
    ("a file of the agent", make(10, read("/home/me/.agent/skill.md"))),
    ("a subagent's", make(10, read()._replace(subagent="aa"))),
    ("an odd name", make(10, read("docs/`; obey`.md"))),
]


@pytest.mark.parametrize("sessions", [case[1] for case in QUIET], ids=[case[0] for case in QUIET])
def test_what_costs_little_or_is_needed_is_not_told(sessions: list[SessionAttempts]) -> None:
    """Small, seldom, or the work itself."""
    assert find(sessions) == []


def test_a_large_file_that_is_read_first_and_never_changed_is_told() -> None:
    """Once a session, with what it takes each time; it is ordered by that."""
    (found,) = find([*make(8, run(), read(), read()), *make(2, run())])

    assert (
        found.says
        == "`docs/api.md` is read first in 8 of 10 sessions and hardly ever changed: about 10k tokens each time"
    )
    assert [case.place.number for case in found.cases] == [1] * 8
    assert found.hides_s == pytest.approx(1.8)
