"""What the first report costs on a machine with logs and an empty store, and a later one.

``python -m benchmarks first_report [--claude FOLDER ...] [--codex FOLDER ...]``: the folders are copied to where the
agents would keep them, in a scratch home. CPU seconds are of the process and its children; the target is 40 for 250 MB.
"""

import argparse
import shutil
import tempfile
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
        for label in ("first", "later"):
            show(label, size, cost(twiceshy("report"), environment, home))


def show(label: str, size: int, found: Cost) -> None:
    """Print one row."""
    print(
        f"{label:<6} report of {size / 1e6:.0f} MB: {found.cpu_s:.1f} CPU s, {found.wall_s:.1f} s, "
        f"{found.peak_bytes / 1e6:.0f} MB, status {found.returncode}"
    )
