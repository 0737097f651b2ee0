"""Opportunity: what warnings from earlier sessions would have caught in later ones, and what baselines would catch.

Sessions are replayed in order of time. When one begins, only sessions that ended before are known. A sign's confidence
is the share of calls with it that went wrong, shrunk a little towards the share of its kind; a call's is that of its
most confident sign. Calls are warned about from a confidence that is itself chosen from those sessions: the lowest with
which enough of their warnings would have been right, and not too many given. The budget of warnings a session and the
rule to say a thing once do not apply here: this measures what could be gained, not what the gate says.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import heappop, heappush
from itertools import compress
from random import Random
from typing import NamedTuple

from twiceshy.records.effects import Arm, Attempt, KindOfSign, Opportunity, PastSession, Range, Sign
from twiceshy.stats.intervals import bootstrap_clusters

_FEWEST, _FEWEST_SESSIONS = 3, 2
"""Calls with a sign, and sessions in which one went wrong, below which it says nothing; as ``policy``."""
_PRIOR_CALLS = 1.0
"""Calls' worth of its kind's share that a sign's share is drawn towards (tuned, 2026-11-21: best of 1, 3 and 6 on
earlier sessions)."""
_TARGET_PRECISION, _MOST_WARNINGS_A_CALL = 0.53, 0.05
"""Share of warnings that must have been right, a little more than the half that is promised, and warnings a call."""
_LEAST_CONFIDENCE = 0.2
"""Confidence below which nothing is ever said (guess, 2026-11-21)."""
FIRST_CONFIDENCE = 0.6
"""The confidence until ``ENOUGH_CALLS`` calls were sure enough to choose by (guess, 2026-11-21)."""
ENOUGH_CALLS = 20
"""Calls with a known end from which the confidence is chosen by them (guess, 2026-11-21)."""
_TOP = 5
"""Signs on a static list, as the arms' names say: by definition of the comparison."""
_FEWEST_OF_TOOL = 20
"""Calls of a tool, below which it is not taken for the one that goes wrong most often (guess, 2026-11-21)."""
ARMS = ("lessons", "static top 5", "static top 5 of the sure", "tool only", "shuffled lessons")
"""Lessons, the five signs that most wrong calls had, the five of these that are sure enough to warn, every call of the
tool that goes wrong most often, and lessons whose confidences were dealt out anew."""
_SEED = 20261121
_ROUNDS = 400
"""Bootstrap samples (guess, 2026-11-21)."""
_PastFilter = Callable[[PastSession], bool]


class _ArmTotals(NamedTuple):
    """An arm's warnings in one session."""

    warnings: int = 0
    right: int = 0
    minutes: float = 0.0


class OpportunityRow(NamedTuple):
    """One reported session."""

    past: PastSession
    wrong: int
    minutes: float
    arms: tuple[_ArmTotals, ...]
    """In the order of ``ARMS``."""
    surest: tuple[tuple[str, bool, bool, float], ...]
    """Of each warning of the lessons its sign's kind, whether it was right, whether the call failed, and minutes."""


class _ScoredCall(NamedTuple):
    """A call and the confidence of the lessons."""

    attempt: Attempt
    sure: float
    sign: Sign | None


