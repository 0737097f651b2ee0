"""Write runs: one transaction a run, with the sums that stay when the run itself is old and goes."""

import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from twiceshy.archive.run_tables import CHOICES, EXECUTIONS, LINES, MATCHES, METRICS, PAST_RUNS, PATTERNS, SAMPLES
from twiceshy.archive.table import Table
from twiceshy.archive.times import format_time
from twiceshy.records.executions import Execution, Feedback, LearnedPattern, PastRun, PatternUse, RunLines, RunRecord
from twiceshy.stats.intervals import wilson

T = TypeVar("T")
_ENDED_BY_PATTERN = ("match", "failure", "only", "state", "stuck", "repeat")
"""Reasons by which a pattern ended a run."""
MOST_LINES = 120
"""Runs of one command in one folder whose lines are kept. Guess of 2026-11-21."""


LOGS_FOLDED = "run-places-result"
"""The note of the last result in agents' logs that limits are learned from; without it all are learned from anew."""


class Limit(NamedTuple):
    """A learned limit, ready to be looked up."""

    key: bytes
    kind: str
    value_s: float
    reason: str


def add(connection: sqlite3.Connection, run: RunRecord, now: datetime) -> None:
    """Store a run. The caller holds the transaction."""
    key = run.execution.execution_id
    _insert(connection, EXECUTIONS, [run.execution])
    _insert(connection, MATCHES, run.matches, key)
    _insert(connection, SAMPLES, run.samples, key)
    _insert(connection, METRICS, run.metrics, key)
    _insert(connection, CHOICES, run.choices, key)
    if run.past is not None:
        add_past_runs(connection, [run.past])
    if run.lines is not None:
        add_lines(connection, key, run.lines)
    for use in run.patterns:
        _count_use(connection, run.execution, use, now)


def _insert(connection: sqlite3.Connection, table: Table[T], records: Iterable[T], *keys: bytes) -> None:
    """Insert records, each behind these keys."""
    connection.executemany(table.insert(), [(*keys, *table.pack(one)) for one in records])


def add_past_runs(connection: sqlite3.Connection, runs: Iterable[PastRun]) -> None:
    """Store past runs; leave those that are there already as they are."""
    connection.executemany(PAST_RUNS.insert("OR IGNORE"), [PAST_RUNS.pack(run) for run in runs])


def drop_logged_runs(connection: sqlite3.Connection) -> None:
    """Delete what limits are learned from agents' logs, which can be folded again, and runs whose reader left."""
    connection.execute(
        """DELETE FROM run_history WHERE origin <> 'run'
          OR uid IN (SELECT execution_id FROM executions WHERE exit_reason = 'reader_gone')"""
    )


def add_lines(connection: sqlite3.Connection, run: bytes, lines: RunLines) -> None:
    """Store a run's kinds of lines; keep only the newest runs of this command in this folder."""
    _insert(connection, LINES, [lines], run)
    connection.execute(
        """DELETE FROM run_lines WHERE place_hash = ?1 AND execution_id NOT IN
          (SELECT execution_id FROM run_lines WHERE place_hash = ?1 ORDER BY at DESC LIMIT ?2)""",
        (lines.place_hash, MOST_LINES),
    )


def put_patterns(connection: sqlite3.Connection, place: bytes, patterns: Iterable[LearnedPattern]) -> None:
    """Replace the patterns of this command in this folder; what feedback refused stays refused."""
    connection.execute("DELETE FROM learned_pattern WHERE place_hash = ? AND NOT refused", (place,))
    connection.executemany(PATTERNS.insert("OR IGNORE"), [PATTERNS.pack(one) for one in patterns])


def put_limits(connection: sqlite3.Connection, key: bytes, limits: Iterable[Limit]) -> None:
    """Replace the limits of this command."""
    connection.execute("DELETE FROM learned_limit WHERE key = ?", (key,))
    connection.executemany("INSERT INTO learned_limit (key, kind, value_s, reason) VALUES (?, ?, ?, ?)", list(limits))


