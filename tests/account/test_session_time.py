"""account.session_time: each millisecond of a session in one cell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from twiceshy.account.session_time import find_wait, learn_usual, measure_session, settle_session
from twiceshy.records.codec import Codec
from twiceshy.records.session_time import (
    CallKind,
    CallSpan,
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

MINUTE = 60_000
HOUR = 60 * MINUTE
RUN = TimedCall(b"1", CallKind.COMMAND, TimeCause.COMMANDS, "git push")
EDIT = RUN._replace(kind=CallKind.EDIT, cause=TimeCause.TOOLS, item="Edit")
READ = EDIT._replace(kind=CallKind.QUIET, item="Read")
AGENT = RUN._replace(kind=CallKind.SUBAGENT, cause=TimeCause.SUBAGENTS, item="Agent")
QUESTION = RUN._replace(kind=CallKind.QUESTION, cause=TimeCause.ANSWER, item="questions")

CALLS = st.builds(
    TimedCall,
    uid=st.just(b"u"),
    kind=st.sampled_from(CallKind),
    cause=st.sampled_from([TimeCause.COMMANDS, TimeCause.TOOLS, TimeCause.SUBAGENTS]),
    item=st.sampled_from(["a", "b"]),
    refused=st.booleans(),
    asked=st.booleans(),
    stated=st.integers(-1, 2 * HOUR),
    sleeps=st.integers(-1, HOUR),
    varies=st.booleans(),
    limit=st.sampled_from([-1, 2 * MINUTE]),
)
TIMES = st.integers(0, 5 * HOUR)


@st.composite
def moments(draw: st.DrawFn) -> SessionMoments:
    """Any session: calls that overlap, end late or never, prompts in between, subagents beside them."""
    calls = draw(st.lists(CALLS, max_size=5))
    points = [TimePoint(at, kind) for at, kind in draw(st.lists(st.tuples(TIMES, st.sampled_from(PLAIN)), max_size=9))]
    for place in range(len(calls)):
        begin, end = draw(TIMES), draw(st.none() | TIMES)
        points.append(TimePoint(begin, PointKind.MODEL, place))
        if end is not None:
            points.append(TimePoint(max(begin, end), PointKind.END, place))
    runs = draw(st.lists(st.lists(TIMES, min_size=1, max_size=4).map(sorted), max_size=2))
    points += [TimePoint(at, PointKind.QUIET) for run in runs for at in run]
    points.sort(key=lambda point: point.at)
    return SessionMoments(points, calls, runs, draw(st.booleans()), draw(st.booleans()), draw(st.booleans()))


PLAIN = [kind for kind in PointKind if kind is not PointKind.END]


@given(st.lists(moments(), max_size=4))
def test_cells_are_the_wall_clock_whatever_happened(sessions: list[SessionMoments]) -> None:
    """To the millisecond, for every order of events; nothing is negative, and what is kept gives the same."""
    times = [time for one in sessions if (time := measure_session(one))]
    usual = learn_usual(times)
    codec = Codec(SessionTime)
    for time in times:
        cells = settle_session(time, usual)

        assert sum(cells.values()) == time.wall
        assert min(cells.values(), default=0) >= 0
        assert time.parallel >= 0
        assert settle_session(codec.decode(codec.encode(time)), usual) == cells


def told(points: list[TimePoint], *calls: TimedCall, **more: object) -> dict[tuple[str, str], int]:
    """Return what a session's log tells of its time, in seconds."""
    found = measure_session(SessionMoments(points, calls, **{"runs": [], **more}))  # type: ignore[arg-type]
    assert found is not None
    cells = settle_session(found, {})
    return {(key.cause.value, key.item): ms // 1000 for key, ms in cells.items()}


def say(seconds: float, kind: PointKind, call: int = -1, item: str = "") -> TimePoint:
    return TimePoint(round(1000 * seconds), kind, call, item)


@pytest.mark.parametrize(
    ("points", "calls", "cells"),
    [
        pytest.param([say(0, PointKind.PERSON), say(0, PointKind.MODEL)], [], {}, id="no time"),
        pytest.param([say(0, PointKind.PERSON), say(9, PointKind.MODEL)], [], {("model", ""): 9}, id="an answer"),
        pytest.param(
            [say(0, PointKind.MODEL), say(599, PointKind.PERSON), say(1199, PointKind.PERSON)],
            [],
            {("between turns", ""): 599, ("away", ""): 600},
            id="a person reads, then leaves",
        ),
        pytest.param(
            [say(0, PointKind.MODEL), say(7, PointKind.QUIET), say(9, PointKind.MODEL), say(12, PointKind.QUIET)],
            [],
            {("model", ""): 9, ("between turns", ""): 3},
            id="a notice says nothing",
        ),
        pytest.param(
            [
                say(0, PointKind.MODEL, 0),
                say(4, PointKind.MODEL, 1),
                say(10, PointKind.END, 0),
                say(30, PointKind.END, 1),
            ],
            [RUN, READ],
            {("model", ""): 4, ("commands", "git push"): 6, ("other tools", "Read"): 20},
            id="of two at once the first to end has the time",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(2, PointKind.HOOK, item="PreToolUse:Bash"), say(9, PointKind.END, 0)],
            [RUN],
            {("hooks", "PreToolUse:Bash"): 2, ("commands", "git push"): 7},
            id="a hook before a call",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(9, PointKind.END, 0)],
            [RUN._replace(refused=True)],
            {("waiting for a permission", "git push"): 9},
            id="refused",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(9000, PointKind.END, 0)],
            [QUESTION],
            {("away", "a question stood open for more than an hour"): 9000},
            id="a question over a night",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(60, PointKind.END, 0)],
            [QUESTION],
            {("waiting for an answer", "questions"): 60},
            id="a question",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(60, PointKind.END, 0)],
            [RUN._replace(asked=True, stated=20_000)],
            {("waiting for a permission", "git push"): 40, ("commands", "git push"): 20},
            id="asked, and measured",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(60, PointKind.END, 0)],
            [RUN._replace(sleeps=45_000)],
            {("polling and sleeping", "sleep"): 45, ("commands", "git push"): 15},
            id="sleeps first",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(9000, PointKind.END, 0)],
            [READ],
            {("unknown", "calls that took too long to be true"): 9000},
            id="a read over a night",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(60, PointKind.PERSON)],
            [RUN],
            {("unknown", "calls without an end in the log"): 60},
            id="a call without an end",
        ),
        pytest.param(
            [say(0, PointKind.MODEL), say(700, PointKind.MODEL)], [], {("unknown", "nothing happened"): 700}, id="a gap"
        ),
        pytest.param(
            [say(0, PointKind.MODEL), say(60, PointKind.TASK), say(90, PointKind.COMPACTION)],
            [],
            {("polling and sleeping", "reports of background tasks"): 60, ("model", "compaction"): 30},
            id="a report, then a compaction",
        ),
        pytest.param(
            [say(0, PointKind.MODEL, 0), say(20, PointKind.END, 0)],
            [EDIT],
            {("waiting for a permission", "Edit"): 20},
            id="an edit that took long",
        ),
    ],
)
def test_what_ends_an_interval_names_it(
    points: list[TimePoint], calls: list[TimedCall], cells: dict[tuple[str, str], int]
) -> None:
    """A log that says nothing leaves nothing to guess."""
    assert told(points, *calls) == cells


