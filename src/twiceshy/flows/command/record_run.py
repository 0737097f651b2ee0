"""Scrub one finished run and store it, in a process of its own, never in the wrapped command's time.

Nothing is stored unscrubbed.
"""

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.config import Config, load
from twiceshy.errors import StoreBusy, TwiceshyError
from twiceshy.flows.command.run_limits import fold_logs, relearn
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.executions import Feedback
from twiceshy.run.observer import Observer
from twiceshy.run.run_record import RunCleaner, RunFacts, build_record, collect_facts
from twiceshy.run.wrapper import Run
from twiceshy.store import run_rows
from twiceshy.store.db import Store
from twiceshy.store.times import format_time

_AGAIN_S = 0.5
"""From one try to the next while others write; each try waits by itself as long as the store has patience
(seconds; guess of 2026-11-21)."""
_FOLDED = 500
"""Commands of agents' logs that are learned from beside one run (guess of 2026-11-21)."""


def record(run: Run, observer: Observer, ended: float, patience_s: float) -> str:
    """Store a run that ended at a monotonic time; return why that failed.

    The answer is empty where it was stored or was not to be stored.

    If many runs end at once, or the store is busy with an ingest, it is tried again for ``patience_s`` seconds.
    """
    facts = collect_facts(run, observer, ended)
    facts["plan"]["run_id"] = facts["plan"]["run_id"] or os.urandom(16)
    give_up = time.monotonic() + patience_s
    try:
        flags = {"home": run.plan.home or None, "telemetry.level": run.plan.telemetry or None}
        config = load(flags, os.environ, Path(facts["folder"]))
        wanted = config.enabled and config.telemetry_level != "none" and facts["reason"] != "not_started"
        while wanted:
            try:
                _store_run(config, facts, datetime.now(UTC))
                break
            except StoreBusy:
                if time.monotonic() > give_up:
                    raise
                time.sleep(_AGAIN_S)
    except (TwiceshyError, OSError) as error:
        return f"this run is not recorded: {str(error).splitlines()[0]}"
    return ""


def _store_run(config: Config, facts: RunFacts, now: datetime) -> bytes:
    """Store the run, update what is learned from its command's runs, and return the run's id."""
    with Store.open(config.home) as store:
        config.cache.mkdir(mode=0o700, exist_ok=True)
        full = config.telemetry_level == "full"
        level = RedactionLevel(config.privacy_level) if full else RedactionLevel.STRICT
        scrubber = Scrubber(load_rules(), store.salt, level, cache=config.cache)
        started = format_time(datetime.fromtimestamp(facts["started"], UTC))
        recorded = build_record(facts, RunCleaner(scrubber.text, generic=not full), store.salt, started or "")
        with store.begin_writing() as connection:
            run_rows.add(connection, recorded, now)
            if facts["was_wrong"] is not None:
                said = Feedback(false_positive=facts["was_wrong"])
                hashes = [use.pattern_hash for use in recorded.patterns]
                run_rows.give_feedback(connection, recorded.execution.execution_id, said, hashes, now)
            if recorded.past is not None:
                relearn(store, "command", recorded.execution.command_hash)
                relearn(store, "place", recorded.execution.place_hash)
        with suppress(StoreBusy):  # the run is stored; the next one folds
            fold_logs(store, _FOLDED)
        return recorded.execution.execution_id
