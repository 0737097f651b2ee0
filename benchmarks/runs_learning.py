"""What recording a run and looking up its limit cost, and how good alarms are on simulated pasts.

``python -m benchmarks runs_learning``: figures are medians; simulated commands have log-normal times of many spreads,
some with two ways to run (cached or not), and change by a step.
"""

import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from random import Random

from twiceshy.records.executions import PastRun
from twiceshy.records.runs import RunPlan
from twiceshy.run import alarms, hand_over
from twiceshy.run.learned_limits import find_alarms
from twiceshy.run.limits import RunDuration, find_last_change
from twiceshy.run.recipes.limit_suggestions import find_limit

ENTRY = [
    sys.executable,
    "-X",
    "frozen_modules=on",
    "-c",
    "import sys; from twiceshy.doors.cli.start import main; sys.exit(main())",
    "run",
]
ROUNDS = 21


def main(_: Sequence[str] = ()) -> None:
    cost()
    many_at_once()
    quality_of_alarms()
    planted()
    adapting()


def cost() -> None:
    """Start-up beside the bare command; hand-over and look-up inside the wrapper."""
    with tempfile.TemporaryDirectory() as home:
        os.environ["TWICESHY_HOME"] = home
        for _ in range(6):
            subprocess.run([*ENTRY, "--wait-telemetry", "--", "true"], check=False)
        ways = {
            "bare": ["true"],
            "run --no-telemetry": [*ENTRY, "--no-telemetry", "--", "true"],
            "run": [*ENTRY, "--", "true"],
            "run --timeout auto": [*ENTRY, "--no-telemetry", "--quiet", "--timeout", "auto", "--", "true"],
        }
        taken: dict[str, list[float]] = {name: [] for name in ways}
        for _ in range(ROUNDS):
            for name, words in ways.items():
                before = resource.getrusage(resource.RUSAGE_CHILDREN)
                subprocess.run(words, check=False)
                after = resource.getrusage(resource.RUSAGE_CHILDREN)
                taken[name].append((after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime) * 1000)
                time.sleep(0.3 if name == "run" else 0.0)  # what a run leaves behind is not the next one's cost
        print("CPU ms  " + "  ".join(f"{name} {statistics.median(found):.1f}" for name, found in taken.items()))
        plan = RunPlan()
        plan.command = ("true",)
        print(f"look-up {milliseconds(lambda: find_limit(plan, 'timeout_s')):.2f} ms (goal 5)")
        print(f"hand-over in the wrapper {milliseconds(lambda: handed_over(plan)):.2f} ms (goal 1)")


class Nothing:
    """A run of which only the plan is asked for."""

    def __init__(self, plan: RunPlan) -> None:
        self.plan = plan


def handed_over(plan: RunPlan) -> None:
    """Hand over to a process that ends at once."""
    hand_over.record_in_background = lambda *_: os._exit(0)  # only the caller's part counts
    hand_over.hand_over(Nothing(plan), None, None)  # type: ignore[arg-type]  # see Nothing


def milliseconds(act: object) -> float:
    assert callable(act)
    found = []
    for _ in range(100):
        before = time.perf_counter()
        act()
        found.append((time.perf_counter() - before) * 1000)
    return statistics.median(found)


def many_at_once(count: int = 40) -> None:
    """All are recorded; each takes about as long as without being recorded."""
    for words in (["--no-telemetry"], []):
        with tempfile.TemporaryDirectory() as home:
            environment = {**os.environ, "TWICESHY_HOME": home}
            before = time.perf_counter()
            running = [subprocess.Popen([*ENTRY, *words, "--", "sleep", "1"], env=environment) for _ in range(count)]
            for one in running:
                one.wait()
            taken = time.perf_counter() - before
            stored = 0
            until = time.monotonic() + 90
            while words == [] and stored < count and time.monotonic() < until:
                time.sleep(1)
                listing = [sys.executable, "-m", "twiceshy", "--home", home, "sql", "--csv"]
                query = "SELECT count(*) FROM executions"
                answer = subprocess.run([*listing, query], capture_output=True, text=True, check=False).stdout.split()
                stored = int(answer[-1]) if answer else 0
            print(f"{count} at once {' '.join(words) or 'recorded'}: {taken:.2f} s, {stored} stored")