def test_a_log_without_two_times_has_no_account() -> None:
    """Nothing is invented."""
    assert measure_session(SessionMoments([], [], [])) is None
    assert measure_session(SessionMoments([say(1, PointKind.MODEL)], [], [])) is None
    assert told([say(0, PointKind.MODEL), say(9, PointKind.MODEL)], untimed=True) == {
        ("unknown", "the model and its calls, whose times are not in the log"): 9
    }


def test_subagents_in_the_background_have_the_time_in_which_they_worked() -> None:
    """Not a person's, who waits for them; where the main dialogue works on they are told beside the sum."""
    points = [say(0, PointKind.MODEL), say(100, PointKind.PERSON)]

    assert told(points, runs=[[10_000, 70_000]]) == {("subagents", "in the background"): 60, ("between turns", ""): 40}


def test_a_subagent_that_was_silent_over_a_night_did_not_work() -> None:
    """Its pauses of an hour are unknown; the rest of its call is its own."""
    points = [say(0, PointKind.MODEL, 0), say(9000, PointKind.END, 0)]

    assert told(points, AGENT, runs=[[60_000, 8_990_000]]) == {
        ("unknown", "subagents that were silent for an hour"): 8930,
        ("subagents", "Agent"): 70,
    }


def test_what_ran_at_once_is_told_beside_the_sum() -> None:
    """Two calls of ten seconds that overlap for four."""
    points = [
        say(0, PointKind.MODEL, 0),
        say(6, PointKind.MODEL, 1),
        say(10, PointKind.END, 0),
        say(16, PointKind.END, 1),
    ]
    found = measure_session(SessionMoments(points, [RUN, READ], []))

    assert found is not None
    assert (found.wall, found.parallel) == (16_000, 4_000)


