"""What became of single edits: the tasks they belong to, and whether they were corrected, rolled back or fixed."""

from bisect import bisect_right

from twiceshy.judgement.outcomes.evidence import Evidence
from twiceshy.judgement.outcomes.rollbacks import NOT_ROLLED_BACK, UNDECIDED

_ALIVE = 0.5
"""Share of an edit's committed lines below which a later fix replaced it. Guess of 2026-11-21."""


class EditOutcomes:
    """The outcomes of a session's edits."""

    def __init__(self, facts: Evidence, fixed_s: float) -> None:
        """Collect the outcomes from what a session's log and its commits prove.

        ``fixed_s``: seconds from its end until its commits were fixed; 0 if they were not.
        """
        self.facts = facts
        story = facts.story
        self.end = story.last_at.timestamp() if story.last_at else 0.0
        self.fixed_at = self.end + fixed_s if fixed_s else 0.0
        self.places = {
            moment.step.uid: index for index, moment in enumerate(story.moments) if moment.step.kind == "call"
        }
        self.starts = [group.start for group in facts.groups]
        self.spoke = facts.people[-1] if facts.people else -1

    def task(self, call: bytes) -> int:
        """Return the number of the task that the call belongs to; 0 if none is known."""
        place = self.places.get(call, 0)
        return max(0, bisect_right(self.starts, place) - 1)

    def find_outcome(self, call: bytes) -> tuple[bool | None, float]:
        """Return whether the call was corrected, rolled back or fixed later, and when that was known.

        None instead of a yes or no: no person has spoken since the call, or it may have been rolled back.
        """
        whens = [self.time(self.facts.places.get(one.prompt)) for one in self.facts.corrections_of.get(call, ())]
        whens += [
            self.time(self.facts.told.at.get(one.by))
            for one in self.facts.rollbacks_of.get(call, ())
            if not one.why.endswith(NOT_ROLLED_BACK)
        ]
        if self.fixed_at and self.facts.survival.get(call, 1.0) < _ALIVE:
            whens.append(self.fixed_at)
        if whens:
            return True, min(whens)
        undecided = any(one.why in UNDECIDED for one in self.facts.rollbacks_of.get(call, ()))
        return (False if self.places.get(call, 0) < self.spoke and not undecided else None), self.end

    def time(self, index: int | None) -> float:
        """Return the time of a moment; the session's end if that is not known."""
        at = self.facts.story.moments[index].step.at if index is not None else None
        return at if at is not None else self.end