def _count_use(connection: sqlite3.Connection, run: Execution, use: PatternUse, now: datetime) -> None:
    """Add a use to the pattern's sums, judged by the command's outcome."""
    matched = use.time_to_match is not None
    ended = run.exit_reason in _ENDED_BY_PATTERN
    failed = bool(run.child_status)
    right = matched and (ended or failed)
    wrong = matched and not ended and run.child_status == 0
    missed = not matched and failed and run.exit_reason == "completed"
    connection.execute(
        "INSERT OR IGNORE INTO pattern_effectiveness (pattern_hash, pattern, last_updated) VALUES (?, ?, ?)",
        (use.pattern_hash, use.pattern, format_time(now)),
    )
    connection.execute(
        """UPDATE pattern_effectiveness SET
          avg_time_to_match = CASE WHEN ?1 THEN (coalesce(avg_time_to_match, 0) * matched_uses + ?2)
            / (matched_uses + 1) ELSE avg_time_to_match END,
          avg_total_runtime = (coalesce(avg_total_runtime, 0) * total_uses + ?3) / (total_uses + 1),
          total_uses = total_uses + 1, matched_uses = matched_uses + ?1, successful_exits = successful_exits + ?4,
          false_positives = false_positives + ?5, missed_errors = missed_errors + ?6, last_updated = ?7
        WHERE pattern_hash = ?8""",
        (matched, use.time_to_match or 0, run.total_runtime, right, wrong, missed, format_time(now), use.pattern_hash),
    )
    _update_score(connection, use.pattern_hash)


def _update_score(connection: sqlite3.Connection, pattern: bytes) -> None:
    """Recompute the pattern's score from its sums."""
    row = connection.execute(
        "SELECT successful_exits, false_positives, missed_errors FROM pattern_effectiveness WHERE pattern_hash = ?",
        (pattern,),
    ).fetchone()
    if row is None:
        return
    right, wrong, missed = row
    value = wilson(right, right + wrong).low * wilson(right, right + missed).low if right + wrong + missed else None
    connection.execute(
        "UPDATE pattern_effectiveness SET effectiveness_score = ? WHERE pattern_hash = ?", (value, pattern)
    )


def give_feedback(
    connection: sqlite3.Connection, run: bytes, said: Feedback, patterns: Sequence[bytes], now: datetime
) -> None:
    """Store feedback on a run; the same again changes nothing. ``patterns``: hashes of the run's patterns."""
    before = connection.execute(
        "SELECT false_positive_flag, user_rating FROM executions WHERE execution_id = ?", (run,)
    ).fetchone()
    connection.execute(
        """UPDATE executions SET user_rating = coalesce(?, user_rating), user_feedback = coalesce(?, user_feedback),
          false_positive_flag = coalesce(?, false_positive_flag), should_have_exited = coalesce(?, should_have_exited),
          optimal_delay_suggestion = coalesce(?, optimal_delay_suggestion) WHERE execution_id = ?""",
        (said.rating, said.comment, said.false_positive, said.should_have_exited, said.delay_should_be_s, run),
    )
    turned = 0 if said.false_positive is None else int(said.false_positive) - int(before[0])
    for pattern in patterns:
        connection.execute(
            """UPDATE pattern_effectiveness SET false_positives = max(0, false_positives + ?1),
              successful_exits = max(0, successful_exits - ?1), last_updated = ?2 WHERE pattern_hash = ?3""",
            (turned, format_time(now), pattern),
        )
        if said.rating is not None:
            _add_rating(connection, pattern, said.rating, before[1])
        _update_score(connection, pattern)
    _judge_lines(connection, run, said)
    _judge_limit(connection, run, said)
    if said.false_positive is not None:
        _judge_choices(connection, run, wrong=said.false_positive)


def _judge_lines(connection: sqlite3.Connection, run: bytes, said: Feedback) -> None:
    """Count a run that a match or a person's Ctrl-C ended as good or failed from now on, as the feedback says."""
    failed = said.should_have_exited if said.false_positive is None else not said.false_positive
    if failed is not None:
        connection.execute(
            """UPDATE run_lines SET failed = ?1 WHERE execution_id = ?2 AND execution_id IN
              (SELECT execution_id FROM executions WHERE exit_reason IN ('match', 'interrupted'))""",
            (failed, run),
        )


