"""Check that everything is in place: the installation, the settings, the store, the logs.

It reads and changes nothing. A check that fails does not stop the next one: whoever asks wants all faults at once.
"""

import os
import stat
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture.base import Source
from twiceshy.capture.readers import READERS
from twiceshy.config import OTHER_VARIABLES, PREFIX, SETTINGS, Config, variable_of
from twiceshy.errors import StoreError, StoreUnwritable, TwiceshyError
from twiceshy.facts.secrets.secret_triggers import list_match_libraries
from twiceshy.flows.lessons.lesson_vectors import check as lessons_check
from twiceshy.flows.score import score_overview
from twiceshy.flows.score.run_scanners import NEEDS
from twiceshy.flows.score.score_overview import UnscannedEdits
from twiceshy.flows.setup.advice_health import check_advice
from twiceshy.flows.setup.hook_health import check_hooks
from twiceshy.flows.setup.outside_tools import check as tools_check
from twiceshy.records.upkeep import Check, CheckState, Health
from twiceshy.store.db import Store, has_store
from twiceshy.store.guard import network_type
from twiceshy.store.integrity import check_integrity
from twiceshy.store.reads.sources import read_skipped_lines, read_states, read_totals, sqlite_version

_OLDEST_PYTHON = (3, 11)
_OLDEST_SQLITE = (3, 37, 0)
_MOST_LISTED = 10
_SOON_DAYS = 7
"""Logs that vanish within so many days are worth a word (guess: a week's holiday)."""


_WHY = {"missing": "was missing", "failed": "crashed", "timeout": "ran out of time"}
_DAMAGED = "See docs/troubleshooting.md; the agents' own logs are untouched."


class StoredLogs(NamedTuple):
    """What the store knows of the log files."""

    files: frozenset[tuple[str, int, int]] = frozenset()
    """Agent, size and modification time (ns) of each file when it was read: equal ones were not changed since."""
    last_read_at: datetime | None = None


def check(config: Config, env: Mapping[str, str], now: datetime) -> Health:
    """Run all checks. ``now`` is aware."""
    found = _find_agent_logs(env, config)
    checks = [
        check_python(sys.version_info[:3]),
        check_sqlite(sqlite_version()),
        check_secret_engine(list_match_libraries()),
        check_settings(config, env),
        *check_folder(config.home),
    ]
    stored = StoredLogs()
    with suppress(StoreUnwritable):  # said by the folder's check
        if has_store(config.home):
            store_checks, stored = _check_store(config)
            checks += store_checks
    checks += [_check_logs(found), *check_backlog(found, stored, now)]
    checks += check_hooks(config, now)
    checks += [tools_check(config), lessons_check(config), check_advice(config)]
    for name, reader in READERS.items():
        if retention := reader.traits.retention:
            days = retention.read_days(env, Path.home())
            checks += check_deletion(name, found.get(name, ()), stored, days, now.date())
    return Health(checks=checks)


def check_python(version: Sequence[int]) -> Check:
    """Check whether this Python is new enough."""
    words = ".".join(map(str, version))
    if tuple(version[:2]) < _OLDEST_PYTHON:
        return _problem("Python", words, "Install Python 3.11 or newer, and twiceshy with it.")
    return _ok("Python", words)


def check_sqlite(version: Sequence[int]) -> Check:
    """Check whether SQLite knows STRICT tables."""
    words = ".".join(map(str, version))
    if tuple(version) < _OLDEST_SQLITE:
        return _problem(
            "SQLite", words, "A Python that brings SQLite 3.37 or newer is needed, from python.org or by uv."
        )
    return _ok("SQLite", words)


def check_secret_engine(engines: Sequence[str]) -> Check:
    """Check which library finds secrets."""
    if engines[0] == "hyperscan":
        return _ok("redaction", f"hyperscan; {', '.join(engines[1:])} for audits")
    return Check(
        name="redaction",
        state=CheckState.NOTE,
        words=f"{engines[0]}, without hyperscan: the same secrets are found, about three times slower",
        advice="On Linux and macOS `pip install hyperscan` makes reading faster.",
    )


