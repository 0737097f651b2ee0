"""Show recorded runs and what is learned from them, and record people's feedback on them."""

import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from twiceshy.archive import run_rows as writing
from twiceshy.archive.db import ARCHIVE, Store
from twiceshy.archive.lock import hold_lock
from twiceshy.archive.outbox import erase_gone_runs
from twiceshy.archive.reads import runs as reading
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreBusy, UsageError
from twiceshy.commands.keys.team_keys import command_folder_key, command_key, folder_key, hash_pattern
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records import ids
from twiceshy.records.executions import Feedback, RunLine
from twiceshy.run import command_shape, limits
from twiceshy.run.auto_values import choose_patterns
from twiceshy.run.hand_over import RECORDING
from twiceshy.run.learned_limits import (
    CommandPatterns,
    CommandTiming,
    RunAnomaly,
    RunFigures,
    RunSuggestion,
    find_alarms,
    prints_new_error,
    recall_mined,
    suggest_limits,
    suggest_line,
    take_stored,
)
from twiceshy.run.pattern_mining import mine_patterns
from twiceshy.run.recipes.run_limits import fold_logs, read_elsewhere, read_past_runs, relearn

__all__ = ["CommandPatterns", "CommandTiming", "RunAnomaly", "RunSuggestion"]
LAST = "last"
"""Names the newest run of a folder where a run's id is asked for."""
_PATIENCE_S = 20.0
"""So long a run that ended is waited for until it is stored (seconds; guess of 2026-11-24: half a second is usual, and
a busy machine takes longer)."""
_LOOK_AGAIN_S = 0.05  # from one look to the next (seconds; guess of 2026-11-24)
_MOST_NAMED = 10
"""Runs that an error lists (guess of 2026-11-21)."""


def list_runs(config: Config, limit: int) -> list[RunLine]:
    """Return the newest runs."""
    with Store.open(config.home, readonly=True) as store:
        return reading.list_runs(store.connection, limit)


def summarize_runs(config: Config, limit: int) -> RunFigures:
    """Return figures by command, and how patterns did."""
    with Store.open(config.home, readonly=True) as store:
        return RunFigures(
            commands=reading.read_command_figures(store.connection, limit),
            patterns=reading.read_pattern_figures(store.connection, limit),
        )


def _find_run(store: Store, name: str, folder: str) -> RunLine:
    """Return the run with that id; ``last``: the newest one of the folder.

    Raises:
        NotFound: there is none, or several begin so.
    """
    if name == LAST:
        _wait_for_recorders(store.home)
        newest = reading.find_newest_run(store.connection, folder_key(folder, store.salt))
        if newest is None:
            raise NotFound("no run of this folder is recorded. `twiceshy runs list` shows those of all folders.")
        return newest
    start = ids.parse_prefix(name)
    if start is None or start.kind != ids.RUN:
        raise NotFound(f"{name!r} is no run's id, such as r-77d0a1c2. `twiceshy runs list` shows them.")
    found = reading.find_runs(store.connection, start, _MOST_NAMED)
    if len(found) == 1:
        return found[0]
    if not found:
        raise NotFound(f"no run's id begins with {name}. `twiceshy runs list` shows them.")
    raise NotFound(f"{name} could be {', '.join(f'{ids.RUN}-{run.uid.hex()}' for run in found)}. Give more digits.")


def _wait_for_recorders(home: Path) -> None:
    """Wait until each run that ended is stored: the one that is meant may be the newest of them.

    Raises:
        NotFound: one is not, after long enough.
    """
    give_up = time.monotonic() + _PATIENCE_S
    while True:
        try:
            with hold_lock(home, RECORDING):
                return
        except StoreBusy:
            if time.monotonic() > give_up:
                raise NotFound(
                    "a run that ended is still being recorded. Say it again in a moment, or name a run by its id: "
                    "`twiceshy runs list` shows those that are recorded."
                ) from None
            time.sleep(_LOOK_AGAIN_S)


def clear(config: Config, older_than: datetime | None) -> int:
    """Delete runs older than that and return how many; without a time all, with everything learned from them."""
    if not (config.home / ARCHIVE).exists():
        return 0
    with Store.open(config.home) as store, store.begin_writing() as connection:
        gone = writing.clear(connection, format_time(older_than))
        erase_gone_runs(connection, "cleared", datetime.now(UTC))
        return gone


def retire(store: Store, config: Config, now: datetime) -> int:
    """Delete runs that exceed the age limit or the total size limit; return how many."""
    with store.begin_writing() as connection:
        gone = writing.retire(connection, *_find_limits(config, now))
        if gone:
            erase_gone_runs(connection, "expired", now)
        return gone


def list_expired(store: Store, config: Config, now: datetime) -> list[writing.ExpiredRun]:
    """Return the runs that ``retire`` would delete."""
    return writing.list_expired(store.connection, *_find_limits(config, now))


def _find_limits(config: Config, now: datetime) -> tuple[str, int]:
    """Return from when on runs are kept, and how many bytes of them."""
    old = format_time(now - timedelta(days=config.telemetry_retention_days)) or ""
    return old, config.telemetry_max_db_size_mb * 1_000_000


