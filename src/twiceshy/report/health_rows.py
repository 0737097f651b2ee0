"""The rows of ``twiceshy doctor``: what was found, in words, and what to do about it.

Facts come in, rows go out. A row names one thing that was looked at; only a problem makes ``doctor`` fail.
"""

import os
import stat
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import NamedTuple, Protocol, TypeVar

from twiceshy.config import OTHER_VARIABLES, PREFIX, SETTINGS, Config, variable_of
from twiceshy.records.faults import Fault
from twiceshy.records.ingest import UnreadableLine
from twiceshy.records.rules import WRONG_FATES, Advice
from twiceshy.records.upkeep import Check, CheckState, ToolLine

_OLDEST_PYTHON = (3, 11)
"""Version, as ``pyproject.toml`` says."""
_OLDEST_SQLITE = (3, 37, 0)
"""Version: the first that knows STRICT tables (https://sqlite.org/stricttables.html)."""
_SOON_DAYS = 7
"""Logs that vanish within so many days are worth a word (guess of 2026-11-21: a week's holiday)."""
MOST_LISTED = 10
"""Things of a kind that a row names (guess of 2026-11-21)."""
_WHY = {"missing": "was missing", "failed": "crashed", "timeout": "ran out of time"}
MEND_AND_ASK = "Mend that, then run `twiceshy doctor` again."
DAMAGED = "See docs/troubleshooting.md; the agents' own logs are untouched."


def ok(name: str, words: str) -> Check:
    """Return a row with a good result."""
    return Check(name=name, state=CheckState.OK, words=words)


def note(name: str, words: str, advice: str) -> Check:
    """Return a row that is worth knowing."""
    return Check(name=name, state=CheckState.NOTE, words=words, advice=advice)


def problem(name: str, words: str, advice: str) -> Check:
    """Return a row with something to repair."""
    return Check(name=name, state=CheckState.PROBLEM, words=words, advice=advice)


class LogFile(Protocol):
    """An agent's log file."""

    @property
    def agent(self) -> str:
        """Name the agent."""

    @property
    def size(self) -> int:
        """Return its bytes."""

    @property
    def mtime_ns(self) -> int:
        """Return when it was last written, in nanoseconds since 1970."""


SomeLog = TypeVar("SomeLog", bound=LogFile)


class ReadTotals(Protocol):
    """The lines of logs that were read."""

    @property
    def files(self) -> int:
        """Count the files."""

    @property
    def lines(self) -> int:
        """Count the lines."""

    @property
    def unknown(self) -> Mapping[str, int]:
        """Count the lines of each unknown type."""


class StoredLogs(NamedTuple):
    """What the store knows of the log files."""

    files: frozenset[tuple[str, int, int]] = frozenset()
    """Agent, size and modification time (ns) of each file when it was read: equal ones were not changed since."""
    last_read_at: datetime | None = None


class DeletionPolicy(NamedTuple):
    """When an agent deletes its own logs."""

    title: str
    """The agent's name."""
    days: int
    """Without use."""
    setting: str


def check_python(version: Sequence[int]) -> Check:
    """Check whether this Python is new enough."""
    words = ".".join(map(str, version))
    if tuple(version[:2]) < _OLDEST_PYTHON:
        return problem("Python", words, "Install Python 3.11 or newer, and twiceshy with it.")
    return ok("Python", words)


def check_sqlite(version: Sequence[int]) -> Check:
    """Check whether SQLite knows STRICT tables."""
    words = ".".join(map(str, version))
    if tuple(version) < _OLDEST_SQLITE:
        return problem(
            "SQLite", words, "A Python that brings SQLite 3.37 or newer is needed, from python.org or by uv."
        )
    return ok("SQLite", words)


def check_secret_engine(engines: Sequence[str]) -> Check:
    """Check which library finds secrets."""
    if engines[0] == "hyperscan":
        return ok("redaction", f"hyperscan; {', '.join(engines[1:])} for audits")
    return note(
        "redaction",
        f"{engines[0]}, without hyperscan: the same secrets are found, about three times slower",
        "On Linux and macOS `pip install hyperscan` makes reading faster.",
    )


def check_settings(config: Config, env: Mapping[str, str]) -> Check:
    """Check which settings files are used, and whether a variable of ours is unknown."""
    meant = {variable_of(key) for key in SETTINGS} | OTHER_VARIABLES
    unknown = sorted(name for name in env if name.startswith(PREFIX) and name not in meant)
    if unknown:
        return problem("settings", f"no setting: {', '.join(unknown)}", "`twiceshy config list` has those there are.")
    files = [str(path) for path in (config.user_file, config.project_file) if path and path.exists()]
    words = ", ".join(files) or "defaults"
    if not config.enabled:
        words += f"; collecting is switched off ({config.origins['enabled']})"
        return note("settings", words, "twiceshy config set enabled true")
    return ok("settings", words)