def _judge_limit(connection: sqlite3.Connection, run: bytes, said: Feedback) -> None:
    """Note whether a run that a limit ended was healthy, as the feedback says: a healthy one lengthens the limit."""
    hung = said.should_have_exited if said.false_positive is None else not said.false_positive
    if hung is not None:
        connection.execute(
            """UPDATE run_history SET healthy = ?1 WHERE uid = ?2
              AND uid IN (SELECT execution_id FROM executions WHERE exit_reason LIKE 'timeout%')""",
            (not hung, run),
        )


def _judge_choices(connection: sqlite3.Connection, run: bytes, *, wrong: bool) -> None:
    """Refuse what ended the run by itself for later runs here, or allow it again."""
    connection.execute("UPDATE run_choice SET wrong = ? WHERE execution_id = ? AND ended", (wrong, run))
    connection.execute(
        """INSERT INTO learned_pattern
          SELECT e.place_hash, m.pattern, CASE c.origin WHEN 'learned' THEN 'mined' ELSE c.origin END, 0, ?1,
            0, 0, 0, 0, NULL, NULL, 'feedback called what it ended no error'
          FROM executions e JOIN run_choice c USING (execution_id) JOIN match_events m USING (execution_id)
          WHERE e.execution_id = ?2 AND c.kind = 'match' AND c.ended AND m.kind = 'match'
            AND instr(char(10) || c.value || char(10), char(10) || m.pattern || char(10))
          GROUP BY m.pattern
        ON CONFLICT DO UPDATE SET refused = ?1, chosen = 0""",
        (wrong, run),
    )


def _add_rating(connection: sqlite3.Connection, pattern: bytes, rating: int, before: int | None) -> None:
    """Count this run once in the pattern's mean rating, by its newest rating."""
    connection.execute(
        """UPDATE pattern_effectiveness SET
          user_rating_avg = (coalesce(user_rating_avg, 0) * rated_uses - ?1 + ?2) / (rated_uses + ?3),
          rated_uses = rated_uses + ?3 WHERE pattern_hash = ?4""",
        (before or 0, rating, int(before is None), pattern),
    )


def clear(connection: sqlite3.Connection, older_than: str | None) -> int:
    """Delete runs and return how many; when all of them go, delete everything learned from them too."""
    gone = connection.execute("DELETE FROM executions WHERE ?1 IS NULL OR timestamp < ?1", (older_than,)).rowcount
    if older_than is None:
        for table in ("run_history", "learned_limit", "learned_pattern", "pattern_effectiveness"):
            connection.execute(f"DELETE FROM {table}")  # noqa: S608  # literals
    return gone


def retire(connection: sqlite3.Connection, older_than: str, max_bytes: int) -> int:
    """Delete runs that are too old, or beyond ``max_bytes`` for all; return how many. Their sums stay."""
    gone = [(one.uid,) for one in list_expired(connection, older_than, max_bytes)]
    connection.executemany("DELETE FROM executions WHERE execution_id = ?", gone)
    return len(gone)


class ExpiredRun(NamedTuple):
    """A run that `retire` deletes."""

    uid: bytes
    size: int
    """Bytes of its rows, nearly."""


def list_expired(connection: sqlite3.Connection, older_than: str, max_bytes: int) -> list[ExpiredRun]:
    """Return the runs that are too old, or beyond ``max_bytes`` for all younger ones."""
    rows = connection.execute(
        """SELECT execution_id, timestamp < ?, 600 + length(command) + length(pattern)
          + (SELECT coalesce(sum(200 + length(line_content) + length(context_before) + length(context_after)), 0)
             FROM match_events m WHERE m.execution_id = e.execution_id)
          + (SELECT coalesce(sum(100 + length(content)), 0) FROM output_samples s
             WHERE s.execution_id = e.execution_id)
          + (SELECT coalesce(sum(150 + length(lines) + length(marks)), 0) FROM run_lines l
             WHERE l.execution_id = e.execution_id)
          + (SELECT 60 * count(*) FROM performance_metrics p WHERE p.execution_id = e.execution_id)
        FROM executions e ORDER BY timestamp DESC""",
        (older_than,),
    )
    total, gone = 0, []
    for key, old, size in rows:
        total += 0 if old else size
        if old or total > max_bytes:
            gone.append(ExpiredRun(key, size))
    return gone
