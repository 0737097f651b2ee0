"""Replay the stored sessions: what warnings would have said in them, and how often they would have been right.

Each session is held against rules made of earlier sessions only. A warning counts as right where the call that it is
about failed, or its edit was corrected or rolled back later. Kinds that were right less than half of the time stay
silent, so what counts is the last line.

With --opportunity it tells instead what there was to be had without a budget: what share of the calls that went wrong
in the second half of the sessions could be seen coming from the call itself and what its session did before, and what
share of the minutes that they cost, up to the next try of the same thing. Four simpler ways to warn stand beside it. It
reads every session: about a minute for 500.
"""

import argparse

from twiceshy.config import Config
from twiceshy.records.rules import Precision, ReplayResult
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import number, plural

EXAMPLE = "twiceshy replay"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to replay for."""
    parser.add_argument(
        "--opportunity", action="store_true", help="what lessons could have prevented, without a budget"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Replay, and say how right warnings were."""
    if args.opportunity:
        from twiceshy.flows.advise import replay_opportunity  # noqa: PLC0415
        from twiceshy.surfaces.cli.draw_opportunity import render_opportunity  # noqa: PLC0415

        had = replay_opportunity(config)
        print(to_json("replay", had) if args.json else render_opportunity(had))
        return 0
    from twiceshy.flows.advise import replay_rules  # noqa: PLC0415  # `--help` need not pay for it

    found = replay_rules(config)
    print(to_json("replay", found) if args.json else _render_replay(found))
    return 0


def _render_replay(found: ReplayResult) -> str:
    """Render the answer in words."""
    lines = [
        f"{plural(found.sessions, 'session')} with {plural(found.calls, 'call')}, rules of earlier sessions only.",
        "",
    ]
    lines += [_kind_line(one) for one in found.kinds] or ["No rule had enough evidence to say anything."]
    lines += ["", _describe_month(found), _describe_total(found), _describe_blocks(found)]
    return "\n".join(lines)


def _kind_line(one: Precision) -> str:
    """Return what one kind would have said."""
    share = one.precision or 0.0
    state = "active" if share >= 0.5 else "silent"
    return f"  {one.kind:<12} {number(one.warnings):>6} warnings, {number(one.right):>6} right ({share:.0%})  {state}"


def _describe_month(found: ReplayResult) -> str:
    """Describe the last month in a sentence."""
    n = plural(found.month_warnings, "warning")
    return f"In the last month of them {n} would have fired, {number(found.month_right)} right."


def _describe_total(found: ReplayResult) -> str:
    """Describe all of it, within the budget of each session."""
    share = f" ({found.right / found.warnings:.0%})" if found.warnings else ""
    rate = 100 * found.warnings / found.calls if found.calls else 0.0
    return f"In all: {plural(found.warnings, 'warning')}, {number(found.right)} right{share}; {rate:.2f} for 100 calls."


def _describe_blocks(found: ReplayResult) -> str:
    """Describe what would have been refused."""
    if not found.blocks:
        return "No rule was ever sure enough to refuse a call."
    bound = f"{1000 * found.false_block_bound:.1f}" if found.false_block_bound is not None else "?"
    return (
        f"{plural(found.blocks, 'call')} would have been refused, {number(found.false_blocks)} wrongly: at most "
        f"{bound} for 1,000 matched calls (95 %, n = {number(found.matched)})."
    )
