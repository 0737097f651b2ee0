"""What rules are compiled from and what they said: calls to quote, sessions in order of time, advice given."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.advice_table import ADVICE
from twiceshy.archive.db import Store
from twiceshy.archive.rules_file import FORM, NAME, GateRule
from twiceshy.archive.times import parse_time
from twiceshy.base.values import Scrubbed
from twiceshy.records import ids
from twiceshy.records.effects import AdviceCase, SessionRow
from twiceshy.records.rules import WRONG_FATES, Advice, CallFacts, Level, RuleKind, SessionCall, TimedRun
from twiceshy.records.trial_effects import DrawnCase

_ID_BYTES = 8
"""Of a rule, by definition in the schema."""
_AT_ONCE = 400
"""Keys a statement, below the limit of 999 parameters that older versions of SQLite have."""


class DatedSession(NamedTuple):
    """One session in a list that is ordered by time."""

    session: bytes
    agent: str
    project: str
    at: datetime | None
    calls: int
    until: datetime | None = None


def read_path_keys(connection: sqlite3.Connection, session: bytes) -> dict[bytes, bytes]:
    """Return the path key of each of a session's calls that are about a file."""
    return dict(
        connection.execute(
            """SELECT c.uid, c.path_key FROM call c JOIN session s ON s.id = c.session_id
            WHERE s.uid = ? AND c.path_key IS NOT NULL""",
            (session,),
        ).fetchall()
    )


