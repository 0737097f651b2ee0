"""Install hooks: find the agents on this machine, show the exact change and make it, or undo all of it.

What is written into a settings file is recorded with its place, so that removing it restores the very bytes from
before. Where the file has changed since, only our entries are found, by the hook folder that they name. A file
that cannot be edited so is not touched, and its user gets the text to put in.
"""

import json
import shutil
from collections.abc import Sequence
from pathlib import Path

from twiceshy.archive import hook_files
from twiceshy.archive.hook_files import folder_of
from twiceshy.archive.lock import hold_lock
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, StoreUnwritable, UsageError
from twiceshy.logs import agent_hooks, settings_files
from twiceshy.logs.agent_hooks import AGENTS
from twiceshy.logs.hook_changes import (
    HostEnvironment,
    OwnHooks,
    find_agents,
    list_candidates,
    plan_change,
    render_diff,
    restore,
    settings_path_of,
)
from twiceshy.recipes.setup import hook_folder
from twiceshy.records.upkeep import HookEntry, HookPlan, Refusal, SettingsChange
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
    wanted = agent_hooks.build_entries(agent, hook_folder.interpreter(), folder.path)
    about = {
        "name": "twiceshy",
        "description": "Records ids, kinds and salted hashes of tool events on this machine, for twiceshy.",
    }
    hooks = {"description": about["description"], **agent_hooks.build_settings(wanted)}
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
