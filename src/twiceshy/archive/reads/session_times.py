# ruff: noqa: S608  # what is put into the statements are constants of this package
"""Everything that sessions' logs say of their time: when each event was, and which calls it began and ended."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from math import inf
from operator import itemgetter
from typing import Any, Final, NamedTuple

from twiceshy.commands.shell.command_waits import find_sleep, has_several, is_open_ended
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.session_time import CallKind, PointKind, SessionMoments, TimeCause, TimedCall, TimePoint

_PICKED = "SELECT id FROM session WHERE real = 1 AND project_id IN (SELECT value FROM json_each(:projects))"
_MS = "CAST(round((julianday({0}at) - 2440587.5) * 86400000) AS INTEGER)"
"""A stored time in milliseconds since the epoch."""
_AT: Final = _MS.format("")
_POINTS: Final = f"""
SELECT session_id, {_AT}, rank, agent_run, 'prompt', kind, '' FROM prompt
  WHERE at IS NOT NULL AND session_id IN ({_PICKED})
UNION ALL SELECT session_id, {_AT}, rank, agent_run, 'reply', '', '' FROM reply
  WHERE at IS NOT NULL AND session_id IN ({_PICKED})
UNION ALL SELECT session_id, {_AT}, rank, agent_run, kind, name, iif(kind = 'hook', substr(text, 1, 60), '')
  FROM mark WHERE at IS NOT NULL AND session_id IN ({_PICKED})
ORDER BY 1"""
_CALLS: Final = f"""
SELECT c.session_id, {_MS.format("c.")}, c.rank, c.agent_run, {_MS.format("r.")}, r.rank, c.uid, c.tool, c.action,
  coalesce(c.head, ''), CASE c.action WHEN 'run' THEN c.command END, coalesce(c.timeout_s, 0), c.background, r.failure,
  r.duration_s, substr(c.input, 1, 60), w.call_id IS NOT NULL, o.action, coalesce(o.head, ''), coalesce(o.command, '')
FROM call c LEFT JOIN result r ON r.uid = c.uid AND r.session_id = c.session_id AND r.at IS NOT NULL
LEFT JOIN wait w ON w.call_id = c.id LEFT JOIN call o ON o.uid = w.run
WHERE c.at IS NOT NULL AND c.session_id IN ({_PICKED}) ORDER BY 1"""
_PEOPLE: Final = f"SELECT DISTINCT session_id FROM prompt WHERE human = 1 AND session_id IN ({_PICKED})"
_MODES: Final = f"""SELECT session_id FROM mark WHERE kind = 'mode' AND session_id IN ({_PICKED}) GROUP BY session_id
HAVING count(*) = sum(name = 'bypassPermissions')"""
_UNTIMED: Final = f"SELECT DISTINCT session_id FROM result WHERE at IS NULL AND session_id IN ({_PICKED})"

_PERSON: Final[Mapping[str, str]] = {
    PromptKind.TYPED: "",
    PromptKind.COMMAND: "",
    PromptKind.BARE_COMMAND: "",
    PromptKind.SHELL: "",
    PromptKind.PLAN: "",
    PromptKind.SDK: "a program's prompts",
}
"""Prompts that somebody sent when they wanted, with the name of what they are; others came by themselves, or waited."""
_MARKS: Final[Mapping[str, PointKind]] = {
    MarkKind.HOOK: PointKind.HOOK,
    MarkKind.COMPACTION: PointKind.COMPACTION,
    MarkKind.API_ERROR: PointKind.API_ERROR,
    MarkKind.INTERRUPT: PointKind.INTERRUPT,
}
_OWN_COMPACTION = "manual"
_BEFORE_PROMPTS = ("SessionStart", "UserPromptSubmit", "SessionEnd")
"""Hooks that run when a person comes or goes: the time before them is that person's."""
_SERVER = "mcp__"
"""How clients name a server's tools: ``mcp__server__tool``."""
_PLANS = frozenset({"exitplanmode"})
"""Tools that show a plan and wait for a yes, in small letters without ``_``."""
_QUESTION, _PLAN = "questions", "plans to agree to"
_SECOND = 1000  # milliseconds (by definition)


