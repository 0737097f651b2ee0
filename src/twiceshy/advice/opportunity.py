"""Opportunity: what warnings made of earlier sessions' experience would have met in later ones, and what else would.

Sessions are walked in order of time. When one begins, only sessions that ended before are known. A sign's confidence is
the share of calls with it that went wrong, drawn a little towards that of its kind; a call's is that of its surest
sign. Calls are warned of from a confidence on that is itself chosen from those sessions: the lowest with which enough
of their warnings would have been right, and not too many given. The budget of warnings a session and saying a thing
once do not hold here: this is what there is to be had, not what the gate says.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from heapq import heappop, heappush
from random import Random
from typing import NamedTuple

from twiceshy.facts.stats import clustered
from twiceshy.records.opportunity import Arm, Attempt, KindOfSign, Opportunity, Past, Range, Sign

FEWEST, FEWEST_SESSIONS = 3, 2
"""Calls with a sign, and sessions in which one went wrong, below which it says nothing; as ``policy``."""
DRAWN = 1.0
"""Calls' worth of its kind's share that a sign's share is drawn towards (best of 1, 3 and 6 on earlier sessions)."""
AIM, MOST = 0.53, 0.05
"""Share of warnings that must have been right, a little more than the half that is promised, and warnings a call."""
LEAST = 0.2
"""Confidence below which nothing is ever said."""
FIRST = 0.6
"""The confidence until ``ENOUGH`` calls were sure enough to choose by (guess)."""
ENOUGH = 20
TOP = 5
"""Signs on a static list."""
FEWEST_OF_TOOL = 20
ARMS = ("lessons", "static top 5", "static top 5 of the sure", "tool only", "shuffled lessons")
"""Lessons, the five signs that most wrong calls had, the five of these that are sure enough to warn, every call of the
tool that goes wrong most often, and lessons whose confidences were dealt out anew."""
SEED = 20261121
ROUNDS = 400
Everything = Callable[[Past], bool]


class Sums(NamedTuple):
    """What an arm met in one session."""

    warnings: int = 0
    right: int = 0
    minutes: float = 0.0


class Row(NamedTuple):
    """One reported session."""

    past: Past
    wrong: int
    minutes: float
    arms: tuple[Sums, ...]
    """In the order of ``ARMS``."""
    surest: tuple[tuple[str, bool, bool, float], ...]
    """Of each warning of the lessons its sign's kind, whether it was right, whether the call failed, and minutes."""


class Scored(NamedTuple):
    """A call and how sure the lessons were."""

    attempt: Attempt
    sure: float
    sign: Sign | None


class Known:
    """What sessions that ended taught."""

    def __init__(self) -> None:
        self.signs: dict[Sign, list[int]] = defaultdict(
            lambda: [0, 0, 0]
        )  # calls, wrong ones, sessions with a wrong one
        self.kinds: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.tools: dict[str, list[int]] = defaultdict(lambda: [0, 0])
        self.speaking: dict[Sign, None] = {}
        self.history: list[tuple[float, bool]] = []
        self.least = FIRST
        self.top: frozenset[Sign] = frozenset()
        self.sure_top: frozenset[Sign] = frozenset()
        self.worst = ""

    def add(self, past: Past, scored: Sequence[Scored]) -> None:
        """Nothing; the session is known."""
        bad: set[Sign] = set()
        for attempt in past.attempts:
            for row in (self.tools[attempt.tool], *(self.kinds[sign[0]] for sign in attempt.signs)):
                row[0] += 1
                row[1] += attempt.wrong
            for sign in attempt.signs:
                row = self.signs[sign]
                row[0] += 1
                row[1] += attempt.wrong
            if attempt.wrong:
                bad.update(attempt.signs)
        for sign in bad:
            self.signs[sign][2] += 1
        touched = dict.fromkeys(sign for attempt in past.attempts for sign in attempt.signs)
        for sign in touched:
            calls, _, sessions = self.signs[sign]
            if calls >= FEWEST and sessions >= FEWEST_SESSIONS:
                self.speaking[sign] = None
        self.history += [(one.sure, one.attempt.wrong) for one in scored]

    def choose(self) -> None:
        """Nothing; the confidence to warn from, the static list and the worst tool are those of today."""
        self.least = chosen(self.history)
        ranked = sorted(self.speaking, key=lambda sign: (-self.signs[sign][1], sign))
        self.top = frozenset(ranked[:TOP])
        self.sure_top = frozenset([sign for sign in ranked if self.sure(sign) >= self.least][:TOP])
        shares = [(wrong / calls, tool) for tool, (calls, wrong) in self.tools.items() if calls >= FEWEST_OF_TOOL]
        self.worst = max(shares)[1] if shares else ""

    def sure(self, sign: Sign) -> float:
        """The sign's confidence; 0 where too little is known."""
        if sign not in self.speaking:
            return 0.0
        calls, wrong, _ = self.signs[sign]
        of_kind = self.kinds[sign[0]]
        return (wrong + DRAWN * of_kind[1] / of_kind[0]) / (calls + DRAWN)

    def scored(self, attempt: Attempt) -> Scored:
        """The call with its surest sign."""
        sign = max(attempt.signs, key=self.sure, default=None)
        return Scored(attempt, self.sure(sign) if sign else 0.0, sign)

    def shuffled(self, rng: Random) -> dict[Sign, float]:
        """The confidences dealt out anew among all signs that have one."""
        values = [self.sure(sign) for sign in self.speaking]
        rng.shuffle(values)
        return dict(zip(self.speaking, values, strict=True))


