"""Install hooks: find the agents on this machine, show the exact change and make it, or undo all of it.

What is written into a settings file is recorded with its place, so that removing it restores the very bytes from
before. Where the file has changed since, only our entries are found, by the hook folder that they name. A file
that cannot be edited so is not touched, and its user gets the text to put in.
"""

import json
import os
import shutil
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.archive import hook_files
from twiceshy.archive.health_rows import note, ok, problem
from twiceshy.archive.hook_files import HookFolder, folder_of
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreUnwritable, UsageError
from twiceshy.logs import hook_changes, settings_files, spool
from twiceshy.logs.hook_changes import (
    AGENTS,
    HostEnvironment,
    OwnHooks,
    find_agents,
    list_candidates,
    plan_change,
    render_diff,
    restore,
    settings_path_of,
)
from twiceshy.recipes.learn.learn_all import read_last_run
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.upkeep import Check, CheckState, HookEntry, HookPlan, LearnRun, Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import NotJson

__all__ = ["HostEnvironment", "render_diff"]


def plan(config: Config, place: HostEnvironment, *, project: bool, agents: Sequence[str]) -> HookPlan:
    """Return what an installation would change, for the user or for the project around the working folder.

    Raises:
        UsageError: an agent is not known.
    """
    if unknown := set(agents) - set(AGENTS):
        raise UsageError(f"no hooks are known for {min(unknown)!r}; they are for {', '.join(AGENTS)}.")
    changes, unchanged, refusals = [], [], []
    for name in agents or find_agents(place):
        path = settings_path_of(AGENTS[name], place, project=project)
        if project and settings_files.leads_out(path, path.parents[1]):
            refusals.append(
                Refusal(title=AGENTS[name].title, path=path, reason="a link leads it out of the project", paste="")
            )
            continue
        found = change_of(config, name, path)
        if isinstance(found, Refusal):
            refusals.append(found)
        elif found.before == found.after:
            unchanged.append(path)
        else:
            changes.append(found)
    return HookPlan(changes=changes, unchanged=unchanged, refusals=refusals, git=shutil.which("git") is not None)


def _find_entry(config: Config, path: Path) -> HookEntry | None:
    """Return what was written into that file; None where nothing is recorded."""
    return next((entry for entry in hook_files.read_entries(folder_of(config)) if entry.path == path), None)


def change_of(config: Config, name: str, path: Path) -> SettingsChange | Refusal:
    """Return how a settings file would change; before and after are the same where our entries are in it."""
    ours = OwnHooks(folder_of(config).path, hook_folder.interpreter())
    return plan_change(name, path, ours, _find_entry(config, path))


def install(config: Config, planned: HookPlan) -> None:
    """Write the hook folder and change the settings files as planned.

    Raises:
        StoreError: the data folder or a settings file cannot be written.
        SourceChanged: a settings file was changed since it was looked at.
    """
    folder = hook_folder.write(config)
    for change in planned.changes:
        assert change.entry is not None  # noqa: S101  # of an installation's plan; for the type checker
        others = [entry for entry in hook_files.read_entries(folder) if entry.path != change.path]
        # Remembered first: whoever ends in between leaves a file without entries, which the removal finds as it is.
        hook_files.write_entries(folder, [*others, change.entry])
        settings_files.write(change.path, change.before, change.after)


def plan_removal(config: Config, place: HostEnvironment) -> HookPlan:
    """Return what removing our entries would change.

    The files are those that the record names, and those where agents look, in case the record is lost.
    """
    changes, unchanged, refusals = [], [], []
    for name, path in list_candidates(place, hook_files.read_entries(folder_of(config))):
        title = AGENTS[name].title
        known = _find_entry(config, path)
        try:
            before = settings_files.read(path)
            after = restore(before, known, folder_of(config).path)
        except (OSError, NotJson) as exc:
            if known is not None:
                reason = f"it cannot be read ({exc}): delete the entries that name {folder_of(config).path} by hand"
                refusals.append(Refusal(title=title, path=path, reason=reason, paste=""))
            continue
        if before == after:
            unchanged += [path] if known is not None else []
        elif reason := settings_files.find_obstacle(path):
            refusals.append(Refusal(title=title, path=path, reason=reason, paste=""))
        else:
            made = known is not None and known.folder_created
            changes.append(SettingsChange(title=title, path=path, before=before, after=after, folder_created=made))
    return HookPlan(changes=changes, unchanged=unchanged, refusals=refusals)


