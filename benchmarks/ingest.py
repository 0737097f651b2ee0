"""Cold ingest, nothing new, one line appended, memory, store size and report time, beside ``orjson.loads``.

``python -m benchmarks ingest [--logs FOLDER ...] [--mb 950] [--runs 3]``: without ``--logs`` a history of ``--mb``
megabytes is generated. Every figure is the median of ``--runs`` runs; "x" is CPU time over the CPU time of
``orjson.loads`` on every line of the same files, taken in the same process run before each try.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

from benchmarks.measure import Cost, cost, folder_bytes, scratch_environment, twiceshy

FLOOR = """
import sys, time, orjson
from pathlib import Path
start = time.process_time()
for path in Path(sys.argv[1]).rglob("*.jsonl"):
    with path.open("rb") as lines:
        for line in lines:
            try:
                orjson.loads(line)
            except ValueError:
                pass
print(time.process_time() - start)
"""


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks ingest", description=__doc__)
    parser.add_argument("--logs", action="append", type=Path, default=[])
    parser.add_argument("--mb", type=float, default=950)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--processes", default="0", help="as the setting ingest.processes; 0 means one a core")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        scratch = Path(name)
        for logs in args.logs or [generated(scratch / "generated", args.mb)]:
            measure(logs, scratch, args.runs, args.processes)


def generated(folder: Path, megabytes: float) -> Path:
    """A synthetic history of our own."""
    from benchmarks.histories import write_history  # noqa: PLC0415  # only this path needs it

    write_history(folder, megabytes=megabytes)
    return folder


def measure(logs: Path, scratch: Path, runs: int, processes: str) -> None:
    """Print the table of one folder of logs."""
    source_bytes = sum(path.stat().st_size for path in logs.rglob("*.jsonl"))
    cold: list[tuple[float, Cost]] = []
    for run in range(runs):
        home = scratch / f"home-{run}"
        environment = scratch_environment(home) | {"TWICESHY_INGEST_PROCESSES": processes}
        floor = float(cost([sys.executable, "-c", FLOOR, str(logs)], environment).stdout)
        cold.append((floor, checked(cost(twiceshy("ingest", str(logs)), environment))))
        if run < runs - 1:
            shutil.rmtree(home)
    floor = statistics.median(floor for floor, _ in cold)
    print(f"{logs.name}: {source_bytes / 1e6:.0f} MB, floor {floor:.2f} CPU-s ({source_bytes / 1e6 / floor:.0f} MB/s)")
    row("cold ingest", "x floor", [run.cpu_s / floor for floor, run in cold], 12)
    row("cold ingest", "CPU s", [run.cpu_s for _, run in cold])
    row("cold ingest", "wall s", [run.wall_s for _, run in cold])
    row("cold ingest", "peak MB", [run.peak_bytes / 1e6 for _, run in cold], 200)
    row("store size", "of source", [folder_bytes(home / "store") / source_bytes], 0.30)
    again = [checked(cost(twiceshy("ingest", str(logs)), environment)) for _ in range(runs)]
    row("nothing new", "CPU s", [run.cpu_s for run in again], 0.2)
    with_one_line = []
    copy = scratch / "appended"
    shutil.copytree(logs, copy, copy_function=shutil.copy2)
    checked(cost(twiceshy("ingest", str(copy)), environment))
    biggest = max(copy.rglob("*.jsonl"), key=lambda path: path.stat().st_size)
    last = biggest.read_bytes().rstrip(b"\n").rpartition(b"\n")[2]
    for _ in range(runs):
        with biggest.open("ab") as log:
            log.write(last + b"\n")
        with_one_line.append(checked(cost(twiceshy("ingest", str(copy)), environment)))
    row("one line appended", "CPU s", [run.cpu_s for run in with_one_line], 0.2)
    report = [checked(cost(twiceshy("report"), environment)) for _ in range(runs)]
    row("report", "wall s", [run.wall_s for run in report], 2)
    shutil.rmtree(home)
    shutil.rmtree(copy)


def checked(run: Cost) -> Cost:
    """The run itself; a benchmark of a failing command is worth nothing."""
    if run.returncode:
        raise SystemExit(f"the measured command failed with status {run.returncode}\n{run.stdout}")
    return run


def row(what: str, unit: str, values: list[float], goal: float | None = None) -> None:
    """One line: median, range, goal and whether it is met."""
    median = statistics.median(values)
    verdict = "" if goal is None else f"  goal <= {goal:g}: {'met' if median <= goal else 'NOT met'}"
    print(f"  {what:20} {median:8.2f} {unit:10} ({min(values):.2f}-{max(values):.2f}){verdict}", flush=True)
