"""Check whether the hooks work and whether `learn` keeps up, and repair what is broken."""

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime

from twiceshy.archive import hook_files
from twiceshy.archive.health_rows import note, ok, problem
from twiceshy.archive.hook_files import HookFolder, folder_of
from twiceshy.base.config import Config
from twiceshy.logs import agent_hooks, settings_files, spool
from twiceshy.logs.agent_hooks import AGENTS
from twiceshy.recipes.learn.learn_all import read_last_run
from twiceshy.recipes.setup import hook_folder, hook_install
from twiceshy.records.upkeep import Check, CheckState, HookEntry, HookPlan, LearnRun, Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import NotJson

_REPAIR = "twiceshy doctor --repair"
_MOST_LISTED = 3
"""Notes of the script that a row shows (guess of 2026-11-21)."""
LARGE_SPOOL = 50_000_000
"""Bytes; a hundred thousand events (guess of 2026-11-21: then `learn` has not run for long)."""


def check_hooks(config: Config, now: datetime) -> Iterator[Check]:
    """Run all checks of hooks and `learn`; ``now`` is aware."""
    folder = folder_of(config)
    known = hook_files.read_entries(folder)
    if not folder.path.exists():
        yield note("hooks", "not installed: only what the agents' own logs hold is known", "twiceshy init")
    else:
        yield from (_check_entry(config, entry) for entry in known)
        if not known:
            yield note("hooks", "in no agent's settings (a plugin may name them)", "twiceshy init")
        yield _check_interpreter(folder)
        yield _check_script(config, folder)
        yield from _check_state(folder)
    yield from _check_learn(config, folder, now)


def _check_entry(config: Config, entry: HookEntry) -> Check:
    """Check whether our entries stand in a settings file as they should."""
    title = AGENTS[entry.agent].title
    try:
        text = settings_files.read(entry.path)
        found = agent_hooks.find_own_entries(jsonc.parse_jsonc(text).value, folder_of(config).path) if text else {}
        off = bool(text) and _disables_hooks(text or "")
    except (OSError, NotJson) as exc:
        return problem("hooks", f"{title}: {entry.path} cannot be read: {exc}", "Mend that file, then `twiceshy init`.")
    folder = folder_of(config)
    python = hook_files.read_settings(folder).get("interpreter", "")
    # Another environment's choice is as good as ours, as long as it is there.
    wanted = agent_hooks.build_entries(
        entry.agent, python if _is_executable(python) else hook_folder.interpreter(), folder.path
    )
    if not found:
        return note("hooks", f"{title}: the entries are gone from {entry.path}", "twiceshy init puts them in again")
    if found != {event: [one] for event, one in wanted.items()}:
        return problem("hooks", f"{title}: some entries in {entry.path} are missing or old", _REPAIR)
    if off:
        return note("hooks", f"{title}: {entry.path} switches all hooks off", "Take disableAllHooks out of it.")
    return ok("hooks", f"{title}: {len(found)} events, in {entry.path}")


def _disables_hooks(text: str) -> bool:
    """Tell whether the settings switch all hooks off."""
    value = jsonc.parse_jsonc(text).value
    return isinstance(value, dict) and value.get("disableAllHooks") is True


def _check_interpreter(folder: HookFolder) -> Check:
    """Check whether the Python that agents start exists."""
    python = hook_files.read_settings(folder).get("interpreter", "")
    if not python:
        return problem("interpreter", f"{folder.settings} does not name it", _REPAIR)
    if not _is_executable(python):
        return problem("interpreter", f"{python} is gone: agents go on, and nothing is recorded", _REPAIR)
    return ok("interpreter", python)


def _is_executable(python: str) -> bool:
    """Tell whether there is such a program and it may be run."""
    return bool(python) and os.access(python, os.X_OK)


def _check_script(config: Config, folder: HookFolder) -> Check:
    """Check whether the script and its settings are this version's; any Python that exists will do."""
    try:
        same = hook_folder.has_current_scripts(folder)
    except OSError:
        return problem("hook script", f"{folder.script} is missing: nothing is recorded", _REPAIR)
    if not same:
        return problem("hook script", f"{folder.script} is of another version", _REPAIR)
    found = hook_files.read_settings(folder)
    wanted = dict(row.split("=", 1) for row in hook_folder.render_settings(config).splitlines())
    if found != wanted | {key: found[key] for key in ("interpreter", "python") if _is_executable(found.get(key, ""))}:
        return problem("hook script", f"{folder.settings} is not as this environment and your settings say", _REPAIR)
    return ok("hook script", str(folder.script))


