"""Install hooks: find the agents on this machine, show the exact change and make it, or undo all of it.

What is written into a settings file is recorded with its place, so that removing it restores the very bytes from
before. Where the file has changed since, only our entries are found, by the hook folder that they name. A file
that cannot be edited so is not touched, and its user gets the text to put in.
"""

import difflib
import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.capture import agent_hooks
from twiceshy.capture.agent_hooks import AGENTS, AgentHooks
from twiceshy.config import Config
from twiceshy.errors import NotFound, StoreUnwritable, UsageError
from twiceshy.facts.text import jsonc
from twiceshy.facts.text.jsonc import Insertion, NotJson
from twiceshy.flows.setup import hook_folder, settings_files
from twiceshy.flows.setup.hook_folder import folder_of
from twiceshy.records.upkeep import HookEntry, HookPlan, Refusal, SettingsChange
from twiceshy.store.lock import hold_lock


class HostEnvironment(NamedTuple):
    """The environment, home folder and working folder in which agents are looked for."""

    env: Mapping[str, str]
    home: Path
    cwd: Path


def plan(config: Config, place: HostEnvironment, *, project: bool, agents: Sequence[str]) -> HookPlan:
    """Return what an installation would change, for the user or for the project around the working folder.

    Raises:
        UsageError: an agent is not known.
    """
    if unknown := set(agents) - set(AGENTS):
        raise UsageError(f"no hooks are known for {min(unknown)!r}; they are for {', '.join(AGENTS)}.")
    changes, unchanged, refusals = [], [], []
    for name in agents or find_agents(place):
        path = _settings_path_of(AGENTS[name], place, project=project)
        found = change_of(config, name, path)
        if isinstance(found, Refusal):
            refusals.append(found)
        elif found.before == found.after:
            unchanged.append(path)
        else:
            changes.append(found)
    return HookPlan(changes=changes, unchanged=unchanged, refusals=refusals, git=shutil.which("git") is not None)


def find_agents(place: HostEnvironment) -> list[str]:
    """Return the agents that have a folder of their own here."""
    return [name for name, agent in AGENTS.items() if agent_hooks.folder_of(agent, place.env, place.home).is_dir()]


def _settings_path_of(agent: AgentHooks, place: HostEnvironment, *, project: bool) -> Path:
    """Return the settings file that takes our entries."""
    if not project:
        return agent_hooks.folder_of(agent, place.env, place.home) / agent.user_file
    root = next((folder for folder in (place.cwd, *place.cwd.parents) if (folder / ".git").exists()), place.cwd)
    return root / agent.folder / agent.project_file


def change_of(config: Config, name: str, path: Path) -> SettingsChange | Refusal:
    """Return how a settings file would change; before and after are the same where our entries are in it."""
    agent, folder = AGENTS[name], folder_of(config)
    wanted = agent_hooks.build_entries(name, hook_folder.interpreter(), folder.path)
    paste = json.dumps(agent_hooks.build_settings(wanted), indent=2)
    if reason := settings_files.find_obstacle(path):
        return Refusal(title=agent.title, path=path, reason=reason, paste=paste)
    known = _find_entry(config, path)
    try:
        before = settings_files.read(path)
        if before is not None and _has_all(before, wanted, folder.path):
            return SettingsChange(title=agent.title, path=path, before=before, after=before)
        base = _restore(before, known, folder.path)
        edited = agent_hooks.insert_entries(base or "", wanted)
        made = agent_hooks.list_new_keys(base or "", wanted)
    except OSError as exc:
        return Refusal(title=agent.title, path=path, reason=f"it cannot be read: {exc.strerror}", paste=paste)
    except NotJson as exc:
        return Refusal(title=agent.title, path=path, reason=str(exc), paste=paste)
    entry = HookEntry(
        agent=name,
        path=path,
        created=base is None,
        folder_created=known.folder_created if known else not path.parent.exists(),
        made=made,
        insertions=[(one.offset, one.text) for one in edited.insertions],
        digest=settings_files.digest(edited.text),
    )
    return SettingsChange(
        title=agent.title, path=path, before=before, after=edited.text, entry=entry, notes=_notes_of(agent, edited.text)
    )