def read_call_facts(connection: sqlite3.Connection, calls: Collection[bytes]) -> dict[bytes, CallFacts]:
    """Return the facts of the calls that are still stored."""
    wanted, found = list(calls), {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = connection.execute(
            f"""SELECT c.uid, s.uid, p.name, coalesce(c.path, ''), coalesce(c.command, ''),
              coalesce(r.message, ''), c.at, p.identity, coalesce(r.fingerprint, x'')
            FROM call c JOIN session s ON s.id = c.session_id JOIN project p ON p.id = s.project_id
            LEFT JOIN result r ON r.uid = c.uid WHERE c.uid IN ({", ".join("?" * len(some))})""",  # noqa: S608  # only marks
            some,
        )
        for uid, session, name, path, command, message, at, *failure in rows:
            found[uid] = CallFacts(session, name, path, command, message, parse_time(at), *failure)
    return found


class FailureText(NamedTuple):
    """What came back from a failed call."""

    folder: str
    """Its session's working folder."""
    text: str


def read_failure_texts(store: Store, calls: Collection[bytes]) -> dict[bytes, FailureText]:
    """Return the whole of what came back from calls that are still stored."""
    wanted, found = list(calls), {}
    for start in range(0, len(wanted), _AT_ONCE):
        some = wanted[start : start + _AT_ONCE]
        rows = store.connection.execute(
            f"""SELECT c.uid, coalesce(s.cwd, ''), coalesce(r.text, ''), r.body
            FROM call c JOIN session s ON s.id = c.session_id JOIN result r ON r.uid = c.uid
            WHERE c.uid IN ({", ".join("?" * len(some))})""",  # noqa: S608  # only marks
            some,
        )
        for uid, folder, text, body in rows:
            found[uid] = FailureText(folder, text if body is None else store.body(body))
    return found


def read_sessions_in_order(connection: sqlite3.Connection) -> list[DatedSession]:
    """Return the real sessions, oldest first."""
    rows = connection.execute(
        """SELECT s.uid, s.agent, p.name, s.first_at, (SELECT count(*) FROM call c WHERE c.session_id = s.id), s.last_at
        FROM session s JOIN project p ON p.id = s.project_id WHERE s.real = 1 ORDER BY s.first_at, s.id"""
    )
    return [
        DatedSession(uid, agent, name, parse_time(at), calls, parse_time(until))
        for uid, agent, name, at, calls, until in rows
    ]


_CALLS = """
SELECT c.uid, c.agent_run, c.tool, c.action, coalesce(c.command, ''), c.masked,
  iif(r.id IS NULL, 'no result', r.failure), coalesce(r.fingerprint, x''), c.input, c.body, c.rank AS place
FROM call c LEFT JOIN result r ON r.uid = c.uid WHERE c.session_id = (SELECT id FROM session WHERE uid = ?1)
UNION ALL SELECT NULL, agent_run, '', '', '', 0, NULL, x'', '', NULL, rank
FROM prompt WHERE session_id = (SELECT id FROM session WHERE uid = ?1) ORDER BY place
"""


def read_session_calls(store: Store, session: bytes, tools: Collection[str]) -> Iterator[SessionCall]:
    """Yield a real session's calls and prompts in order.

    ``tools``, in lower case, are those whose inputs are wanted.
    """
    if store.connection.execute("SELECT real FROM session WHERE uid = ?", (session,)).fetchone() != (1,):
        return
    for uid, run, tool, action, command, masked, failure, error, given, body, _ in store.connection.execute(
        _CALLS, (session,)
    ):
        wanted = tool.lower() in tools
        whole = (given if body is None else store.body(body)) if wanted else ""
        yield SessionCall(uid, run, tool, action, command, bool(masked), failure, error, whole)


_TIMED_OUT = (124, 137, 143)
"""Statuses of what was ended (as `timeout` and shells define them)."""


def read_long_runs(connection: sqlite3.Connection, least_s: float, limits: Mapping[str, float]) -> list[TimedRun]:
    """Return every run of a command that once took that long, oldest first.

    ``limits``: seconds that an agent gives a command when it does not say, for agents that have such a limit.
    """
    rows = connection.execute(
        """WITH run AS (SELECT c.uid, s.agent, s.cwd, c.command, (julianday(r.at) - julianday(c.at)) * 86400 AS seconds,
            r.failure IS NOT NULL AS failed, s.uid AS session, s.first_at, c.rank, r.failure = 'interrupted' AS stopped,
            coalesce(r.exit_code, 0) AS code, coalesce(c.timeout_s, l.value, 1e9) AS given
          FROM call c JOIN result r ON r.uid = c.uid JOIN session s ON s.id = c.session_id
            LEFT JOIN json_each(?2) l ON l.key = s.agent
          WHERE c.action = 'run' AND c.background = 0 AND s.real = 1 AND c.command IS NOT NULL
            AND r.failure IS NOT 'rejected')
        SELECT uid, agent, coalesce(cwd, ''), command, seconds, failed, session, stopped, code, given FROM run
        WHERE seconds >= 0 AND command IN (SELECT command FROM run WHERE seconds >= ?1) ORDER BY first_at, rank""",
        (least_s, json.dumps(dict(limits))),
    )
    return [
        TimedRun(
            uid,
            agent,
            cwd,
            command,
            seconds,
            bool(failed),
            session,
            cut=bool(failed) and (bool(stopped) or code in _TIMED_OUT or seconds >= given),
        )
        for uid, agent, cwd, command, seconds, failed, session, stopped, code, given in rows
    ]


def find_lessons(connection: sqlite3.Connection, calls: Collection[bytes]) -> dict[bytes, tuple[bytes, bool]]:
    """Return the lesson's id for failed calls that one was learned from, and whether a person muted it."""
    found = {}
    for call in calls:
        row = connection.execute(
            """SELECT p.vector_db_id, coalesce(r.state, '') = 'muted' FROM mistake_occurrences o
            JOIN mistake_patterns p ON p.id = o.pattern_id LEFT JOIN lesson_review r ON r.lesson = p.vector_db_id
            WHERE o.session = (SELECT s.uid FROM call c JOIN session s ON s.id = c.session_id WHERE c.uid = ?1)
              AND o.event = ?1 ORDER BY 2 DESC, 1 LIMIT 1""",  # one that is muted silences the others of the call
            (call,),
        ).fetchone()
        if row is not None:
            found[call] = (row[0], bool(row[1]))
    return found


def read_muted(connection: sqlite3.Connection) -> set[bytes]:
    """Return the rules that a person muted."""
    return {rule for (rule,) in connection.execute("SELECT rule FROM rule_review WHERE state = 'muted'")}


def read_demoted(connection: sqlite3.Connection) -> set[bytes]:
    """Return the rules that refused a call wrongly, about which no person has decided since."""
    return {rule for (rule,) in connection.execute("SELECT rule FROM rule_review WHERE state = 'demoted'")}


def find_rules_of_lessons(connection: sqlite3.Connection, lesson: bytes | None) -> set[bytes]:
    """Return the rules that were made of a lesson, by any of its keys; None: of any lesson."""
    rows = connection.execute(
        """SELECT id FROM rule WHERE lesson = ?1 OR lesson IN (SELECT key FROM lesson_key WHERE lesson = ?1)
          OR (?1 IS NULL AND lesson IS NOT NULL)""",
        (lesson,),
    )
    return {rule for (rule,) in rows}


class RuleSummary(NamedTuple):
    """A rule's row, to name it to a person."""

    id: bytes
    category: str
    words: Scrubbed
    level: str


def find_by_prefix(connection: sqlite3.Connection, start: ids.IdPrefix, limit: int) -> list[RuleSummary]:
    """Return the rules whose id begins so, at most ``limit``."""
    rows = connection.execute(
        "SELECT id, category, words, level FROM rule WHERE id BETWEEN ? AND ? LIMIT ?",
        (*start.bounds(_ID_BYTES), limit),
    )
    return [RuleSummary(key, category, Scrubbed(words), level) for key, category, words, level in rows]


def find_sessions_with_advice(connection: sqlite3.Connection) -> dict[bytes, bool]:
    """Return stored sessions with advice on a call, shown or withheld.

    True where what became of a call is not known yet.
    """
    rows = connection.execute(
        """SELECT a.session, max(a.outcome IS NULL) FROM advice a JOIN session s ON s.uid = a.session
        JOIN call c ON c.uid = a.call GROUP BY a.session"""
    )
    return {session: bool(unknown) for session, unknown in rows}


def read_advice(connection: sqlite3.Connection) -> Iterator[Advice]:
    """Yield all advice that rules gave or withheld, oldest first."""
    for row in connection.execute(f"SELECT {ADVICE.select()} FROM advice ORDER BY at, uid"):  # noqa: S608  # literals
        yield ADVICE.unpack(row)


def read_newest_version(connection: sqlite3.Connection, agent: str) -> str | None:
    """Return the version of an agent in its newest session that names one; None where none does."""
    row = connection.execute(
        """SELECT version FROM session WHERE agent = ? AND version IS NOT NULL
        ORDER BY coalesce(last_at, first_at) DESC, id DESC LIMIT 1""",
        (agent,),
    ).fetchone()
    return str(row[0]) if row else None


# Rules of the gate's own file under given keys: one look-up however many there are.


def read_rules(home: Path, keys: Sequence[bytes]) -> list[GateRule]:
    """Return the rules under these keys, the most confident first; none where the file cannot be read."""
    path = home / NAME
    if not keys or not path.is_file():
        return []
    marks = ", ".join("?" * len(keys))
    try:
        connection = sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True)
        try:
            if connection.execute("PRAGMA user_version").fetchone() != (FORM,):
                return []
            rows = connection.execute(
                f"SELECT * FROM rule WHERE key IN ({marks}) ORDER BY confidence DESC, id",  # noqa: S608  # only marks
                tuple(keys),
            )
            return [GateRule(*row) for row in rows]
        finally:
            connection.close()
    except sqlite3.Error:
        return []


# Advice that was shown or withheld as the holdout, with what became of it; sessions with and without a brief.


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
