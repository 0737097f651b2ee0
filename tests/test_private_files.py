"""A file is written whole or not at all, for its owner only."""

import os
import stat
from pathlib import Path

import pytest

from twiceshy.private_files import SHARED, write_whole

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
