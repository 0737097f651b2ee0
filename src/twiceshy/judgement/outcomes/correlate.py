"""Correlate: each behaviour, violation and risk band against each outcome within like cases, and how sure that is.

What is found is an association and never a cause: nobody randomised who reads before editing. What confounds most is
dealt with, or named where it cannot be:

- a project, an agent and a file may differ in habits and in outcomes: cases are compared within the same project,
  agent, size and, where enough cases remain, file (Mantel and Haenszel);
- a task of many edits has more chances for every habit and for every bad end: its size is one of these strata;
- sessions go wrong as a whole: intervals and tests are clustered by session (``facts.clusters``), and the p-value is
  the larger of theirs and of the exact test within strata;
- an outcome that is told by rules is told wrongly now and then: beside the ratio as counted stands the one that the
  measured errors leave (``outcome_errors``), with an interval that carries how little is known of them;
- an outcome that is measured from the same event as the habit (green tests and no tests) would prove itself: such
  pairs are left out (``_SAME_EVENT``);
- the observer counts only what was done before the outcome; where the outcome itself ends the time in which a task's
  habit is looked for (``_CUTS``), the question is refused, as every habit would look as if it protected;
- agents that refuse edits of unread files themselves leave only the odd ones: the agent is one of the strata, and an
  edit that was refused or failed was never corrected, so for that it is unknown. The refusal itself is the tool's rule
  and no habit's effect (``TOOL_RULE``).

Everything that could be found is tested, at every place, and all of these tests together give the false discovery
rate. What is left out for being too few is left out by its margins (how many did it, how many ended so), never by how
they go together, so leaving it out makes no test look better.
"""

import math
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import groupby, product
from typing import NamedTuple

from twiceshy.base.values import Rate
from twiceshy.judgement.outcomes.effect_sentences import render_effect
from twiceshy.records.effects import Effect, EffectScope, Estimate, Observation
from twiceshy.stats import clusters, intervals, misclassification
from twiceshy.stats import strata as stats_strata
from twiceshy.stats.misclassification import AnswerLabels, ErrorRates, estimate_error_rates
from twiceshy.stats.strata import TwoByTwoTable

# Outcome errors: how often each outcome is told wrongly, as measured on labelled work.
#
# Each row has counts of cases of projects that no rule came from, with their source: the tables of
# ``docs/benchmarks-corrections.md`` and ``docs/benchmarks-outcomes.md``. What a log says itself (a call failed, a
# person refused it) is no judgement and has no row; what was never labelled by each answer has none either, and then no
# interval can carry its error.

LABELS: Mapping[str, AnswerLabels] = {
    # Measured 2026-11-22, "Corrections", held and field: 465 turns, 69 told, 51 of these right, of 113 true ones.
    "corrected": AnswerLabels(right_yes=51, wrong_yes=18, missed_yes=62, right_no=334),
    # Measured 2026-11-22, "Each answer by itself", held back and came last together: yes 7 of 9, no 78 of 82.
    "rolled-back": AnswerLabels(right_yes=7, wrong_yes=2, missed_yes=4, right_no=78),
    # Measured 2026-11-22, as above: yes 46 of 48, no 1 of 2. Four sessions that were not completed say very little.
    "completed": AnswerLabels(right_yes=46, wrong_yes=2, missed_yes=1, right_no=1),
}
"""By the outcome's slug."""
LOGGED = frozenset({"failed", "rejected", "refused-unread", "engaged"})
"""Outcomes that the log itself says."""


def find_error_rates(outcome: str) -> ErrorRates | None:
    """Return the outcome's error rates; None where it has none, or where they were not measured."""
    labels = LABELS.get(outcome)
    return None if labels is None else estimate_error_rates(labels)