def _check_state(folder: HookFolder) -> Iterator[Check]:
    """Check what the script noted about itself."""
    failures = hook_files.read_notes(folder)
    listed = [_describe_note(line) for line in failures[-_MOST_LISTED:]]
    if (folder.path / "disabled").exists():
        words = "\n".join(["disabled itself: three times within a day it took longer than a second", *listed])
        yield problem("hook", words, f"{_REPAIR} switches it on again")
    elif failures:
        count = f"{len(failures)} faults noted, at most 4 KB are kept; the last:"
        yield note(
            "hook", "\n".join([count, *listed]), f"{_REPAIR} forgets them; twiceshy doctor --simulate PreToolUse"
        )
    else:
        yield ok("hook", "no faults")
    if slow := hook_files.count_slow_folders(folder, time.time()):
        words = f"silent in {slow} {'folder' if slow == 1 else 'folders'} for a day: it took longer than a second there"
        yield note("hook", words, f"look for files on slow disks there; {_REPAIR} forgets it")


def _describe_note(line: str) -> str:
    """Return a note of the script in words."""
    moment, _, rest = line.partition(" ")
    try:
        at = datetime.fromtimestamp(int(moment) / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return rest
    return f"{at:%Y-%m-%d %H:%M} UTC {rest}"


def _check_learn(config: Config, folder: HookFolder, now: datetime) -> Iterator[Check]:
    """Check when `learn` last ran, how it ended, and how much waits for it."""
    installed = folder.path.exists()
    python = hook_files.read_settings(folder).get("python", "") if installed else ""
    if python and not _is_executable(python):
        yield problem("learn", f"hooks start it with {python}, which is gone", _REPAIR)
    found = read_last_run(config)
    if found is not None:
        yield _check_last_run(found, config.learn_cpu_budget_s, now)
    elif installed:
        yield note("learn", "has not run yet; hooks start it when a session ends", "twiceshy learn")
    waiting = spool.measure_size(config.home)
    if waiting > LARGE_SPOOL:
        yield note("spool", f"{waiting / 1e6:,.0f} MB wait to be read", "twiceshy learn")
    elif waiting:
        yield ok("spool", f"{waiting / 1e3:,.1f} KB wait to be read")


def _check_last_run(found: LearnRun, budget_s: int, now: datetime) -> Check:
    """Check how the last run of `learn` ended."""
    ago = max((now - found.started_at).total_seconds() / 3600, 0.0)
    words = f"last run {ago:.1f} h ago, {found.seconds:.1f} s, {found.cpu_s:.1f} CPU s"
    if found.done:
        return ok("learn", words)
    if not found.failure:
        return note(
            "learn", f"{words}\nthe budget of {budget_s} CPU s was spent; the next run goes on", "twiceshy learn"
        )
    since = f"\nlast whole run: {found.last_done_at:%Y-%m-%d %H:%M} UTC" if found.last_done_at else ""
    return problem("learn", f"{words}\n{found.failure}{since}", "Mend that, then `twiceshy learn`.")


def repair(config: Config) -> HookPlan:
    """Repair the hook folder, and entries of ours that are old or incomplete; return what was changed.

    Entries that a user has removed from a file stay out.

    Raises:
        StoreError: something cannot be written.
    """
    folder = folder_of(config)
    known = hook_files.read_entries(folder)
    changes: list[SettingsChange] = []
    refusals: list[Refusal] = []
    unchanged = []
    for entry in known:
        if _check_entry(config, entry).state is CheckState.PROBLEM:
            found = hook_install.change_of(config, entry.agent, entry.path)
            if isinstance(found, Refusal):
                refusals.append(found)
            elif found.before != found.after:
                changes.append(found)
        else:
            unchanged.append(entry.path)
    plan = HookPlan(changes=changes, unchanged=unchanged, refusals=refusals)
    hook_install.install(config, plan)
    return plan
