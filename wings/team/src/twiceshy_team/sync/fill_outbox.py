"""Put into the outbox what is new since the last time: sessions, lessons, trials, effects and facts.

Runs put themselves there when they are recorded; those that found it full are made here from the store, once there is
room. Each step may be killed anywhere: what was put is marked in the same transaction, and the next time goes on.

Where the team's key was known and is not now, nothing but runs is put: without it rows would lose their groups, and a
shell that lacks a variable would undo what another one did.
"""

import json
from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import islice

from twiceshy.account import leaving_reads as leaving
from twiceshy.advice.trial_effect import select_cases
from twiceshy.archive import outbox
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.derived_values import DerivedValue
from twiceshy.archive.derived_values import put as put_derived
from twiceshy.archive.kept_facts import read_all_kept
from twiceshy.archive.lesson_rows import id_of
from twiceshy.archive.lesson_table import LESSON
from twiceshy.archive.observations import read_observations
from twiceshy.archive.outbox import end_lost_runs, erase_missing, list_lost_runs
from twiceshy.archive.reads.lessons import read_deleted, read_lessons, read_places
from twiceshy.archive.reads.rules import read_drawn_cases
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.values import Scope
from twiceshy.commands.keys.team_keys import folder_key
from twiceshy.judgement.outcomes.correlate import is_asked
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.privacy.wire.outgoing_evidence import make_effect_rows, make_fact_rows, make_trial_rows
from twiceshy.privacy.wire.outgoing_lessons import make_deleted_row, make_lesson_row, make_vote_row
from twiceshy.privacy.wire.outgoing_runs import make_run_rows
from twiceshy.privacy.wire.sending_settings import find_terms
from twiceshy.privacy.wire.sending_terms import SendingTerms
from twiceshy.records.lessons import Lesson
from twiceshy.records.team import StoredRun, WireRow
from twiceshy.run.recipes.recorded_runs import put_feedback, put_stored_run
from twiceshy_team.outgoing_sessions import make_session_row

_SESSIONS = "team-session"
"""Kind of ``derived``: which sessions were put, and as they were then."""
_VERSION = 1
_AT_ONCE = 200
"""Sessions, or rows, of one transaction (guess, 2026-11-23: a run that is recorded waits some 50 ms for it)."""
_ROOM = 0.9
"""Share of the bound below which a full outbox takes runs again (guess, 2026-11-23)."""
_LONGEST_RUN = timedelta(days=7)
"""A run that ended when the outbox was full began at most so long before (guess, 2026-11-23)."""
_LESSON_BYTES = 8  # of a lesson's id, by definition in the schema; of one that a server told they begin its hash
_KEYED = ("lesson", "trial", "fact")
"""Kinds that are made with the team's key only."""


def fill_outbox(config: Config, now: datetime, pause: Callable[[], None] = lambda: None) -> int:
    """Put what is new into the outbox, as far as the settings let it leave; return how many rows.

    ``pause`` is called between groups and may raise to end it; what was put stays.

    Raises:
        StoreError: the data folder cannot be used.
    """
    if config.telemetry_backend == "local" or not has_store(config.home):
        return 0
    with Store.open(config.home) as store:
        terms = find_terms(config, store.salt)
        if terms is None:
            return 0
        put = _keep_room(store, terms, config.sync_max_outbox_mb << 20, now, pause)
        if terms.team is None and _had_key(store):
            return put
        put += _put_lost(store, terms, config.sync_max_outbox_mb << 20, now, pause)
        put += _put_sessions(store, terms, now, pause)
        scrubber = Scrubber(load_rules(), store.salt, RedactionLevel.STRICT, cache=config.cache)
        for kind, rows in _list_kinds(store, terms, scrubber.text, now):
            pause()
            put += _put_kind(store, kind, rows, now, pause)
        return put


def _had_key(store: Store) -> bool:
    """Tell whether rows were put that are made with the team's key only."""
    marks = ", ".join("?" * len(_KEYED))
    row = store.connection.execute(f"SELECT 1 FROM outbox_mark WHERE kind IN ({marks}) LIMIT 1", _KEYED).fetchone()  # noqa: S608  # question marks
    return row is not None


def _keep_room(store: Store, terms: SendingTerms, most: int, now: datetime, pause: Callable[[], None]) -> int:
    """Keep the outbox within its bound; put runs that found it full once there is room, and return how many rows."""
    with store.begin_writing() as connection:
        outbox.bound_size(connection, most)
        since = outbox.read_full_since(connection)
        size = outbox.measure_size(connection)
        if since is None and size > most:
            outbox.note_full(connection, now)
    if since is None or size > most * _ROOM:
        return 0
    put, done = _put_runs(store, terms, now, pause, most=most, since=format_time(since - _LONGEST_RUN) or "")
    if done:
        with store.begin_writing() as connection:
            outbox.note_full(connection, None)
    return put


def _put_lost(store: Store, terms: SendingTerms, most: int, now: datetime, pause: Callable[[], None]) -> int:
    """Put runs again that a server had and lost; return how many rows."""
    lost = list_lost_runs(store.connection)
    if not lost or outbox.measure_size(store.connection) > most * _ROOM:
        return 0
    put, done = _put_runs(store, terms, now, pause, most=most, only=lost)
    if done:
        with store.begin_writing() as connection:
            end_lost_runs(connection)
    return put


