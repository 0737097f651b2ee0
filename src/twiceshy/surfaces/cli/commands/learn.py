"""Learn from what is new: read the agents' logs, and what hooks noted.

Hooks start this when it is due (`learn.every_minutes`); by hand it does the same. Only one runs at a time. It takes at
most `learn.cpu_budget_s` CPU seconds and leaves the rest to the next run; stop it at any moment, nothing is lost.
`twiceshy doctor` shows the last run and what went wrong.
"""

import argparse

from twiceshy.config import Config
from twiceshy.records.upkeep import LearnRun
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import duration, number

EXAMPLE = "twiceshy learn"
_EXIT_FAILED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how hooks start it."""
    parser.add_argument("--detached", action="store_true", help="as hooks start it: yield to others, with a hard limit")


def run(args: argparse.Namespace, config: Config) -> int:
    """Run the recipe, and say what was new."""
    from twiceshy.flows.learn import learn  # noqa: PLC0415  # `--help` need not pay for it

    learned = learn(config, detached=args.detached)
    print(to_json("learn", learned) if args.json else _render_learning(learned))
    return _EXIT_FAILED if learned.failure else 0


def _render_learning(learned: LearnRun) -> str:
    """Render the run in words."""
    steps = ", ".join(f"{number(count)} from {name}" for name, count in learned.steps.items()) or "nothing"
    lines = [f"Learned in {duration(learned.seconds)} ({learned.cpu_s:.1f} CPU s): new events {steps}."]
    if learned.spent:
        lines.append("The budget (learn.cpu_budget_s) was spent; the next run goes on.")
    if learned.failure:
        lines.append(f"Not all was done. {learned.failure}")
    return "\n".join(lines)
