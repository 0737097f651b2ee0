"""What judging stored for sessions, and for how many of them the outcome is known."""

import json
import sqlite3
from collections import Counter
from datetime import datetime
from hashlib import blake2b
from typing import TYPE_CHECKING, NamedTuple

from twiceshy.archive import scored_edits, stored_attempts
from twiceshy.archive.reads.columns import IN_SCOPE, scope_values
from twiceshy.archive.reads.edits import count_edits
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scope
from twiceshy.records.codec import read_value
from twiceshy.records.figures import EditsToScore

if TYPE_CHECKING:
    from twiceshy.records.effects import SessionCompliance
    from twiceshy.records.outcomes import AgentOutcomes
    from twiceshy.records.workflow import SessionPlace


EVERYTHING = Scope()
_OUTCOME_COUNTS = """
SELECT s.agent, count(*), sum(e.tasks > 0),
  sum(e.tasks > 0 AND e.task_completed = 1), sum(e.tasks > 0 AND e.task_completed = 0),
  sum(e.tasks > 0 AND e.corrections_needed = 1), sum(e.tasks > 0 AND e.corrections_needed = 0),
  sum(e.tasks > 0 AND e.rollback = 1), sum(e.tasks > 0 AND e.rollback = 0),
  sum(e.tasks > 0 AND e.tests_green = 1), sum(e.tasks > 0 AND e.tests_green = 0),
  sum(e.tasks > 0 AND e.survived = 1), sum(e.tasks > 0 AND e.survived = 0)
FROM session_executions e JOIN session s ON s.id = e.session_id WHERE s.real = 1
GROUP BY s.agent ORDER BY 2 DESC, 1
"""


def count_outcomes_by_agent(connection: sqlite3.Connection) -> "tuple[AgentOutcomes, ...]":
    """Count known and unknown outcomes for each agent with judged sessions; most sessions first.

    Logs that only imitate an agent are left out.
    """
    from twiceshy.records.outcomes import AgentOutcomes, AnswerCounts  # noqa: PLC0415  # a brief waits for every import

    found = []
    for agent, sessions, working, *counts in connection.execute(_OUTCOME_COUNTS):
        pairs = [(yes or 0, no or 0) for yes, no in zip(counts[::2], counts[1::2], strict=True)]
        completed, corrected, rolled_back, green, survived = (
            AnswerCounts(yes=yes, no=no, unknown=working - yes - no) for yes, no in pairs
        )
        found.append(
            AgentOutcomes(
                agent=agent,
                sessions=sessions,
                working=working,
                completed=completed,
                corrected=corrected,
                rolled_back=rolled_back,
                tests_green=green,
                survived=survived,
            )
        )
    return tuple(found)


class SessionValue(NamedTuple):
    """A derived value of a session, with the session's project, agent, model and time."""

    session: bytes
    project_name: str
    agent: str
    model: str
    """The one that wrote most replies; empty where unknown."""
    at: datetime | None
    value: bytes


def read_session_values(connection: sqlite3.Connection, scope: Scope, kind: str) -> list[SessionValue]:
    """Return the values of a kind that belong to real sessions in scope, in the order of the store."""
    rows = connection.execute(
        f"""SELECT s.uid, p.name, s.agent, coalesce((SELECT model FROM reply WHERE session_id = s.id
            AND model IS NOT NULL GROUP BY model ORDER BY count(*) DESC LIMIT 1), ''), s.first_at, d.value
        FROM session s JOIN project p ON p.id = s.project_id JOIN derived d ON d.kind = :kind AND d.key = s.uid
        WHERE s.real = 1 AND {IN_SCOPE} ORDER BY s.id""",  # noqa: S608  # literals of this room
        {**scope_values(scope), "kind": kind},
    )
    return [SessionValue(uid, name, agent, model, parse_time(at), value) for uid, name, agent, model, at, value in rows]


def read_session_compliance(connection: sqlite3.Connection, scope: Scope) -> "list[SessionCompliance]":
    """Return how real sessions in scope that changed files stand to their workflow, and what became of them."""
    from twiceshy.records.effects import SessionCompliance  # noqa: PLC0415  # a brief waits for every import

    rows = connection.execute(
        f"""SELECT s.uid, p.name, s.agent, e.files_modified, e.workflow_compliant, e.risk_score, e.corrections_needed,
          e.rollback, e.user_engagement_rate FROM session_executions e JOIN session s ON s.id = e.session_id
        JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND e.tasks > 0 AND {IN_SCOPE} ORDER BY s.id""",  # noqa: S608  # literals of this room
        scope_values(scope),
    )
    return [
        SessionCompliance(uid, project, agent, files, _truth(kept), risk, _truth(fixed), _truth(undone), engagement)
        for uid, project, agent, files, kept, risk, fixed, undone, engagement in rows
    ]


def _truth(value: int | None) -> bool | None:
    """Return the column's value as a truth; None stays."""
    return None if value is None else bool(value)


