"""Memory goes to another repository and comes from it: the only calls of git here that may reach a network.

They run when a person asked for them, with that person's own settings for the way there (keys, proxies, helpers for
passwords), and with nothing of the repository's: no hook runs, no other ref moves, no submodule is followed.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.base.git_door import NO_HOOKS, start_git
from twiceshy_git.memory_repository.memory_git import ask_memory_git

_REF: Final = re.compile(r"refs/twiceshy/memory/[0-9a-f]{16}/\d{6}")
_HASH: Final = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")
_OWN_VARIABLES: Final = (
    "GIT_DIR",
    "GIT_WORK_TREE",
    "GIT_INDEX_FILE",
    "GIT_OBJECT_DIRECTORY",
    "GIT_ALTERNATE_OBJECT_DIRECTORIES",
    "GIT_COMMON_DIR",
    "GIT_NAMESPACE",
    "GIT_PREFIX",
    "GIT_QUARANTINE_PATH",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_PARAMETERS",
)
"""Set by a git that runs us, for its own repository."""
_SETTINGS: Final = (
    NO_HOOKS,
    "fetch.fsckObjects=true",
    "fetch.prune=false",
    "fetch.recurseSubmodules=false",
    "fetch.writeCommitGraph=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "push.followTags=false",
    "push.gpgSign=false",
    "push.recurseSubmodules=no",
    "submodule.recurse=false",
)
_THEIR_SIDE: Final = "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=true -c gc.auto=0 receive-pack"
"""What git starts in a repository on this machine: one that came with a clone would run its own hooks there."""
_STEP: Final = 20 << 20  # bytes that go at once, so that what arrived stands (guess, 2026-11-23)
_MOST_SAID: Final = 300  # characters of git's own words in a message (guess, 2026-11-23)
_SECRET: Final = re.compile(r"(?<=://)[^/@\s]+@")


class RefUpdate(NamedTuple):
    """A ref that is to be changed over there."""

    name: str
    new: str
    """Hash; empty where the ref goes."""
    old: str
    """What it must be there now; empty where it must not be."""


def show_address(address: str) -> str:
    """Return an address without the user and password in it.

    >>> show_address("https://ann:secret@host.example/shop.git")
    'https://host.example/shop.git'
    """
    return _SECRET.sub("", address)


def list_remote_refs(folder: Path, address: str) -> dict[str, str]:
    """Return the refs of memory over there, with their hashes.

    Raises:
        SourceError: it cannot be reached, or refuses.
        ToolMissing: there is no git.
    """
    said = _talk(folder, address, "ls-remote", "--", address, "refs/twiceshy/memory/*")
    rows = (row.partition("\t")[::2] for row in said.splitlines())
    return {name: hash_ for hash_, name in rows if _REF.fullmatch(name) and _HASH.fullmatch(hash_)}


def fetch_refs(folder: Path, address: str, names: Mapping[str, str]) -> None:
    """Fetch refs from there into refs of the bare repository, by name here.

    Raises:
        SourceError: it cannot be reached, or gave what is damaged; nothing was changed.
        ToolMissing: there is no git.
    """
    if names:
        wanted = [f"+{theirs}:{ours}" for theirs, ours in names.items()]
        flags = ("--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--atomic")
        _talk(folder, address, "fetch", *flags, "--", address, *wanted)


def delete_refs(folder: Path, names: Iterable[str]) -> None:
    """Delete refs of the bare repository.

    Raises:
        StoreError: it cannot be written.
    """
    if lines := "".join(f"delete {name}\n" for name in names):
        ask_memory_git(folder, "update-ref", "--stdin", given=lines.encode())


def measure_ref(folder: Path, hash_: str) -> int:
    """Return the bytes on disk of what a commit holds.

    Raises:
        StoreError: it cannot be read.
    """
    return int(ask_memory_git(folder, "rev-list", "--objects", "--disk-usage", hash_).split()[0])


def group_updates(folder: Path, updates: Sequence[RefUpdate]) -> list[list[RefUpdate]]:
    """Return the updates in groups that are small enough to go at once.

    Raises:
        StoreError: the bare repository cannot be read.
    """
    groups: list[list[RefUpdate]] = []
    room = 0
    for one in updates:
        size = measure_ref(folder, one.new) if one.new else 0
        if not groups or size > room:
            groups.append([])
            room = _STEP
        groups[-1].append(one)
        room -= size
    return groups


def push_refs(folder: Path, address: str, updates: Iterable[RefUpdate]) -> None:
    """Change refs over there, each only if it is what it was when we looked.

    Raises:
        SourceError: it cannot be reached, refuses, or a ref was changed meanwhile.
        ToolMissing: there is no git.
    """
    changes = list(updates)
    if changes:
        leases = [f"--force-with-lease={one.name}:{one.old}" for one in changes]
        moves = [f"{one.new}:{one.name}" for one in changes]
        there = [f"--receive-pack={_THEIR_SIDE}"] if _is_here(address) else []
        _talk(folder, address, "push", "--quiet", "--no-verify", "--no-thin", *there, *leases, "--", address, *moves)


def _is_here(address: str) -> bool:
    """Tell whether git takes an address for a folder of this machine.

    >>> _is_here("/srv/shop.git"), _is_here("file:///srv/shop.git"), _is_here("ann@host.example:shop.git")
    (True, True, False)
    """
    if address.startswith("file://") or address[1:3] in (":\\", ":/"):
        return True
    return "://" not in address and ":" not in address.partition("/")[0]


def _talk(folder: Path, address: str, *words: str) -> str:
    """Run a git command that talks to another repository, and return what it printed.

    Raises:
        SourceError: it failed.
        ToolMissing: there is no git.
    """
    kept = {name: value for name, value in os.environ.items() if name not in _OWN_VARIABLES}
    prompts = "1" if sys.stdin is not None and sys.stdin.isatty() else "0"
    environment = {"GIT_TERMINAL_PROMPT": prompts} | kept | {"GIT_DIR": str(folder), "LC_ALL": "C"}
    with start_git(words, settings=_SETTINGS, environment=environment, stdin=None, stderr=subprocess.PIPE) as process:
        try:
            answer, said = process.communicate()
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        raise _build_refusal(address, words[0], said[-20_000:].decode("utf-8", "replace"))
    return answer.decode("utf-8", "replace")


def _build_refusal(address: str, word: str, said: str) -> SourceError:
    """Return the error for what git said of another repository."""
    place = repr(show_address(address))
    if "stale info" in said or "fetch first" in said or "cannot lock ref" in said:
        return SourceError(f"{place} was changed while we wrote there; nothing was lost. Try again.")
    if "hash algorithm" in said:
        return SourceError(
            f"{place} names its objects by another algorithm (SHA-256) than a memory does (SHA-1), so it cannot take "
            "one. Nothing was lost. Name another repository for it: twiceshy config set memory.remote ADDRESS"
        )
    lines = [line.strip() for line in _SECRET.sub("", said).splitlines()]
    telling = next((line for line in lines if line.startswith(("fatal", "error", "remote: error", "!"))), "")
    what = "could not be read" if word != "push" else "did not take the memory"
    reason = (telling or " ".join(lines))[:_MOST_SAID] or "git gave no reason"
    return SourceError(
        f"{place} {what}: {reason}. What is recorded here is as it was. Check the address and your rights there "
        "(`git ls-remote ADDRESS` must work), or set another with `twiceshy config set memory.remote ADDRESS`."
    )
