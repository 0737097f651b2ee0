"""Bring the lessons here in line with what a team's server told: the same life for all, and a person's word wins.

What was learned here too keeps its own words and counts, and the team's evidence stands beside them. What nobody
learned here gets a row of its own, marked as the team's. What a person muted stays silent, what a person deleted does
not come back.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from dataclasses import fields as dataclass_fields
from dataclasses import replace
from datetime import datetime

from twiceshy.account.leaving_reads import read_folder_projects
from twiceshy.archive import lesson_rows as writing
from twiceshy.archive import team_knowledge
from twiceshy.archive.db import Store
from twiceshy.archive.lesson_table import STEPS, TRIGGER
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.team_knowledge import PlacedLesson
from twiceshy.base.config import Config
from twiceshy.base.values import Scrubbed, Severity
from twiceshy.lessons.confidence import hear_team, settle_state
from twiceshy.lessons.occurrences import slug_of
from twiceshy.lessons.steps import build_steps
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.privacy.wire.wire_rows import make_row_id
from twiceshy.records.codec import DamagedValue
from twiceshy.records.lessons import Lesson, LessonKind, LessonState, PreventionStep, Trigger
from twiceshy.records.team_knowledge import TeamLesson

_ID_BYTES = 8  # of a lesson's id, by definition in the schema
_IN_JSON = frozenset({"fingerprints", "validation", "common_mistakes", "sequence"})
_PARTS = frozenset(part.name for part in dataclass_fields(Trigger))


def take_team_lessons(store: Store, config: Config, now: datetime, terms: SendingTerms | None) -> int:
    """Bring the lessons in line with what the team told; return how many differ.

    ``terms``: without the team's key nothing says which lessons are known here too, but for those of which it was found
    out before.
    """
    told = team_knowledge.read_lessons(store.connection)
    if not told and not team_knowledge.list_lessons_of_team(store.connection):
        return 0
    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    triggers = [read_trigger(one.told.fields) for one in told]
    texts = scrubber.texts(
        [text for one, trigger in zip(told, triggers, strict=True) for text in (one.told.text, trigger.rule)]
    )
    made = [
        make_lesson(*parts) for parts in zip([one.told for one in told], triggers, texts[::2], texts[1::2], strict=True)
    ]
    made = [replace(one, scope_of=of) for one, of in zip(made, _find_projects(store, told, terms), strict=True)]
    with store.begin_writing() as connection:
        before = connection.total_changes
        places = _find_places(store, told, terms)
        for one, here in zip(told, places, strict=True):
            _place(store, one, here)
        _put_rows(store, {key: new for new, key in zip(made, places, strict=True) if key == writing.id_of(new)})
        settle_team(store, now)
        if changed := connection.total_changes - before:
            team_knowledge.put_note(connection, team_knowledge.DUE, "1")
        return changed


def _find_projects(store: Store, told: Sequence[PlacedLesson], terms: SendingTerms | None) -> list[str]:
    """Return of which project here each lesson is, by its identity; empty of several, of another, or unknown.

    Without the team's key what was found out before holds.
    """
    if terms is None or terms.team is None:
        known = {lesson.id: lesson.scope_of for lesson in reads.read_lessons(store.connection)}
        return [known.get(f"l-{_id_of(one.told).hex()}", "") for one in told]
    here = {terms.hash_project(one): one for one in read_folder_projects(store.connection).values()}
    projects = (one.list_projects() for one in told)
    return [here.get(some[0], "") if len(some) == 1 else "" for some in projects]


def _place(store: Store, one: PlacedLesson, here: bytes | None) -> None:
    """Note which lesson here says what the team's does; a decision about the team's holds for one's own."""
    if here is not None and here != _id_of(one.told):
        writing.move_review(store.connection, _id_of(one.told), here)
    if here != one.lesson:
        team_knowledge.place_lesson(store.connection, one.told.key, here)


