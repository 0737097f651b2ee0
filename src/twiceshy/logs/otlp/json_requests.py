"""Read OTLP's JSON as its mapping says: camel case, 64 bit numbers as text or number, unknown names passed over."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import orjson

from twiceshy.logs.otlp.exported import (
    DEEPEST,
    MOST_ATTRIBUTES,
    TEMPORALITIES,
    Attributes,
    Exported,
    ExportedLog,
    ExportedPoint,
    ExportError,
    Scalar,
    check_count,
)

_MOST_DIGITS = 20
"""Of a number that is written as text: by definition 64 bits have no more, with their sign."""


def read_json_logs(body: bytes) -> Exported:
    """Return the log records of a request.

    Raises:
        ExportError: it is none.
    """
    logs: list[ExportedLog] = []
    for resource, scope in _list_scopes(_load(body), "Logs"):
        for record in _list_objects(scope.get("logRecords")):
            logs.append(
                ExportedLog(
                    resource=resource,
                    attributes=_read_attributes(record),
                    body=_take_text(_take_object(record.get("body")).get("stringValue")),
                    event_name=_take_text(record.get("eventName")),
                    time_ns=_take_time(record.get("timeUnixNano")),
                    observed_ns=_take_time(record.get("observedTimeUnixNano")),
                )
            )
            check_count(logs)
    return Exported(logs=tuple(logs))


def read_json_points(body: bytes) -> Exported:
    """Return the data points of a request.

    Raises:
        ExportError: it is none.
    """
    points: list[ExportedPoint] = []
    passed = 0
    for resource, scope in _list_scopes(_load(body), "Metrics"):
        for metric in _list_objects(scope.get("metrics")):
            for found in _read_metric(resource, metric):
                points += found
                passed += not found
                check_count(points)
    return Exported(points=tuple(points), passed=passed)


def _load(body: bytes) -> Mapping[str, Any]:
    try:
        found = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as exc:
        raise ExportError("the body is no JSON") from exc
    if not isinstance(found, dict):
        raise ExportError("the body is no request of OTLP")
    return found


def _list_scopes(request: Mapping[str, Any], signal: str) -> Iterator[tuple[Attributes, Mapping[str, Any]]]:
    for whole in _list_objects(request.get(f"resource{signal}")):
        resource = _read_attributes(_take_object(whole.get("resource")))
        for scope in _list_objects(whole.get(f"scope{signal}")):
            yield resource, scope


def _read_metric(resource: Attributes, metric: Mapping[str, Any]) -> Iterator[list[ExportedPoint]]:
    """Yield what each data point of a metric gives."""
    name = _take_text(metric.get("name"))
    counter, histogram = _take_object(metric.get("sum")), _take_object(metric.get("histogram"))
    kind = counter or histogram or _take_object(metric.get("exponentialHistogram"))
    temporality = TEMPORALITIES.get(_take_key(kind.get("aggregationTemporality")))
    if kind is counter and counter.get("isMonotonic") is not True:
        temporality = None
    for point in _list_objects((kind or _take_object(metric.get("gauge") or metric.get("summary"))).get("dataPoints")):
        values = (
            [(name, _take_number(point.get("asDouble", point.get("asInt"))))]
            if kind is counter
            else [(name, _take_number(point.get("sum"))), (f"{name}.count", _take_number(point.get("count", 0)))]
        )
        yield [
            ExportedPoint(
                resource=resource,
                attributes=_read_attributes(point),
                name=named,
                temporality=temporality,
                since_ns=_take_time(point.get("startTimeUnixNano")),
                time_ns=_take_time(point.get("timeUnixNano")),
                value=value,
                histogram="" if kind is counter else name,
            )
            for named, value in values
            if temporality is not None and value is not None
        ]


def _read_attributes(owner: Mapping[str, Any]) -> Attributes:
    found: dict[str, Scalar] = {}
    pairs = owner.get("attributes")
    for pair in pairs[:MOST_ATTRIBUTES] if type(pairs) is list else ():
        key = pair.get("key") if type(pair) is dict else None
        if type(key) is not str:
            continue
        value = _read_value(pair.get("value"), 0)
        if value is not None:
            found[key] = json.dumps(value) if type(value) in {list, dict} else value  # type: ignore[assignment]  # a scalar
    return found


def _read_value(value: Any, depth: int) -> Scalar | list[Any] | dict[str, Any] | None:
    """Return a value; None where it is nothing that is read."""
    if type(value) is not dict:
        return None
    form, inner = next(iter(value.items()), ("", None))
    if take := _SCALARS.get(form):
        return take(inner)
    items = _list_objects(_take_object(inner).get("values")) if depth < DEEPEST else iter(())
    if form == "arrayValue":
        return [_read_value(one, depth + 1) for one in items]
    if form == "kvlistValue":
        return {str(pair.get("key")): _read_value(pair.get("value"), depth + 1) for pair in items}
    return None


def _list_objects(found: Any) -> Iterator[Mapping[str, Any]]:
    if isinstance(found, list):
        yield from (one for one in found if isinstance(one, dict))


def _take_object(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, dict) else {}


def _take_text(found: Any) -> str:
    return found if isinstance(found, str) else ""


def _take_key(found: Any) -> int | str:
    return found if type(found) in {int, str} else ""


def _take_integer(found: Any) -> int | None:
    if isinstance(found, str) and len(found) <= _MOST_DIGITS and found.lstrip("-").isdecimal() and found.isascii():
        try:
            return int(found)
        except ValueError:
            return None
    return found if type(found) is int else None


def _take_number(found: Any) -> int | float | None:
    if type(found) is float:
        return found if math.isfinite(found) else None
    return _take_integer(found)


def _take_time(found: Any) -> int:
    return max(_take_integer(found) or 0, 0)


_SCALARS: Mapping[str, Callable[[Any], Scalar | None]] = {
    "stringValue": lambda found: found if isinstance(found, str) else None,
    "boolValue": lambda found: found if isinstance(found, bool) else None,
    "intValue": _take_integer,
    "doubleValue": _take_number,
}
