"""Which commands ran tests, and how did they end?"""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from twiceshy.commands.testlog.status_verdicts import find_tools
from twiceshy.judgement.outcomes.check_runs import find_check_runs
from twiceshy.records.stories import Moment


class RanTests(NamedTuple):
    """One command that ran tests."""

    place: int
    """Index of its moment."""
    green: bool | None
    """None where nothing says how they ended."""
    hidden: bool
    """A pipe or the like hides the exit status."""


def find_ran_tests(moments: Sequence[Moment]) -> Iterator[RanTests]:
    """Yield the commands that ran tests, in order."""
    told = {
        check.place: [one.green for one in check.verdicts if one.kind == "test"] for check in find_check_runs(moments)
    }
    for place, moment in enumerate(moments):
        verdicts = told.get(place, [])
        if verdicts or _asks_for_tests(moment):
            yield RanTests(place, all(verdicts) if verdicts else None, moment.step.masked)


def _asks_for_tests(moment: Moment) -> bool:
    """Tell whether a line runs tests and did not fail: one that fails without a word of them may end before them."""
    step = moment.step
    if step.kind != "call" or step.action != "run" or step.failure is not None:
        return False
    return any(tool.kind == "test" for tool in find_tools(moment.line))
