"""Advice that was shown or withheld as the holdout, with what became of it; sessions with and without a brief."""

import sqlite3
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.archive.times import parse_time
from twiceshy.records.effects import AdviceCase, SessionRow
from twiceshy.records.rules import WRONG_FATES, Level, RuleKind
from twiceshy.records.trial_effects import DrawnCase


def read_advice_cases(connection: sqlite3.Connection) -> Iterator[AdviceCase]:
    """Yield each case in which a rule matched a call, or a lesson a task.

    Briefs as a whole are left out, and cases with a placebo, which are in neither arm.
    """
    for rule, category, session, shown, outcome, at in connection.execute(
        """SELECT rule, category, session, shown, outcome, at FROM advice
        WHERE category NOT IN (?, '') AND NOT overridden AND NOT placebo ORDER BY at, uid""",
        (RuleKind.BRIEF,),
    ):
        moment = parse_time(at)
        yield AdviceCase(
            rule=f"{'l' if category == RuleKind.TOLD else 'w'}-{rule.hex()}",
            category=category,
            session=session,
            shown=bool(shown),
            bad=None if outcome is None else outcome in WRONG_FATES,
            at=moment.timestamp() if moment else 0.0,
        )


def read_drawn_cases(connection: sqlite3.Connection) -> Iterator[DrawnCase]:
    """Yield each warning or refusal that a lot decided about, with the chances of the draw."""
    for rule, session, shown, placebo, held_chance, placebo_chance, outcome, again, at in connection.execute(
        """SELECT rule, session, shown, placebo, held_chance, placebo_chance, outcome, again, at FROM advice
        WHERE held_chance IS NOT NULL AND placebo_chance IS NOT NULL AND level IN (?, ?) AND NOT overridden
        ORDER BY at, uid""",
        (Level.WARN, Level.BLOCK),
    ):
        moment = parse_time(at)
        yield DrawnCase(
            rule=rule.hex(),
            session=session,
            shown=bool(shown),
            placebo=bool(placebo),
            held_chance=held_chance,
            placebo_chance=placebo_chance,
            failed=None if outcome is None else outcome in WRONG_FATES,
            again=None if again is None else bool(again),
            at=moment.timestamp() if moment else 0.0,
        )


class BriefCounts(NamedTuple):
    """How often briefs gave a lesson, and what became of it."""

    times: int
    """In as many sessions."""
    held_back: int
    """By lot."""
    known: int
    """Of ``times``, those whose session's log was learned from since."""
    again: int
    """Of ``known``, those in which its mistake was made again."""
    no_occasion: int
    """Of ``known``, those in which it could not have been."""


def count_briefs(connection: sqlite3.Connection, lesson: bytes) -> BriefCounts:
    """Count how often briefs gave one lesson, by any of its keys."""
    ((times, held, known, again, idle),) = connection.execute(
        """SELECT count(*) FILTER (WHERE shown), count(*) FILTER (WHERE NOT shown),
          count(outcome) FILTER (WHERE shown), count(*) FILTER (WHERE shown AND outcome = 'failed'),
          count(*) FILTER (WHERE shown AND outcome = 'not-made')
        FROM advice WHERE category = ? AND rule IN (SELECT key FROM lesson_key WHERE lesson = ?)""",
        (RuleKind.TOLD, lesson),
    )
    return BriefCounts(times, held, known, again, idle)


def read_sessions(connection: sqlite3.Connection) -> list[SessionRow]:
    """Return judged sessions that changed files; logs that only imitate an agent are left out."""
    rows = connection.execute(
        """SELECT p.name, e.timestamp,
          (SELECT max(a.shown) FROM advice a WHERE a.session = s.uid AND a.category = ?),
          EXISTS (SELECT 1 FROM advice a WHERE a.session = s.uid AND a.shown),
          e.tasks, e.first_pass_tasks, e.corrections_needed, e.regeneration_cycles, e.user_engagement_rate
        FROM session_executions e JOIN session s ON s.id = e.session_id JOIN project p ON p.id = s.project_id
        WHERE s.real = 1 AND e.tasks > 0 ORDER BY e.timestamp, s.uid""",
        (RuleKind.BRIEF,),
    )
    found = []
    for project, at, drawn, advised, tasks, first_pass, corrected, cycles, engagement in rows:
        moment = parse_time(at)
        found.append(
            SessionRow(
                project=project,
                at=moment.timestamp() if moment else 0.0,
                drawn=None if drawn is None else bool(drawn),
                advised=bool(advised),
                tasks=tasks,
                first_pass=first_pass,
                corrected=None if corrected is None else bool(corrected),
                cycles=cycles,
                engagement=engagement,
            )
        )
    return found
