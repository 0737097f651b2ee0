"""The folder that a work tree belongs to, told from the form of its path alone.

Most work trees of agents and of task managers are gone when their logs are read, so that git cannot be asked. What is
left is where such programs put them: into a folder of that name inside the repository, or beside it under the
repository's name. Forms from the programs' own documentation and from logs of 17 projects (2026-11-24). A folder that
only *may* be one (``~/worktrees/name``) is left as it is: two projects made one cost more than one project in two.
"""

import re
from typing import Final

_INSIDE: Final = re.compile(
    r"(?P<main>.*[^/])/(?:"
    r"\.(?:worktrees?|trees|wt)|"  # git's users, GitLens, task managers
    r"\.(?:claude|codex|cursor|gemini|opencode|copilot|agents?|git)/(?:worktrees?|beads-worktrees)|"
    r"\.(?:conductor|claude-worktrees|agent-worktrees|git-worktrees)"
    r")/[^/].*"
)
"""``X/.worktrees/1``: the folder X."""
_BESIDE: Final = re.compile(r"(?P<main>.*/[^/]*[^/._-])(?:[-.]|_{1,2})(?:worktrees?|wt)/[^/].*")
"""``X-worktrees/name``, ``X.worktrees/name``, ``X__worktrees/name``: the folder X beside it."""
_BELOW_NAME: Final = re.compile(
    r"(?P<main>.*/(?:\.cursor/worktrees|conductor/workspaces|\.superset/worktrees)/[^/]+)/[^/].*"
)
"""``~/.cursor/worktrees/X/name``: one place for all repositories, where X is only a name; that folder stands for it."""


def find_main_folder(path: str) -> str | None:
    """Return the folder that a work tree's path belongs to; None where its form says nothing.

    ``path``: absolute, with ``/``. A work tree in a work tree leads to the outermost folder.

    >>> find_main_folder("/w/cli/.worktrees/ann/fix-it"), find_main_folder("/w/cli.worktrees/fix/src")
    ('/w/cli', '/w/cli')
    >>> find_main_folder("/w/worktrees/cli/fix"), find_main_folder("/w/cli/.worktrees")
    (None, None)
    """
    found = None
    named = _BELOW_NAME.fullmatch(path)
    if named is not None:
        return named["main"]
    while (match := _INSIDE.fullmatch(path) or _BESIDE.fullmatch(path)) is not None and not _is_home(match["main"]):
        found = path = match["main"]
    return found


def _is_home(folder: str) -> bool:
    """Tell whether a folder is a person's own: what programs keep there is of no repository."""
    parts = folder.strip("/").split("/")
    return (len(parts) <= 2 and parts[0] in {"Users", "home"}) or folder == "/root"


# Where below another folder does a folder lie, whichever of a drive's spellings each of them has?
#
# One folder of Windows is ``C:\Users``, ``c:/users``, ``/c/Users`` (MSYS, Git Bash), ``/cygdrive/c/Users`` and
# ``/mnt/c/Users`` (WSL): an agent's log names the folder in one spelling and its commands in another. Both sides are
# brought to one spelling, so a folder ``/c`` of another system is compared with itself all the same.

_DRIVE = re.compile(r"\A(?:/(?:mnt|cygdrive)/([A-Za-z])|/([A-Za-z])|([A-Za-z]):)(?=/|\Z)")


def find_below(path: str, root: str) -> str | None:
    """Return ``path`` relative to ``root``, empty where they are the same; None where it does not lie below.

    Both are results of ``gate_keys.make_absolute``.

    >>> find_below("/c/Users/ann/shop/web", "c:/Users/ann/shop"), find_below("/mnt/c/w", "c:/w"), find_below("/b", "/a")
    ('web', '', None)
    """
    one, other = _spell(path), _spell(root)
    if _DRIVE.match(root) and _DRIVE.match(path):
        same = one.casefold().startswith(other.casefold())  # a drive's names do not differ by case
    else:
        same = one.startswith(other)
    if not root or not same:
        return None
    rest = one[len(other) :]
    if rest and other[-1:] != "/" and rest[0] != "/":
        return None
    return rest.lstrip("/")


def _spell(path: str) -> str:
    """Return a path with its drive as ``c:``."""
    found = _DRIVE.match(path)
    if found is None:
        return path
    return f"{(found[1] or found[2] or found[3]).lower()}:{path[found.end() :]}"
