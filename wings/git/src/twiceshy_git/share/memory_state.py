"""Say what a repository's memory holds, what a push would carry away, and how big it is. It reads only."""

from collections import Counter
from pathlib import Path

from twiceshy.archive.db import Store, has_store
from twiceshy.archive.pulled_records import count_pulled, read_entries
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, TwiceshyError
from twiceshy.records.memory import MemoryState
from twiceshy.records.upkeep import Check, CheckState
from twiceshy_git.memory_repository.memory_place import find_memory_folder
from twiceshy_git.memory_repository.transfer import show_address
from twiceshy_git.share.kept_repositories import KeptRepository, find_repository, make_scrubber
from twiceshy_git.share.push_memory import find_address, key_of_place, read_seen
from twiceshy_git.share.told_projects import list_writers

_LARGE = 200_000_000
"""Bytes of a memory of which `doctor` speaks: a repository of that size is slow to clone (guess, 2026-11-23)."""


def read_memory_state(config: Config, folder: Path) -> MemoryState:
    """Return what the memory of the repository of a folder holds.

    Raises:
        NotFound: the folder is in no repository, or nothing is stored yet.
    """
    if not has_store(config.home):
        raise NotFound(f"nothing is stored in {config.home} yet. Next: twiceshy ingest")
    with Store.open(config.home, readonly=True) as store:
        return _read_state(store, config, find_repository(store, config, folder))


def _read_state(store: Store, config: Config, repository: KeptRepository) -> MemoryState:
    address = find_address(config, repository)
    place = key_of_place(repository, address)
    entries = list(read_entries(store.connection, repository.key))
    scrubber = make_scrubber(store, config)
    return MemoryState(
        repository=scrubber.text(str(repository.top)),
        kept=repository.asked or config.memory_keep == "all",
        own=dict(sorted(Counter(one.type for one in entries).items())),
        others=tuple(list_writers(count_pulled(store.connection, repository.project))),
        bytes=_measure(find_memory_folder(repository.common)),
        waiting=sum(one.pushed != place for one in entries),
        remote=scrubber.text(show_address(address)),
        pushed_at=read_seen(store, place).at,
    )


def _measure(folder: Path) -> int:
    """Return the bytes of the files of a folder and below."""
    total = 0
    for path in folder.rglob("*") if folder.is_dir() else ():
        try:
            total += path.lstat().st_size if path.is_file() else 0
        except OSError:  # a file that git has just replaced
            continue
    return total


def check_memory(config: Config, folder: Path) -> list[Check]:
    """Return what `doctor` says of the memory of the repository of a folder; nothing where there is none."""
    try:
        state = read_memory_state(config, folder)
    except TwiceshyError:
        return []
    if not state.kept:
        return []
    theirs = sum(sum(one.records.values()) for one in state.others)
    words = f"{sum(state.own.values()):,} records of this machine"
    words += f", {theirs:,} that {len(state.others)} other{'s' * (len(state.others) > 1)} told" if theirs else ""
    words += f"; {state.bytes / 1e6:.1f} MB; a push would carry {state.waiting:,}"
    words += f" to {state.remote}" if state.remote else " nowhere: there is no remote"
    large = state.bytes > _LARGE
    advice = "`twiceshy chunks compact` makes it smaller." if large else ""
    return [Check(name="memory", state=CheckState.NOTE if large else CheckState.OK, words=words, advice=advice)]
