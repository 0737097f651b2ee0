"""Writing what became of sessions; see the table's comments for what each column means."""

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from twiceshy.archive.times import format_time
from twiceshy.records.outcomes import SessionExecution


def put(connection: sqlite3.Connection, rows: Iterable[SessionExecution]) -> None:
    """Store judged sessions, in place of their older rows. The caller holds the transaction.

    A session that is not stored (any more) is passed over.
    """
    connection.executemany(
        """INSERT INTO session_executions (session_id, task_description, workflow_compliant, compliance_score,
          risk_score, task_completed, corrections_needed, rollback, timestamp, tool_call_count, files_modified,
          user_message_count, user_engagement_rate, diffs_scored, last_modified, tests_green, survived, survival, tasks,
          first_pass_tasks, corrections, regeneration_cycles)
        SELECT id, (SELECT substr(text, 1, 240) FROM prompt WHERE uid = ?2), ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,
          ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21, ?22
        FROM session WHERE uid = ?1
        ON CONFLICT (session_id) DO UPDATE SET task_description = excluded.task_description,
          workflow_compliant = excluded.workflow_compliant, compliance_score = excluded.compliance_score,
          risk_score = excluded.risk_score, task_completed = excluded.task_completed,
          corrections_needed = excluded.corrections_needed, rollback = excluded.rollback,
          timestamp = excluded.timestamp, tool_call_count = excluded.tool_call_count,
          files_modified = excluded.files_modified, user_message_count = excluded.user_message_count,
          user_engagement_rate = excluded.user_engagement_rate, diffs_scored = excluded.diffs_scored,
          last_modified = excluded.last_modified, tests_green = excluded.tests_green, survived = excluded.survived,
          survival = excluded.survival, tasks = excluded.tasks, first_pass_tasks = excluded.first_pass_tasks,
          corrections = excluded.corrections, regeneration_cycles = excluded.regeneration_cycles""",
        [_values(row) for row in rows],
    )


class Risk(NamedTuple):
    """A session's risk."""

    session: bytes
    value: float | None
    """Mean over its scored diffs."""
    diffs: str | None
    """Each of them with file and score, as JSON."""


def put_risks(connection: sqlite3.Connection, risks: Iterable[Risk]) -> None:
    """Set the risk of judged sessions. The caller holds the transaction."""
    values = [(one.value, one.diffs, one.session) for one in risks]
    connection.executemany(
        """UPDATE session_executions SET risk_score = ?1, diffs_scored = ?2
        WHERE session_id = (SELECT id FROM session WHERE uid = ?3)
          AND (risk_score IS NOT ?1 OR diffs_scored IS NOT ?2)""",
        values,
    )


def _values(row: SessionExecution) -> tuple[object, ...]:
    return (
        row.session,
        row.task,
        row.workflow_compliant,
        row.compliance_score,
        row.risk_score,
        row.task_completed,
        row.corrections_needed,
        row.rollback,
        format_time(row.timestamp),
        row.tool_call_count,
        row.files_modified,
        row.user_message_count,
        row.user_engagement_rate,
        row.diffs_scored,
        format_time(row.last_modified),
        row.tests_green,
        row.survived,
        row.survival,
        row.tasks,
        row.first_pass_tasks,
        row.corrections,
        row.regeneration_cycles,
    )
