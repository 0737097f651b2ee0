"""Replay the stored sessions: the warnings that they would have got, and how many of those were right.

Each session is compared with rules from earlier sessions only. A warning is right when the call that it is about
failed, or when its edit was corrected or rolled back later. Kinds of warnings that are right less than half of the time
stay silent.

--opportunity measures how much could be prevented without a limit on warnings: the share of the calls that went wrong
in the second half of the sessions and could be seen coming from the call itself and from its session so far, and the
share of the minutes that they cost, up to the next try of the same thing. Four simpler ways to warn stand beside it. It
reads every session: about a minute for 500.
"""

import argparse

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.records.rules import Precision, ReplayResult
from twiceshy.screens.terminal.draw_advice import append_trial
from twiceshy.screens.terminal.formats import number, percent, plural
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = "twiceshy replay"
_KINDS = {
    "file-unread": "a file that goes wrong when unread",
    "unread-edit": "an edit of a file that was not read",
    "retry-edit": "a failed edit tried again unread",
    "rerun": "a failed command run again at once",
    "command": "a command that usually fails here",
    "head": "a program that usually fails",
    "head-here": "a program's subcommand in a project",
    "program-here": "a program in a project",
    "option": "an option in a project",
    "named": "a name that is not there",
    "written-name": "a written name that fails later",
    "file-kind": "a kind of file in a project",
    "path": "a path that is usually not there",
    "lesson": "what a lesson in use is about",
    "pattern": "a fault in the proposed edit",
    "workflow": "a skipped step of the workflow",
    "limit": "a command that needs longer",
    "fix": "a command with a known fix",
}
"""What a warning of each kind is about, for a reader."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to replay for."""
    parser.add_argument(
        "--opportunity", action="store_true", help="measure what warnings could prevent, without a limit on them"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Replay, and say how right warnings were."""
    if args.opportunity:
        from twiceshy.screens.terminal.draw_advice import render_opportunity  # noqa: PLC0415  # only then

        chances = advise.replay_opportunity(config)
        return print_answer(args, "replay", chances, lambda page: render_opportunity(chances, page))
    found = advise.replay_rules(config)
    return print_answer(
        args, "replay", found, lambda page: append_trial(_render_replay(found), advise.read_trial(config), page)
    )


def _render_replay(found: ReplayResult) -> str:
    """Render the verdict, then each kind of warning."""
    lines = [_describe_total(found), "Each session was compared only with what earlier sessions had taught."]
    if found.kinds:
        lines += ["", *(_kind_line(one) for one in found.kinds), ""]
    lines.append(_describe_blocks(found))
    return "\n".join(lines)


def _describe_total(found: ReplayResult) -> str:
    """Describe how often agents would have been warned, and how often rightly."""
    calls = f"In {plural(found.calls, 'call')} of {plural(found.sessions, 'session')}"
    if not found.warnings:
        return f"{calls} twiceshy would have warned of nothing: no rule has enough evidence for a warning."
    share = percent(found.right / found.warnings)
    month = f"; in the last month {number(found.month_right)} of {number(found.month_warnings)}"
    return (
        f"{calls} twiceshy would have warned {plural(found.warnings, 'time')}, {number(found.right)} times rightly "
        f"({share}){month if found.month_warnings else ''}."
    )


def _kind_line(one: Precision) -> str:
    """Return how right warnings of one kind would have been, without a limit on their number."""
    share = one.precision or 0.0
    state = "is used" if share >= 0.5 else "stays silent: mostly wrong"
    right = f"{number(one.right)} of {number(one.warnings)} right"
    return f"  {_KINDS.get(one.kind, one.kind):<38} {right:>20} ({percent(share)})  {state}"


def _describe_blocks(found: ReplayResult) -> str:
    """Describe what would have been refused."""
    if not found.blocks:
        return "No call would have been refused: that needs more evidence than any rule has."
    bound = f"{1000 * found.false_block_bound:.1f}" if found.false_block_bound is not None else "an unknown number"
    return (
        f"{plural(found.blocks, 'call')} would have been refused, {number(found.false_blocks)} wrongly: at most "
        f"{bound} per 1,000 matched calls (95 %, n = {number(found.matched)})."
    )
