"""A counter counts once, whether its exporter sends what came since or totals, late, twice or in another order."""

from datetime import UTC, datetime
from typing import Any

import pytest
from tests.logs.otlp.exports import AT_NS, CLAUDE, CODEX, SESSION, a_counter, some_metrics, write_json

from twiceshy.logs.otlp.metric_rows import make_metric_rows
from twiceshy.logs.otlp.requests import read_json_points
from twiceshy.privacy.wire.random_ids import hash_session
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import encode_row
from twiceshy.records.team import WireRow

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
MINUTE = 60 * 10**9
TOKENS = {"session.id": SESSION, "user.email": "ann@example.org", "type": "input", "model": "claude-opus-4-6"}


def made(metrics: list[dict[str, Any]], level: Level = "counts") -> tuple[WireRow, ...]:
    """Rows of metrics that came as JSON."""
    found = read_json_points(write_json(some_metrics(CLAUDE, metrics)))
    return make_metric_rows(found, salt=b"of this team", level=level, now=NOW).rows


def total(rows: list[WireRow]) -> float:
    """What a store that keeps the newest revision of each row adds up to."""
    newest: dict[bytes, WireRow] = {}
    for row in rows:
        if row.id not in newest or row.rev > newest[row.id].rev:
            newest[row.id] = row
    return sum(value for row in newest.values() if isinstance(value := row.data["value"], float | int))


def test_a_counter_becomes_a_row() -> None:
    """With whose it is, and since when it counts."""
    (row,) = made([a_counter("claude_code.token.usage", 500, TOKENS)])

    assert row.data == {
        "agent": "claude-code",
        "name": "token.usage",
        "part": "input",
        "model": "claude-opus-4-6",
        "session_hash": hash_session("claude-code", SESSION),
        "person": row.data["person"],
        "since": "2026-11-23T09:12:03.004Z",
        "cumulative": False,
        "value": 500,
    }
    assert (row.kind, row.rev) == ("metric", 0)
    assert b"ann@" not in encode_row(row)


def test_what_came_since_adds_up_and_counts_once() -> None:
    """Ten minutes, each sent twice, in another order."""
    counters = [
        a_counter("claude_code.token.usage", 100, TOKENS, since_ns=AT_NS + n * MINUTE, time_ns=AT_NS + (n + 1) * MINUTE)
        for n in range(10)
    ]
    rows = [row for request in ([one] for one in [*counters, *reversed(counters)]) for row in made(request)]

    assert len({row.id for row in rows}) == 10
    assert total(rows) == 1000


@pytest.mark.parametrize("order", [1, -1])
def test_totals_do_not_add_up(order: int) -> None:
    """The newest counts, in whatever order they come; a process that starts anew counts from nothing."""
    first = [
        a_counter("claude_code.token.usage", 100 * n, TOKENS, temporality=2, time_ns=AT_NS + n * MINUTE)
        for n in range(1, 11)
    ]
    second = [
        a_counter(
            "claude_code.token.usage", 7 * n, TOKENS, temporality=2, since_ns=AT_NS + 1, time_ns=AT_NS + n * MINUTE
        )
        for n in range(1, 4)
    ]
    rows = [row for one in [*first, *second, *first][::order] for row in made([one])]

    assert total(rows) == 1000 + 21


def test_counters_that_differ_in_what_is_not_kept_are_two() -> None:
    """Else one would take the other's place."""
    rows = made(
        [
            a_counter("claude_code.token.usage", 1, {**TOKENS, "query_source": source}, temporality=2)
            for source in ("main", "subagent")
        ]
    )

    assert total(list(rows)) == 2


@pytest.mark.parametrize(
    ("seconds", "rev"),
    [(0, 0), (59, 59), (900_000, 900_000), (900_059, 900_000), (900_060, 900_001), (60_000_000, 1_000_000)],
)
def test_revisions_grow_for_two_months(seconds: int, rev: int) -> None:
    """By seconds, then by minutes."""
    (row,) = made([a_counter("codex.turns", 1, {}, temporality=2, time_ns=AT_NS + seconds * 10**9)])

    assert row.rev == rev


def test_a_total_since_nobody_knows_when_is_left_out() -> None:
    """A later one could not be told from another process's."""
    found = read_json_points(
        write_json(
            some_metrics(
                CLAUDE,
                [a_counter("a", 1, {}, temporality=2, since_ns=0), a_counter("a", -1, {}), a_counter("a", 1, {})],
            )
        )
    )
    rows = make_metric_rows(found, salt=b"s", level="counts", now=NOW)

    assert (len(rows.rows), rows.passed) == (1, 2)


def test_of_histograms_only_known_ones_are_kept() -> None:
    """Agents send dozens of how long their own parts took: of calls and turns sum and count are kept."""
    point = {"startTimeUnixNano": "1", "timeUnixNano": "9", "count": "3", "sum": 1.5}
    metrics = [
        {"name": name, "histogram": {"aggregationTemporality": 1, "dataPoints": [point]}}
        for name in ("codex.tool.call.duration_ms", "codex.sqlite.init.duration_ms", "shop.latency")
    ]
    found = make_metric_rows(
        read_json_points(write_json(some_metrics(CODEX, metrics))), salt=b"s", level="counts", now=NOW
    )

    assert [(row.data["name"], row.data["value"]) for row in found.rows] == [
        ("tool.call.duration_ms", 1.5),
        ("tool.call.duration_ms.count", 3),
    ]
    assert found.passed == 4


def test_another_programs_counters_are_names_and_numbers() -> None:
    """Their attributes may say anything."""
    found = read_json_points(
        write_json(some_metrics({"service.name": "shop"}, [a_counter("paid", 5, {"type": "Ann"})]))
    )
    rows = make_metric_rows(found, salt=b"s", level="full", now=NOW)

    assert rows.unknown == {"other": 1}
    assert {name: value for name, value in rows.rows[0].data.items() if name != "since"} == {
        "agent": "other",
        "name": "paid",
        "cumulative": False,
        "value": 5,
    }
