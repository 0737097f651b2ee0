"""Exporters find their addresses, bring a token like everybody, and get answers in their own form."""

from pathlib import Path

import pytest
from tests.logs.otlp.exports import (
    CLAUDE,
    a_claude_event,
    a_counter,
    some_logs,
    some_metrics,
    write_json,
    write_protobuf,
)
from wings.team.tests.server.team_clients import Place

LOGS = some_logs(CLAUDE, [a_claude_event("tool_result", number, {"success": "true"}) for number in range(5)])
METRICS = some_metrics(CLAUDE, [a_counter("claude_code.commit.count", 1, {})])


@pytest.fixture
def place(tmp_path: Path) -> Place:
    """A server over a database in one file."""
    return Place(tmp_path)


def test_the_three_signals_are_taken(place: Place) -> None:
    """Twice is once, and what was done is logged in numbers."""
    headers = place.make_member(place.make_team(), "write")
    with place.open() as client:
        for _ in range(2):
            found = client.post("/v1/logs", headers=headers, json=LOGS)
            assert (found.status_code, found.json(), found.headers["content-type"]) == (200, {}, "application/json")
        binary = {**headers, "content-type": "application/x-protobuf"}
        packed = client.post("/v1/metrics", headers=binary, content=write_protobuf(METRICS))
        spans = client.post("/v1/traces", headers=headers, json={"resourceSpans": [{}]})

    assert (packed.status_code, packed.content, packed.headers["content-type"]) == (200, b"", "application/x-protobuf")
    assert (spans.status_code, spans.json()) == (200, {})
    assert [(line["route"], line.get("stored"), line.get("known")) for line in place.logged] == [
        ("/v1/logs", 5, None),
        ("/v1/logs", None, 5),
        ("/v1/metrics", 1, None),
        ("/v1/traces", None, None),
    ]


def test_an_exporter_needs_a_token_that_may_write(place: Place) -> None:
    """As every other client; the error has the form that exporters know."""
    team = place.make_team()
    with place.open() as client:
        nobody = client.post("/v1/logs", json=LOGS)
        reader = client.post("/v1/logs", headers=place.make_member(team, "read"), json=LOGS)

    assert (nobody.status_code, reader.status_code) == (401, 403)
    assert set(nobody.json()) == {"code", "message"}


def test_what_is_no_request_is_an_error_that_is_not_tried_again(place: Place) -> None:
    """By definition of OTLP an exporter drops what was answered with 400."""
    headers = {**place.make_member(place.make_team(), "write"), "content-type": "application/json"}
    with place.open() as client:
        found = client.post("/v1/logs", headers=headers, content=write_json(LOGS)[:-5])

    assert (found.status_code, found.json()["message"]) == (400, "the body is no JSON")
