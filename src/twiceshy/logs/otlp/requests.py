"""Read a request of an exporter in either form into rows, and answer it in the form it came in.

Answers: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response (1.9).
"""

import json
from datetime import datetime
from typing import Literal

from twiceshy.logs.otlp.event_rows import ExportRows, make_event_rows
from twiceshy.logs.otlp.exported import ExportError
from twiceshy.logs.otlp.json_requests import read_json_logs, read_json_points
from twiceshy.logs.otlp.metric_rows import make_metric_rows
from twiceshy.logs.otlp.protobuf_requests import read_protobuf_logs, read_protobuf_points, write_protobuf_answer
from twiceshy.privacy.wire.row_kinds import Level

Signal = Literal["logs", "metrics", "traces"]
JSON, PROTOBUF = "application/json", "application/x-protobuf"


def find_media(content_type: str) -> str:
    """Return the form of a request by its ``Content-Type``.

    Raises:
        ExportError: it is none of the two forms of OTLP over HTTP.
    """
    media = content_type.partition(";")[0].strip().lower()
    if media not in {JSON, PROTOBUF}:
        raise ExportError(f"Content-Type is none of {JSON} and {PROTOBUF}")
    return media


def read_export(signal: Signal, body: bytes, media: str, *, salt: bytes, level: Level, now: datetime) -> ExportRows:
    """Return the rows of a request; of spans there are none.

    Raises:
        ExportError: the body is none, or holds more records than one request may.
    """
    packed = media == PROTOBUF
    if signal == "logs":
        logs = (read_protobuf_logs if packed else read_json_logs)(body)
        return make_event_rows(logs.logs, salt=salt, level=level, now=now)
    if signal == "metrics":
        points = (read_protobuf_points if packed else read_json_points)(body)
        return make_metric_rows(points, salt=salt, level=level, now=now)
    return ExportRows(rows=(), unknown={}, passed=0)


def write_answer(signal: Signal, media: str, refused: int) -> bytes:
    """Return the body of the answer to a request that was taken, but for rows that were refused."""
    says = "what looks like a secret, or a number too large, was not stored" if refused else ""
    if media == PROTOBUF:
        return write_protobuf_answer(signal, refused, says)
    name = {"logs": "rejectedLogRecords", "metrics": "rejectedDataPoints", "traces": "rejectedSpans"}[signal]
    return json.dumps({"partialSuccess": {name: str(refused), "errorMessage": says}} if refused else {}).encode()
