"""What recording a run and looking up its limit cost, and how good limits and alarms are on simulated pasts.

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
from collections.abc import Sequence
from random import Random

from twiceshy.facts.stats import wilson
from twiceshy.flows import hand_over
from twiceshy.flows.learned import learned
from twiceshy.records.runs import Plan
from twiceshy.run import limits
from twiceshy.run.limits import Timed

ENTRY = [
    sys.executable,
    "-X",
    "frozen_modules=on",
    "-c",
    "import sys; from twiceshy.surfaces.cli.start import main; sys.exit(main())",
    "run",
]
ROUNDS = 21


def main(_: Sequence[str] = ()) -> None:
    cost()
    many_at_once()
    quality_of_limits()
    quality_of_alarms()
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
        plan = Plan()
        plan.command = ("true",)
        print(f"look-up {milliseconds(lambda: learned(plan, 'timeout_s')):.2f} ms (goal 5)")
        print(f"hand-over in the wrapper {milliseconds(lambda: handed_over(plan)):.2f} ms (goal 1)")


class Nothing:
    """A run of which only the plan is asked for."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan


def handed_over(plan: Plan) -> None:
    """Hand over to a process that ends at once."""
    hand_over.record_in_background = lambda *_: os._exit(0)  # only the caller's part counts
    hand_over.hand_over(Nothing(plan), None)  # type: ignore[arg-type]  # see Nothing


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


def simulated(rng: Random, count: int, spread: float, *, two_ways: bool) -> list[Timed]:
    found = []
    for _ in range(count):
        way = 0.1 if two_ways and rng.random() < 0.3 else 1.0
        found.append(Timed(100 * way * rng.lognormvariate(0, spread)))
    return found


def quality_of_limits() -> None:
    """How many future runs a limit would wrongly end, and how long a hang waits beside the best fixed limit."""
    rng = Random(1)
    for runs in (5, 10, 30, 100):
        wrong = tried = 0
        waits = []
        for _ in range(400):
            spread, two_ways = rng.choice([0.05, 0.15, 0.3, 0.6]), rng.random() < 0.25
            found = limits.limit(simulated(rng, runs, spread, two_ways=two_ways))
            if found is None:
                continue
            fresh = simulated(rng, 50, spread, two_ways=two_ways)
            wrong += sum(one.value_s > found.limit_s for one in fresh)
            tried += len(fresh)
            waits.append(found.limit_s / 100)
        upper = wilson(wrong, tried).high
        usual = f"median {statistics.median(waits):.1f}x of a usual run"
        print(f"limits from {runs:3d} runs: wrongly ended {wrong / tried:.3%} (<= {upper:.3%}), {usual}")


def quality_of_alarms() -> None:
    """Runs three times as slow are found; ordinary ones are not."""
    rng = Random(2)
    for runs in (8, 12, 30, 100):
        found = false = ordinary = 0
        for _ in range(400):
            spread = rng.choice([0.05, 0.1, 0.2])
            past = simulated(rng, runs, spread, two_ways=False)
            found += limits.unusual(past, 300 * rng.lognormvariate(0, spread), "runtime") is not None
            fresh = simulated(rng, 20, spread, two_ways=False)
            false += sum(limits.unusual(past, one.value_s, "runtime") is not None for one in fresh)
            ordinary += len(fresh)
        print(f"alarms after {runs:3d} runs: 3x slow found {found / 400:.3f}, false {false / ordinary:.4f}")


def adapting() -> None:
    """Runs after a step until the limit is of the new kind."""
    rng = Random(3)
    for factor in (3.0, 2.0, 0.5):
        needed = []
        for _ in range(100):
            past = simulated(rng, 40, 0.2, two_ways=False)
            new = [Timed(one.value_s * factor) for one in simulated(rng, 20, 0.2, two_ways=False)]
            for count in range(4, 21):
                values = [one.value_s for one in past + new[:count]]
                if abs(limits.since_change(values) - 40) <= 2:
                    break
            needed.append(count)
        within = sum(count <= 10 for count in needed)
        print(f"step to {factor}x: followed after {statistics.median(needed):.0f} runs, within 10 in {within} of 100")


if __name__ == "__main__":
    main()