class SessionRisk(NamedTuple):
    """How many of a session's edits have a score in which band."""

    session: bytes
    at: datetime | None
    bands: dict[str, int]


def read_risks(connection: sqlite3.Connection, scope: Scope) -> list[SessionRisk]:
    """Return the risk of real sessions in scope that were judged and scored."""
    rows = connection.execute(
        f"""SELECT s.uid, s.first_at, e.diffs_scored FROM session_executions e JOIN session s ON s.id = e.session_id
        JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND e.diffs_scored IS NOT NULL AND {IN_SCOPE} ORDER BY s.id""",  # noqa: S608  # literals
        scope_values(scope),
    )
    return [SessionRisk(uid, parse_time(at), _count_bands(listed)) for uid, at, listed in rows]


def _count_bands(listed: str) -> dict[str, int]:
    """Count the listed diffs by their band; an older row holds the counts themselves."""
    with read_value("list of scored diffs"):
        diffs = json.loads(listed)
        return dict(diffs) if isinstance(diffs, dict) else dict(Counter(one["band"] for one in diffs))


def read_folders(connection: sqlite3.Connection) -> "dict[bytes, SessionPlace]":
    """Return where each session worked, with the other fields left empty."""
    from twiceshy.records.workflow import SessionPlace  # noqa: PLC0415  # a brief waits for every import

    return {
        uid: SessionPlace(
            session=uid, id="", project=project, project_name="", agent=agent, model="", cwd=cwd or "", at=None
        )
        for uid, project, agent, cwd in connection.execute(
            "SELECT s.uid, p.identity, s.agent, s.cwd FROM session s JOIN project p ON p.id = s.project_id"
        )
    }


def read_project_identities(connection: sqlite3.Connection) -> dict[bytes, str]:
    """Return the identity of each session's project."""
    rows = connection.execute("SELECT s.uid, p.identity FROM session s JOIN project p ON p.id = s.project_id")
    return dict(rows.fetchall())


def read_project_names(connection: sqlite3.Connection) -> dict[bytes, str]:
    """Return the name of each session's project."""
    rows = connection.execute("SELECT s.uid, p.name FROM session s JOIN project p ON p.id = s.project_id")
    return dict(rows.fetchall())


def find_earlier_sessions(connection: sqlite3.Connection, session: bytes, days: float, limit: int) -> list[bytes]:
    """Return earlier sessions of the same project that edited a file of this one, newest first.

    They ended at most ``days`` before it began.
    """
    rows = connection.execute(
        """SELECT e.uid FROM session l JOIN session e ON e.project_id = l.project_id AND e.id <> l.id
        WHERE l.uid = :uid AND e.last_at <= l.first_at AND julianday(e.last_at) >= julianday(l.first_at) - :days
          AND EXISTS (SELECT 1 FROM edit x JOIN edit y ON y.path_key = x.path_key
            WHERE x.session_id = l.id AND y.session_id = e.id)
        ORDER BY e.last_at DESC LIMIT :limit""",
        {"uid": session, "days": days, "limit": limit},
    )
    return [uid for (uid,) in rows]


def hash_kind(connection: sqlite3.Connection, kind: str) -> bytes:
    """Return a hash that changes with any value of a derived kind."""
    rows = connection.execute("SELECT key, input_hash, rule_version FROM derived WHERE kind = ? ORDER BY key", (kind,))
    return blake2b(repr(rows.fetchall()).encode(), digest_size=8).digest()


def hash_values(connection: sqlite3.Connection, kind: str) -> dict[bytes, bytes]:
    """Return a hash of the value of each key of a derived kind."""
    rows = connection.execute("SELECT key, value FROM derived WHERE kind = ?", (kind,))
    return {key: blake2b(value, digest_size=8).digest() for key, value in rows}


# What of a store was not computed yet: sessions without a verdict, edits without a score.


def has_session(connection: sqlite3.Connection) -> bool:
    """Tell whether any session is stored."""
    return connection.execute("SELECT 1 FROM session LIMIT 1").fetchone() is not None


def count_unjudged(connection: sqlite3.Connection) -> int:
    """Return how many sessions were never judged; those at which judging failed do not count.

    Asked of the attempts: a store that an older version judged has none, and without them a report would be silent.
    """
    (found,) = connection.execute(
        """SELECT count(*) FROM session s
        WHERE NOT EXISTS (SELECT 1 FROM derived WHERE kind = :kind AND key = s.uid)
          AND NOT EXISTS (SELECT 1 FROM fault WHERE step = 'judge' AND key = s.uid)""",
        {"kind": stored_attempts.KIND},
    ).fetchone()
    return int(found)


def count_unscored(connection: sqlite3.Connection) -> EditsToScore:
    """Return how many edits are stored, and how many are of sessions that were never scored."""
    counts = count_edits(connection)
    scored = {key for (key,) in connection.execute("SELECT key FROM derived WHERE kind = ?", (scored_edits.KIND,))}
    return EditsToScore(
        edits=sum(counts.values()), open=sum(count for uid, count in counts.items() if uid not in scored)
    )
