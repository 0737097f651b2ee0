"""OTLP's protobuf says the same as its JSON."""

import pytest
from tests.logs.otlp.exports import (
    CLAUDE,
    CODEX,
    GEMINI,
    a_claude_event,
    a_codex_event,
    a_counter,
    a_gemini_event,
    some_logs,
    some_metrics,
    write_json,
    write_protobuf,
)

from twiceshy.logs.otlp import exported
from twiceshy.logs.otlp.exported import ExportError
from twiceshy.logs.otlp.json_requests import read_json_logs, read_json_points
from twiceshy.logs.otlp.protobuf_requests import read_protobuf_logs, read_protobuf_points

ODD = {"list": ["a", 1, 2.5, True, ["b"]], "map": {"a": {"b": 1}}, "zero": 0, "empty": "", "half": 0.5, "off": False}


def test_both_forms_give_the_same_records() -> None:
    """Of the three agents, with values of every type."""
    requests = [
        some_logs(
            CLAUDE, [a_claude_event("tool_result", 1, {"tool_name": "Bash", **ODD}), a_claude_event("auth", 2, {})]
        ),
        some_logs(CODEX, [a_codex_event("tool_result", {"success": "true"})]),
        some_logs(GEMINI, [a_gemini_event("gemini_cli.tool_call", ODD)]),
    ]

    for request in requests:
        assert read_protobuf_logs(write_protobuf(request)) == read_json_logs(write_json(request))


def test_both_forms_give_the_same_points() -> None:
    """Sums and histograms, of both kinds of time, and what adds up to nothing."""
    down = a_counter("queue", 3, {})
    down["sum"]["isMonotonic"] = False
    times = {"startTimeUnixNano": "5", "timeUnixNano": "9"}
    metrics = [
        a_counter("claude_code.token.usage", 0, {"type": "input"}),
        a_counter("claude_code.cost.usage", 0.25, ODD, temporality=2),
        a_counter("turns", 2, {}, temporality=0),
        down,
        {"name": "memory", "gauge": {"dataPoints": [{**times, "asInt": "5"}]}},
        {"name": "h", "histogram": {"aggregationTemporality": 1, "dataPoints": [{**times, "count": "3", "sum": 1.5}]}},
        {"name": "n", "histogram": {"aggregationTemporality": 1, "dataPoints": [{**times, "count": "3"}]}},
        {"name": "e", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [{**times, "sum": 2.0}]}},
        {"name": "s", "summary": {"dataPoints": [{**times, "count": "3", "sum": 1.5}]}},
        {"name": "nothing"},
    ]
    request = some_metrics(CLAUDE, metrics)
    found = read_protobuf_points(write_protobuf(request))

    assert found == read_json_points(write_json(request))
    assert len(found.points) == 7
    assert found.passed == 4


@pytest.mark.parametrize("body", [b"\xff\xff\xff", b'{"resourceLogs":[]}', b"\x0a\xff"])
def test_what_is_no_protobuf_is_refused(body: bytes) -> None:
    """The message says what is wrong and quotes nothing."""
    with pytest.raises(ExportError, match=r"^the body is no protobuf of OTLP$"):
        read_protobuf_logs(body)
    with pytest.raises(ExportError, match=r"^the body is no protobuf of OTLP$"):
        read_protobuf_points(body)


def test_a_request_without_records_is_an_empty_body() -> None:
    """As protobuf writes it."""
    assert read_protobuf_logs(b"").logs == ()
    assert read_protobuf_points(b"").points == ()


def test_more_records_than_a_request_may_have_are_refused_in_protobuf_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of it is stored."""
    monkeypatch.setattr(exported, "MOST_RECORDS", 2)
    logs = some_logs(CLAUDE, [a_claude_event("auth", number, {}) for number in range(3)])
    points = some_metrics(CLAUDE, [a_counter("turns", number, {}) for number in range(3)])

    with pytest.raises(ExportError, match="more than 2 records"):
        read_protobuf_logs(write_protobuf(logs))
    with pytest.raises(ExportError, match="more than 2 records"):
        read_protobuf_points(write_protobuf(points))
