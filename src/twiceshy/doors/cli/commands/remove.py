"""Remove the hooks from agents' settings and from repositories, byte for byte; with --purge the data folder too.

A settings file that did not change since `init` becomes what it was before. In any other only our entries are removed.
A hook of git that stood there before `init --git` stands there again; one that was changed since is left, and named.
What was recorded stays, except with --purge: that deletes everything twiceshy put into its data folder, for good, and
nothing else in it.
"""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.recipes import setup
from twiceshy.records.git_hooks import GitHookPlan
from twiceshy.records.upkeep import HookPlan
from twiceshy.screens.terminal.draw_git_hooks import render_git_removal
from twiceshy.screens.terminal.formats import plural
from twiceshy.screens.terminal.page import Page, confirm, page_of, print_answer, print_text

EXAMPLE = "twiceshy remove"
_EXIT_REFUSED = 1  # defined in docs/reference/exit-codes.md


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare whether the data goes too, and whether to ask."""
    parser.add_argument("--purge", action="store_true", help="delete the data folder too, for good")
    parser.add_argument("--git", action="store_true", help="only the hooks of git in the repository around this folder")
    parser.add_argument("--dry-run", action="store_true", help="show the change, and make none")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show the change, ask, make it."""
    if args.git and args.purge:
        raise UsageError("--git is about one repository, --purge about all data. Give one of them.")
    plan = _plan_nothing() if args.git else setup.plan_removal(config, _find_place())
    git = setup.plan_git_removal(config, Path.cwd() if args.git else None)
    if not args.json:
        print_text(_render_plan(plan, git, config, page_of(args), purge=args.purge))
    record = {"plan": plan, "git": git, "removed": False}
    files = len(plan.changes) + sum(len(one.changes) for one in git)
    if args.dry_run or (not args.yes and not _confirm(files, purge=args.purge)):
        return print_answer(args, "remove", record, lambda _: "Nothing was changed.")
    setup.remove_git_hooks(config, git)
    if not args.git:
        setup.remove(config, plan)
    left = setup.purge(config) if args.purge else []
    record |= {"removed": True, "left": left}
    print_answer(args, "remove", record, lambda _: _describe_removal(files, config, left, purge=args.purge))
    refused = plan.refusals or any(one.refusals for one in git)
    return _EXIT_REFUSED if refused else 0


def _confirm(files: int, *, purge: bool) -> bool:
    """Ask, where anything would be changed."""
    question = "Remove the hooks and all data for good?" if purge else "Make these changes?"
    return not (files or purge) or confirm(question, "this changes hooks that are installed")


def _find_place() -> setup.HostEnvironment:
    """Return where agents are looked for."""
    return setup.HostEnvironment(os.environ, Path.home(), Path.cwd())


def _plan_nothing() -> HookPlan:
    """Return the plan that leaves the agents' settings alone."""
    return HookPlan(changes=[], unchanged=[], refusals=[])


def _render_plan(plan: HookPlan, git: Sequence[GitHookPlan], config: Config, page: Page, *, purge: bool) -> str:
    """Render the change of each file as a diff."""
    parts = [
        f"{page.bold(change.title)}: {change.path}\n{setup.render_diff(change)}".rstrip() for change in plan.changes
    ]
    parts += [f"{refusal.title}: {refusal.path} stays as it is: {refusal.reason}." for refusal in plan.refusals]
    parts += [render_git_removal(one) for one in git]
    if purge:
        parts.append(f"The data folder goes too, with everything that is stored in it: {config.home}")
    return "\n\n".join(parts) or "No hooks of this data folder are installed."


def _describe_removal(files: int, config: Config, left: list[Path], *, purge: bool) -> str:
    """Describe what was done."""
    words = f"Removed the hooks from {plural(files, 'file')}."
    if not purge:
        return f"{words} What was recorded stays in {config.home}; `twiceshy remove --purge` deletes it."
    if left:
        named = ", ".join(path.name for path in left[:5])
        return f"{words} The data is deleted; {config.home} still has files that are not ours: {named}."
    return f"{words} The data folder is deleted."
