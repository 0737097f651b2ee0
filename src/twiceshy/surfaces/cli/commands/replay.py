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

from twiceshy.config import Config
from twiceshy.flows import advise
from twiceshy.records.rules import Precision, ReplayResult
from twiceshy.surfaces.cli.formats import number, percent, plural
from twiceshy.surfaces.cli.page import print_answer

EXAMPLE = "twiceshy replay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to replay for."""
    parser.add_argument(
        "--opportunity", action="store_true", help="measure what warnings could prevent, without a limit on them"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Replay, and say how right warnings were."""
    if args.opportunity:
        from twiceshy.surfaces.cli.draw_opportunity import render_opportunity  # noqa: PLC0415  # only then

        chances = advise.replay_opportunity(config)
        return print_answer(args, "replay", chances, lambda page: render_opportunity(chances, page))
    found = advise.replay_rules(config)
    return print_answer(args, "replay", found, lambda _: _render_replay(found))


def _render_replay(found: ReplayResult) -> str:
    """Render the answer in words."""
    lines = [
        f"{plural(found.sessions, 'session')} with {plural(found.calls, 'call')}, rules from earlier sessions only.",
        "",
    ]
    lines += [_kind_line(one) for one in found.kinds] or ["No rule has enough evidence for a warning."]
    lines += ["", _describe_month(found), _describe_total(found), _describe_blocks(found)]
    return "\n".join(lines)


def _kind_line(one: Precision) -> str:
    """Return what one kind would have said."""
    share = one.precision or 0.0
    state = "active" if share >= 0.5 else "silent"
    return (
        f"  {one.kind:<12} {number(one.warnings):>6} warnings, {number(one.right):>6} right ({percent(share)})  {state}"
    )


def _describe_month(found: ReplayResult) -> str:
    """Describe the last month in a sentence."""
    n = plural(found.month_warnings, "warning")
    return f"In the last month: {n}, {number(found.month_right)} right."


def _describe_total(found: ReplayResult) -> str:
    """Describe all of it, within the budget of each session."""
    share = f" ({percent(found.right / found.warnings)})" if found.warnings else ""
    rate = 100 * found.warnings / found.calls if found.calls else 0.0
    return f"In all: {plural(found.warnings, 'warning')}, {number(found.right)} right{share}; {rate:.2f} per 100 calls."


def _describe_blocks(found: ReplayResult) -> str:
    """Describe what would have been refused."""
    if not found.blocks:
        return "No rule has enough evidence to refuse a call."
    bound = f"{1000 * found.false_block_bound:.1f}" if found.false_block_bound is not None else "an unknown number"
    return (
        f"{plural(found.blocks, 'call')} would have been refused, {number(found.false_blocks)} wrongly: at most "
        f"{bound} per 1,000 matched calls (95 %, n = {number(found.matched)})."
    )
