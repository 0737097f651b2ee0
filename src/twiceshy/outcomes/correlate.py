"""Correlate: each behaviour, violation and band against each outcome, within like cases, with how sure that is.

What is told is an association and never a cause: nobody drew lots on who reads before editing. What confounds most is
dealt with, or named where it cannot be:

- a project, an agent and a file may differ in habits and in outcomes: cases are compared within the same project,
  agent, size and, where enough cases remain, file (Mantel and Haenszel);
- a task of many edits has more chances for every habit and for every bad end: its size is one of these;
- sessions go wrong as a whole: intervals and tests take sessions as witnesses (``facts.clusters``), and the p-value is
  the larger of theirs and of the exact test within strata;
- an outcome that is measured from the same event as the habit (green tests and no tests) would prove itself: such
  pairs are left out (``SAME_EVENT``);
- the observer counts only what was done before the outcome; where the outcome itself ends the time in which a task's
  habit is looked for (``CUTS``), the question is refused, as every habit would look as if it protected;
- agents that refuse edits of unread files themselves leave only the odd ones: the agent is one of the strata, and an
  edit that was refused or failed was never corrected, so for that it is unknown.

Everything that could be found is tested, at every place, and all of these tests together give the false discovery
rate. What is left out for being too few is left out by its margins (how many did it, how many ended so), never by how
they go together, so leaving it out makes no test look better.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from twiceshy.facts import clusters, stats, strata
from twiceshy.facts.strata import Table
from twiceshy.outcomes.sentences import sentence
from twiceshy.records.effects import Effect, Reach, Span
from twiceshy.records.figures import Rate
from twiceshy.records.observations import Observation

LEAST_CASES = 5  # guess: on each side, and of hits and of misses; less says more about the cases than about the habit
LEAST_SESSIONS = 8  # measured 2026-11-21: with fewer the intervals do not hold what they promise, see the benchmark
LEAST_KEPT = 0.8
"""Share of the weight that must remain for the file to be a stratum too: with less, few edits decide (guess)."""
SURE = 0.05
"""False discovery rate at which an effect is told as found."""
MOST_PROOFS = 6
DEEPEST = 3
"""Folders of a path that are looked at as a directory."""
UNITS = ("edit", "task", "session")
COARSE = ("project", "agent", "size")
FINE = (*COARSE, "file")
SAME_EVENT: Mapping[str, frozenset[str]] = {
    "no-tests-after": frozenset({"tests-green", "first-pass"}),
}
"""Outcomes that are read from the same events as the habit, or are seen only where it was not done: tests that never
ran cannot turn red."""
DECIDED = frozenset({"planned", "search-first", "read-first", "workflow-compliant"})
"""Habits of a task that are decided by its first edit."""
CUTS = frozenset({"rejected", "rolled-back", "first-pass", "completed"})
"""Outcomes of a task that end the time in which its other habits are looked for, or follow from what does: whoever is
stopped early has done less of everything, so that habits would look as if they protected, and tests left out as if
they harmed. Of tasks that were refused no other habit is asked against corrections either."""
TOO_FEW = "too-few-cases"
TOO_FEW_SESSIONS = "too-few-sessions"
NEVER_COMPARED = "never-both-in-like-cases"
NEVER_SURE = "cannot-be-sure"
SAME = "same-event"
CUT_SHORT = "cut-short-by-the-outcome"
REFUSALS = {
    TOO_FEW: f"fewer than {LEAST_CASES} cases on a side, or of hits or misses",
    TOO_FEW_SESSIONS: f"fewer than {LEAST_SESSIONS} sessions tell of it",
    NEVER_COMPARED: "never both done and not done in like cases",
    NEVER_SURE: "too few hits or misses for any result to be sure",
    SAME: "habit and outcome are read from the same event",
    CUT_SHORT: "the outcome ends the time in which the habit is looked for",
}


class Question(NamedTuple):
    """What is asked at one place."""

    unit: str
    exposure: str
    outcome: str


class Place(NamedTuple):
    """Where it is asked."""

    scope: Reach
    project: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class Case:
    """What was counted for one question at one place."""

    coarse: list[dict[Hashable, Table]]
    fine: list[dict[Hashable, Table]]
    sessions: list[tuple[Table, bytes]]
    projects: int
    proof: tuple[str, ...]

    @property
    def whole(self) -> Table:
        """All sessions together."""
        return Table(*(sum(column) for column in zip(*(table for table, _ in self.sessions), strict=True)))


def effects(observations: Iterable[Observation]) -> list[Effect]:
    """Every effect that was looked at, the sure ones first; refused ones come last, and only of wide places.

    Deterministic, whatever the order of the observations.
    """
    tested: list[Effect] = []
    refused: list[Effect] = []
    for place, here in places(observations):
        by_unit = {unit: [one for one in here if one.unit == unit] for unit in UNITS}
        for question, whole in sorted(margins(here).items()):
            refusal = by_rule(question) or too_little(whole)
            case = None if refusal else counted(place, question, by_unit[question.unit])
            found = judged(place, question, case) if case else refused_early(place, question, whole, refusal)
            if found.refusal is None:
                tested.append(found)
            elif place.scope in {Reach.ALL, Reach.PROJECT}:
                refused.append(found)
    kept = stats.false_discovery([found.p for found in tested])
    told = [replace(found, q=q) for found, q in zip(tested, kept, strict=True)]
    ordered = sorted(told, key=order) + sorted(refused, key=order)
    return [replace(found, words=sentence(found)) for found in ordered]


def order(effect: Effect) -> tuple[bool, float, int, str, str, str, str, str]:
    """Sure ones first, of these the strongest at the near end of the interval, widest place first."""
    return (
        effect.q > SURE,
        -strength(effect),
        list(Reach).index(effect.scope),
        effect.unit,
        effect.exposure,
        effect.outcome,
        effect.project,
        effect.place,
    )


def strength(effect: Effect) -> float:
    """How far from 1, as a logarithm, the near end of the ratio's interval is; negative where 1 lies inside."""
    if effect.ratio is None or math.isnan(effect.ratio.estimate):
        return -math.inf
    low, high = effect.ratio.low, effect.ratio.high
    return max(math.log(low) if low > 0 else -math.inf, -math.log(high) if 0 < high < math.inf else -math.inf)


