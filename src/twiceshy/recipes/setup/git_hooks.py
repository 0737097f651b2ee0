"""Install hooks of git into one repository, or undo it: the exact change is planned first, then made.

What is written is recorded in the data folder before it is written, so that a run that ends in between leaves files
that a removal still finds. A hook that stood there is renamed, never changed, and put back by another rename.
"""

import os
import secrets
import shlex
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from twiceshy.archive.db import Store
from twiceshy.archive.git_hook_record import read_hooked, write_hooked
from twiceshy.base.config import Config
from twiceshy.base.errors import StoreUnwritable, ToolMissing
from twiceshy.base.plugins import Group, explain_wing, load_plugins
from twiceshy.base.private_files import remove_abandoned, write_draft
from twiceshy.logs.git_hook_places import (
    HookManager,
    HookPlaces,
    find_hook_places,
    find_installed_id,
    list_hook_places,
    plan_hook,
    plan_hook_removal,
)
from twiceshy.records.git_hooks import NOTED, GitEvent, GitHookChange, GitHookPlan, GitHookRefusal, HookedRepository

_EXECUTABLE, _SHARED = 0o755, 0o644
"""Rights of a hook, as git's own samples have them (defined by git), and of a file that is only read."""
_AFTER = {
    HookManager.LEFTHOOK: "Then call `lefthook install`, so that git calls lefthook for these events too; it prints a "
    "heading at each. lefthook-local.yml is yours alone: put it into .gitignore.",
    HookManager.HUSKY: "The files in .husky can be committed: they do nothing where twiceshy is not installed.",
    HookManager.FOLDER: "Git looks for hooks in {folder} (core.hooksPath); other repositories may share that folder. "
    "The files there do nothing where twiceshy is not installed.",
}


class HookedStep(Protocol):
    """A plugin that takes part where hooks of git are put into a repository."""

    def read_hook(self, event: GitEvent) -> str:
        """Return the shell's text of a hook of its own; empty for an event that is not its own."""
        ...

    def describe(self, config: Config) -> str:
        """Return what it does in a repository with our hooks, in words for the person who installs them; or nothing."""
        ...

    def begin(self, store: Store, config: Config, top: Path) -> None:
        """Do what is to be done in a repository in which hooks are installed.

        Raises:
            StoreError: something cannot be written.
        """
        ...

    def list_folders(self, common: Path) -> list[Path]:
        """Return its folders below the git folder: an empty one goes when the hooks go."""
        ...


HOOKED_STEPS = Group[HookedStep]("twiceshy.githooks", HookedStep)


def plan_git_hooks(config: Config, folder: Path, *, messages: bool = False) -> GitHookPlan:
    """Return what an installation would change in the repository that a folder lies in.

    With ``messages`` it has the hook that offers a message too; one that is installed stays.

    Raises:
        UsageError: nobody works in it: it is bare.
        SourceError: it is no repository, or git refuses to read it.
        ToolMissing: there is no git, or nothing that offers messages.
    """
    places = find_hook_places(folder)
    known = _find_known(config, places)
    events = _choose_events(known, messages=messages)
    files = list_hook_places(places, events)
    key = known.id if known else find_installed_id(files, _spool_line_of(config)) or secrets.token_hex(8)
    texts = {event: _render_hook(config, event, key) for event in events}
    by_path = {entry.path: entry for entry in known.entries} if known else {}
    changes, unchanged, refusals = [], [], []
    for place in files:
        found = plan_hook(place, texts, by_path.get(str(place.path)), _spool_line_of(config), places.top)
        if found is None:
            unchanged.append(str(place.path))
        elif isinstance(found, GitHookRefusal):
            refusals.append(found)
        else:
            changes.append(found)
    repository = HookedRepository(
        id=key, common=str(places.common), top=str(places.top), entries=known.entries if known else []
    )
    return GitHookPlan(
        repository=repository,
        changes=changes,
        unchanged=unchanged,
        refusals=refusals,
        notes=_list_notes(config, places) if changes else [],
    )


def _choose_events(known: HookedRepository | None, *, messages: bool) -> tuple[GitEvent, ...]:
    offers = messages or (known is not None and any(one.event is GitEvent.MESSAGE for one in known.entries))
    return (*NOTED, GitEvent.MESSAGE) if offers else NOTED


def _list_notes(config: Config, places: HookPlaces) -> list[str]:
    """List what a person should do or know besides."""
    notes = [_AFTER.get(places.manager, "").format(folder=places.folder)]
    return [note for note in (*notes, *(step.describe(config) for step in _list_hooked_steps())) if note]


def _list_hooked_steps() -> list[HookedStep]:
    return list(load_plugins(HOOKED_STEPS).found.values())


def _find_known(config: Config, places: HookPlaces) -> HookedRepository | None:
    """Return what is recorded of the repository."""
    return next((one for one in read_hooked(config.home) if one.common == str(places.common)), None)


def _spool_line_of(config: Config) -> bytes:
    """Return the line by which hooks of this data folder are known."""
    return os.fsencode(f"\nts_spool={shlex.quote(str(config.home.absolute() / 'spool'))}\n")


