"""Check the installation, the settings, the store and the agents' logs.

Changes nothing. Each problem says what to do. The exit code is 0 when there is none, else 1; notes do not count.
"""

import argparse
import os
import sys
from datetime import datetime
from textwrap import wrap

from twiceshy.config import Config
from twiceshy.records.health import Check, Health, State
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import Pen, many_lines, pad, pen_for, plural, terminal_width

EXAMPLE = "twiceshy doctor"
SICK = 1
INDENT = 22
MARKS = {State.OK: "ok", State.NOTE: "note", State.PROBLEM: "PROBLEM"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: all of it is checked."""


def run(args: argparse.Namespace, config: Config) -> int:
    """Check, and say what was found."""
    from twiceshy.flows.health import check  # noqa: PLC0415  # `--help` need not pay for it

    health = check(config, os.environ, datetime.now().astimezone())
    if args.json:
        print(answer("doctor", {"healthy": health.healthy, "checks": health.checks}))
    else:
        print(drawn(health, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0 if health.healthy else SICK


def drawn(health: Health, width: int, pen: Pen) -> str:
    """A line a check, what to do below it, and the sum."""
    lines = [line for check in health.checks for line in check_lines(check, width, pen)]
    problems = sum(check.state is State.PROBLEM for check in health.checks)
    lines.append("\nAll is well." if not problems else f"\n{plural(problems, 'problem')} to mend.")
    return "\n".join(lines)


def check_lines(check: Check, width: int, pen: Pen) -> list[str]:
    """One check, wrapped."""
    mark = pad(MARKS[check.state], 9)
    told = [part for line in many_lines(check.words).split("\n") for part in wrap(line, width - INDENT) or [""]]
    lines = [f"{pen.bold(mark) if check.state is State.PROBLEM else mark}{pad(check.name, 13)}{told[0]}"]
    lines += [" " * INDENT + line for line in told[1:]]
    if check.advice:
        lines.append(f"{' ' * INDENT}{pen.dim('->')} {check.advice}")
    return lines