def _notes_of(agent: AgentHooks, text: str) -> list[str]:
    """Return what a person should know about a settings file."""
    value = jsonc.parse_jsonc(text).value
    notes = [agent.after] if agent.after else []
    if isinstance(value, dict) and value.get("disableAllHooks") is True:
        notes.append("This file switches all hooks off (disableAllHooks): nothing is recorded until it does not.")
    return notes


def _has_all(text: str, wanted: Mapping[str, object], hooks: Path) -> bool:
    """Tell whether exactly our present entries stand in a settings text."""
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        return False
    return agent_hooks.find_own_entries(jsonc.parse_jsonc(text).value, hooks) == {
        event: [entry] for event, entry in wanted.items()
    }


def _find_entry(config: Config, path: Path) -> HookEntry | None:
    """Return what was written into that file; None where nothing is recorded."""
    return next((entry for entry in hook_folder.read_entries(folder_of(config)) if entry.path == path), None)


def _restore(text: str | None, known: HookEntry | None, hooks: Path) -> str | None:
    """Return the file without our entries; None where it should not exist at all.

    Raises:
        NotJson: it was changed since so that it cannot be read.
    """
    if text is None:
        return None
    if known is not None and settings_files.digest(text) == known.digest:
        before = jsonc.undo_insertions(text, [Insertion(*one) for one in known.insertions])
        if before is not None:
            return None if known.created else before
    if not text.strip(jsonc.BYTE_ORDER_MARK + " \t\r\n"):
        return text
    left = agent_hooks.remove_entries(text, hooks, known.made if known else ())
    return None if known is not None and known.created and jsonc.parse_jsonc(left).value == {} else left


def install(config: Config, planned: HookPlan) -> None:
    """Write the hook folder and change the settings files as planned.

    Raises:
        StoreError: the data folder or a settings file cannot be written.
        SourceChanged: a settings file was changed since it was looked at.
    """
    folder = hook_folder.write(config)
    for change in planned.changes:
        assert change.entry is not None  # noqa: S101  # of an installation's plan; for the type checker
        others = [entry for entry in hook_folder.read_entries(folder) if entry.path != change.path]
        # Remembered first: whoever ends in between leaves a file without entries, which the removal finds as it is.
        hook_folder.write_entries(folder, [*others, change.entry])
        settings_files.write(change.path, change.before, change.after)


def plan_removal(config: Config, place: HostEnvironment) -> HookPlan:
    """Return what removing our entries would change.

    The files are those that the record names, and those where agents look, in case the record is lost.
    """
    changes, unchanged, refusals = [], [], []
    for name, path in _list_candidates(config, place):
        title = AGENTS[name].title
        known = _find_entry(config, path)
        try:
            before = settings_files.read(path)
            after = _restore(before, known, folder_of(config).path)
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


def _list_candidates(config: Config, place: HostEnvironment) -> Iterator[tuple[str, Path]]:
    """Yield settings files that may hold entries of ours, each once."""
    seen = set()
    for entry in hook_folder.read_entries(folder_of(config)):
        seen.add(entry.path)
        yield entry.agent, entry.path
    for name, agent in AGENTS.items():
        for project in (False, True):
            path = _settings_path_of(agent, place, project=project)
            if path not in seen:
                seen.add(path)
                yield name, path


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
        hook_folder.write_entries(
            folder, [entry for entry in hook_folder.read_entries(folder) if entry.path in refused]
        )
    elif folder.path.exists():
        _delete(folder.path)


_OURS = (
    *("twiceshy.db", "bodies.db", "rules.db", "salt", "cache", "logs"),
    *("spool", "hooks", "models", "sample", "learn", "programs", "tools"),
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


def render_diff(change: SettingsChange) -> str:
    """Return the change as a diff."""
    before, after = change.before or "", change.after or ""
    lines = difflib.unified_diff(
        before.splitlines(keepends=True),
        after.splitlines(keepends=True),
        str(change.path) if change.before is not None else "(no file)",
        str(change.path) if change.after is not None else "(no file)",
    )
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)


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
