"""Against: this checkout beside another one, call by call in turn, so that a busy machine slows both alike.

``python -m benchmarks against PYTHON LOGS [--pairs N]``: ``PYTHON`` is the interpreter of an environment in which the
other version is installed, ``LOGS`` a folder of agents' logs. It prints CPU seconds of the whole process tree: the
median of each, and the median of the ratios new / other with its 95 % interval (bootstrap over the pairs).
"""

import argparse
import json
import shlex
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import median
from typing import NamedTuple

from benchmarks.measure import cost, scratch_environment

EVENT = {"session_id": "abc", "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t1", "cwd": "/tmp"}
ROUNDS = 2_000


class Side(NamedTuple):
    """One version, and the folder in which its home lies."""

    python: str
    folder: Path

    def twiceshy(self, *words: str) -> float:
        """CPU seconds of a call in this side's home."""
        environment = scratch_environment(self.folder) | {"TWICESHY_INGEST_PROCESSES": "1"}
        return cost([self.python, "-m", "twiceshy", *words], environment, self.folder).cpu_s

    def cold_ingest(self, logs: Path) -> float:
        """CPU seconds of an ingest into an empty store."""
        shutil.rmtree(self.folder / "store", ignore_errors=True)
        return self.twiceshy("ingest", str(logs), "--json")

    def cold_learn(self, logs: Path) -> float:
        """CPU seconds of the first `learn` after an ingest."""
        self.cold_ingest(logs)
        return self.twiceshy("learn", "--json")

    def gate(self) -> float:
        """CPU seconds of one event in the installed hook, called as the agent's settings say."""
        settings = self.folder / "claude" / "settings.json"
        if not settings.exists():
            settings.parent.mkdir(exist_ok=True)
            self.twiceshy("init", "--yes")
        event = self.folder / "event.json"
        event.write_text(json.dumps(EVENT))
        hook = json.loads(settings.read_text())["hooks"]["PreToolUse"][0]["hooks"][0]
        command = shlex.join([hook["command"], *hook["args"]]) if "args" in hook else hook["command"]
        return cost(["sh", "-c", f"{command} < {event}"], scratch_environment(self.folder)).cpu_s


_Call = Callable[[Side], float]


def main(argv: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="benchmarks against", description=__doc__)
    parser.add_argument("python")
    parser.add_argument("logs", type=Path)
    parser.add_argument("--pairs", type=int, default=5)
    args = parser.parse_args(argv)
    logs = args.logs.absolute()
    questions: dict[str, tuple[int, _Call]] = {
        "cold ingest, one process": (args.pairs, lambda side: side.cold_ingest(logs)),
        "report": (args.pairs * 2, lambda side: side.twiceshy("report", "--json")),
        "run --no-telemetry true": (args.pairs * 8, lambda side: side.twiceshy("run", "--no-telemetry", "--", "true")),
        "gate, an event without a rule": (args.pairs * 20, Side.gate),
        "learn after an ingest": (max(2, args.pairs // 2), lambda side: side.cold_learn(logs)),
    }
    print("| call | pairs | new, CPU s | other, CPU s | new / other (95 %) |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory(prefix="twiceshy-against-") as name:
        sides = [Side(sys.executable, Path(name) / "new"), Side(args.python, Path(name) / "other")]
        for side in sides:
            side.folder.mkdir()
        for words, (pairs, ask) in questions.items():
            rows = [[ask(side) for side in sides] for _ in range(pairs)]
            ratios = [new / other for new, other in rows]
            low, high = interval(ratios)
            new, other = (median(row[place] for row in rows) for place in (0, 1))
            print(
                f"| {words} | {pairs} | {new:.3f} | {other:.3f} | {median(ratios):.3f} ({low:.3f}-{high:.3f}) |",
                flush=True,
            )


def interval(ratios: list[float]) -> tuple[float, float]:
    """The middle 95 % of the medians of samples drawn from the ratios with replacement."""
    rng = Random(1)
    medians = sorted(median(rng.choices(ratios, k=len(ratios))) for _ in range(ROUNDS))
    return medians[ROUNDS // 40], medians[-ROUNDS // 40]
