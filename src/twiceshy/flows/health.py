"""Is everything in its place: the installation, the settings, the store, the logs.

Looks and changes nothing. A check that fails does not stop the next one: whoever asks wants all that is wrong at once.
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
from twiceshy.capture.claude_code.deletion import deletes_after_days
from twiceshy.capture.readers import READERS
from twiceshy.config import OTHER_VARIABLES, PREFIX, SETTINGS, Config, variable
from twiceshy.errors import StoreError, StoreUnwritable, TwiceshyError
from twiceshy.facts.secrets_engines import available
from twiceshy.flows import score_look
from twiceshy.flows.advice_health import advice_check
from twiceshy.flows.hook_health import hook_checks
from twiceshy.flows.lesson_vectors import check as lessons_check
from twiceshy.flows.scanning import NEEDS
from twiceshy.flows.score_look import Unlooked
from twiceshy.flows.tools import check as tools_check
from twiceshy.records.health import Check, Health, State
from twiceshy.store.db import Store, begun
from twiceshy.store.guard import network_type
from twiceshy.store.integrity import integrity
from twiceshy.store.reads.sources import known_sources, skipped_lines, sqlite_version, totals

OLDEST_PYTHON = (3, 11)
OLDEST_SQLITE = (3, 37, 0)
MOST_LISTED = 10
DELETES_ITS_LOGS = "claude-code"
SOON_DAYS = 7
"""Logs that vanish within so many days are worth a word (guess: a week's holiday)."""


WHY = {"missing": "was missing", "failed": "crashed", "timeout": "ran out of time"}
DAMAGED = "See docs/troubleshooting.md; the agents' own logs are untouched."


class Stored(NamedTuple):
    """What the store knows of the log files."""

    files: frozenset[tuple[str, int, int]] = frozenset()
    """Agent, size and modification time (ns) of each file when it was read: equal ones were not changed since."""
    last_read_at: datetime | None = None


def check(config: Config, env: Mapping[str, str], now: datetime) -> Health:
    """All checks. ``now`` is aware."""
    found = agent_logs(env, config)
    checks = [
        python_check(sys.version_info[:3]),
        sqlite_check(sqlite_version()),
        engine_check(available()),
        settings_check(config, env),
        *folder_checks(config.home),
    ]
    stored = Stored()
    with suppress(StoreUnwritable):  # said by the folder's check
        if begun(config.home):
            store_checks, stored = look_into_store(config)
            checks += store_checks
    checks += [logs_check(found), *backlog_checks(found, stored, now)]
    checks += hook_checks(config, now)
    checks += [tools_check(config), lessons_check(config), advice_check(config)]
    checks += deletion_checks(found, stored, deletes_after_days(env, Path.home()), now.date())
    return Health(checks=checks)


def python_check(version: Sequence[int]) -> Check:
    """Whether this Python is new enough."""
    words = ".".join(map(str, version))
    if tuple(version[:2]) < OLDEST_PYTHON:
        return problem("Python", words, "Install Python 3.11 or newer, and twiceshy with it.")
    return ok("Python", words)


def sqlite_check(version: Sequence[int]) -> Check:
    """Whether SQLite knows STRICT tables."""
    words = ".".join(map(str, version))
    if tuple(version) < OLDEST_SQLITE:
        return problem(
            "SQLite", words, "A Python that brings SQLite 3.37 or newer is needed, from python.org or by uv."
        )
    return ok("SQLite", words)


def engine_check(engines: Sequence[str]) -> Check:
    """Which engine finds secrets."""
    if engines[0] == "hyperscan":
        return ok("redaction", f"hyperscan; {', '.join(engines[1:])} for audits")
    return Check(
        name="redaction",
        state=State.NOTE,
        words=f"{engines[0]}, without hyperscan: the same secrets are found, about three times slower",
        advice="On Linux and macOS `pip install hyperscan` makes reading faster.",
    )


def settings_check(config: Config, env: Mapping[str, str]) -> Check:
    """Which files hold, and whether a variable of ours means nothing."""
    meant = {variable(key) for key in SETTINGS} | OTHER_VARIABLES
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in meant)
    if unknown:
        return problem("settings", f"no setting: {', '.join(unknown)}", "`twiceshy config list` has those there are.")
    files = [str(path) for path in (config.user_file, config.project_file) if path and path.exists()]
    words = ", ".join(files) or "defaults"
    if not config.enabled:
        words += f"; collecting is switched off ({config.origins['enabled']})"
        return Check(name="settings", state=State.NOTE, words=words, advice="twiceshy config set enabled true")
    return ok("settings", words)


