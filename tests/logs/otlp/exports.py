"""Requests of agents' exporters, in both forms of OTLP, made from plain dictionaries."""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from google.protobuf.json_format import ParseDict  # type: ignore[import-untyped]  # it has no types
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceRequest

AT_NS = 1_795_425_123_004_000_000
AT = datetime.fromtimestamp(AT_NS / 1e9, UTC)
SESSION = "7b1c2e1e-6d1f-4d8a-9c55-0f6e3a1b2c3d"
CLAUDE: Mapping[str, Any] = {"service.name": "claude-code", "service.version": "2.1.287"}
CODEX: Mapping[str, Any] = {"service.name": "codex_cli_rs"}
GEMINI: Mapping[str, Any] = {"service.name": "gemini-cli", "session.id": SESSION}


def a_value(value: Any) -> dict[str, Any]:
    """Return a value as the JSON of OTLP has it."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, int):
        return {"intValue": str(value)}
    if isinstance(value, float):
        return {"doubleValue": value}
    if isinstance(value, list):
        return {"arrayValue": {"values": [a_value(one) for one in value]}}
    if isinstance(value, dict):
        return {"kvlistValue": {"values": some_attributes(value)}}
    return {"stringValue": value}


def some_attributes(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return attributes as the JSON of OTLP has them."""
    return [{"key": key, "value": a_value(value)} for key, value in values.items()]


def a_record(attributes: Mapping[str, Any], *, body: str = "", time_ns: int = AT_NS, name: str = "") -> dict[str, Any]:
    """Return a log record."""
    found: dict[str, Any] = {"timeUnixNano": str(time_ns), "attributes": some_attributes(attributes)}
    if body:
        found["body"] = {"stringValue": body}
    if name:
        found["eventName"] = name
    return found


def a_claude_event(
    name: str, sequence: int, attributes: Mapping[str, Any], *, session: str = SESSION
) -> dict[str, Any]:
    """Return an event as Claude Code sends it."""
    common = {
        "session.id": session,
        "user.email": "Ann@Example.org",
        "organization.id": "org-1",
        "terminal.type": "xterm",
        "event.name": name,
        "event.timestamp": "2026-11-23T09:12:03.004Z",
        "event.sequence": sequence,
        "prompt.id": "p-1",
    }
    return a_record({**common, **attributes}, body=f"claude_code.{name}", time_ns=AT_NS + sequence * 10**9)


def a_codex_event(name: str, attributes: Mapping[str, Any], *, time_ns: int = AT_NS) -> dict[str, Any]:
    """Return an event as Codex sends it: its numbers and flags are texts."""
    common = {
        "event.name": f"codex.{name}",
        "event.timestamp": "2026-11-23T09:12:03.004Z",
        "conversation.id": SESSION,
        "app.version": "0.80.0",
        "user.email": "ann@example.org",
        "model": "gpt-5.3-codex",
        "slug": "gpt-5.3-codex",
    }
    return a_record({**common, **attributes}, name="event otel/src/events/session_telemetry.rs:812", time_ns=time_ns)


def a_gemini_event(name: str, attributes: Mapping[str, Any], *, time_ns: int = AT_NS) -> dict[str, Any]:
    """Return an event as Gemini CLI sends it: its body is a sentence."""
    common = {"event.name": name, "event.timestamp": "2026-11-23T09:12:03.004Z", "session.id": SESSION}
    return a_record({**common, **attributes}, body=f"Something: {name}.", time_ns=time_ns)


def some_logs(resource: Mapping[str, Any], records: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a request with log records."""
    return {
        "resourceLogs": [
            {
                "resource": {"attributes": some_attributes(resource)},
                "scopeLogs": [{"scope": {"name": "events"}, "logRecords": list(records)}],
            }
        ]
    }


def a_counter(  # one data point, as its exporter would send it
    name: str,
    value: float,
    attributes: Mapping[str, Any],
    *,
    temporality: int = 1,
    since_ns: int = AT_NS,
    time_ns: int = AT_NS + 60 * 10**9,
) -> dict[str, Any]:
    """Return a metric with one point; ``temporality`` is 1 for what came since, 2 for totals."""
    point = {
        "attributes": some_attributes(attributes),
        "startTimeUnixNano": str(since_ns),
        "timeUnixNano": str(time_ns),
        **({"asInt": str(value)} if isinstance(value, int) else {"asDouble": value}),
    }
    return {"name": name, "sum": {"aggregationTemporality": temporality, "isMonotonic": True, "dataPoints": [point]}}


def some_metrics(resource: Mapping[str, Any], metrics: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """Return a request with metrics."""
    return {
        "resourceMetrics": [
            {
                "resource": {"attributes": some_attributes(resource)},
                "scopeMetrics": [{"scope": {"name": "meter"}, "metrics": list(metrics)}],
            }
        ]
    }


def write_json(request: Mapping[str, Any]) -> bytes:
    """Return a request as JSON."""
    return json.dumps(request).encode()


def write_protobuf(request: Mapping[str, Any]) -> bytes:
    """Return a request as protobuf."""
    message = ExportLogsServiceRequest() if "resourceLogs" in request else ExportMetricsServiceRequest()
    return bytes(ParseDict(request, message).SerializeToString())
