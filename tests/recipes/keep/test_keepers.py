"""recipes.keep.keepers: what is kept elsewhere goes too, and who may keep something and is broken stops it."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.base.errors import ConfigError
from twiceshy.base.plugins import Entry, PluginFault, Plugins, list_entries
from twiceshy.recipes.keep import keepers
from twiceshy.recipes.keep.keepers import Keeper
from twiceshy.records.upkeep import Extent, MemoryRemoval

NOW = datetime(2026, 11, 25, tzinfo=UTC)


class _Kept:
    """Keeps so many facts, some of which were pushed somewhere."""

    def __init__(self, facts: int, *pushed: str) -> None:
        self.removal = MemoryRemoval(facts=facts, told=1, pushed=pushed)

    def forget(self, *_: object, **__: object) -> MemoryRemoval:
        return self.removal

    retire = forget

    def remove_project_files(self, *_: object) -> int:
        return 0

    def list_unused(self, *_: object) -> list[Path]:
        return []

    remove_unused = remove_project_files


def test_what_several_keep_is_summed_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each place that something was pushed to is named once."""
    found: dict[str, Keeper] = {"a": _Kept(2, "here"), "b": _Kept(3, "here", "there")}
    monkeypatch.setattr(keepers, "load_plugins", lambda _: Plugins(found, ()))
    config, all_of_it = (
        load({"home": str(tmp_path)}, {}, tmp_path),
        MemoryRemoval(facts=5, told=2, pushed=("here", "there")),
    )
    with Store.open(config.home) as store:
        assert keepers.forget_kept(store, config, Extent(), NOW, dry_run=True) == all_of_it
        assert keepers.retire_kept(store, config, [b"s"], NOW, dry_run=True) == all_of_it


def test_nothing_is_forgotten_where_a_keeper_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it keeps would stay, and nobody would know."""
    fault = PluginFault("twiceshy.forget", "git", ("twiceshy",), "has no forget")
    monkeypatch.setattr(keepers, "load_plugins", lambda _: Plugins({}, (fault,)))

    with pytest.raises(ConfigError, match=r"'git' of twiceshy .* has no forget: what it keeps would stay"):
        keepers.list_keepers()


def test_the_git_wing_is_a_keeper() -> None:
    """It keeps memories and indexes."""
    assert Entry("twiceshy.forget", "git", "twiceshy_git.plugin", "twiceshy-git") in list_entries()
    assert keepers.list_keepers()
