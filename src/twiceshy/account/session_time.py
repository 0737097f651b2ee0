"""Divide a session's wall clock among what it went to: an identity, not an estimate.

Every millisecond from the first event of a session to its last stands in one cell. While a call of the main dialogue is
open the time is that call's; of calls at once the one that ends first has it, and what others took beside it is told
apart. What lies between is named by the event that ends it: words of the model are the model's time, a prompt is a
person's. What no event explains is unknown.

Whether a call waited for a permission is seldom in a log. It is inferred in a second step, from how long other calls of
the same name took in the project: ``settle_spans``. The first step, ``measure_session``, needs one session only, so
that what it gives can be kept.

The thresholds were set on four projects of real logs whose client noted when a command really began (2026-11-25: 2,085
commands), and measured on others: ``docs/benchmarks-session-time.md``.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from math import inf

from twiceshy.records.session_time import (
    CallKind,
    CallSpan,
    KnownTime,
    PermissionWait,
    PointKind,
    SessionMoments,
    SessionTime,
    TimeCause,
    TimedCall,
    TimeKey,
    TimePoint,
    Usual,
    UsualKey,
)

_SECOND = 1000  # milliseconds, the unit of all below (by definition)
_AWAY = 600 * _SECOND
"""Between turns a person reads and types; from here on they are away (by definition)."""
_REQUEST = 600 * _SECOND
"""A request to the model is given up by then, unless ``API_TIMEOUT_MS`` says otherwise (documented by its client). Of
26,000 pauses before words of a model 2 were longer (measured, 2026-11-25)."""
_HOOK = 60 * _SECOND
"""A hook that names no limit is ended then (documented by its client)."""
_SILENT_CALL = 600 * _SECOND
"""Reads and the like take no longer: what does was stopped with the machine (guess, 2026-11-25)."""
_NIGHT = 3600 * _SECOND
"""A wait that is only inferred may be a machine that slept from here on; one that is logged, a person who went away
(guess, 2026-11-25)."""
_ASKED = 1 * _SECOND
"""A call that asked, and was granted faster, was granted by a rule (guess, 2026-11-25)."""
_EDIT = 10 * _SECOND
"""The client's own edit takes no longer, with hooks and its editor: of 1,317 whose mode let edits of these folders pass
one did, and six took 5 to 10 s (measured, 2026-11-25). From 5 s on was wrong: one project's took 5.0 s each."""
_BESIDE_STATED = 5 * _SECOND
"""A call may last longer than its agent measured, with hooks around it (guess, 2026-11-25)."""
_LEAST = 3
"""Calls of a name from which on what is usual is known (guess, 2026-11-25: with 5 the same was found)."""
_TIMES = 3  # measured, 2026-11-25
_ABOVE = 5 * _SECOND
"""A call waited that took longer than this many times the median, and so much more (measured, 2026-11-25: with 2 times
and 3 s a tenth had not waited; with 4 and 10 less of the waiting is found)."""
_MOST_TIMES = 1.5  # measured, 2026-11-25
_MOST_ABOVE = 20 * _SECOND
"""As above, of the time that nine of ten calls take, where what a call takes varies (measured, 2026-11-25)."""
_PAST_LIMIT = 5 * _SECOND
"""A command that its agent ends after a time did not run for longer (measured, 2026-11-25: 19 of 19 had waited)."""

_NO_END = "calls without an end in the log"
_NO_TIMES = "the model and its calls, whose times are not in the log"
_SILENCE = "nothing happened"
_STOPPED = "calls that took too long to be true"
_SUBAGENT_SILENCE = "subagents that were silent for an hour"
_OPEN_QUESTION = "a question stood open for more than an hour"
_REPORTS = "reports of background tasks"
_BACKGROUND = "in the background"
_SLEEP = "sleep"
_Interval = tuple[int, int]


def measure_session(moments: SessionMoments) -> SessionTime | None:
    """Return what a session's log says of its time; None where fewer than two moments have one."""
    points = moments.points
    if len(points) < 2:
        return None
    sweep = _Sweep(moments)
    for point in points:
        sweep.step(point)
    sweep.end()
    return SessionTime(
        begin=points[0].at,
        wall=points[-1].at - points[0].at,
        cells=tuple(KnownTime(key, ms) for key, ms in sweep.cells.items() if ms),
        spans=tuple(sweep.spans),
        parallel=_count_parallel(moments, sweep.runs),
        person=moments.person,
        waits=tuple(sweep.waits),
    )


