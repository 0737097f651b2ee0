"""What did mistakes made again cost? Again: the same error of the same thing as in an earlier session of the project.

Whether it is one is asked of the whole history, not of what is looked at, and a second counts once, however many
mistakes share it. So the same failures cost the same under every filter.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.insights.kinds import waiting
from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.insights import RepeatedCost

SOON_CALLS = 20
"""Calls within which a success of the same thing ends a failure (guess, 2026-11-22)."""
_ENDS = (AttemptEnd.FAILED, AttemptEnd.STOPPED)


class RepeatedSpans(NamedTuple):
    """One session, and when mistakes made in an earlier session of its project cost time in it."""

    session: SessionAttempts
    spans: Sequence[waiting.TimeSpan]


def list_repeated_spans(histories: Iterable[ProjectHistory]) -> list[RepeatedSpans]:
    """Return every session with what repeated mistakes took; ``histories`` hold all sessions of their projects."""
    return [
        RepeatedSpans(session, waiting.unite_spans(again.get(number, ())))
        for history in histories
        for again in (_find_spans(history),)
        for number, session in enumerate(history.sessions)
    ]


def sum_repeated_costs(
    repeated: Iterable[RepeatedSpans], wanted: Collection[bytes], spent: waiting.SpentBetween
) -> RepeatedCost:
    """Return what repeated mistakes cost in the wanted sessions."""
    waited, worked = 0.0, 0.0
    dollars: list[float] = []
    total: list[float] = []
    for session, spans in repeated:
        if session.session not in wanted:
            continue
        waited += waiting.sum_seconds(spans)
        worked += waiting.measure_work(session.attempts)
        dollars += _list_known(waiting.sum_dollars(session.session, spans, spent))
        total += _list_known(spent(session.session, float("-inf"), float("inf")))
    return RepeatedCost(
        waited_s=waited,
        cost_usd=sum(dollars) if total else None,
        agent_s=worked,
        total_usd=sum(total) if total else None,
    )


def _list_known(cost: float | None) -> list[float]:
    """Return the cost where it is known."""
    return [] if cost is None else [cost]


def _find_spans(history: ProjectHistory) -> dict[int, list[waiting.TimeSpan]]:
    """Return by session the stretches that mistakes made in an earlier session cost."""
    found: dict[int, list[waiting.TimeSpan]] = {}
    for place in find_repeated(history):
        until = find_success(history, place, SOON_CALLS)
        spans = waiting.list_spans(history.sessions[place.session], place.number, until)
        found.setdefault(place.session, []).extend(spans)
    return found


def find_repeated(history: ProjectHistory) -> Iterator[Place]:
    """Yield each failure whose like was there in an earlier session of the project."""
    first: dict[tuple[bytes, str], int] = {}
    for place, attempt in history.walk():
        if attempt.end not in _ENDS or not attempt.fingerprint or has_red_check(attempt):
            continue
        if first.setdefault((attempt.fingerprint, attempt.head or attempt.tool), place.session) < place.session:
            yield place


def has_red_check(attempt: CallAttempt) -> bool:
    """Tell whether a test, a build or a linter found something: it did its job, which is no mistake of the call."""
    return any(not check.green for check in attempt.checks)


def find_success(history: ProjectHistory, place: Place, most: int) -> int | None:
    """Return the index of the next call that did the same thing with success, among the next ``most`` calls."""
    failed = history.at(place)
    wanted = (failed.tool, failed.head, failed.path)
    return history.find_later(
        place, lambda one: one.end is AttemptEnd.WORKED and (one.tool, one.head, one.path) == wanted, most
    )