SPAN = CallSpan(b"1", CallKind.COMMAND, TimeCause.COMMANDS, "git push", varies=False, limit=-1, ms=MINUTE)
KEY = UsualKey(CallKind.COMMAND, "git push", varies=False)


@pytest.mark.parametrize(
    ("span", "usual", "waited"),
    [
        pytest.param(SPAN, {}, 0, id="nothing to compare with"),
        pytest.param(SPAN, {KEY: Usual(20_000, 50_000)}, 0, id="not far above"),
        pytest.param(SPAN, {KEY: Usual(10_000, 50_000)}, 50_000, id="far above"),
        pytest.param(
            SPAN._replace(varies=True),
            {KEY._replace(varies=True): Usual(10_000, 50_000)},
            0,
            id="a build may take long",
        ),
        pytest.param(SPAN._replace(limit=20_000), {}, 40_000, id="it would have been ended"),
        pytest.param(SPAN._replace(kind=CallKind.EDIT, ms=9_000), {}, 0, id="an edit with a slow hook"),
        pytest.param(SPAN._replace(kind=CallKind.EDIT), {}, MINUTE, id="an edit"),
        pytest.param(SPAN._replace(ms=2 * HOUR), {}, 2 * HOUR, id="a night"),
    ],
)
def test_a_call_waited_that_took_far_longer_than_usual(
    span: CallSpan, usual: dict[UsualKey, Usual], waited: int
) -> None:
    """Against its own name in its own project, never against another's."""
    assert find_wait(span, usual) == waited


def test_an_inferred_wait_is_marked_and_is_nobodys_without_a_person() -> None:
    """A night is unknown."""
    usual = {KEY: Usual(10_000, 50_000)}
    time = SessionTime(begin=0, wall=MINUTE, cells=(), spans=(SPAN,), parallel=0, person=True)

    assert settle_session(time, usual) == {
        TimeKey(TimeCause.PERMISSION, "git push", inferred=True): 50_000,
        TimeKey(TimeCause.COMMANDS, "git push"): 10_000,
    }
    assert settle_session(time._replace(person=False), usual) == {TimeKey(TimeCause.COMMANDS, "git push"): MINUTE}
    night = time._replace(spans=(SPAN._replace(ms=3 * HOUR),))
    assert TimeCause.UNKNOWN in {key.cause for key in settle_session(night, usual)}


def test_the_usual_needs_three_calls() -> None:
    """Of one name; a median does not move with a wait among them."""
    spans = tuple(SPAN._replace(ms=ms) for ms in (1000, 2000, 900_000))
    time = SessionTime(begin=0, wall=0, cells=(), spans=spans, parallel=0, person=True)

    assert learn_usual([time]) == {KEY: Usual(2000, 900_000)}
    assert learn_usual([time._replace(spans=spans[:2])]) == {}