_LEAST_CASES = 5
"""Cases on each side, and hits and misses. Guess of 2026-11-21: fewer say more about the cases than about the habit."""
_LEAST_SESSIONS = 8  # measured 2026-11-21: with fewer the intervals do not hold what they promise, see the benchmark
_LEAST_KEPT = 0.8
"""Share of the weight that must remain for the file to be a stratum too: with less, few edits decide.
Guess of 2026-11-21."""
SURE = 0.05
"""False discovery rate at which an effect counts as found: the usual convention."""
_MOST_PROOFS = 6
"""Proofs that are kept of an effect. Guess of 2026-11-21: a reader opens no more."""
_DEEPEST = 3
"""Folders of a path that are looked at as a directory. Guess of 2026-11-21."""
_NEVER = datetime.min.replace(tzinfo=UTC)
_UNITS = ("edit", "task", "session")
COARSE = ("project", "agent", "size")
FINE = (*COARSE, "file")
_SAME_EVENT: Mapping[str, frozenset[str]] = {
    "no-tests-after": frozenset({"tests-green", "first-pass"}),
    "engaged-before": frozenset({"engaged"}),
}
"""Outcomes that are read from the same events as the habit, or are seen only where it was not done: tests that never
ran cannot turn red. Who spoke much before speaks much after: one person's manner."""
_TOOL_RULES = frozenset({"refused-unread"})
"""Outcomes that are a client's own rule."""
_NOT_ASKED = "risk-"
"""Beginning of the whole score's bands: what they rest on is asked part by part, findings and the file's past."""
_DECIDED = frozenset({"planned", "search-first", "read-first", "engaged-before", "workflow-compliant"})
"""Habits of a task that are decided by its first edit."""
_CUTS = frozenset({"rejected", "rolled-back", "first-pass", "completed", "engaged"})
"""Outcomes of a task that end the time in which its other habits are looked for, or follow from what does: whoever is
stopped early has done less of everything, so that habits would look as if they protected, and tests left out as if
they harmed. Of a person's messages a call the same holds the other way: more calls make every habit likelier, and the
messages fewer. Of tasks that were refused no other habit is asked against corrections either."""
TOO_FEW = "too-few-cases"
TOO_FEW_SESSIONS = "too-few-sessions"
NEVER_COMPARED = "never-both-in-like-cases"
NEVER_SURE = "cannot-be-sure"
SAME = "same-event"
TOOL_RULE = "tool-rule"
CUT_SHORT = "cut-short-by-the-outcome"
REFUSALS = {
    TOO_FEW: f"fewer than {_LEAST_CASES} cases on a side, or of hits or misses",
    TOO_FEW_SESSIONS: f"seen in fewer than {_LEAST_SESSIONS} sessions",
    NEVER_COMPARED: "never both done and not done in similar cases",
    NEVER_SURE: "too few hits or misses for any result to be significant",
    SAME: "habit and outcome are read from the same event",
    TOOL_RULE: "the client itself refuses it: its rule, no effect of a habit",
    CUT_SHORT: "the outcome ends the time in which the habit is looked for",
}


class _EffectQuestion(NamedTuple):
    """One exposure against one outcome, for one unit."""

    unit: str
    exposure: str
    outcome: str


class _EffectPlace(NamedTuple):
    """Where a question is put: everywhere, or in one project, folder or file."""

    scope: EffectScope
    project: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class _EffectCase:
    """What was counted for one question at one place."""

    coarse: list[dict[Hashable, TwoByTwoTable]]
    fine: list[dict[Hashable, TwoByTwoTable]]
    sessions: list[tuple[TwoByTwoTable, bytes]]
    projects: int
    proof: tuple[str, ...]

    @property
    def whole(self) -> TwoByTwoTable:
        """The counts of all sessions together."""
        return TwoByTwoTable(*(sum(column) for column in zip(*(table for table, _ in self.sessions), strict=True)))


def find_effects(observations: Iterable[Observation]) -> list[Effect]:
    """Return every effect that was looked at, the significant ones first.

    Refused ones come last, and only of wide places. Deterministic, whatever the order of the observations.
    """
    tested: list[Effect] = []
    refused: list[Effect] = []
    for place, here in _group_by_place(observations):
        for found in _judge_place(place, here):
            if found.refusal is None:
                tested.append(found)
            elif place.scope in {EffectScope.ALL, EffectScope.PROJECT}:
                refused.append(found)
    rates = intervals.false_discovery([found.p for found in tested])
    rated = [replace(found, q=q) for found, q in zip(tested, rates, strict=True)]
    ordered = sorted(rated, key=_sort_key_of_effect) + sorted(refused, key=_sort_key_of_effect)
    return [replace(found, words=render_effect(found)) for found in ordered]


def _judge_place(place: _EffectPlace, here: Sequence[Observation]) -> Iterator[Effect]:
    """Yield the answer to every question that can be asked at one place."""
    by_unit = {unit: [one for one in here if one.unit == unit] for unit in _UNITS}
    for question, whole in sorted(_count_margins(here).items()):
        if refusal := _refuse_by_rule(question) or _refuse_few_cases(whole):
            yield _build_refused_effect(place, question, whole, refusal)
        else:
            yield _judge_effect(place, question, _count_tables(place, question, by_unit[question.unit]))


