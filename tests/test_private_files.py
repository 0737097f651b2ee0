"""A file is written whole or not at all, for its owner only."""

import os
import stat
from pathlib import Path

import pytest

from twiceshy.private_files import SHARED, open_draft, write_new, write_whole

POSIX = pytest.mark.skipif(os.name == "nt", reason="rights are POSIX's")


def test_a_failed_write_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And no draft beside it."""
    path = tmp_path / "a" / "file"
    write_whole(path, b"before")
    monkeypatch.setattr(Path, "replace", lambda *_: (_ for _ in ()).throw(OSError(28, "full")))

    with pytest.raises(OSError, match="full"):
        write_whole(path, b"after")

    assert [(entry.name, entry.read_bytes()) for entry in path.parent.iterdir()] == [("file", b"before")]


@POSIX
@pytest.mark.parametrize("umask", [0, 0o022, 0o077])
@pytest.mark.parametrize("before", [None, 0o666])
def test_only_the_owner_reads_it(umask: int, before: int | None, tmp_path: Path) -> None:
    """Also where it lay open before."""
    path = tmp_path / "a" / "file"
    if before:
        path.parent.mkdir(mode=0o700)
        path.touch()
        path.chmod(before)
    old = os.umask(umask)
    try:
        write_whole(path, b"x")
    finally:
        os.umask(old)

    assert [stat.S_IMODE(place.stat().st_mode) for place in (path, path.parent)] == [0o600, 0o700]


@POSIX
@pytest.mark.parametrize(("before", "after"), [(None, 0o644), (0o600, 0o600), (0o640, 0o640)])
def test_a_file_of_a_repository_keeps_its_rights(before: int | None, after: int, tmp_path: Path) -> None:
    """A new one is what git makes of it."""
    path = tmp_path / "file"
    if before:
        path.touch()
        path.chmod(before)
    write_whole(path, b"x", mode=SHARED)

    assert stat.S_IMODE(path.stat().st_mode) == after


def test_a_new_file_never_replaces_one(tmp_path: Path) -> None:
    """Nor does it follow a link that leads nowhere."""
    there, link = tmp_path / "there", tmp_path / "link"
    there.write_text("mine")
    link.symlink_to(tmp_path / "elsewhere")

    for path in (there, link):
        with pytest.raises(FileExistsError):
            write_new(path, b"x")

    assert there.read_text() == "mine"
    assert not (tmp_path / "elsewhere").exists()


@POSIX
def test_a_new_file_is_private(tmp_path: Path) -> None:
    """From the start."""
    write_new(tmp_path / "new", b"x")

    assert (tmp_path / "new").read_bytes() == b"x"
    assert stat.S_IMODE((tmp_path / "new").stat().st_mode) == 0o600


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is Linux's")
def test_a_new_file_that_cannot_be_written_is_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Half a page would be taken for a whole one."""
    path = tmp_path / "new"
    really = os.open
    monkeypatch.setattr(
        os, "open", lambda place, flags, mode: (really(place, flags, mode), really("/dev/full", os.O_WRONLY))[1]
    )

    with pytest.raises(OSError, match="space"):
        write_new(path, b"x")

    assert not path.exists()


@pytest.mark.parametrize("replace", [False, True])
def test_a_draft_becomes_the_file_or_vanishes(tmp_path: Path, *, replace: bool) -> None:
    """What was there is never touched unless it is replaced whole."""
    path = tmp_path / "out" / "file"
    path.parent.mkdir()
    with pytest.raises(TypeError), open_draft(path, replace=replace) as draft:
        draft.write("no bytes")  # type: ignore[call-overload]  # that is the fault
    assert list(path.parent.iterdir()) == []

    with open_draft(path, replace=replace) as draft:
        draft.write(b"whole")
    assert (path.read_bytes(), stat.S_IMODE(path.stat().st_mode)) == (b"whole", 0o600)


def test_a_draft_takes_no_name_that_came_meanwhile(tmp_path: Path) -> None:
    """Somebody else wrote it."""
    path = tmp_path / "out" / "file"
    path.parent.mkdir()
    with pytest.raises(FileExistsError), open_draft(path, replace=False):
        path.write_bytes(b"theirs")

    assert [(entry.name, entry.read_bytes()) for entry in path.parent.iterdir()] == [("file", b"theirs")]
