"""Children that hold their output back, the sixteen cases, and many runs at once, under ``twiceshy run``.

``python -m benchmarks run_children [--runs 5] [--pairs 5] [--only NAME]``. A child writes a line, waits half a
second and writes another: seconds until the first line has come, the median of a few, side by side. A child that cannot
be built or is not there is left out, and that is said.
"""

import argparse
import shutil
import sqlite3
import statistics
import subprocess
import time
import uuid
from collections.abc import Callable  # noqa: TC003  # a benchmark's imports cost nobody
from pathlib import Path

from tests.run.sixteen_cases import CASES, ENDS_WITHIN_S

from benchmarks.run import ENTRY, MARK, scratch_runs, settled, survivors, verdict

WAIT_S = 0.5
C = (
    "#include <stdio.h>\n#include <unistd.h>\nint main(void)"
    f' {{ puts("first"); usleep({WAIT_S * 1e6:.0f}); puts("last"); }}'
)
GO = (
    'package main\nimport ("fmt"; "time")\nfunc main()'
    f' {{ fmt.Println("first"); time.Sleep({WAIT_S * 1e9:.0f}); fmt.Println("last") }}'
)
JAVA = (
    'public class Writer { public static void main(String[] a) throws Exception { System.out.println("first");'
    f' Thread.sleep({WAIT_S * 1000:.0f}); System.out.println("last"); }} }}'
)
WRITES = f"echo first; sleep {WAIT_S}; echo last"
ONE_LINE = {
    "Python": ["python3", "-c", f"import time; print('first'); time.sleep({WAIT_S}); print('last')"],
    "Perl": ["perl", "-e", rf'print "first\n"; select(undef, undef, undef, {WAIT_S}); print "last\n"'],
    "node": ["node", "-e", f"console.log('first'); setTimeout(() => console.log('last'), {WAIT_S * 1000:.0f})"],
    "mawk, in a pipeline": ["sh", "-c", f"({WRITES}) | mawk 1"],
    "grep, in a pipeline": ["sh", "-c", f"({WRITES}) | grep ."],
    "sed, in a pipeline": ["sh", "-c", f"({WRITES}) | sed s/x/y/"],
    "three filters": ["sh", "-c", f"({WRITES}) | grep . | sed s/x/y/ | tr x y"],
}
HOW = {"plain": ["--buffered"], "asked": [], "--pty": ["--pty"]}
AT_ONCE = 40


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks run_children", description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--only", default="")
    args = parser.parse_args(argv)
    with scratch_runs() as (folder, environment):
        parts: dict[str, Callable[[], None]] = {
            "cases": lambda: sixteen(environment),
            "children": lambda: children(environment, folder, args.runs),
            "at_once": lambda: at_once(environment, args.pairs),
        }
        for part, measure in parts.items():
            if args.only in part:
                print(f"-- {part}", flush=True)
                measure()
                settled(environment[MARK])


def sixteen(environment: dict[str, str]) -> None:
    """How many cases end as recorded: status, bytes, in time, nobody left."""
    right = 0
    for case in CASES:
        mark = uuid.uuid4().hex
        words = [*ENTRY, "--no-telemetry", *case.options.split(), *(["--", *case.command] if case.command else [])]
        start = time.perf_counter()
        with subprocess.Popen(
            words,
            env=environment | {MARK: mark},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        ) as process:
            assert process.stdin is not None
            assert process.stdout is not None
            process.stdin.write(case.fed or b"")
            process.stdin.flush()
            if case.command:
                process.stdin.close()
            out = process.stdout.read()
        taken = time.perf_counter() - start
        as_recorded = (process.returncode, out) == (case.status, case.out)
        good = as_recorded and taken < ENDS_WITHIN_S and not survivors(mark)
        right += good
        print(f"  {'right' if good else 'WRONG'}  {taken:5.2f} s  {case.name}", flush=True)
    print(f"  {len(CASES) - right} of {len(CASES)} wrong{verdict(len(CASES) - right, 0)}", flush=True)


