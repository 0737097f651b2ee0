"""Repositories below a folder: found whatever their form, and known to have changed when their branches did."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.logs.repository_finder import FoundRepository, UnreadableRepository, find_repositories


def git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", "-C", str(folder), *words], check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    folder = tmp_path / "repos/team/shop"
    folder.mkdir(parents=True)
    git(folder, "init", "-q", "-b", "main")
    commit(folder, "one")
    return folder


def commit(folder: Path, name: str) -> None:
    (folder / name).write_text(name)
    git(folder, "add", name)
    git(folder, "-c", "user.name=A", "-c", "user.email=a@x.test", "commit", "-q", "-m", name)


def stamp(folder: Path) -> str:
    (found,) = find_repositories(folder)
    assert isinstance(found, FoundRepository)
    return found.stamp


def test_work_trees_and_bare_ones_are_found(shop: Path, tmp_path: Path) -> None:
    """One by one, by name; what lies in one is not looked at, and a link leads nowhere."""
    root = tmp_path / "repos"
    git(tmp_path, "clone", "-q", "--bare", str(shop), str(root / "bare.git"))
    (shop / "inner").mkdir()
    git(shop / "inner", "init", "-q")
    (root / "link").symlink_to(shop)
    (root / "empty").mkdir()

    found = list(find_repositories(root))

    assert [(one.path, type(one)) for one in found] == [
        (root / "bare.git", FoundRepository),
        (shop, FoundRepository),
    ]
    assert all(isinstance(one, FoundRepository) and one.size > 100 for one in found)


def test_a_clone_has_the_stamp_of_what_it_names(shop: Path) -> None:
    """A new commit, branch or tag changes it; a changed file and git's own cleaning do not."""
    first = stamp(shop)
    (shop / "one").write_text("changed")
    git(shop, "pack-refs", "--all")
    git(shop, "gc", "-q")
    assert stamp(shop) == first

    commit(shop, "two")
    second = stamp(shop)
    git(shop, "tag", "v1")
    third = stamp(shop)
    git(shop, "checkout", "-q", "-b", "side")

    assert len({first, second, third, stamp(shop)}) == 4


def test_loose_references_count_before_packed_ones(shop: Path) -> None:
    """As git reads them."""
    git(shop, "pack-refs", "--all")
    packed = stamp(shop)
    commit(shop, "two")

    assert stamp(shop) != packed
    git(shop, "reset", "-q", "--hard", "HEAD~")
    assert stamp(shop) == packed


def test_a_work_tree_of_another_repository_is_named(shop: Path, tmp_path: Path) -> None:
    """Its repository is where the branches are."""
    git(shop, "worktree", "add", "-q", str(tmp_path / "trees/side"))

    (found,) = find_repositories(tmp_path / "trees")

    assert found == UnreadableRepository(
        tmp_path / "trees/side", "a work tree of a repository that lies elsewhere: name that one"
    )


def test_a_reference_that_leads_out_is_not_read(shop: Path, tmp_path: Path) -> None:
    """Whoever made the repository may have meant another file; a pipe does not make us wait."""
    (tmp_path / "secret").write_text("x")
    (shop / ".git/HEAD").unlink()
    (shop / ".git/HEAD").symlink_to(tmp_path / "secret")
    (led_out,) = find_repositories(shop)
    (shop / ".git/HEAD").unlink()
    os.mkfifo(shop / ".git/HEAD")
    (piped,) = find_repositories(shop)

    assert isinstance(led_out, UnreadableRepository)
    assert "a link that leads out" in led_out.reason
    assert isinstance(piped, UnreadableRepository)


def test_a_newer_form_of_references_has_a_stamp(shop: Path) -> None:
    """They lie in files that are written anew at each change."""
    tables = shop / ".git/reftable"
    tables.mkdir()
    (tables / "tables.list").write_text("a")
    first = stamp(shop)
    (tables / "0x02.ref").write_text("b")

    assert stamp(shop) != first


def test_no_folder_is_no_repository(tmp_path: Path) -> None:
    """It is said why."""
    (found,) = find_repositories(tmp_path / "none")

    assert found == UnreadableRepository(tmp_path / "none", "cannot be listed: No such file or directory")