def simulated(rng: Random, count: int, spread: float, *, two_ways: bool) -> list[RunDuration]:
    found = []
    for _ in range(count):
        way = 0.1 if two_ways and rng.random() < 0.3 else 1.0
        found.append(RunDuration(100 * way * rng.lognormvariate(0, spread)))
    return found


def quality_of_alarms() -> None:
    """Runs three times as slow are found; ordinary ones are not."""
    rng = Random(2)
    for runs in (8, 12, 30, 100):
        found = false = ordinary = 0
        for _ in range(400):
            spread = rng.choice([0.05, 0.1, 0.2])
            past = simulated(rng, runs, spread, two_ways=False)
            found += alarms.detect_anomaly(past, 300 * rng.lognormvariate(0, spread), "runtime") is not None
            fresh = simulated(rng, 20, spread, two_ways=False)
            false += sum(alarms.detect_anomaly(past, one.value_s, "runtime") is not None for one in fresh)
            ordinary += len(fresh)
        print(f"alarms after {runs:3d} runs: 3x slow found {found / 400:.3f}, false {false / ordinary:.4f}")


KNOWN_ERRORS = (b"assert", b"import", b"compile")
FAILING = 0.15


def ordinary(rng: Random, number: int, spread: float) -> PastRun:
    """A run as the others: its time, its longest silence, its lines, and now and then one of three errors."""
    runtime_s = 60 * rng.lognormvariate(0, spread)
    failed = rng.random() < FAILING
    return PastRun(
        uid=number.to_bytes(4, "big"),
        origin="run",
        at=f"2026-11-01T00:00:{number:02d}Z",
        command_hash=b"c",
        place_hash=b"p",
        runtime_s=runtime_s,
        runtime_cut=False,
        silence_s=runtime_s * rng.uniform(0.05, 0.15),
        lines=round(400 * rng.lognormvariate(0, spread)),
        failed=failed,
        error_key=rng.choice(KNOWN_ERRORS) if failed else None,
    )


def planted() -> None:
    """Each kind of anomaly alone, by all the questions that `runs analyze anomalies` asks, beside ordinary runs."""
    rng = Random(4)
    kinds: dict[str, Callable[[PastRun], PastRun]] = {
        "3x slow": lambda run: replace(run, runtime_s=run.runtime_s * 3, silence_s=(run.silence_s or 0) * 3),
        "silent": lambda run: replace(run, silence_s=run.runtime_s * 0.8, lines=(run.lines or 0) // 4),
        "new error": lambda run: replace(run, failed=True, error_key=b"never seen"),
    }
    for runs in (8, 12, 30, 100):
        found = dict.fromkeys(kinds, 0)
        false = count = 0
        for _ in range(300):
            spread = rng.choice([0.05, 0.1, 0.2])
            past = [ordinary(rng, number, spread) for number in range(runs)]
            known = {run.error_key for run in past}
            for kind, change in kinds.items():
                what = {alarm.what for alarm in find_alarms(past, change(ordinary(rng, 99, spread)))}
                found[kind] += bool(
                    what & {"3x slow": {"runtime"}, "silent": {"silence"}, "new error": {"error"}}[kind]
                )
            for fresh in [ordinary(rng, 99, spread) for _ in range(20)]:
                if fresh.error_key is None or fresh.error_key in known:  # else it is new indeed
                    false += bool(find_alarms(past, fresh))
                    count += 1
        shares = ", ".join(f"{kind} {number / 300:.3f}" for kind, number in found.items())
        print(f"anomalies after {runs:3d} runs: {shares}; false {100 * false / count:.2f} in 100 of {count} runs")


def adapting() -> None:
    """Runs after a step until the limit is of the new kind."""
    rng = Random(3)
    for factor in (3.0, 2.0, 0.5):
        needed = []
        for _ in range(100):
            past = simulated(rng, 40, 0.2, two_ways=False)
            new = [RunDuration(one.value_s * factor) for one in simulated(rng, 20, 0.2, two_ways=False)]
            for count in range(4, 21):
                values = [one.value_s for one in past + new[:count]]
                if abs(find_last_change(values) - 40) <= 2:
                    break
            needed.append(count)
        within = sum(count <= 10 for count in needed)
        print(f"step to {factor}x: followed after {statistics.median(needed):.0f} runs, within 10 in {within} of 100")


if __name__ == "__main__":
    main()
