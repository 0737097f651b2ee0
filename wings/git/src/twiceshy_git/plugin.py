"""Where the git wing joins what the core does: one page, named by the entry points. Each import is late.

It keeps a memory of each repository where a person asked for one, offers messages where a hook does, and forgets all of
it with the archive.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.recipes.learn.learn_all import BudgetCheck, LearnStep
from twiceshy.records.git_hooks import GitEvent
from twiceshy.records.memory import SeedImport
from twiceshy.records.upkeep import Check, Extent, MemoryRemoval

_ABOUT_MEMORY = (
    "`twiceshy learn` then also keeps what it knows of this project in its git folder (memory.keep). Nothing leaves "
    "this machine but by `twiceshy memory push`."
)

# Learning.


def _write_memories(config: Config, check: BudgetCheck) -> int:
    """Write what is new into the memories of repositories where a person asked for one; return how many facts."""
    from twiceshy_git.share.write_memory import write_memories  # noqa: PLC0415  # as said above

    check()
    return write_memories(config, pause=check)


def _learn_commit_messages(config: Config, check: BudgetCheck) -> int:
    """Read what was committed since, where a hook offers messages; return how many commits are known there."""
    from twiceshy_git.message_recipes.offered_repositories import refresh_messages  # noqa: PLC0415  # as above

    return refresh_messages(config, pause=check)


STEPS: tuple[LearnStep, ...] = (
    LearnStep("memory", _write_memories, after="rules"),
    LearnStep("commit messages", _learn_commit_messages, after="memory"),
)


# The doctor.


def check(config: Config, env: Mapping[str, str], now: datetime) -> Iterable[Check]:  # noqa: ARG001  # as every row is asked
    """Return what the memory of the repository of this folder holds."""
    from twiceshy_git.share.memory_state import check_memory  # noqa: PLC0415  # as above

    return check_memory(config, Path.cwd())


# Hooks of git.


def read_hook(event: GitEvent) -> str:
    """Return the hook that offers a message; empty for other events."""
    if event is not GitEvent.MESSAGE:
        return ""
    return (Path(__file__).parent / "githook" / "message.sh").read_text(encoding="utf-8")


def describe(config: Config) -> str:
    """Return that a memory is kept from then on; empty where the settings say otherwise."""
    return "" if config.memory_keep == "none" else _ABOUT_MEMORY


def begin(store: Store, config: Config, top: Path) -> None:
    """Begin the memory of a repository, unless the settings say otherwise.

    Raises:
        StoreError: the git folder cannot be written.
    """
    from twiceshy_git.share.kept_repositories import begin_memory, find_repository  # noqa: PLC0415  # as above

    if config.memory_keep != "none":
        begin_memory(store, config, find_repository(store, config, top))


def list_folders(common: Path) -> list[Path]:
    """Return the folder of a memory: it stays where there is one."""
    from twiceshy_git.memory_repository.memory_place import find_memory_folder  # noqa: PLC0415  # as above

    return [find_memory_folder(common)]


# Forgetting.


def forget(store: Store, config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> MemoryRemoval:
    """Take what is in the extent out of every memory.

    Raises:
        StoreUnwritable: a memory cannot be written.
    """
    from twiceshy_git.share.forget_memory import forget_memory  # noqa: PLC0415  # as above

    return forget_memory(store, config, extent, now, dry_run=dry_run)


def retire(store: Store, config: Config, sessions: Iterable[bytes], now: datetime, *, dry_run: bool) -> MemoryRemoval:
    """Take the facts of sessions that are past their time out of every memory.

    Raises:
        StoreUnwritable: a memory cannot be written.
    """
    from twiceshy_git.share.forget_memory import retire_memory  # noqa: PLC0415  # as above

    return retire_memory(store, config, sessions, now, dry_run=dry_run)


def remove_project_files(config: Config, identities: Iterable[str]) -> int:
    """Remove the indexes and models of a project; return how many files.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    from twiceshy_git.file_recipes import ranking_files  # noqa: PLC0415  # as above

    return ranking_files.remove_project_files(config, identities)


def list_unused(config: Config, now: datetime) -> list[Path]:
    """Return the indexes that nobody used for as long as sessions are kept."""
    from twiceshy_git.file_recipes import ranking_files  # noqa: PLC0415  # as above

    return ranking_files.list_unused(config, now)


def remove_unused(config: Config, now: datetime) -> int:
    """Remove those; return how many.

    Raises:
        StoreUnwritable: one could not be removed.
    """
    from twiceshy_git.file_recipes import ranking_files  # noqa: PLC0415  # as above

    return ranking_files.remove_unused(config, now)


# Files of an older collector.


def take(config: Config, path: Path) -> SeedImport:
    """Store the records of a folder ``.git-ml``, of a file of it, or of standard input.

    Raises:
        UsageError: there is no such file or folder.
        StoreError: the store cannot be used.
    """
    from twiceshy_git.memory_recipes import import_seed  # noqa: PLC0415  # as above

    return import_seed(config, path)


def render(found: SeedImport) -> str:
    """Return in words what was taken."""
    from twiceshy_git.verbs.memory_formats import render_import  # noqa: PLC0415  # as above

    return render_import(found)