def folder_checks(home: Path) -> Iterator[Check]:
    """Whether the data folder is a safe place."""
    if kind := network_type(home):
        words = f"{home} lies on {kind}, where SQLite's locks cannot be trusted"
        yield problem("data folder", words, "Point TWICESHY_HOME at a folder on a local disk.")
    try:
        begun(home)
        if not home.exists():
            words = f"{home} is not there yet"
            yield Check(name="data folder", state=State.NOTE, words=words, advice="twiceshy ingest")
            return
    except (StoreUnwritable, OSError) as error:
        yield problem("data folder", str(error), "Point TWICESHY_HOME at a folder of your own.")
        return
    open_to_others = [path for path in (home, *sorted(home.rglob("*"))) if others_may_enter(path)]
    if open_to_others and os.name != "nt":
        words = f"others may read {open_to_others[0]}"
        if len(open_to_others) > 1:
            words += f" and {len(open_to_others) - 1} more"
        yield problem("data folder", words, f"chmod -R go= {home}")
    elif not os.access(home, os.W_OK | os.X_OK):
        yield problem("data folder", f"{home} cannot be written to", f"chmod u+rwx {home}")
    else:
        yield ok("data folder", str(home))


def others_may_enter(path: Path) -> bool:
    """Whether anybody but the owner has any right; a link's own rights mean nothing."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & 0o077)


def look_into_store(config: Config) -> tuple[list[Check], Stored]:
    """Whether the store opens, is whole, and what it says about what was read."""
    try:
        with Store.open(config.home, readonly=True) as store:
            wrong = faults(store)
            known = known_sources(store.connection)
            lines = totals(store.connection)
            unlooked = score_look.unlooked(store)
            skipped, _ = skipped_lines(store.connection, MOST_LISTED)
    except TwiceshyError as error:
        return [problem("store", str(error), DAMAGED)], Stored()
    if wrong:
        checks = [problem("store", "\n".join(["not whole:", *wrong]), DAMAGED)]
    else:
        checks = [ok("store", f"whole; {lines.files:,} files with {lines.lines:,} lines were read")]
    checks += scanner_checks(unlooked)
    if lines.skipped:
        named = [f"{name} at byte {line.offset:,}: {line.reason}" for name, _, line in skipped]
        words = "\n".join([f"{lines.skipped:,} lines could not be read; the rest of their files was", *named])
        checks.append(Check(name="skipped", state=State.NOTE, words=words, advice="Please report what looks whole."))
    if lines.unknown:
        named = [f"{count:,} {kind}" for kind, count in list(lines.unknown.items())[:MOST_LISTED]]
        words = f"lines of types this version does not know were kept: {', '.join(named)}"
        checks.append(Check(name="unknown", state=State.NOTE, words=words, advice="A newer twiceshy may know them."))
    return checks, Stored(files=known.states, last_read_at=known.last_read_at)


def scanner_checks(found: Unlooked) -> Iterator[Check]:
    """Whether the scanners answered when edits were scored: what one did not look at is not clean."""
    if not found.edits:
        return
    if not found.reasons:
        yield ok("scanners", f"all answered, for {found.edits:,} edits")
        return
    told = [f"{scanner} {WHY[reason]} for {count:,}" for (scanner, reason), count in found.reasons]
    words = f"of {found.edits:,} edits some were not looked at by all: {', '.join(told)}; that is unknown, not clean"
    missing = sorted({NEEDS[scanner] for (scanner, reason), _ in found.reasons if reason == "missing"})
    advice = "".join(f"twiceshy tools install {tool}; " for tool in missing) + "twiceshy score looks again"
    yield Check(name="scanners", state=State.NOTE, words=words, advice=advice)


def faults(store: Store) -> list[str]:
    """What is wrong with the store's files, in sentences.

    Raises:
        StoreError: the archive cannot be read at all.
    """
    found = integrity(store)
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


def agent_logs(env: Mapping[str, str], config: Config) -> dict[str, list[Source]]:
    """The log files of each agent that has any, by agent."""
    found: dict[str, list[Source]] = {}
    for name, reader in READERS.items():
        if config.ingest_agents and name not in config.ingest_agents:
            continue
        files = [file for root in reader.roots(dict(env), Path.home()) for file in reader.find(root)]
        if files:
            found[name] = files
    return found


def logs_check(found: Mapping[str, Sequence[Source]]) -> Check:
    """Which agents left logs, and how much."""
    if not found:
        words = "no agent's logs were found in the usual places"
        return Check(
            name="logs", state=State.NOTE, words=words, advice="twiceshy ingest PATH reads them from anywhere."
        )
    named = [
        f"{name}: {len(files):,} files, {sum(file.size for file in files) / 1e6:,.1f} MB"
        for name, files in found.items()
    ]
    return ok("logs", "; ".join(named))


def backlog_checks(found: Mapping[str, Sequence[Source]], stored: Stored, now: datetime) -> Iterator[Check]:
    """When logs were last read, and how many changed since."""
    if stored.last_read_at is not None:
        days = (now - stored.last_read_at).days
        yield ok("last ingest", f"{stored.last_read_at:%Y-%m-%d %H:%M} UTC, {days} days ago")
    waiting = unread(found, stored)
    if waiting:
        megabytes = sum(file.size for file in waiting) / 1e6
        words = f"{len(waiting):,} files are new or changed since ({megabytes:,.1f} MB)"
        yield Check(name="backlog", state=State.NOTE, words=words, advice="twiceshy ingest")


def unread(found: Mapping[str, Sequence[Source]], stored: Stored) -> list[Source]:
    """Files that are not stored as they are now."""
    return [
        file for files in found.values() for file in files if (file.agent, file.size, file.mtime_ns) not in stored.files
    ]


def deletion_checks(found: Mapping[str, Sequence[Source]], stored: Stored, days: int, today: date) -> Iterator[Check]:
    """Whether the agent will soon delete what is not stored, and when."""
    files = found.get(DELETES_ITS_LOGS, ())
    if not files:
        return
    words = f"Claude Code deletes logs after {days} days without use (cleanupPeriodDays in its settings.json)"
    waiting = unread({DELETES_ITS_LOGS: files}, stored)
    if not waiting:
        yield ok("deletion", f"{words}; all of them are stored here")
        return
    oldest = min(waiting, key=lambda file: file.mtime_ns)
    goes = datetime.fromtimestamp(oldest.mtime_ns / 1e9, UTC).date() + timedelta(days=days)
    gone = "may go at its next start" if goes <= today else f"goes on {goes:%Y-%m-%d}"
    state = State.PROBLEM if goes <= today + timedelta(days=SOON_DAYS) else State.NOTE
    yield Check(
        name="deletion",
        state=state,
        words=f"{words}; the oldest that is not stored {gone}",
        advice="twiceshy ingest keeps what is in them",
    )


def ok(name: str, words: str) -> Check:
    """A check that came out well."""
    return Check(name=name, state=State.OK, words=words)


def problem(name: str, words: str, advice: str) -> Check:
    """A check that did not."""
    return Check(name=name, state=State.PROBLEM, words=words, advice=advice)
