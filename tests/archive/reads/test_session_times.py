"""archive.reads.session_times: what stored sessions say of their time."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from tests.archive.conftest import NOON, Log, stored

from twiceshy.archive.db import Store
from twiceshy.archive.reads.session_times import TimedSession, read_moments
from twiceshy.archive.timed_sessions import read_time_states
from twiceshy.base.values import Scope, Scrubbed
from twiceshy.records.events import Action, Failure, Mark, MarkKind, PromptKind, ToolCall, ToolResult
from twiceshy.records.session_time import CallKind, PointKind, TimeCause

BEGIN = round(NOON.timestamp() * 1000)


def read(store: Store, asks: tuple[str, ...] = (), agents: frozenset[str] = frozenset()) -> list[TimedSession]:
    return list(read_moments(store.connection, "[1, 2, 3]", asks, agents, {"claude-code": 120.0}))


def add_call(log: Log, name: str, action: Action, tool: str, run: bytes | None = None, **more: Any) -> Log:
    """Add a call, and what it gave back a second later."""
    values: dict[str, Any] = {"input": Scrubbed("{}")} | more
    log.events.append(
        ToolCall(
            stamp=replace(log.stamp(), agent_run=run),
            call=name.encode() * 16,
            tool=Scrubbed(tool),
            action=action,
            **values,
        )
    )
    log.events.append(ToolResult(stamp=log.stamp(), call=name.encode() * 16, text=Scrubbed(""), duration_s=0.5))
    return log


def test_events_are_points_in_their_order(store: Store) -> None:
    """A prompt that came by itself, and a mark that explains nothing, are quiet; a hook of a person's coming too."""
    log = Log().opened().prompt("hello").reply("hm").call("c", "git push").prompt("later", kind=PromptKind.QUEUED)
    log.result("c", "done").mark("a notice").prompt("report", kind=PromptKind.NOTIFICATION)
    for name in ("SessionStart:resume", "Stop"):
        hook = Mark(stamp=log.stamp(), kind=MarkKind.HOOK, name=Scrubbed("hook"), text=Scrubbed(f"{name}\nsaid"))
        log.events.append(hook)
    stored(store, log)
    ((_, _, found),) = read(store)

    assert [(point.at - BEGIN, point.kind, point.call, point.item) for point in found.points] == [
        (1000, PointKind.PERSON, -1, ""),
        (2000, PointKind.MODEL, -1, ""),
        (3000, PointKind.MODEL, 0, ""),
        (4000, PointKind.QUIET, -1, ""),
        (5000, PointKind.END, 0, ""),
        (6000, PointKind.QUIET, -1, ""),
        (7000, PointKind.TASK, -1, ""),
        (8000, PointKind.QUIET, -1, ""),
        (9000, PointKind.HOOK, -1, "Stop"),
    ]
    assert (found.person, found.states_asks, found.untimed) == (True, False, False)


def test_calls_are_read_by_what_they_do(store: Store) -> None:
    """Commands have the limit of their agent, servers their name; a plan that is shown is a question."""
    log = Log().opened()
    for place, (action, tool) in enumerate(
        [
            (Action.READ, "Read"),
            (Action.EDIT, "Edit"),
            (Action.DELEGATE, "Task"),
            (Action.ASK, "AskUserQuestion"),
            (Action.PLAN, "ExitPlanMode"),
            (Action.OTHER, "mcp__tracker__create_issue"),
            (Action.WAIT, "TaskOutput"),
        ]
    ):
        add_call(log, str(place), action, tool)
    add_call(log, "r", Action.RUN, "Bash", command=Scrubbed("sleep 5 && make"), input=Scrubbed('{"wish":1}'))
    stored(store, log.result("none", "of another log", Failure.ERROR))
    ((_, _, found),) = read(store, ('{"wish"',), frozenset({"claude-code"}))

    assert [(call.kind, call.cause, call.item) for call in found.calls] == [
        (CallKind.QUIET, TimeCause.TOOLS, "Read"),
        (CallKind.EDIT, TimeCause.TOOLS, "Edit"),
        (CallKind.SUBAGENT, TimeCause.SUBAGENTS, "Task"),
        (CallKind.QUESTION, TimeCause.ANSWER, "questions"),
        (CallKind.QUESTION, TimeCause.ANSWER, "plans to agree to"),
        (CallKind.REMOTE, TimeCause.TOOLS, "tracker: create_issue"),
        (CallKind.WAIT, TimeCause.POLLING, "TaskOutput"),
        (CallKind.COMMAND, TimeCause.COMMANDS, "make"),
    ]
    ran = found.calls[-1]
    assert (ran.sleeps, ran.limit, ran.stated, ran.varies, ran.asked) == (5000, 120_000, 500, True, True)
    assert (found.person, found.states_asks) == (False, True)


def test_a_copied_event_counts_in_one_session_only(store: Store) -> None:
    """The one that was stored first; the sessions of other projects are not read."""
    stored(store, Log("one").opened().prompt("hello", key="same"))
    stored(store, Log("two").opened().prompt("hello", key="same").reply("more"))
    stored(store, Log("three", "remote:host/owner/api").opened().prompt("hello"))

    assert [(one.project, one.session, len(one.moments.points)) for one in read(store)] == [
        (1, 1, 1),
        (1, 2, 1),
        (2, 3, 1),
    ]
    assert [one.name for one in read_time_states(store.connection, Scope(project="api")).values()] == ["api"]
    assert not read_time_states(store.connection, Scope(until=NOON - timedelta(days=9)))


def test_a_wait_is_the_time_of_what_was_waited_for(store: Store) -> None:
    """A command's, a subagent's; polling where that only sleeps, or where nobody knows."""
    log = Log().opened()
    add_call(log, "m", Action.RUN, "Bash", command=Scrubbed("make test"))
    add_call(log, "s", Action.RUN, "Bash", command=Scrubbed("sleep 60"))
    add_call(log, "a", Action.DELEGATE, "Agent")
    for name in "1234":
        add_call(log, name, Action.WAIT, "TaskOutput")
    stored(store, log)
    for name, run in zip("1234", ("m", "s", "a", None), strict=True):
        store.connection.execute(
            "INSERT INTO wait SELECT id, ? FROM call WHERE uid = ?", (run and run.encode() * 16, name.encode() * 16)
        )
    ((_, _, found),) = read(store)

    assert [(call.cause, call.item) for call in found.calls[3:]] == [
        (TimeCause.COMMANDS, "make test"),
        (TimeCause.POLLING, "sleep"),
        (TimeCause.SUBAGENTS, "TaskOutput"),
        (TimeCause.POLLING, "TaskOutput"),
    ]


def test_a_subagents_events_are_times_of_its_run_only(store: Store) -> None:
    """They say how long the session lasted, and nothing of the main dialogue's calls."""
    log = Log().opened().prompt("hello")
    add_call(log, "c", Action.RUN, "Bash", run=b"run of 8", command=Scrubbed("ls"))
    compaction = Mark(stamp=log.stamp(), kind=MarkKind.COMPACTION, name=Scrubbed("manual"), text=Scrubbed("{}"))
    log.events.append(compaction)
    stored(store, log)
    ((_, _, found),) = read(store)

    assert [(point.at - BEGIN, point.kind) for point in found.points] == [
        (1000, PointKind.PERSON),
        (2000, PointKind.QUIET),
        (3000, PointKind.QUIET),
        (4000, PointKind.OWN_COMPACTION),
    ]
    assert (found.calls, [[at - BEGIN for at in run] for run in found.runs]) == ([], [[2000, 3000]])