def remove(config: Config, planned: HookPlan) -> None:
    """Change the settings files as planned; without refusals also delete the hook folder.

    Raises:
        StoreError: a file cannot be written or removed.
        SourceChanged: a settings file was changed since it was looked at.
    """
    folder = folder_of(config)
    for change in planned.changes:
        settings_files.write(change.path, change.before, change.after)
        if change.after is None and change.folder_created and not any(change.path.parent.iterdir()):
            change.path.parent.rmdir()
    refused = {refusal.path for refusal in planned.refusals}
    if refused:
        hook_files.write_entries(folder, [entry for entry in hook_files.read_entries(folder) if entry.path in refused])
    elif folder.path.exists():
        _delete(folder.path)


_OURS = (
    *("twiceshy.db", "bodies.db", "rules.db", "salt", "cache", "logs"),
    *("spool", "hooks", "models", "sample", "learn", "programs", "tools", "shown", "git-hooks", "contribute"),
)
"""Everything that any part of twiceshy puts into the data folder; databases have files beside them."""


def purge(config: Config) -> list[Path]:
    """Delete everything of ours from the data folder; return what is left because it is not ours.

    Raises:
        NotFound: there is no data folder.
        StoreBusy: an ingest is at work on it.
    """
    home = config.home
    if not home.exists():
        raise NotFound(f"there is no data folder {home}.")
    with hold_lock(home, "ingest"), hold_lock(home, "learn"):
        for path in sorted(home.iterdir()):
            if any(path.name == name or path.name.startswith((f"{name}-", f"{name}.")) for name in _OURS):
                _delete(path)
    for lock in home.glob("*.lock"):
        _delete(lock)
    left = sorted(home.iterdir())
    if not left:
        _delete(home)
    return left


def _delete(path: Path) -> None:
    """Delete the file or folder.

    Raises:
        StoreUnwritable: the system does not allow it.
    """
    try:
        shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    except OSError as exc:
        raise StoreUnwritable(f"{path} cannot be removed: {exc.strerror}. Remove it yourself.") from exc


def write_plugin(config: Config, target: Path) -> list[Path]:
    """Write a plugin with the same hooks below ``target``, for the agent that takes them so; return its files.

    Raises:
        UsageError: there is something else already.
        StoreError: it cannot be written.
    """
    agent, contract = next((name, one) for name, one in AGENTS.items() if one.plugin)
    description = f"{contract.plugin}/plugin.json"
    if target.exists() and any(target.iterdir()) and not (target / description).exists():
        raise UsageError(f"{target} is not empty and no plugin. Give a new folder.")
    folder = hook_folder.write(config)
    wanted = hook_changes.build_entries(agent, hook_folder.interpreter(), folder.path)
    about = {
        "name": "twiceshy",
        "description": "Records ids, kinds and salted hashes of tool events on this machine, for twiceshy.",
    }
    hooks = {"description": about["description"], **hook_changes.build_settings(wanted)}
    written = []
    for name, value in ((description, about), ("hooks/hooks.json", hooks)):
        path = target / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(value, indent=2) + "\n", encoding="utf-8")
        except OSError as exc:
            raise StoreUnwritable(f"{path} cannot be written: {exc.strerror}. Give another folder.") from exc
        written.append(path)
    return written


# Check whether the hooks work and whether `learn` keeps up, and repair what is broken.

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
        found = hook_changes.find_own_entries(jsonc.parse_jsonc(text).value, folder_of(config).path) if text else {}
        off = bool(text) and _disables_hooks(text or "")
    except (OSError, NotJson) as exc:
        return problem("hooks", f"{title}: {entry.path} cannot be read: {exc}", "Mend that file, then `twiceshy init`.")
    folder = folder_of(config)
    python = hook_files.read_settings(folder).get("interpreter", "")
    # Another environment's choice is as good as ours, as long as it is there.
    wanted = hook_changes.build_entries(
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
            found = change_of(config, entry.agent, entry.path)
            if isinstance(found, Refusal):
                refusals.append(found)
            elif found.before != found.after:
                changes.append(found)
        else:
            unchanged.append(entry.path)
    plan = HookPlan(changes=changes, unchanged=unchanged, refusals=refusals)
    install(config, plan)
    return plan