class _Sweep:
    """Goes through a session's points once, and gives each interval to a call or to a cell."""

    def __init__(self, moments: SessionMoments) -> None:
        self.moments = moments
        self.cells: dict[TimeKey, int] = defaultdict(int)
        self.waits: list[PermissionWait] = []
        self.spans: list[CallSpan] = []
        self.owned: dict[int, list[_Interval]] = defaultdict(list)
        """Of each call what it has of the sum."""
        self.ends = {point.call: point.at for point in moments.points if point.kind is PointKind.END}
        self.runs = [_merge(run) for run in moments.runs]
        self.busy = _unite(one for run in self.runs for one in run)
        self.open: set[int] = set()
        self.last = moments.points[0]
        """The last point that says something."""
        self.at = self.last.at
        """Until here everything was given away."""

    def step(self, point: TimePoint) -> None:
        """Give away the time before a point."""
        if point.kind is PointKind.QUIET:
            return
        if point.at > self.at:
            self.give(point)
            self.at = point.at
        if point.kind is PointKind.MODEL and point.call in self.ends:
            self.open.add(point.call)
        elif point.kind is PointKind.END:
            self.open.discard(point.call)
        self.last = point

    def end(self) -> None:
        """Give away what is behind the last point that says something, then part what each call has."""
        last = self.moments.points[-1].at
        if last > self.at:
            self.give(TimePoint(last, PointKind.PERSON))
        for place, intervals in self.owned.items():
            self.part_call(self.moments.calls[place], intervals)

    def give(self, point: TimePoint) -> None:
        """Give the time from the last point to this one to whom it belongs."""
        writes = point.kind is PointKind.MODEL and self.last.kind is PointKind.MODEL
        if not self.open or (writes and point.at - self.at <= _REQUEST):  # a message is logged part by part
            self.give_gap(point)
        elif point.kind is PointKind.HOOK and point.at - self.at <= _HOOK:
            self.add(TimeCause.HOOKS, point.item, point.at - self.at)
        else:
            owner = min(self.open, key=lambda place: (self.ends[place], place))
            self.owned[owner].append((self.at, point.at))

    def give_gap(self, point: TimePoint) -> None:
        """Give a time away in which no call was open."""
        kind, length = point.kind, point.at - self.at
        if kind is PointKind.PERSON or (kind is PointKind.OWN_COMPACTION and length > _REQUEST):
            self.give_idle(point)
        elif kind is PointKind.TASK:
            self.add(TimeCause.POLLING, _REPORTS, length - self.give_background(point.at))
        elif kind is PointKind.END:
            self.add(TimeCause.UNKNOWN, _NO_END, length)
        elif length > _REQUEST:
            self.add(TimeCause.UNKNOWN, _SILENCE, length - self.give_background(point.at))
        elif kind is PointKind.HOOK:
            self.add(TimeCause.HOOKS, point.item, length)
        elif self.moments.untimed:
            self.add(TimeCause.UNKNOWN, _NO_TIMES, length)
        else:
            self.add(TimeCause.MODEL, _MODEL_ITEMS.get(kind, ""), length)

    def give_idle(self, point: TimePoint) -> None:
        """Give a time away that ended with a prompt."""
        length = point.at - self.at
        if self.last.kind is PointKind.MODEL and self.last.call >= 0 and self.last.call not in self.ends:
            self.add(TimeCause.UNKNOWN, _NO_END, length)
            return
        cause = TimeCause.BETWEEN if length < _AWAY else TimeCause.AWAY
        self.add(cause, point.item, length - self.give_background(point.at))

    def give_background(self, until: int) -> int:
        """Give subagents that worked on by themselves their time until then; return how much that is."""
        found = _measure_overlap(self.busy, self.at, until) if self.busy else 0
        self.add(TimeCause.SUBAGENTS, _BACKGROUND, found)
        return found

    def add(self, cause: TimeCause, item: str, length: int) -> None:
        self.cells[TimeKey(cause, item)] += length

    def part_call(self, call: TimedCall, intervals: Sequence[_Interval]) -> None:
        """Part what a call has of the sum, as far as its own log tells."""
        ms = sum(end - begin for begin, end in intervals)
        if call.kind is CallKind.QUESTION or call.refused:
            cause = TimeCause.PERMISSION if call.refused else TimeCause.ANSWER
            self.add(*((cause, call.item) if ms <= _NIGHT else (TimeCause.AWAY, _OPEN_QUESTION)), ms)
        elif call.kind is CallKind.SUBAGENT:
            silent = _measure_silence(intervals, self.moments.runs)
            self.add(TimeCause.UNKNOWN, _SUBAGENT_SILENCE, silent)
            self.add(call.cause, call.item, ms - silent)
        elif call.stated >= 0 and call.kind is not CallKind.WAIT:
            self.part_stated(call, ms)
        elif call.kind in {CallKind.QUIET, CallKind.WAIT}:
            self.add(*((call.cause, call.item) if ms <= _longest(call) else (TimeCause.UNKNOWN, _STOPPED)), ms)
        else:
            self.part_unstated(call, ms)

    def part_stated(self, call: TimedCall, ms: int) -> None:
        """Part the time of a call of which its agent measured how long it ran."""
        ran = min(call.stated, ms)
        rest = ms - ran
        if call.asked and rest >= _ASKED:
            self.add(*((TimeCause.PERMISSION, call.item) if rest <= _NIGHT else (TimeCause.AWAY, _OPEN_QUESTION)), rest)
            if rest <= _NIGHT:
                self.waits.append(PermissionWait(call.uid, rest, inferred=False))
        elif rest > _NIGHT or (rest > _BESIDE_STATED and (self.moments.states_asks or call.kind is CallKind.QUIET)):
            self.add(TimeCause.UNKNOWN, _STOPPED, rest)
        elif rest > _BESIDE_STATED and self.moments.person:
            self.cells[TimeKey(TimeCause.PERMISSION, call.item, inferred=True)] += rest
            self.waits.append(PermissionWait(call.uid, rest, inferred=True))
        else:
            ran = ms
        slept = ran if call.sleeps < 0 else min(call.sleeps, ran)
        self.add(TimeCause.POLLING, _SLEEP if call.sleeps > 0 else call.item, slept)
        self.add(call.cause, call.item, ran - slept)

    def part_unstated(self, call: TimedCall, ms: int) -> None:
        """Part the time of a call that may have asked: other calls of its name tell."""
        slept = ms if call.sleeps < 0 else min(call.sleeps, ms)
        self.add(TimeCause.POLLING, _SLEEP if call.sleeps > 0 else call.item, slept)
        rest = ms - slept
        if self.moments.states_asks and not call.asked:
            self.add(*((call.cause, call.item) if rest <= _NIGHT else (TimeCause.UNKNOWN, _STOPPED)), rest)
        elif rest:
            varies = call.varies or slept > 0
            self.spans.append(CallSpan(call.uid, call.kind, call.cause, call.item, varies, call.limit, rest))