def check_settings(config: Config, env: Mapping[str, str]) -> Check:
    """Check which settings files are used, and whether a variable of ours is unknown."""
    meant = {variable_of(key) for key in SETTINGS} | OTHER_VARIABLES
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in meant)
    if unknown:
        return _problem("settings", f"no setting: {', '.join(unknown)}", "`twiceshy config list` has those there are.")
    files = [str(path) for path in (config.user_file, config.project_file) if path and path.exists()]
    words = ", ".join(files) or "defaults"
    if not config.enabled:
        words += f"; collecting is switched off ({config.origins['enabled']})"
        return Check(name="settings", state=CheckState.NOTE, words=words, advice="twiceshy config set enabled true")
    return _ok("settings", words)


def check_folder(home: Path) -> Iterator[Check]:
    """Check whether the data folder is a safe place."""
    if kind := network_type(home):
        words = f"{home} lies on {kind}, where SQLite's locks cannot be trusted"
        yield _problem("data folder", words, "Point TWICESHY_HOME at a folder on a local disk.")
    try:
        has_store(home)
        if not home.exists():
            words = f"{home} is not there yet"
            yield Check(name="data folder", state=CheckState.NOTE, words=words, advice="twiceshy ingest")
            return
    except (StoreUnwritable, OSError) as error:
        yield _problem("data folder", str(error), "Point TWICESHY_HOME at a folder of your own.")
        return
    open_to_others = [path for path in (home, *sorted(home.rglob("*"))) if _is_open_to_others(path)]
    if open_to_others and os.name != "nt":
        words = f"others may read {open_to_others[0]}"
        if len(open_to_others) > 1:
            words += f" and {len(open_to_others) - 1} more"
        yield _problem("data folder", words, f"chmod -R go= {home}")
    elif not os.access(home, os.W_OK | os.X_OK):
        yield _problem("data folder", f"{home} cannot be written to", f"chmod u+rwx {home}")
    else:
        yield _ok("data folder", str(home))


