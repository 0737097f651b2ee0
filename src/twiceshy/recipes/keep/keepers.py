"""What plugins keep of sessions outside of the archive is forgotten with them: who keeps something says so here.

A memory that travels with a repository and an index of its files are such things. Two of one name are an error: it is
better to forget nothing than to believe that everything is gone.
"""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path
from typing import Protocol

from twiceshy.archive.db import Store
from twiceshy.base.config import Config
from twiceshy.base.errors import ConfigError
from twiceshy.base.plugins import Group, load_plugins
from twiceshy.records.upkeep import Extent, MemoryRemoval


class Keeper(Protocol):
    """A plugin that keeps something of sessions or projects in places of its own."""

    def forget(self, store: Store, config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> MemoryRemoval:
        """Remove what is in the extent; it comes before the archive forgets. With ``dry_run`` only say what it is.

        Raises:
            StoreUnwritable: something cannot be removed; the archive forgets nothing then.
        """
        ...

    def retire(
        self, store: Store, config: Config, sessions: Iterable[bytes], now: datetime, *, dry_run: bool
    ) -> MemoryRemoval:
        """Remove what is of these sessions, which are past their time.

        Raises:
            StoreUnwritable: something cannot be removed.
        """
        ...

    def remove_project_files(self, config: Config, identities: Iterable[str]) -> int:
        """Remove files of the project with these identities; return how many.

        Raises:
            StoreUnwritable: one could not be removed.
        """
        ...

    def list_unused(self, config: Config, now: datetime) -> list[Path]:
        """Return files that nobody has used for as long as sessions are kept."""
        ...

    def remove_unused(self, config: Config, now: datetime) -> int:
        """Remove those; return how many.

        Raises:
            StoreUnwritable: one could not be removed.
        """
        ...


KEEPERS = Group[Keeper]("twiceshy.forget", Keeper)


def list_keepers() -> list[Keeper]:
    """Return all who keep something.

    Raises:
        ConfigError: one of them is broken or there twice: what it keeps would stay.
    """
    loaded = load_plugins(KEEPERS)
    if loaded.faults:
        raise ConfigError(
            f"the plugin {loaded.faults[0].describe()}: what it keeps would stay. `twiceshy doctor` says what to do."
        )
    return list(loaded.found.values())


def forget_kept(store: Store, config: Config, extent: Extent, now: datetime, *, dry_run: bool) -> MemoryRemoval:
    """Remove what any of them keeps of the extent; return what was, or would be, removed.

    Raises:
        ConfigError: one of them is broken.
        StoreUnwritable: something cannot be removed.
    """
    return _sum_up(one.forget(store, config, extent, now, dry_run=dry_run) for one in list_keepers())


def retire_kept(
    store: Store, config: Config, sessions: Iterable[bytes], now: datetime, *, dry_run: bool
) -> MemoryRemoval:
    """Remove what any of them keeps of sessions that are past their time; return what was, or would be, removed.

    Raises:
        ConfigError: one of them is broken.
        StoreUnwritable: something cannot be removed.
    """
    uids = list(sessions)
    return _sum_up(one.retire(store, config, uids, now, dry_run=dry_run) for one in list_keepers())


def _sum_up(found: Iterable[MemoryRemoval]) -> MemoryRemoval:
    removed = list(found)
    return MemoryRemoval(
        facts=sum(one.facts for one in removed),
        told=sum(one.told for one in removed),
        pushed=tuple(dict.fromkeys(place for one in removed for place in one.pushed)),
    )
