"""What rows for a team's server are made of: sessions in numbers, stored runs, and by what both are known elsewhere."""

import sqlite3
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from typing import Any

from twiceshy.account.price_list import load_price_list
from twiceshy.account.session_cost import mark_partial, sum_session
from twiceshy.archive.reads.model_messages import read_lost_agents
from twiceshy.archive.reads.sessions import read_outcomes
from twiceshy.archive.run_tables import EXECUTIONS, MATCHES, SAMPLES
from twiceshy.archive.times import parse_time
from twiceshy.records.spending import ModelMessage, TokenCounts
from twiceshy.records.team import SessionSums, StoredRun

_SUMS = """SELECT s.uid, s.agent, s.native_id, p.identity,
  (SELECT model FROM reply r WHERE r.session_id = s.id AND r.agent_run IS NULL AND coalesce(r.model, '') NOT IN ('')
    AND substr(r.model, 1, 1) <> '<' GROUP BY model ORDER BY count(*) DESC, model LIMIT 1),
  s.first_at, s.last_at,
  (SELECT count(*) FROM prompt WHERE session_id = s.id AND human = 1),
  (SELECT count(*) FROM edit WHERE session_id = s.id),
  (SELECT count(DISTINCT path_key) FROM edit WHERE session_id = s.id),
  (SELECT corrections FROM session_executions WHERE session_id = s.id),
  (SELECT count(*) FROM mark WHERE session_id = s.id AND kind = 'interrupt'),
  (SELECT count(DISTINCT commit_hash) FROM result WHERE session_id = s.id AND commit_hash <> ''), s.id
FROM session s JOIN project p ON p.id = s.project_id WHERE s.uid = ?"""
_ACTIONS = """SELECT c.action, count(*), count(*) FILTER (WHERE r.failure = 'error')
FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = ? GROUP BY 1 ORDER BY 1"""
_USAGE = """SELECT at, model, cost, unended, input, output, cache_write, cache_read, cache_write_1h FROM usage
WHERE session_id = ? AND (input + output + cache_write + cache_read > 0 OR cost > 0)"""


def hash_sessions(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return for each real session, the newest first, a hash that changes when it goes on or is judged again."""
    rows = connection.execute(
        """SELECT s.uid, s.first_at, s.last_at, s.reader, x.last_modified, x.id,
          (SELECT max(rank) FROM prompt WHERE session_id = s.id), (SELECT max(rank) FROM call WHERE session_id = s.id),
          (SELECT max(rank) FROM result WHERE session_id = s.id)
        FROM session s LEFT JOIN session_executions x ON x.session_id = s.id WHERE s.real = 1
        ORDER BY coalesce(s.last_at, s.first_at) DESC, s.id"""
    )
    return {uid: blake2b(repr(seen).encode(), digest_size=8).digest() for uid, *seen in rows}


def read_sums(connection: sqlite3.Connection, uids: Sequence[bytes]) -> Iterator[SessionSums]:
    """Yield sessions in numbers, those that nothing was done in left out."""
    for uid in uids:
        row = connection.execute(_SUMS, (uid,)).fetchone()
        if row is not None:
            found = _read_sums(connection, row)
            if found.prompts or found.calls:
                yield found


def _read_sums(connection: sqlite3.Connection, row: Sequence[Any]) -> SessionSums:
    uid, agent, native_id, project, model, first_at, last_at, prompts, edits, files, *rest, key = row
    corrections, interruptions, commits = rest
    actions = connection.execute(_ACTIONS, (key,)).fetchall()
    calls = sum(n for _, n, _ in actions)
    cost = sum_session(_read_messages(connection, key), load_price_list(), calls)
    tokens = cost.tokens
    answers = {"yes": 1, "no": 0}
    return SessionSums(
        uid=uid,
        agent=agent,
        native_id=native_id,
        project=project,
        model=model or "",
        first_at=parse_time(first_at),
        last_at=parse_time(last_at),
        prompts=prompts,
        calls=calls,
        failed_calls=sum(failed for _, _, failed in actions),
        edits=edits,
        files=files,
        corrections=corrections,
        interruptions=interruptions,
        commits=commits,
        tokens_in=tokens.input + tokens.cache_write,
        tokens_out=tokens.output,
        tokens_cached=tokens.cache_read,
        cost_usd=round(cost.dollars, 6) if tokens.total > cost.unpriced or cost.dollars else None,
        actions={action: n for action, n, _ in actions},
        failed_actions={action: failed for action, _, failed in actions if failed},
        outcomes={name: answers[said] for name, said in read_outcomes(connection, uid).items() if said in answers},
    )


def _read_messages(connection: sqlite3.Connection, key: int) -> list[ModelMessage]:
    found = [
        ModelMessage(key, parse_time(at), model, TokenCounts(*counts), cost, bool(unended))
        for at, model, cost, unended, *counts in connection.execute(_USAGE, (key,))
    ]
    return mark_partial([*found, *read_lost_agents(connection, ":key", {"key": key})])


def read_stored_runs(connection: sqlite3.Connection, since: str, after: bytes, most: int) -> list[StoredRun]:
    """Return runs that began at a time or later, those of that very time only behind an id; at most ``most``."""
    rows = connection.execute(
        f"""SELECT {EXECUTIONS.select()} FROM executions WHERE (timestamp, execution_id) > (?, ?)
        ORDER BY timestamp, execution_id LIMIT ?""",  # noqa: S608  # columns of a record
        (since, after, most),
    ).fetchall()
    return [_read_run(connection, row) for row in rows]


def _read_run(connection: sqlite3.Connection, row: Sequence[Any]) -> StoredRun:
    run = EXECUTIONS.unpack(row)
    key = (run.execution_id,)
    matches = connection.execute(
        f"SELECT {MATCHES.select()} FROM match_events WHERE execution_id = ? ORDER BY event_id",  # noqa: S608  # as above
        key,
    )
    samples = connection.execute(
        f"SELECT {SAMPLES.select()} FROM output_samples WHERE execution_id = ? ORDER BY sample_id",  # noqa: S608  # as above
        key,
    )
    return StoredRun(run, [MATCHES.unpack(one) for one in matches], [SAMPLES.unpack(one) for one in samples])


def read_folder_projects(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the identity of the project of each folder that a session began in."""
    rows = connection.execute(
        """SELECT s.cwd, p.identity FROM session s JOIN project p ON p.id = s.project_id
        WHERE s.cwd IS NOT NULL GROUP BY s.cwd"""
    )
    return dict(rows.fetchall())


def read_rule_kinds(connection: sqlite3.Connection) -> dict[str, str]:
    """Return the kind of each rule that was ever given, by the hexadecimal digits of its id."""
    rows = connection.execute("SELECT rule, max(category) FROM advice WHERE category <> '' GROUP BY rule")
    return {rule.hex(): kind for rule, kind in rows}


def read_imported(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of lessons that came from somewhere else and were never seen here: they are nobody's evidence."""
    rows = connection.execute(
        """SELECT id FROM lesson l WHERE imported AND NOT EXISTS (SELECT 1 FROM mistake_occurrences o
          JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = l.id)"""
    )
    return {key for (key,) in rows}


def read_told_lessons(connection: sqlite3.Connection) -> list[bytes]:
    """Return the hash of each lesson that a team's server told: by it all members know the lesson."""
    return [key for (key,) in connection.execute("SELECT key FROM team_knowledge WHERE kind = 'lesson' ORDER BY 1")]
