"""What ``twiceshy run`` says about a run, and the modes that leave something: ``--json``, ``--log``, ``--detach``."""

import gzip
import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.run.wrapping import Wrapped, until


@pytest.fixture
def wrapped() -> Iterator[Wrapped]:
    """Runs commands; whatever a failing test leaves is ended."""
    one = Wrapped()
    yield one
    for pid, _ in one.alive():
        os.kill(pid, 9)


def test_a_run_that_was_left_alone_is_not_commented(wrapped: Wrapped) -> None:
    """Whatever its status."""
    assert wrapped("--timeout", "9s", "--", "sh", "-c", "exit 9").stderr == b""


def test_quiet_says_nothing(wrapped: Wrapped) -> None:
    """Also when the run was ended."""
    done = wrapped("--quiet", "--timeout", "100ms", "--", "sleep", "9")

    assert (done.returncode, done.stderr) == (124, b"")


def test_auto_runs_without_a_limit_and_says_so(wrapped: Wrapped) -> None:
    """While nothing is learned."""
    done = wrapped("--timeout", "auto", "--match", "auto", "--", "echo", "auto")

    assert (done.returncode, done.stdout) == (0, b"auto\n")
    assert b"--match auto: nothing is learned about this command yet" in done.stderr
    assert b"--timeout auto: no run of this command is known here yet; running without it" in done.stderr


def test_json_is_one_document_on_stdout(wrapped: Wrapped) -> None:
    """The command's own output goes to stderr."""
    script = "echo before; echo 'x FAIL y' >&2; sleep .1; echo after; sleep 9"
    done = wrapped("--json", "--match", "FAIL", "--", "sh", "-c", script)
    answer = json.loads(done.stdout)
    (match,) = answer["matches"]

    assert tuple(answer[key] for key in ("schema", "status", "reason", "child_status")) == (
        "twiceshy/run/1",
        123,
        "match",
        143,
    )
    assert tuple(match[key] for key in ("line", "start", "end", "before", "after")) == (
        "x FAIL y",
        2,
        6,
        ["before"],
        ["after"],
    )
    assert b"after\n" in done.stderr
    assert answer["runtime_s"] >= 0.5
    assert answer["streams"] == [{"name": "stdout", "bytes": 22, "lines": 3}]


def test_streams_apart_are_counted_apart(wrapped: Wrapped) -> None:
    """An unfinished last line is a line."""
    done = wrapped("--json", "--on", "stdout", "--", "sh", "-c", "echo a; echo b; printf c >&2")

    assert [(stream["name"], stream["bytes"], stream["lines"]) for stream in json.loads(done.stdout)["streams"]] == [
        ("stdout", 4, 2),
        ("stderr", 1, 1),
    ]


def test_a_log_is_exact_private_and_turned_over(wrapped: Wrapped, tmp_path: Path) -> None:
    """The earlier one is kept, compressed."""
    log = tmp_path / "out.log"
    for text in ("one", "two", "three"):
        wrapped("--log", str(log), "--", "printf", f"{text}\\377")
        until(lambda: not (tmp_path / "out.log.1").exists())

    assert log.read_bytes() == b"three\xff"
    assert log.stat().st_mode & 0o777 == 0o600
    until((tmp_path / "out.log.2.gz").exists)
    assert [gzip.decompress((tmp_path / f"out.log.{number}.gz").read_bytes()) for number in (1, 2)] == [
        b"two\xff",
        b"one\xff",
    ]


def test_a_log_on_a_full_disk_does_not_hurt_the_command(wrapped: Wrapped) -> None:
    """It is said once; output and status are the command's."""
    done = wrapped("--log", "/dev/full", "--", "sh", "-c", "echo a; echo b; exit 4")

    assert (done.returncode, done.stdout) == (4, b"a\nb\n")
    assert done.stderr.count(b"No space left") == 1


def test_detach_runs_on_and_leaves_output_and_result(wrapped: Wrapped, tmp_path: Path) -> None:
    """The caller gets the command's pid and both places at once."""
    log = tmp_path / "out.log"
    done = wrapped("--detach", "--json", "--log", str(log), "--", "sh", "-c", "echo $$; sleep .5; echo e >&2; exit 3")
    answer = json.loads(done.stdout)
    result = Path(answer["result"])

    assert (0, str(log)) == (done.returncode, answer["output"])
    assert not result.exists()
    until(result.exists)
    assert f"{answer['pid']}\ne\n" == log.read_text()
    assert tuple(json.loads(result.read_text())[key] for key in ("status", "reason")) == (3, "completed")


def test_detach_says_when_nothing_runs(wrapped: Wrapped, tmp_path: Path) -> None:
    """By the same status as without it."""
    done = wrapped("--detach", "--log", str(tmp_path / "log"), "--", "no-such-command")

    assert done.returncode == 127
    assert b"no-such-command" in done.stderr


def test_limits_hold_for_a_detached_run(wrapped: Wrapped, tmp_path: Path) -> None:
    """And nobody survives them."""
    log = tmp_path / "out.log"
    wrapped("--detach", "--timeout", "300ms", "--log", str(log), "--", "sh", "-c", "sleep 50 & sleep 60")
    until(Path(f"{log}.json").exists)

    assert json.loads(Path(f"{log}.json").read_text())["status"] == 124
    assert wrapped.survivors(within_s=1) == []