class TimedSession(NamedTuple):
    """A session with what its log says of its time."""

    project: int
    """Row id."""
    session: int
    """Row id."""
    moments: SessionMoments


def read_moments(
    connection: sqlite3.Connection,
    projects: str,
    asks: tuple[str, ...],
    asking_agents: frozenset[str],
    limits: Mapping[str, float],
) -> Iterator[TimedSession]:
    """Yield the moments of all sessions of some projects.

    Args:
        connection: of the store.
        projects: their row ids, as JSON.
        asks: how the inputs begin of calls that ask for a permission, where an agent logs that.
        asking_agents: agents that log it.
        limits: seconds after which each agent ends a command that names no limit.
    """
    values = {"projects": projects}
    people, free, untimed = (
        {one for (one,) in connection.execute(query, values)} for query in (_PEOPLE, _MODES, _UNTIMED)
    )
    sessions = connection.execute(
        f"SELECT id, project_id, agent FROM session WHERE id IN ({_PICKED}) ORDER BY id", values
    ).fetchall()
    points = _Groups(connection.execute(_POINTS, values))
    calls = _Groups(connection.execute(_CALLS, values))
    for session, project, agent in sessions:
        maker = _CallMaker(asks, round(_SECOND * limits.get(agent, 0.0)))
        yield TimedSession(
            project,
            session,
            _make_moments(points.take(session), calls.take(session), maker)._replace(
                person=session in people and session not in free,
                states_asks=agent in asking_agents,
                untimed=session in untimed,
            ),
        )


class _Groups:
    """Rows in the order of their sessions, one session at a time."""

    def __init__(self, rows: Iterator[tuple[Any, ...]]) -> None:
        self.groups = groupby(rows, key=itemgetter(0))
        self.next = next(self.groups, None)

    def take(self, session: int) -> list[tuple[Any, ...]]:
        """Return the rows of a session, which are asked for in order."""
        if self.next is None or self.next[0] != session:
            return []
        found = list(self.next[1])
        self.next = next(self.groups, None)
        return found


def _make_moments(
    rows: Sequence[tuple[Any, ...]], calls: Sequence[tuple[Any, ...]], maker: "_CallMaker"
) -> SessionMoments:
    """Return a session's moments; what subagents did is among them as the times of their events only."""
    own = [row for row in calls if row[3] is None]
    found = [(row[1], row[2], _make_point(row[1], *row[4:])) for row in rows if row[3] is None]
    for place, (_, at, rank, _, done, done_rank, *_) in enumerate(own):
        found.append((at, rank, TimePoint(at, PointKind.MODEL, place)))
        if done is not None:
            found.append((max(at, done), done_rank, TimePoint(max(at, done), PointKind.END, place)))
    runs = _list_runs(rows, calls)
    found += [(at, 0, TimePoint(at, PointKind.QUIET)) for times in runs for at in times]
    found.sort(key=itemgetter(0, 1))
    return SessionMoments([point for _, _, point in found], [maker.make(row[6:]) for row in own], runs)


def _list_runs(rows: Sequence[tuple[Any, ...]], calls: Sequence[tuple[Any, ...]]) -> list[list[int]]:
    """Return the times of each subagent's events, in order."""
    runs: dict[bytes, list[int]] = defaultdict(list)
    for _, at, _, run, *_ in (*rows, *calls):
        if run is not None:
            runs[run].append(at)
    for _, _, _, run, done, *_ in calls:
        if run is not None and done is not None:
            runs[run].append(done)
    return [sorted(times) for times in runs.values()]


