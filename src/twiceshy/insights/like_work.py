"""Compare models or agents on like work: the same project, the same sort of call or a task of the same size.

Models get different work, so a plain rate says more about the work than about the model. What only one of them did is
compared with nothing and counts on no side. A test run that is red did its job, a call that a person refused or
stopped says nothing of who made it, and a subagent may run another model: none of these are cases. A model that came
later also met another harness and a grown project; no comparison can take that out, so a difference is told as what
was seen here, never as what a model is.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import NamedTuple

from twiceshy.base.values import Rate
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.effects import Estimate, size_band
from twiceshy.records.insights import InsightCase
from twiceshy.records.outcomes import Answer, Task
from twiceshy.records.report import JudgedSession, LikeWork, WorkCase
from twiceshy.stats.clusters import RobustComparison, compare_clusters, estimate_share, sum_tables
from twiceshy.stats.intervals import false_discovery
from twiceshy.stats.strata import TwoByTwoTable

DISCOVERY = 0.05
"""False discovery rate over all comparisons at which a difference is told (convention, 2026-11-22)."""
LEAST_SESSIONS = 5
"""Sessions of each side below which nothing is called worse (guess, 2026-11-22: the jackknife's interval holds from
about there on, see docs/benchmarks-effects.md)."""


class TaskQuestion(NamedTuple):
    """What is asked of a task; None of the answer is unknown, and the task is no case."""

    slug: str
    is_bad: Callable[[Task], bool | None]


def _read_answer(answer: Answer, *, bad: Answer) -> bool | None:
    return None if answer is Answer.UNKNOWN else answer is bad


TASK_QUESTIONS = (
    TaskQuestion("not-first-pass", lambda task: _read_answer(task.first_pass, bad=Answer.NO)),
    TaskQuestion("corrected", lambda task: _read_answer(task.corrected.answer, bad=Answer.YES)),
    TaskQuestion("rolled-back", lambda task: _read_answer(task.rolled_back.answer, bad=Answer.YES)),
    TaskQuestion("tests-red", lambda task: _read_answer(task.tests.answer, bad=Answer.NO)),
)


class _Group(NamedTuple):
    """One side: its cases, and which project they are of."""

    who: str
    project: str
    project_name: str
    cases: Sequence[WorkCase]
    """Of both sides."""


class _Comparison(NamedTuple):
    group: _Group
    clusters: Mapping[bytes, Mapping[Hashable, TwoByTwoTable]]
    compared: RobustComparison


def compare_overall(cases: Iterable[WorkCase]) -> list[LikeWork]:
    """Return each model's or agent's work beside the others' in the same projects; the worst first."""
    known = [one for one in cases if one.who]
    return _compare(_Group(who, "", "", known) for who in sorted({one.who for one in known}))


def list_call_cases(sessions: Iterable[SessionAttempts], who: Callable[[SessionAttempts], str]) -> list[WorkCase]:
    """Return the calls of the main dialogue that worked or failed.

    ``who`` says of a session to whom its calls belong. Programs that test or check in some call of the project are left
    out there.
    """
    every = list(sessions)
    checking = {(one.project, _name_sort(call)) for one in every for call in one.attempts if call.checks}
    return [
        WorkCase(
            case=InsightCase(call.uid, one.session, _read_time(call.at)),
            project=one.project,
            project_name=one.project_name,
            who=who(one),
            like=f"{one.agent}: {_name_sort(call)}",
            bad=call.end is AttemptEnd.FAILED,
        )
        for one in every
        for call in one.attempts
        if _is_case(call) and (one.project, _name_sort(call)) not in checking
    ]


def list_task_cases(
    sessions: Iterable[JudgedSession], who: Callable[[JudgedSession], str], is_bad: Callable[[Task], bool | None]
) -> Iterator[WorkCase]:
    """Yield the tasks that changed files and whose answer is known; like ones have about as many edits."""
    for one in sessions:
        for task in one.result.tasks:
            bad = is_bad(task)
            if task.edits and bad is not None:
                case = InsightCase(task.prompt, one.result.session, task.started_at)
                yield WorkCase(case, one.project, one.project_name, who(one), size_band(task.edits), bad)


