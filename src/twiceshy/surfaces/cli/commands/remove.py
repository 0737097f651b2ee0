"""Take the hooks out of the agents' settings again, byte for byte; with --purge remove the data folder too.

A settings file that was not changed since `init` is afterwards what it was before. In one that was, our entries alone
are taken out. What was recorded stays, unless --purge is given: that removes everything twiceshy has put into its data
folder, for good, and nothing else that lies there.
"""

import argparse
import os
import sys
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.upkeep import HookPlan
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, pen_for, plural

EXAMPLE = "twiceshy remove"
_EXIT_REFUSED = 1


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whether the data goes too, and whether to ask."""
    parser.add_argument("--purge", action="store_true", help="also remove the data folder, for good")
    parser.add_argument("--dry-run", action="store_true", help="show the change, and make none")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show the change, ask, make it."""
    from twiceshy.flows import setup  # noqa: PLC0415  # `--help` need not pay for it

    plan = setup.plan_removal(config, setup.HostEnvironment(os.environ, Path.home(), Path.cwd()))
    if not args.json:
        print(_render_plan(plan, config, pen_for(sys.stdout, no_color=args.no_color), purge=args.purge))
    wanted = bool(plan.changes or args.purge)
    if args.dry_run or (wanted and not args.yes and not _confirm(purge=args.purge)):
        print(to_json("remove", {"plan": plan, "removed": False}) if args.json else "Nothing was changed.")
        return 0
    setup.remove(config, plan)
    left = setup.purge(config) if args.purge else []
    if args.json:
        print(to_json("remove", {"plan": plan, "removed": True, "left": left}))
    else:
        print(_describe_removal(plan, config, left, purge=args.purge))
    return _EXIT_REFUSED if plan.refusals else 0


def _confirm(*, purge: bool) -> bool:
    """Ask the person at the terminal whether to go on.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this changes your agents' settings and there is no terminal to ask at: add --yes.")
    sys.stderr.write(f"{'Remove the hooks and all data for good' if purge else 'Make these changes'}? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _render_plan(plan: HookPlan, config: Config, pen: Pen, *, purge: bool) -> str:
    """Render the change of each file as a diff."""
    from twiceshy.flows.setup import render_diff  # noqa: PLC0415  # as above

    parts = [f"{pen.bold(change.title)}: {change.path}\n{render_diff(change)}".rstrip() for change in plan.changes]
    parts += [f"{refusal.title}: {refusal.path} is left alone: {refusal.reason}." for refusal in plan.refusals]
    if purge:
        parts.append(f"The data folder goes with everything that was ever stored: {config.home}")
    return "\n\n".join(parts) or "No hooks of this data folder are installed."


def _describe_removal(plan: HookPlan, config: Config, left: list[Path], *, purge: bool) -> str:
    """Describe what was done."""
    words = f"Hooks were taken out of {plural(len(plan.changes), 'file')}."
    if not purge:
        return f"{words} What was recorded stays in {config.home}; `twiceshy remove --purge` removes that too."
    if left:
        named = ", ".join(path.name for path in left[:5])
        return f"{words} The data is gone; in {config.home} is left what is not ours: {named}."
    return f"{words} The data folder is gone."
