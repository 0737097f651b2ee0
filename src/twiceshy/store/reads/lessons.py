"""Lessons as they are stored, with what a person decided about them."""

import json
import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any

from twiceshy.records import ids
from twiceshy.records.lessons import Action, Kind, Lesson, Occurrence, State, Step, Trigger, Validation
from twiceshy.records.severity import Severity
from twiceshy.records.text import Scrubbed
from twiceshy.store.reads.columns import time

ID_BYTES = 8
_LESSON = """
SELECT l.id, l.slug, l.kind, l.subject, l.category, l.severity, coalesce(r.description, l.description),
  coalesce(r.root_cause, l.root_cause), l.trigger, l.steps, l.bad, l.good, l.contexts, l.scope, l.scope_of, l.actor,
  l.quoted AND r.description IS NULL, l.observations, l.sessions, l.projects, l.warnings, l.successes, l.failures,
  l.first_seen, l.last_seen, coalesce(r.state, l.state),
  (SELECT json_group_object(model_name, frequency) FROM mistake_patterns WHERE vector_db_id = l.id),
  (SELECT json_group_object(agent, n) FROM (SELECT o.agent AS agent, count(*) AS n FROM mistake_occurrences o
    JOIN mistake_patterns p ON p.id = o.pattern_id WHERE p.vector_db_id = l.id GROUP BY o.agent))
FROM lesson l LEFT JOIN lesson_review r ON r.lesson = l.id
"""


def lessons(connection: sqlite3.Connection) -> list[Lesson]:
    """Every lesson, the most often seen first."""
    rows = connection.execute(f"{_LESSON} WHERE coalesce(r.state, '') <> 'deleted' ORDER BY l.observations DESC, l.id")
    return [lesson_of(row) for row in rows]


def some(connection: sqlite3.Connection, keys: Sequence[bytes]) -> dict[bytes, Lesson]:
    """Those of the keys that are there, by key; their ids are 8 bytes each."""
    marks = ",".join("?" * len(keys))
    rows = connection.execute(f"{_LESSON} WHERE coalesce(r.state, '') <> 'deleted' AND l.id IN ({marks})", tuple(keys))
    return {row[0]: lesson_of(row) for row in rows}


_HOLDING = """FROM lesson l LEFT JOIN lesson_review r ON r.lesson = l.id
WHERE coalesce(r.state, l.state) IN (SELECT value FROM json_each(?)) AND ? IN ('', l.subject)
  AND (l.scope NOT IN ('file', 'project') OR l.scope_of = '' OR ? IN ('', l.scope_of))"""


def any_of(connection: sqlite3.Connection, states: Collection[State], project: str, subject: str) -> bool:
    """Whether there is a lesson in one of the states, on the subject, that holds in the project; empty: any."""
    values = json.dumps(sorted(states)), subject, project
    return connection.execute(f"SELECT 1 {_HOLDING} LIMIT 1", values).fetchone() is not None


def words(
    connection: sqlite3.Connection, states: Collection[State], project: str, subject: str
) -> list[tuple[bytes, str, str, str]]:
    """Of the same lessons key, subject, description and root cause, by key."""
    return connection.execute(
        f"""SELECT l.id, l.subject, coalesce(r.description, l.description), coalesce(r.root_cause, l.root_cause)
        {_HOLDING} ORDER BY l.id""",
        (json.dumps(sorted(states)), subject, project),
    ).fetchall()


def beginning(connection: sqlite3.Connection, start: ids.Beginning, limit: int) -> list[Lesson]:
    """Those whose id begins so, at most ``limit``."""
    rows = connection.execute(f"{_LESSON} WHERE l.id BETWEEN ? AND ? LIMIT ?", (*start.bounds(ID_BYTES), limit))
    return [lesson_of(row) for row in rows]


def named(connection: sqlite3.Connection, slug: str) -> Lesson | None:
    """The one with that readable name."""
    row = connection.execute(f"{_LESSON} WHERE l.slug = ?", (slug,)).fetchone()
    return lesson_of(row) if row else None


def about(connection: sqlite3.Connection, subjects: Collection[str]) -> list[Lesson]:
    """Those on how one of these tools or programs is called, the most often seen first."""
    marks = ", ".join("?" * len(subjects))
    rows = connection.execute(
        f"""{_LESSON} WHERE l.kind = ? AND l.subject IN ({marks}) AND coalesce(r.state, '') <> 'deleted'
        ORDER BY l.observations DESC, l.id""",
        (Kind.USAGE, *subjects),
    )
    return [lesson_of(row) for row in rows]


def keys(connection: sqlite3.Connection) -> dict[bytes, bytes]:
    """Each key that is known, with its lesson."""
    return dict(connection.execute("SELECT key, lesson FROM lesson_key").fetchall())


