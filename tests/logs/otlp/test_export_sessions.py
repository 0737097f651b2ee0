"""A session's row says what its exporter sent of it, once."""

from datetime import UTC, datetime, timedelta
from typing import Any

from twiceshy.logs.otlp.metric_rows import make_session_rows
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import CounterSum, EventSum

AT = datetime(2026, 11, 23, 9, tzinfo=UTC)
SESSION = bytes(range(16))


def events(name: str, number: int = 1, **changes: Any) -> EventSum:
    """Sums of events of one name."""
    found = EventSum(
        session=SESSION,
        agent="claude-code",
        name=name,
        tool="",
        model="",
        person=None,
        events=number,
        failures=0,
        first_at=AT,
        last_at=AT,
        cost_usd=0.0,
        tokens_in=0,
        tokens_out=0,
        tokens_cached=0,
        commits=0,
    )
    return found._replace(**changes)


def counted(name: str, part: str, value: float, **changes: Any) -> CounterSum:
    """Sums of a counter."""
    found = CounterSum(
        session=SESSION,
        agent="claude-code",
        name=name,
        part=part,
        model="",
        person=None,
        rows=1,
        newest=0,
        first_at=AT,
        last_at=AT,
        value=value,
    )
    return found._replace(**changes)


SENT = [
    events("user_prompt", 3, person=bytes(16)),
    events("tool_result", 10, tool="Bash", failures=2, commits=1, last_at=AT + timedelta(minutes=5)),
    events("tool_result", 4, tool="Edit", failures=1, first_at=AT - timedelta(seconds=30)),
    events("tool_decision", 14, tool="Bash"),
    events("api_request", 20, model="opus", tokens_in=100, tokens_out=50, tokens_cached=900, cost_usd=1.5),
    events("api_request", 30, model="haiku", tokens_in=10, tokens_out=5, cost_usd=0.25),
]


def test_a_session_is_the_sum_of_its_events() -> None:
    """Calls are results, an edit is one that did not fail, and the model is the one that wrote most."""
    (row,) = make_session_rows(SENT, [])

    assert row.data == {
        "agent": "claude-code",
        "model": "opus",
        "session_hash": SESSION.hex(),
        "person": "0" * 32,
        "source": "otlp",
        "started_at": "2026-11-23T08:59:30.000Z",
        "seconds": 330.0,
        "prompts": 3,
        "calls": 14,
        "failed_calls": 3,
        "edits": 3,
        "tools": {"Bash": 10, "Edit": 4},
        "failed_tools": {"Bash": 2, "Edit": 1},
        "tokens_in": 110,
        "tokens_out": 55,
        "tokens_cached": 900,
        "cost_usd": 1.75,
        "commits": 1,
    }
    assert (row.kind, row.id, row.rev, row.at) == ("session", SESSION, 81, AT - timedelta(seconds=30))
    encode_row(row)


def test_more_events_make_a_greater_revision() -> None:
    """So the newest sums win, in whatever order two requests are done."""
    revisions = [next(make_session_rows(SENT[:number], [])).rev for number in range(1, len(SENT) + 1)]

    assert revisions == sorted(set(revisions))


def test_counters_say_nothing_twice() -> None:
    """Where events told of tokens and dollars, counters of the same are not added."""
    counters = [
        counted("token.usage", "input", 110),
        counted("token.usage", "output", 55),
        counted("cost.usage", "", 1.75),
        counted("commit.count", "", 1),
        counted("lines_of_code.count", "added", 70),
    ]
    (row,) = make_session_rows(SENT, counters)

    assert [row.data[name] for name in ("tokens_in", "tokens_out", "cost_usd", "commits")] == [110, 55, 1.75, 1]


def test_counters_alone_make_a_session_too() -> None:
    """Of an exporter that sends metrics only; what nobody counted is not there."""
    counters = [
        counted("token.usage", "input", 100, model="opus", rows=3, newest=120, last_at=AT + timedelta(minutes=2)),
        counted("token.usage", "cacheCreation", 10, model="opus"),
        counted("token.usage", "output", 50, model="opus"),
        counted("token.usage", "cacheRead", 900, model="opus"),
        counted("cost.usage", "", 1.5),
        counted("commit.count", "", 2),
    ]
    (row,) = make_session_rows([], counters)

    assert {name: row.data.get(name) for name in ("model", "seconds", "calls", "tools")} == {
        "model": "opus",
        "seconds": 120.0,
        "calls": None,
        "tools": None,
    }
    assert [row.data[name] for name in ("tokens_in", "tokens_out", "tokens_cached", "cost_usd", "commits")] == [
        110,
        50,
        900,
        1.5,
        2,
    ]
    assert row.rev == 8 + 120
    encode_row(row)


def test_cached_tokens_are_taken_out_of_the_others_where_they_are_among_them() -> None:
    """As Gemini CLI counts them."""
    counters = [
        counted("token.usage", part, value, agent="gemini-cli")
        for part, value in (("input", 1000), ("cache", 900), ("output", 50), ("thought", 40))
    ]
    (row,) = make_session_rows([], counters)

    assert [row.data[name] for name in ("tokens_in", "tokens_out", "tokens_cached")] == [100, 90, 900]


def test_two_sessions_are_two_rows_and_other_programs_have_none() -> None:
    """What no known agent sent is no session of one."""
    sums = [events("user_prompt"), events("user_prompt", session=bytes(16)), events("order", agent="other")]

    assert [row.id for row in make_session_rows(sums, [])] == [SESSION, bytes(16)]


def test_a_session_of_nothing_but_a_name_has_no_known_model() -> None:
    """A row must name one."""
    (row,) = make_session_rows([events("hook_registered")], [])

    assert row.data["model"] == "unknown"
