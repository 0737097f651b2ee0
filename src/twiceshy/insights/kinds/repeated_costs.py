"""What did mistakes made again cost? Again: the same error of the same thing as in an earlier session of the project.

Whether it is one is asked of the whole history, not of what is looked at, and a second counts once, however many
mistakes share it. So the same failures cost the same under every filter.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from typing import NamedTuple

from twiceshy.insights.kinds.project_history import Place, ProjectHistory
from twiceshy.records.attempts import AttemptEnd, CallAttempt, SessionAttempts
from twiceshy.records.insights import RepeatedCost

# How long did a mistake keep the agent, and what did the model cost meanwhile?
#
# From the call that went wrong to the end of the call with which it was over, as far as the kind of insight knows one;
# else to the end of the call itself. A person's time does not count: the time before each prompt is left out, but not
# the time that a person took to approve a call, which no log tells from its duration. A stretch of more than half an
# hour counts nothing: its end is not known, as what ended it was something else, and the bound is no cost.
#
# The time is a session's own, so that the same failures cost the same whatever else is looked at.

LONGEST_S = 1800.0
"""Seconds of one case. Guess of 2026-11-22, as ``logs.behaviour_counts`` has it."""
SpentBetween = Callable[[bytes, float, float], float | None]
"""Dollars of the model's messages of a session between two times (seconds since the epoch); None: not known."""


class TimeSpan(NamedTuple):
    """A stretch of a session in seconds since the epoch."""

    begin: float
    end: float


def list_spans(session: SessionAttempts, index: int, until: int | None) -> list[TimeSpan]:
    """Return the stretches of time that a case cost; empty where the log has no times."""
    attempts = session.attempts
    begin = attempts[index].at
    if begin is None:
        return []
    found, last = [], begin
    for one in attempts[index + 1 : (index if until is None else until) + 1]:
        if one.at is None:
            continue
        if one.action != "prompt":
            found.append(TimeSpan(last, max(last, one.at)))
        last = max(last, one.at)
    end = attempts[index if until is None else until]
    found.append(TimeSpan(last, last + (end.seconds or 0.0)))
    return _cut(found)


def _cut(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Return the first spans that fit into the longest time, each whole; one that alone is longer is left out."""
    left, found = LONGEST_S, []
    for begin, end in spans:
        if 0 < end - begin <= LONGEST_S:
            left -= end - begin
            if left < 0:
                break
            found.append(TimeSpan(begin, end))
    return found


def unite_spans(spans: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Return stretches that do not overlap and cover the same time.

    >>> unite_spans([TimeSpan(5, 9), TimeSpan(0, 6), TimeSpan(20, 21)])
    [TimeSpan(begin=0, end=9), TimeSpan(begin=20, end=21)]
    """
    found: list[TimeSpan] = []
    for one in sorted(spans):
        if found and one.begin <= found[-1].end:
            found[-1] = TimeSpan(found[-1].begin, max(found[-1].end, one.end))
        else:
            found.append(one)
    return found


def leave_out(spans: Iterable[TimeSpan], gone: Iterable[TimeSpan]) -> list[TimeSpan]:
    """Return what is left of the spans without those that are counted already.

    >>> leave_out([TimeSpan(0, 9)], [TimeSpan(2, 3), TimeSpan(8, 20)])
    [TimeSpan(begin=0, end=2), TimeSpan(begin=3, end=8)]
    """
    left = list(spans)
    for begin, end in gone:
        left = [
            TimeSpan(*part)
            for one in left
            for part in ((one.begin, min(one.end, begin)), (max(one.begin, end), one.end))
            if part[0] < part[1]
        ]
    return left


def sum_seconds(spans: Iterable[TimeSpan]) -> float:
    """Return the length of all spans."""
    return sum(end - begin for begin, end in spans)


def sum_dollars(session: bytes, spans: Iterable[TimeSpan], spent: SpentBetween) -> float | None:
    """Return what the model cost in the spans; None where that is not known of any of them."""
    known = [cost for begin, end in spans if (cost := spent(session, begin, end)) is not None]
    return sum(known) if known else None


def measure_work(attempts: Sequence[CallAttempt]) -> float:
    """Return the seconds in which the agent worked: between its calls, without the time before a prompt."""
    total, last = 0.0, None
    for one in attempts:
        if one.at is None:
            continue
        if last is not None and one.action != "prompt":
            gap = max(0.0, one.at - last)
            total += gap if gap <= LONGEST_S else 0.0
        last = one.at
    return total + (attempts[-1].seconds or 0.0 if attempts else 0.0)


SOON_CALLS = 20
"""Calls within which a success of the same thing ends a failure (guess, 2026-11-22)."""
_ENDS = (AttemptEnd.FAILED, AttemptEnd.STOPPED)


class RepeatedSpans(NamedTuple):
    """One session, and when mistakes made in an earlier session of its project cost time in it."""

    session: SessionAttempts
    spans: Sequence[TimeSpan]


def list_repeated_spans(histories: Iterable[ProjectHistory]) -> list[RepeatedSpans]:
    """Return every session with what repeated mistakes took; ``histories`` hold all sessions of their projects."""
    return [
        RepeatedSpans(session, unite_spans(again.get(number, ())))
        for history in histories
        for again in (_find_spans(history),)
        for number, session in enumerate(history.sessions)
    ]


def sum_repeated_costs(
    repeated: Iterable[RepeatedSpans], wanted: Collection[bytes], spent: SpentBetween
) -> RepeatedCost:
    """Return what repeated mistakes cost in the wanted sessions."""
    waited, worked = 0.0, 0.0
    dollars: list[float] = []
    total: list[float] = []
    for session, spans in repeated:
        if session.session not in wanted:
            continue
        waited += sum_seconds(spans)
        worked += measure_work(session.attempts)
        dollars += _list_known(sum_dollars(session.session, spans, spent))
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


def _find_spans(history: ProjectHistory) -> dict[int, list[TimeSpan]]:
    """Return by session the stretches that mistakes made in an earlier session cost."""
    found: dict[int, list[TimeSpan]] = {}
    for place in find_repeated(history):
        until = find_success(history, place, SOON_CALLS)
        spans = list_spans(history.sessions[place.session], place.number, until)
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
