"""What ``export runs`` costs, and whether it repeats itself: ``python -m benchmarks export_runs [RUNS]``.

One run is recorded by the wrapper, with a match and its samples, and stored again as often as asked for.
"""

import argparse
import hashlib
import secrets
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from benchmarks.measure import cost, scratch_environment, twiceshy

RUNS = 20_000
PARTS = ("match_events", "output_samples", "performance_metrics")
SCRIPT = "for i in 1 2 3 4 5 6 7 8 9; do echo line $i of the output; done; echo error: $i is gone >&2; exit 1"


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks export_runs", description=__doc__)
    parser.add_argument("runs", nargs="?", type=int, default=RUNS)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        environment = scratch_environment(Path(name))
        run = twiceshy("run", "--wait-telemetry", "--quiet", "--match", "error", "--max-count", "9")
        cost([*run, "--", "sh", "-c", SCRIPT], environment)
        few = export(environment, Path(name) / "few", "jsonl")
        multiply(Path(environment["TWICESHY_HOME"]) / "twiceshy.db", args.runs)
        for form in ("jsonl", "csv"):
            first = export(environment, Path(name) / "first", form)
            again = export(environment, Path(name) / "again", form)
            print(f"{form}: {first}; byte-identical again: {first.rpartition(' ')[2] == again.rpartition(' ')[2]}")
        print(f"one run: {few}")


def multiply(path: Path, runs: int) -> None:
    """Store the only run again and again."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        columns = {table: columns_of(connection, table) for table in ("executions", "run_lines", *PARTS)}
        (old,) = connection.execute("SELECT execution_id FROM executions").fetchone()
        connection.execute("BEGIN")
        for _ in range(runs - 1):
            new = secrets.token_bytes(16)
            for table, names in columns.items():
                connection.execute(
                    f"INSERT INTO {table} (execution_id, {names}) SELECT ?, {names} FROM {table} "
                    "WHERE execution_id = ?",
                    (new, old),
                )
        connection.execute("COMMIT")


def columns_of(connection: sqlite3.Connection, table: str) -> str:
    """A table's columns, but for its keys."""
    rows = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
    keys = {"execution_id", "event_id", "sample_id", "metric_id"}
    return ", ".join(name for (name,) in rows if name not in keys)


def export(environment: dict[str, str], path: Path, form: str) -> str:
    """What one export cost and wrote."""
    found = cost(twiceshy("export", "runs", "--format", form, "--output", str(path), "--force"), environment)
    content = path.read_bytes()
    digest = hashlib.sha256(content).hexdigest()[:12]
    return f"{len(content) / 1e6:.1f} MB, {found.cpu_s:.1f} CPU s, peak {found.peak_bytes / 1e6:.0f} MB, {digest}"
