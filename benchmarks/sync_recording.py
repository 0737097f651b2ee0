"""What a team costs when a run is recorded: `telemetry.backend` `hybrid` beside `local`, in turn, and without a server.

``python -m benchmarks sync_recording [--pairs 60] [--rows 2000]``. Three figures, each with the 95 % interval of its
median (bootstrap over pairs):

- rows: making a run's rows and putting them into the outbox, in a process that has done it before;
- recorder: CPU time of the whole line, recorder included (``--wait-telemetry``), in pairs;
- command: wall time until the wrapper has ended (nobody waits for the recorder), in pairs.
"""

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

from benchmarks.measure import cost, scratch_environment
from benchmarks.run import ENTRY, MARK, settled
from twiceshy.account.leaving_reads import read_stored_runs
from twiceshy.archive.db import Store
from twiceshy.base.config import load
from twiceshy.commands.keys.team_keys import render_team_key
from twiceshy.privacy.wire.sending_settings import find_terms
from twiceshy.records.executions import RunRecord
from twiceshy.run.recipes.recorded_runs import list_leaving, put_run

SCRIPT = "echo one; echo an ERROR here; exit 1"
COMMAND = ["--match", "NEVER", "--", "sh", "-c", SCRIPT]
SEED = 20261123


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks sync_recording", description=__doc__)
    parser.add_argument("--pairs", type=int, default=60)
    parser.add_argument("--rows", type=int, default=2000)
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        places = {backend: prepare(Path(name), backend) for backend in ("local", "hybrid")}
        rows(places["hybrid"], args.rows)
        compare("recorder", args.pairs, lambda backend: recorder_ms(places[backend]))
        compare("command", args.pairs, lambda backend: command_ms(places[backend]))
        settled(places["local"][MARK])  # who records writes to the folder that is about to go


def prepare(folder: Path, backend: str) -> dict[str, str]:
    """An environment with compiled rules and one recorded run."""
    environment = scratch_environment(folder / backend) | {
        MARK: f"sync-recording-{os.getpid()}",
        "TWICESHY_TELEMETRY_BACKEND": backend,
        "TWICESHY_TEAM_KEY": render_team_key(bytes(range(32))),
    }
    (folder / backend).mkdir()
    for _ in range(3):
        recorder_ms(environment)
    return environment


def rows(environment: dict[str, str], count: int) -> None:
    """Make and put the rows of the same run under new ids."""
    os.environ["TWICESHY_TEAM_KEY"] = environment["TWICESHY_TEAM_KEY"]
    config = replace(load({}, environment, Path.cwd()), telemetry_backend="hybrid")
    took = []
    with Store.open(config.home) as store:
        run, *_ = read_stored_runs(store.connection, "", b"", 1)
        whole = RunRecord(
            execution=run.execution, past=None, matches=run.matches, samples=run.samples, metrics=[], patterns=[]
        )
        for number in range(count):
            one = replace(whole, execution=replace(run.execution, execution_id=number.to_bytes(16, "big")))
            with store.begin_writing():
                start = time.perf_counter()
                terms = find_terms(config, store.salt)
                assert terms is not None
                assert put_run(store, list_leaving(one, str(Path.cwd()), terms), datetime.now(UTC))
                took.append((time.perf_counter() - start) * 1000)
    cuts = statistics.quantiles(took, n=20)
    print(f"rows: median {statistics.median(took):.3f} ms, 95th percentile {cuts[-1]:.3f} ms, of {count}")


def recorder_ms(environment: dict[str, str]) -> float:
    """CPU milliseconds of a line, with its recorder."""
    return cost([*ENTRY, "--wait-telemetry", "--quiet", *COMMAND], environment).cpu_s * 1000


def command_ms(environment: dict[str, str]) -> float:
    """Wall milliseconds until the wrapper has ended; its recorder goes on beside the next ones, with a low priority."""
    start = time.perf_counter()
    subprocess.run(
        [*ENTRY, "--quiet", *COMMAND],
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return (time.perf_counter() - start) * 1000


def compare(name: str, pairs: int, measure: Callable[[str], float]) -> None:
    """Measure both in turn, in random order, and print medians and the median of the differences."""
    rng = Random(SEED)
    found: dict[str, list[float]] = {"local": [], "hybrid": []}
    for _ in range(pairs):
        for backend in rng.sample(("local", "hybrid"), 2):
            found[backend].append(measure(backend))
    more = [ours - base for ours, base in zip(found["hybrid"], found["local"], strict=True)]
    low, high = bound_median(more, rng)
    base, ours = (statistics.median(found[backend]) for backend in ("local", "hybrid"))
    print(
        f"{name}: local {base:.2f} ms, hybrid {ours:.2f} ms, difference {statistics.median(more):+.2f} ms "
        f"(95 %: {low:+.2f} to {high:+.2f}), {pairs} pairs"
    )


def bound_median(values: Sequence[float], rng: Random, rounds: int = 2000) -> tuple[float, float]:
    """The ends of the median's 95 % interval, by drawing the values again."""
    drawn = sorted(statistics.median(rng.choices(values, k=len(values))) for _ in range(rounds))
    return drawn[round(rounds * 0.025)], drawn[round(rounds * 0.975) - 1]
