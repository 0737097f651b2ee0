"""What it costs to derive everything, and to derive it again, step by step.

``python -m benchmarks redo LOGS ...`` reads the logs into a scratch data folder, runs each step of ``learn`` behind
reading on it once, in one process, marks every derived value but the scanners' answers as made by older rules, and runs
the steps again: as after an update that changed every rule. Outside engines are left out. ``--profile STEP`` prints
where the time of one step goes.
"""

import argparse
import cProfile
import pstats
import resource
import sqlite3
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

from twiceshy.archive.scans import KIND as SCANS
from twiceshy.archive.scans import TASK_KIND as TASK_SCANS
from twiceshy.base.config import Config
from twiceshy.logs.collect.ingest_logs import ingest
from twiceshy.recipes.learn import learn_all
from twiceshy.score.recipes.score_sessions import score_stored

BEFORE = {"spool", "logs"}
"""Steps that read, and derive nothing."""


def cpu_s() -> float:
    """Return the CPU seconds of this process and of its children that ended."""
    both = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(used.ru_utime + used.ru_stime for used in both)


def no_limit() -> None:
    """Let a step run to its end."""


def score_all(config: Config) -> int:
    """Score everything: the step of ``learn`` ends after a minute."""
    return score_stored(config, processes=1).sessions


def timed(call: Callable[[], int]) -> tuple[int, float]:
    """Return what the call returned, and its CPU seconds."""
    before = cpu_s()
    answer = call()
    return answer, cpu_s() - before


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks redo")
    parser.add_argument("logs", nargs="+", type=Path)
    parser.add_argument("--profile", metavar="STEP")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        none = dict.fromkeys(("tools.ruff", "tools.semgrep"), "this benchmark")
        config = replace(
            Config(), home=Path(folder), tools_ruff=Path("/none"), tools_semgrep=Path("/none"), origins=none
        )
        _, reading = timed(lambda: sum(ingest(options.logs, config).events.values()))
        print(f"reading the logs {reading:.1f} CPU s")
        print("from nothing")
        derive(config, options.profile)
        with sqlite3.connect(config.home / "twiceshy.db") as connection:
            connection.execute("UPDATE derived SET rule_version = 0 WHERE kind NOT IN (?, ?)", (SCANS, TASK_SCANS))
        print("again, with other rules (goal: 60 for 600 MB)")
        derive(config, options.profile)


def derive(config: Config, profiled: str | None) -> None:
    """Run each step, and print what it took."""
    total = 0.0
    for name, step, *_ in learn_all.list_steps().steps:
        if name in BEFORE:
            continue
        profile = cProfile.Profile() if name == profiled else None
        if profile:
            profile.enable()
        done, took = timed(partial(score_all, config) if name == "score" else partial(step, config, no_limit))
        if profile:
            profile.disable()
            pstats.Stats(profile).sort_stats("cumulative").print_stats(60)
        total += took
        print(f"{name:10} {done:8,} {took:7.1f} CPU s", flush=True)
    print(f"{'all':10} {'':8} {total:7.1f} CPU s")
