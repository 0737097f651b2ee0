"""A run ends when its command ends or when it was told to, and then nobody of the family is left."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tests.run.wrapping import LONG_S, Running, Wrapped, until

STUBBORN = (
    "import signal,time\nsignal.signal(15, signal.SIG_IGN); signal.signal(1, signal.SIG_IGN)\n"
    "print('up', flush=True)\ntime.sleep(100)"
)
ESCAPED = f'exec 2>/dev/null; setsid {sys.executable} -c "{STUBBORN}" & '
"""A grandchild in a session of its own that ignores TERM and HUP."""
ORPHAN = "(setsid sh -c 'trap \"\" TERM HUP; while :; do sleep 1; done' &) ; "
"""A great-grandchild whose parent is gone."""
FAST = ["--kill-after", "300ms"]


def test_a_background_process_does_not_hold_up_the_end(wrapped: Wrapped) -> None:
    """It keeps the pipe and lives on; the run is over long before it."""
    start = time.monotonic()
    done = wrapped("--", "sh", "-c", "sleep 32.1 & echo done; exit 4")

    assert (done.returncode, done.stdout) == (4, b"done\n")
    assert time.monotonic() - start < 20
    assert any("32.1" in line for line in wrapped.survivors())


def test_a_background_process_may_go_on_writing(wrapped: Wrapped, tmp_path: Path) -> None:
    """The end of the run is no SIGPIPE for it."""
    flag = tmp_path / "flag"
    wrapped("--", "sh", "-c", f"(sleep 1; echo late && echo late && touch {flag}) & exit 0")

    until(flag.exists)
    assert wrapped.survivors(within_s=LONG_S) == []


def test_closing_stdout_is_no_reason_to_end(wrapped: Wrapped) -> None:
    """A command may close its output and work on, whatever the idle limit."""
    done = wrapped("--idle-timeout", "300ms", "--", "sh", "-c", "exec >&- 2>&-; sleep 1; exit 5")

    assert done.returncode == 5


@pytest.mark.parametrize(
    ("options", "script", "status"),
    [
        (["--timeout", "300ms"], "sleep 100", 124),
        (["--idle-timeout", "300ms"], "echo a; sleep 100", 124),
        (["--first-output-timeout", "300ms"], "sleep 100", 124),
        (["--match", "FAIL", "--delay-exit", "0"], "echo FAIL; sleep 100", 123),
        (["--failure", "FAIL", "--delay-exit", "0"], "echo FAIL; sleep 100", 123),
        (["--match", "FAIL", "--match-status", "9"], "echo FAIL; sleep 100", 9),
        (["--success", "ready"], "echo ready; sleep 100", 0),
        (["--state", "RUN=>IDLE"], "echo IDLE; echo RUN; echo IDLE; sleep 100", 123),
        (["--state", "IN=>RUN=>OUT"], "echo OUT; echo IN; echo OUT; echo RUN; echo OUT; sleep 100", 123),
        (["--only", "^ok", "--only", "^#"], "echo ok; echo; echo '# b'; echo 'no # c'; sleep 100", 123),
        (["--idle-timeout", "300ms", "--idle-on", "stderr"], "while :; do echo a; sleep .05; done", 124),
        (["--max-repeat", "3"], "echo a; for i in 1 2 3; do echo same; done; sleep 100", 122),
        (["--stuck", "at (\\d+)%", "--max-repeat", "2"], "echo 1 at 5%; echo 2 at 5%; sleep 100", 122),
        (["--match", "Password:"], "printf 'Password: '; sleep 100", 123),
        (["--match", "bad", "--on", "stderr"], "echo bad; echo bad >&2; sleep 100", 123),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_a_run_that_is_ended_says_so_and_leaves_nobody(
    wrapped: Wrapped, options: list[str], script: str, status: int
) -> None:
    """Each limit and kind of pattern has its status and one line on stderr."""
    done = wrapped(*FAST, *options, "--", "sh", "-c", f"sleep 99 & {script}")

    assert status == done.returncode
    assert b"twiceshy: ended " in done.stderr
    assert wrapped.survivors() == []


@pytest.mark.parametrize(
    ("options", "script", "status"),
    [
        (["--timeout", "0"], "sleep .2", 0),
        (["--timeout", "5s"], "exit 3", 3),
        (["--idle-timeout", "2s"], "for i in 1 2 3 4 5 6 7 8 9 10 11; do sleep .2; printf .; done", 0),
        (["--first-output-timeout", "2s"], "echo a; sleep 2.1", 0),
        (["--match", "FAIL"], "echo FAIL; exit 3", 3),
        (["--match", "FAIL", "--max-count", "3"], "echo FAIL; echo FAIL; exit 0", 0),
        (["--match", "FAIL", "--exclude", "0 FAIL"], "echo 0 FAIL; sleep .5; exit 0", 0),
        (["--match", "FAIL", "--on", "stderr"], "echo FAIL; sleep .7", 0),
        (["--state", "RUN=>IDLE"], "echo IDLE; echo RUN; sleep .7", 0),
        (["--state", "IN=>RUN=>OUT"], "echo IN; echo OUT; echo IN; echo RUN", 0),
        (["--only", "^ok", "--exclude", "DEBUG"], "echo ok 1; echo; echo DEBUG x; printf 'ok 2'", 0),
        (["--idle-timeout", "1s", "--idle-on", "stdout"], "for i in 1 2 3 4 5 6; do sleep .2; echo .; done", 0),
        (["--idle-timeout", "300ms", "--idle-on", "stderr"], "exec 2>&-; sleep .7", 0),
        (["--expect", "done"], "echo done", 0),
        (["--expect", "done"], "exit 6", 6),
        (["--max-repeat", "3"], "echo a; echo a; echo b; echo a; echo a; sleep .7", 0),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_what_must_not_end_a_run_does_not(wrapped: Wrapped, options: list[str], script: str, status: int) -> None:
    """The command's own status, and not a word from us."""
    done = wrapped(*options, "--", "sh", "-c", script)

    assert (status, b"") == (done.returncode, done.stderr)