def deleted(connection: sqlite3.Connection) -> set[bytes]:
    """Lessons that a person does not want to learn again."""
    return {key for (key,) in connection.execute("SELECT lesson FROM lesson_review WHERE state = 'deleted'")}


def last_review(connection: sqlite3.Connection) -> str | None:
    """When a person last decided about any lesson."""
    ((at,),) = connection.execute("SELECT max(at) FROM lesson_review")
    return None if at is None else str(at)


def lesson_of(row: tuple[Any, ...]) -> Lesson:
    """A lesson from the columns of ``_LESSON``; its confidence is for the reader to say, as it depends on the day."""
    (
        key, slug, kind, subject, category, severity, description, cause, trigger, steps, bad, good, contexts, scope,
        scope_of, actor, quoted, observations, sessions, projects, warnings, successes, failures, first, last, state,
        models, agents,
    ) = row  # fmt: skip
    return Lesson(
        id=f"l-{key.hex()}",
        slug=slug,
        kind=Kind(kind),
        subject=subject,
        category=category,
        severity=Severity(severity),
        description=Scrubbed(description),
        root_cause=Scrubbed(cause),
        trigger=trigger_of(json.loads(trigger)),
        steps=tuple(step_of(step) for step in json.loads(steps)),
        bad=Scrubbed(bad) if bad else None,
        good=Scrubbed(good) if good else None,
        contexts=tuple(json.loads(contexts)),
        scope=scope,
        scope_of=scope_of,
        models=json.loads(models),
        agents=json.loads(agents),
        actor=actor,
        observations=observations,
        sessions=sessions,
        projects=projects,
        warnings=warnings,
        successes=successes,
        failures=failures,
        quoted=bool(quoted),
        first_seen=time(first),
        last_seen=time(last),
        state=State(state),
    )


def trigger_of(values: Mapping[str, Any]) -> Trigger:
    """A trigger from its JSON."""
    return Trigger(
        error_regex=values.get("error_regex", ""),
        fingerprints=tuple(bytes.fromhex(one) for one in values.get("fingerprints", ())),
        parameter=values.get("parameter", ""),
        validation=validation_of(values.get("validation")),
        common_mistakes=tuple(values.get("common_mistakes", ())),
        sequence=tuple(values.get("sequence", ())),
        condition=values.get("condition", ""),
    )


def step_of(values: Mapping[str, Any]) -> Step:
    """A step from its JSON."""
    return Step(
        action=Action(values["action"]),
        tool=values.get("tool", ""),
        args=dict(values.get("args", {})),
        parameter=values.get("parameter", ""),
        validation=validation_of(values.get("validation")),
        reason=values.get("reason", ""),
    )


def validation_of(values: Mapping[str, str] | None) -> Validation | None:
    """A validation from its JSON; None where there is none."""
    return Validation(**values) if values else None


def occurrences(connection: sqlite3.Connection, lesson: bytes, limit: int) -> Iterator[Occurrence]:
    """The newest ones of a lesson."""
    rows = connection.execute(
        """SELECT o.session, o.event, o.timestamp, o.project_path, o.file_path, p.model_name, o.agent, o.error_message,
          o.generated_code, o.source, o.cost_s, o.fix
        FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE p.vector_db_id = ? ORDER BY o.timestamp DESC, o.id DESC LIMIT ?""",
        (lesson, limit),
    )
    for session, event, at, project, file, model, agent, message, code, source, cost, fix in rows:
        yield Occurrence(
            session=session,
            event=event,
            at=time(at),
            project=project,
            file=Scrubbed(file) if file else None,
            model=model,
            agent=agent,
            message=Scrubbed(message),
            code=Scrubbed(code) if code else None,
            source=source,
            cost_s=cost or 0.0,
            fix=Scrubbed(fix) if fix else None,
        )


def fixes(connection: sqlite3.Connection, lesson: bytes, limit: int) -> list[tuple[Scrubbed, int, int]]:
    """What was done about it: the lines, times applied, times that it was gone then; the best first."""
    rows = connection.execute(
        """SELECT fix, times_applied, times_green FROM successful_fixes WHERE lesson = ?
        ORDER BY times_green DESC, times_applied, fix LIMIT ?""",
        (lesson, limit),
    )
    return [(Scrubbed(fix), applied, green) for fix, applied, green in rows]


def costs(connection: sqlite3.Connection) -> dict[bytes, list[float]]:
    """For each lesson the seconds until it was gone, where that was seen."""
    found: dict[bytes, list[float]] = {}
    for lesson, seconds in connection.execute(
        """SELECT p.vector_db_id, o.cost_s FROM mistake_occurrences o JOIN mistake_patterns p ON p.id = o.pattern_id
        WHERE o.cost_s IS NOT NULL"""
    ):
        found.setdefault(lesson, []).append(seconds)
    return found
