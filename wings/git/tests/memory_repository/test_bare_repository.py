"""Months stand in refs of their own, in a repository of their own."""

import os
import subprocess
from pathlib import Path

import pytest

from twiceshy.base.errors import StoreError, StoreUnwritable
from twiceshy_git.memory_repository.bare_repository import OWN, BareRepository, NewMonth

WRITER, OTHER = "ab" * 8, "cd" * 8
NAME = "12" * 32


@pytest.fixture
def bare(tmp_path: Path) -> BareRepository:
    return BareRepository(tmp_path / "memory.git")


def write(bare: BareRepository, month: str, writer: str = WRITER, **files: bytes) -> None:
    bare.write_months(writer, [NewMonth(month, {}, files)])


def test_nothing_is_made_to_be_read(bare: BareRepository) -> None:
    """A look leaves no trace."""
    assert bare.list_refs() == []
    assert not bare.folder.exists()


def test_months_come_back(bare: BareRepository) -> None:
    """With their segments; what is kept needs not be given again."""
    write(bare, "202610", a=b"one", b=b"two")
    [before] = bare.read_months(bare.list_refs())
    bare.write_months(WRITER, [NewMonth("202610", {"a": before.segments["a"]}, {"c": b"three"})])
    [after] = bare.read_months(bare.list_refs())

    assert (before.ref.writer, before.ref.month, before.ref.remote) == (WRITER, "202610", "")
    assert sorted(after.segments) == ["a", "c"]
    assert [content for _, content in bare.read_files(after.segments.values())] == [b"one", b"three"]


def test_the_same_months_make_the_same_commits(bare: BareRepository, tmp_path: Path) -> None:
    """On any machine, by any writer, at any time: nothing of them is in the commit."""
    other = BareRepository(tmp_path / "other.git")
    write(bare, "202610", a=b"one")
    write(other, "202610", OTHER, a=b"one")

    assert [ref.hash for ref in bare.list_refs()] == [ref.hash for ref in other.list_refs()]


def test_a_month_without_segments_loses_its_ref(bare: BareRepository) -> None:
    """And its objects, when loose ends are dropped."""
    write(bare, "202610", a=b"one" * 100)
    write(bare, "202611", b=b"two" * 100)
    [first, _] = bare.read_months(bare.list_refs())
    write(bare, "202610")
    bare.drop_loose_ends()

    assert [ref.month for ref in bare.list_refs()] == ["202611"]
    assert [content for _, content in bare.read_files(first.segments.values())] == [None]


def test_no_loose_object_and_no_loose_ref_is_left(bare: BareRepository) -> None:
    """Each would take a block of the disk."""
    for month in ("202608", "202609", "202610"):
        write(bare, month, a=month.encode())
    loose = [path for path in (bare.folder / "objects").glob("??/*") if path.is_file()]
    refs = [path for path in (bare.folder / "refs").rglob("*") if path.is_file()]

    assert (loose, refs) == ([], [])


def test_what_is_not_ours_is_passed_over(bare: BareRepository) -> None:
    """A ref of another form, a commit without segments, a file that is too large or a folder."""
    write(bare, "202610", a=b"one")
    [own] = bare.list_refs()
    git = ["git", "--git-dir", str(bare.folder)]
    empty = subprocess.run([*git, "mktree"], input=b"", capture_output=True, check=True).stdout.decode().strip()
    who = {"GIT_AUTHOR_NAME": "a", "GIT_AUTHOR_EMAIL": "a", "GIT_COMMITTER_NAME": "a", "GIT_COMMITTER_EMAIL": "a"}
    made = subprocess.run(
        [*git, "commit-tree", empty, "-m", "x"], env=os.environ | who, capture_output=True, check=True
    )
    commit = made.stdout.decode().strip()
    for name in (f"remote/o/memory/{OTHER}/202610", "memory/notes", f"memory/{OTHER}/2026"):
        subprocess.run([*git, "update-ref", f"refs/twiceshy/{name}", commit], check=True)
    months = bare.read_months(bare.list_refs())

    assert [(one.ref.remote, len(one.segments)) for one in months] == [("", 1), ("o", 0)]
    assert [content for _, content in bare.read_files([empty, "0" * 40, own.hash])] == [None, None, None]


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """With what to do."""
    (tmp_path / "file").write_text("")

    with pytest.raises(StoreUnwritable, match="give that room and write permission"):
        write(BareRepository(tmp_path / "file" / "memory.git"), "202610", a=b"one")


def test_a_damaged_repository_is_an_error_of_ours(bare: BareRepository) -> None:
    """It names the repository and the next step."""
    write(bare, "202610", a=b"one")
    for path in (bare.folder / "objects" / "pack").iterdir():
        path.unlink()
    [month] = bare.read_months(bare.list_refs())

    assert month.segments == {}
    with pytest.raises(StoreError, match="chunks verify"):
        bare.drop_loose_ends()


def test_the_users_settings_do_not_count(bare: BareRepository, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Nor variables that a hook inherits from git, nor another form of hashes."""
    monkeypatch.setenv("GIT_DIR", str(tmp_path / "elsewhere"))
    monkeypatch.setenv("GIT_DEFAULT_HASH", "sha256")
    monkeypatch.setenv("GIT_INDEX_FILE", str(tmp_path / "index"))
    write(bare, "202610", a=b"one")

    assert len(bare.list_refs(OWN)[0].hash) == 40
    assert not (tmp_path / "elsewhere").exists()


def test_a_kill_while_it_is_made_leaves_none_that_is_half_made(bare: BareRepository) -> None:
    """It is made aside: what lies at its place is whole, or not there."""
    draft = bare.folder.with_name(f".{bare.folder.name}.0123abcd")
    draft.mkdir()
    (draft / "HEAD").write_text("")
    write(bare, "202610", a=b"one")

    assert [ref.month for ref in bare.list_refs()] == ["202610"]
