"""What was judged of the tasks of one session, with whose session it was."""

from datetime import datetime
from typing import NamedTuple

from twiceshy.archive import session_results
from twiceshy.archive.db import Store
from twiceshy.archive.times import parse_time
from twiceshy.records.outcomes import SessionResult


class JudgedTasks(NamedTuple):
    """A judged session."""

    result: SessionResult
    project: str
    """Its project's identity."""
    project_name: str
    agent: str
    model: str
    """That wrote most replies; empty where the log does not say."""
    first_at: datetime | None
    last_at: datetime | None


def read_judged_tasks(store: Store, uid: bytes) -> JudgedTasks | None:
    """Return what was judged of a session; None where it was not, or no agent wrote it."""
    value = store.get_derived(session_results.KIND, uid)
    row = store.connection.execute(
        """SELECT p.identity, p.name, s.agent, coalesce((SELECT model FROM reply WHERE session_id = s.id
            AND model IS NOT NULL GROUP BY model ORDER BY count(*) DESC, model LIMIT 1), ''), s.first_at, s.last_at
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ? AND s.real = 1""",
        (uid,),
    ).fetchone()
    if value is None or row is None:
        return None
    identity, name, agent, model, first_at, last_at = row
    result = session_results.decode_result(uid, value.value)
    return JudgedTasks(result, identity, name, agent, model, parse_time(first_at), parse_time(last_at))
