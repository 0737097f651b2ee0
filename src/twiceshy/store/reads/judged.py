"""How much of what became of the work is known, by agent."""

import sqlite3

from twiceshy.records.judged import AgentKnown, Known

_KNOWN = """
SELECT s.agent, count(*), sum(e.tasks > 0),
  sum(e.tasks > 0 AND e.task_completed = 1), sum(e.tasks > 0 AND e.task_completed = 0),
  sum(e.tasks > 0 AND e.corrections_needed = 1), sum(e.tasks > 0 AND e.corrections_needed = 0),
  sum(e.tasks > 0 AND e.rollback = 1), sum(e.tasks > 0 AND e.rollback = 0),
  sum(e.tasks > 0 AND e.tests_green = 1), sum(e.tasks > 0 AND e.tests_green = 0),
  sum(e.tasks > 0 AND e.survived = 1), sum(e.tasks > 0 AND e.survived = 0)
FROM session_executions e JOIN session s ON s.id = e.session_id WHERE s.real = 1
GROUP BY s.agent ORDER BY 2 DESC, 1
"""


def known_by_agent(connection: sqlite3.Connection) -> tuple[AgentKnown, ...]:
    """For each agent with judged sessions; most sessions first. Logs that only imitate an agent are left out."""
    found = []
    for agent, sessions, working, *counts in connection.execute(_KNOWN):
        pairs = [(yes or 0, no or 0) for yes, no in zip(counts[::2], counts[1::2], strict=True)]
        completed, corrected, rolled_back, green, survived = (
            Known(yes=yes, no=no, unknown=working - yes - no) for yes, no in pairs
        )
        found.append(
            AgentKnown(
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
