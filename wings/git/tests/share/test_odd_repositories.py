"""Memory in repositories that are not a plain clone: it is pushed, or a sentence says what to do; nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from wings.git.tests.share.two_clones import Clone, TwoClones, git

from twiceshy.base.errors import SourceError, StoreUnwritable
from twiceshy.recipes.keep.forget_records import forget
from twiceshy.records.upkeep import Extent
from twiceshy_git.share.pull_memory import pull
from twiceshy_git.share.push_memory import push
from twiceshy_git.share.told_projects import has_told
from twiceshy_git.share.write_memory import write_memories

FILE = ("-c", "protocol.file.allow=always")
ODD = {
    "shallow": ("clone", "-q", "--depth", "1", "file://{origin}", "{odd}"),
    "partial": ("clone", "-q", "--filter=blob:none", "file://{origin}", "{odd}"),
    "bare": ("clone", "-q", "--bare", "{origin}", "{odd}"),
    "second work tree": ("worktree", "add", "-q", "-b", "side", "{odd}"),
    "detached head": ("worktree", "add", "-q", "--detach", "{odd}"),
    "submodule": (*FILE, "submodule", "--quiet", "add", "{origin}", "lib"),
}


@pytest.fixture
def clones(tmp_path: Path) -> TwoClones:
    return TwoClones(tmp_path)


@pytest.mark.parametrize("kind", ODD)
def test_a_memory_goes_and_comes_from_odd_repositories(clones: TwoClones, kind: str) -> None:
    """The user's refs stay as they are."""
    odd = clones.origin.parent / "odd"
    git(clones.ann.folder, *(word.format(origin=clones.origin, odd=odd) for word in ODD[kind]))
    clone = Clone(odd if kind != "submodule" else clones.ann.folder / "lib")
    clone.config = replace(clone.config, home=clones.origin.parent / "odd-data")
    clone.work("take payments")
    before = git(clone.folder, "for-each-ref")

    sent = push(clone.config, clone.folder, dry_run=False)
    clones.bob.work("send receipts")
    push(clones.bob.config, clones.bob.folder, dry_run=False)
    came = pull(clone.config, clone.folder)

    assert (sent.records, sent.pushed, came.new) == ({"session": 1}, True, {"session": 1})
    assert git(clone.folder, "for-each-ref") == before


def test_a_remote_that_names_its_objects_otherwise_is_told_apart(clones: TwoClones, tmp_path: Path) -> None:
    """The advice is another repository, not other rights."""
    git(tmp_path, "init", "-q", "--bare", "--object-format=sha256", "other.git")
    clones.ann.work("take payments")
    with pytest.raises(SourceError, match=r"SHA-256.*memory\.remote"):
        push(replace(clones.ann.config, memory_remote=str(tmp_path / "other.git")), clones.ann.folder, dry_run=False)

    assert push(clones.ann.config, clones.ann.folder, dry_run=False).records == {"session": 1}


def test_a_git_folder_that_cannot_be_written_costs_nothing(clones: TwoClones) -> None:
    """What was recorded goes when it can be written again."""
    clones.ann.work("take payments")
    place = clones.ann.folder / ".git" / "twiceshy"
    place.write_text("")
    with pytest.raises(StoreUnwritable, match="room and write permission"):
        push(clones.ann.config, clones.ann.folder, dry_run=False)
    place.unlink()

    assert write_memories(replace(clones.ann.config, memory_keep="all")) == 1


def test_a_project_that_only_others_told_of_can_be_forgotten(clones: TwoClones) -> None:
    """By the name under which it is stored."""
    clones.ann.work("take payments")
    push(clones.ann.config, clones.ann.folder, dry_run=False)
    pull(clones.bob.config, clones.bob.folder)
    with clones.bob.open() as store:
        extent = Extent(project=clones.bob.find(store).project)

    planned = forget(clones.bob.config, extent, datetime.now(UTC), dry_run=True)
    done = forget(clones.bob.config, extent, datetime.now(UTC), dry_run=False)

    assert (planned.memory.told, done.memory.told, done.sessions) == (1, 1, 0)
    assert not has_told(clones.bob.config)
