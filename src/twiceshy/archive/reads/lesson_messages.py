"""What tests, compilers and linters said at the occurrences of each lesson, counted by project."""

import sqlite3
from collections.abc import Iterator

from twiceshy.records.lessons import SaidMessage


def read_messages(connection: sqlite3.Connection) -> Iterator[SaidMessage]:
    """Yield what was said of each mistake that is no quotation by nature: those have no cause."""
    rows = connection.execute(
        """SELECT p.vector_db_id, coalesce(o.project_path, ''), o.error_message, count(*), count(DISTINCT o.session)
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        JOIN lesson l ON l.id = p.vector_db_id
        WHERE o.source = 'test' AND l.root_cause <> '' AND NOT l.imported
        GROUP BY 1, 2, 3 ORDER BY 1, 4 DESC, 3, 2"""
    )
    return (SaidMessage(*row) for row in rows)


def count_sessions(connection: sqlite3.Connection) -> dict[str, int]:
    """Return how many sessions each project has, by its name; logs that imitate an agent do not count."""
    rows = connection.execute(
        """SELECT p.name, count(*) FROM session s JOIN project p ON p.id = s.project_id WHERE s.real GROUP BY 1"""
    )
    return dict(rows.fetchall())