def places(observations: Iterable[Observation]) -> Iterator[tuple[Place, list[Observation]]]:
    """Each place where enough was seen for a question, with its observations in an order of their own."""
    seen = sorted(observations, key=arranged)
    by_place: dict[Place, list[Observation]] = defaultdict(list)
    for one in seen:
        by_place[Place(Reach.ALL)].append(one)
        by_place[Place(Reach.PROJECT, one.project)].append(one)
        if one.path is not None:
            for folder in folders(one.path):
                by_place[Place(Reach.DIRECTORY, one.project, folder)].append(one)
            by_place[Place(Reach.FILE, one.project, one.path)].append(one)
    last: list[Observation] = []
    for place in sorted(by_place):
        here = by_place[place]
        narrow = place.scope in {Reach.DIRECTORY, Reach.FILE}
        if narrow and (sum(one.n for one in here) < 2 * LEAST_CASES or few_sessions(here)):
            continue
        if place.scope is Reach.PROJECT and len(here) == len(seen):
            continue  # the only project: all of it was asked already
        if place.scope is Reach.DIRECTORY and here == last:
            continue  # all of it lies in one folder further down or up
        last = here
        yield place, here


def few_sessions(here: Sequence[Observation]) -> bool:
    """Whether too few sessions were there for any question."""
    return len({one.session for one in here}) < LEAST_SESSIONS


def arranged(one: Observation) -> tuple[str, str, str, str, bytes, str]:
    """What brings observations into one order, however they came."""
    at = one.at.isoformat() if one.at else ""
    return (
        one.unit,
        one.project,
        one.path or "",
        at,
        one.session,
        repr((sorted(one.did.items()), sorted(one.became.items()), one.n, one.proof)),
    )


def folders(path: str) -> list[str]:
    """The folders that a path lies in, relative to its project, outermost first, at most ``DEEPEST``.

    >>> folders("src/api/auth.py"), folders("setup.py")
    (['src/', 'src/api/'], [])
    """
    parts = path.split("/")[:-1][:DEEPEST]
    return ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts)) if parts[depth]]