def _find_places(store: Store, told: Sequence[PlacedLesson], terms: SendingTerms | None) -> list[bytes | None]:
    """Return which lesson here says what each of the team's does; None where none shall."""
    unwanted, own = reads.read_deleted(store.connection), dict[bytes, bytes]()
    known = reads.read_keys(store.connection)
    if terms is not None and terms.team is not None:
        team = terms.team.key
        rows = team_knowledge.list_lessons_of_team(store.connection)
        own = {make_row_id(team, "lesson", key): one for key, one in known.items() if one not in rows}
        unwanted |= {make_row_id(team, "lesson", key) for key in unwanted}
    before = {one.told.key: one.lesson for one in told if one.lesson in {*known.values()}}
    return [_find_place(one.told, before | own, unwanted) for one in told]


def _find_place(told: TeamLesson, here: Mapping[bytes, bytes | None], unwanted: Collection[bytes]) -> bytes | None:
    """Return which lesson says what a lesson of the team does.

    None where a person deleted it, or where nobody learned it here and it has no words, as at the level ``counts``.
    """
    row = _id_of(told)
    place = here.get(told.key) or row
    says_nothing = place == row and not (told.text and told.subject)
    return None if says_nothing or told.key in unwanted or row in unwanted else place


def _put_rows(store: Store, wanted: Mapping[bytes, Lesson]) -> None:
    """Let there be a row for each of these lessons, and none for others that only the team told of."""
    there = team_knowledge.list_lessons_of_team(store.connection)
    known = reads.read_learned(store.connection, there)
    for key in sorted(there - wanted.keys()):
        writing.remove(store.connection, key)
    for key, lesson in wanted.items():
        old = known.get(key)
        if old is None or replace(old, state=lesson.state, warnings=0, successes=0, failures=0) != lesson:
            writing.remove(store.connection, key)
            writing.add(store.connection, lesson, imported=True)


def settle_team(store: Store, now: datetime) -> None:
    """Set the state of the lessons that the team's evidence speaks for or against. The caller holds the transaction."""
    work = reads.read_last_work(store.connection, now)
    states = {
        writing.id_of(lesson): state
        for lesson in reads.read_lessons(store.connection)
        if lesson.team is not None and lesson.state in {LessonState.SHADOW, LessonState.ACTIVE}
        if (state := settle_state(lesson, work, hear_team(lesson))) is not lesson.state
        if lesson.team.only or state is LessonState.ACTIVE
    }
    writing.set_states(store.connection, states)


def _id_of(told: TeamLesson) -> bytes:
    """Return the id of the row that says what the team's lesson does where nobody learned it here."""
    return told.key[:_ID_BYTES]


def make_lesson(told: TeamLesson, trigger: Trigger, text: Scrubbed, rule: Scrubbed) -> Lesson:
    """Return a lesson of the team as it is shown here; ``text``, ``rule``: its words, scrubbed here."""
    key = _id_of(told)
    kind = LessonKind(told.kind) if told.kind in {*LessonKind} else LessonKind.USAGE
    return Lesson(
        id=f"l-{key.hex()}",
        slug=slug_of(told.subject, told.category, key),
        kind=kind,
        subject=told.subject,
        category=told.category,
        severity=Severity.MINOR,
        description=text,
        root_cause=rule,
        trigger=trigger,
        steps=_read_steps(told.fields) or build_steps(told.subject, told.category, trigger),
        scope="team",
        actor=team_knowledge.TEAM,
        observations=sum(one.seen for one in told.people),
        sessions=sum(one.sessions for one in told.people),
        confidence=0.5,
        last_seen=told.changed_at,
        state=LessonState.ACTIVE if told.state == "promoted" else LessonState.SHADOW,
    )


def read_trigger(fields: Mapping[str, str]) -> Trigger:
    """Return the trigger that fields tell by the names of its parts; an empty one where they are damaged.

    >>> read_trigger({"parameter": "command", "common_mistakes": '["-A"]'}).common_mistakes
    ('-A',)
    """
    with suppress(ValueError):  # a part that is no JSON, or a damaged value
        parts = {
            name: json.loads(fields[name]) if name in _IN_JSON else fields[name] for name in _PARTS & fields.keys()
        }
        return TRIGGER.decode(json.dumps(parts))
    return Trigger()


def _read_steps(fields: Mapping[str, str]) -> tuple[PreventionStep, ...]:
    """Return the steps that fields tell; none where they are damaged."""
    with suppress(DamagedValue):
        return STEPS.decode(fields["steps"]) if fields.get("steps") else ()
    return ()
