"""Checks: what tests, builds and linters said after a piece of work was changed for the last time."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.commands.testlog import read_verdicts
from twiceshy.records.findings import Verdict
from twiceshy.records.outcomes import UNKNOWN_OUTCOME, Answer, Outcome
from twiceshy.records.stories import Moment

_LEAST_CONFIDENCE = 0.5
"""Confidence below which a verdict is not counted. Guess of 2026-11-21."""
_OF_THE_CODE = frozenset({"summary", "lines", "status"})
"""What a verdict on the work may stand on: that a program was not there, or that a script of the agent's own ran, says
little of the code."""
_KIND_RANKS = {"test": 0, "build": 1, "types": 2, "lint": 3}


class CheckRun(NamedTuple):
    """One command's verdicts."""

    place: int
    """Index of its moment."""
    call: bytes
    verdicts: tuple[Verdict, ...]

    @property
    def green(self) -> bool:
        """Whether every tool was content."""
        return all(verdict.green for verdict in self.verdicts)


def find_check_runs(moments: Sequence[Moment]) -> list[CheckRun]:
    """Return the commands that checked something, in order."""
    found = []
    for index, moment in enumerate(moments):
        step = moment.step
        if step.kind != "call" or step.action != "run" or step.failure in {"rejected", "interrupted", "cascade"}:
            continue
        verdicts = tuple(
            verdict
            for verdict in read_verdicts(moment.line, moment.text, exit_code=moment.exit_code)
            if verdict.confidence >= _LEAST_CONFIDENCE and verdict.by in _OF_THE_CODE
        )
        if verdicts:
            found.append(CheckRun(index, step.uid, verdicts))
    return found


def judge_checks(found: Iterable[CheckRun], after: int, before: int) -> Outcome:
    """Judge whether the last checks between two moments are green.

    Of each tool the last verdict counts; one red verdict makes the answer red. Where tests ran only they count,
    else what was built, type-checked or linted.
    """
    last = {
        verdict.tool: (check, verdict) for check in found if after < check.place < before for verdict in check.verdicts
    }
    if not last:
        return UNKNOWN_OUTCOME
    best = min(_KIND_RANKS[verdict.kind] for _, verdict in last.values())
    kept = [(check, verdict) for check, verdict in last.values() if _KIND_RANKS[verdict.kind] == best]
    red = [(check, verdict) for check, verdict in kept if not verdict.green]
    decisive = red or kept
    return Outcome(
        answer=Answer.NO if red else Answer.YES,
        confidence=min(verdict.confidence for _, verdict in decisive),
        why=f"{decisive[-1][1].kind}-{'red' if red else 'green'}-by-{decisive[-1][1].by}",
        proof=tuple(dict.fromkeys(check.call.hex() for check, _ in decisive))[:2],
    )
