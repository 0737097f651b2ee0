"""Check that everything is in place: the installation, the settings, the store, the logs.

It reads and changes nothing. A check that fails does not stop the next one: whoever asks wants all faults at once. So
each check imports what it needs by itself, and one that cannot be made is a row that says why.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from twiceshy.archive import health_rows as rows
from twiceshy.archive import rules_file
from twiceshy.archive.db import Store, has_store
from twiceshy.archive.failure_causes import explain_failure
from twiceshy.archive.faults import read_faults
from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.archive.guard import network_type
from twiceshy.archive.health_rows import note, ok, problem
from twiceshy.archive.integrity import check_integrity
from twiceshy.archive.reads import rules as reads
from twiceshy.archive.reads.sources import read_skipped_lines, read_states, read_totals, sqlite_version
from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, StoreError, ToolMissing, TwiceshyError, UsageError
from twiceshy.base.host import LIBRARIES, REINSTALL
from twiceshy.base.plugins import Group, explain_clash, find_faults, load_plugins
from twiceshy.recipes.setup.git_hooks import install_git_hooks, plan_git_hooks
from twiceshy.records.git_hooks import GitHookPlan, HookedRepository
from twiceshy.records.rules import Level
from twiceshy.records.upkeep import Check, Health

if TYPE_CHECKING:
    from twiceshy.logs.base import Source


_NOT_EVERYWHERE = frozenset({"hyperscan"})
"""Libraries that some systems have no wheel of; there another one does their work."""
_T = TypeVar("_T")


class HealthRow(Protocol):
    """A plugin that has rows of its own in `doctor`; its entry point names the check."""

    def check(self, config: Config, env: Mapping[str, str], now: datetime) -> Iterable[Check]:
        """Return the rows; none where there is nothing to say. It changes nothing, and opens no connection."""
        ...


ROWS = Group[HealthRow]("twiceshy.doctor", HealthRow)
_AgentLogs = dict[str, list["Source"]]


def check(config: Config, env: Mapping[str, str], now: datetime) -> Health:
    """Run all checks. ``now`` is aware."""
    checks = _Checks(config)
    checks.make("libraries", _check_libraries)
    checks.make("python", lambda: [rows.check_python(sys.version_info[:3])])
    checks.make("sqlite", lambda: [rows.check_sqlite(sqlite_version())])
    checks.make("engine", _check_engine)
    checks.make("settings", lambda: [rows.check_settings(config, env)])
    checks.make("data folder", lambda: _check_folder(config.home))
    stored = checks.read("store", lambda: _check_store(config, checks), rows.StoredLogs())
    found: _AgentLogs = checks.read("logs", lambda: _find_agent_logs(env, config), {})
    checks.make("logs", lambda: [rows.check_logs(found), *rows.check_backlog(found, stored, now)])
    checks.make("hooks", lambda: _check_hooks(config, now))
    checks.make("git hooks", lambda: _check_git_hooks(config))
    checks.make("tools", lambda: _check_tools(config))
    checks.make("lessons", lambda: _check_lessons(config))
    checks.make("advice", lambda: _check_advice(config))
    for name, row in load_plugins(ROWS).found.items():
        checks.make(name, partial(row.check, config, env, now))
    checks.make("plugins", _check_plugins)
    checks.make("deletion", lambda: _check_deletion(env, now, found, stored))
    return Health(checks=checks.made)


class _Checks:
    """The rows so far; a check that cannot be made is a row too."""

    def __init__(self, config: Config) -> None:
        self.made: list[Check] = []
        self._home = config.home

    def make(self, name: str, look: Callable[[], Iterable[Check]]) -> None:
        """Add the rows of a check."""
        self.made += self.read(name, lambda: list(look()), [])

    def read(self, name: str, look: Callable[[], _T], otherwise: _T) -> _T:
        """Return what ``look`` finds; where that fails add a row that says why, and return ``otherwise``.

        A bug of ours goes on to the command line, which tells it from everything else.
        """
        try:
            return look()
        except TwiceshyError as error:
            known: TwiceshyError | None = error
        except Exception as error:
            known = explain_failure(error, self._home)
            if known is None:
                raise
        row = rows.problem(name, str(known), rows.DAMAGED if isinstance(known, StoreError) else rows.MEND_AND_ASK)
        if row not in self.made:
            self.made.append(row)
        return otherwise


def _check_libraries() -> Iterator[Check]:
    """Check whether everything that is installed with us is there."""
    missing = [name for name, module in LIBRARIES.items() if not _is_installed(module)]
    needed = [name for name in missing if os.name != "nt" or name not in _NOT_EVERYWHERE]
    if needed:
        yield rows.problem("libraries", f"missing: {', '.join(needed)}", f"Install twiceshy again, {REINSTALL}.")


def _is_installed(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except (ImportError, ValueError):  # of a module within a package that is missing, or a broken one
        return False


def _check_engine() -> Iterator[Check]:
    from twiceshy.privacy.secrets.secret_triggers import list_match_libraries  # noqa: PLC0415  # it may be missing

    yield rows.check_secret_engine(list_match_libraries())


def _check_hooks(config: Config, now: datetime) -> Iterable[Check]:
    from twiceshy.recipes.setup.hook_install import check_hooks  # noqa: PLC0415  # as above

    return check_hooks(config, now)


def _check_git_hooks(config: Config) -> Iterable[Check]:

    return check_git_hooks(config)


def _check_tools(config: Config) -> Iterator[Check]:
    from twiceshy.recipes.setup.outside_tools import list_tools  # noqa: PLC0415  # as above

    yield rows.check_tools(list_tools(config))


def _check_lessons(config: Config) -> Iterator[Check]:
    from twiceshy.lessons.recipes.lesson_vectors import check as check_vectors  # noqa: PLC0415  # as above

    yield check_vectors(config)


def _check_advice(config: Config) -> Iterator[Check]:

    yield check_advice(config)


def _check_plugins() -> Iterator[Check]:
    """Check whether every installed plugin fits, whatever it extends."""
    for fault in find_faults():
        if fault.is_clash:
            yield rows.problem("plugins", explain_clash(fault).rstrip("."), "Then run `twiceshy doctor` again.")
        else:
            advice = f"It is left out. Upgrade {fault.distributions[0]}, or uninstall it; see docs/plugins.md."
            yield rows.problem("plugins", f"the plugin {fault.describe()}", advice)


def _check_deletion(
    env: Mapping[str, str], now: datetime, found: _AgentLogs, stored: rows.StoredLogs
) -> Iterator[Check]:
    """Check whether agents delete logs that are not stored yet."""
    from twiceshy.logs.readers import list_readers  # noqa: PLC0415  # as above

    for name, reader in list_readers().items():
        if retention := reader.traits.retention:
            policy = rows.DeletionPolicy(reader.title, retention.read_days(env, Path.home()), retention.setting)
            yield from rows.check_deletion(found.get(name, ()), stored, policy, now.date())


def _check_folder(home: Path) -> Iterator[Check]:
    """Check whether the data folder can be used and is a safe place."""
    fault = ""
    try:
        has_store(home)
        home.exists()
    except (StoreError, OSError) as error:
        fault = str(error)
    return rows.check_folder(home, network=network_type(home) or "", fault=fault)


def _check_store(config: Config, checks: _Checks) -> rows.StoredLogs:
    """Check whether the store opens and is whole, and which lines could not be read or were unknown.

    Raises:
        StoreError: it cannot be read.
    """
    if not _is_there(config):
        return rows.StoredLogs()
    with Store.open(config.home, readonly=True) as store:
        wrong = _find_faults(store)
        known = read_states(store.connection)
        lines = read_totals(store.connection)
        skipped = read_skipped_lines(store.connection, rows.MOST_LISTED, ours=False)
        failed = read_skipped_lines(store.connection, rows.MOST_LISTED, ours=True)
        faults = read_faults(store.connection)
    checks.made.append(rows.check_store(wrong, lines))
    checks.make("scanners", lambda: _check_scanners(config))
    checks.made += [*rows.check_lines(lines, *skipped), *rows.check_faults(*failed, faults)]
    checks.make("rereading", lambda: _check_rereading(config))
    checks.make("fixtures", lambda: _check_fixtures(config))
    checks.make("redaction", lambda: _check_redaction(config))
    return rows.StoredLogs(known.states, known.last_read_at)


def _is_there(config: Config) -> bool:
    """Tell whether there is a store to look at; that nobody can tell was said by the folder's check."""
    try:
        return has_store(config.home)
    except StoreError:
        return False


