"""Checks: what tests, builds and linters said after a piece of work was changed for the last time."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from twiceshy.facts.testlog import read
from twiceshy.records.outcomes import UNKNOWN, Answer, Outcome
from twiceshy.records.story import Moment
from twiceshy.records.testlog import Verdict

LEAST = 0.5
"""Verdicts less sure than this are not counted (guess)."""
RANKS = {"test": 0, "build": 1, "types": 2, "lint": 3}


class Checked(NamedTuple):
    """One command's verdicts."""

    place: int
    """Index of its moment."""
    call: bytes
    verdicts: tuple[Verdict, ...]

    @property
    def green(self) -> bool:
        """Whether every tool was content."""
        return all(verdict.green for verdict in self.verdicts)


def checked(moments: Sequence[Moment]) -> list[Checked]:
    """The commands that checked something, in order."""
    found = []
    for index, moment in enumerate(moments):
        step = moment.step
        if step.kind != "call" or step.action != "run" or step.failure in {"rejected", "interrupted", "cascade"}:
            continue
        verdicts = tuple(
            verdict
            for verdict in read(moment.command, moment.text, exit_code=moment.exit_code)
            if verdict.confidence >= LEAST
        )
        if verdicts:
            found.append(Checked(index, step.uid, verdicts))
    return found


def tests(found: Iterable[Checked], after: int, before: int) -> Outcome:
    """Whether the last checks between two moments are green: of each tool the last that it said; one red is red.

    Where tests ran only they count, else what was built, typed or linted.
    """
    last: dict[str, tuple[Checked, Verdict]] = {}
    for check in found:
        if after < check.place < before:
            for verdict in check.verdicts:
                last[verdict.tool] = (check, verdict)
    if not last:
        return UNKNOWN
    best = min(RANKS.get(verdict.kind, 9) for _, verdict in last.values())
    kept = [(check, verdict) for check, verdict in last.values() if RANKS.get(verdict.kind, 9) == best]
    red = [(check, verdict) for check, verdict in kept if not verdict.green]
    decisive = red or kept
    return Outcome(
        answer=Answer.NO if red else Answer.YES,
        confidence=min(verdict.confidence for _, verdict in decisive),
        why=f"{decisive[-1][1].kind}-{'red' if red else 'green'}-by-{decisive[-1][1].by}",
        proof=tuple(dict.fromkeys(check.call.hex() for check, _ in decisive))[:2],
    )