_MODEL_ITEMS: Mapping[PointKind, str] = {
    PointKind.COMPACTION: "compaction",
    PointKind.OWN_COMPACTION: "compaction",
    PointKind.API_ERROR: "errors of its provider",
}


def _longest(call: TimedCall) -> int:
    return _NIGHT if call.kind is CallKind.WAIT else _SILENT_CALL


def _merge(run: Sequence[int]) -> list[_Interval]:
    """Return the times in which a subagent worked, from the times of its events."""
    found: list[_Interval] = []
    for at in run:
        if found and at - found[-1][1] <= _REQUEST:
            found[-1] = (found[-1][0], at)
        else:
            found.append((at, at))
    return found


def _unite(intervals: Iterable[_Interval]) -> list[_Interval]:
    """Return the intervals without what lies in two of them, in order."""
    found: list[_Interval] = []
    for begin, end in sorted(intervals):
        if found and begin <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        else:
            found.append((begin, end))
    return found


def _measure_overlap(united: Sequence[_Interval], begin: int, end: int) -> int:
    return sum(max(0, min(end, one[1]) - max(begin, one[0])) for one in united)


def _measure_silence(intervals: Iterable[_Interval], runs: Iterable[Sequence[int]]) -> int:
    """Return how much of a subagent's time is pauses of more than an hour between its events."""
    found = 0
    times: list[int] | None = None
    for begin, end in intervals:
        if end - begin <= _NIGHT:
            continue
        times = sorted(at for run in runs for at in run) if times is None else times
        inside = times[bisect_left(times, begin) : bisect_right(times, end)]
        stops = [begin, *inside, end]
        found += sum(after - at for at, after in pairwise(stops) if after - at > _NIGHT)
    return found


