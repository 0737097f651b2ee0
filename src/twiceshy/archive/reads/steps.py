"""Sessions as ordered steps, many at a time: one statement in the order of the index, not one a table and session."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from hashlib import blake2b
from itertools import groupby
from operator import itemgetter
from typing import Any

from twiceshy.records.stories import Step

_CHARACTERS_A_LINE = 40
"""A result that is not whole in its row is measured by its lines. Guess of 2026-11-21: code with its line numbers."""
_AT_ONCE = 400
"""Sessions a statement. Guess of 2026-11-21: enough that its start does not count, few enough to hold."""

_STEPS = """
SELECT c.session_id, c.rank AS place, 'call' AS kind, c.uid, c.agent_run,
  (julianday(c.at) - 2440587.5) * 86400, c.tool, c.action, c.path, coalesce(c.command, c.query), c.head, c.masked,
  c.first_line, c.line_count, r.failure, r.fingerprint, r.message, (julianday(r.at) - 2440587.5) * 86400,
  CASE WHEN c.action <> 'read' THEN 0 WHEN r.body IS NULL THEN length(r.text)
    ELSE coalesce(r.lines_returned, r.lines_total, 100) * :line END,
  CASE WHEN c.action IN ('edit', 'write') AND r.failure IS NULL
    THEN (SELECT group_concat(e.path, char(10)) FROM edit e WHERE e.call = c.uid) END,
  CASE WHEN c.action IN ('edit', 'write') AND r.failure IS NULL
    THEN (SELECT max(e.created OR (c.action = 'write' AND e.before IS NULL AND e.removed = 0))
      FROM edit e WHERE e.call = c.uid) END
FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id IN (SELECT value FROM json_each(:sessions))
UNION ALL
SELECT session_id, rank, 'prompt', uid, agent_run, (julianday(at) - 2440587.5) * 86400, kind, '', NULL,
  substr(text, 1, 240), NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL
FROM prompt WHERE human = 1 AND session_id IN (SELECT value FROM json_each(:sessions))
UNION ALL
SELECT session_id, rank, 'mark', uid, agent_run, (julianday(at) - 2440587.5) * 86400, kind, '', NULL,
  NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL
FROM mark WHERE kind IN ('interrupt', 'compaction', 'rewind')
  AND session_id IN (SELECT value FROM json_each(:sessions))
ORDER BY 1, 2
"""
_INPUTS = """
SELECT s.uid, c.n, c.top, r.n, r.top, p.n, p.top, m.n, m.top FROM session s
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM call GROUP BY session_id) c ON c.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM result GROUP BY session_id) r ON r.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM prompt GROUP BY session_id) p ON p.session_id = s.id
LEFT JOIN (SELECT session_id, count(*) AS n, max(id) AS top FROM mark GROUP BY session_id) m ON m.session_id = s.id
"""


def hash_inputs(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Return for each session's uid a hash that changes when steps of it are added or removed."""
    return {uid: blake2b(repr(counts).encode(), digest_size=8).digest() for uid, *counts in connection.execute(_INPUTS)}


def read_steps(connection: sqlite3.Connection, sessions: Iterable[bytes]) -> Iterator[tuple[bytes, list[Step]]]:
    """Yield each session's uid with its steps in order; a session without any comes with an empty list."""
    wanted = list(sessions)
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        ids = dict(
            connection.execute(
                f"SELECT id, uid FROM session WHERE uid IN ({', '.join('?' * len(some))})",  # noqa: S608  # only marks
                some,
            ).fetchall()
        )
        rows = connection.execute(_STEPS, {"sessions": json.dumps(list(ids)), "line": _CHARACTERS_A_LINE})
        for key, group in groupby(rows, key=itemgetter(0)):
            yield ids.pop(key), [_make_step(row) for row in group]
        for uid in ids.values():
            yield uid, []


def _make_step(row: tuple[Any, ...]) -> Step:
    # positional on purpose: this runs once an event
    edited = row[19]
    return Step(
        row[2],
        row[3],
        row[4],
        row[5],
        row[6],
        row[7],
        row[8],
        row[9],
        row[10],
        bool(row[11]),
        (row[12], row[13]),
        row[14],
        row[15],
        row[16],
        row[17],
        row[18] or 0,
        tuple(edited.split("\n")) if isinstance(edited, str) else (),
        bool(row[20]),
    )
