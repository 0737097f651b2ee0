"""Facts of a small history, for what judges its quality; whatever a test does not say has a plain value."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.records.outcomes import Answer, Outcome, SessionResult, Task
from twiceshy.records.quality import ChatFacts, CheckedCommit, EditCounts, HistoryFacts, LineCounts, SessionFacts

DAY = datetime(2026, 11, 2, 12, tzinfo=UTC)
"""A Monday."""
_NOTHING = HistoryFacts(
    sessions=[],
    chats=[],
    results={},
    commits=[],
    linked={},
    committed=frozenset(),
    edited={},
    excluded=frozenset(),
    splits={},
    groups={},
    edits=EditCounts(),
    named_files=0,
    rated=frozenset(),
    log_lines=LineCounts(0, 0, 0),
)


def a_history(**values: Any) -> HistoryFacts:
    return replace(_NOTHING, **values)


def a_chat(uid: int = 1, **values: Any) -> ChatFacts:
    chat = ChatFacts(
        uid=bytes([uid] * 16),
        session=b"s" * 16,
        at=f"2026-11-02T12:00:{uid:02}.000Z",
        prompt=bytes([uid] * 8),
        wording=bytes([uid] * 8),
        words=9,
        answer=b"a" * 8,
        prompt_bytes=20,
        answer_bytes=100,
        answers=1,
        calls=1,
        tools=frozenset({"Bash"}),
        redacted=0.0,
        compacted=False,
        interrupted=False,
    )
    return chat._replace(**values)


def a_session(uid: int = 1, day: int = 0, **values: Any) -> SessionFacts:
    session = SessionFacts(
        uid=bytes([uid] * 16),
        project="remote:host/owner/shop",
        agent="claude-code",
        model="claude-opus-4-5",
        first_at=DAY + timedelta(days=day),
        last_at=DAY + timedelta(days=day, hours=1),
        chats=1,
        calls=3,
        open_calls=0,
    )
    return session._replace(**values)


def a_commit(name: str = "a" * 40, **values: Any) -> CheckedCommit:
    commit = CheckedCommit(
        hash=name,
        at="2026-11-02T12:00:00.000Z",
        message="Mend the sum",
        files=1,
        merge=False,
        checked=False,
    )
    return commit._replace(**values)


def a_task(chat: int = 1, first_pass: Answer = Answer.UNKNOWN, **answers: Answer) -> Task:
    task = Task(
        prompt=bytes([chat] * 16),
        description="",
        started_at=DAY,
        ended_at=DAY,
        calls=2,
        edits=1,
        files=(),
        first_pass=first_pass,
    )
    if first_pass is Answer.YES:
        answers = {"completed": Answer.YES} | answers
    outcomes: dict[str, Any] = {
        name: Outcome(answer=answer, confidence=0.9, why="test") for name, answer in answers.items()
    }
    return replace(task, **outcomes)


def results_of(*tasks: Task) -> dict[bytes, SessionResult]:
    return {b"\1" * 16: SessionResult(session=b"\1" * 16, tasks=tasks)}
