"""A command whose output is watched shows its lines at once, where that can be had without harm."""

import shutil
import stat
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped
from tests.run.writers import PERL, PIPE, compiled, compiler, python

from twiceshy.run.conclusion import HELD_BACK
from twiceshy.run.unbuffered import find_library

HAS_LIBRARY = bool(find_library("/bin/sh"))
needs_library = pytest.mark.skipif(not HAS_LIBRARY, reason="this system has no libstdbuf.so for /bin/sh")
FILTERS = ["grep .", "sed s/x/y/", "tr x y", "cut -c 1-", "uniq"]
WATCHED = ("--match", "NEVER", "--")
SILENT_S = "150ms"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the compiled writers are."""
    return tmp_path_factory.mktemp("writers")


def built(folder: Path, name: str, *options: str) -> str:
    """A compiled writer's path; the test is skipped where it cannot be built."""
    path = folder / name
    if not path.exists() and (not compiler() or compiled(folder, name, *options) is None):
        pytest.skip(f"no compiler for {name}")
    return str(path)


ASKED: dict[str, Callable[[Path], list[str]]] = {
    "a dynamic C program": lambda folder: [built(folder, "dynamic")],
    "one below a shell": lambda folder: ["sh", "-c", f"{built(folder, 'dynamic')}; exit $?"],
    "one with a sanitizer, below a shell": lambda folder: [
        "sh",
        "-c",
        f"{built(folder, 'asan', '-fsanitize=address')}; exit $?",
    ],
    "Python": lambda _: python(),
}
UNASKED: dict[str, Callable[[Path], list[str]]] = {
    "static": lambda folder: [built(folder, "static", "-static")],
    "with a sanitizer": lambda folder: [built(folder, "asan", "-fsanitize=address")],
    "perl": lambda _: ["perl", "-e", PERL],
    "mawk": lambda _: ["sh", "-c", f"{PIPE} | mawk 1"],
}


