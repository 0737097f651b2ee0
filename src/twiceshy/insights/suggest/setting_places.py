"""Which file a setting goes into, and whether that file sets it already."""

from pathlib import Path
from typing import NamedTuple

from twiceshy.insights.remedy.setting_edit import put_setting
from twiceshy.insights.remedy.setting_lines import GIT, SHELL, is_set_in, name_start_file
from twiceshy.insights.suggest.target_files import UnfitFile, read_target
from twiceshy.logs.agent_instructions import INSTRUCTION_FILES, find_settings_file
from twiceshy.logs.hook_changes import HostEnvironment
from twiceshy.logs.projects import repository_of
from twiceshy.records.insights import SettingChange
from twiceshy.stats.text.jsonc import NotJson


class SettingPlace(NamedTuple):
    """Where a setting goes."""

    path: Path | None
    """None: nobody knows a file for it."""
    known: bool
    """The file sets that key already, to this value or another."""


def find_setting_place(change: SettingChange, root: Path | None, here: HostEnvironment) -> SettingPlace:
    """Return the file for a setting: of the project where ``root`` is known and that stays the user's, else theirs."""
    path = _find_file(change, root, here)
    if path is None:
        return SettingPlace(None, known=False)
    try:
        text = read_target(path, (*((root,) if root else ()), here.home)) or ""
    except UnfitFile:
        return SettingPlace(path, known=False)
    return SettingPlace(path, known=_is_known(text, change))


def _find_file(change: SettingChange, root: Path | None, here: HostEnvironment) -> Path | None:
    if change.program == GIT:
        repository = repository_of(root) if root is not None else None
        if repository is not None:
            return repository.common / "config"
        return Path(here.env.get("GIT_CONFIG_GLOBAL") or here.home / ".gitconfig")
    if change.program == SHELL:
        name = name_start_file(here.env.get("SHELL", ""))
        return here.home / name if name else None
    if change.program not in INSTRUCTION_FILES:
        return None
    return find_settings_file(change.program, root, here.env, here.home)


def _is_known(text: str, change: SettingChange) -> bool:
    """Tell whether a file sets a key already; one that cannot be read is told of when it is written."""
    if change.program in {GIT, SHELL}:
        return is_set_in(text, change)
    try:
        return not put_setting(text, change).insertions
    except NotJson as error:
        return "already" in str(error)
