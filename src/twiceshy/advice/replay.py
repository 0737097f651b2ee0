"""What rules would have said in the past: each session is compared with rules of earlier sessions only.

All is as live: the calls of a session in their order, one remark a call, once a session and rule, a budget that grows
with the measured precision, the narrower class before the wider, mutes, and the holdout. A warning was right where the
call went wrong (it failed, and not only as red tests do; or its edit was corrected or rolled back later). Kinds are
counted twice: all that they would have said, by which a kind becomes active, and what would have been said within the
budget by kinds that were active by their record up to then. Nothing is tuned on what it reports: a session's own
outcome enters the counts only after it was compared with them, and only once that session had ended.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from heapq import heappop, heappush
from random import Random
from typing import NamedTuple

from twiceshy.advice import policy
from twiceshy.advice.rule_drafts import RuleKey, TrialCounts, group_by_call, make_rule_id
from twiceshy.records.rules import (
    Level,
    Precision,
    ReplayArm,
    ReplayResult,
    RuleKind,
    SaidWarning,
    TrialSummary,
    TrialTally,
)
from twiceshy.stats.intervals import wilson

# Other ways to warn, to hold advice against: what a few lines without learning would have said in the same sessions.
#
# Each knows earlier sessions only. The first is the plain baseline that advice has to beat everywhere.

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


_MONTH = timedelta(days=30)


class ReplaySession(NamedTuple):
    """One session to compare with the rules of those before it."""

    at: datetime | None
    calls: int
    tallies: Sequence[TrialTally]
    early: Sequence[TrialTally] = ()
    """Of rules that nobody knew yet then: counted, and not held against them."""
    until: datetime | None = None
    """When it ended; None: before the next one began."""
    project: str = ""
    session: bytes = b""


class ReplayAsLive(NamedTuple):
    """What else decides live whether a rule speaks."""

    error_of: Callable[[bytes], str] = lambda _: ""
    """The kind of error that a call ended in; empty where that is not known."""
    is_held: Callable[[bytes, bytes], bool] = lambda session, rule: False  # noqa: ARG005  # the default holds nothing
    """Whether the holdout keeps a rule from a session."""
    muted: Collection[bytes] = frozenset()
    """Ids of rules that a person muted."""


class _Candidate(NamedTuple):
    """A trial whose rule has enough evidence."""

    tally: TrialTally
    tried: TrialSummary
    sure: float


class _ReplayTotals:
    """The totals of a replay."""

    def __init__(self, live: ReplayAsLive, arms: ReplayArms | None) -> None:
        self.live = live
        self.counts = TrialCounts()
        self.arms = arms
        self.records: dict[RuleKind, Precision] = {}
        self.sessions = self.calls = self.matched = self.looked_at = self.wrong = self.held = 0
        self.said: list[SaidWarning] = []
        self.right = 0
        self.by_day: list[tuple[datetime | None, int]] = []
        self.blocks = self.false_blocks = 0

    def match_trials(self, session: ReplaySession) -> list[_Candidate]:
        """Return the trials that a rule with enough evidence matches, in the order in which they would be said."""
        found = []
        for one in session.tallies:
            if one.applies:
                tried = self.counts.summarize((one.kind, one.key))
                if policy.has_enough_evidence(one.kind, tried):
                    found.append(_Candidate(one, tried, policy.compute_confidence(tried)))
        return sorted(found, key=lambda one: (one.tally.at, -one.sure))

    def compare_session(self, session: ReplaySession) -> None:
        """Say what the rules known now would have said."""
        left = policy.choose_budget(self.right, len(self.said))
        self.looked_at += sum(one.n for one in session.tallies if one.applies and one.kind in policy.DETERMINISTIC)
        works = self.find_working(session.tallies)
        heard: dict[RuleKind, list[bool]] = {}
        spoken: set[bytes] = set()
        for one, tried, sure in self.match_trials(session):
            self.matched += one.n if one.kind in policy.DETERMINISTIC else 0
            quiet = works.get(one.first, len(policy.WIDTH)) < policy.WIDTH.get(one.kind, -1)
            if sure < policy.WARN_FROM or quiet:
                continue
            heard.setdefault(one.kind, []).append(one.first_wrong)
            if self.is_new(one, tried, spoken):
                left -= self.speak(session, one, tried, left)
        self.note_precision(heard)
        if self.arms is not None:
            self.arms.compare_session(session.tallies)
        self.sessions += 1
        self.calls += session.calls
        self.wrong += _count_wrong(session.tallies)
        self.by_day.append((session.at, session.calls))

    def is_new(self, one: TrialTally, tried: TrialSummary, spoken: set[bytes]) -> bool:
        """Tell whether neither of this call nor of this mistake something was said; it is from now on."""
        silent = policy.choose_level(one.kind, tried, self.records.get(one.kind)) is Level.SILENT
        muted = make_rule_id(one.kind, one.key) in self.live.muted
        of = {one.first, tried.call}
        if silent or muted or of & spoken:
            return False
        spoken |= of
        return True

    def speak(self, session: ReplaySession, one: TrialTally, tried: TrialSummary, left: int) -> int:
        """Refuse, warn, or hold back as live; return how many warnings of the budget that took."""
        error = self.live.error_of(tried.call)
        if policy.choose_level(one.kind, tried, self.records.get(one.kind), error) is Level.BLOCK:
            self.blocks += one.n  # a refusal is no remark: it comes each time
            self.false_blocks += one.n - one.wrong
            return 0
        if not left:
            return 0
        if self.live.is_held(session.session, make_rule_id(one.kind, one.key)):
            self.held += 1
        else:
            self.say(session, one)
        return 1

    def say(self, session: ReplaySession, one: TrialTally) -> None:
        """Note a warning that would have been said."""
        self.right += one.first_wrong
        failed = one.first_failed or one.first_wrong
        self.said.append(
            SaidWarning(session.at, session.project, one.kind, one.key, one.first, one.first_wrong, failed, one.minutes)
        )

    def find_working(self, tallies: Iterable[TrialTally]) -> dict[bytes, int]:
        """Return for calls the width of the narrowest class of theirs that mostly works."""
        found: dict[bytes, int] = {}
        for one in tallies:
            width = policy.WIDTH.get(one.kind)
            if width is None or not one.applies:
                continue
            if width < found.get(one.first, len(policy.WIDTH)) and policy.mostly_works(
                one.kind, self.counts.summarize((one.kind, one.key))
            ):
                found[one.first] = width
        return found

    def learn_session(self, session: ReplaySession) -> None:
        """Add a session that has ended to what is known."""
        self.counts.add([*session.tallies, *session.early], session.project)
        if self.arms is not None:
            self.arms.learn_session(session.tallies)

    def note_precision(self, heard: Mapping[RuleKind, Sequence[bool]]) -> None:
        """Add to each kind's record what became of its warnings in one session."""
        for kind, rights in heard.items():
            known = self.records.get(kind) or Precision(kind=kind, warnings=0, right=0)
            self.records[kind] = replace(known, warnings=known.warnings + len(rights), right=known.right + sum(rights))