def _sort_key_of_effect(effect: Effect) -> tuple[bool, float, int, str, str, str, str, str]:
    """Return the sort key: significant ones first, of these the strongest at the near end, widest place first."""
    return (
        effect.q > SURE,
        -_measure_strength(effect),
        list(EffectScope).index(effect.scope),
        effect.unit,
        effect.exposure,
        effect.outcome,
        effect.project,
        effect.place,
    )


def _measure_strength(effect: Effect) -> float:
    """Return how far from 1, as a logarithm, the near end of the ratio's interval is.

    Negative where 1 lies inside.
    """
    if effect.ratio is None or math.isnan(effect.ratio.estimate):
        return -math.inf
    low, high = effect.ratio.low, effect.ratio.high
    return max(math.log(low) if low > 0 else -math.inf, -math.log(high) if 0 < high < math.inf else -math.inf)


def _group_by_place(observations: Iterable[Observation]) -> Iterator[tuple[_EffectPlace, list[Observation]]]:
    """Yield each place where enough was seen for a question, with its observations in an order of their own."""
    seen = _sort_observations(observations)
    by_place: dict[_EffectPlace, list[Observation]] = defaultdict(list)
    for one in seen:
        for place in _list_places(one):
            by_place[place].append(one)
    last: list[Observation] = []
    for place in sorted(by_place):
        here = by_place[place]
        if _is_worth_asking(place, here, last, len(seen)):
            last = here
            yield place, here


def _list_places(one: Observation) -> Iterator[_EffectPlace]:
    """Yield the places that an observation counts at."""
    yield _EffectPlace(EffectScope.ALL)
    yield _EffectPlace(EffectScope.PROJECT, one.project)
    if one.path is not None:
        for folder in _folders_of(one.path):
            yield _EffectPlace(EffectScope.DIRECTORY, one.project, folder)
        yield _EffectPlace(EffectScope.FILE, one.project, one.path)


def _is_worth_asking(place: _EffectPlace, here: list[Observation], last: list[Observation], every: int) -> bool:
    """Tell whether a place has enough for a question, and more than the one before it (``last``) or the whole."""
    if place.scope is EffectScope.PROJECT:
        return len(here) < every  # the only project: all of it was asked already
    if place.scope is EffectScope.ALL:
        return True
    if sum(one.n for one in here) < 2 * _LEAST_CASES or _has_few_sessions(here):
        return False
    return place.scope is EffectScope.FILE or here != last  # else all of it lies in one folder further down or up


def _has_few_sessions(here: Sequence[Observation]) -> bool:
    """Tell whether too few sessions were there for any question."""
    return len({one.session for one in here}) < _LEAST_SESSIONS


def _sort_observations(observations: Iterable[Observation]) -> list[Observation]:
    """Return observations in one order, however they came.

    What was done is told apart within a session only: as part of every key it would take more memory than all else.
    """
    seen = sorted(observations, key=_sort_key_of_place)
    found = []
    for _, same in groupby(seen, key=_sort_key_of_place):
        found += sorted(same, key=_sort_key_of_deed)
    return found


def _sort_key_of_place(one: Observation) -> tuple[str, str, str, datetime, bytes]:
    return one.unit, one.project, one.path or "", one.at or _NEVER, one.session


def _sort_key_of_deed(one: Observation) -> str:
    return repr((sorted(one.did.items()), sorted(one.became.items()), one.n, one.proof))


def _folders_of(path: str) -> list[str]:
    """Return the folders that a path lies in, relative to its project, outermost first, at most ``_DEEPEST``.

    >>> _folders_of("src/api/auth.py"), _folders_of("setup.py")
    (['src/', 'src/api/'], [])
    """
    parts = path.split("/")[:-1][:_DEEPEST]
    return ["/".join(parts[: depth + 1]) + "/" for depth in range(len(parts)) if parts[depth]]