def test_an_expected_line_that_never_came_is_121(wrapped: Wrapped) -> None:
    """Though the command itself was content."""
    done = wrapped("--expect", "never said", "--", "echo", "hello")

    assert done.returncode == 121
    assert b"'never said' never appeared" in done.stderr


def test_what_belongs_to_a_match_is_still_shown(wrapped: Wrapped) -> None:
    """The stack trace after the error, until it is quiet."""
    start = time.monotonic()
    done = wrapped(
        "--match", "Error", "--delay-exit", "60s", "--", "sh", "-c", "echo Error; sleep .2; echo '  at x'; sleep 100"
    )

    assert (done.returncode, done.stdout) == (123, b"Error\n  at x\n")
    assert time.monotonic() - start < 40


def test_kill_is_137_after_a_time_limit(wrapped: Wrapped) -> None:
    """As GNU timeout reports a command that TERM did not end."""
    done = wrapped(*FAST, "--timeout", "300ms", "--", "sh", "-c", "trap '' TERM; while :; do sleep .1; done")

    assert done.returncode == 137
    assert wrapped.survivors() == []


@pytest.mark.parametrize("family", [ESCAPED, ORPHAN], ids=["own session", "orphan"])
@pytest.mark.parametrize("how", ["match", "timeout", "TERM", "HUP", "INT", "QUIT", "reader gone"])
def test_nobody_survives(wrapped: Wrapped, how: str, family: str) -> None:
    """Not even grandchildren that ignore TERM, lead their own session or lost their parent."""
    options = {"match": ["--match", "NOW", "--delay-exit", "0"], "timeout": ["--timeout", "500ms"]}.get(how, [])
    script = f"{family} (sleep .3; echo NOW) & sleep 100; echo more"  # dash may miss an INT just before it forks
    with wrapped.start(*FAST, *options, "--", "sh", "-c", script, stderr=subprocess.DEVNULL) as process:
        if how in {"TERM", "HUP", "INT", "QUIT"}:
            assert process.out.readline()
            process.send_signal(getattr(signal, f"SIG{how}"))
        elif how == "reader gone":
            process.out.readline()
            process.out.close()
        process.wait(timeout=LONG_S)

    assert wrapped.survivors() == []


@pytest.mark.parametrize(("number", "status"), [(15, 143), (1, 129), (3, 131)])
def test_a_signal_reaches_the_command(wrapped: Wrapped, number: int, status: int) -> None:
    """And its status is what the signal did, or what the command made of it."""
    with wrapped.start("--", "sh", "-c", "echo up; ulimit -c 0; exec sleep 100") as process:
        process.out.readline()
        process.send_signal(number)
        assert status == process.wait(timeout=LONG_S)
    with wrapped.start("--", "sh", "-c", f"trap 'exit 42' {number}; echo up; while :; do sleep .05; done") as process:
        process.out.readline()
        process.send_signal(number)
        assert process.wait(timeout=LONG_S) == 42


def test_ctrl_c_ends_a_shell_loop(wrapped: Wrapped) -> None:
    """The wrapper dies of the INT that its command died of; a status of 130 would let the loop go on."""
    with wrapped.start("--", "sh", "-c", "echo up; exec sleep 100") as process:
        process.out.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONG_S) == -signal.SIGINT


def test_a_command_may_live_through_ctrl_c(wrapped: Wrapped) -> None:
    """A debugger or shell does; nothing is escalated."""
    script = "trap 'echo caught' INT; echo up; sleep 1; sleep .7; exit 8"
    with wrapped.start("--kill-after", "100ms", "--", "sh", "-c", script) as process:
        process.out.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=LONG_S) == 8