def _is_case(call: CallAttempt) -> bool:
    """Tell whether the call's end says something of who made it."""
    known = call.end in {AttemptEnd.WORKED, AttemptEnd.FAILED}
    return known and call.action != "prompt" and not call.subagent and not call.checks


def _name_sort(call: CallAttempt) -> str:
    return call.head or call.tool or call.action


def _read_time(at: float | None) -> datetime | None:
    return None if at is None else datetime.fromtimestamp(at, UTC)


def _compare(groups: Iterable[_Group]) -> list[LikeWork]:
    """Return what can be compared; false discoveries are bounded over all of it."""
    found = [
        _Comparison(group, cells, compare_clusters(list(cells.values())))
        for group in groups
        if (cells := _lay_out(group))
    ]
    q_values = false_discovery([one.compared.p for one in found])
    rows = [_build_row(one, q) for one, q in zip(found, q_values, strict=True)]
    return sorted(rows, key=lambda one: (not one.worse, -one.bad.n, one.project, one.who))


def _lay_out(group: _Group) -> dict[bytes, dict[Hashable, TwoByTwoTable]]:
    """Return each session's counts by project and sort of work, of the sorts that both sides did."""
    counts: dict[bytes, dict[Hashable, list[int]]] = defaultdict(lambda: defaultdict(lambda: [0, 0, 0, 0]))
    for one in _keep_shared(group):
        place = 0 if one.who == group.who else 2
        cell = counts[one.case.session][one.project, one.like]
        cell[place] += one.bad
        cell[place + 1] += 1
    return {
        session: {key: TwoByTwoTable(*cell) for key, cell in cells.items()} for session, cells in sorted(counts.items())
    }


def _keep_shared(group: _Group) -> list[WorkCase]:
    """Return the cases of sorts that both sides did in the same project."""
    own = {(one.project, one.like) for one in group.cases if one.who == group.who}
    shared = own & {(one.project, one.like) for one in group.cases if one.who != group.who}
    return [one for one in group.cases if (one.project, one.like) in shared]


def _build_row(found: _Comparison, q: float) -> LikeWork:
    group, compared = found.group, found.compared
    tables = sum_tables(found.clusters.values()).values()
    kept = _keep_shared(group)
    own = [one for one in kept if one.who == group.who]
    others = {one.case.session for one in kept if one.who != group.who}
    share, low, high = estimate_share(_count_by_session(own))
    return LikeWork(
        who=group.who,
        project=group.project,
        project_name=group.project_name,
        bad=Rate(sum(one.bad for one in own), len(own), share, low, high),
        others=sum(table.n * table.other_hits / table.other_n for table in tables) / len(own),
        ratio=Estimate(*compared.ratio),
        sessions=len({one.case.session for one in own}),
        other_sessions=len(others),
        q=q,
        worse=_is_worse(own, others, compared, q),
        cases=tuple(sorted((one.case for one in own if one.bad), key=_order_newest)),
    )


def _is_worse(own: Sequence[WorkCase], others: set[bytes], compared: RobustComparison, q: float) -> bool:
    """Tell whether the difference is significant, in enough sessions of both sides."""
    fewest = min(len({one.case.session for one in own}), len(others))
    return fewest >= LEAST_SESSIONS and q <= DISCOVERY and compared.ratio.low > 1


def _count_by_session(cases: Iterable[WorkCase]) -> list[tuple[int, int]]:
    """Return bad ones and all, of each session."""
    counts: dict[bytes, list[int]] = defaultdict(lambda: [0, 0])
    for one in cases:
        counts[one.case.session][0] += one.bad
        counts[one.case.session][1] += 1
    return [(bad, n) for _, (bad, n) in sorted(counts.items())]


def _order_newest(case: InsightCase) -> tuple[bool, float, bytes]:
    return (case.at is None, -case.at.timestamp() if case.at else 0.0, case.uid)
