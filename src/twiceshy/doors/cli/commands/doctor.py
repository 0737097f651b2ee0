"""Check the installation, the settings, the store, the hooks and the agents' logs.

It changes nothing, except with --repair. Each problem says what to do. The exit code is 0 without a problem, else 1;
notes do not count. --simulate calls the installed hook with an example event, as the agent would.
"""

import argparse
import os
import shlex
from collections.abc import Sequence
from datetime import datetime

from twiceshy.base.config import Config
from twiceshy.recipes import setup
from twiceshy.records.git_hooks import GitHookPlan
from twiceshy.records.upkeep import Check, CheckState, Health, HookPlan, Simulation
from twiceshy.screens.terminal.formats import many_lines, pad, plural
from twiceshy.screens.terminal.page import Page, print_answer, wrap

EXAMPLE = "twiceshy doctor"
_EXIT_PROBLEM = 1  # defined in docs/reference/exit-codes.md
_INDENT = 22  # columns before the words of a check (by design: 9 + 13)
_MARKS = {CheckState.OK: "ok", CheckState.NOTE: "note", CheckState.PROBLEM: "PROBLEM"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do besides looking."""
    parser.add_argument(
        "--simulate", metavar="EVENT", help="call the installed hook with an example event, such as PreToolUse"
    )
    parser.add_argument("--repair", action="store_true", help="repair the hooks, then check")


def run(args: argparse.Namespace, config: Config) -> int:
    """Check, and say what was found."""
    if args.simulate:
        return _simulate(args, config)
    repaired = setup.repair(config) if args.repair and setup.folder_of(config).path.exists() else None
    repaired_git = setup.repair_git_hooks(config) if args.repair else []
    health = setup.check(config, os.environ, datetime.now().astimezone())
    body: dict[str, object] = {"healthy": health.healthy, "checks": health.checks}
    if repaired:
        body["repaired"] = repaired
    if repaired_git:
        body["repaired_git"] = repaired_git
    before = f"{_describe_repair(repaired, repaired_git)}\n\n" if args.repair else ""
    print_answer(args, "doctor", body, lambda page: before + _render_health(health, page))
    return 0 if health.healthy else _EXIT_PROBLEM


def _describe_repair(repaired: HookPlan | None, repaired_git: Sequence[GitHookPlan]) -> str:
    """Describe what was repaired."""
    lines = [f"The hooks of git in {plan.repository.top} were written anew." for plan in repaired_git]
    if repaired is None:
        nothing = "No hooks are installed, so there is nothing to repair. Install them: twiceshy init"
        return "\n".join(lines or [nothing])
    lines.append("The hook folder was rewritten.")
    lines += [f"{change.title}: the entries in {change.path} were rewritten." for change in repaired.changes]
    lines += [f"{refusal.title}: {refusal.path} stays as it is: {refusal.reason}." for refusal in repaired.refusals]
    return "\n".join(lines)


def _simulate(args: argparse.Namespace, config: Config) -> int:
    """Call the hook, and show all that it did."""
    found = setup.simulate(config, args.simulate)
    print_answer(args, "doctor-simulate", found, lambda _: _render_simulation(found))
    return 0 if found.works else _EXIT_PROBLEM


def _render_simulation(found: Simulation) -> str:
    """Render what the hook did, in words."""
    code = "it did not end" if found.exit_code is None else f"exit code {found.exit_code}"
    verdict = "this is right" if found.works else "this is WRONG"
    lines = [
        f"{found.event}: {code} after {found.seconds * 1000:.0f} ms; {verdict}.",
        f"called   {shlex.join(found.command)}",
        f"printed  {found.output.strip() or 'nothing, so the agent goes on'}",
        f"noted    {found.written or 'nothing'}",
    ]
    lines += [f"fault    {line}" for line in found.failures]
    return "\n".join(lines)


def _render_health(health: Health, page: Page) -> str:
    """Render the verdict, the checks that want something, then those that are fine."""
    lines = [_describe_verdict(health), ""]
    for state in (CheckState.PROBLEM, CheckState.NOTE, CheckState.OK):
        lines += [line for check in health.checks if check.state is state for line in _lines_of_check(check, page)]
    return "\n".join(lines)


def _describe_verdict(health: Health) -> str:
    """Describe in one sentence whether something is wrong."""
    problems = [check.name for check in health.checks if check.state is CheckState.PROBLEM]
    notes = sum(check.state is CheckState.NOTE for check in health.checks)
    could = f" {plural(notes, 'note')} below {'says' if notes == 1 else 'say'} what is missing." if notes else ""
    if not problems:
        return f"No problem was found.{could}"
    return f"Found {plural(len(problems), 'problem')}: {', '.join(problems)}.{could}"


def _lines_of_check(check: Check, page: Page) -> list[str]:
    """Return the lines of one check, wrapped."""
    mark = pad(_MARKS[check.state], 9)
    rows = [part for line in many_lines(check.words).split("\n") for part in wrap(line, page.width - _INDENT) or [""]]
    lines = [f"{page.bold(mark) if check.state is CheckState.PROBLEM else mark}{pad(check.name, 13)}{rows[0]}"]
    lines += [" " * _INDENT + line for line in rows[1:]]
    if check.advice:
        lines.append(f"{' ' * _INDENT}{page.dim('->')} {check.advice}")
    return lines