def children(environment: dict[str, str], folder: Path, runs: int) -> None:
    """Seconds until the first line, by how the child is run; bytes are compared with the bare command's."""
    for name, command in found_children(folder).items():
        bare = subprocess.run(command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)
        medians = []
        for options in HOW.values():
            waits = [first_line_s([*options, "--", *command], environment, bare.stdout) for _ in range(runs)]
            medians.append(statistics.median(waits))
        row = "  ".join(f"{how} {median:5.2f}" for how, median in zip(HOW, medians, strict=True))
        print(f"  {name:28} {row}", flush=True)


def found_children(folder: Path) -> dict[str, list[str]]:
    """The commands that can be run here."""
    found = {}
    (folder / "writer.c").write_text(C)
    (folder / "writer.go").write_text(GO)
    (folder / "Writer.java").write_text(JAVA)
    compiled = {
        "C, dynamic": (["cc", "writer.c", "-o", "dynamic"], ["dynamic"]),
        "C, static": (["cc", "-static", "writer.c", "-o", "static"], ["static"]),
        "C, address sanitizer": (["cc", "-fsanitize=address", "writer.c", "-o", "asan"], ["asan"]),
        "C, set-user-id": (["cc", "writer.c", "-o", "setuid"], ["setuid"]),
        "Go": (["go", "build", "-o", "go", "writer.go"], ["go"]),
        "Java": (["javac", "Writer.java"], ["java", "-cp", str(folder), "Writer"]),
    }
    for name, (build, command) in compiled.items():
        if (
            shutil.which(build[0])
            and subprocess.run(build, cwd=folder, capture_output=True, check=False).returncode == 0
        ):
            found[name] = [str(folder / command[0]), *command[1:]] if len(command) == 1 else command
        else:
            print(f"  {name:28} not here", flush=True)
    if "C, set-user-id" in found:
        Path(found["C, set-user-id"][0]).chmod(0o4755)
    found |= {name: command for name, command in ONE_LINE.items() if shutil.which(command[0])}
    return found


def first_line_s(words: list[str], environment: dict[str, str], expected: bytes) -> float:
    """Seconds from the child's start, as its last line tells it, to its first line; the bytes must be as expected."""
    command = [*ENTRY, "--no-telemetry", "--idle-timeout", "60", *words]
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        came = time.perf_counter()
        rest = process.stdout.read()
        held_s = WAIT_S - (time.perf_counter() - came)
    if first + rest != expected or process.returncode:
        print(f"  WRONG bytes or status from {words}", flush=True)
    return max(0.0, held_s)


def at_once(environment: dict[str, str], pairs: int) -> None:
    """Forty runs of a second that start together: recorded against not recorded, in turn; all have to be stored."""
    taken: dict[str, list[float]] = {"not recorded": [], "recorded": []}
    subprocess.run([*ENTRY, "--wait-telemetry", "--", "true"], env=environment, check=False)
    for _ in range(pairs):
        for name, found in taken.items():
            words = ["--no-telemetry"] if name == "not recorded" else []
            start = time.perf_counter()
            running = [subprocess.Popen([*ENTRY, *words, "--", "sleep", "1"], env=environment) for _ in range(AT_ONCE)]
            for one in running:
                one.wait()
            found.append(time.perf_counter() - start)
            settled(environment[MARK])
    plain, recorded = (statistics.median(found) for found in taken.values())
    with sqlite3.connect(Path(environment["TWICESHY_HOME"]) / "twiceshy.db") as connection:
        stored = connection.execute("SELECT count(*) FROM executions").fetchone()[0] - 1
    lost = pairs * AT_ONCE - stored
    print(f"  recorded {recorded:.2f} s, not recorded {plain:.2f} s: {recorded / plain:.3f}x", end="")
    print(f"{verdict(recorded / plain, 1.1)}; {lost} of {pairs * AT_ONCE} lost{verdict(lost, 0)}", flush=True)
    print(f"  each: {' '.join(f'{one:.2f}' for one in taken['recorded'])} recorded", flush=True)
    print(f"        {' '.join(f'{one:.2f}' for one in taken['not recorded'])} not recorded", flush=True)
