"""Check that everything is in place: the installation, the settings, the store, the logs.

It reads and changes nothing. A check that fails does not stop the next one: whoever asks wants all faults at once.
"""

import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from twiceshy.capture.base import Source
from twiceshy.capture.readers import READERS
from twiceshy.config import Config
from twiceshy.errors import StoreError, StoreUnwritable, TwiceshyError
from twiceshy.facts.secrets.secret_triggers import list_match_libraries
from twiceshy.flows.lessons.lesson_vectors import check as lessons_check
from twiceshy.flows.score import score_overview
from twiceshy.flows.score.run_scanners import NEEDS
from twiceshy.flows.setup.advice_health import check_advice
from twiceshy.flows.setup.hook_health import check_hooks
from twiceshy.flows.setup.outside_tools import list_tools
from twiceshy.records.upkeep import Check, Health
from twiceshy.report import health_rows as rows
from twiceshy.store.db import Store, has_store
from twiceshy.store.faults import read_faults
from twiceshy.store.guard import network_type
from twiceshy.store.integrity import check_integrity
from twiceshy.store.reads.sources import read_skipped_lines, read_states, read_totals, sqlite_version


def check(config: Config, env: Mapping[str, str], now: datetime) -> Health:
    """Run all checks. ``now`` is aware."""
    found = _find_agent_logs(env, config)
    checks = [
        rows.check_python(sys.version_info[:3]),
        rows.check_sqlite(sqlite_version()),
        rows.check_secret_engine(list_match_libraries()),
        rows.check_settings(config, env),
        *_check_folder(config.home),
    ]
    stored = rows.StoredLogs()
    with suppress(StoreUnwritable):  # said by the folder's check
        if has_store(config.home):
            store_checks, stored = _check_store(config)
            checks += store_checks
    checks += [rows.check_logs(found), *rows.check_backlog(found, stored, now)]
    checks += check_hooks(config, now)
    checks += [rows.check_tools(list_tools(config)), lessons_check(config), check_advice(config)]
    for name, reader in READERS.items():
        if retention := reader.traits.retention:
            policy = rows.DeletionPolicy(reader.title, retention.read_days(env, Path.home()), retention.setting)
            checks += rows.check_deletion(found.get(name, ()), stored, policy, now.date())
    return Health(checks=checks)


def _check_folder(home: Path) -> Iterator[Check]:
    """Check whether the data folder can be used and is a safe place."""
    fault = ""
    try:
        has_store(home)
        home.exists()
    except (StoreUnwritable, OSError) as error:
        fault = str(error)
    return rows.check_folder(home, network=network_type(home) or "", fault=fault)


def _check_store(config: Config) -> tuple[list[Check], rows.StoredLogs]:
    """Check whether the store opens and is whole, and which lines could not be read or were unknown."""
    try:
        with Store.open(config.home, readonly=True) as store:
            wrong = _find_faults(store)
            known = read_states(store.connection)
            lines = read_totals(store.connection)
            unlooked = score_overview.count_unscanned(store)
            skipped = read_skipped_lines(store.connection, rows.MOST_LISTED, ours=False)
            failed = read_skipped_lines(store.connection, rows.MOST_LISTED, ours=True)
            faults = read_faults(store.connection)
    except TwiceshyError as error:
        return [rows.problem("store", str(error), rows.DAMAGED)], rows.StoredLogs()
    checks = [rows.check_store(wrong, lines), *rows.check_scanners(unlooked.edits, unlooked.reasons, NEEDS)]
    checks += [*rows.check_lines(lines, *skipped), *rows.check_faults(*failed, faults)]
    return checks, rows.StoredLogs(known.states, known.last_read_at)


def _find_faults(store: Store) -> list[str]:
    """Return what is wrong with the store's files, in sentences.

    Raises:
        StoreError: the archive cannot be read at all.
    """
    found = check_integrity(store)
    wrong = list(found.faults)
    if found.missing_texts:
        wrong.append(f"{found.missing_texts:,} long texts that rows refer to are missing from bodies.db")
    if found.sweep_due:
        wrong.append("what was forgotten last still leaves traces; `twiceshy cleanup` takes them away")
    try:
        if store.note("salt") is not None:
            _ = store.salt
    except StoreError as error:
        wrong.append(str(error))
    return wrong


def _find_agent_logs(env: Mapping[str, str], config: Config) -> dict[str, list[Source]]:
    """Return the log files of each agent that has any, by agent."""
    found: dict[str, list[Source]] = {}
    for name, reader in READERS.items():
        if config.ingest_agents and name not in config.ingest_agents:
            continue
        files = [file for root in reader.roots(dict(env), Path.home()) for file in reader.find(root)]
        if files:
            found[name] = files
    return found
