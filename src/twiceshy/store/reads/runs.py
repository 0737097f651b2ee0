"""Runs of commands: the newest, one whole, sums, and what limits are learned from."""

import sqlite3
from collections.abc import Iterator
from dataclasses import fields
from datetime import datetime
from typing import Any

from twiceshy.records import ids
from twiceshy.records.executions import (
    ChoiceRow,
    CommandFigures,
    LearnedPattern,
    MatchRow,
    Metric,
    PastRun,
    PatternFigures,
    RunLine,
    RunStory,
    Sample,
)
from twiceshy.records.text import Scrubbed

RUN_BYTES = 16
LINE = """execution_id, timestamp, command, exit_reason, exit_code, total_runtime, longest_idle_period,
  total_lines_processed, match_count, command_category, user_rating, false_positive_flag"""
DETAILS = (
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
    "output_rate",
    "error_density",
    "project_type",
    "user_feedback",
    "should_have_exited",
    "optimal_delay_suggestion",
)
OF_COLUMN = {"command": "command_hash", "place": "place_hash"}


def line_of(row: tuple[Any, ...]) -> RunLine:
    """A run from the columns of ``LINE``."""
    return RunLine(
        id=ids.short(ids.RUN, row[0]),
        uid=row[0],
        at=datetime.fromisoformat(row[1]),
        command=Scrubbed(row[2]),
        reason=row[3],
        status=row[4],
        runtime_s=row[5],
        longest_silence_s=row[6],
        lines=row[7],
        matches=row[8],
        category=row[9],
        rating=row[10],
        false_positive=bool(row[11]),
    )


def list_runs(connection: sqlite3.Connection, limit: int) -> list[RunLine]:
    """The newest runs."""
    rows = connection.execute(f"SELECT {LINE} FROM executions ORDER BY timestamp DESC LIMIT ?", (limit,))  # noqa: S608  # literals
    return [line_of(row) for row in rows]


def runs_beginning(connection: sqlite3.Connection, start: ids.Beginning, limit: int) -> list[RunLine]:
    """The runs whose id begins so, at most ``limit``."""
    bounds = start.bounds(RUN_BYTES)
    rows = connection.execute(
        f"SELECT {LINE} FROM executions WHERE execution_id BETWEEN ? AND ? LIMIT ?",  # noqa: S608  # literals
        (*bounds, limit),
    )
    return [line_of(row) for row in rows]


def story(connection: sqlite3.Connection, run: RunLine) -> RunStory:
    """One run with everything that is stored of it."""
    row = connection.execute(
        f"SELECT {', '.join(DETAILS)} FROM executions WHERE execution_id = ?",  # noqa: S608  # literals
        (run.uid,),
    ).fetchone()
    return RunStory(
        run=run,
        details=dict(zip(DETAILS, row, strict=True)),
        matches=[MatchRow(**found) for found in children(connection, "match_events", MatchRow, run.uid)],
        samples=[Sample(**found) for found in children(connection, "output_samples", Sample, run.uid)],
        metrics=[Metric(**found) for found in children(connection, "performance_metrics", Metric, run.uid)],
        choices=[ChoiceRow(**found) for found in children(connection, "run_choice", ChoiceRow, run.uid)],
    )


def children(connection: sqlite3.Connection, table: str, record: type, run: bytes) -> Iterator[dict[str, Any]]:
    """The rows of a table that belong to a run, as a record's fields."""
    names = [field.name for field in fields(record)]
    sql = f"SELECT {', '.join(names)} FROM {table} WHERE execution_id = ? ORDER BY 1"  # noqa: S608  # literals
    for row in connection.execute(sql, (run,)):
        found = dict(zip(names, row, strict=True))
        found |= {flag: bool(found[flag]) for flag in ("is_error", "ended") if flag in found}
        if found.get("wrong") is not None:
            found["wrong"] = bool(found["wrong"])
        yield found


