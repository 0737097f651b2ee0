"""What the command writes arrives unchanged, at once, and on the stream it was written to."""

import hashlib
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.run.wrapping import LONG_S, Wrapped, until

BLOCK = 1 << 18
GENERATOR = random.Random(7)
CONTENTS = {
    "nothing": b"",
    "one byte": b"x",
    "no final newline": b"a\nb",
    "carriage returns": b"a\r\nb\rc\r\n" * 5000,
    "binary": GENERATOR.randbytes(3_000_001),
    "invalid UTF-8": b"\xff\xfe\xc3(\xa0\xa1\xed\xa0\x80\n" * 30_000,
    "a block": b"z" * BLOCK,
    "a block and one": b"z" * (BLOCK + 1),
    "newline at a block's border": b"z" * (BLOCK - 1) + b"\n" + b"y" * BLOCK,
    "zero bytes": bytes(500_000),
}


@pytest.mark.parametrize("content", CONTENTS.values(), ids=CONTENTS)
@pytest.mark.parametrize("options", [[], ["--match", "NEVER.*here$", "--context", "5"]], ids=["plain", "searched"])
def test_bytes_are_exact_on_both_streams(wrapped: Wrapped, tmp_path: Path, content: bytes, options: list[str]) -> None:
    """By checksum, whatever the bytes, in the C locale, and stdout and stderr apart."""
    source = tmp_path / "source"
    source.write_bytes(content)
    wrapped.environment["LC_ALL"] = "C"

    done = wrapped("--quiet", *options, "--", "sh", "-c", 'cat "$1"; (echo err; cat "$1") >&2', "x", str(source))

    assert hashlib.sha256(content).digest() == hashlib.sha256(done.stdout).digest()
    assert hashlib.sha256(b"err\n" + content).digest() == hashlib.sha256(done.stderr).digest()


def test_pipe_mode_copies_exactly(wrapped: Wrapped) -> None:
    """What comes in goes out; the status is 0."""
    content = CONTENTS["binary"]

    done = wrapped("--match", "NEVER", data=content)

    assert (0, content) == (done.returncode, done.stdout)


def test_one_place_for_both_streams_keeps_their_order(wrapped: Wrapped, tmp_path: Path) -> None:
    """With ``2>&1`` the lines stand in the order in which they were written."""
    done = wrapped(
        "--", "sh", "-c", "for i in 1 2 3 4 5 6 7 8 9; do echo $i; echo e$i >&2; done", stderr=subprocess.STDOUT
    )

    assert b"".join(b"%d\ne%d\n" % (i, i) for i in range(1, 10)) == done.stdout


def test_a_partial_line_is_shown_within_100_ms(wrapped: Wrapped) -> None:
    """A prompt and a progress bar need no newline. The fastest of twenty tells about us, the rest about the machine."""
    script = "import os, time\nfor _ in range(20): time.sleep(.05); os.write(1, b'%.6f\\r' % time.monotonic())"
    late = []
    with wrapped.start("--match", "NEVER", "--", sys.executable, "-c", script) as process:
        while shown := os.read(process.out.fileno(), 999):
            late.append(time.monotonic() - float(shown.split(b"\r")[-2]))

    assert min(late) < 0.1
    assert len(late) > 1


def test_a_slow_reader_gets_everything(wrapped: Wrapped) -> None:
    """Also long after the command has ended."""
    with wrapped.start("--", "sh", "-c", "head -c 900000 /dev/zero") as process:
        time.sleep(1.0)
        data = process.out.read()

    assert (process.returncode, len(data)) == (0, 900_000)


def test_a_slow_reader_does_not_stop_the_clock(wrapped: Wrapped) -> None:
    """A limit holds although nobody reads."""
    with wrapped.start("--timeout", "500ms", "--", "sh", "-c", "yes; sleep 100") as process:
        until(lambda: any(line.startswith("yes") for _, line in wrapped.alive()))
        until(lambda: not any(line.startswith(("yes", "sleep")) for _, line in wrapped.alive()))
        process.out.close()
        process.wait(timeout=LONG_S)


def test_closed_descriptors_stay_closed(wrapped: Wrapped) -> None:
    """A command started with stdout closed finds it closed, and no pipe of ours in its place."""
    script = (
        "import os,sys\nfor fd in (0, 1):\n try: os.fstat(fd); sys.exit(fd + 1)\n except OSError: pass\n"
        "os.write(2, b'ok')"
    )
    done = subprocess.run(
        ["sh", "-c", 'exec "$@" <&- >&-', "x", *wrapped.words(), "--", sys.executable, "-c", script],
        capture_output=True,
        check=False,
        env=wrapped.environment,
    )

    assert (done.returncode, done.stderr) == (0, b"ok")


def test_inherited_descriptors_reach_the_command(wrapped: Wrapped) -> None:
    """A job server's pipe, say."""
    reading, writing = os.pipe()
    done = wrapped("--", sys.executable, "-c", f"import os; os.write({writing}, b'through')", pass_fds=[writing])
    os.close(writing)

    assert (done.returncode, os.read(reading, 100)) == (0, b"through")


def test_a_numbered_descriptor_is_watched(wrapped: Wrapped) -> None:
    """``--fd`` gives the command that descriptor and ends the run by it."""
    done = wrapped("--fd", "3=READY", "--delay-exit", "0", "--", "sh", "-c", "echo READY; echo READY >&3; sleep 60")

    assert (done.returncode, done.stdout) == (123, b"READY\n")
    assert b"fd3" in done.stderr


def test_memory_stays_bounded_without_newlines(wrapped: Wrapped) -> None:
    """A hundred megabytes on one line cost no more memory than a short one."""
    measure = (
        "import os,sys\npid=os.posix_spawnp(sys.argv[1],sys.argv[1:],os.environ)\n"
        "u=os.wait4(pid,0)[2]\nsys.stderr.write(str(u.ru_maxrss))"
    )
    command = ["--", "head", "-c", "100000000", "/dev/zero"]
    done = subprocess.run(
        [sys.executable, "-c", measure, *wrapped.words(), "--quiet", "--match", "NEVER", *command],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        check=True,
        env=wrapped.environment,
    )

    assert int(done.stderr) < 50_000


def test_a_full_disk_is_said_and_ends_the_run(wrapped: Wrapped) -> None:
    """Writing on to nowhere would hide the output."""
    with open("/dev/full", "wb") as full:  # noqa: PTH123
        done = wrapped("--", "sh", "-c", "echo lost; sleep 60", stdout=full)

    assert done.returncode == 125
    assert b"No space left" in done.stderr
    assert wrapped.survivors() == []
