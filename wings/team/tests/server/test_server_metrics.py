"""Figures in Prometheus's text format."""

from twiceshy_team.server.server_metrics import ServerMetrics


def test_sums_are_written_as_prometheus_reads_them() -> None:
    """Counters by route and status, a histogram that adds up, and what was counted."""
    metrics = ServerMetrics()
    metrics.count("POST", "/v1/batch", 200, 0.03, {"stored": 3, "bytes": 90})
    metrics.count("POST", "/v1/batch", 200, 99.0, {"stored": 2})
    metrics.count("GET", "/healthz", 503, 0.0, {})

    assert metrics.render().splitlines() == [
        "# HELP twiceshy_requests_total Requests answered.",
        "# TYPE twiceshy_requests_total counter",
        'twiceshy_requests_total{method="GET",route="/healthz",status="503"} 1',
        'twiceshy_requests_total{method="POST",route="/v1/batch",status="200"} 2',
        "# HELP twiceshy_request_seconds Time from a request's head to its answer.",
        "# TYPE twiceshy_request_seconds histogram",
        *(f'twiceshy_request_seconds_bucket{{route="/healthz",le="{bound}"}} 1' for bound in BOUNDS),
        'twiceshy_request_seconds_sum{route="/healthz"} 0.000000',
        'twiceshy_request_seconds_count{route="/healthz"} 1',
        *(
            f'twiceshy_request_seconds_bucket{{route="/v1/batch",le="{bound}"}} {below}'
            for bound, below in zip(BOUNDS, (0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 2), strict=True)
        ),
        'twiceshy_request_seconds_sum{route="/v1/batch"} 99.030000',
        'twiceshy_request_seconds_count{route="/v1/batch"} 2',
        "# HELP twiceshy_counted_total Rows by what became of them, and unpacked bytes.",
        "# TYPE twiceshy_counted_total counter",
        'twiceshy_counted_total{what="bytes"} 90',
        'twiceshy_counted_total{what="stored"} 5',
        "# HELP twiceshy_requests_in_flight Requests that are being answered.",
        "# TYPE twiceshy_requests_in_flight gauge",
        "twiceshy_requests_in_flight 0",
    ]


BOUNDS = ("0.005", "0.02", "0.05", "0.1", "0.25", "0.5", "1.0", "2.5", "5.0", "10.0", "+Inf")
