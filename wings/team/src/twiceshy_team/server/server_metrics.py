"""Figures of a running server in Prometheus's text format: sums only, of no team and no person.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/ (version 0.0.4).
"""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from threading import Lock

MEDIA = "text/plain; version=0.0.4; charset=utf-8"
_BOUNDS = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds (guess, 2026-11-23: a full batch takes some .1 s)."""


class ServerMetrics:
    """Counters of one process; any thread may count."""

    def __init__(self) -> None:
        """Begin at nothing."""
        self.in_flight = 0
        self._lock = Lock()
        self._requests: Counter[tuple[str, str, int]] = Counter()
        self._buckets: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (len(_BOUNDS) + 1))
        self._seconds: Counter[str] = Counter()
        self._counts: Counter[str] = Counter()

    def count(self, method: str, route: str, status: int, seconds: float, counts: Mapping[str, int]) -> None:
        """Count one answered request; ``route`` is one of ours, never what a client wrote."""
        with self._lock:
            self._requests[method, route, status] += 1
            self._buckets[route][bisect_left(_BOUNDS, seconds)] += 1
            self._seconds[route] += seconds  # type: ignore[assignment]  # a sum of seconds
            self._counts.update(counts)

    def render(self) -> str:
        """Return everything counted so far."""
        with self._lock:
            return "\n".join(self._list_lines()) + "\n"

    def _list_lines(self) -> Iterator[str]:
        yield "# HELP twiceshy_requests_total Requests answered."
        yield "# TYPE twiceshy_requests_total counter"
        for (method, route, status), n in sorted(self._requests.items()):
            yield f'twiceshy_requests_total{{method="{method}",route="{route}",status="{status}"}} {n}'
        yield "# HELP twiceshy_request_seconds Time from a request's head to its answer."
        yield "# TYPE twiceshy_request_seconds histogram"
        for route, buckets in sorted(self._buckets.items()):
            below = 0
            for bound, n in zip((*_BOUNDS, "+Inf"), buckets, strict=True):
                below += n
                yield f'twiceshy_request_seconds_bucket{{route="{route}",le="{bound}"}} {below}'
            yield f'twiceshy_request_seconds_sum{{route="{route}"}} {self._seconds[route]:.6f}'
            yield f'twiceshy_request_seconds_count{{route="{route}"}} {below}'
        yield "# HELP twiceshy_counted_total Rows by what became of them, and unpacked bytes."
        yield "# TYPE twiceshy_counted_total counter"
        for what, n in sorted(self._counts.items()):
            yield f'twiceshy_counted_total{{what="{what}"}} {n}'
        yield "# HELP twiceshy_requests_in_flight Requests that are being answered."
        yield "# TYPE twiceshy_requests_in_flight gauge"
        yield f"twiceshy_requests_in_flight {self.in_flight}"