def give_feedback(
    config: Config,
    name: str,
    *,
    folder: str = "",
    rating: int | None = None,
    comment: str | None = None,
    false_positive: bool | None = None,
    should_have_exited: bool | None = None,
    delay_should_be_s: float | None = None,
) -> RunLine:
    """Store people's feedback on a run and return the run with it. Repeating the same feedback changes nothing.

    ``name`` is the run's id, or ``last`` for the newest run of the folder.

    Raises:
        NotFound: there is no such run.
        UsageError: no feedback is given, or the rating is not 1 to 5.
    """
    if rating is not None and not 1 <= rating <= 5:
        raise UsageError("--rating is a number from 1 to 5.")
    if all(value is None for value in (rating, comment, false_positive, should_have_exited, delay_should_be_s)):
        raise UsageError("say something about the run: --rating, --comment, --false-positive, …")
    with Store.open(config.home) as store:
        run = _find_run(store, name, folder)
        clean = None
        if comment is not None:
            cache = config.cache if config.cache.is_dir() else None
            clean = Scrubber(load_rules(), store.salt, RedactionLevel(config.privacy_level), cache=cache).text(comment)
        said = Feedback(rating, clean, false_positive, should_have_exited, delay_should_be_s)
        command, place, patterns = reading.read_run_keys(store.connection, run.uid)
        hashes = [hash_pattern(regex, store.salt) for regex in patterns.split("\n") if regex]
        with store.begin_writing() as connection:
            writing.give_feedback(connection, run.uid, said, hashes, datetime.now(UTC))
            _put_feedback(config, store, run.uid)
            relearn(store, "command", command)
            relearn(store, "place", place)
        return _find_run(store, f"{ids.RUN}-{run.uid.hex()}", folder)


def _put_feedback(config: Config, store: Store, run: bytes) -> None:
    """Put what was said of a run into the outbox, where it leaves. The caller holds the transaction."""
    if config.telemetry_backend == "local":
        return
    from twiceshy.privacy.wire.sending_settings import find_terms  # noqa: PLC0415  # as above
    from twiceshy.run.recipes.recorded_runs import put_feedback  # noqa: PLC0415  # most have no team

    terms = find_terms(config, store.salt)
    if terms is not None:
        put_feedback(store, run, terms, datetime.now(UTC))


def suggest(config: Config, command: Sequence[str], folder: str) -> RunSuggestion:
    """Suggest a command line to paste, learned from the command's runs in this folder."""
    words = command_shape.words_of(command) if len(command) != 1 else command_shape.words_in(command[0]) or command[0]
    with Store.open(config.home) as store:
        while fold_logs(store) is not None:
            pass
        place = command_folder_key(words, _find_folder(command, folder), store.salt)
        with store.begin_writing():
            relearn(store, "place", place)
        here = reading.read_past_runs(store.connection, "place", place, limits.NEWEST)
        anywhere = reading.read_past_runs(store.connection, "command", command_key(words, store.salt), limits.NEWEST)
        elsewhere = [run for run in anywhere if run.place_hash != place]
        known = reading.read_learned_patterns(store.connection, place)
        refused = frozenset(one.pattern for one in known if one.refused)
        taken, origin, _ = choose_patterns(words, [(one.pattern, one.chosen, one.refused, one.reason) for one in known])
        mined = recall_mined(known, mine_patterns(read_past_runs(store, place), refused))
        from twiceshy.run.recipes.team_limits import list_team_limits  # noqa: PLC0415  # only here

        told = list_team_limits(config, words)
        return suggest_line(words, here, elsewhere, mined, starting=taken if origin == "starting" else (), team=told)


def _find_folder(command: Sequence[str], folder: str) -> str:
    """Return where a command, as words or as one line, does its work."""
    line = command[0] if len(command) == 1 else ""
    return (command_shape.find_folder(line, folder) if line else "") or command_shape.folder_of(command, folder)


def list_patterns(config: Config, limit: int) -> list[CommandPatterns]:
    """Return what is learned about each command's output, the most frequently run commands first."""
    with Store.open(config.home, readonly=True) as store:
        found = [
            CommandPatterns(
                command=name, folder=folder, patterns=reading.read_learned_patterns(store.connection, place)
            )
            for place, _, name, folder in reading.read_places(store.connection, limit)
        ]
    return [one for one in found if one.patterns]


def list_timings(config: Config, limit: int) -> list[CommandTiming]:
    """Return the durations and limits of each command, the most frequently run commands first."""
    with Store.open(config.home, readonly=True) as store:
        return [_read_timing(store, place, name) for place, _, name, _ in reading.read_places(store.connection, limit)]


def _read_timing(store: Store, place: bytes, name: str) -> CommandTiming:
    """Return the durations of one command in this folder, with the limits that ``auto`` takes."""
    here = reading.read_past_runs(store.connection, "place", place, limits.NEWEST)
    delay = reading.read_learned_delay(store.connection, place)
    stored = reading.read_place_limits(store.connection, place)
    return CommandTiming(
        command=name,
        runs=len(here),
        limits=[take_stored(one, stored) for one in suggest_limits(here, read_elsewhere(store, here))],
        delay_s=None if delay is None else delay[0],
        delay_reason="" if delay is None else delay[1],
    )


def _prints_new_error(store: Store, run: bytes) -> bool:
    """Tell whether a run printed what no good run of its command prints; True where its lines are not kept."""
    kept = reading.read_lines_of_run(store.connection, run)
    return kept is None or prints_new_error(*kept)


def list_anomalies(config: Config, limit: int) -> list[RunAnomaly]:
    """Return runs that differ from their own command's past, newest first; none that a person called a false alarm."""
    found = []
    with Store.open(config.home, readonly=True) as store:
        stored = reading.read_undisputed_ids(store.connection)
        for key, command in reading.read_command_names(store.connection).items():
            past = reading.read_past_runs(store.connection, "command", key, limits.NEWEST * 2)
            own = [run for run in past if run.origin == "run"]
            for at in range(len(own)):
                if own[at].uid in stored:
                    alarms = find_alarms(own[:at], own[at])
                    found += [
                        replace(alarm, command=command)
                        for alarm in alarms
                        if alarm.what != "error" or _prints_new_error(store, own[at].uid)
                    ]
    return sorted(found, key=lambda alarm: alarm.at, reverse=True)[:limit]
