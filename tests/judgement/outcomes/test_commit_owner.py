"""The agent above a commit is found by its process; where it is not sure who that was, nobody is named."""

from datetime import UTC, datetime, timedelta

import pytest

from twiceshy.judgement.outcomes.commit_owner import find_owner
from twiceshy.records.git_notes import GitEvent, GitNote
from twiceshy.records.upkeep import Exposure

START = datetime(2026, 11, 23, 9, tzinfo=UTC)
AGENT, OTHER, SHELL = "100.5.aa", "200.7.aa", "300.9.aa"


def exposed(minute: float, session: str, owner: str | None = None, event: str = "PreToolUse") -> Exposure:
    return Exposure(
        uid=f"{session}{minute}".encode(),
        session=session.encode(),
        agent="claude-code",
        event=event,
        at=START + timedelta(minutes=minute),
        owner=owner,
    )


def noted(minute: float, *ancestors: str) -> GitNote:
    return GitNote(
        uid=b"n",
        repository=b"r" * 8,
        event=GitEvent.COMMIT,
        at=START + timedelta(minutes=minute),
        ancestors=ancestors,
    )


CASES: list[tuple[str, list[Exposure], GitNote, str | None]] = [
    ("the agent's shell commits", [exposed(0, "s", AGENT), exposed(1, "s")], noted(2, SHELL, AGENT), "s"),
    ("a person's terminal commits", [exposed(0, "s", AGENT), exposed(1, "s")], noted(2, SHELL), None),
    ("the id came again, started later", [exposed(0, "s", AGENT)], noted(2, SHELL, "100.6.aa"), None),
    ("the machine was started again", [exposed(0, "s", AGENT)], noted(2, SHELL, "100.5.bb"), None),
    ("nothing was heard for long", [exposed(0, "s", AGENT)], noted(16, AGENT), None),
    ("a call began a while ago", [exposed(0, "s", AGENT), exposed(14, "s")], noted(28, AGENT), "s"),
    ("its session is over", [exposed(0, "s", AGENT), exposed(1, "s", None, "SessionEnd")], noted(2, AGENT), None),
    ("an agent that an agent started", [exposed(0, "s", AGENT), exposed(1, "t", OTHER)], noted(2, OTHER, AGENT), "t"),
    (
        "the process began a new session",
        [exposed(0, "s", AGENT), exposed(1, "s", None, "SessionEnd"), exposed(1, "t", AGENT)],
        noted(2, AGENT),
        "t",
    ),
    (
        "one session after the other, without a word of the end",
        [exposed(0, "s", AGENT), exposed(1, "s"), exposed(2, "t", AGENT)],
        noted(3, AGENT),
        "t",
    ),
    (
        "one process, two sessions at work",
        [exposed(0, "s", AGENT), exposed(1, "t", AGENT), exposed(2, "s"), exposed(2, "t")],
        noted(3, AGENT),
        None,
    ),
    ("the session begins later", [exposed(5, "s", AGENT)], noted(2, AGENT), None),
]


@pytest.mark.parametrize(("exposures", "note", "session"), [row[1:] for row in CASES], ids=[row[0] for row in CASES])
def test_the_nearest_agent_that_lives_is_the_owner(
    exposures: list[Exposure], note: GitNote, session: str | None
) -> None:
    """In whatever order the notes come."""
    found = find_owner(note, reversed(exposures))

    assert (found.session.decode() if found else None) == session