def _render_hook(config: Config, event: GitEvent, key: str) -> str:
    """Return the shell's text for one event in one repository."""
    text = next(filter(None, (step.read_hook(event) for step in _list_hooked_steps())), "")
    if not text and event not in NOTED:
        raise ToolMissing(explain_wing("init --git --messages", "git"))
    text = text or Path(__file__).with_name("git_note.sh").read_text(encoding="utf-8")
    values = {
        "@EVENT@": str(event),
        "@REPOSITORY@": key,
        "@SPOOL@": shlex.quote(str(config.home.absolute() / "spool")),
        "@SETTINGS@": shlex.quote(str(config.user_file)),
        "@HOME@": shlex.quote(str(config.home.absolute())),
        "@PYTHON@": shlex.quote(sys.executable),
    }
    for mark, value in values.items():
        text = text.replace(mark, value)
    return text


def install_git_hooks(config: Config, plan: GitHookPlan) -> None:
    """Write the files as planned; the repository has a memory from then on, unless the settings say otherwise.

    Raises:
        StoreError: the data folder or a hook cannot be written; what stood there stands there again.
    """
    with Store.open(config.home) as store:
        store.salt  # noqa: B018  # notes are read with it
        for step in _list_hooked_steps():
            step.begin(store, config, Path(plan.repository.top))
    new = {change.path: change.entry for change in plan.changes if change.entry}
    kept = [entry for entry in plan.repository.entries if entry.path not in new]
    try:
        (config.home / "spool").mkdir(mode=0o700, exist_ok=True)
        _remember(config, replace(plan.repository, entries=[*kept, *new.values()]))
    except OSError as exc:
        raise StoreUnwritable(f"{config.home} cannot be written: {exc.strerror}. No hook was changed.") from exc
    for change in plan.changes:
        _put_hook(change)


def _remember(config: Config, repository: HookedRepository) -> None:
    """Record what is now in a repository."""
    others = [one for one in read_hooked(config.home) if one.id != repository.id and one.common != repository.common]
    write_hooked(config.home, [*others, repository])


def _put_hook(change: GitHookChange) -> None:
    """Put a file in its place, and what stood there aside.

    Raises:
        StoreUnwritable: it cannot be written; what stood there stands there again.
    """
    path = Path(change.path)
    mode = _SHARED if change.entry and change.entry.event is None else _EXECUTABLE
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        remove_abandoned(path)
        with write_draft(path, mode) as draft:
            draft.file.write((change.after or "").encode())
            draft.file.flush()
            if hasattr(os, "fchmod"):
                os.fchmod(draft.file.fileno(), mode)
            if change.moved:
                path.rename(change.moved)
            draft.take_place(replace=True)
    except OSError as exc:
        if change.moved and not os.path.lexists(path):
            with suppress(OSError):
                Path(change.moved).rename(path)
        raise StoreUnwritable(f"{path} cannot be written: {exc.strerror}. What stood there is as it was.") from exc


def plan_git_removal(config: Config, folder: Path | None) -> list[GitHookPlan]:
    """Return what taking our hooks out would change, in the repository that a folder lies in or, without one, in all.

    Raises:
        UsageError: nobody works in the folder's repository: it is bare.
        SourceError: it is no repository, or git refuses to read it.
    """
    common = str(find_hook_places(folder).common) if folder else ""
    return [
        _plan_removal(config, one) for one in read_hooked(config.home) if one.entries and common in {"", one.common}
    ]


def _plan_removal(config: Config, repository: HookedRepository) -> GitHookPlan:
    changes, unchanged, refusals = [], [], []
    for entry in repository.entries:
        found = plan_hook_removal(entry, _spool_line_of(config))
        if found is None:
            unchanged.append(entry.path)
        elif isinstance(found, GitHookRefusal):
            refusals.append(found)
        else:
            changes.append(found)
    return GitHookPlan(repository=repository, changes=changes, unchanged=unchanged, refusals=refusals)


def remove_git_hooks(config: Config, plans: Sequence[GitHookPlan]) -> None:
    """Take our hooks out as planned, and put back what stood there; who was hooked stays known, for notes that wait.

    Raises:
        StoreUnwritable: a file cannot be removed or put back.
    """
    for plan in plans:
        folders = [folder for entry in plan.repository.entries for folder in entry.folders]
        for change in plan.changes:
            _take_hook(change)
        folders += _list_step_folders(Path(plan.repository.common))  # each stays where something is in it
        for folder in sorted(set(folders), key=len, reverse=True):
            with suppress(OSError):  # others put something into it
                Path(folder).rmdir()
        refused = {refusal.path for refusal in plan.refusals}
        left = [entry for entry in plan.repository.entries if entry.path in refused]
        _remember(config, replace(plan.repository, entries=left))


def _list_step_folders(common: Path) -> list[str]:
    return [str(folder) for step in _list_hooked_steps() for folder in step.list_folders(common)]


def _take_hook(change: GitHookChange) -> None:
    """Take a file out, and put back what stood there.

    Raises:
        StoreUnwritable: it cannot be done; nothing was changed.
    """
    try:
        if change.moved:
            Path(change.moved).replace(change.path)
        else:
            Path(change.path).unlink()
    except OSError as exc:
        raise StoreUnwritable(f"{change.path} cannot be removed: {exc.strerror}. It is as it was.") from exc
