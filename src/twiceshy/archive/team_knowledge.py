"""Keep what a team's server gave back: it is read here, without the server, from then on."""

import json
import sqlite3
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from hashlib import sha256
from typing import NamedTuple

from twiceshy.archive.times import format_time
from twiceshy.records.codec import Codec, Layout
from twiceshy.records.effects import PooledEffect
from twiceshy.records.lessons import TeamEvidence
from twiceshy.records.team_knowledge import PersonCount, TeamFact, TeamKnowledge, TeamLesson, TeamLimit

_KEYED = tuple(
    Layout(record, keyed=True) for record in (TeamKnowledge, TeamLesson, PersonCount, TeamLimit, TeamFact, PooledEffect)
)
KNOWLEDGE = Codec(TeamKnowledge, *_KEYED)
"""The answer of a server."""
_LESSON, _LIMIT = Codec(TeamLesson, *_KEYED), Codec(TeamLimit, *_KEYED)
_FACT, _EFFECT = Codec(TeamFact, *_KEYED), Codec(PooledEffect, *_KEYED)
_FEWEST_PEOPLE = 2
"""People without whom nothing is a team's (defined by ``records.team_knowledge``)."""


class KnowledgeEntry(NamedTuple):
    """One thing that a team knows, as it is stored."""

    kind: str
    key: bytes
    body: str
    changed_at: datetime | None
    gone: bool
    """The team says it no more."""


def list_entries(known: TeamKnowledge) -> list[KnowledgeEntry]:
    """Return what an answer holds, as it is stored."""
    return [
        *(
            KnowledgeEntry("lesson", one.key, _LESSON.encode(one).decode(), one.changed_at, one.state == "withdrawn")
            for one in known.lessons
        ),
        *(
            KnowledgeEntry(
                "limit",
                make_limit_key(one.team_hash, one.kind),
                _LIMIT.encode(one).decode(),
                one.changed_at,
                _is_lone(one.people),
            )
            for one in known.limits
        ),
        *(
            KnowledgeEntry("fact", one.key, _FACT.encode(one).decode(), one.changed_at, _is_lone(one.people))
            for one in known.facts
        ),
        *(
            KnowledgeEntry(
                "effect",
                f"{one.name}\0{one.outcome}".encode(),
                _EFFECT.encode(one).decode(),
                None,
                _is_lone(one.people),
            )
            for one in known.effects
        ),
    ]


def _is_lone(people: int) -> bool:
    """Tell whether too few people are left for it to be a team's."""
    return people < _FEWEST_PEOPLE


def make_limit_key(team_hash: bytes, kind: str) -> bytes:
    """Return the key of a limit: several kinds of limits have one command's hash."""
    return team_hash + kind.encode()


DUE = "knowledge-due"
"""Name of the note that lessons differ from what the gate's rules were compiled of."""


def put_entries(connection: sqlite3.Connection, entries: Iterable[KnowledgeEntry], now: datetime) -> int:
    """Store what is new or has changed, take out what is gone; return how many rows differ. The caller commits."""
    before = connection.total_changes
    for one in entries:
        if one.gone:
            connection.execute("DELETE FROM team_knowledge WHERE kind = ? AND key = ?", (one.kind, one.key))
            continue
        connection.execute(
            """INSERT INTO team_knowledge (kind, key, body, changed_at) VALUES (?, ?, ?, ?)
            ON CONFLICT (kind, key) DO UPDATE SET body = excluded.body, changed_at = excluded.changed_at
            WHERE json_remove(body, '$.changed_at') <> json_remove(excluded.body, '$.changed_at')""",
            (one.kind, one.key, one.body, format_time(one.changed_at or now)),
        )
    return connection.total_changes - before


def list_keys(connection: sqlite3.Connection) -> set[tuple[str, bytes]]:
    """Return the kind and key of all that is known of the team."""
    return set(connection.execute("SELECT kind, key FROM team_knowledge"))


def remove_keys(connection: sqlite3.Connection, keys: Iterable[tuple[str, bytes]]) -> int:
    """Take out what the team says no more; return how many rows there were. The caller commits."""
    before = connection.total_changes
    connection.executemany("DELETE FROM team_knowledge WHERE kind = ? AND key = ?", keys)
    return connection.total_changes - before


