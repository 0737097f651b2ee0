"""Other ways to warn, to hold advice against: what a few lines without learning would have said in the same sessions.

Each knows earlier sessions only. The first is the plain baseline that advice has to beat everywhere.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from random import Random

from twiceshy.advice.rule_drafts import RuleKey, group_by_call
from twiceshy.records.rules import ReplayArm, RuleKind, TrialTally
from twiceshy.stats.intervals import wilson

PLAIN, STATIC, SHUFFLED, WORST_PROGRAM, LAST_FAILURE = (
    "plain: heads that failed before",
    "static: the five worst heads",
    "shuffled: the same counts on other heads",
    "worst program",
    "last failure: heads that failed in their last session",
)
_PLAIN_ORDER = (RuleKind.HEAD_HERE, RuleKind.PROGRAM_HERE, RuleKind.HEAD)
"""In the project the program with its subcommand, else its program, else the head anywhere."""
_FEWEST_CALLS, _FEWEST_FAILED, _FEWEST_SESSIONS = 3, 3, 2
_LEAST_BOUND, _BOUND_LEVEL = 0.5, 0.8
"""The baseline's four numbers, as it is defined (2026-11-22): three failures in two sessions, and the lower end of the
80 % interval of the failure rate at a half or above."""
_TOP = 5
"""Heads of the static list, by definition."""
_FEWEST_OF_PROGRAM = 10
"""Calls below which a program's rate says nothing. Guess of 2026-11-22."""
_SEED = 7


class _HeadCounts:
    """Calls, failures and sessions with failures of one class."""

    __slots__ = ("failed", "failed_last", "n", "sessions")

    def __init__(self) -> None:
        self.n = self.failed = self.sessions = 0
        self.failed_last = False

    def add(self, one: TrialTally) -> None:
        failed = max(one.failed, one.wrong)
        self.n += one.n
        self.failed += failed
        self.sessions += bool(failed)
        self.failed_last = bool(failed)

    def mostly_fails(self) -> bool:
        """Tell whether the plain baseline warns of it."""
        enough = self.failed >= _FEWEST_FAILED and self.sessions >= _FEWEST_SESSIONS
        return enough and wilson(self.failed, self.n, _BOUND_LEVEL).low >= _LEAST_BOUND


def _has_any(places: frozenset[RuleKey], some: Sequence[TrialTally]) -> bool:
    """Tell whether a call is in one of these classes."""
    return any((one.kind, one.key) in places for one in some)


class ReplayArms:
    """What each other way knows and has said."""

    def __init__(self) -> None:
        self.known: dict[RuleKey, _HeadCounts] = defaultdict(_HeadCounts)
        self.said: dict[str, list[tuple[bool, bool]]] = {
            name: [] for name in (PLAIN, STATIC, SHUFFLED, WORST_PROGRAM, LAST_FAILURE)
        }
        self.rng = Random(_SEED)  # noqa: S311  # no secret

    def compare_session(self, tallies: Sequence[TrialTally]) -> None:
        """Note what each way would have said; each warns once a session."""
        calls = sorted(group_by_call(tallies).values(), key=lambda some: some[0].at)
        for name, warns in self._list_ways().items():
            first = next((some for some in calls if warns(some)), None)
            if first is not None:
                wrong = any(one.first_wrong for one in first)
                self.said[name].append((wrong, wrong or any(one.first_failed for one in first)))

    def _list_ways(self) -> dict[str, Callable[[Sequence[TrialTally]], bool]]:
        """Return what each way makes of a call, given as its classes, by what is known now."""
        swapped = self._shuffle()
        return {
            PLAIN: lambda some: self._mostly_fails(some, self.known),
            STATIC: partial(_has_any, self._find_top()),
            SHUFFLED: lambda some: self._mostly_fails(some, swapped),
            WORST_PROGRAM: partial(_has_any, self._find_worst_program()),
            LAST_FAILURE: lambda some: any(self._failed_last(one) for one in some),
        }

    def _failed_last(self, one: TrialTally) -> bool:
        """Tell whether a head failed in the last session that had it."""
        known = self.known.get((one.kind, one.key))
        return known is not None and one.kind is RuleKind.HEAD_HERE and known.failed_last

    def learn_session(self, tallies: Iterable[TrialTally]) -> None:
        """Add a session that has ended."""
        for one in tallies:
            if one.applies and one.kind in _PLAIN_ORDER:
                self.known[one.kind, one.key].add(one)

    def conclude(self) -> tuple[ReplayArm, ...]:
        """Return what each way said, and how right it was."""
        return tuple(
            ReplayArm(
                name=name,
                warnings=len(said),
                right=sum(right for right, _ in said),
                failed=sum(failed for _, failed in said),
            )
            for name, said in self.said.items()
        )

    def _mostly_fails(self, some: Sequence[TrialTally], known: dict[RuleKey, _HeadCounts]) -> bool:
        """Tell whether the narrowest class of a call that is known mostly failed."""
        by_kind = {one.kind: one for one in some}
        for kind in _PLAIN_ORDER:
            one = by_kind.get(kind)
            counts = known.get((kind, one.key)) if one else None
            if counts is not None and counts.n >= _FEWEST_CALLS:
                return counts.mostly_fails()
        return False

    def _find_top(self) -> frozenset[RuleKey]:
        """Return the heads that failed most often so far."""
        failed = Counter(
            {place: one.failed for place, one in self.known.items() if place[0] is RuleKind.HEAD_HERE and one.failed}
        )
        return frozenset(place for place, _ in failed.most_common(_TOP))

    def _find_worst_program(self) -> frozenset[RuleKey]:
        """Return the program of a project with the highest failure rate so far."""
        rates = {
            place: one.failed / one.n
            for place, one in self.known.items()
            if place[0] is RuleKind.PROGRAM_HERE and one.n >= _FEWEST_OF_PROGRAM and one.failed
        }
        return frozenset([max(rates, key=lambda place: (rates[place], place))] if rates else [])

    def _shuffle(self) -> dict[RuleKey, _HeadCounts]:
        """Return the counts dealt out anew among the classes of each kind."""
        found: dict[RuleKey, _HeadCounts] = {}
        for kind in _PLAIN_ORDER:
            places = [place for place in self.known if place[0] is kind]
            dealt = [self.known[place] for place in places]
            self.rng.shuffle(dealt)
            found.update(zip(places, dealt, strict=True))
        return found
