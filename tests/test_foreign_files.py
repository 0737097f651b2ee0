"""One way to read a foreign file: what is read, what is refused and why, and that nothing is waited for."""

import importlib
import os
import socket
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from twiceshy.base import foreign_files
from twiceshy.base.foreign_files import (
    WORDS,
    ForeignFileError,
    open_foreign,
    read_foreign,
    read_foreign_text,
    read_named,
    require_inside,
    require_regular,
    stream_foreign,
)

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices are files of POSIX systems")
MOST = 100
SYSTEM = importlib.import_module(os.name)
"""What the module calls: `posix`."""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project beside a file that is none of its business."""
    (tmp_path / "shop" / "docs").mkdir(parents=True)
    (tmp_path / "other").write_text("not yours")
    return tmp_path / "shop"


def link(file: Path, target: str | Path, beside: str = "") -> None:
    """Make the file a link; first an empty file beside it, if named."""
    if beside:
        file.with_name(beside).touch()
    file.symlink_to(target)


def make_sparse(file: Path) -> None:
    file.touch()
    os.truncate(file, 1 << 40)


def link_to_pipe(file: Path) -> None:
    os.mkfifo(file.with_name("pipe"))
    file.symlink_to("pipe")


def link_through_folder(file: Path) -> None:
    file.with_name("up").symlink_to("..")
    file.symlink_to("up/other")


READ: list[tuple[str, Callable[[Path], object]]] = [
    ("a plain file", lambda file: file.write_text("hello")),
    ("exactly as long as is read", lambda file: file.write_text("x" * MOST)),
    ("an empty file", lambda file: file.write_text("")),
    ("a link to a file beside it", lambda file: link(file, "real", "real")),
    ("a link down and up again", lambda file: link(file, "docs/../real", "real")),
    ("an absolute link that stays inside", lambda file: link(file, file.parent / "real", "real")),
]
REFUSED: list[tuple[str, Callable[[Path], object], str]] = [
    ("a byte too long", lambda file: file.write_text("x" * (MOST + 1)), "too-large"),
    ("a terabyte of nothing", make_sparse, "too-large"),
    ("a pipe", os.mkfifo, "not-a-file"),
    ("a link to a pipe", link_to_pipe, "not-a-file"),
    ("a folder", Path.mkdir, "not-a-file"),
    ("a device without end", lambda file: link(file, "/dev/zero"), "not-a-file"),
    ("a device that makes a terminal", lambda file: link(file, "/dev/ptmx"), "not-a-file"),
    ("a link up and out", lambda file: link(file, "../other"), "outside"),
    ("a link to a system's file", lambda file: link(file, "/etc/passwd"), "outside"),
    ("a folder's link out", link_through_folder, "outside"),
]


@pytest.mark.parametrize("make", [row[1] for row in READ], ids=[row[0] for row in READ])
def test_a_file_of_the_project_is_read(project: Path, make: Callable[[Path], object]) -> None:
    """Links are no reason to refuse, as long as they stay."""
    make(project / "file")

    assert read_foreign(project / "file", MOST, project) == (project / "file").read_bytes()
    assert read_foreign(str(project / "file"), MOST) == (project / "file").read_bytes()


@pytest.mark.parametrize(("make", "reason"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_anything_else_is_refused_with_its_reason(project: Path, make: Callable[[Path], object], reason: str) -> None:
    """At once, in words that a message can use."""
    make(project / "file")

    with pytest.raises(ForeignFileError) as caught:
        read_foreign(project / "file", MOST, project)

    assert (caught.value.reason, caught.value.strerror) == (reason, WORDS[reason])


def test_without_a_folder_a_link_may_lead_anywhere(project: Path) -> None:
    """A person's own settings are often links; a device is still refused."""
    (project / "file").symlink_to("../other")

    assert read_foreign_text(project / "file", MOST) == "not yours"


