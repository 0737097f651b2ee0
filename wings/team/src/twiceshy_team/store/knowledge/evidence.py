"""Read what each person's rows say of one thing: lessons, facts, trials, habits, models, runs of one command.

What only one person's rows speak of is left out here already, where that makes no difference to the answer. So are rows
whose counts cannot be, whoever sent them: one member's nonsense must not keep the others from what they know.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from twiceshy.records.team_knowledge import EffectSum, FactVote, LessonVote, ModelSum, TeamRun, TrialSum
from twiceshy_team.store.asked_rows import read_time
from twiceshy_team.store.base import SqlValue, Statements

_MOST_COUNT = 1_000_000_000
"""Above which a count is nonsense, and sums of it would not fit (guess, 2026-11-23)."""


def _bound_count(value: int | None) -> int:
    """Return a count that can be; 0 where none was sent."""
    return min(max(value or 0, 0), _MOST_COUNT)


def read_lesson_votes(found: Statements) -> Iterator[LessonVote]:
    """Yield the rows of lessons that two or more people have."""
    rows = found.run(
        """SELECT member, lesson_hash, kind, category, subject, state, review, seen, sessions, helped, hurt, last_at,
          text, trigger
        FROM lesson WHERE team_id = :team AND lesson_hash IN
          (SELECT lesson_hash FROM lesson WHERE team_id = :team GROUP BY lesson_hash HAVING count(DISTINCT member) > 1)
        ORDER BY lesson_hash, id"""
    )
    for (
        member,
        key,
        kind,
        category,
        subject,
        state,
        review,
        seen,
        sessions,
        helped,
        hurt,
        last_at,
        text,
        trigger,
    ) in rows:
        yield LessonVote(
            member=bytes(member),
            key=bytes(key),
            kind=kind or "",
            category=category or "",
            subject=subject or "",
            state=state or "",
            review=review or "",
            seen=_bound_count(seen),
            sessions=_bound_count(sessions),
            helped=_bound_count(helped),
            hurt=_bound_count(hurt),
            last_at=read_time(last_at),
            text=text or "",
            trigger=trigger or "",
        )


def read_fact_votes(found: Statements) -> Iterator[FactVote]:
    """Yield the rows of facts that two or more people have."""
    rows = found.run(
        """SELECT member, fact_hash, project_hash, kind, worked, n, sessions, last_at, says, command
        FROM fact WHERE team_id = :team AND fact_hash IN
          (SELECT fact_hash FROM fact WHERE team_id = :team GROUP BY fact_hash HAVING count(DISTINCT member) > 1)
        ORDER BY fact_hash, id"""
    )
    for member, key, project, kind, worked, n, sessions, last_at, says, command in rows:
        yield FactVote(
            member=bytes(member),
            key=bytes(key),
            project=bytes(project),
            kind=kind,
            worked=min(_bound_count(worked), _bound_count(n)),
            n=_bound_count(n),
            sessions=_bound_count(sessions),
            last_at=read_time(last_at),
            says=says or "",
            command=command or "",
        )


def read_trial_sums(found: Statements) -> Iterator[TrialSum]:
    """Yield each person's cases by kind of rule, arm and outcome; a row without weights had equal chances."""
    rows = found.run(
        """SELECT member, rule_kind, arm, outcome, sum(bad), sum(n), sum(coalesce(weight, n)),
          sum(coalesce(weight_squared, n)), sum(coalesce(weighted_bad, bad))
        FROM trial WHERE team_id = :team AND bad >= 0 AND bad <= n AND n <= :most
          AND coalesce(weight, n) >= 0.99 * n AND coalesce(weight, n) <= :most
          AND coalesce(weight_squared, n) >= 0.99 * coalesce(weight, n) AND coalesce(weight_squared, n) <= :most
          AND coalesce(weighted_bad, bad) >= 0 AND coalesce(weighted_bad, bad) <= coalesce(weight, n) * 1.01
        GROUP BY member, rule_kind, arm, outcome
        ORDER BY member, rule_kind, arm, outcome""",
        {"most": _MOST_COUNT},
    )
    for member, rule_kind, arm, outcome, bad, n, weight, squares, weighted in rows:
        yield TrialSum(
            bytes(member), rule_kind, arm, outcome, int(bad), int(n), float(weight), float(squares), float(weighted)
        )


def read_effect_sums(found: Statements) -> Iterator[EffectSum]:
    """Yield each person's cases with and without each habit."""
    rows = found.run(
        """SELECT member, habit, outcome, stratum, sum(n_with), sum(bad_with), sum(n_without), sum(bad_without)
        FROM effect WHERE team_id = :team AND bad_with >= 0 AND bad_with <= n_with AND n_with <= :most
          AND bad_without >= 0 AND bad_without <= n_without AND n_without <= :most
        GROUP BY member, habit, outcome, stratum ORDER BY member, habit, outcome, stratum""",
        {"most": _MOST_COUNT},
    )
    for member, habit, outcome, stratum, *counts in rows:
        yield EffectSum(bytes(member), habit, outcome, bytes(stratum or b""), *map(int, counts))