def _check_rereading(config: Config) -> Iterable[Check]:
    from twiceshy.recipes.learn.reread_logs import count_waiting  # noqa: PLC0415  # as below

    with Store.open(config.home, readonly=True) as store:
        return rows.check_rereading(count_waiting(store))


def _check_fixtures(config: Config) -> Iterable[Check]:
    from twiceshy.logs.collect.leave_out_fixtures import count_left_out  # noqa: PLC0415  # as below

    with Store.open(config.home, readonly=True) as store:
        return rows.check_fixtures(count_left_out(store))


def _check_redaction(config: Config) -> Iterable[Check]:
    from twiceshy.archive.restated_store import RULES, list_sessions  # noqa: PLC0415  # as below
    from twiceshy.privacy.policy import RedactionLevel, load_rules  # noqa: PLC0415  # as below

    with Store.open(config.home, readonly=True) as store:
        today = load_rules().digest(RedactionLevel(config.privacy_level))
        return rows.check_redaction(store.note(RULES), today) if list_sessions(store) else ()


def _check_scanners(config: Config) -> Iterable[Check]:
    from twiceshy.score.recipes import score_overview  # noqa: PLC0415  # a library of theirs may be missing
    from twiceshy.score.recipes.run_scanners import NEEDS  # noqa: PLC0415  # as above

    with Store.open(config.home, readonly=True) as store:
        unlooked = score_overview.count_unscanned(store)
    return rows.check_scanners(unlooked.edits, unlooked.reasons, NEEDS)