def test_a_socket_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening it would be an error of another kind on each system."""
    monkeypatch.chdir(tmp_path)  # a socket's name has at most 100 characters
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("file")
        with pytest.raises(ForeignFileError, match="no regular file"):
            read_foreign("file", MOST)


def test_what_is_not_there_is_the_systems_own_error(project: Path) -> None:
    """Most files are not there, and that is no fault."""
    (project / "dangling").symlink_to("nothing")
    (project / "loop").symlink_to("loop")

    for name, kind in (("none", FileNotFoundError), ("dangling", FileNotFoundError), ("loop", OSError)):
        with pytest.raises(kind) as caught:
            read_foreign(project / name, MOST, project)
        assert not isinstance(caught.value, ForeignFileError)


@pytest.mark.parametrize("name", ["a\0b", "a\ud800b"])
def test_a_name_that_no_file_can_have_is_refused(name: str) -> None:
    """A log can name anything."""
    with pytest.raises(ForeignFileError, match="no file can have such a name"):
        open_foreign(name)


def test_bytes_that_are_no_text_are_refused_as_text(project: Path) -> None:
    """A mark of UTF-8 at the start belongs to no line."""
    (project / "file").write_bytes(b"\xff\xfe")
    with pytest.raises(ForeignFileError, match="not UTF-8"):
        read_foreign_text(project / "file", MOST)

    (project / "file").write_bytes(b"\xef\xbb\xbfhello\r\n")
    assert read_foreign_text(project / "file", MOST) == "hello\r\n"


@pytest.mark.parametrize("swap", ["pipe", "out", "device"])
def test_a_file_swapped_while_it_is_opened_gains_nothing(
    project: Path, monkeypatch: pytest.MonkeyPatch, swap: str
) -> None:
    """What was opened is looked at again, and where it really lies."""
    (project / "file").write_text("mine")
    os.mkfifo(project / "pipe")
    target = {"pipe": project / "pipe", "out": project.parent / "other", "device": Path("/dev/zero")}[swap]

    def look_and_swap(path: str) -> None:
        require_regular(path)
        (project / "file").unlink()
        (project / "file").symlink_to(target)

    monkeypatch.setattr(foreign_files, "require_regular", look_and_swap)
    with pytest.raises(ForeignFileError):
        read_foreign(project / "file", MOST, project)


def test_a_file_that_grows_while_it_is_read_ends(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its size is not believed."""
    (project / "file").write_text("short")
    real = os.fstat

    def say_small(file: int) -> os.stat_result:
        (project / "file").write_text("x" * (MOST + 50))
        return os.stat_result([*real(file)[:6], 5, 0, 0, 0])

    monkeypatch.setattr(SYSTEM, "fstat", say_small)
    with pytest.raises(ForeignFileError, match="larger"):
        read_foreign(project / "file", MOST)


def test_a_file_that_drips_ends(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The time is looked at between two pieces."""
    (project / "file").write_text("x" * 50)
    clock = iter(range(0, 1000, 4))
    monkeypatch.setattr(foreign_files, "monotonic", lambda: float(next(clock)))
    monkeypatch.setattr(foreign_files, "_PIECE", 1)

    with pytest.raises(ForeignFileError, match="in time"):
        read_foreign(project / "file", MOST)


def test_without_links_in_proc_the_name_is_followed(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on other systems: the same answers, by the names."""

    def fail(*_: object) -> str:
        raise OSError

    monkeypatch.setattr(SYSTEM, "readlink", fail)
    monkeypatch.setattr("os.path.realpath", os.path.normpath)
    (project / "file").write_text("mine")
    assert read_foreign(project / "file", MOST, project) == b"mine"
    with pytest.raises(ForeignFileError, match="leads out"):
        read_foreign(project / ".." / "other", MOST, project)

    monkeypatch.setattr("os.path.realpath", lambda _: str(project.parent / "other"))
    with pytest.raises(ForeignFileError, match="leads out"):
        read_foreign(project / "file", MOST, project)


def test_a_stream_is_a_regular_file(project: Path) -> None:
    """For logs, which have any length."""
    (project / "log").write_text("one\ntwo\n")
    with stream_foreign(project / "log") as file:
        assert list(file) == [b"one\n", b"two\n"]

    os.mkfifo(project / "pipe")
    with pytest.raises(ForeignFileError):
        stream_foreign(project / "pipe")


def test_what_a_person_named_may_be_a_pipe_and_ends(project: Path) -> None:
    """`--diff <(git diff)` is one; a device without end is cut."""
    reading, writing = os.pipe()
    os.write(writing, b"a diff")
    os.close(writing)
    try:
        assert read_named(f"/dev/fd/{reading}", MOST) == b"a diff"
    finally:
        os.close(reading)
    (project / "file").write_text("x" * MOST)
    assert len(read_named(project / "file", MOST)) == MOST
    with pytest.raises(ForeignFileError, match="larger"):
        read_named("/dev/zero", MOST)


def test_nothing_stays_open(project: Path) -> None:
    """Neither what was read nor what was refused."""
    (project / "file").write_text("x" * 200)
    (project / "out").symlink_to("../other")
    before = len(list(Path("/proc/self/fd").iterdir())) if Path("/proc/self/fd").is_dir() else 0

    for _ in range(20):
        for name in ("file", "out"):
            with pytest.raises(ForeignFileError):
                read_foreign(project / name, MOST, project)

    assert not before or len(list(Path("/proc/self/fd").iterdir())) == before


def test_what_is_written_stays_inside(project: Path) -> None:
    """A folder that is a link would have us write elsewhere."""
    require_inside(project / ".twiceshy" / "workflow.toml", project)
    (project / ".twiceshy").symlink_to("..")

    with pytest.raises(ForeignFileError, match="leads out"):
        require_inside(project / ".twiceshy" / "workflow.toml", project)


def test_a_pipe_that_somebody_feeds_slowly_is_not_waited_for(project: Path) -> None:
    """It is no file, whoever writes into it."""
    os.mkfifo(project / "pipe")
    feeder = threading.Thread(target=lambda: (project / "pipe").write_text("x"), daemon=True)
    feeder.start()

    with pytest.raises(ForeignFileError):
        read_foreign(project / "pipe", MOST, project)

    assert (project / "pipe").read_text() == "x"
    feeder.join(5)