def read_model_sums(found: Statements) -> Iterator[ModelSum]:
    """Yield what each person's sessions with each model came to, by project; each session once.

    A session that an exporter told of too is the member's own row. Whom an exporter names is the member who sent a row
    of one of the same sessions, else a person of its own: one token may serve a whole team's exporters.
    """
    members = dict(
        found.run(
            """SELECT DISTINCT told.person, own.member FROM session AS told JOIN session AS own
              ON own.team_id = told.team_id AND own.session_hash = told.session_hash
            WHERE told.team_id = :team AND told.source IS NOT NULL AND told.person IS NOT NULL AND own.source IS NULL
            ORDER BY told.person, own.member"""
        )
    )
    rows = found.run(
        """SELECT CASE WHEN source IS NULL THEN member ELSE coalesce(person, member) END AS who, project_hash, model,
          count(*), sum(coalesce(calls, 0)), sum(coalesce(failed_calls, 0)), sum(coalesce(prompts, 0)),
          sum(coalesce(corrections, 0))
        FROM session WHERE team_id = :team AND coalesce(calls, 0) <= :most AND coalesce(failed_calls, 0) >= 0
          AND coalesce(failed_calls, 0) <= coalesce(calls, 0) AND coalesce(prompts, 0) BETWEEN 0 AND :most
          AND coalesce(corrections, 0) BETWEEN 0 AND :most
          AND (source IS NULL OR session_hash IS NULL OR session_hash NOT IN
            (SELECT session_hash FROM session
             WHERE team_id = :team AND source IS NULL AND session_hash IS NOT NULL))
        GROUP BY 1, project_hash, model ORDER BY 1, project_hash, model""",
        {"most": _MOST_COUNT},
    )
    for who, project, model, *counts in rows:
        yield ModelSum(bytes(members.get(who, who)), bytes(project or b""), model, *map(int, counts))


def count_runs(found: Statements) -> dict[bytes, tuple[int, tuple[bytes, ...]]]:
    """Return how many runs each command has that two or more people run, and who these are."""
    rows = found.run(
        """SELECT team_hash, member, sum(runs) FROM command_day WHERE team_id = :team
        GROUP BY team_hash, member HAVING sum(runs) > 0 ORDER BY team_hash, member"""
    )
    known: dict[bytes, list[tuple[bytes, int]]] = {}
    for key, member, runs in rows:
        known.setdefault(bytes(key), []).append((bytes(member), int(runs)))
    return {
        key: (sum(runs for _, runs in mine), tuple(member for member, _ in mine))
        for key, mine in known.items()
        if len(mine) > 1
    }


def count_feedback(found: Statements) -> dict[bytes, int]:
    """Return how often people said something of runs, by command: a later word counts too."""
    rows = found.run(
        """SELECT team_hash, sum(rev + 1) FROM feedback JOIN execution
          ON execution.team_id = feedback.team_id AND execution.id = feedback.execution
        WHERE feedback.team_id = :team AND team_hash IS NOT NULL GROUP BY team_hash"""
    )
    return {bytes(key): int(count) for key, count in rows}


def read_runs(found: Statements, team_hash: bytes, people: Sequence[bytes], most: int) -> list[TeamRun]:
    """Return the newest runs of a command, at least ``most`` of each person who has as many."""
    values: dict[str, SqlValue] = {"key": team_hash, "most": max(_SCANNED, most)}
    runs = [_make_run(row) for row in found.run(_SELECT_RUNS.format(""), values)]
    if len(runs) < _SCANNED:
        return runs
    seen = Counter(run.member for run in runs)
    for member in people:  # somebody's older ones may lie behind thousands of a machine's
        if seen[member] < most:
            rows = found.run(_SELECT_RUNS.format("AND member = :member"), {**values, "member": member, "most": most})
            runs = [run for run in runs if run.member != member] + [_make_run(row) for row in rows]
    return runs


_SCANNED = 800
"""Newest runs of a command that are read at once (guess, 2026-11-23: four times what a limit rests on)."""
_SELECT_RUNS = """SELECT newest.member, newest.at, total_runtime, exit_reason, child_status, longest_idle_period,
  false_positive, should_have_exited
FROM (SELECT * FROM execution WHERE team_id = :team AND team_hash = :key AND total_runtime >= 0 {}
  ORDER BY at DESC LIMIT :most) AS newest
LEFT JOIN feedback ON feedback.team_id = newest.team_id AND feedback.execution = newest.id
ORDER BY newest.at DESC, newest.id"""


def _make_run(row: Sequence[Any]) -> TeamRun:
    """Return a run of its columns."""
    member, at, seconds, reason, status, silence, wrong, right = row
    word = _read_word(reason, wrong, right)
    return TeamRun(bytes(member), read_time(at) or _NEVER, float(seconds), reason, status, silence, word)


_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _read_word(reason: str, wrong: Any, right: Any) -> bool | None:
    """Return whether a run that a limit ended should have gone on, as feedback says; None where nobody said."""
    hung = right if wrong is None else not wrong
    return None if hung is None or not reason.startswith("timeout") else not hung
