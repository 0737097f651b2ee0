"""Where a project lies on this machine, and which agents worked in it; both from its stored sessions."""

import os
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from twiceshy.archive.reads.project_sessions import ProjectSession
from twiceshy.base.errors import SourceError, ToolMissing
from twiceshy.logs.git_program import ask_git
from twiceshy.logs.local_paths import to_local_path
from twiceshy.logs.projects import ProjectFinder

_MOST_FOLDERS = 20
"""Folders of a project that are looked at, the newest first (guess, 2026-11-22)."""


class ProjectPlace(NamedTuple):
    """A project on this machine."""

    root: Path | None
    """None: none of its folders is here."""
    agents: list[str]
    """The most frequent first."""


def find_place(identity: str, sessions: Sequence[ProjectSession], folder: Path, finder: ProjectFinder) -> ProjectPlace:
    """Return where a project lies: around ``folder`` if that is in it, else where its newest session worked."""
    own = [session for session in sessions if session.project_identity == identity]
    agents = [agent for agent, _ in Counter(session.agent for session in own).most_common()]
    wanted = to_local_path(identity)
    folders = dict.fromkeys([str(folder), *(to_local_path(session.cwd) for session in own if session.cwd)])
    for name in list(folders)[:_MOST_FOLDERS]:
        path = Path(os.path.expanduser(name))  # noqa: PTH111  # pathlib's own raises where there is no such user
        if path.is_absolute() and path.is_dir() and finder.find(str(path)).identity == wanted:
            return ProjectPlace(_find_top(path), agents)
    return ProjectPlace(None, agents)


def _find_top(folder: Path) -> Path:
    """Return the work tree around a folder; the folder itself where there is none."""
    return next((place for place in (folder, *folder.parents) if (place / ".git").exists()), folder)


def is_tracked(root: Path, path: Path) -> bool:
    """Tell whether git tracks a file; not where git cannot be asked."""
    try:
        return bool(ask_git(root, "ls-files", "--error-unmatch", "--", str(path), accept=(0, 1)).strip())
    except (SourceError, ToolMissing):
        return False