def margins(here: Iterable[Observation]) -> dict[Question, Table]:
    """What can be asked here, each thing done or not against each outcome, with its counts over all sessions."""
    found: dict[Question, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in here:
        refused = is_refused(one)
        for exposure, done in one.did.items():
            column = 1 if done else 3
            for outcome, so in one.became.items():
                if exposure != outcome and not (refused and outcome == "corrected" and exposure not in DECIDED):
                    table = found[Question(one.unit, exposure, outcome)]
                    table[column] += one.n
                    table[column - 1] += one.n if so else 0
    return {question: Table(*table) for question, table in found.items()}


def is_refused(one: Observation) -> bool:
    """Whether it is a task that a refusal cut short."""
    return one.unit == "task" and one.became.get("rejected", False)


def by_rule(question: Question) -> str | None:
    """Why the question cannot be answered by any data."""
    if question.outcome in SAME_EVENT.get(question.exposure, ()):
        return SAME
    cut = question.unit == "task" and question.outcome in CUTS and question.exposure not in DECIDED
    return CUT_SHORT if cut else None


def too_little(whole: Table) -> str | None:
    """Why nothing is told, by how much there is."""
    hits = whole.hits + whole.other_hits
    least = min(whole.n, whole.other_n, hits, whole.n + whole.other_n - hits)
    return TOO_FEW if least < LEAST_CASES else None


def refused_early(place: Place, question: Question, whole: Table, refusal: str | None) -> Effect:
    """What is not looked into."""
    return Effect(
        exposure=question.exposure,
        outcome=question.outcome,
        unit=question.unit,
        scope=place.scope,
        project=place.project,
        place=place.path,
        exposed=plain_rate(whole.hits, whole.n),
        other=plain_rate(whole.other_hits, whole.other_n),
        refusal=refusal,
    )


def counted(place: Place, question: Question, here: Iterable[Observation]) -> Case:
    """The tables of one question, by session and stratum. What is unknown on either side counts nowhere."""
    unit, exposure, outcome = question
    coarse: dict[bytes, dict[Hashable, list[int]]] = defaultdict(dict)
    fine: dict[bytes, dict[Hashable, list[int]]] = defaultdict(dict)
    whole: dict[bytes, list[int]] = {}
    by_file = unit == "edit" and place.scope is not Reach.FILE
    whole_only = outcome == "corrected" and exposure not in DECIDED
    projects = set()
    hits: list[str] = []
    others: list[str] = []
    for one in here:
        done, so = one.did.get(exposure), one.became.get(outcome)
        if done is None or so is None or (whole_only and is_refused(one)):
            continue
        projects.add(one.project)
        key = (one.project, one.agent, one.size)
        column = 1 if done else 3
        counts = [coarse[one.session].setdefault(key, [0, 0, 0, 0]), whole.setdefault(one.session, [0, 0, 0, 0])]
        if by_file:
            counts.append(fine[one.session].setdefault((*key, one.path), [0, 0, 0, 0]))
        for table in counts:
            table[column] += one.n
            table[column - 1] += one.n if so else 0
        if done:
            (hits if so else others).extend(one.proof)
    proof = dict.fromkeys([*hits, *others])
    return Case(
        coarse=[{key: Table(*table) for key, table in tables.items()} for tables in coarse.values()],
        fine=[{key: Table(*table) for key, table in tables.items()} for tables in fine.values()],
        sessions=[(Table(*table), session) for session, table in whole.items()],
        projects=len(projects),
        proof=tuple(proof)[:MOST_PROOFS],
    )


def judged(place: Place, question: Question, case: Case) -> Effect:
    """The effect, or why there is none to tell."""
    found = replace(
        refused_early(place, question, case.whole, None),
        sessions=len(case.sessions),
        projects=case.projects,
        proof=case.proof,
    )
    if len(case.sessions) < LEAST_SESSIONS:
        return replace(found, refusal=TOO_FEW_SESSIONS)
    within, chosen = like_cases(case)
    tables = list(clusters.totals(chosen).values())
    telling = [table for table in tables if table.n and table.other_n]
    if not telling:
        return replace(found, refusal=NEVER_COMPARED)
    if strata.least_p(telling) > SURE:
        return replace(found, refusal=NEVER_SURE)
    robust = clusters.robust(chosen)
    if robust.sessions < LEAST_SESSIONS:
        return replace(found, refusal=TOO_FEW_SESSIONS)
    by_file = clusters.robust(case.fine).ratio if case.fine and within is COARSE else None
    return replace(
        found,
        exposed=clustered_rate([(table.hits, table.n) for table, _ in case.sessions]),
        other=clustered_rate([(table.other_hits, table.other_n) for table, _ in case.sessions]),
        ratio=Span(*robust.ratio),
        by_file=Span(*by_file) if by_file and not math.isnan(by_file.estimate) else None,
        difference=Span(*robust.difference),
        within=tuple(name for name in within if not (name == "project" and place.scope is not Reach.ALL)),
        strata=len(telling),
        p=max(strata.exact(telling), robust.p),
    )


def like_cases(case: Case) -> tuple[tuple[str, ...], list[dict[Hashable, Table]]]:
    """What cases have in common that are compared: the file too, unless too few could be compared then."""
    if case.fine:
        narrow, wide = (clusters.pooled(clusters.totals(some).values()).weight for some in (case.fine, case.coarse))
        if narrow >= LEAST_KEPT * wide:
            return FINE, case.fine
    return COARSE, case.coarse


def plain_rate(hits: int, n: int) -> Rate:
    """The share with Wilson's interval."""
    share, low, high = stats.wilson(hits, n)
    return Rate(hits, n, share if n else 0.0, low, high)


def clustered_rate(counts: Sequence[tuple[int, int]], confidence: float = stats.CONFIDENCE) -> Rate:
    """The share with an interval that takes sessions as witnesses."""
    share, low, high = clusters.share(counts, confidence)
    n = sum(n for _, n in counts)
    return Rate(sum(hits for hits, _ in counts), n, share if n else 0.0, low, high)
