"""What the system, the environment and the installation did is told apart from a bug of ours."""

import errno
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from twiceshy.base import host
from twiceshy.base.errors import SystemRefusal, ToolMissing
from twiceshy.base.host import explain_refusal, mend_zone


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whatever the test does to the zone is taken back."""
    yield monkeypatch
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    "error",
    [
        pytest.param(ValueError("x"), id="a value"),
        pytest.param(KeyError("x"), id="a key"),
        pytest.param(AttributeError("x"), id="an attribute"),
        pytest.param(RuntimeError("x"), id="a state"),
        pytest.param(ModuleNotFoundError("x", name="twiceshy.nothing"), id="a module of ours"),
        pytest.param(ExceptionGroup("x", [MemoryError(), KeyError("x")]), id="in one of several tasks"),
    ],
)
def test_a_bug_is_no_refusal(error: Exception) -> None:
    """What only a fault of the program raises stays a bug."""
    assert explain_refusal(error) is None


@pytest.mark.parametrize("number", sorted(host.ADVICE))
def test_a_refusal_names_the_file_and_what_to_do(number: int) -> None:
    """Each has its own advice."""
    found = explain_refusal(OSError(number, os.strerror(number), "/data/a file"))

    assert isinstance(found, SystemRefusal)
    assert str(found).startswith(f"/data/a file: {os.strerror(number)}. {host.ADVICE[number]}")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        pytest.param(OSError(errno.EIO, "bad", "/a", None, "/b"), "/a -> /b: bad", id="two files"),
        pytest.param(OSError(errno.EIO, "bad", b"/\xff"), "/\udcff: bad", id="a name in bytes"),
        pytest.param(OSError(errno.EBADF, "bad", 7), "descriptor 7: bad. Try again", id="a descriptor"),
        pytest.param(OSError(errno.EMFILE, "too many"), "the system refused: too many. Raise", id="no file"),
        pytest.param(OSError("odd"), "the system refused: odd", id="no number"),
        pytest.param(MemoryError(), "memory ran out", id="memory"),
        pytest.param(RuntimeError("Could not determine home directory."), "no home folder is known", id="no home"),
        pytest.param(RuntimeError("can't start new thread"), "the system gave no thread", id="no thread"),
        pytest.param(ExceptionGroup("x", [MemoryError(), OSError("odd")]), "memory ran out", id="in every task"),
    ],
)
def test_a_refusal_is_one_sentence(error: BaseException, words: str) -> None:
    """Whatever is known of it is in it."""
    assert str(explain_refusal(error)).startswith(words)


def test_a_working_folder_that_is_gone_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``getcwd`` names no file."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(os, "getcwd", lambda: (_ for _ in ()).throw(FileNotFoundError(errno.ENOENT, "gone")))

    assert "working folder is gone" in str(explain_refusal(FileNotFoundError(errno.ENOENT, "gone")))


@pytest.mark.parametrize(
    ("module", "words"),
    [
        pytest.param("re2", "google-re2 is missing", id="required, under another name"),
        pytest.param("ruamel", "ruamel.yaml is missing", id="required, a package of packages"),
        pytest.param("lightgbm", "lightgbm is missing: pip install './wings/git[train]'", id="an extra"),
        pytest.param("mcp.server", "mcp is missing: pip install '.[mcp]'", id="a part of an extra"),
        pytest.param("of_theirs", "of_theirs is missing", id="unknown"),
    ],
)
def test_a_missing_library_is_named_as_pip_knows_it(module: str, words: str) -> None:
    """With the command that brings it."""
    found = explain_refusal(ModuleNotFoundError("no", name=module))

    assert isinstance(found, ToolMissing)
    assert words in str(found)


def test_a_library_that_does_not_load_is_named() -> None:
    """A broken file has no name."""
    assert "a library does not load (wrong ELF class)" in str(explain_refusal(ImportError("wrong ELF class")))


@pytest.mark.parametrize("text", ["", "UTC", "XXX-12", "Europe/Berlin", "UTC-23:59:59"])
def test_a_zone_that_can_be_is_left_alone(text: str, zone: pytest.MonkeyPatch) -> None:
    """Nothing is said."""
    zone.setenv("TZ", text)
    time.tzset()

    assert mend_zone() == ""
    assert os.environ["TZ"] == text


@pytest.mark.parametrize("text", ["XXX-99:99", "XXX+167:59:59", "UTC-24"])
def test_a_zone_that_no_clock_has_becomes_utc(text: str, zone: pytest.MonkeyPatch) -> None:
    """And the sentence has the odd value."""
    zone.setenv("TZ", text)
    time.tzset()

    assert f"TZ={text!r}" in mend_zone()
    assert time.timezone == 0


@pytest.mark.parametrize(("before", "after"), [(0, 0), (0o022, 0o022), (0o077, 0o077), (0o277, 0o077), (0o777, 0o077)])
def test_the_owner_may_use_what_is_made(before: int, after: int) -> None:
    """What others may do is left as it is."""
    old = os.umask(before)
    try:
        host.mend_umask()
        assert os.umask(0o022) == after
    finally:
        os.umask(old)


_CLOSED = """
import os, sys
for number in map(int, sys.argv[1]):
    os.close(number)
    setattr(sys, ("stdin", "stdout", "stderr")[number], None)
from twiceshy.base.host import mend_streams
mend_streams()
place = os.open(sys.argv[2], os.O_WRONLY | os.O_CREAT)
assert place > 2, place
print("to stdout"); sys.stderr.write("to stderr"); sys.stdin.read()
sys.stdout.flush()
os._exit(0)
"""


@pytest.mark.parametrize("closed", ["", "0", "1", "2", "12", "012"])
def test_no_file_is_opened_in_the_place_of_a_stream(closed: str, tmp_path: Path) -> None:
    """What is printed goes nowhere instead of into a file of ours."""
    target = tmp_path / "file"
    done = subprocess.run(
        [sys.executable, "-c", _CLOSED, closed, target], check=False, capture_output=True, stdin=subprocess.DEVNULL
    )

    assert (done.returncode, target.read_bytes()) == (0, b"")
    assert done.stdout == (b"" if "1" in closed else b"to stdout\n")


def test_streams_lead_nowhere_where_no_descriptor_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """Printing still works."""
    monkeypatch.setattr(os, "open", lambda *_: (_ for _ in ()).throw(OSError(errno.EMFILE, "too many")))
    monkeypatch.setattr("builtins.open", lambda *_, **__: (_ for _ in ()).throw(OSError(errno.EBADF, "closed")))
    monkeypatch.setattr(sys, "stdout", None)

    host.mend_streams()
    sys.stdout.write("nowhere")
