"""Install the hooks that record what agents do from now on, read the logs there are, and show the top of the report.

It finds the agents on this machine, says in a few lines what changes in which file (--diff: every line), and asks.
Existing hooks stay, in their order, and so does every other byte of a file. `twiceshy remove` undoes all of it. The
hooks note ids, kinds, times and salted hashes, never text, and cost an agent no more than starting Python.

With --git it installs hooks of git in the repository around this folder instead: they note each commit, merge, rewrite
and push in one line (hashes, times and process ids), so that a commit is linked to the session that made it. A hook
that is there already goes on being called; husky, lefthook and `core.hooksPath` get a line of their own kind.
--messages adds a hook that offers a message where an editor opens on an empty one: as comment lines, which git drops.
"""

import argparse
import os
from pathlib import Path

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.plugins import ask_for
from twiceshy.doors.cli.prepare_report import complete_judging
from twiceshy.logs import collect
from twiceshy.recipes import learn, look, setup
from twiceshy.records.questions import MESSAGES
from twiceshy.records.upkeep import HookPlan, Refusal, SettingsChange
from twiceshy.screens.terminal.draw_git_hooks import describe_git_install, render_git_plan
from twiceshy.screens.terminal.formats import duration, number, plural, size
from twiceshy.screens.terminal.page import Page, confirm, page_of, print_answer, print_text
from twiceshy.screens.terminal.progress_bar import step_of, watch_steps