class _Experience:
    """What the sessions that have ended taught."""

    def __init__(self) -> None:
        self.signs: dict[Sign, list[int]] = defaultdict(
            lambda: [0, 0, 0]
        )  # calls, wrong ones, sessions with a wrong one
        self.kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.tools: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.speaking: dict[Sign, None] = {}
        self.history: list[tuple[float, bool]] = []
        self.least = FIRST_CONFIDENCE
        self.top: frozenset[Sign] = frozenset()
        self.sure_top: frozenset[Sign] = frozenset()
        self.worst = ""

    def add(self, past: PastSession, scored: Sequence[_ScoredCall]) -> None:
        """Add the session to what is known."""
        touched: dict[Sign, bool] = {}  # whether a call with it went wrong
        for attempt in past.attempts:
            rows = [row for sign in attempt.signs for row in (self.kinds[sign[0]], self.signs[sign])]
            for row in (self.tools[attempt.tool], *rows):
                row[0] += 1
                row[1] += attempt.wrong
            for sign in attempt.signs:
                touched[sign] = touched.get(sign, False) or attempt.wrong
        for sign, went_wrong in touched.items():
            self.signs[sign][2] += went_wrong
        self.speaking |= dict.fromkeys(filter(self.has_evidence, touched))
        self.history += [(one.sure, one.attempt.wrong) for one in scored]

    def has_evidence(self, sign: Sign) -> bool:
        """Tell whether enough is known of a sign to say anything."""
        calls, _, sessions = self.signs[sign]
        return calls >= _FEWEST and sessions >= _FEWEST_SESSIONS

    def choose(self) -> None:
        """Choose the confidence to warn from, the static list and the worst tool, from what is known now."""
        self.least = choose_threshold(self.history)
        ranked = sorted(self.speaking, key=lambda sign: (-self.signs[sign][1], sign))
        self.top = frozenset(ranked[:_TOP])
        self.sure_top = frozenset([sign for sign in ranked if self.confidence_of(sign) >= self.least][:_TOP])
        shares = [(wrong / calls, tool) for tool, (calls, wrong) in self.tools.items() if calls >= _FEWEST_OF_TOOL]
        self.worst = max(shares)[1] if shares else ""

    def confidence_of(self, sign: Sign) -> float:
        """Return the sign's confidence; 0 where too little is known."""
        if sign not in self.speaking:
            return 0.0
        calls, wrong, _ = self.signs[sign]
        of_kind = self.kinds[sign[0]]
        return (wrong + _PRIOR_CALLS * of_kind[1] / of_kind[0]) / (calls + _PRIOR_CALLS)

    def score_call(self, attempt: Attempt) -> _ScoredCall:
        """Return the call with its most confident sign."""
        sign = max(attempt.signs, key=self.confidence_of, default=None)
        return _ScoredCall(attempt, self.confidence_of(sign) if sign else 0.0, sign)

    def shuffle_confidences(self, rng: Random) -> dict[Sign, float]:
        """Return the confidences shuffled among all signs that have one."""
        values = [self.confidence_of(sign) for sign in self.speaking]
        rng.shuffle(values)
        return dict(zip(self.speaking, values, strict=True))


def choose_threshold(history: Sequence[tuple[float, bool]]) -> float:
    """Return the lowest confidence whose warnings were right and rare; ``FIRST_CONFIDENCE`` if few are known.

    >>> choose_threshold([(0.8, True)] * 20 + [(0.4, False)] * 80 + [(0.0, False)] * 900)
    0.8
    """
    ranked = sorted((one for one in history if one[0] >= _LEAST_CONFIDENCE), reverse=True)
    best, right = FIRST_CONFIDENCE, 0
    for n, (sure, wrong) in enumerate(ranked, 1):
        right += wrong
        last = n == len(ranked) or ranked[n][0] < sure
        if last and n >= ENOUGH_CALLS and right >= _TARGET_PRECISION * n and n <= _MOST_WARNINGS_A_CALL * len(history):
            best = sure
    return best


def replay_sessions(
    pasts: Sequence[PastSession], *, reported: _PastFilter, learned: _PastFilter = lambda _: True
) -> Iterator[OpportunityRow]:
    """Yield the reported sessions, each compared with those that ended before it began.

    Args:
        pasts: by their beginning.
        reported: which to report.
        learned: which to learn from.
    """
    known, rng = _Experience(), Random(_SEED)  # noqa: S311  # no secret
    running: list[tuple[float, int, PastSession, list[_ScoredCall]]] = []
    for number, past in enumerate(pasts):
        ended = 0
        while running and running[0][0] < past.at.timestamp():
            _, _, before, told = heappop(running)
            known.add(before, told)
            ended += 1
        if ended:
            known.choose()
        scored = [known.score_call(attempt) for attempt in past.attempts]
        if reported(past):
            yield _build_row(past, scored, known, rng)
        if learned(past):
            heappush(running, (past.until.timestamp(), number, past, scored))


def _build_row(past: PastSession, scored: Sequence[_ScoredCall], known: _Experience, rng: Random) -> OpportunityRow:
    """Return what each arm says in the session."""
    dealt = known.shuffle_confidences(rng)
    attempts = [one.attempt for one in scored]
    sure = [one.sure >= known.least for one in scored]
    said = (
        sure,
        [not known.top.isdisjoint(one.signs) for one in attempts],
        [not known.sure_top.isdisjoint(one.signs) for one in attempts],
        [one.tool == known.worst for one in attempts],
        [max((dealt.get(sign, 0.0) for sign in one.signs), default=0.0) >= known.least for one in attempts],
    )
    surest = tuple(
        (one.sign[0], one.attempt.wrong, one.attempt.failed, _lost_minutes([one.attempt]))
        for one in compress(scored, sure)
        if one.sign
    )
    wrong = sum(one.wrong for one in past.attempts)
    sums = tuple(_sum_warnings(list(compress(attempts, words))) for words in said)
    return OpportunityRow(past, wrong, _lost_minutes(past.attempts), sums, surest)


