"""Remove the hooks from the agents' settings, byte for byte; with --purge the data folder too.

A settings file that did not change since `init` becomes what it was before. In any other only our entries are removed.
What was recorded stays, except with --purge: that deletes everything twiceshy put into its data folder, for good, and
nothing else in it.
"""

import argparse
import os
from pathlib import Path

from twiceshy.config import Config
from twiceshy.flows import setup
from twiceshy.records.upkeep import HookPlan
from twiceshy.surfaces.cli.formats import plural
from twiceshy.surfaces.cli.page import Page, confirm, page_of, print_answer, print_text

EXAMPLE = "twiceshy remove"
_EXIT_REFUSED = 1  # defined in docs/reference/exit-codes.md


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whether the data goes too, and whether to ask."""
    parser.add_argument("--purge", action="store_true", help="delete the data folder too, for good")
    parser.add_argument("--dry-run", action="store_true", help="show the change, and make none")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show the change, ask, make it."""
    plan = setup.plan_removal(config, setup.HostEnvironment(os.environ, Path.home(), Path.cwd()))
    if not args.json:
        print_text(_render_plan(plan, config, page_of(args), purge=args.purge))
    wanted = bool(plan.changes or args.purge)
    question = "Remove the hooks and all data for good?" if args.purge else "Make these changes?"
    if args.dry_run or (wanted and not args.yes and not confirm(question, "this changes your agents' settings")):
        return print_answer(args, "remove", {"plan": plan, "removed": False}, lambda _: "Nothing was changed.")
    setup.remove(config, plan)
    left = setup.purge(config) if args.purge else []
    record = {"plan": plan, "removed": True, "left": left}
    print_answer(args, "remove", record, lambda _: _describe_removal(plan, config, left, purge=args.purge))
    return _EXIT_REFUSED if plan.refusals else 0


def _render_plan(plan: HookPlan, config: Config, page: Page, *, purge: bool) -> str:
    """Render the change of each file as a diff."""
    parts = [
        f"{page.bold(change.title)}: {change.path}\n{setup.render_diff(change)}".rstrip() for change in plan.changes
    ]
    parts += [f"{refusal.title}: {refusal.path} stays as it is: {refusal.reason}." for refusal in plan.refusals]
    if purge:
        parts.append(f"The data folder goes too, with everything that is stored in it: {config.home}")
    return "\n\n".join(parts) or "No hooks of this data folder are installed."


def _describe_removal(plan: HookPlan, config: Config, left: list[Path], *, purge: bool) -> str:
    """Describe what was done."""
    words = f"Removed the hooks from {plural(len(plan.changes), 'file')}."
    if not purge:
        return f"{words} What was recorded stays in {config.home}; `twiceshy remove --purge` deletes it."
    if left:
        named = ", ".join(path.name for path in left[:5])
        return f"{words} The data is deleted; {config.home} still has files that are not ours: {named}."
    return f"{words} The data folder is deleted."