def _make_point(at: int, table: str, kind: str, text: str) -> TimePoint:
    if table == "reply":
        return TimePoint(at, PointKind.MODEL)
    if table == "prompt":
        if kind in _PERSON:
            return TimePoint(at, PointKind.PERSON, item=_PERSON[kind])
        return TimePoint(at, PointKind.TASK if kind == PromptKind.NOTIFICATION else PointKind.QUIET)
    found = _MARKS.get(table, PointKind.QUIET)
    if found is PointKind.HOOK:
        name = text.partition("\n")[0]
        return TimePoint(at, PointKind.QUIET) if name.startswith(_BEFORE_PROMPTS) else TimePoint(at, found, item=name)
    if found is PointKind.COMPACTION and kind == _OWN_COMPACTION:
        return TimePoint(at, PointKind.OWN_COMPACTION)
    return TimePoint(at, found)


class _CallMaker:
    """Makes calls of rows of one agent's session."""

    def __init__(self, asks: tuple[str, ...], limit: int) -> None:
        self.asks = asks
        self.limit = limit
        """Milliseconds; 0 where commands have none."""

    def make(self, row: Sequence[Any]) -> TimedCall:
        """Return a call from the values of ``_CALLS`` behind the ranks."""
        uid, tool, action, head, command, timeout_s, background, failure, duration_s, begin, waits, *waited_for = row
        kind, cause, item = _name_call(tool, action, head)
        sleeps, varies, limit = 0, kind is CallKind.REMOTE, -1
        if kind is CallKind.COMMAND:
            slept = find_sleep(command or "")
            sleeps = -1 if slept == inf else round(_SECOND * slept)
            varies = is_open_ended(head) or has_several(command or "")
            limit = -1 if background else round(_SECOND * timeout_s) or self.limit or -1
        elif waits or kind is CallKind.WAIT:
            kind = CallKind.WAIT
            cause, item = _name_wait(tool, *waited_for)
        return TimedCall(
            uid=uid,
            kind=kind,
            cause=cause,
            item=item,
            refused=failure == Failure.REJECTED,
            asked=begin.startswith(self.asks),
            stated=-1 if duration_s is None or kind is CallKind.SUBAGENT else round(_SECOND * duration_s),
            sleeps=sleeps,
            varies=varies,
            limit=limit,
        )


def _name_call(tool: str, action: str, head: str) -> tuple[CallKind, TimeCause, str]:
    """Return how the time of a call is read, its cause and its name."""
    if action == Action.RUN:
        return CallKind.COMMAND, TimeCause.COMMANDS, head or tool
    if action == Action.DELEGATE:
        return CallKind.SUBAGENT, TimeCause.SUBAGENTS, tool
    if action == Action.ASK:
        return CallKind.QUESTION, TimeCause.ANSWER, _QUESTION
    if tool.replace("_", "").lower() in _PLANS:
        return CallKind.QUESTION, TimeCause.ANSWER, _PLAN
    if action == Action.WAIT:
        return CallKind.WAIT, TimeCause.POLLING, tool
    if tool.startswith(_SERVER):
        return CallKind.REMOTE, TimeCause.TOOLS, tool.removeprefix(_SERVER).replace("__", ": ", 1)
    if action in {Action.EDIT, Action.WRITE}:
        return CallKind.EDIT, TimeCause.TOOLS, tool
    return CallKind.REMOTE if action == Action.WEB else CallKind.QUIET, TimeCause.TOOLS, tool


def _name_wait(tool: str, of_action: str | None, of_head: str, of_command: str) -> tuple[TimeCause, str]:
    """Return whose time a wait is: that of the command or the subagent that was waited for, where it is known."""
    if of_action == Action.DELEGATE:
        return TimeCause.SUBAGENTS, tool
    if of_action == Action.RUN and not find_sleep(of_command):
        return TimeCause.COMMANDS, of_head or tool
    return TimeCause.POLLING, of_head or tool