def _is_open_to_others(path: Path) -> bool:
    """Tell whether anybody but the owner has any right; a link's own rights do not count."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & 0o077)


def _check_store(config: Config) -> tuple[list[Check], StoredLogs]:
    """Check whether the store opens and is whole, and which lines could not be read or were unknown."""
    try:
        with Store.open(config.home, readonly=True) as store:
            wrong = _find_faults(store)
            known = read_states(store.connection)
            lines = read_totals(store.connection)
            unlooked = score_overview.count_unscanned(store)
            skipped, _ = read_skipped_lines(store.connection, _MOST_LISTED)
    except TwiceshyError as error:
        return [_problem("store", str(error), _DAMAGED)], StoredLogs()
    if wrong:
        checks = [_problem("store", "\n".join(["not whole:", *wrong]), _DAMAGED)]
    else:
        checks = [_ok("store", f"whole; {lines.files:,} files with {lines.lines:,} lines were read")]
    checks += check_scanners(unlooked)
    if lines.skipped:
        named = [f"{name} at byte {line.offset:,}: {line.reason}" for name, _, line in skipped]
        words = "\n".join([f"{lines.skipped:,} lines could not be read; the rest of their files was", *named])
        checks.append(
            Check(name="skipped", state=CheckState.NOTE, words=words, advice="Please report what looks whole.")
        )
    if lines.unknown:
        named = [f"{count:,} {kind}" for kind, count in list(lines.unknown.items())[:_MOST_LISTED]]
        words = f"lines of types this version does not know were kept: {', '.join(named)}"
        checks.append(
            Check(name="unknown", state=CheckState.NOTE, words=words, advice="A newer twiceshy may know them.")
        )
    return checks, StoredLogs(files=known.states, last_read_at=known.last_read_at)


def check_scanners(found: UnscannedEdits) -> Iterator[Check]:
    """Check whether the scanners ran when edits were scored: an edit that one did not scan is not clean."""
    if not found.edits:
        return
    if not found.reasons:
        yield _ok("scanners", f"all answered, for {found.edits:,} edits")
        return
    told = [f"{scanner} {_WHY[reason]} for {count:,}" for (scanner, reason), count in found.reasons]
    words = f"of {found.edits:,} edits some were not looked at by all: {', '.join(told)}; that is unknown, not clean"
    missing = sorted({NEEDS[scanner] for (scanner, reason), _ in found.reasons if reason == "missing"})
    advice = "".join(f"twiceshy tools install {tool}; " for tool in missing) + "twiceshy score looks again"
    yield Check(name="scanners", state=CheckState.NOTE, words=words, advice=advice)


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


def _check_logs(found: Mapping[str, Sequence[Source]]) -> Check:
    """Check which agents left logs, and how much."""
    if not found:
        words = "no agent's logs were found in the usual places"
        return Check(
            name="logs", state=CheckState.NOTE, words=words, advice="twiceshy ingest PATH reads them from anywhere."
        )
    named = [
        f"{name}: {len(files):,} files, {sum(file.size for file in files) / 1e6:,.1f} MB"
        for name, files in found.items()
    ]
    return _ok("logs", "; ".join(named))


def check_backlog(found: Mapping[str, Sequence[Source]], stored: StoredLogs, now: datetime) -> Iterator[Check]:
    """Check when logs were last read, and how many have changed since."""
    if stored.last_read_at is not None:
        days = (now - stored.last_read_at).days
        yield _ok("last ingest", f"{stored.last_read_at:%Y-%m-%d %H:%M} UTC, {days} days ago")
    waiting = _find_unread(found, stored)
    if waiting:
        megabytes = sum(file.size for file in waiting) / 1e6
        words = f"{len(waiting):,} files are new or changed since ({megabytes:,.1f} MB)"
        yield Check(name="backlog", state=CheckState.NOTE, words=words, advice="twiceshy ingest")


def _find_unread(found: Mapping[str, Sequence[Source]], stored: StoredLogs) -> list[Source]:
    """Return the files that are not stored as they are now."""
    return [
        file for files in found.values() for file in files if (file.agent, file.size, file.mtime_ns) not in stored.files
    ]


def check_deletion(agent: str, files: Sequence[Source], stored: StoredLogs, days: int, today: date) -> Iterator[Check]:
    """Check whether an agent that deletes its logs will soon delete some that are not stored, and when."""
    reader = READERS[agent]
    if not files or reader.traits.retention is None:
        return
    words = f"{reader.title} deletes logs after {days} days without use ({reader.traits.retention.setting})"
    waiting = _find_unread({agent: files}, stored)
    if not waiting:
        yield _ok("deletion", f"{words}; all of them are stored here")
        return
    oldest = min(waiting, key=lambda file: file.mtime_ns)
    goes = datetime.fromtimestamp(oldest.mtime_ns / 1e9, UTC).date() + timedelta(days=days)
    gone = "may go at its next start" if goes <= today else f"goes on {goes:%Y-%m-%d}"
    state = CheckState.PROBLEM if goes <= today + timedelta(days=_SOON_DAYS) else CheckState.NOTE
    yield Check(
        name="deletion",
        state=state,
        words=f"{words}; the oldest that is not stored {gone}",
        advice="twiceshy ingest keeps what is in them",
    )


def _ok(name: str, words: str) -> Check:
    """Return a check with a good result."""
    return Check(name=name, state=CheckState.OK, words=words)


def _problem(name: str, words: str, advice: str) -> Check:
    """Return a check that found a problem."""
    return Check(name=name, state=CheckState.PROBLEM, words=words, advice=advice)