class PlacedLesson(NamedTuple):
    """A team's lesson, and the lesson here that says it."""

    told: TeamLesson
    lesson: bytes | None
    """None while none does."""

    def list_projects(self) -> list[str]:
        """Return the hashes of the projects in which it was seen; none where they are not told, or damaged."""
        try:
            found = json.loads(self.told.fields.get("projects", "[]"))
        except (ValueError, RecursionError):
            return []
        return [one for one in found if isinstance(one, str)] if isinstance(found, list) else []


def read_lessons(connection: sqlite3.Connection) -> list[PlacedLesson]:
    """Return the team's lessons."""
    rows = connection.execute("SELECT body, here FROM team_knowledge WHERE kind = 'lesson' ORDER BY key")
    return [PlacedLesson(_LESSON.decode(body), lesson) for body, lesson in rows]


def place_lesson(connection: sqlite3.Connection, key: bytes, lesson: bytes | None) -> None:
    """Note which lesson here says what the team's does. The caller commits."""
    connection.execute("UPDATE team_knowledge SET here = ? WHERE kind = 'lesson' AND key = ?", (lesson, key))


def list_lessons_of_team(connection: sqlite3.Connection) -> set[bytes]:
    """Return the ids of the lessons that only the team's work is the evidence of."""
    rows = connection.execute("SELECT id FROM lesson WHERE imported AND scope = 'team' AND actor = ?", (TEAM,))
    return {key for (key,) in rows}


TEAM = "team"
"""In place of the pseudonym of whose sessions a lesson was first seen in."""


def decode_evidence(body: str, *, only: bool) -> TeamEvidence:
    """Return what the team's work says of a lesson, of its stored form."""
    told = _LESSON.decode(body)
    reviews = [one.review for one in told.people]
    return TeamEvidence(
        people=len(told.people),
        seen=sum(one.seen for one in told.people),
        sessions=sum(one.sessions for one in told.people),
        kept=reviews.count("kept"),
        dismissed=reviews.count("dismissed"),
        disputed=told.state == "disputed",
        only=only,
        key=told.key,
    )


def place_facts(connection: sqlite3.Connection, hash_project: Callable[[str], str | None]) -> int:
    """Note of which projects here the team's facts are; return how many are placed anew. The caller commits.

    So a brief finds them without the team's key, which a hook's environment may lack.
    """
    before = connection.total_changes
    for (identity,) in connection.execute("SELECT identity FROM project").fetchall():
        if hashed := hash_project(identity):
            connection.execute(
                """UPDATE team_knowledge SET here = ?1
                WHERE kind = 'fact' AND body ->> '$.project_hash' = ?2 AND here IS NOT ?1""",
                (key_of_project(identity), hashed),
            )
    return connection.total_changes - before


def read_facts(connection: sqlite3.Connection, identity: str) -> list[TeamFact]:
    """Return what the team knows of a project, what most people know first."""
    rows = connection.execute(
        "SELECT body FROM team_knowledge WHERE kind = 'fact' AND here = ?", (key_of_project(identity),)
    )
    return sorted((_FACT.decode(body) for (body,) in rows), key=lambda one: (-one.people, -one.worked, one.key))


def key_of_project(identity: str) -> bytes:
    """Return 16 bytes that are equal for the same project."""
    return sha256(identity.encode()).digest()[:16]


def read_effects(connection: sqlite3.Connection) -> list[PooledEffect]:
    """Return the team's effects, by name."""
    rows = connection.execute("SELECT body FROM team_knowledge WHERE kind = 'effect' ORDER BY key")
    return [_EFFECT.decode(body) for (body,) in rows]


def drop_erased(connection: sqlite3.Connection, ids: Iterable[bytes]) -> None:
    """Take rows that a server erased out of the outbox. The caller commits."""
    connection.executemany("DELETE FROM outbox WHERE id = ?", [(one,) for one in ids])


def read_notes(connection: sqlite3.Connection, names: Sequence[str]) -> dict[str, str]:
    """Return how sending stands, by name; names without a note are left out."""
    marks = ", ".join("?" * len(names))
    return dict(connection.execute(f"SELECT name, value FROM sync_note WHERE name IN ({marks})", names).fetchall())  # noqa: S608  # question marks


def put_note(connection: sqlite3.Connection, name: str, value: str) -> None:
    """Note how sending stands. The caller commits."""
    connection.execute("INSERT OR REPLACE INTO sync_note (name, value) VALUES (?, ?)", (name, value))