def first_line(wrapped: Wrapped, *words: str) -> tuple[bytes, bytes, int]:
    """What comes before the command gets its byte, what comes after, and the status."""
    wrapped.environment.pop("PYTHONUNBUFFERED", None)
    with wrapped.start(*words, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        first = process.out.readline()
        process.stdin.write(b"x")
        process.stdin.close()
        rest = process.out.read()
    return first, rest, process.returncode


@needs_library
@pytest.mark.parametrize("command", ASKED.values(), ids=ASKED)
def test_a_line_comes_when_it_is_written(wrapped: Wrapped, folder: Path, command: Callable[[Path], list[str]]) -> None:
    """Not when the block is full; the bytes and the status are the command's."""
    assert first_line(wrapped, *WATCHED, *command(folder)) == (b"first\n", b"last\n", 3)


@needs_library
@pytest.mark.parametrize("filters", [[one] for one in FILTERS] + [["grep .", "sed s/x/y/", "tr x y"]])
def test_a_line_passes_filters_when_it_is_written(wrapped: Wrapped, filters: list[str]) -> None:
    """However many stand one behind the other."""
    script = " | ".join([PIPE, *filters])

    assert first_line(wrapped, *WATCHED, "sh", "-c", script) == (b"first\n", b"last\n", 0)


@pytest.mark.parametrize("kind", UNASKED)
def test_a_program_that_cannot_be_asked_is_unchanged(wrapped: Wrapped, folder: Path, kind: str) -> None:
    """It is silent until it has to end, and what is said of its silence names the way to see it."""
    if kind in {"perl", "mawk"} and not shutil.which(kind):
        pytest.skip(f"no {kind} here")
    command = UNASKED[kind](folder)
    plain = subprocess.run(command, input=b"x", capture_output=True, check=False)
    whole = wrapped(*WATCHED, *command, data=b"x")
    with wrapped.start("--idle-timeout", SILENT_S, "--", *command, stdin=subprocess.PIPE) as process:
        assert process.stderr is not None
        out, err = process.out.read(), process.stderr.read()

    assert (plain.returncode, plain.stdout, plain.stderr) == (whole.returncode, whole.stdout, whole.stderr)
    assert process.returncode == 124
    assert HELD_BACK in err.decode()
    assert b"last" not in out


def environment_of(wrapped: Wrapped, *words: str) -> set[str]:
    """The names that the command's environment has and ours has not."""
    done = wrapped(*words, "env")
    return {line.partition("=")[0] for line in done.stdout.decode().splitlines()} - set(wrapped.environment) - {"_"}


@needs_library
def test_the_environment_is_changed_only_where_output_is_watched(wrapped: Wrapped) -> None:
    """Not with ``--buffered``, not where only the time is limited, not at a terminal."""
    for name in ("PYTHONUNBUFFERED", "LD_PRELOAD", "_STDBUF_O", "ASAN_OPTIONS"):
        wrapped.environment.pop(name, None)

    assert environment_of(wrapped, *WATCHED) == {"PYTHONUNBUFFERED", "LD_PRELOAD", "_STDBUF_O", "ASAN_OPTIONS"}
    assert environment_of(wrapped, "--idle-timeout", "9s", "--buffered", "--") == set()
    assert environment_of(wrapped, "--timeout", "9s", "--") == set()
    assert environment_of(wrapped, "--idle-timeout", "9s", "--pty", "--") == set()


@needs_library
def test_a_script_without_a_first_line_is_as_the_shell(wrapped: Wrapped, tmp_path: Path) -> None:
    """The shell runs it, so that what it starts is asked too."""
    script = tmp_path / "script"
    script.write_text("env\n")
    script.chmod(0o755)
    wrapped.environment.pop("LD_PRELOAD", None)

    assert b"\nLD_PRELOAD=" in b"\n" + wrapped(*WATCHED, str(script)).stdout


def test_a_program_that_runs_as_another_user_is_left_alone(tmp_path: Path) -> None:
    """Its loader would not take the library anyway; nothing is asked of it."""
    program = tmp_path / "whoami"
    shutil.copy("/usr/bin/env", program)
    ordinary = find_library(str(program))
    program.chmod(stat.S_IRWXU | stat.S_ISUID)

    assert (bool(ordinary), find_library(str(program))) == (HAS_LIBRARY, "")


@needs_library
def test_a_script_is_as_what_runs_it(tmp_path: Path, folder: Path) -> None:
    """A script's first line names it, also over several scripts; without one the shell does."""
    cases = {
        "sh": ("#!/bin/sh\n", True),
        "script": (f"#!{tmp_path}/sh\n", True),
        "static": (f"#!{built(folder, 'static', '-static')}\n", False),
        "round": (f"#!{tmp_path}/round\n", False),
        "gone": ("#!/nowhere\n", False),
    }
    for name, (text, _) in cases.items():
        (tmp_path / name).write_text(text)

    assert {name: bool(find_library(str(tmp_path / name))) for name in cases} == {
        name: taken for name, (_, taken) in cases.items()
    }


@needs_library
def test_a_program_that_refuses_the_library_is_named(wrapped: Wrapped, folder: Path) -> None:
    """Where its own makefile sets what we would ask of its sanitizer; ``--buffered`` runs it."""
    script = f"ASAN_OPTIONS=detect_leaks=0 {built(folder, 'asan', '-fsanitize=address')}"
    refused = wrapped(*WATCHED, "sh", "-c", script, data=b"x")
    asked = wrapped("--buffered", *WATCHED, "sh", "-c", script, data=b"x")

    assert (refused.returncode, refused.stderr.count(b"--buffered")) == (1, 1)
    assert (asked.returncode, asked.stdout, asked.stderr) == (3, b"first\nlast\n", b"")


WRITES = {
    "C, whole lines": ("seq 1 50000", 0),
    "C, bytes": ("head -c 300000 /dev/zero | tr '\\0' x; exit 9", 9),
    "no last newline": ("printf 'a\\nb'; exit 1", 1),
    "both streams": ("seq 1 9; grep x /nowhere; exit 3", 3),
    "a signal": ("seq 1 9; kill -SEGV $$", 139),
    "Python": (r"""python3 -c "import sys; sys.stdout.buffer.write(bytes(range(256)) * 2000); sys.exit(5)" """, 5),
}


@pytest.mark.parametrize(("script", "status"), WRITES.values(), ids=WRITES)
def test_bytes_and_status_are_the_same_with_it_and_without(wrapped: Wrapped, script: str, status: int) -> None:
    """On both streams, whatever writes."""
    bare = subprocess.run(["sh", "-c", script], capture_output=True, check=False)
    asked, left = (wrapped(*options, *WATCHED, "sh", "-c", script) for options in ([], ["--buffered"]))

    assert (asked.returncode, left.returncode) == (status, status)
    assert asked.stdout == left.stdout == bare.stdout
    assert asked.stderr == left.stderr == bare.stderr
