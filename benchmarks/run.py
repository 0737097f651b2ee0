"""``twiceshy run`` beside what it is measured against: the bare command, ``cmd | cat``, GNU timeout.

``python -m benchmarks run [--runs 9] [--endings 1000] [--only NAME]``. CPU is user and system time of all processes of
a line; every figure is a median, and each baseline is taken in turn with what it is compared to.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Iterator  # a benchmark's imports cost nobody
from contextlib import contextmanager
from pathlib import Path

from benchmarks.measure import scratch_environment

ENTRY = [sys.executable, "-c", "import re, sys; from twiceshy.doors.cli.start import main; sys.exit(main())", "run"]
"""As pip's console script starts it, ``import re`` included."""
MARK = "TWICESHY_BENCHMARK_MARK"
AT_ONCE = 8
"""Runs that may be recorded at the same time."""
PATIENCE_S = 300.0
"""For recording, on a machine with much else to do."""
FORKING = (
    "for i in 1 2 3; do (setsid sh -c 'trap \"\" TERM HUP; sleep 50' &) ; sleep 60 & done; echo NOW; wait; sleep 70"
)
"""Three grandchildren and three orphans in sessions of their own that ignore TERM."""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks run", description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    parser.add_argument("--endings", type=int, default=1000)
    parser.add_argument("--only", default="")
    args = parser.parse_args(argv)
    with scratch_runs() as (_, environment):
        for part in (start_up, throughput, memory, partial_lines, exactness, endings):
            if args.only in part.__name__:
                print(f"-- {part.__name__.replace('_', ' ')}", flush=True)
                part(environment, args)
                settled(environment[MARK])  # who records writes to the folder that is about to go


@contextmanager
def scratch_runs() -> Iterator[tuple[Path, dict[str, str]]]:
    """A folder that goes at the end, and an environment by whose mark its processes are known."""
    hear_signals()
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name)) | {"PYTHONPYCACHEPREFIX": f"{name}/bytecode"}
        yield Path(name), environment | {MARK: uuid.uuid4().hex}


def hear_signals() -> None:
    """Nothing; what a shell told its background job to ignore is not ignored by what we start."""
    for number in (signal.SIGINT, signal.SIGQUIT, signal.SIGHUP, signal.SIGTERM):
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


def start_up(environment: dict[str, str], args: argparse.Namespace) -> None:
    """CPU over the bare command."""
    true = "/bin/true"
    rows = {
        "bare command": [true],
        "timeout": ["timeout", "60", true],
        "python -c pass": [sys.executable, "-c", "pass"],
        "run": [*ENTRY, "--", true],
        "run, two limits": [*ENTRY, "--timeout", "60", "--idle-timeout", "9", "--", true],
        "run, plain words": [*ENTRY, "--match", "FAILED|panic:", "--", true],
        "run, a pattern for RE2": [*ENTRY, "--match", "FAILED in [0-9]+", "--", true],
    }
    spent = in_turn(rows, environment, args.runs * 3)
    for name, (cpu_s, wall_s) in spent.items():
        over = (cpu_s - spent["bare command"][0]) * 1000
        goal = verdict(over, 30) if name.startswith("run") else ""
        print(f"  {name:24} {over:7.1f} ms CPU over the bare command, {wall_s * 1000:6.1f} ms wall{goal}", flush=True)


