"""Run a plan from its start to the sentence about its end."""

from __future__ import annotations

from twiceshy.run.conclusion import conclude
from twiceshy.run.wrapper import TICK_S, Run

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.verdicts import Judge


def run_plan(
    plan: RunPlan, judge: Judge, *, watch_output: bool = True, prepare: Callable[[Run], None] | None = None
) -> Run:
    """Run the plan to its end. ``prepare`` may hang a log or observers on the run before it starts."""
    one = Run(plan, judge, watch_output=watch_output)
    if prepare is not None:
        prepare(one)
    try:
        one.begin()
        if not plan.command or one.family.pid:
            if one.on_tick is not None:
                one.timers["tick"] = one.start + TICK_S
            one.loop()
    finally:
        if one.terminal is not None:
            one.terminal.restore()
    conclude(one)
    return one
