"""Which repositories have hooks of this data folder, are there, and may be recorded."""

import os
from dataclasses import replace
from pathlib import Path

from twiceshy.archive.git_hook_record import read_hooked
from twiceshy.base.config import Config, load
from twiceshy.base.errors import ConfigError
from twiceshy.records.git_hooks import HookedRepository


def list_recorded_repositories(config: Config) -> list[HookedRepository]:
    """List those that have or had hooks, without those that are gone or whose settings switch recording off.

    Of one whose work tree is gone git's own folder stands for it: other work trees may share that.
    """
    found = []
    for one in read_hooked(config.home):
        there = one if Path(one.top).is_dir() else replace(one, top=one.common)
        if Path(there.top).is_dir() and _is_recorded(Path(there.top)):
            found.append(there)
    return found


def _is_recorded(top: Path) -> bool:
    """Tell whether a project's settings let it be recorded; so they do not where they cannot be read."""
    try:
        return load({}, os.environ, top).enabled
    except ConfigError:
        return False
