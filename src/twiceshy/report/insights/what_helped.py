"""Which step helped: after it the same call worked more often than without it.

A step that only looks helps nothing, nor does an edit that is another one each time. One error at a time, never pooled.
"""

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from twiceshy.facts.calls.call_kinds import is_trifle
from twiceshy.facts.calls.next_calls import is_success_of
from twiceshy.facts.remedies.forbidden_steps import find_forbidden_step
from twiceshy.records.attempts import AttemptEnd
from twiceshy.report.insights.call_shapes import list_next_calls
from twiceshy.report.insights.project_history import Place, ProjectHistory
from twiceshy.report.insights.repeated_costs import SOON_CALLS

_LEAST_WITH = 3
"""Times that a step stood before a success. Guess of 2026-11-22."""
_LEAST_SHARE = 0.6
"""Share of its times after which the call worked. Guess of 2026-11-22."""


class HelpingStep(NamedTuple):
    """A step, and how often the call worked with and without it."""

    does: str
    with_worked: int
    with_n: int
    without_worked: int
    without_n: int


def find_helping_step(history: ProjectHistory, places: Sequence[Place]) -> HelpingStep | None:
    """Return the step that helped most clearly; None where none did."""
    after: Counter[str] = Counter()
    before_success: Counter[str] = Counter()
    worked = 0
    for place in places:
        steps, success = _list_steps(history, place)
        worked += success
        after.update(steps)
        if success:
            before_success.update(steps)
    best = [
        HelpingStep(step, won, after[step], worked - won, len(places) - after[step])
        for step, won in before_success.items()
        if won >= _LEAST_WITH and won >= _LEAST_SHARE * after[step] and not find_forbidden_step(step)
    ]
    clear = [one for one in best if one.with_worked * max(1, one.without_n) > one.without_worked * one.with_n]
    return max(clear, key=lambda one: (one.with_worked / one.with_n, one.with_worked, one.does), default=None)


def _list_steps(history: ProjectHistory, place: Place) -> tuple[set[str], bool]:
    """Return the commands that ran until the same thing worked, and whether it did."""
    failed = history.at(place)
    steps: set[str] = set()
    for _, one in list_next_calls(history, place, SOON_CALLS):
        if is_success_of(failed, one):
            return steps, True
        if one.action == "run" and one.end is AttemptEnd.WORKED and not is_trifle(one) and "<" not in one.head:
            steps.add(one.head)
    steps.discard(failed.head)
    return steps, False