def command_figures(connection: sqlite3.Connection, limit: int) -> list[CommandFigures]:
    """The commands that ran most, by the words that group them."""
    rows = connection.execute(
        """WITH ranked AS (
          SELECT command_hash, command, timestamp, child_status, exit_reason, total_runtime,
            row_number() OVER (PARTITION BY command_hash ORDER BY total_runtime) AS place,
            count(*) OVER (PARTITION BY command_hash) AS runs
          FROM executions)
        SELECT max(command), max(runs), sum(coalesce(child_status, 0) <> 0 AND exit_reason = 'completed'),
          sum(exit_reason <> 'completed'), max(CASE WHEN place = (runs + 1) / 2 THEN total_runtime END),
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
            last_at=datetime.fromisoformat(last),
        )
        for command, runs, failed, early, median, longest, last in rows
    ]


def pattern_figures(connection: sqlite3.Connection, limit: int) -> list[PatternFigures]:
    """The patterns in use, best first."""
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


def past(connection: sqlite3.Connection, of: str, key: bytes, limit: int) -> list[PastRun]:
    """The newest past runs of a ``command`` or ``place`` key, oldest first."""
    names = [field.name for field in fields(PastRun)]
    rows = connection.execute(
        f"SELECT {', '.join(names)} FROM run_history WHERE {OF_COLUMN[of]} = ? ORDER BY at DESC LIMIT ?",  # noqa: S608  # literals
        (key, limit),
    ).fetchall()
    flags = {"runtime_cut", "silence_cut", "first_output_cut", "failed"}
    found: list[PastRun] = []
    for row in reversed(rows):
        values: dict[str, Any] = dict(zip(names, row, strict=True))
        values |= {name: bool(values[name]) for name in flags}
        found.append(PastRun(**values))
    return found


def suggested_delays(connection: sqlite3.Connection, of: str, key: bytes) -> list[float]:
    """What feedback said that ``--delay-exit`` should be."""
    rows = connection.execute(
        f"""SELECT optimal_delay_suggestion FROM executions
        WHERE {OF_COLUMN[of]} = ? AND optimal_delay_suggestion IS NOT NULL ORDER BY 1""",  # noqa: S608  # literals
        (key,),
    )
    return [value for (value,) in rows]


def lines(connection: sqlite3.Connection, place: bytes, limit: int) -> list[tuple[int, float, str, str]]:
    """Failure, seconds, kinds of lines and starting patterns of the newest runs of known outcome, oldest first."""
    rows = connection.execute(
        """SELECT failed, runtime_s, lines, marks FROM run_lines WHERE place_hash = ? AND failed >= 0
        ORDER BY at DESC LIMIT ?""",
        (place, limit),
    ).fetchall()
    return rows[::-1]


def learned_patterns(connection: sqlite3.Connection, place: bytes) -> list[LearnedPattern]:
    """The patterns of a command here, those that are taken first."""
    names = [field.name for field in fields(LearnedPattern)]
    rows = connection.execute(
        f"""SELECT {", ".join(names)} FROM learned_pattern WHERE place_hash = ?
        ORDER BY chosen DESC, refused, score DESC""",  # noqa: S608  # literals
        (place,),
    )
    found: list[LearnedPattern] = []
    for row in rows:
        values: dict[str, Any] = dict(zip(names, row, strict=True))
        found.append(LearnedPattern(**values | {flag: bool(values[flag]) for flag in ("chosen", "refused")}))
    return found


def learned_delay(connection: sqlite3.Connection, place: bytes) -> tuple[float, str] | None:
    """Seconds and evidence of the learned ``--delay-exit`` of a command here."""
    row = connection.execute(
        "SELECT value_s, reason FROM learned_limit WHERE key = ? AND kind = 'delay_exit_s'", (place,)
    ).fetchone()
    return None if row is None else (row[0], row[1])


def refused_kinds(connection: sqlite3.Connection, of: str, key: bytes, fewest: int) -> set[str]:
    """The limits that feedback called wrong, while fewer than so many runs have ended by themselves since."""
    column = OF_COLUMN[of]
    wrong = connection.execute(
        f"""SELECT c.kind, max(e.timestamp) FROM run_choice c JOIN executions e USING (execution_id)
        WHERE e.{column} = ? AND c.wrong = 1 GROUP BY c.kind""",  # noqa: S608  # literals
        (key,),
    ).fetchall()
    since = f"""SELECT count(*) FROM executions
        WHERE {column} = ? AND timestamp > ? AND exit_reason = 'completed'"""  # noqa: S608  # literals
    return {kind for kind, at in wrong if connection.execute(since, (key, at)).fetchone()[0] < fewest}


def known_places(connection: sqlite3.Connection, limit: int) -> list[tuple[bytes, bytes, Scrubbed, str]]:
    """Place key, command key, command and folder of what ran here, the most frequent first."""
    rows = connection.execute(
        """SELECT place_hash, max(command_hash), max(command), max(working_directory) FROM executions
        GROUP BY place_hash ORDER BY count(*) DESC, 3 LIMIT ?""",
        (limit,),
    )
    return [(place, command, Scrubbed(name), folder) for place, command, name, folder in rows]


def keys_of(connection: sqlite3.Connection, run: bytes) -> tuple[bytes, bytes, str]:
    """Command key, place key and patterns (newline between) of a run."""
    row = connection.execute(
        "SELECT command_hash, place_hash, pattern FROM executions WHERE execution_id = ?", (run,)
    ).fetchone()
    return row[0], row[1], row[2]


def known_keys(connection: sqlite3.Connection) -> dict[bytes, Scrubbed]:
    """The name of each command that ran here, by its key."""
    rows = connection.execute("SELECT command_hash, max(command) FROM executions GROUP BY command_hash")
    return {key: Scrubbed(command) for key, command in rows}


def ids_of(connection: sqlite3.Connection) -> set[bytes]:
    """Every run that is stored."""
    return {key for (key,) in connection.execute("SELECT execution_id FROM executions")}


def calls_since(connection: sqlite3.Connection, result: int, limit: int) -> list[tuple[Any, ...]]:
    """Commands in agents' logs whose result came after a row id.

    Result's id, call's uid, time, command, seconds, failure, exit code, time limit, error's fingerprint.
    """
    return connection.execute(
        """SELECT r.id, c.uid, c.at, c.command,
          coalesce(r.duration_s, (julianday(r.at) - julianday(c.at)) * 86400.0),
          r.failure, r.exit_code, c.timeout_s, r.fingerprint
        FROM result r JOIN call c ON c.uid = r.uid
        WHERE r.id > ? AND c.action = 'run' AND c.background = 0 AND c.command IS NOT NULL AND c.at IS NOT NULL
        ORDER BY r.id LIMIT ?""",
        (result, limit),
    ).fetchall()
