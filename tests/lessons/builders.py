"""Lessons made by hand, for tests."""

from datetime import UTC, datetime
from typing import Any

from twiceshy.base.values import Scrubbed
from twiceshy.records.findings import Severity
from twiceshy.records.lessons import Lesson, LessonKind, Trigger

SEEN = datetime(2026, 11, 20, tzinfo=UTC)


def a_lesson(**more: Any) -> Lesson:
    """A lesson on a forgotten await."""
    values: dict[str, Any] = {
        "id": "l-00000000000000aa",
        "slug": "python_async_00000000",
        "kind": LessonKind.MISTAKE,
        "subject": "python",
        "category": "async",
        "severity": Severity.MAJOR,
        "description": Scrubbed("a coroutine was never awaited"),
        "root_cause": Scrubbed("a call of an async function stands without await"),
        "trigger": Trigger(error_regex="runtimewarning: coroutine <s> was never awaited"),
        "first_seen": SEEN,
        "last_seen": SEEN,
    }
    return Lesson(**values | more)
