"""Scrub one finished run and store it, in a process of its own, never in the wrapped command's time.

Nothing is stored unscrubbed.
"""

import os
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.archive import run_rows
from twiceshy.archive.db import Store
from twiceshy.archive.times import format_time
from twiceshy.base.config import Config, load
from twiceshy.base.errors import StoreBusy, TwiceshyError
from twiceshy.base.plugins import ask_for
from twiceshy.privacy.policy import RedactionLevel, load_rules
from twiceshy.privacy.scrub import Scrubber
from twiceshy.records.executions import Feedback, RunRecord
from twiceshy.run.observer import Observer
from twiceshy.run.recipes.run_limits import fold_logs, relearn
from twiceshy.run.run_record import RunCleaner, RunFacts, build_record, collect_facts
from twiceshy.run.wrapper import Run

if TYPE_CHECKING:
    from twiceshy.privacy.wire.sending_terms import SendingTerms
    from twiceshy.records.team import WireRow

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
        store = _keep_apart if config.telemetry_backend == "http" else _store_run
        while wanted:
            try:
                said = store(config, facts, datetime.now(UTC))
                return said or (_wait_until_sent(config) if run.plan.wait_telemetry else "")
            except StoreBusy:
                if time.monotonic() > give_up:
                    raise
                time.sleep(_AGAIN_S)
    except (TwiceshyError, OSError) as error:
        return f"this run is not recorded: {str(error).splitlines()[0]}"
    return ""


def _store_run(config: Config, facts: RunFacts, now: datetime) -> str:
    """Store the run, update what is learned from its command's runs, and put what leaves into the outbox.

    Return why it does not leave although it should; empty where it does or need not.
    """
    with Store.open(config.home) as store:
        terms = _find_terms(config, store.salt)
        recorded = _build_record(config, facts, store.salt, terms)
        leaving = [] if terms is None else _list_leaving(recorded, facts, terms)
        with store.begin_writing() as connection:
            run_rows.add(connection, recorded, now)
            if leaving:
                _put_leaving(store, leaving, now)
            if facts["was_wrong"] is not None:
                said = Feedback(false_positive=facts["was_wrong"])
                hashes = [use.pattern_hash for use in recorded.patterns]
                run_rows.give_feedback(connection, recorded.execution.execution_id, said, hashes, now)
                _put_feedback(store, recorded.execution.execution_id, terms, now)
            if recorded.past is not None:
                relearn(store, "command", recorded.execution.command_hash)
                relearn(store, "place", recorded.execution.place_hash)
        with suppress(StoreBusy):  # the run is stored; the next one folds
            fold_logs(store, _FOLDED)
    return _carry(config) if leaving and config.telemetry_backend == "file" else ""


def _build_record(config: Config, facts: RunFacts, salt: bytes, terms: "SendingTerms | None") -> RunRecord:
    """Return the run as it may be stored."""
    config.cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    full = config.telemetry_level == "full"
    level = RedactionLevel(config.privacy_level) if full else RedactionLevel.STRICT
    scrubber = Scrubber(load_rules(), salt, level, cache=config.cache)
    facts = {**facts, "tail": scrubber.scrub_output_of(" ".join(facts["command"]), facts["tail"])}
    started = format_time(datetime.fromtimestamp(facts["started"], UTC)) or ""
    return build_record(facts, RunCleaner(scrubber.text, generic=not full), salt, started, terms and terms.team)


# Most people have no team: what follows is imported only where one is set.


def _find_terms(config: Config, salt: bytes) -> "SendingTerms | None":
    """Return what may leave; None where nothing may."""
    if config.telemetry_backend == "local":
        return None
    from twiceshy.privacy.wire.sending_settings import find_terms  # noqa: PLC0415

    return find_terms(config, salt)


def _list_leaving(recorded: RunRecord, facts: RunFacts, terms: "SendingTerms") -> "list[WireRow]":
    """Return what leaves of the run."""
    from twiceshy.run.recipes.recorded_runs import list_leaving  # noqa: PLC0415

    return list_leaving(recorded, facts["folder"], terms)


def _put_leaving(store: Store, rows: "list[WireRow]", now: datetime) -> None:
    """Put what leaves of the run into the outbox. The caller holds the transaction."""
    from twiceshy.run.recipes.recorded_runs import put_run  # noqa: PLC0415

    put_run(store, rows, now)


def _put_feedback(store: Store, run: bytes, terms: "SendingTerms | None", now: datetime) -> None:
    """Put what was said of the run into the outbox, where it leaves. The caller holds the transaction."""
    if terms is not None:
        from twiceshy.run.recipes.recorded_runs import put_feedback  # noqa: PLC0415

        put_feedback(store, run, terms, now)


def _carry(config: Config) -> str:
    """Move what waits into a file that somebody carries; return why that failed."""
    from twiceshy.records.questions import OUTBOX  # noqa: PLC0415

    try:
        with suppress(StoreBusy):  # another process writes a file: the next run takes this one too
            ask_for(OUTBOX, "telemetry.backend = file").send_outbox(config, os.environ)
    except TwiceshyError as error:
        return f"this run is recorded, and cannot be carried yet: {str(error).splitlines()[0]}"
    return ""


def _wait_until_sent(config: Config) -> str:
    """Send what waits, where it is sent from here at all; return why it did not leave."""
    if config.telemetry_backend != "hybrid" or not config.sync_url:
        return ""
    from twiceshy.records.questions import OUTBOX  # noqa: PLC0415

    try:
        stopped = ask_for(OUTBOX, "sending").wait_until_sent(config, os.environ)
    except TwiceshyError as error:
        stopped = str(error).splitlines()[0]
    return f"this run is recorded, and waits to be sent: {stopped}" if stopped else ""


def _keep_apart(config: Config, facts: RunFacts, now: datetime) -> str:
    """Keep the run for its team's server only, and nothing of it in a store of this machine."""
    from twiceshy.run.recipes.vanishing_run import keep_apart  # noqa: PLC0415

    salt = os.urandom(32)
    terms = _find_terms(config, salt)
    if terms is not None:
        keep_apart(config, _list_leaving(_build_record(config, facts, salt, terms), facts, terms), now)
    return ""
