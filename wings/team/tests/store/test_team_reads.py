"""Every named read gives the same records over both databases, of one team's rows."""

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from wings.team.tests.store.team_rows import NOW, a_caller, a_key, a_row, a_tombstone

from twiceshy.records.team import Caller, WireRow, WireValue
from twiceshy.records.team_views import (
    AgentUse,
    CommandUse,
    Days,
    ErasureDay,
    EventDay,
    EventName,
    FeedbackSum,
    IntakeDay,
    MemberActivity,
    MemberSession,
    ModelUse,
    PatternUseOfTeam,
    RunDay,
    RunsByEnd,
    SessionDay,
    TeamTotals,
    ToolFailure,
    ToolUse,
    WordCount,
)
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.reads import READS

TODAY, BEFORE = date(2026, 11, 23), date(2026, 11, 22)
DAYS = Days(BEFORE, TODAY)
HASH, PATTERN = "aa" * 16, "bb" * 16
OLD = NOW - timedelta(days=1)


class Team:
    """Two people's rows, and a third person of another team with the same ids."""

    def __init__(self, store: TeamStore) -> None:
        self.store = store
        self.ada = a_caller(store)
        self.bob = a_caller(store, self.ada.team, "Bob", "read", "write", "admin")
        self.eve = a_caller(store)
        for caller in (self.ada, self.eve):
            store.accept(caller, list(rows_of_ada()), NOW)
        store.accept(self.bob, list(rows_of_bob()), NOW)

    def read(self, name: str, caller: Caller | None = None, *more: object) -> list[object]:
        found = READS[name](self.store, caller or self.ada, DAYS, *more)
        return found if isinstance(found, list) else [found]


def rows_of_ada() -> Iterator[WireRow]:
    call: dict[str, WireValue] = {"agent": "claude", "name": "tool_result", "tool": "Bash"}
    yield a_row("event", "1", **call, success=True, duration_ms=10.0)
    yield a_row("event", "2", **call, success=False, duration_ms=30.0, error_type="ShellError")
    yield a_row("event", "3", 0, OLD, agent="claude", name="api_request", model="m", cost_usd=0.5, tokens_in=7)
    yield a_row("event", "4", 0, NOW - timedelta(days=5), agent="claude", name="too_old")
    session: dict[str, WireValue] = {
        "agent": "claude",
        "model": "m",
        "prompts": 2,
        "calls": 5,
        "failed_calls": 1,
        "cost_usd": 1.25,
    }
    yield a_row("session", "1", **session, tools={"Bash": 3, "Read": 2}, outcomes={"kept": 1})
    yield a_row("execution", "1", team_hash=HASH, exit_code=0, exit_reason="completed", total_runtime=2.0)
    yield a_row(
        "execution", "2", team_hash=HASH, exit_code=1, exit_reason="match", total_runtime=4.0,
        pattern_hash=PATTERN, match_count=1, command_head="make", command_category="build",
    )  # fmt: skip
    yield a_row("feedback", "1", execution=a_key("execution 2").hex(), rating=4, false_positive=True)


def rows_of_bob() -> Iterator[WireRow]:
    yield a_row("event", "b", agent="codex", name="tool_result", tool="Bash", success=True)
    yield a_row("execution", "b", team_hash=HASH, exit_code=0, exit_reason="completed", total_runtime=1.0, command="ls")
    yield a_row("execution", "c", 0, OLD, exit_code=0, exit_reason="completed", total_runtime=9.0)
    gone = a_row("session", "gone")
    yield gone
    yield a_tombstone(gone)


@pytest.fixture
def team(store: TeamStore) -> Team:
    return Team(store)


def test_events(team: Team) -> None:
    """By day, agent, tool, failure and name."""
    assert team.read("events per day") == [
        EventDay(BEFORE, 1, 1, 0, 0.5, 7.0, 0.0, 0.0),
        EventDay(TODAY, 2, 3, 1, 0.0, 0.0, 0.0, 0.0),
    ]
    assert team.read("agents and models") == [
        AgentUse("claude", "", 1, 2, 1, 0.0, 0.0, 0.0, 0.0),
        AgentUse("claude", "m", 1, 1, 0, 0.5, 7.0, 0.0, 0.0),
        AgentUse("codex", "", 1, 1, 0, 0.0, 0.0, 0.0, 0.0),
    ]
    assert team.read("tools") == [ToolUse("Bash", 2, 3, 1, 20.0)]
    assert team.read("failures of tools") == [ToolFailure("Bash", "ShellError", 1, 1)]
    assert team.read("names of events") == [
        EventName("claude", "tool_result", 1, 2),
        EventName("claude", "api_request", 1, 1),
        EventName("codex", "tool_result", 1, 1),
    ]