def _find_faults(store: Store) -> list[str]:
    """Return what is wrong with the store's files, in sentences.

    Raises:
        StoreError: the archive cannot be read at all.
    """
    found = check_integrity(store)
    wrong = list(found.faults)
    if found.missing_texts:
        wrong.append(f"{found.missing_texts:,} long texts that rows refer to are missing from bodies.db")
    if found.damaged_texts:
        wrong.append(
            f"{found.damaged_texts:,} long texts are damaged; `twiceshy cleanup` takes them out, and reading their logs"
            " again brings them back"
        )
    if found.sweep_due:
        wrong.append("what was forgotten last still leaves traces; `twiceshy cleanup` takes them away")
    try:
        if store.note("salt") is not None:
            _ = store.salt
    except StoreError as error:
        wrong.append(str(error))
    return wrong


def _find_agent_logs(env: Mapping[str, str], config: Config) -> _AgentLogs:
    """Return the log files of each agent that has any, by agent."""
    from twiceshy.logs.readers import list_readers  # noqa: PLC0415  # a library of theirs may be missing

    found: _AgentLogs = {}
    for name, reader in list_readers().items():
        if config.ingest_agents and name not in config.ingest_agents:
            continue
        files = [file for root in reader.roots(dict(env), Path.home()) for file in reader.find(root)]
        if files:
            found[name] = files
    return found


# Write the advice row of `twiceshy doctor`: how many rules there are, and how right they were so far.

_NAME = "advice"


def check_advice(config: Config) -> Check:
    """Return one row; it is never a problem, as an agent is never worse off without advice."""
    if not config.advice_enabled:
        return rows.ok(_NAME, f"switched off ({config.origins.get('advice.enabled', '')})")
    path = config.home / rules_file.NAME
    if not path.exists():
        return rows.note(_NAME, "no rules are compiled yet", "twiceshy learn")
    lines = rules_file.read(config.home)
    at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    loud = sum(line.level != Level.INFORM for line in lines)
    words = f"{loud} warnings and {len(lines) - loud} facts ready, compiled {at:%Y-%m-%d %H:%M} UTC"
    return rows.ok(_NAME, f"{words}; {_describe_past(config)}")


def _describe_past(config: Config) -> str:
    """Return in words how right the warnings were so far."""
    try:
        with Store.open(config.home, readonly=True) as store:
            return rows.describe_advice(
                [one for one in reads.read_advice(store.connection) if one.level is not Level.INFORM]
            )
    except TwiceshyError:
        return "nothing is known of what they said"


# Check whether hooks of git stand where they were installed, and write those that are missing.

_HOOK_ROW = "git hooks"


def check_git_hooks(config: Config) -> Iterator[Check]:
    """Check each repository that has hooks of ours; one that is gone has nothing that can be missing."""
    for repository in _list_hooked(config):
        try:
            yield _check_repository(repository, plan_git_hooks(config, Path(repository.top)))
        except (SourceError, UsageError):
            yield ok(_HOOK_ROW, f"{repository.top}: not there now")
        except ToolMissing as error:
            yield note(_HOOK_ROW, str(error), "then run `twiceshy doctor` again")
            return


def _list_hooked(config: Config) -> list[HookedRepository]:
    return [one for one in read_hooked(config.home) if one.entries]


def _check_repository(repository: HookedRepository, plan: GitHookPlan) -> Check:
    """Say whether what an installation would write is there."""
    if plan.repository.common != repository.common:
        return note(_HOOK_ROW, f"{repository.top} is another repository now", "twiceshy init --git, there")
    if plan.changes:
        names = ", ".join(sorted(Path(change.path).name for change in plan.changes))
        return problem(
            _HOOK_ROW, f"{repository.top}: missing or of another version: {names}", "twiceshy doctor --repair"
        )
    if plan.refusals:
        lines = [f"{repository.top}: {len(plan.refusals)} files do not call ours"]
        lines += [f"{refusal.path}: {refusal.reason}" for refusal in plan.refusals]
        return note(_HOOK_ROW, "\n".join(lines), "`twiceshy init --git`, there, prints the lines to put in")
    return ok(_HOOK_ROW, f"{repository.top}: {len(plan.unchanged)} files")


def repair_git_hooks(config: Config) -> list[GitHookPlan]:
    """Write what is missing, or of another version; return the plans of the repositories that were changed.

    Raises:
        StoreError: a hook or the data folder cannot be written.
    """
    done = []
    for repository in _list_hooked(config):
        try:
            plan = plan_git_hooks(config, Path(repository.top))
        except (SourceError, UsageError, ToolMissing):
            continue
        if plan.changes and plan.repository.common == repository.common:
            install_git_hooks(config, plan)
            done.append(plan)
    return done
