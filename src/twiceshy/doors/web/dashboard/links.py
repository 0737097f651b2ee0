"""Where a thing is shown: addresses of the dashboard, from ids alone, so that no text of a log stands in one."""

from twiceshy.records import ids
from twiceshy.records.lessons import Lesson


def link_session(session: bytes) -> str:
    """Return the address of a session's page."""
    return f"/sessions/{ids.SESSION}-{session.hex()}"


def link_message(session: bytes, uid: bytes) -> str:
    """Return the address of one call or prompt in its session."""
    return f"{link_session(session)}?at={uid.hex()}#m-{uid.hex()}"


def link_lesson(lesson: Lesson) -> str:
    """Return the address of a lesson's page."""
    return f"/lessons/{lesson.id}"
