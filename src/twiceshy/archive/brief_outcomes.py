"""What became of lessons that briefs gave or that the holdout withheld, and the counts that lessons get from it.

A lesson of a brief is a row of ``advice`` of the category ``told`` whose ``rule`` is a lesson's key; no call belongs to
it. Its outcome is known once the session's log was learned from: the mistake was made again afterwards (``failed``),
was not although there was occasion (``fine``), or there was no occasion (``not-made``). There was occasion where the
tool was called again, or a file of a kind that the mistake was seen in was edited.
"""

import sqlite3

_LEARNED_KIND = "lessons"
"""Kind of ``derived``: which sessions were learned from."""
_OUTCOMES = """
UPDATE advice SET outcome = (
  WITH it AS (SELECT l.id, l.kind, l.subject, l.contexts FROM lesson_key k JOIN lesson l ON l.id = k.lesson
    WHERE k.key = advice.rule)
  SELECT CASE
    WHEN EXISTS (SELECT 1 FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
      WHERE p.vector_db_id = it.id AND o.session = advice.session AND o.timestamp >= advice.at) THEN 'failed'
    WHEN it.kind = 'usage' AND EXISTS (SELECT 1 FROM call c JOIN session s ON s.id = c.session_id
      WHERE s.uid = advice.session AND c.at >= advice.at AND (lower(c.tool) = it.subject OR c.head = it.subject
        OR c.head LIKE it.subject || ' %')) THEN 'fine'
    WHEN it.kind = 'mistake' AND EXISTS (SELECT 1 FROM edit e JOIN session s ON s.id = e.session_id
      WHERE s.uid = advice.session AND e.at >= advice.at AND (it.contexts = '[]' OR EXISTS (
        SELECT 1 FROM json_each(it.contexts) AS ending WHERE e.path LIKE '%' || ending.value))) THEN 'fine'
    ELSE 'not-made' END
  FROM it)
WHERE category = 'told' AND session IN (SELECT key FROM derived WHERE kind = ?)
"""
_COUNTS = """
WITH told AS (SELECT k.lesson AS lesson, count(*) AS n, sum(a.outcome IS 'fine') AS fine
  FROM advice a JOIN lesson_key k ON k.key = a.rule WHERE a.category = 'told' AND a.shown GROUP BY k.lesson)
UPDATE lesson SET
  warnings = CASE WHEN imported THEN max(warnings, told.n) ELSE told.n END,
  successes = CASE WHEN imported THEN max(successes, min(told.fine, observations)) ELSE min(told.fine, observations) END
FROM told WHERE lesson.id = told.lesson
"""


def update_outcomes(connection: sqlite3.Connection) -> int:
    """Set the outcomes of lessons from briefs and the lessons' counts; return how many outcomes are known.

    A lesson gets no more successes than it has observations: of one that seldom comes, most sessions without it prove
    nothing (guess of 2026-11-21). The caller holds the transaction.
    """
    connection.execute(_OUTCOMES, (_LEARNED_KIND,))
    connection.execute(_COUNTS)
    ((known,),) = connection.execute("SELECT count(outcome) FROM advice WHERE category = 'told'")
    return int(known)
