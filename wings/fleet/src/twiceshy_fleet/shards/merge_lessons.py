"""Merge the lessons of all shards: their cases are learned again, in one order, by what learns them in one store.

Which lesson a case belongs to hangs on the lessons before it, so nothing is put together from the shards' own lessons.
Cases are few beside the logs that they come from, and finding them, which is the work, is done.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from itertools import groupby, islice
from operator import attrgetter
from typing import Final

from twiceshy.archive import derived_values
from twiceshy.archive.db import Store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.lesson_rows import id_of
from twiceshy.archive.lesson_table import LESSON
from twiceshy.archive.reads import lessons as reads
from twiceshy.archive.session_cases import decode_words, join_case
from twiceshy.base.config import Config
from twiceshy.lessons.confidence import confidence_at
from twiceshy.lessons.recipes import learn_from_sessions
from twiceshy.lessons.recipes import learn_from_sessions as learning
from twiceshy.lessons.recipes.learn_from_sessions import choose_all_words
from twiceshy.lessons.recipes.lessons_file import clean_lesson
from twiceshy.lessons.recipes.machine_lessons import SeenTroubles, store_troubles
from twiceshy.privacy.outgoing import OutgoingTexts
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.attempts import TroubleCase
from twiceshy.records.exports import Cell, ColumnType, list_columns
from twiceshy.records.fleet import FleetMerge
from twiceshy.records.lessons import LessonOccurrence
from twiceshy_fleet.lake.shard_reads import ShardTables, ShownBy, insert_sessions, read_shown_by
from twiceshy_fleet.shards.merge_tables import REFUSAL, TROUBLE, TROUBLE_KIND

_AT_ONCE = 1_000
"""Sessions' proposals a transaction (guess, 2026-11-23)."""
_MOST_WORDS = 20_000
"""Words of lessons that are held decoded (guess, 2026-11-23: about 40 MB)."""
_TEXT, _INTEGER, _REAL = ColumnType.TEXT, ColumnType.INTEGER, ColumnType.REAL
_TRUTH, _TIME = ColumnType.BOOLEAN, ColumnType.TIME


def merge_lessons(config: Config, store: Store, tables: ShardTables, work: FleetMerge) -> None:
    """Learn the lessons of all shards in an empty store.

    Raises:
        StoreError: the store cannot be used.
    """
    scrubber = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    with store.begin_writing() as connection:
        insert_sessions(connection, tables.read_sessions())
    for kept in _read_batches(tables):
        learning.store_occurrences(store, config, [], kept)
    waiting = tables.read_proposals()
    while some := list(islice(waiting, _AT_ONCE)):
        proposals = [DerivedValue(session, b"", value) for session, value in some]
        with store.begin_writing() as connection:
            derived_values.put(connection, learning.KIND, proposals, learning.VERSION)
    learn_from_sessions.teach(store, learning.KIND, tables)
    choose_all_words(store, scrubber)
    troubles = store_troubles(store, config, scrubber, _read_troubles(tables))
    learning.finish_lessons(store, work.now, troubles)


def _read_batches(tables: ShardTables) -> Iterator[list[LessonOccurrence]]:
    """Yield the cases of as many sessions at once as one store learns from, where these have any."""
    words_of = lru_cache(maxsize=_MOST_WORDS)(decode_words)
    for _, some in groupby(tables.read_cases(), key=lambda case: case.place // learning.AT_ONCE):
        yield [join_case(one.session, words_of(one.words), one.case) for one in some]


def _read_troubles(tables: ShardTables) -> SeenTroubles:
    """Return what all shards say of troubles; a session that stands in two shards speaks once."""
    counts_in = tables.find_doubles()
    seen = SeenTroubles([], [])
    for shard, kind, value in tables.read_troubles():

        def counts(case: TroubleCase, shard: str = shard) -> bool:
            return counts_in.get(case.session.session, shard) == shard

        if kind == TROUBLE_KIND:
            trouble = TROUBLE.decode(value)
            seen.troubles.append(replace(trouble, cases=tuple(filter(counts, trouble.cases))))
        elif counts((refusal := REFUSAL.decode(value)).case):
            seen.refusals.append(refusal)
    return seen


LESSON_COLUMNS: Final = (
    *list_columns(id=_TEXT, slug=_TEXT, kind=_TEXT, subject=_TEXT, category=_TEXT, severity=_TEXT, description=_TEXT),
    *list_columns(root_cause=_TEXT, trigger=_TEXT, steps=_TEXT, bad=_TEXT, good=_TEXT, contexts=_TEXT, scope=_TEXT),
    *list_columns(scope_of=_TEXT, actor=_TEXT, quoted=_TRUTH, observations=_INTEGER, sessions=_INTEGER),
    *list_columns(projects=_INTEGER, warnings=_INTEGER, successes=_INTEGER, failures=_INTEGER, first_seen=_TIME),
    *list_columns(last_seen=_TIME, state=_TEXT, confidence=_REAL, models=_TEXT, agents=_TEXT, people=_INTEGER),
    *list_columns(by_team=_TEXT, by_person=_TEXT),
)
"""Of the merged lessons; ``by_team`` and ``by_person`` are JSON: name or hash to observations and sessions."""


def list_merged_lessons(config: Config, store: Store, now: datetime) -> Iterator[Sequence[Cell]]:
    """Yield every lesson with all that is known of it at a time, and in whose work it was seen, by its id.

    Its words pass the gate of exports; one that may not leave is left out.
    """
    gate = OutgoingTexts(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=config.cache)
    work = reads.read_last_work(store.connection, now)
    shown: dict[bytes, list[ShownBy]] = {}
    for one in read_shown_by(store.connection):
        shown.setdefault(one.lesson, []).append(one)
    for lesson in sorted(reads.read_lessons(store.connection), key=attrgetter("id")):
        clean = clean_lesson(lesson, gate)
        if clean is None:
            continue
        _, *columns = LESSON.pack(clean)
        by = shown.get(id_of(lesson), [])
        people = _sum_by(by, attrgetter("person"))
        yield (
            *(lesson.id, *columns, confidence_at(lesson, work), _write_sorted(lesson.models)),
            *(_write_sorted(lesson.agents), len(people), _write_sorted(_sum_by(by, attrgetter("team")))),
            _write_sorted(people),
        )


def _sum_by(shown: Sequence[ShownBy], name: Callable[[ShownBy], str]) -> dict[str, tuple[int, int]]:
    """Return observations and sessions by what names them; what nobody is named of is left out."""
    found: dict[str, tuple[int, int]] = {}
    for one in shown:
        if name(one):
            seen, sessions = found.get(name(one), (0, 0))
            found[name(one)] = seen + one.observations, sessions + one.sessions
    return found


def _write_sorted(value: Mapping[str, object]) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"))