def chosen(history: Sequence[tuple[float, bool]]) -> float:
    """The lowest confidence with which past warnings were right and rare enough; ``FIRST`` where too few are known.

    >>> chosen([(0.8, True)] * 20 + [(0.4, False)] * 80 + [(0.0, False)] * 900)
    0.8
    """
    ranked = sorted((one for one in history if one[0] >= LEAST), reverse=True)
    best, right = FIRST, 0
    for n, (sure, wrong) in enumerate(ranked, 1):
        right += wrong
        last = n == len(ranked) or ranked[n][0] < sure
        if last and n >= ENOUGH and right >= AIM * n and n <= MOST * len(history):
            best = sure
    return best


def rows(pasts: Sequence[Past], *, reported: Everything, learned: Everything = lambda _: True) -> Iterator[Row]:
    """The reported sessions, each held against those that ended before it began.

    Args:
        pasts: by their beginning.
        reported: which to report.
        learned: which to learn from.
    """
    known, rng = Known(), Random(SEED)  # noqa: S311  # no secret
    running: list[tuple[float, int, Past, list[Scored]]] = []
    for number, past in enumerate(pasts):
        ended = 0
        while running and running[0][0] < past.at.timestamp():
            _, _, before, told = heappop(running)
            known.add(before, told)
            ended += 1
        if ended:
            known.choose()
        scored = [known.scored(attempt) for attempt in past.attempts]
        if reported(past):
            yield row_of(past, scored, known, rng)
        if learned(past):
            heappush(running, (past.until.timestamp(), number, past, scored))


def row_of(past: Past, scored: Sequence[Scored], known: Known, rng: Random) -> Row:
    """What each arm says in the session."""
    dealt = known.shuffled(rng)
    said = [
        (
            one.sure >= known.least,
            not known.top.isdisjoint(one.attempt.signs),
            not known.sure_top.isdisjoint(one.attempt.signs),
            one.attempt.tool == known.worst,
            max((dealt.get(sign, 0.0) for sign in one.attempt.signs), default=0.0) >= known.least,
        )
        for one in scored
    ]
    sums = []
    for arm in range(len(ARMS)):
        met = [one.attempt for one, words in zip(scored, said, strict=True) if words[arm]]
        sums.append(Sums(len(met), sum(one.wrong for one in met), sum(one.minutes for one in met if one.wrong)))
    bad = [one for one in past.attempts if one.wrong]
    surest = tuple(
        (one.sign[0], one.attempt.wrong, one.attempt.failed, one.attempt.minutes if one.attempt.wrong else 0.0)
        for one, words in zip(scored, said, strict=True)
        if words[0] and one.sign
    )
    return Row(past, len(bad), sum(one.minutes for one in bad), tuple(sums), surest)


def opportunity(found: Sequence[Row], *, rounds: int = ROUNDS) -> Opportunity:
    """The reported sessions together, with intervals from drawing sessions again.

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
        calls=calls_of(found),
        wrong=sum(row.wrong for row in found),
        minutes=sum(row.minutes for row in found),
        failed=failed[True],
        failed_met=met_failed,
        arms=tuple(arm_of(found, arm, rounds) for arm in range(len(ARMS))),
        kinds=tuple(
            KindOfSign(name=kind, warnings=int(n), right=int(right), minutes=minutes)
            for kind, (n, right, minutes) in sorted(kinds.items(), key=lambda item: -item[1][0])
        ),
        since=min((row.past.at for row in found), default=None),
    )


def calls_of(found: Sequence[Row]) -> int:
    """Calls of these sessions."""
    return sum(len(row.past.attempts) for row in found)


def thinned(found: Sequence[Row], arm: int) -> float:
    """The share of an arm's warnings that makes them no more than the lessons'."""
    own = sum(row.arms[arm].warnings for row in found)
    return min(1.0, sum(row.arms[0].warnings for row in found) / own) if own else 1.0


def ratio(a: float, b: float) -> float:
    """Their ratio; nan of nothing."""
    return a / b if b else math.nan


def arm_of(found: Sequence[Row], arm: int, rounds: int) -> Arm:
    """One arm's figures."""

    def coverage(some: Sequence[Row]) -> float:
        return ratio(thinned(some, arm) * sum(row.arms[arm].right for row in some), sum(row.wrong for row in some))

    def precision(some: Sequence[Row]) -> float:
        return ratio(sum(row.arms[arm].right for row in some), sum(row.arms[arm].warnings for row in some))

    def lift(some: Sequence[Row]) -> float:
        return ratio(precision(some), ratio(sum(row.wrong for row in some), calls_of(some)))

    def cost(some: Sequence[Row], which: int = arm) -> float:
        met = sum(row.arms[which].minutes for row in some)
        return ratio(thinned(some, which) * met, sum(row.minutes for row in some))

    def interval(of: Callable[[Sequence[Row]], float]) -> Range:
        estimate, low, high = clustered(found, of, Random(SEED), rounds=rounds)  # noqa: S311
        return estimate, low, high

    share = thinned(found, arm)
    return Arm(
        name=ARMS[arm],
        warnings=share * sum(row.arms[arm].warnings for row in found),
        right=share * sum(row.arms[arm].right for row in found),
        coverage=interval(coverage),
        precision=interval(precision),
        lift=interval(lift),
        cost_coverage=interval(cost),
        gain=interval(lambda some: cost(some, 0) - cost(some)) if arm else (0.0, 0.0, 0.0),
    )