def replay(
    sessions: Iterable[ReplaySession], live: ReplayAsLive | None = None, arms: ReplayArms | None = None
) -> tuple[ReplayResult, TrialCounts]:
    """Return what would have been said, and the counts of all sessions.

    Args:
        sessions: in the order in which they began.
        live: what else decides live; None: nothing.
        arms: other ways to warn, to compare with.
    """
    sums = _ReplayTotals(live or ReplayAsLive(), arms)
    running: list[tuple[float, int, ReplaySession]] = []
    for number, session in enumerate(sessions):
        begun = _seconds(session.at)
        while running and running[0][0] < begun:
            sums.learn_session(heappop(running)[2])
        sums.compare_session(session)
        ended = _seconds(session.until) if session.until else begun
        heappush(running, (ended if session.at else float("-inf"), number, session))
    while running:
        sums.learn_session(heappop(running)[2])
    return _conclude(sums), sums.counts


def _seconds(at: datetime | None) -> float:
    """Return a time as a number; what has none is later than all."""
    return at.timestamp() if at is not None else float("inf")


def _conclude(sums: _ReplayTotals) -> ReplayResult:
    """Return the totals as a result."""
    last = max((at for at, _ in sums.by_day if at is not None), default=None)
    since = last - _MONTH if last is not None else None
    month = [one.right for one in sums.said if since is not None and one.at is not None and one.at >= since]
    calls = sum(n for at, n in sums.by_day if since is not None and at is not None and at >= since)
    return ReplayResult(
        sessions=sums.sessions,
        calls=sums.calls,
        kinds=tuple(sorted(sums.records.values(), key=lambda one: (-one.warnings, one.kind))),
        warnings=len(sums.said),
        right=sums.right,
        since=since,
        month_warnings=len(month),
        month_right=sum(month),
        month_calls=calls,
        matched=sums.matched,
        looked_at=sums.looked_at,
        blocks=sums.blocks,
        false_blocks=sums.false_blocks,
        false_block_bound=wilson(sums.false_blocks, sums.matched).high if sums.matched else None,
        said=tuple(sums.said),
        held=sums.held,
        wrong=sums.wrong,
        arms=sums.arms.conclude() if sums.arms else (),
    )


def _count_wrong(tallies: Iterable[TrialTally]) -> int:
    """Return the calls of a session that went wrong, each once: by its program, or by its tool."""
    once = {RuleKind.PROGRAM_HERE, RuleKind.UNREAD_EDIT, RuleKind.PATH}
    return sum(one.wrong for one in tallies if one.kind in once)
