"""What the first report costs on a machine with logs and an empty store, and a later one.

``python -m benchmarks first_report [--claude FOLDER ...] [--codex FOLDER ...]``: the folders are copied to where the
agents would keep them, in a scratch home. CPU seconds are of the process and its children; the target is 15 for 240 MB,
and 2 s for the first figure: the first line with dollars in it, on stderr, from the start of the process.
"""

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from benchmarks.measure import Cost, cost, scratch_environment, twiceshy


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks first_report", description=__doc__)
    parser.add_argument("--claude", nargs="+", type=Path, default=[])
    parser.add_argument("--codex", nargs="+", type=Path, default=[])
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        home = Path(name)
        for folder in args.claude:
            shutil.copytree(folder, home / "claude" / "projects" / folder.name)
        for folder in args.codex:
            shutil.copytree(folder, home / "codex" / "sessions" / folder.name)
        size = sum(path.stat().st_size for path in home.rglob("*.jsonl"))
        environment = scratch_environment(home)
        show_first_words(home, environment)
        for label in ("first", "later"):
            show(label, size, cost(twiceshy("report"), environment, home))


def show_first_words(home: Path, environment: dict[str, str]) -> None:
    """Print when the first figure of a report and the first word of an ingest in a pipe come; both are then stopped."""
    for label, words, wanted in (("first figure", ("report",), b"$"), ("ingest's first word", ("ingest",), b"...")):
        stores = environment | {"TWICESHY_HOME": str(home / label.replace(" ", "-"))}
        begun = time.perf_counter()
        with subprocess.Popen(
            twiceshy(*words), env=stores, cwd=home, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        ) as process:
            assert process.stderr is not None
            line = next((line for line in process.stderr if wanted in line), b"none")
            seconds = time.perf_counter() - begun
            process.terminate()
        print(f"{label}: {seconds:.1f} s: {line.decode().strip()}")


def show(label: str, size: int, found: Cost) -> None:
    """Print one row."""
    print(
        f"{label:<6} report of {size / 1e6:.0f} MB: {found.cpu_s:.1f} CPU s, {found.wall_s:.1f} s, "
        f"{found.peak_bytes / 1e6:.0f} MB, status {found.returncode}"
    )
