"""What a request of an exporter holds, flat: one record for each log record and each data point.

Format: https://opentelemetry.io/docs/specs/otlp/ (1.9). ``json_requests`` and ``protobuf_requests`` make the same of
both forms, so that a test compares them.
"""

from collections.abc import Mapping, Sized
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from twiceshy.privacy.wire.wire_rows import WireError

Scalar: TypeAlias = str | bool | int | float
Attributes: TypeAlias = Mapping[str, Scalar]
Temporality = Literal["delta", "cumulative"]
TEMPORALITIES: Final[Mapping[object, Temporality]] = {
    1: "delta",
    2: "cumulative",
    "AGGREGATION_TEMPORALITY_DELTA": "delta",
    "AGGREGATION_TEMPORALITY_CUMULATIVE": "cumulative",
}
MOST_RECORDS = 20_000
"""Log records or data points of one request (guess, 2026-11-23: exporters send some hundreds)."""
MOST_ATTRIBUTES = 256
"""Of one record that are read; SDKs keep 128, as documented: https://opentelemetry.io/docs/specs/otel/common/."""
DEEPEST = 4
"""Lists in lists of an attribute's value that are read (guess, 2026-11-23: exporters of agents send one)."""


class ExportError(WireError):
    """A body is no OTLP request; the message quotes nothing of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedLog:
    """One log record: exporters of agents send an event as one."""

    resource: Attributes
    attributes: Attributes
    body: str
    """Empty where it has none, or one that is no text."""
    event_name: str
    time_ns: int
    """0 where the record has none."""
    observed_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportedPoint:
    """What one counter, or one histogram's sum or count, had at one time."""

    resource: Attributes
    attributes: Attributes
    name: str
    temporality: Temporality
    since_ns: int
    time_ns: int
    value: float
    histogram: str = ""
    """The name of the histogram it is of; empty for a counter."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exported:
    """What a request held."""

    logs: tuple[ExportedLog, ...] = ()
    points: tuple[ExportedPoint, ...] = ()
    passed: int = 0
    """Data points that add up to nothing: gauges, counters that go down too, and points without a number."""


def check_count(records: Sized) -> None:
    """Check that a request has no more records than one may have.

    Raises:
        ExportError: it has.
    """
    if len(records) > MOST_RECORDS:
        raise ExportError(f"it has more than {MOST_RECORDS} records")