def _count_margins(here: Iterable[Observation]) -> dict[_EffectQuestion, TwoByTwoTable]:
    """Return what can be asked here, each exposure against each outcome, with its counts over all sessions."""
    found: dict[_EffectQuestion, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for one in here:
        refused = _is_refused(one)
        for (exposure, done), (outcome, so) in product(one.did.items(), one.became.items()):
            if exposure == outcome or exposure.startswith(_NOT_ASKED):
                continue
            if refused and outcome == "corrected" and exposure not in _DECIDED:
                continue
            column = 1 if done else 3
            table = found[_EffectQuestion(one.unit, exposure, outcome)]
            table[column] += one.n
            table[column - 1] += one.n * so
    return {question: TwoByTwoTable(*table) for question, table in found.items()}


def is_asked(one: Observation, exposure: str, outcome: str) -> bool:
    """Tell whether an observation may count for a habit beside an outcome: none of the rules above refuses it."""
    if exposure == outcome or exposure.startswith(_NOT_ASKED):
        return False
    if _is_refused(one) and outcome == "corrected" and exposure not in _DECIDED:
        return False
    return _refuse_by_rule(_EffectQuestion(one.unit, exposure, outcome)) is None


def _is_refused(one: Observation) -> bool:
    """Tell whether it is a task that a refusal cut short."""
    return one.unit == "task" and one.became.get("rejected", False)


def _refuse_by_rule(question: _EffectQuestion) -> str | None:
    """Return why the question cannot be answered by any data; None where it can."""
    if question.outcome in _TOOL_RULES:
        return TOOL_RULE
    if question.outcome in _SAME_EVENT.get(question.exposure, ()):
        return SAME
    cut = question.unit == "task" and question.outcome in _CUTS and question.exposure not in _DECIDED
    return CUT_SHORT if cut else None


def _refuse_few_cases(whole: TwoByTwoTable) -> str | None:
    """Return why nothing can be said, where there are too few cases; None where there are enough."""
    hits = whole.hits + whole.other_hits
    least = min(whole.n, whole.other_n, hits, whole.n + whole.other_n - hits)
    return TOO_FEW if least < _LEAST_CASES else None


def _build_refused_effect(
    place: _EffectPlace, question: _EffectQuestion, whole: TwoByTwoTable, refusal: str | None
) -> Effect:
    """Return an effect that is not looked into, with its plain rates and why it was refused."""
    return Effect(
        exposure=question.exposure,
        outcome=question.outcome,
        unit=question.unit,
        scope=place.scope,
        project=place.project,
        place=place.path,
        exposed=_compute_plain_rate(whole.hits, whole.n),
        other=_compute_plain_rate(whole.other_hits, whole.other_n),
        nature="tool" if question.outcome in _TOOL_RULES else "habit",
        refusal=refusal,
    )


def _count_tables(place: _EffectPlace, question: _EffectQuestion, here: Iterable[Observation]) -> _EffectCase:
    """Return the tables of one question, by session and stratum.

    What is unknown on either side counts nowhere.
    """
    unit, exposure, outcome = question
    coarse, fine, whole = _SessionTables(), _SessionTables(), _SessionTables()
    by_file = unit == "edit" and place.scope is not EffectScope.FILE
    whole_only = outcome == "corrected" and exposure not in _DECIDED
    projects = set()
    proof: dict[bool, list[str]] = {True: [], False: []}
    for one in here:
        done, so = one.did.get(exposure), one.became.get(outcome)
        if done is None or so is None or (whole_only and _is_refused(one)):
            continue
        projects.add(one.project)
        key = (one.project, one.agent, one.size)
        column = 1 if done else 3
        coarse.add(one, key, column, so=so)
        whole.add(one, (), column, so=so)
        if by_file:
            fine.add(one, (*key, one.path), column, so=so)
        if done:
            proof[so].extend(one.proof)
    return _EffectCase(
        coarse=coarse.tables,
        fine=fine.tables,
        sessions=[(table[()], session) for table, session in zip(whole.tables, whole.counts, strict=True)],
        projects=len(projects),
        proof=tuple(dict.fromkeys(proof[True] + proof[False]))[:_MOST_PROOFS],
    )


class _SessionTables:
    """Counts by session and, within it, by stratum."""

    def __init__(self) -> None:
        self.counts: dict[bytes, dict[Hashable, list[int]]] = {}

    def add(self, one: Observation, stratum: Hashable, column: int, *, so: bool) -> None:
        counts = self.counts.setdefault(one.session, {}).setdefault(stratum, [0, 0, 0, 0])
        counts[column] += one.n
        counts[column - 1] += one.n * so

    @property
    def tables(self) -> list[dict[Hashable, TwoByTwoTable]]:
        """One for each session, in the order in which they came."""
        return [{key: TwoByTwoTable(*counts) for key, counts in strata.items()} for strata in self.counts.values()]


def _judge_effect(place: _EffectPlace, question: _EffectQuestion, case: _EffectCase) -> Effect:
    """Return the effect, with the reason of its refusal where there is none to report."""
    found = replace(
        _build_refused_effect(place, question, case.whole, None),
        sessions=len(case.sessions),
        projects=case.projects,
        proof=case.proof,
    )
    within, chosen = _choose_strata(case)
    telling = [table for table in clusters.sum_tables(chosen).values() if table.n and table.other_n]
    if refusal := _refuse_tables(case, telling):
        return replace(found, refusal=refusal)
    robust = clusters.compare_clusters(chosen)
    if robust.sessions < _LEAST_SESSIONS:
        return replace(found, refusal=TOO_FEW_SESSIONS)
    by_file = clusters.compare_clusters(case.fine).ratio if case.fine and within is COARSE else None
    judged = replace(
        found,
        exposed=_compute_clustered_rate([(table.hits, table.n) for table, _ in case.sessions]),
        other=_compute_clustered_rate([(table.other_hits, table.other_n) for table, _ in case.sessions]),
        ratio=Estimate(*robust.ratio),
        by_file=Estimate(*by_file) if by_file and not math.isnan(by_file.estimate) else None,
        difference=Estimate(*robust.difference),
        within=tuple(name for name in within if not (name == "project" and place.scope is not EffectScope.ALL)),
        strata=len(telling),
        p=max(stats_strata.exact_p_value(telling), robust.p),
    )
    return _carry_errors(judged, chosen)


def _carry_errors(effect: Effect, chosen: Sequence[clusters.Cluster]) -> Effect:
    """Return the effect with what the outcome's measured errors leave of it, where they were measured."""
    rates = find_error_rates(effect.outcome)
    if rates is None:
        return effect
    ratio, difference = misclassification.correct_comparison(chosen, rates)
    return replace(effect, true_ratio=Estimate(*ratio), true_difference=Estimate(*difference))


def _refuse_tables(case: _EffectCase, telling: Sequence[TwoByTwoTable]) -> str | None:
    """Return why the tables answer nothing, where they cannot; ``telling`` are those with both sides."""
    if len(case.sessions) < _LEAST_SESSIONS:
        return TOO_FEW_SESSIONS
    if not telling:
        return NEVER_COMPARED
    return NEVER_SURE if stats_strata.least_p_value(telling) > SURE else None


def _choose_strata(case: _EffectCase) -> tuple[tuple[str, ...], list[dict[Hashable, TwoByTwoTable]]]:
    """Return what the compared cases have in common, and their tables.

    The file is one of the strata too, unless too few cases could be compared then.
    """
    if case.fine:
        narrow, wide = (
            clusters.pool_tables(clusters.sum_tables(some).values()).weight for some in (case.fine, case.coarse)
        )
        if narrow >= _LEAST_KEPT * wide:
            return FINE, case.fine
    return COARSE, case.coarse


def _compute_plain_rate(hits: int, n: int) -> Rate:
    """Return the share with Wilson's interval."""
    share, low, high = intervals.wilson(hits, n)
    return Rate(hits, n, share if n else 0.0, low, high)


def _compute_clustered_rate(counts: Sequence[tuple[int, int]], confidence: float = intervals.CONFIDENCE) -> Rate:
    """Return the share with an interval that is clustered by session."""
    share, low, high = clusters.estimate_share(counts, confidence)
    n = sum(n for _, n in counts)
    return Rate(sum(hits for hits, _ in counts), n, share if n else 0.0, low, high)


# Costly effects: habits that significantly go with worse outcomes.

_GOOD = frozenset({"completed", "first-pass", "tests-green", "survived"})
"""Outcomes that are wanted; all others are not."""
_STATE = "past-"
"""Beginning of exposures that are a property of the file, and no habit that anyone could drop."""
_MOST_COSTLY = 20
"""Habits that are returned at most (guess, 2026-11-21)."""


def find_costly(seen: Sequence[Observation]) -> list[Effect]:
    """Return the costly effects, those with the most additional bad outcomes first."""
    found = [one for one in find_effects(list(seen)) if one.refusal is None and _is_costly(one)]
    return sorted(found, key=_excess_of, reverse=True)[:_MOST_COSTLY]


def _is_costly(effect: Effect) -> bool:
    """Tell whether the habit significantly goes with worse outcomes."""
    if effect.ratio is None or effect.q > SURE or effect.exposure.startswith(_STATE):
        return False
    return effect.ratio.high < 1 if effect.outcome in _GOOD else effect.ratio.low > 1


def _excess_of(effect: Effect) -> float:
    """Return the bad outcomes of those with the habit beyond what the others' rate would give."""
    difference = effect.difference.estimate if effect.difference else 0.0
    return abs(difference) * effect.exposed.n
