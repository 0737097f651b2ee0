"""How agents' settings files change: our entries go in, and out again to the very bytes from before.

What is written is recorded with its place. Where a file has changed since, only our entries are found, by the hook
folder that they name. Nothing is written here.
"""

import difflib
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.logs import agent_hooks, settings_files
from twiceshy.logs.agent_hooks import AGENTS, AgentHooks
from twiceshy.records.upkeep import HookEntry, Refusal, SettingsChange
from twiceshy.stats.text import jsonc
from twiceshy.stats.text.jsonc import Insertion, NotJson


class HostEnvironment(NamedTuple):
    """The environment, home folder and working folder in which agents are looked for."""

    env: Mapping[str, str]
    home: Path
    cwd: Path


class OwnHooks(NamedTuple):
    """Our side of an entry: the hook folder, and the Python that agents start."""

    folder: Path
    python: str


def find_agents(place: HostEnvironment) -> list[str]:
    """Return the agents that have a folder of their own here."""
    return [name for name, agent in AGENTS.items() if agent_hooks.folder_of(agent, place.env, place.home).is_dir()]


def settings_path_of(agent: AgentHooks, place: HostEnvironment, *, project: bool) -> Path:
    """Return the settings file that takes our entries."""
    if not project:
        return agent_hooks.folder_of(agent, place.env, place.home) / agent.user_file
    root = next((folder for folder in (place.cwd, *place.cwd.parents) if (folder / ".git").exists()), place.cwd)
    return root / agent.folder / agent.project_file


def list_candidates(place: HostEnvironment, known: Sequence[HookEntry]) -> Iterator[tuple[str, Path]]:
    """Yield settings files that may hold entries of ours, each once."""
    seen = set()
    for entry in known:
        seen.add(entry.path)
        yield entry.agent, entry.path
    for name, agent in AGENTS.items():
        for project in (False, True):
            path = settings_path_of(agent, place, project=project)
            if path not in seen and not (project and settings_files.leads_out(path, path.parents[1])):
                seen.add(path)
                yield name, path


def plan_change(name: str, path: Path, ours: OwnHooks, known: HookEntry | None) -> SettingsChange | Refusal:
    """Return how a settings file would change; before and after are the same where our entries are in it.

    ``known``: what is recorded of the file.
    """
    agent = AGENTS[name]
    wanted = agent_hooks.build_entries(name, ours.python, ours.folder)
    paste = json.dumps(agent_hooks.build_settings(wanted), indent=2)
    if reason := settings_files.find_obstacle(path):
        return Refusal(title=agent.title, path=path, reason=reason, paste=paste)
    try:
        before = settings_files.read(path)
        if before is not None and _has_all(before, wanted, ours.folder):
            return SettingsChange(title=agent.title, path=path, before=before, after=before)
        base = restore(before, known, ours.folder)
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


def restore(text: str | None, known: HookEntry | None, hooks: Path) -> str | None:
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
