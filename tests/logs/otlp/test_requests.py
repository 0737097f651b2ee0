"""OTLP's JSON: what it holds is read, whatever else stands in it is passed over."""

import json
from typing import Any

import pytest
from tests.logs.otlp.exports import (
    AT_NS,
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

from twiceshy.logs.otlp import exporters
from twiceshy.logs.otlp.exporters import ExportError
from twiceshy.logs.otlp.requests import read_json_logs, read_json_points, read_protobuf_logs, read_protobuf_points


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{}", id="an empty request"),
        pytest.param(b'{"resourceLogs":null}', id="null"),
        pytest.param(b'{"resourceLogs":[1,null,{"scopeLogs":[{"logRecords":"x"}]}]}', id="other types"),
        pytest.param(b'{"resource_logs":[{"scope_logs":[{"log_records":[{}]}]}]}', id="names that are not of the form"),
    ],
)
def test_a_request_without_records_holds_none(body: bytes) -> None:
    """An exporter with nothing to say may ask, and odd types are no fault of the others."""
    assert read_json_logs(body).logs == ()
    assert read_json_points(body).points == ()


@pytest.mark.parametrize("body", [b"[]", b"nothing", b'"x"', b'{"resourceLogs":', b"\xff\xfe", b"[" * 100_000])
def test_what_is_no_request_is_refused(body: bytes) -> None:
    """The message says what is wrong and quotes nothing."""
    with pytest.raises(ExportError, match=r"^the body is no (JSON|request of OTLP)$"):
        read_json_logs(body)


def test_a_record_is_read_with_what_it_says() -> None:
    """Attributes are flat, numbers of 64 bits may be texts, and lists become JSON."""
    event = a_claude_event("tool_result", 4, {"cost_usd": 0.5, "success": True, "kinds": ["a", 2]})
    (log,) = read_json_logs(write_json(some_logs(CLAUDE, [event]))).logs

    assert log.resource == CLAUDE
    assert log.body == "claude_code.tool_result"
    assert log.time_ns == AT_NS + 4 * 10**9
    assert {key: log.attributes[key] for key in ("event.sequence", "cost_usd", "success", "kinds")} == {
        "event.sequence": 4,
        "cost_usd": 0.5,
        "success": True,
        "kinds": '["a", 2]',
    }


@pytest.mark.parametrize(
    "value",
    [
        pytest.param({}, id="no value"),
        pytest.param({"stringValue": 3}, id="a number as text"),
        pytest.param({"intValue": "12x"}, id="no number"),
        pytest.param({"intValue": "9" * 40}, id="a number of more than 64 bits"),
        pytest.param({"intValue": "--1"}, id="two signs"),
        pytest.param({"intValue": True}, id="a flag as number"),
        pytest.param({"doubleValue": "NaN"}, id="not a number"),
        pytest.param({"bytesValue": "aGk="}, id="bytes"),
        pytest.param("text", id="no object"),
    ],
)
def test_a_value_of_another_form_is_left_out(value: Any) -> None:
    """The record stays."""
    record = {"attributes": [{"key": "odd", "value": value}, {"key": "fine", "value": {"stringValue": "x"}}]}
    (log,) = read_json_logs(write_json(some_logs({}, [record]))).logs

    assert log.attributes == {"fine": "x"}


def test_lists_in_lists_are_read_to_a_depth() -> None:
    """A small body cannot make the reader go deep."""
    value: dict[str, Any] = {"stringValue": "inner"}
    for _ in range(100):
        value = {"arrayValue": {"values": [value]}}
    (log,) = read_json_logs(write_json(some_logs({}, [{"attributes": [{"key": "deep", "value": value}]}]))).logs

    assert json.loads(str(log.attributes["deep"])) == [[[[[]]]]]


def test_more_records_than_one_request_may_have_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The exporter is told, and nothing of it is stored."""
    monkeypatch.setattr(exporters, "MOST_RECORDS", 2)
    body = write_json(some_logs(CLAUDE, [a_claude_event("auth", number, {}) for number in range(3)]))

    with pytest.raises(ExportError, match="more than 2 records"):
        read_json_logs(body)


def test_counters_are_points_and_what_adds_up_to_nothing_is_counted() -> None:
    """Gauges, and counters that go down too, have no sum over time."""
    down = a_counter("queue", 3, {})
    down["sum"]["isMonotonic"] = False
    gauge = {"name": "memory", "gauge": {"dataPoints": [{"asInt": "5", "timeUnixNano": "1"}]}}
    empty = {"name": "unknown", "sum": {"isMonotonic": True, "dataPoints": [{"asInt": "1"}]}}
    found = read_json_points(write_json(some_metrics({}, [a_counter("turns", 7, {"a": "b"}), down, gauge, empty])))

    assert [(one.name, one.value, one.temporality) for one in found.points] == [("turns", 7, "delta")]
    assert found.passed == 3


def test_a_histogram_gives_its_sum_and_its_count() -> None:
    """Of how long things took, so that a mean can be told."""
    point = {"startTimeUnixNano": "5", "timeUnixNano": "9", "count": "3", "sum": 1.5, "bucketCounts": ["3"]}
    metric = {"name": "latency", "histogram": {"aggregationTemporality": 2, "dataPoints": [point]}}
    found = read_json_points(write_json(some_metrics({}, [metric])))

    assert [(one.name, one.value, one.temporality, one.since_ns, one.time_ns) for one in found.points] == [
        ("latency", 1.5, "cumulative", 5, 9),
        ("latency.count", 3, "cumulative", 5, 9),
    ]


# OTLP's protobuf says the same as its JSON.

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
    monkeypatch.setattr(exporters, "MOST_RECORDS", 2)
    logs = some_logs(CLAUDE, [a_claude_event("auth", number, {}) for number in range(3)])
    points = some_metrics(CLAUDE, [a_counter("turns", number, {}) for number in range(3)])

    with pytest.raises(ExportError, match="more than 2 records"):
        read_protobuf_logs(write_protobuf(logs))
    with pytest.raises(ExportError, match="more than 2 records"):
        read_protobuf_points(write_protobuf(points))
