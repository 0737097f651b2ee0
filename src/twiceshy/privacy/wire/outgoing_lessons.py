"""Make the row of a lesson: how often it was seen here and what a person decided, under a hash that all members share.

Its words leave at the level ``anonymous`` and above, redacted strictly, with all that makes it a rule elsewhere. Where
they are no more than what a person or a tool said, they leave only once a person here has made them their own.
"""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from twiceshy.privacy.wire.row_kinds import LEVELS
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import fit_row, limit_level
from twiceshy.records.lessons import Lesson, LessonState
from twiceshy.records.team import WireRow, WireValue

_REVIEWS = {LessonState.PROMOTED: "kept", LessonState.MUTED: "dismissed"}
"""What a person decided, by the state that it led to."""


_MOST_PROJECTS = 20
"""Projects that are named of a lesson, by their hashes (guess, 2026-11-23: from two on it speaks everywhere)."""


def make_lesson_row(
    lesson: Lesson,
    form: str,
    terms: SendingTerms,
    scrub: Callable[[str], str],
    now: datetime,
    *,
    projects: Iterable[str] = (),
) -> WireRow | None:
    """Return what may leave of a lesson; None without the team's key.

    Args:
        lesson: as it is stored.
        form: JSON of its trigger and its steps, as the store writes them.
        terms: what may leave.
        scrub: redacts a text strictly.
        now: in place of a time that is not known.
        projects: identities of those in which it was seen; their hashes leave with its words.
    """
    key = bytes.fromhex(lesson.id.partition("-")[2])
    shared = terms.hash_shared("lesson", key)
    if terms.team is None or shared is None:
        return None
    data: dict[str, WireValue] = {
        "lesson_hash": shared,
        "team_epoch": terms.team.epoch,
        "kind": lesson.kind.value,
        "state": lesson.state.value,
        "review": _REVIEWS.get(lesson.state, "none"),
        "seen": lesson.observations,
        "sessions": lesson.sessions,
        "helped": lesson.successes,
        "hurt": lesson.failures,
        "first_at": _format_time(lesson.first_seen),
        "last_at": _format_time(lesson.last_seen),
    }
    if LEVELS.index(terms.level) > 0 and may_say(lesson):
        data |= {
            "category": scrub(lesson.category),
            "subject": scrub(lesson.subject),
            "text": scrub(lesson.description),
            "trigger": json.dumps(
                _scrub_strings(json.loads(form), scrub) | _hash_projects(projects, terms), sort_keys=True
            ),
        }
    at = lesson.last_seen or lesson.first_seen or now
    row = limit_level(WireRow(kind="lesson", id=terms.make_id("lesson", key), rev=0, at=at, data=data), terms.level)
    return None if row is None else fit_row(row)


def make_vote_row(lesson: Lesson, terms: SendingTerms, now: datetime) -> WireRow | None:
    """Return what a person here says of a lesson that only others learned: a decision, or how its warnings ended.

    None where there is nothing to say. It counts nobody's mistake, and has no words: they came from the others.
    """
    review = _REVIEWS.get(lesson.state, "none")
    team = lesson.team
    if team is None or terms.team is None or (review == "none" and not lesson.successes + lesson.failures):
        return None
    data: dict[str, WireValue] = {
        "lesson_hash": team.key.hex(),
        "team_epoch": terms.team.epoch,
        "kind": lesson.kind.value,
        "state": lesson.state.value,
        "review": review,
        "seen": 0,
        "sessions": 0,
        "helped": lesson.successes,
        "hurt": lesson.failures,
    }
    row = WireRow(kind="lesson", id=terms.make_id("lesson vote", team.key), rev=0, at=now, data=data)
    return limit_level(row, terms.level)


def make_deleted_row(key: bytes, told: bytes | None, terms: SendingTerms, now: datetime) -> WireRow | None:
    """Return that a person here deleted a lesson: a word of theirs, as muting it is; None without the team's key.

    It is the next revision of the lesson's own row, and holds nothing else of it. ``told``: the hash by which a team's
    server told of it; None where it was learned here.
    """
    if terms.team is None:
        return None
    data: dict[str, WireValue] = {
        "lesson_hash": terms.hash_shared("lesson", key) if told is None else told.hex(),
        "team_epoch": terms.team.epoch,
        "state": "deleted",
        "review": "dismissed",
        "seen": 0,
        "sessions": 0,
    }
    return WireRow(kind="lesson", id=terms.make_id("lesson", key), rev=0, at=now, data=data)


def may_say(lesson: Lesson) -> bool:
    """Tell whether a lesson's words may leave at all: they are ours, or a person made them their own."""
    return not lesson.quoted or lesson.state is LessonState.PROMOTED


def _hash_projects(projects: Iterable[str], terms: SendingTerms) -> dict[str, list[str]]:
    """Return the hashes of projects as a part of a trigger; nothing where none can be known to others."""
    hashes = sorted({found for one in projects if (found := terms.hash_project(one))})
    return {"projects": hashes[:_MOST_PROJECTS]} if hashes else {}


def _scrub_strings(value: Any, scrub: Callable[[str], str]) -> Any:  # any JSON
    """Return JSON with each text in it redacted; names of fields are ours."""
    if isinstance(value, str):
        return scrub(value)
    if isinstance(value, list):
        return [_scrub_strings(one, scrub) for one in value]
    if isinstance(value, dict):
        return {name: _scrub_strings(one, scrub) for name, one in value.items()}
    return value


def _format_time(at: datetime | None) -> str | None:
    return None if at is None else at.astimezone(UTC).isoformat()