def _put_runs(  # from where, which, and how many
    store: Store,
    terms: SendingTerms,
    now: datetime,
    pause: Callable[[], None],
    *,
    most: int,
    since: str = "",
    only: Collection[bytes] | None = None,
) -> tuple[int, bool]:
    """Put stored runs until the outbox has ``most`` bytes; return how many rows, and whether those were all."""
    folders = {folder_key(cwd, store.salt): one for cwd, one in leaving.read_folder_projects(store.connection).items()}
    place, put = (since, b""), 0
    while True:
        pause()
        with store.begin_writing() as connection:
            runs = leaving.read_stored_runs(connection, *place, _AT_ONCE)
            chosen = [run for run in runs if only is None or run.execution.execution_id in only]
            put += sum(_put_again(store, run, terms, folders, now) for run in chosen)
            if outbox.measure_size(connection) > most:
                return put, False
        if len(runs) < _AT_ONCE:
            return put, True
        place = (runs[-1].execution.timestamp, runs[-1].execution.execution_id)


def _put_again(
    store: Store,
    run: StoredRun,
    terms: SendingTerms,
    folders: dict[bytes, str],
    now: datetime,
) -> int:
    """Put a stored run that was not put when it was recorded, with what was said of it."""
    project = folders.get(run.execution.folder_hash or b"")
    rows = make_run_rows(run.execution, run.matches, run.samples, terms, project)
    put = put_stored_run(store, rows, now)
    return put and put + put_feedback(store, run.execution.execution_id, terms, now)


def _put_sessions(store: Store, terms: SendingTerms, now: datetime, pause: Callable[[], None]) -> int:
    """Put sessions that are new or went on, the newest first; return how many rows."""
    epoch = "" if terms.team is None else terms.team.epoch
    basis = f"{terms.level} {epoch}".encode()
    hashes = {uid: seen + basis for uid, seen in leaving.hash_sessions(store.connection).items()}
    stale = store.find_stale(_SESSIONS, hashes, _VERSION)
    put = 0
    for start in range(0, len(stale), _AT_ONCE):
        pause()
        some = stale[start : start + _AT_ONCE]
        with store.begin_writing() as connection:
            made = (make_session_row(one, terms) for one in leaving.read_sums(connection, some))
            put += outbox.put_changes(connection, [row for row in made if row is not None], now)
            put_derived(connection, _SESSIONS, [DerivedValue(uid, hashes[uid], b"1") for uid in some], _VERSION)
    return put


def _list_kinds(
    store: Store, terms: SendingTerms, scrub: Callable[[str], str], now: datetime
) -> Iterator[tuple[str, Iterable[WireRow]]]:
    """Yield each kind of which all rows are made anew, with these rows."""
    connection = store.connection
    yield "effect", make_effect_rows(read_observations(store, Scope()), is_asked, terms, now)
    if terms.team is None:
        return
    yield "lesson", _list_lessons(store, terms, scrub, now)
    cases = select_cases(read_drawn_cases(connection))
    yield "trial", make_trial_rows(cases, leaving.read_rule_kinds(connection), terms, now)
    kept = read_all_kept(connection)
    if kept:  # after forgetting none is kept until the next `learn` finds them again
        yield (
            "fact",
            (row for one in kept for row in make_fact_rows(one.identity, one.facts, terms, scrub, now)),
        )


def _list_lessons(store: Store, terms: SendingTerms, scrub: Callable[[str], str], now: datetime) -> Iterator[WireRow]:
    """Yield the rows of lessons that were learned here; of what came from a team only what a person says of it.

    What a person deleted is told as dismissed: it is not here any more to say so itself.

    What came from elsewhere is nobody's evidence here.
    """
    imported = leaving.read_imported(store.connection)
    for lesson in read_lessons(store.connection):
        row = None
        if id_of(lesson) not in imported:
            seen_in = {place.project for place in read_places(store.connection, id_of(lesson))}
            row = make_lesson_row(lesson, _write_form(lesson), terms, scrub, now, projects=seen_in)
        elif lesson.team is not None and lesson.team.only:
            row = make_vote_row(lesson, terms, now)
        if row is not None:
            yield row
    told = {key[:_LESSON_BYTES]: key for key in leaving.read_told_lessons(store.connection)}
    for key in sorted(read_deleted(store.connection)):
        row = make_deleted_row(key, told.get(key), terms, now)
        if row is not None:
            yield row


def _write_form(lesson: Lesson) -> str:
    """Return JSON of what makes a lesson a rule: the parts of its trigger by their names, and its steps."""
    trigger, steps = LESSON.forms["trigger"].pack(lesson.trigger), LESSON.forms["steps"].pack(lesson.steps)
    return json.dumps(json.loads(trigger) | ({"steps": json.loads(steps)} if lesson.steps else {}))


def _put_kind(store: Store, kind: str, rows: Iterable[WireRow], now: datetime, pause: Callable[[], None]) -> int:
    """Put what changed of a kind, and tombstones for what is not there any more; return how many rows."""
    put, present = 0, []
    waiting = iter(rows)
    while some := list(islice(waiting, _AT_ONCE)):
        pause()
        present += [row.id for row in some]
        with store.begin_writing() as connection:
            put += outbox.put_changes(connection, some, now)
    with store.begin_writing() as connection:
        return put + erase_missing(connection, kind, present, "gone", now)