def check_folder(home: Path, *, network: str, fault: str) -> Iterator[Check]:
    """Check whether the data folder is a safe place; ``fault``: why it cannot be used."""
    if network:
        words = f"{home} lies on {network}, where SQLite's locks cannot be trusted"
        yield problem("data folder", words, "Point TWICESHY_HOME at a folder on a local disk.")
    if fault:
        yield problem("data folder", fault, "Point TWICESHY_HOME at a folder of your own.")
    elif not home.exists():
        yield note("data folder", f"{home} is not there yet", "twiceshy ingest")
    else:
        yield _check_rights(home)


def _check_rights(home: Path) -> Check:
    """Check whether the folder is its owner's alone, and writable."""
    open_to_others = [path for path in (home, *sorted(home.rglob("*"))) if _is_open_to_others(path)]
    if open_to_others and os.name != "nt":
        words = f"others may read {open_to_others[0]}"
        if len(open_to_others) > 1:
            words += f" and {len(open_to_others) - 1} more"
        return problem("data folder", words, f"chmod -R go= {home}")
    if not os.access(home, os.W_OK | os.X_OK):
        return problem("data folder", f"{home} cannot be written to", f"chmod u+rwx {home}")
    return ok("data folder", str(home))


def _is_open_to_others(path: Path) -> bool:
    """Tell whether anybody but the owner has any right; a link's own rights do not count."""
    try:
        mode = path.lstat().st_mode
    except OSError:
        return False
    return not stat.S_ISLNK(mode) and bool(mode & 0o077)


def check_store(faults: Sequence[str], totals: ReadTotals) -> Check:
    """Check whether the store is whole."""
    if faults:
        return problem("store", "\n".join(["not whole:", *faults]), DAMAGED)
    return ok("store", f"whole; {totals.files:,} files with {totals.lines:,} lines were read")


def check_lines(totals: ReadTotals, skipped: Iterable[tuple[str, str, UnreadableLine]], count: int) -> Iterator[Check]:
    """Check which lines could not be read (file, agent, line; ``count`` in all) or were of unknown types."""
    if count:
        named = [f"{name} at byte {line.offset:,}: {line.reason}" for name, _, line in skipped]
        words = "\n".join([f"{count:,} lines could not be read; the rest of their files was", *named])
        yield note("skipped", words, "Please report what looks whole.")
    if totals.unknown:
        kinds = [f"{count:,} {kind}" for kind, count in list(totals.unknown.items())[:MOST_LISTED]]
        words = f"lines of types this version does not know were kept: {', '.join(kinds)}"
        yield note("unknown", words, "A newer twiceshy may know them.")


def check_faults(
    failed: Sequence[tuple[str, str, UnreadableLine]], count: int, faults: Sequence[Fault]
) -> Iterator[Check]:
    """Check at which lines of logs (file, agent, line; ``count`` in all) and at which other things our code failed."""
    total = count + len(faults)
    if not total:
        return
    named = [f"{name} at byte {line.offset:,}: {line.place}" for name, _, line in failed]
    named += [f"{one.step}: {one.name}: {one.place}" for one in faults]
    words = f"{total:,} records could not be read (a fault of ours: please report)"
    if total == 1:
        words = "1 record could not be read (a fault of ours: please report)"
    more = [f"… and {total - MOST_LISTED:,} more"] if total > MOST_LISTED else []
    yield note(
        "faults",
        "\n".join([words, *named[:MOST_LISTED], *more]),
        "The rest was read. They are tried again when the thing itself or twiceshy changes.",
    )


def check_rereading(waiting: int) -> Iterator[Check]:
    """Check how many logs an older version of their reader read."""
    if waiting:
        words = f"{waiting:,} logs were read by an older version, which may have missed something"
        yield note("rereading", words, "`twiceshy learn` reads them again in the background.")


def check_fixtures(left_out: int) -> Iterator[Check]:
    """Tell how many stored sessions are fixtures of tests."""
    if left_out:
        told, them = (
            ("1 stored session is a fixture", "it")
            if left_out == 1
            else (f"{left_out:,} stored sessions are fixtures", "them")
        )
        yield ok("fixtures", f"{told} of tests: no figure counts {them}; `twiceshy forget` would delete {them}")


def check_redaction(redacted_by: str | None, today: str) -> Iterator[Check]:
    """Check whether all that is stored was redacted by the rules that hold today."""
    if redacted_by != today:
        words = "what is stored was redacted by older rules, and may hold secrets that today's would replace"
        yield problem("redaction", words, "`twiceshy learn` redacts it again in the background.")