def _count_parallel(moments: SessionMoments, background: Sequence[Sequence[_Interval]]) -> int:
    """Return how long calls, and subagents in the background, ran beside another one of them."""
    begins = {point.call: point.at for point in moments.points if point.kind is PointKind.MODEL}
    ends = [point for point in moments.points if point.kind is PointKind.END and point.call in begins]
    calls = {point.call: (begins[point.call], point.at) for point in ends}
    waited = _unite(one for place, one in calls.items() if moments.calls[place].kind is CallKind.SUBAGENT)
    runs = [one for run in background for one in run if not _measure_overlap(waited, *one)]
    at_work = [*calls.values(), *runs]
    return sum(end - begin for begin, end in at_work) - sum(end - begin for begin, end in _unite(at_work))


# Whether calls waited for a permission: their time against the usual of their name.


def learn_usual(times: Iterable[SessionTime]) -> dict[UsualKey, Usual]:
    """Return how long calls of each name take in a project."""
    found: dict[UsualKey, list[int]] = defaultdict(list)
    for one in times:
        for span in one.spans:
            found[UsualKey(span.kind, span.item, span.varies)].append(span.ms)
    usual = {}
    for key, lengths in found.items():
        if len(lengths) >= _LEAST:
            lengths.sort()
            usual[key] = Usual(lengths[len(lengths) // 2], lengths[9 * len(lengths) // 10])
    return usual


def settle_session(time: SessionTime, usual: Mapping[UsualKey, Usual]) -> dict[TimeKey, int]:
    """Return all cells of a session: they add up to its wall clock."""
    cells = defaultdict(int, {one.key: one.ms for one in time.cells})
    for span in time.spans:
        waited = find_wait(span, usual)
        if waited > _NIGHT:
            cells[TimeKey(TimeCause.UNKNOWN, _STOPPED)] += waited
        elif waited and time.person:
            cells[TimeKey(TimeCause.PERMISSION, span.item, inferred=True)] += waited
        else:
            waited = 0  # nobody was there: it was slow
        if span.ms > waited:
            cells[TimeKey(span.cause, span.item)] += span.ms - waited
    return dict(cells)


def list_waits(time: SessionTime, usual: Mapping[UsualKey, Usual]) -> tuple[PermissionWait, ...]:
    """Return the calls that waited for a person's OK and got it."""
    if not time.person:
        return time.waits
    told = ((span.uid, find_wait(span, usual)) for span in time.spans)
    return (*time.waits, *(PermissionWait(uid, ms, inferred=True) for uid, ms in told if 0 < ms <= _NIGHT))


def find_wait(span: CallSpan, usual: Mapping[UsualKey, Usual]) -> int:
    """Return how many milliseconds of a call's time were no work, so far as calls of its name tell; 0 for none."""
    if span.kind is CallKind.EDIT:
        return span.ms if span.ms > _EDIT else 0
    limit = span.limit if span.limit > 0 else inf
    known = usual.get(UsualKey(span.kind, span.item, span.varies))
    if known is None and span.ms > limit + _PAST_LIMIT:
        return round(span.ms - limit)
    if known is None:
        return span.ms if span.ms > _NIGHT else 0
    if span.varies:
        ran, most = known.most, _MOST_TIMES * known.most + _MOST_ABOVE
    else:
        ran, most = known.median, _TIMES * known.median + _ABOVE
    return span.ms - round(min(ran, limit)) if span.ms > min(most, limit + _PAST_LIMIT) else 0
