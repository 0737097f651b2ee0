"""The hook folder in the data folder: the script's settings and notes, and the record of what was written where."""

import json
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from twiceshy.base.config import Config
from twiceshy.base.private_files import PRIVATE, write_draft
from twiceshy.records.upkeep import HookEntry

_SLOW_DAY_S, _SLOW_TIMES = 86_400, 3
"""Seconds and overruns after which the script is silent in a folder: defined by ``doors.gate.overruns``."""


class HookFolder(NamedTuple):
    """The hook folder and the files in it."""

    path: Path

    @property
    def script(self) -> Path:
        """Our copy of the script."""
        return self.path / "hook.py"

    @property
    def settings(self) -> Path:
        """The script's settings, one per line."""
        return self.path / "settings"

    @property
    def entries(self) -> Path:
        """The record of what was written into which settings file."""
        return self.path / "installed.json"

    @property
    def stamp(self) -> Path:
        """The file that is touched when `learn` begins."""
        return self.path / "learned"

    @property
    def team(self) -> Path:
        """The file that is there while a team's server is asked what others learned."""
        return self.path / "team"


def folder_of(config: Config) -> HookFolder:
    """Return the hook folder, whether it exists or not."""
    return HookFolder(config.home.absolute() / "hooks")


def mark_team(config: Config, *, asked: bool) -> None:
    """Let a session's start begin `learn`, or not: only where a team's server is asked, others may have learned."""
    path = folder_of(config).team
    with suppress(OSError):  # no hook is installed, or the folder is not ours: the next session's end learns
        if asked:
            path.touch(mode=0o600)
        else:
            path.unlink(missing_ok=True)


def read_settings(folder: HookFolder) -> dict[str, str]:
    """Return the script's settings as they are; empty where there are none."""
    try:
        text = folder.settings.read_text(encoding="utf-8")
    except OSError:
        return {}
    return dict(line.split("=", 1) for line in text.splitlines() if "=" in line)


def write_atomically(path: Path, data: bytes) -> None:
    """Write the file so that only its owner can read it and nobody sees it half-written."""
    with write_draft(path, PRIVATE) as draft:
        draft.file.write(data)
        draft.take_place(replace=True)


def read_entries(folder: HookFolder) -> list[HookEntry]:
    """Return what was written into which settings file; empty where that is not known."""
    try:
        rows = json.loads(folder.entries.read_text(encoding="utf-8"))
        return [
            HookEntry(**row | {"path": Path(row["path"]), "insertions": [(at, text) for at, text in row["insertions"]]})
            for row in rows
        ]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def write_entries(folder: HookFolder, known: list[HookEntry]) -> None:
    """Store what is now written into settings files."""
    rows = [asdict(entry) | {"path": str(entry.path)} for entry in known]
    write_atomically(folder.entries, json.dumps(rows, indent=1).encode())


def count_slow_folders(folder: HookFolder, now_s: float) -> int:
    """Count the folders in which the script is silent, since it took too long there within the last day."""
    try:
        rows = [line.split() for line in (folder.path / "slow_folders").read_text(encoding="utf-8").splitlines()]
    except (OSError, ValueError):
        return 0
    keys = [row[1] for row in rows if len(row) == 2 and row[0].isdecimal() and abs(now_s - int(row[0])) < _SLOW_DAY_S]
    return sum(keys.count(key) >= _SLOW_TIMES for key in set(keys))


def read_notes(folder: HookFolder) -> list[str]:
    """Return the script's notes of what it could not do, oldest first."""
    try:
        text = (folder.path / "failures").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return []
    return [line for line in text.splitlines() if line and not line.startswith("#")]
