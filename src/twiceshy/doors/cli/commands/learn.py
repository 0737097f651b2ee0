"""Read what is new, and learn from it: the agents' logs and the notes of hooks.

Hooks start this when it is due (`learn.every_minutes`); by hand it does the same. Only one runs at a time. It uses at
most `learn.cpu_budget_s` seconds of CPU and leaves the rest to the next run. You can stop it at any moment: nothing is
lost. `twiceshy doctor` shows the last run and its errors.
"""

import argparse

from twiceshy.base.config import Config
from twiceshy.recipes import learn
from twiceshy.records.upkeep import LearnRun
from twiceshy.screens.terminal.formats import duration, number, plural
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = "twiceshy learn"
_TEAM = "sync"
"""The step that counts what went to a team's server and came from it."""
_NOTHING_NEW = frozenset({"retention", "cleanup", _TEAM})
"""Steps that count what they removed, or sent."""
_EXIT_FAILED = 1  # defined in docs/reference/exit-codes.md


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how hooks start it."""
    parser.add_argument("--detached", action="store_true", help="run as hooks do: in the background, with a hard limit")


def run(args: argparse.Namespace, config: Config) -> int:
    """Run the recipe, and say what was new."""
    learned = learn.learn(config, detached=args.detached)
    print_answer(args, "learn", learned, lambda _: _render_learning(learned, config))
    return _EXIT_FAILED if learned.failure else 0


def _render_learning(learned: LearnRun, config: Config) -> str:
    """Render the run in words."""
    new = [
        f"{number(count)} from {name}" for name, count in learned.steps.items() if count and name not in _NOTHING_NEW
    ]
    lines = [f"Learned in {duration(learned.seconds)} ({learned.cpu_s:.1f} CPU s): new: {', '.join(new) or 'nothing'}."]
    if rows := learned.steps.get(_TEAM):
        lines.append(f"Exchanged {plural(rows, 'row')} with your team's server.")
    if runs := learned.steps.get("retention"):
        bounds = f"{plural(config.telemetry_retention_days, 'day')} or beyond {config.telemetry_max_db_size_mb} MB"
        kept = "what limits and patterns learned from them stays"
        lines.append(f"Removed {plural(runs, 'command run')} older than {bounds}; {kept}.")
    if events := learned.steps.get("cleanup"):
        days = plural(config.memory_retention_days, "day")
        lines.append(f"Removed {plural(events, 'event')} of sessions older than {days} (memory.retention_days).")
    if learned.spent:
        lines.append("The budget (learn.cpu_budget_s) is used up; the next run goes on.")
    if learned.failure:
        lines.append(f"It is not complete. {learned.failure}")
    return "\n".join(lines)
