"""Turn exported counters into rows of a team's server, so that a counter that is sent again, or late, counts once.

An exporter sends either what came since the last time (``delta``) or the total since its start (``cumulative``). The
first becomes a row an interval. The second becomes one row a counter, whose revision is how many seconds the counter
had run: the newest total takes an older one's place, in whatever order they come.
"""

import json
from collections import Counter
from datetime import datetime

from twiceshy.logs.otlp.event_rows import ExportRows
from twiceshy.logs.otlp.exported import Exported, ExportedPoint
from twiceshy.logs.otlp.exporter import METRIC_WORDS, Exporter, take_first
from twiceshy.logs.otlp.exporters import NOBODY, find_exporter
from twiceshy.logs.otlp.row_fields import find_time, fit_name, fit_number, fit_tool, fit_word, read_origin
from twiceshy.privacy.wire.row_kinds import Level
from twiceshy.privacy.wire.wire_rows import make_row_id
from twiceshy.records.team import WireRow, WireValue

_FINE_S = 900_000
"""Seconds that are counted one by one: ten days; the rest of the revisions that a row may have goes by minutes and
lasts two months more (guess, 2026-11-23)."""
_MOST_REV = 1_000_000
"""As by definition of the wire."""


def make_metric_rows(exported: Exported, *, salt: bytes, level: Level, now: datetime) -> ExportRows:
    """Return the rows of data points.

    Args:
        exported: as one request held them.
        salt: of the team: ids and accounts are hashed with it.
        level: the loosest that is kept.
        now: stands for the time of a point that has none.
    """
    rows: list[WireRow] = []
    unknown: Counter[str] = Counter()
    passed = exported.passed
    for point in exported.points:
        exporter, name = find_exporter(point.resource, point.name)
        value = fit_number(point.value)
        if value is None or not _is_kept(exporter, point):
            passed += 1
            continue
        if exporter is NOBODY:
            unknown[exporter.agent] += 1
        data: dict[str, WireValue] = {
            **(_read_words(exporter, point, level) if exporter is not NOBODY else {}),
            **read_origin(exporter, point.resource, point.attributes, salt),
            "name": fit_name(name),
            "since": _format_since(point, now),
            "cumulative": point.temporality == "cumulative",
            "value": value,
        }
        rows.append(
            WireRow(
                kind="metric",
                id=_name_point(point, salt),
                rev=_find_revision(point),
                at=find_time(point.time_ns, None, now),
                data={field: kept for field, kept in data.items() if kept is not None},
            )
        )
    return ExportRows(rows=tuple(rows), unknown=dict(unknown), passed=passed)


def _is_kept(exporter: Exporter, point: ExportedPoint) -> bool:
    """Tell whether a point adds up to something that is kept."""
    if point.temporality == "cumulative" and not point.since_ns:
        return False
    return not point.histogram or point.histogram.removeprefix(exporter.prefix) in exporter.durations


def _read_words(exporter: Exporter, point: ExportedPoint, level: Level) -> dict[str, WireValue]:
    """Return what a counter counts, in words."""
    words = {field: fit_word(take_first(point.attributes, names)) for field, names in METRIC_WORDS.items()}
    return {**words, "tool": fit_tool(exporter, point.attributes, words["tool"], named=level != "counts")}


def _name_point(point: ExportedPoint, salt: bytes) -> bytes:
    """Return the id of a counter since its start, or of one interval of it."""
    series = json.dumps([point.resource, point.attributes], sort_keys=True, default=str)
    until = "" if point.temporality == "cumulative" else str(point.time_ns)
    return make_row_id(
        salt, "metric", point.name.encode("utf-8", "replace"), series, point.temporality, str(point.since_ns), until
    )


def _find_revision(point: ExportedPoint) -> int:
    if point.temporality == "delta":
        return 0
    seconds = max(point.time_ns - point.since_ns, 0) // 10**9
    return int(min(seconds, _FINE_S + max(seconds - _FINE_S, 0) // 60, _MOST_REV))


def _format_since(point: ExportedPoint, now: datetime) -> str | None:
    if not point.since_ns:
        return None
    return find_time(point.since_ns, None, now).isoformat(timespec="milliseconds").replace("+00:00", "Z")
