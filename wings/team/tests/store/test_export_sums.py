"""The sums of a session are the same in both databases, and of one member's rows only."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.records.team import Caller, WireRow, WireValue
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.export_sums import sum_exports

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
ONE, TWO = bytes(range(16)), bytes(range(16, 32))
ANN = "0a" * 16


def a_caller(store: TeamStore) -> Caller:
    """A member of a new team."""
    team = store.make_team("a team", NOW)
    return Caller(team=team, member=store.make_member(team, "a person", NOW), scopes=frozenset({"write"}))


def a_row(kind: str, number: int, *, rev: int = 0, **data: WireValue) -> WireRow:
    """An event or counter, a second after the one before."""
    given: dict[str, WireValue] = {"agent": "claude-code", "session_hash": ONE.hex(), **data}
    return WireRow(kind=kind, id=number.to_bytes(16), rev=rev, at=NOW + timedelta(seconds=number - 3600), data=given)


def test_events_are_summed_by_what_they_have_in_common(store: TeamStore) -> None:
    """Failures are what says so; a commit that two events name is one."""
    caller = a_caller(store)
    rows = [
        a_row("event", 1, name="tool_result", tool="Bash", success=True, commit_id="abc1234"),
        a_row("event", 2, name="tool_result", tool="Bash", success=False, commit_id="abc1234", person=ANN),
        a_row("event", 3, name="tool_result", tool="Bash", commit_id="abc1235", person=ANN),
        a_row("event", 4, name="api_request", model="opus", cost_usd=0.5, tokens_in=10, tokens_out=2, tokens_cached=7),
        a_row("event", 5, name="api_request", model="opus", cost_usd=0.25, tokens_in=2**40),
        a_row("event", 6, name="api_request", session_hash=TWO.hex()),
        a_row("event", 7, name="api_request", session_hash=None),
    ]
    store.accept(caller, rows, NOW)
    events, counters = sum_exports(store, caller, [ONE])

    assert counters == ()
    found = {(one.name, one.person): one for one in events}
    assert set(found) == {("api_request", None), ("tool_result", None), ("tool_result", bytes.fromhex(ANN))}
    asked, named = found["api_request", None], found["tool_result", bytes.fromhex(ANN)]
    assert asked[5:] == (None, 2, 0, rows[3].at, rows[4].at, 0.75, 10 + 2**40, 2, 7, 0)
    assert (asked.session, asked.agent, asked.tool, asked.model) == (ONE, "claude-code", "", "opus")
    assert named[5:] == (bytes.fromhex(ANN), 2, 1, rows[1].at, rows[2].at, 0.0, 0, 0, 0, 2)


def test_counters_are_summed_by_part(store: TeamStore) -> None:
    """Each with its newest revision."""
    caller = a_caller(store)
    data: dict[str, Any] = {"name": "token.usage", "cumulative": True}
    store.accept(caller, [a_row("metric", 1, rev=60, part="input", value=100, **data)], NOW)
    store.accept(caller, [a_row("metric", 1, rev=120, part="input", value=250, **data)], NOW)
    store.accept(caller, [a_row("metric", 2, rev=60, part="input", value=7, **data)], NOW)
    store.accept(caller, [a_row("metric", 3, part="output", value=0.5, **data)], NOW)

    assert [(one.part, one.rows, one.newest, one.value) for one in sum_exports(store, caller, [ONE]).counters] == [
        ("input", 2, 120, 257),
        ("output", 1, 0, 0.5),
    ]


def test_another_members_and_teams_rows_are_not_summed(store: TeamStore) -> None:
    """Whoever knows a session's id cannot add to it."""
    caller = a_caller(store)
    other = replace(caller, member=store.make_member(caller.team, "another", NOW))
    for number, who in enumerate((caller, other, a_caller(store)), start=1):
        store.accept(who, [a_row("event", number, name="user_prompt")], NOW)

    assert [one.events for one in sum_exports(store, caller, [ONE, TWO]).events] == [1]


def test_many_sessions_are_asked_for_in_parts(store: TeamStore) -> None:
    """A request may name more than a statement should."""
    caller = a_caller(store)
    sessions = [number.to_bytes(16) for number in range(250)]
    rows = [a_row("event", number + 1, name="auth", session_hash=key.hex()) for number, key in enumerate(sessions)]
    store.accept(caller, rows, NOW)

    assert [one.session for one in sum_exports(store, caller, sessions).events] == sessions
    assert sum_exports(store, caller, []) == ((), ())


def test_what_an_exporter_sent_goes_with_its_session(store: TeamStore) -> None:
    """A tombstone of the session takes its events and counters too."""
    caller = a_caller(store)
    session = a_row("session", 9, model="opus", source="otlp")
    rows = [
        replace(session, id=ONE),
        a_row("event", 1, name="user_prompt"),
        a_row("metric", 2, name="token.usage", cumulative=False, value=5),
    ]
    store.accept(caller, rows, NOW)
    stone = WireRow(kind="tombstone", id=bytes(16), rev=0, at=NOW, data={"target": ONE.hex()})
    store.accept(caller, [stone], NOW)

    assert sum_exports(store, caller, [ONE]) == ((), ())
    assert [one.verdict for one in store.accept(caller, rows, NOW)] == ["known"] * 3