def throughput(environment: dict[str, str], args: argparse.Namespace) -> None:
    """CPU against the same command through ``cat``."""
    seq, yes = "seq 5000000", "yes | head -c 200000000"
    one, several = ["--match", "NEVER"], ["--match", "ERROR|FAILED|panic:|Traceback"]
    cases: list[tuple[str, str, list[str], float | None]] = [
        ("seq, no pattern", seq, [], None),
        ("seq, one pattern", seq, one, 2.5),
        ("seq, an alternation", seq, several, None),
        ("200 MB of yes, no pattern", yes, [], None),
        ("200 MB of yes, one pattern", yes, one, None),
        ("200 MB of yes, an alternation", yes, several, 4),
        ("seq, line by line (--invert)", "seq 500000", ["--match", ".", "--invert"], None),
    ]
    for name, script, options, goal in cases:
        rows = {
            "cat": ["sh", "-c", f"({script}) | cat"],
            "run": [*ENTRY, *options, "--", "sh", "-c", script],
        }
        if script.startswith(
            "seq"
        ):  # not into /dev/null, where grep stops at its first line; and it takes a minute for 200 MB of yes
            rows["grep"] = ["sh", "-c", f"({script}) | grep --line-buffered -v NEVER | cat >/dev/null"]
        spent = in_turn(rows, environment, max(3, args.runs // 2))
        ratio = spent["run"][0] / spent["cat"][0]
        grep = f"; grep --line-buffered {spent['grep'][0]:.3f}" if "grep" in spent else ""
        print(
            f"  {name:30} {ratio:5.2f}x of cmd | cat ({spent['run'][0]:.3f} and {spent['cat'][0]:.3f} CPU-s{grep})"
            f"{verdict(ratio, goal)}",
            flush=True,
        )


def in_turn(rows: dict[str, list[str]], environment: dict[str, str], runs: int) -> dict[str, tuple[float, float]]:
    """Median CPU and wall seconds of each command; they take turns, so that a busy machine is busy for all."""
    spent: dict[str, list[tuple[float, float]]] = {name: [] for name in rows}
    for turn in range(runs + 1):
        for name, command in rows.items():
            start = time.perf_counter()
            process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            _, status, usage = os.wait4(process.pid, 0)
            wall_s = time.perf_counter() - start
            process.returncode = os.waitstatus_to_exitcode(status)
            settled(environment[MARK])  # what one run leaves behind is not the next one's time
            if turn:  # the first turn compiles and warms up
                spent[name].append((usage.ru_utime + usage.ru_stime, wall_s))
    return {
        name: (statistics.median(cpu for cpu, _ in taken), statistics.median(wall for _, wall in taken))
        for name, taken in spent.items()
    }


def memory(environment: dict[str, str], args: argparse.Namespace) -> None:
    """Peak memory of the wrapper itself, over 300 MB without a newline."""
    del args
    options = ["--quiet", "--match", "ERROR|FAILED"]
    command = [*ENTRY, *options, "--", "head", "-c", "300000000", "/dev/zero"]
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    process.returncode = 0
    print(f"  peak {usage.ru_maxrss / 1000:7.1f} MB{verdict(usage.ru_maxrss / 1000, 50)}", flush=True)


def partial_lines(environment: dict[str, str], args: argparse.Namespace) -> None:
    """Time from a write without a newline to its arrival."""
    script = (
        "import os,time\nfor _ in range(20):\n time.sleep(.05); os.write(1, repr(time.monotonic()).encode() + b'\\r')"
    )
    waited = []
    command = [*ENTRY, "--match", "NEVER", "--", sys.executable, "-c", script]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        while data := os.read(process.stdout.fileno(), 100):
            waited.append((time.monotonic() - float(data.strip(b"\r").split(b"\r")[-1])) * 1000)
    del args
    print(
        f"  median {statistics.median(waited):.2f} ms, slowest {max(waited):.2f} ms{verdict(max(waited), 100)}",
        flush=True,
    )


def exactness(environment: dict[str, str], args: argparse.Namespace) -> None:
    """Exit statuses 0 to 255 and signals that differ from the command's."""
    del args
    wrong = 0
    cases = [(f"exit {status}", status) for status in range(256)]
    cases += [(f"ulimit -c 0; kill -{number} $$", 128 + number) for number in (1, 2, 3, 6, 8, 9, 11, 13, 14, 15)]
    for script, status in cases:
        wrong += subprocess.run([*ENTRY, "--", "sh", "-c", script], env=environment, check=False).returncode != status
    print(f"  {wrong} of {len(cases)} statuses differ{verdict(wrong, 0)}", flush=True)


def endings(environment: dict[str, str], args: argparse.Namespace) -> None:
    """Processes that are left after runs ended in each way, and how long the wrapper took to leave; runs are recorded.

    The process that records a run is a copy of the wrapper and waited for: it is no survivor as long as it ends.
    """
    environment = environment | {"TWICESHY_TELEMETRY_LEVEL": "anonymous"}
    ways: dict[str, Callable[[subprocess.Popen[bytes]], None]] = {
        "match": leave_alone,
        "timeout": leave_alone,
        "TERM": lambda process: process.send_signal(signal.SIGTERM),
        "HUP": lambda process: process.send_signal(signal.SIGHUP),
        "INT": lambda process: process.send_signal(signal.SIGINT),
        "reader": close,
    }
    options = {"match": ["--match", "NOW", "--delay-exit", "0"], "timeout": ["--timeout", "60ms"]}
    left, slow, runs = 0, 0, 0
    for way, act in ways.items():
        mark = uuid.uuid4().hex
        taken = []
        for number in range(args.endings // len(ways) + 1):
            if number % AT_ONCE == 0:
                settled(mark)
            words = ["--quiet", "--kill-after", "50ms", *options.get(way, []), "--", "sh", "-c", FORKING]
            process = subprocess.Popen([*ENTRY, *words], env=environment | {MARK: mark}, stdout=subprocess.PIPE)
            assert process.stdout is not None
            if way != "timeout":
                process.stdout.readline()
            start = time.perf_counter()
            act(process)
            process.wait()
            taken.append(time.perf_counter() - start)
            process.stdout.close()
        runs += len(taken)
        recording = settled(mark)
        alive = [pid for pid in survivors(mark) if pid not in recording]
        left += len(alive)
        slow += sum(one > 1.5 for one in taken)
        late = f", {len(recording)} still recording" if recording else ""
        print(
            f"  {way:10} {len(taken):5} runs, {len(alive)} survivors{late}, gone after "
            f"{statistics.median(taken) * 1000:4.0f} ms (slowest {max(taken) * 1000:.0f})",
            flush=True,
        )
        for pid in alive:
            os.kill(pid, signal.SIGKILL)
    stored = subprocess.run(
        [sys.executable, "-m", "twiceshy", "sql", "--csv", "SELECT count(*) FROM executions"],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    ).stdout.split()
    count = int(stored[-1]) if stored else 0
    print(f"  all: {left} survivors{verdict(left, 0)}, {slow} slower than 1.5 s", flush=True)
    print(f"  {count} of {runs} runs stored, {runs - count} lost{verdict(runs - count, 0)}", flush=True)


def settled(mark: str) -> list[int]:
    """The processes with the mark that still record when they had their time; empty as a rule."""
    until = time.monotonic() + PATIENCE_S
    while (recording := [pid for pid in survivors(mark) if is_ours(pid)]) and time.monotonic() < until:
        time.sleep(0.05)
    return recording


def is_ours(pid: int) -> bool:
    """Whether the process is a wrapper or the copy of one that records."""
    try:
        return ENTRY[2].encode() in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def leave_alone(process: subprocess.Popen[bytes]) -> None:
    """It ends by itself."""
    del process


def close(process: subprocess.Popen[bytes]) -> None:
    """The reader leaves."""
    assert process.stdout is not None
    process.stdout.close()


def survivors(mark: str) -> list[int]:
    """The processes that carry the mark in their environment."""
    found = []
    for folder in Path("/proc").glob("[1-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def verdict(value: float, goal: float | None) -> str:
    """Whether the goal is met, in words."""
    return "" if goal is None else f"  goal <= {goal:g}: {'met' if value <= goal else 'NOT met'}"