def check_scanners(
    edits: int, reasons: Sequence[tuple[tuple[str, str], int]], needs: Mapping[str, str]
) -> Iterator[Check]:
    """Check whether the scanners ran when edits were scored: an edit that one did not scan is not clean.

    ``reasons``: scanner and reason, with the number of edits; ``needs``: the outside tool of a scanner.
    """
    if not edits:
        return
    if not reasons:
        yield ok("scanners", f"all answered, for {edits:,} edits")
        return
    told = [f"{scanner} {_WHY[reason]} for {count:,}" for (scanner, reason), count in reasons]
    words = f"of {edits:,} edits some were not looked at by all: {', '.join(told)}; that is unknown, not clean"
    missing = sorted({needs[scanner] for (scanner, reason), _ in reasons if reason == "missing"})
    advice = "".join(f"twiceshy tools install {tool}; " for tool in missing) + "twiceshy score looks again"
    yield note("scanners", words, advice)


def check_logs(found: Mapping[str, Sequence[SomeLog]]) -> Check:
    """Check which agents left logs, and how much."""
    if not found:
        words = "no agent's logs were found in the usual places"
        return note("logs", words, "twiceshy ingest PATH reads them from anywhere.")
    named = [
        f"{name}: {len(files):,} files, {sum(file.size for file in files) / 1e6:,.1f} MB"
        for name, files in found.items()
    ]
    return ok("logs", "; ".join(named))


def check_backlog(found: Mapping[str, Sequence[SomeLog]], stored: StoredLogs, now: datetime) -> Iterator[Check]:
    """Check when logs were last read, and how many have changed since."""
    if stored.last_read_at is not None:
        days = (now - stored.last_read_at).days
        yield ok("last ingest", f"{stored.last_read_at:%Y-%m-%d %H:%M} UTC, {days} days ago")
    waiting = _find_unread(found, stored)
    if waiting:
        megabytes = sum(file.size for file in waiting) / 1e6
        words = f"{len(waiting):,} files are new or changed since ({megabytes:,.1f} MB)"
        yield note("backlog", words, "twiceshy ingest")


def _find_unread(found: Mapping[str, Sequence[SomeLog]], stored: StoredLogs) -> list[SomeLog]:
    """Return the files that are not stored as they are now."""
    return [
        file for files in found.values() for file in files if (file.agent, file.size, file.mtime_ns) not in stored.files
    ]


def check_deletion(
    files: Sequence[LogFile], stored: StoredLogs, policy: DeletionPolicy, today: date
) -> Iterator[Check]:
    """Check whether an agent that deletes its logs will soon delete some that are not stored, and when."""
    if not files:
        return
    words = f"{policy.title} deletes logs after {policy.days} days without use ({policy.setting})"
    waiting = _find_unread({files[0].agent: files}, stored)
    if not waiting:
        yield ok("deletion", f"{words}; all of them are stored here")
        return
    oldest = min(waiting, key=lambda file: file.mtime_ns)
    goes = datetime.fromtimestamp(oldest.mtime_ns / 1e9, UTC).date() + timedelta(days=policy.days)
    gone = "may go at its next start" if goes <= today else f"goes on {goes:%Y-%m-%d}"
    state = CheckState.PROBLEM if goes <= today + timedelta(days=_SOON_DAYS) else CheckState.NOTE
    yield Check(
        name="deletion",
        state=state,
        words=f"{words}; the oldest that is not stored {gone}",
        advice="twiceshy ingest keeps what is in them",
    )


def describe_advice(known: Collection[Advice]) -> str:
    """Return in words how much advice was shown and held out so far, and how many of these calls went wrong."""
    shown = sum(one.shown for one in known)
    ended = [one for one in known if one.outcome is not None and not one.overridden]
    right = sum(one.outcome in WRONG_FATES for one in ended)
    placebos = sum(one.placebo for one in known)
    held = sum(not one.shown and not one.overridden for one in known) - placebos
    other = f", {placebos} with a placebo" if placebos else ""
    return f"{shown} given, {held} in the holdout{other}; of {len(ended)} calls with a known outcome {right} went wrong"


def check_tools(lines: Sequence[ToolLine]) -> Check:
    """Check what cannot be done for want of an outside tool. None of them is required."""
    if wrong := [found.problem for found in lines if found.problem]:
        return problem("tools", "; ".join(wrong), "Correct the setting or remove it.")
    missing = [found.name for found in lines if found.path is None]
    here = ", ".join(f"{found.name} {found.version}" for found in lines if found.path is not None)
    if missing:
        words = f"{here + '; ' if here else ''}not here: {', '.join(missing)}"
        return note("tools", words, "What each is for: twiceshy tools list")
    return ok("tools", here)


def check_vectors(ready: int, known: int) -> Check:
    """Check whether lessons are found by meaning: how many of the known ones have vectors."""
    if ready < known:
        return note("lessons", f"found by meaning; {ready} of {known} are ready for it", "twiceshy learn")
    return ok("lessons", f"found by meaning; {ready} are ready for it")
