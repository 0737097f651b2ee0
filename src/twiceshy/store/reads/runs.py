"""Runs of commands: the newest, one whole, sums, and what limits are learned from."""

import sqlite3
from collections.abc import Sequence
from typing import Any, TypeVar

from twiceshy.records import ids
from twiceshy.records.executions import (
    CommandFigures,
    Feedback,
    LearnedPattern,
    PastRun,
    PatternFigures,
    RunLine,
    RunStory,
)
from twiceshy.records.values import Scrubbed
from twiceshy.store.run_tables import CHOICES, MATCHES, METRICS, PAST_RUNS, PATTERNS, RUN_LINE, SAMPLES
from twiceshy.store.table import Table
from twiceshy.store.times import parse_moment

T = TypeVar("T")
_RUN_BYTES = 16
"""Of a run, by definition in the schema."""
_DETAIL_COLUMNS = (
    "working_directory",
    "environment_vars",
    "pattern",
    "match_mode",
    "overall_timeout",
    "idle_timeout",
    "first_output_timeout",
    "delay_exit",
    "child_status",
    "time_to_first_output",
    "time_to_first_match",
    "time_from_match_to_exit",
    "idle_periods_count",
    "silence_quantiles",
    "stdout_lines",
    "stderr_lines",
    "bytes_processed",
    "unbuffered",
    "output_rate",
    "error_density",
    "project_type",
    "user_feedback",
    "should_have_exited",
    "optimal_delay_suggestion",
)
_KEY_COLUMNS = {"command": "command_hash", "place": "place_hash"}


def _make_run_line(row: Sequence[Any]) -> RunLine:
    """Return a run from the columns of ``RUN_LINE``."""
    return RUN_LINE.unpack(row, id=ids.shorten(ids.RUN, row[0]))


def list_runs(connection: sqlite3.Connection, limit: int) -> list[RunLine]:
    """Return the newest runs."""
    rows = connection.execute(f"SELECT {RUN_LINE.select()} FROM executions ORDER BY timestamp DESC LIMIT ?", (limit,))  # noqa: S608  # literals
    return [_make_run_line(row) for row in rows]


def find_newest_run(connection: sqlite3.Connection, folder: bytes) -> RunLine | None:
    """Return the run in a folder that ended last, by the folder's key; time in which it was stopped is not counted."""
    row = connection.execute(
        f"""SELECT {RUN_LINE.select()} FROM executions WHERE folder_hash = ?
        ORDER BY julianday(timestamp) + total_runtime / 86400.0 DESC LIMIT 1""",  # noqa: S608  # literals
        (folder,),
    ).fetchone()
    return None if row is None else _make_run_line(row)