EXAMPLE = "twiceshy init --user"
_EXIT_REFUSED = 1  # defined in docs/reference/exit-codes.md
_PATIENCE_S = 60
"""Seconds that an installation looks at sessions for warnings: 2,000 of them (measured 2026-11-21: 415 in 10 s of
CPU)."""
_NO_AGENT = (
    "No agent's folder was found here. --agent claude-code or --agent codex installs the hooks for an agent that you "
    "will use later."
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where and for whom, and whether to ask."""
    where = parser.add_mutually_exclusive_group()
    where.add_argument("--user", action="store_true", help="for all projects of this user (the default)")
    where.add_argument("--project", action="store_true", help="only for the project around this folder")
    where.add_argument("--git", action="store_true", help="hooks of git, in the repository around this folder")
    where.add_argument("--plugin", metavar="FOLDER", type=Path, help="write a Claude Code plugin there instead")
    parser.add_argument("--messages", action="store_true", help="with --git: offer a message in the editor, too")
    parser.add_argument("--agent", metavar="NAME", action="append", default=[], help="only this agent; repeatable")
    parser.add_argument("--dry-run", action="store_true", help="show the change, and make none")
    parser.add_argument("--diff", action="store_true", help="show every line that changes")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--no-backfill", action="store_true", help="do not read the existing logs")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show the change, ask, make it, read logs, report."""
    if args.plugin:
        files = setup.write_plugin(config, args.plugin.absolute())
        return print_answer(args, "init", {"written": files}, lambda _: _describe_plugin(files, args.plugin))
    if args.messages and not args.git:
        raise UsageError("--messages is about a repository's hooks of git: `twiceshy init --git --messages`")
    if args.git:
        return _install_in_repository(args, config)
    place = setup.HostEnvironment(os.environ, Path.home(), Path.cwd())
    plan = setup.plan(config, place, project=args.project, agents=args.agent)
    if not args.json:
        print_text(_render_plan(plan, config, page_of(args), everything=args.diff))
    code = _EXIT_REFUSED if plan.refusals else 0
    if args.dry_run or not plan.has_agent:
        if args.json:
            print_answer(args, "init", {"plan": plan, "installed": False}, lambda _: "")
        return code
    if plan.changes and not args.yes and not confirm("Make these changes?", "this changes your agents' settings"):
        print_text("Nothing was changed.")
        return 0
    setup.install(config, plan)
    print_answer(args, "init", {"plan": plan, "installed": True}, lambda _: _describe_install(plan, config))
    if not args.no_backfill:
        _backfill(args, config)
    return code


def _install_in_repository(args: argparse.Namespace, config: Config) -> int:
    """Show the change of the hooks of git, ask, and make it."""
    plan = setup.plan_git_hooks(config, Path.cwd(), messages=args.messages)
    if not args.json:
        print_text(render_git_plan(plan, everything=args.diff))
    code = _EXIT_REFUSED if plan.refusals else 0
    wanted = bool(plan.changes) and not args.dry_run
    if wanted and not args.yes and not confirm("Make these changes?", "this changes the repository's hooks"):
        print_text("Nothing was changed.")
        return 0
    if wanted:
        setup.install_git_hooks(config, plan)
        if args.messages:
            ask_for(MESSAGES, "init --git --messages").learn_messages(config, Path.cwd())
    record = {"plan": plan, "installed": wanted}
    print_answer(args, "init-git", record, lambda _: describe_git_install(plan) if wanted else "")
    return code


def _render_plan(plan: HookPlan, config: Config, page: Page, *, everything: bool) -> str:
    """Render what changes in which file, in a few lines or as a diff, and what is left alone."""
    if not plan.has_agent:
        return _NO_AGENT
    if everything:
        parts = [
            f"{page.bold(change.title)}: {change.path}\n{setup.render_diff(change)}".rstrip() for change in plan.changes
        ]
    else:
        parts = ["\n".join(_summarize_plan(plan, config))] if plan.changes else []
    parts += [note for change in plan.changes for note in change.notes]
    parts += [f"{path} has the hooks already." for path in plan.unchanged]
    parts += [_describe_refusal(refusal) for refusal in plan.refusals]
    if not plan.git:
        parts.append("git was not found: without it the commits of your projects cannot be read.")
    return ("\n\n" if everything else "\n").join(parts)


def _summarize_plan(plan: HookPlan, config: Config) -> list[str]:
    """Summarize what an installation changes, for whom, and how to undo it."""
    return [
        f"This adds hooks to {plural(len(plan.changes), 'file')}; every other byte stays:",
        *(f"  {change.title}: {change.path} ({_count_lines(change)})" for change in plan.changes),
        "When your agent runs a tool, a hook notes its id, kind, time and salted hashes, never text, and may answer",
        f"with a warning. Notes: {config.home}/spool. Then the existing logs are read (--no-backfill: not).",
        "Every line of it: twiceshy init --diff --dry-run. Undo: twiceshy remove.",
    ]


def _count_lines(change: SettingsChange) -> str:
    """Count the lines that come and go in a settings file."""
    lines = setup.render_diff(change).splitlines()
    added = sum(line.startswith("+") and not line.startswith("+++") for line in lines)
    removed = sum(line.startswith("-") and not line.startswith("---") for line in lines)
    gone = f", {number(removed)} replaced" if removed else ""
    return f"{'new file, ' if change.before is None else ''}{plural(added, 'line')} added{gone}"


def _describe_refusal(refusal: Refusal) -> str:
    """Describe why a file is left alone, and what to do by hand."""
    words = f"{refusal.title}: {refusal.path} stays as it is: {refusal.reason}."
    return f"{words} To install the hooks, put this into it:\n{refusal.paste}" if refusal.paste else words


def _describe_install(plan: HookPlan, config: Config) -> str:
    """Describe what was done."""
    done = (
        f"Hooks are installed in {plural(len(plan.changes), 'file')}"
        if plan.changes
        else "The hooks were there already"
    )
    return f"{done}. Their notes are in {config.home}/spool. Check: twiceshy doctor. Undo: twiceshy remove."


def _describe_plugin(files: list[Path], target: Path) -> str:
    """Describe what the plugin consists of, and how to use it."""
    named = "\n".join(f"  {path}" for path in files)
    return f"Wrote a plugin:\n{named}\nTry it: claude --plugin-dir {target}\nUse the plugin or the settings, not both."


def _describe_warnings(config: Config) -> str:
    """Describe what warnings would have said; kinds that are mostly right are given from the next session on."""
    from twiceshy.base.errors import StoreBusy  # noqa: PLC0415  # only then

    if not config.advice_enabled:
        return "Warnings are switched off (advice.enabled)."
    try:
        found = advise.compile_rules(config, pause=advise.stop_after(_PATIENCE_S))
    except StoreBusy:
        return "Warnings: another run compiles them now."
    except advise.TimeExceeded:
        return "Warnings: there are too many sessions to read now; `twiceshy learn` goes on with them."
    past = found.replayed
    month = f"Last month's sessions would have got {plural(past.month_warnings, 'warning')}, {past.month_right} right"
    if past.warnings > past.month_warnings:
        month += f" (in all {past.warnings}, {past.right} right)"
    return f"{month}; {plural(found.rules, 'rule')} active. More: twiceshy replay"


def _backfill(args: argparse.Namespace, config: Config) -> None:
    """Read what logs there are, and show what stands out."""
    from twiceshy.base.values import Scope  # noqa: PLC0415
    from twiceshy.doors.cli.offer_rules import offer_rules  # noqa: PLC0415
    from twiceshy.screens.terminal.draw_overview import CommandsBeside, render_overview  # noqa: PLC0415

    if not config.enabled:
        return
    with watch_steps(silent=args.json) as watch:
        summary = collect.ingest([], config, progress=lambda found: watch.show(step_of(found)))
    if learn.is_empty(config):
        return
    complete_judging(args, config)
    advice = _describe_warnings(config)
    if args.json:
        return
    found = look.build_overview(config, look.choose_scope(config, Scope()))
    print_text(f"Read {size(summary.bytes_read)} of logs in {duration(summary.seconds)}.\n")
    print_text(render_overview(found, CommandsBeside(), page_of(args)))
    print_text(f"\n{advice}\nNext: twiceshy report")
    offer_rules(args, config, {project.name for project in found.projects})
