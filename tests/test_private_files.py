"""A file is written whole or not at all, for its owner only."""

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from twiceshy.base import private_files
from twiceshy.base.private_files import SHARED, open_draft, write_new, write_whole

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


DIES = """
import os, sys
from pathlib import Path
from twiceshy import private_files
from twiceshy.logs import settings_files
how, where, moment, number = sys.argv[1], Path(sys.argv[2]), sys.argv[3], int(sys.argv[4])
def die(*_, **__):
    os.kill(os.getpid(), number)
    raise KeyboardInterrupt
if how == "named":
    private_files._UNNAMED = 0
if moment == "naming":
    os.link = os.rename = Path.replace = Path.rename = die
def fill(write):
    write(b"x" * 100_000)
    if moment == "writing":
        die()
if how == "folder":
    with private_files.open_draft_folder(where, replace=True) as draft:
        fill((draft / "a").write_bytes)
elif how == "settings":
    if moment == "writing":
        os.fsync = die
    settings_files.write(where, where.read_text() if where.exists() else None, "after")
else:
    with private_files.open_draft(where, replace=True) as file:
        fill(file.write)
"""
"""A writer that a signal ends while it writes, or when what it wrote is to take its place."""


@POSIX
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("moment", ["writing", "naming"])
@pytest.mark.parametrize("how", ["file", "named", "settings", "folder"])
def test_who_is_killed_leaves_nothing(how: str, moment: str, number: int, tmp_path: Path) -> None:
    """Or what it leaves is gone when the next one writes there; what stood there stands."""
    where = tmp_path / "place" / "target"
    where.parent.mkdir()
    if how == "folder":
        where.mkdir()
        (where / "a").write_bytes(b"before")
    else:
        where.write_bytes(b"before")
    done = subprocess.run(
        [sys.executable, "-c", DIES, how, str(where), moment, str(int(number))], check=False, capture_output=True
    )

    assert done.returncode != 0
    assert (where / "a" if how == "folder" else where).read_bytes() == b"before"
    if how in ("file", "settings") and moment == "writing" and sys.platform == "linux":
        assert [path.name for path in where.parent.iterdir()] == ["target"]
    private_files.remove_abandoned(where)
    assert [path.name for path in where.parent.iterdir()] == ["target"]


@POSIX
def test_who_still_writes_keeps_the_draft(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither it nor a file with a name alike is taken away by another writer."""
    monkeypatch.setattr(private_files, "_UNNAMED", 0)
    other = tmp_path / ".target.twiceshy-notes"
    other.write_bytes(b"")
    with open_draft(tmp_path / "target", replace=False) as file:
        file.write(b"x")
        write_new(tmp_path / "target-2", b"")
        private_files.remove_abandoned(tmp_path / "target")

    assert (tmp_path / "target").read_bytes() == b"x"
    assert other.exists()