def find_runs(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[RunLine]:
    """Return the runs whose id begins so, at most ``limit``."""
    bounds = start.bounds(_RUN_BYTES)
    rows = connection.execute(
        f"SELECT {RUN_LINE.select()} FROM executions WHERE execution_id BETWEEN ? AND ? LIMIT ?",  # noqa: S608  # literals
        (*bounds, limit),
    )
    return [_make_run_line(row) for row in rows]


def read_run_story(connection: sqlite3.Connection, run: RunLine) -> RunStory:
    """Return one run with everything that is stored of it."""
    row = connection.execute(
        f"SELECT {', '.join(_DETAIL_COLUMNS)} FROM executions WHERE execution_id = ?",  # noqa: S608  # literals
        (run.uid,),
    ).fetchone()
    return RunStory(
        run=run,
        details=dict(zip(_DETAIL_COLUMNS, row, strict=True)),
        matches=_read_children(connection, MATCHES, run.uid),
        samples=_read_children(connection, SAMPLES, run.uid),
        metrics=_read_children(connection, METRICS, run.uid),
        choices=_read_children(connection, CHOICES, run.uid),
    )


def _read_children(connection: sqlite3.Connection, table: Table[T], run: bytes) -> list[T]:
    """Return the records of a table that belong to a run, by their first column."""
    sql = f"SELECT {table.select()} FROM {table.name} WHERE execution_id = ? ORDER BY 1"  # noqa: S608  # literals
    return [table.unpack(row) for row in connection.execute(sql, (run,))]


def read_command_figures(connection: sqlite3.Connection, limit: int) -> list[CommandFigures]:
    """Return the commands that ran most, grouped by their key."""
    rows = connection.execute(
        """WITH ranked AS (
          SELECT command_hash, command, timestamp, child_status, exit_reason, total_runtime,
            row_number() OVER (PARTITION BY command_hash ORDER BY total_runtime) AS place,
            count(*) OVER (PARTITION BY command_hash) AS runs
          FROM executions)
        SELECT max(command), max(runs),
          sum(exit_reason = 'expect_missing' OR coalesce(child_status, 0) <> 0 AND exit_reason = 'completed'),
          sum(exit_reason NOT IN ('completed', 'expect_missing', 'end_of_input', 'left')),
          max(CASE WHEN place = (runs + 1) / 2 THEN total_runtime END),
          max(total_runtime), max(timestamp)
        FROM ranked GROUP BY command_hash ORDER BY 2 DESC, 7 DESC LIMIT ?""",
        (limit,),
    )
    return [
        CommandFigures(
            command=Scrubbed(command),
            runs=runs,
            failed=failed,
            ended_early=early,
            median_s=median,
            longest_s=longest,
            last_at=parse_moment(last),
        )
        for command, runs, failed, early, median, longest, last in rows
    ]


def read_pattern_figures(connection: sqlite3.Connection, limit: int) -> list[PatternFigures]:
    """Return the patterns in use, best first."""
    rows = connection.execute(
        """SELECT pattern, total_uses, matched_uses, successful_exits, false_positives, missed_errors,
          effectiveness_score FROM pattern_effectiveness ORDER BY effectiveness_score DESC, total_uses DESC LIMIT ?""",
        (limit,),
    )
    return [
        PatternFigures(
            pattern=Scrubbed(pattern),
            uses=uses,
            matched=matched,
            right=right,
            false_positives=wrong,
            missed=missed,
            score=score,
        )
        for pattern, uses, matched, right, wrong, missed, score in rows
    ]


def read_past_runs(connection: sqlite3.Connection, of: str, key: bytes, limit: int) -> list[PastRun]:
    """Return the newest past runs of a ``command`` or ``place`` key, oldest first."""
    rows = connection.execute(
        f"""SELECT {PAST_RUNS.select()} FROM run_history WHERE {_KEY_COLUMNS[of]} = ?
        ORDER BY at DESC LIMIT ?""",  # noqa: S608  # literals
        (key, limit),
    ).fetchall()
    return [PAST_RUNS.unpack(row) for row in reversed(rows)]


def read_suggested_delays(connection: sqlite3.Connection, of: str, key: bytes) -> list[float]:
    """Return the values that feedback suggested for ``--delay-exit``."""
    rows = connection.execute(
        f"""SELECT optimal_delay_suggestion FROM executions
        WHERE {_KEY_COLUMNS[of]} = ? AND optimal_delay_suggestion IS NOT NULL ORDER BY 1""",  # noqa: S608  # literals
        (key,),
    )
    return [value for (value,) in rows]


def read_run_lines(connection: sqlite3.Connection, place: bytes, limit: int) -> list[tuple[int, float, str, str]]:
    """Return the newest runs of known outcome, oldest first.

    Of each: failure, seconds, kinds of lines and starting patterns.
    """
    rows = connection.execute(
        """SELECT failed, runtime_s, lines, marks FROM run_lines WHERE place_hash = ? AND failed >= 0
        ORDER BY at DESC LIMIT ?""",
        (place, limit),
    ).fetchall()
    return rows[::-1]


def read_lines_of_run(connection: sqlite3.Connection, run: bytes) -> tuple[str, list[str]] | None:
    """Return the kinds of lines of a run, and those of each good run of its command here; None where none are kept."""
    row = connection.execute("SELECT place_hash, lines FROM run_lines WHERE execution_id = ?", (run,)).fetchone()
    if row is None:
        return None
    good = connection.execute("SELECT lines FROM run_lines WHERE place_hash = ? AND failed = 0", row[:1])
    return row[1], [lines for (lines,) in good]


def list_chosen_patterns(connection: sqlite3.Connection) -> list[str]:
    """Return the mined patterns that `--match auto` takes somewhere and nobody called wrong."""
    rows = connection.execute(
        """SELECT pattern FROM learned_pattern WHERE origin = 'mined'
        GROUP BY pattern HAVING max(chosen) = 1 AND max(refused) = 0 ORDER BY pattern"""
    )
    return [pattern for (pattern,) in rows]


def read_learned_patterns(connection: sqlite3.Connection, place: bytes) -> list[LearnedPattern]:
    """Return the patterns of a command here, the chosen ones first."""
    rows = connection.execute(
        f"""SELECT {PATTERNS.select()} FROM learned_pattern WHERE place_hash = ?
        ORDER BY chosen DESC, refused, score DESC""",  # noqa: S608  # literals
        (place,),
    )
    return [PATTERNS.unpack(row) for row in rows]


def read_learned_delay(connection: sqlite3.Connection, place: bytes) -> tuple[float, str] | None:
    """Return seconds and evidence of the learned ``--delay-exit`` of a command here; None where there is none."""
    row = connection.execute(
        "SELECT value_s, reason FROM learned_limit WHERE key = ? AND kind = 'delay_exit_s'", (place,)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def read_run_places(connection: sqlite3.Connection) -> list[tuple[bytes, bytes]]:
    """Return command key and place key of all that ran under the wrapper."""
    return connection.execute(
        "SELECT DISTINCT command_hash, place_hash FROM run_history WHERE origin = 'run' AND place_hash IS NOT NULL"
    ).fetchall()


def read_place_limits(connection: sqlite3.Connection, place: bytes) -> dict[str, tuple[float, str]]:
    """Return what is learned of a command in one folder: seconds and evidence by kind."""
    rows = connection.execute("SELECT kind, value_s, reason FROM learned_limit WHERE key = ?", (place,))
    return {kind: (value, reason) for kind, value, reason in rows}


def read_places(connection: sqlite3.Connection, limit: int) -> list[tuple[bytes, bytes, Scrubbed, str]]:
    """Return place key, command key, command and folder of what ran here, the most frequent first."""
    rows = connection.execute(
        """SELECT place_hash, max(command_hash), max(command), max(working_directory) FROM executions
        GROUP BY place_hash ORDER BY count(*) DESC, 3 LIMIT ?""",
        (limit,),
    )
    return [(place, command, Scrubbed(name), folder) for place, command, name, folder in rows]


def read_run_keys(connection: sqlite3.Connection, run: bytes) -> tuple[bytes, bytes, str]:
    """Return command key, place key and patterns (newline between) of a run."""
    row = connection.execute(
        "SELECT command_hash, place_hash, pattern FROM executions WHERE execution_id = ?", (run,)
    ).fetchone()
    return row[0], row[1], row[2]


def read_command_names(connection: sqlite3.Connection) -> dict[bytes, Scrubbed]:
    """Return the name of each command that ran here, by its key."""
    rows = connection.execute("SELECT command_hash, max(command) FROM executions GROUP BY command_hash")
    return {key: Scrubbed(command) for key, command in rows}


def read_undisputed_ids(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of all stored runs but those of which a person said that they were no error."""
    return {key for (key,) in connection.execute("SELECT execution_id FROM executions WHERE NOT false_positive_flag")}


def read_calls_since(connection: sqlite3.Connection, result: int, limit: int) -> list[tuple[Any, ...]]:
    """Return the commands in agents' logs whose result came after a row id, as ``run.learned_limits.LoggedRun``.

    A call may name its own folder, and say that its agent went on while the command still ran.
    """
    return connection.execute(
        """SELECT r.id, c.uid, c.at, c.command,
          coalesce(CASE WHEN json_valid(c.input) THEN json_extract(c.input, '$.workdir') END, s.cwd, ''),
          coalesce(r.duration_s, (julianday(r.at) - julianday(c.at)) * 86400.0), r.duration_s IS NOT NULL,
          r.failure, r.exit_code, c.timeout_s, r.fingerprint,
          instr(r.text, 'Process running with session ID') > 0
        FROM result r JOIN call c ON c.uid = r.uid JOIN session s ON s.id = c.session_id
        WHERE r.id > ? AND s.real = 1 AND c.action = 'run' AND c.background = 0 AND c.command IS NOT NULL
          AND c.at IS NOT NULL
        ORDER BY r.id LIMIT ?""",
        (result, limit),
    ).fetchall()


def read_feedback(connection: sqlite3.Connection, run: bytes) -> Feedback:
    """Return all that was said of a run."""
    rating, comment, wrong, ended, delay = connection.execute(
        """SELECT user_rating, user_feedback, false_positive_flag, should_have_exited, optimal_delay_suggestion
        FROM executions WHERE execution_id = ?""",
        (run,),
    ).fetchone()
    said = None if comment is None else Scrubbed(comment)
    return Feedback(rating, said, bool(wrong), None if ended is None else bool(ended), delay)