def _sum_warnings(met: Sequence[Attempt]) -> _ArmTotals:
    """Return the totals of the calls that an arm warns about."""
    return _ArmTotals(len(met), sum(one.wrong for one in met), _lost_minutes(met))


def _lost_minutes(attempts: Iterable[Attempt]) -> float:
    """Return the minutes of the calls that went wrong."""
    return sum(one.minutes for one in attempts if one.wrong)


def measure_opportunity(found: Sequence[OpportunityRow], *, rounds: int = _ROUNDS) -> Opportunity:
    """Return the figures of all reported sessions together, with bootstrap intervals over sessions.

    A baseline that warns more often than the lessons is thinned: it meets its share of right warnings and minutes.
    """
    kinds: dict[str, list[float]] = defaultdict(lambda: [0, 0, 0.0])
    failed = Counter(one.failed for row in found for one in row.past.attempts if one.wrong)
    met_failed = 0
    for row in found:
        for kind, right, call_failed, minutes in row.surest:
            known = kinds[kind]
            known[0] += 1
            known[1] += right
            known[2] += minutes
            met_failed += right and call_failed
    return Opportunity(
        sessions=len(found),
        calls=_count_calls(found),
        wrong=_count_wrong(found),
        minutes=sum(row.minutes for row in found),
        failed=failed[True],
        failed_met=met_failed,
        arms=tuple(_measure_arm(found, arm, rounds) for arm in range(len(ARMS))),
        kinds=tuple(
            KindOfSign(name=kind, warnings=int(n), right=int(right), minutes=minutes)
            for kind, (n, right, minutes) in sorted(kinds.items(), key=lambda item: -item[1][0])
        ),
        since=min((row.past.at for row in found), default=None),
    )


def _count_calls(found: Sequence[OpportunityRow]) -> int:
    """Return the number of calls of these sessions."""
    return sum(len(row.past.attempts) for row in found)


def _count_wrong(found: Sequence[OpportunityRow]) -> int:
    """Return the number of calls that went wrong."""
    return sum(row.wrong for row in found)


def _count_warnings(found: Sequence[OpportunityRow], arm: int) -> int:
    """Return the number of an arm's warnings."""
    return sum(row.arms[arm].warnings for row in found)


def _count_right(found: Sequence[OpportunityRow], arm: int) -> int:
    """Return the number of an arm's warnings that were right."""
    return sum(row.arms[arm].right for row in found)


def _share_to_keep(found: Sequence[OpportunityRow], arm: int) -> float:
    """Return the share of an arm's warnings to keep, so that it gives no more than the lessons."""
    own = _count_warnings(found, arm)
    return min(1.0, _count_warnings(found, 0) / own) if own else 1.0


def _divide(a: float, b: float) -> float:
    """Divide; nan where the divisor is 0."""
    return a / b if b else math.nan


def _measure_arm(found: Sequence[OpportunityRow], arm: int, rounds: int) -> Arm:
    """Return one arm's figures."""

    def coverage(some: Sequence[OpportunityRow]) -> float:
        return _divide(_share_to_keep(some, arm) * _count_right(some, arm), _count_wrong(some))

    def precision(some: Sequence[OpportunityRow]) -> float:
        return _divide(_count_right(some, arm), _count_warnings(some, arm))

    def lift(some: Sequence[OpportunityRow]) -> float:
        return _divide(precision(some), _divide(_count_wrong(some), _count_calls(some)))

    def cost(some: Sequence[OpportunityRow], which: int = arm) -> float:
        met = sum(row.arms[which].minutes for row in some)
        return _divide(_share_to_keep(some, which) * met, sum(row.minutes for row in some))

    def interval(of: Callable[[Sequence[OpportunityRow]], float]) -> Range:
        estimate, low, high = bootstrap_clusters(found, of, Random(_SEED), rounds=rounds)  # noqa: S311
        return estimate, low, high

    share = _share_to_keep(found, arm)
    return Arm(
        name=ARMS[arm],
        warnings=share * _count_warnings(found, arm),
        right=share * _count_right(found, arm),
        coverage=interval(coverage),
        precision=interval(precision),
        lift=interval(lift),
        cost_coverage=interval(cost),
        gain=interval(lambda some: cost(some, 0) - cost(some)) if arm else (0.0, 0.0, 0.0),
    )