def test_one_token_of_several_people_counts_as_several(team: Team) -> None:
    """By the accounts that exporters named; two of one person's rows, of which one names an account, are one person."""
    rows = [("x", "11" * 16), ("y", "22" * 16), ("z", "22" * 16), ("own", None)]
    sessions = [a_row("session", name, agent="codex", model="n", person=person) for name, person in rows]
    team.store.accept(team.bob, sessions, NOW)
    team.store.accept(team.ada, [a_row("session", "told", agent="claude", model="m", person="33" * 16)], NOW)

    assert team.read("models") == [
        ModelUse("codex", "n", 2, 4, 0, 0, 0, 0, 0, 0, 0.0),
        ModelUse("claude", "m", 1, 2, 2, 5, 1, 0, 0, 0, 1.25),
    ]
    assert team.read("sessions per day") == [SessionDay(TODAY, 3, 6, 2, 5, 1, 0, 0, 0, 0.0, 1.25)]


def test_sessions(team: Team) -> None:
    """By day, model and word; single ones of the caller only."""
    assert team.read("sessions per day") == [SessionDay(TODAY, 1, 1, 2, 5, 1, 0, 0, 0, 0.0, 1.25)]
    assert team.read("models") == [ModelUse("claude", "m", 1, 1, 2, 5, 1, 0, 0, 0, 1.25)]
    assert team.read("words of sessions", None, "tools") == [
        WordCount("claude", "m", "Bash", 1, 3),
        WordCount("claude", "m", "Read", 1, 2),
    ]
    assert team.read("words of sessions", None, "outcomes") == [WordCount("claude", "m", "kept", 1, 1)]
    assert team.read("own sessions") == [
        MemberSession(a_key("session 1"), NOW, "claude", "m", None, 2, 5, 1, None, None, 1.25)
    ]
    assert team.read("own sessions", team.bob) == []


def test_runs(team: Team) -> None:
    """By day, end, command and pattern, with what people said."""
    assert team.read("runs per day") == [RunDay(BEFORE, 1, 1, 0, 9.0), RunDay(TODAY, 2, 3, 1, 7.0)]
    assert team.read("ends of runs") == [
        RunsByEnd("completed", "", 2, 3, 0, 12.0),
        RunsByEnd("match", "build", 1, 1, 1, 4.0),
    ]
    assert team.read("commands") == [CommandUse(bytes.fromhex(HASH), "", "make", 2, 3, 1, 7.0)]
    assert team.read("commands", None, 3) == []
    assert team.read("patterns") == [PatternUseOfTeam(bytes.fromhex(PATTERN), "", 1, 1, 1, 1, 1)]
    assert team.read("feedback on runs") == [FeedbackSum("match", 1, 1, 4.0, 1, 0)]


def test_single_runs_are_seen_by_their_member_and_where_everything_is_sent(team: Team) -> None:
    """Of Bob's two runs Ada sees the one whose command he sends."""
    runs = {caller: team.read("single runs", caller) for caller in (team.ada, team.bob)}
    seen = [{(run.own, run.command) for run in found} for found in runs.values()]  # type: ignore[attr-defined]  # a VisibleRun

    assert seen[0] == {(True, ""), (False, "ls")}
    assert seen[1] == {(True, "ls"), (True, "")}


def test_people(team: Team) -> None:
    """Sums of others are for administrators; how rows came in and what was erased is for all."""
    ada = MemberActivity(team.ada.member, 8, 3, 2, 1, TODAY)
    bob = MemberActivity(team.bob.member, 4, 1, 2, 0, TODAY)

    assert team.read("activity of members", team.bob) == [ada, bob]
    assert team.read("activity of members", team.ada) == [ada]
    assert team.read("rows that came")[:2] == [
        IntakeDay(TODAY, "event", 2, 5, 3, 0, 1, 1, 0),
        IntakeDay(TODAY, "execution", 2, 4, 3, 0, 1, 0, 0),
    ]
    assert team.read("erasures") == [ErasureDay(TODAY, "forget", 1, 1)]
    assert team.read("totals") == [
        TeamTotals(2, 2, 4, 4, 1, 0, 0, 1, {"event": 5, "execution": 4, "feedback": 1, "session": 2})
    ]


def test_a_team_without_rows_is_answered(store: TeamStore) -> None:
    """Every read, with nothing but zeros."""
    caller = a_caller(store)
    words = {"words of sessions": ("tools",)}
    found = {name: read(store, caller, DAYS, *words.get(name, ())) for name, read in READS.items()}

    assert {name for name, rows in found.items() if rows} == {"totals"}
