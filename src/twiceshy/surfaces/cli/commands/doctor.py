"""Check the installation, the settings, the store, the hooks and the agents' logs.

Changes nothing, but with --repair. Each problem says what to do. The exit code is 0 when there is none, else 1; notes
do not count. --simulate calls the installed hook with an example event, as the agent would.
"""

import argparse
import os
import shlex
import sys
from datetime import datetime
from textwrap import wrap

from twiceshy.config import Config
from twiceshy.records.upkeep import Check, CheckState, Health, HookPlan, Simulation
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, many_lines, pad, pen_for, plural, terminal_width

EXAMPLE = "twiceshy doctor"
_EXIT_PROBLEM = 1
_INDENT = 22
_MARKS = {CheckState.OK: "ok", CheckState.NOTE: "note", CheckState.PROBLEM: "PROBLEM"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do besides looking."""
    parser.add_argument("--simulate", metavar="EVENT", help="call the installed hook with an example: PreToolUse ...")
    parser.add_argument("--repair", action="store_true", help="rewrite what broke of the hooks, then check")


def run(args: argparse.Namespace, config: Config) -> int:
    """Check, and say what was found."""
    if args.simulate:
        return _simulate(args, config)
    repaired = None
    if args.repair:
        from twiceshy.flows.setup import folder_of, repair  # noqa: PLC0415  # only then

        if folder_of(config).path.exists():
            repaired = repair(config)
    from twiceshy.flows.setup import check  # noqa: PLC0415  # `--help` need not pay for it

    health = check(config, os.environ, datetime.now().astimezone())
    if args.json:
        body: dict[str, object] = {"healthy": health.healthy, "checks": health.checks}
        print(to_json("doctor", body | ({"repaired": repaired} if repaired else {})))
    else:
        if args.repair:
            print(_describe_repair(repaired), end="\n\n")
        print(_render_health(health, terminal_width(), pen_for(sys.stdout, no_color=args.no_color)))
    return 0 if health.healthy else _EXIT_PROBLEM


def _describe_repair(repaired: HookPlan | None) -> str:
    """Describe what was repaired."""
    if repaired is None:
        return "No hooks are installed, so there is nothing to repair. Install them: twiceshy init"
    lines = ["The hook folder was written anew."]
    lines += [f"{change.title}: the entries in {change.path} were written anew." for change in repaired.changes]
    lines += [f"{refusal.title}: {refusal.path} was left alone: {refusal.reason}." for refusal in repaired.refusals]
    return "\n".join(lines)


def _simulate(args: argparse.Namespace, config: Config) -> int:
    """Call the hook, and show all that it did."""
    from twiceshy.flows.setup import simulate  # noqa: PLC0415  # only then

    found = simulate(config, args.simulate)
    print(to_json("doctor-simulate", found) if args.json else _render_simulation(found))
    return 0 if found.works else _EXIT_PROBLEM


def _render_simulation(found: Simulation) -> str:
    """Render what the hook did, in words."""
    code = "it did not end by itself" if found.exit_code is None else f"exit code {found.exit_code}"
    verdict = "as it should be" if found.works else "NOT as it should be"
    lines = [
        f"{found.event}: {code} after {found.seconds * 1000:.0f} ms; {verdict}.",
        f"called   {shlex.join(found.command)}",
        f"said     {found.output.strip() or 'nothing, so the agent goes on'}",
        f"noted    {found.written or 'nothing'}",
    ]
    lines += [f"fault    {line}" for line in found.failures]
    return "\n".join(lines)


def _render_health(health: Health, width: int, pen: Pen) -> str:
    """Render a line for each check, what to do below it, and the sum."""
    lines = [line for check in health.checks for line in _lines_of_check(check, width, pen)]
    problems = sum(check.state is CheckState.PROBLEM for check in health.checks)
    lines.append("\nAll is well." if not problems else f"\n{plural(problems, 'problem')} to mend.")
    return "\n".join(lines)


def _lines_of_check(check: Check, width: int, pen: Pen) -> list[str]:
    """Return the lines of one check, wrapped."""
    mark = pad(_MARKS[check.state], 9)
    told = [part for line in many_lines(check.words).split("\n") for part in wrap(line, width - _INDENT) or [""]]
    lines = [f"{pen.bold(mark) if check.state is CheckState.PROBLEM else mark}{pad(check.name, 13)}{told[0]}"]
    lines += [" " * _INDENT + line for line in told[1:]]
    if check.advice:
        lines.append(f"{' ' * _INDENT}{pen.dim('->')} {check.advice}")
    return lines
