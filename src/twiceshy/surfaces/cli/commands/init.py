"""Install the hooks that record what agents do from now on, read the logs there are, and show the report's top.

Finds the agents on this machine, shows the exact change of each settings file, and asks. Hooks that are there stay, in
their order; every other byte of a file stays too. `twiceshy remove` takes all of it back. The hooks note ids, kinds,
times and salted hashes, never text, and cost an agent no more than starting Python.
"""

import argparse
import os
import sys
from datetime import datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.upkeep import HookPlan, Refusal
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Pen, duration, pen_for, plural, size, terminal_width

EXAMPLE = "twiceshy init --user"
_EXIT_REFUSED = 1
_PATIENCE_S = 60
"""Seconds that an installation looks at sessions for warnings: 2,000 of them (measured: 415 in 10 s of CPU)."""
_NO_AGENT = (
    "No agent's folder was found here. With --agent claude-code or --agent codex hooks are installed for one that you "
    "are going to use."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where and for whom, and whether to ask."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for all projects of this user (the default)")
    where.add_argument("--project", action="store_true", help="only for the project around this folder")
    where.add_argument("--plugin", metavar="FOLDER", type=Path, help="write a Claude Code plugin there instead")
    parser.add_argument("--agent", metavar="NAME", action="append", default=[], help="only this agent; may be repeated")
    parser.add_argument("--dry-run", action="store_true", help="show the change, and make none")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--no-backfill", action="store_true", help="do not read the logs there are")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show the change, ask, make it, read logs, report."""
    from twiceshy.flows import setup  # noqa: PLC0415  # `--help` need not pay for it

    if args.plugin:
        files = setup.write_plugin(config, args.plugin.absolute())
        print(to_json("init", {"written": files}) if args.json else _describe_plugin(files, args.plugin))
        return 0
    place = setup.HostEnvironment(os.environ, Path.home(), Path.cwd())
    plan = setup.plan(config, place, project=args.project, agents=args.agent)
    if not args.json:
        print(_render_plan(plan, pen_for(sys.stdout, no_color=args.no_color)))
    if args.dry_run or not plan.has_agent:
        if args.json:
            print(to_json("init", {"plan": plan, "installed": False}))
        return _EXIT_REFUSED if plan.refusals else 0
    if plan.changes and not args.yes and not _confirm():
        print("Nothing was changed.")
        return 0
    setup.install(config, plan)
    if args.json:
        print(to_json("init", {"plan": plan, "installed": True}))
    else:
        print(_describe_install(plan, config))
    if not args.no_backfill:
        _backfill(args, config)
    return _EXIT_REFUSED if plan.refusals else 0


def _confirm() -> bool:
    """Ask the person at the terminal whether to make the changes.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this changes your agents' settings and there is no terminal to ask at: add --yes.")
    sys.stderr.write("Make these changes? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _render_plan(plan: HookPlan, pen: Pen) -> str:
    """Render the change of each file as a diff, and what is left alone."""
    from twiceshy.flows.setup import render_diff  # noqa: PLC0415  # as above

    if not plan.has_agent:
        return _NO_AGENT
    parts = []
    for change in plan.changes:
        parts.append(f"{pen.bold(change.title)}: {change.path}\n{render_diff(change)}".rstrip())
        parts += change.notes
    parts += [f"{path} has the hooks already." for path in plan.unchanged]
    parts += [_describe_refusal(refusal) for refusal in plan.refusals]
    if not plan.git:
        parts.append("git was not found: the commits of your projects cannot be read until it is installed.")
    return "\n\n".join(parts)


def _describe_refusal(refusal: Refusal) -> str:
    """Describe why a file is left alone, and what to do by hand."""
    words = f"{refusal.title}: {refusal.path} is left alone: {refusal.reason}."
    return f"{words} To install the hooks, put this into it:\n{refusal.paste}" if refusal.paste else words


def _describe_install(plan: HookPlan, config: Config) -> str:
    """Describe what was done."""
    done = f"Hooks are installed in {plural(len(plan.changes), 'file')}" if plan.changes else "All was there already"
    return f"{done}. What they note lies in {config.home}/spool. Check: twiceshy doctor. Undo: twiceshy remove."


def _describe_plugin(files: list[Path], target: Path) -> str:
    """Describe what the plugin consists of, and how to use it."""
    named = "\n".join(f"  {path}" for path in files)
    return f"Wrote a plugin:\n{named}\nTry it: claude --plugin-dir {target}\nUse it or the settings, not both."


def _describe_warnings(config: Config) -> str:
    """Describe what warnings would have said; mostly right ones are given from the next session on."""
    from twiceshy.errors import StoreBusy  # noqa: PLC0415  # as above
    from twiceshy.flows.advise import TimeExceeded, compile_rules, stop_after  # noqa: PLC0415

    if not config.advice_enabled:
        return "Warnings are switched off (advice.enabled)."
    try:
        found = compile_rules(config, pause=stop_after(_PATIENCE_S))
    except StoreBusy:
        return "Warnings: another run compiles them now."
    except TimeExceeded:
        return "Warnings: there are too many sessions to look at all now; twiceshy learn goes on with them."
    told = found.replayed
    month = f"Last month {plural(told.month_warnings, 'warning')} would have fired, {told.month_right} right"
    if told.warnings > told.month_warnings:
        month += f" (in all {told.warnings}, {told.right} right)"
    return f"{month}; {plural(found.rules, 'rule')} active. How: twiceshy replay"


def _backfill(args: argparse.Namespace, config: Config) -> None:
    """Read what logs there are, and show what stands out."""
    from twiceshy.flows.collect import ingest  # noqa: PLC0415  # as above
    from twiceshy.flows.look import build_report, is_empty  # noqa: PLC0415
    from twiceshy.records.values import Scope  # noqa: PLC0415
    from twiceshy.surfaces.cli.draw_report import render_standouts, render_totals  # noqa: PLC0415

    if not config.enabled:
        return
    summary = ingest([], config)
    if is_empty(config):
        return
    advice = _describe_warnings(config)
    if args.json:
        return
    found = build_report(config, Scope())
    width, pen = terminal_width(), pen_for(sys.stdout, no_color=args.no_color)
    print(f"Read {size(summary.bytes_read)} of logs in {duration(summary.seconds)}.\n")
    print(render_standouts(found, 3, width, pen))
    print(f"\n{render_totals(found, datetime.now().astimezone(), width, pen)}\n\n{advice}\nNext: twiceshy report")