def test_what_the_caller_ignores_stays_ignored(wrapped: Wrapped) -> None:
    """``nohup`` works through us."""
    with wrapped.start(
        "--", "sh", "-c", "echo up; sleep 1; exit 6", preexec_fn=lambda: signal.signal(signal.SIGHUP, signal.SIG_IGN)
    ) as process:  # one thread
        process.out.readline()
        process.send_signal(signal.SIGHUP)
        assert process.wait(timeout=LONG_S) == 6


def test_the_command_dies_with_a_wrapper_that_is_killed(wrapped: Wrapped) -> None:
    """KILL cannot be passed on, but the kernel sees to it."""
    with wrapped.start("--", sys.executable, "-c", "import time; print('up', flush=True); time.sleep(100)") as process:
        process.out.readline()
        process.kill()
        process.wait()

    assert wrapped.survivors(within_s=2) == []


def test_a_reader_who_leaves_ends_the_run_within_a_second(wrapped: Wrapped) -> None:
    """A writing command by its own SIGPIPE, a silent one by us."""
    for script in ("yes", "echo one; sleep 100"):
        with wrapped.start("--", "sh", "-c", script) as process:
            os.read(process.out.fileno(), 10)
            start = time.monotonic()
            process.out.close()
            assert process.wait(timeout=LONG_S) == 141
            assert time.monotonic() - start < 1.2
        assert wrapped.survivors() == []


def test_the_callers_own_children_are_not_of_the_family(wrapped: Wrapped) -> None:
    """A shell that started a server and then became the wrapper."""
    script = 'sleep 43.21 & exec "$@"'
    words = wrapped.words()
    done = subprocess.run(
        ["sh", "-c", script, "x", *words, "--timeout", "200ms", "--", "sleep", "100"],
        env=wrapped.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )

    assert done.returncode == 124
    assert wrapped.survivors() == ["sleep 43.21 "]


@pytest.mark.parametrize(
    ("data", "status"),
    [(b"a\nb\n", 0), (b"a\nERROR here\n", 123), (b"ERROR", 123)],
    ids=["no match", "match", "match in the last, unfinished line"],
)
def test_pipe_mode_answers_by_its_status(wrapped: Wrapped, data: bytes, status: int) -> None:
    """0 when the input ended, 123 when it matched; the input is shown either way."""
    done = wrapped("--match", "ERROR", data=data)

    assert (status, data) == (done.returncode, done.stdout)


def test_pipe_mode_leaves_after_a_match(wrapped: Wrapped) -> None:
    """The program before it then gets SIGPIPE, as from grep."""
    words = [*wrapped.words(), "--quiet", "--match", "ERROR", "--delay-exit", "100ms"]
    done = subprocess.run(
        ["bash", "-c", '(echo ERROR; exec yes) | "$@" >/dev/null; echo ${PIPESTATUS[@]}', "x", *words],
        env=wrapped.environment,
        capture_output=True,
        check=True,
        timeout=10,
    )

    assert done.stdout == b"141 123\n"


def test_stress_leaves_nobody(wrapped: Wrapped) -> None:
    """Forty runs, eight at a time, ended in five ways while they fork; the benchmark does a thousand."""
    script = (
        "for i in 1 2 3; do (setsid sh -c 'trap \"\" TERM; sleep 50' &) ; sleep 60 & done; echo NOW; wait; sleep 70"
    )
    running: list[Running] = []
    ways = ["match", "timeout", "TERM", "HUP", "reader"]
    for turn in range(40):
        way = ways[turn % 5]
        options = {"match": ["--match", "NOW", "--delay-exit", "0"], "timeout": ["--timeout", f"{20 + turn}ms"]}
        process = wrapped.start("--kill-after", "50ms", *options.get(way, []), "--", "sh", "-c", script)
        if way in {"TERM", "HUP"}:
            process.out.readline()
            process.send_signal(signal.SIGTERM if way == "TERM" else signal.SIGHUP)
        elif way == "reader":
            process.out.close()
        running.append(process)
        if len(running) == 8:
            finish(running.pop(0))
    for process in running:
        finish(process)

    assert wrapped.survivors() == []


def finish(process: Running) -> None:
    process.wait(timeout=LONG_S)
    for stream in (process.stdout, process.stderr):
        if stream is not None:
            stream.close()


_BURN = "import time\nwhile time.process_time() < .4: pass"


@pytest.mark.parametrize(
    "script",
    ['"$0" -c "$1"', '"$0" -c "$1" & wait', '("$0" -c "$1" &) ; "$0" -c "$1"; sleep .5'],
    ids=["itself", "its child", "whose parent is gone"],
)
def test_the_time_of_all_that_it_started_counts(wrapped: Wrapped, script: str) -> None:
    """Also of a process that nobody but us waits for."""
    done = wrapped("--json", "--", "sh", "-c", script, sys.executable, _BURN)
    told = json.loads(done.stdout)

    assert told["user_s"] + told["system_s"] > (0.7 if ";" in script else 0.38)
