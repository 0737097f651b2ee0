"""What three agents' exporters send is stored once, clean, and makes the rows of their sessions."""

import gzip
import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceResponse
from opentelemetry.proto.collector.metrics.v1.metrics_service_pb2 import ExportMetricsServiceResponse
from tests.logs.otlp.exports import (
    AT_NS,
    CLAUDE,
    CODEX,
    GEMINI,
    SESSION,
    a_claude_event,
    a_codex_event,
    a_counter,
    a_gemini_event,
    some_logs,
    some_metrics,
    write_json,
    write_protobuf,
)

from twiceshy.privacy.row_scan import RowScan
from twiceshy.privacy.wire.packed_bodies import BodyTooLarge
from twiceshy.privacy.wire.random_ids import hash_session
from twiceshy.privacy.wire.wire_rows import WireError
from twiceshy.records.team import Caller, RowAnswer, TeamLevel, WireRow
from twiceshy_team.serve import otlp_intake
from twiceshy_team.serve.otlp_intake import TakenExport, take_export
from twiceshy_team.serve.team_server import TeamServer
from twiceshy_team.store.base import TeamStore
from twiceshy_team.store.opening import open_team_store

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KEY = "AKIA" + "QYLPMN5HFIQR7XYA"
SCAN = RowScan()
MINUTE = 60 * 10**9


@pytest.fixture
def store(tmp_path: Path) -> Iterator[TeamStore]:
    """A server's database in one file."""
    found = open_team_store(str(tmp_path / "team.db"))
    yield found
    found.close()


@pytest.fixture
def caller(store: TeamStore) -> Caller:
    """A member of a team that keeps counts."""
    team = store.make_team("a team", NOW)
    return Caller(team=team, member=store.make_member(team, "a person", NOW), scopes=frozenset({"write"}))


def send(
    store: TeamStore, caller: Caller, request: dict[str, Any], *, level: TeamLevel = "full", packed: bool = True
) -> TakenExport:
    """Send a request, as protobuf with gzip or as plain JSON."""
    signal = "logs" if "resourceLogs" in request else "metrics"
    return take_export(
        TeamServer(store=store, scan=SCAN, level=level),
        caller,
        signal,  # type: ignore[arg-type]  # one of two
        gzip.compress(write_protobuf(request)) if packed else write_json(request),
        NOW,
        encoding="gzip" if packed else "",
        content_type="application/x-protobuf" if packed else "application/json; charset=utf-8",
    )


def read(store: TeamStore, caller: Caller, sql: str) -> list[tuple[Any, ...]]:
    """Return what a statement finds."""
    return store.fetch(caller.team, sql, {})


def a_day(number: int = 40) -> list[dict[str, Any]]:
    """Events of a session of Claude Code: every fourth call fails, each call costs a cent."""
    records = []
    for n in range(number):
        success = "false" if n % 4 == 0 else "true"
        records.append(
            a_claude_event("tool_result", 2 * n, {"tool_name": "Bash", "tool_use_id": f"t{n}", "success": success})
        )
        spent = {"model": "opus", "cost_usd": 0.01, "input_tokens": 10, "output_tokens": 5, "cache_read_tokens": 100}
        records.append(a_claude_event("api_request", 2 * n + 1, spent))
    return records


SUMS = "SELECT calls, failed_calls, tokens_in, tokens_out, tokens_cached, model, source FROM session"


@pytest.mark.parametrize("packed", [True, False])
def test_a_session_is_counted_exactly_in_either_form(store: TeamStore, caller: Caller, packed: bool) -> None:
    """Its events are rows, and its own row sums them."""
    taken = send(store, caller, some_logs(CLAUDE, a_day()), packed=packed)

    assert {name: taken.counts[name] for name in ("stored", "sessions")} == {"stored": 80, "sessions": 1}
    assert read(store, caller, "SELECT count(*), sum(tokens_in) FROM event") == [(80, 400)]
    assert read(store, caller, SUMS) == [(40, 10, 400, 200, 4000, "opus", "otlp")]
    assert read(store, caller, "SELECT hex(id) FROM session") == [
        (hash_session("claude-code", SESSION).upper(),),
    ]


def test_batches_count_once_in_any_order_however_often(store: TeamStore, caller: Caller) -> None:
    """Cut anew, sent again and mixed, as exporters and collectors do."""
    records, draw = a_day(), random.Random(24)
    cuts = [records[start : start + size] for size in (7, 13, 80) for start in range(0, len(records), size)]
    draw.shuffle(cuts)
    for cut in cuts:
        send(store, caller, some_logs(CLAUDE, cut), packed=draw.random() < 0.5)

    assert read(store, caller, "SELECT count(*) FROM event") == [(80,)]
    assert read(store, caller, SUMS) == [(40, 10, 400, 200, 4000, "opus", "otlp")]
    assert read(store, caller, "SELECT sum(events), sum(tokens_in) FROM event_day") == [(80, 400)]


def test_three_agents_have_three_sessions(store: TeamStore, caller: Caller) -> None:
    """Each by its own names of calls, prompts and tokens."""
    done = {"event.kind": "response.completed", "input_token_count": "100", "cached_token_count": "90"}
    send(
        store,
        caller,
        some_logs(
            CODEX,
            [
                a_codex_event("conversation_starts", {"provider_name": "openai"}),
                a_codex_event("user_prompt", {"prompt_length": "12", "prompt": "[REDACTED]"}),
                a_codex_event("tool_result", {"tool_name": "apply_patch", "call_id": "c1", "success": "true"}),
                *(a_codex_event("sse_event", {"event.kind": "delta"}, time_ns=n + 1) for n in range(30)),
                a_codex_event("sse_event", {**done, "output_token_count": "20"}),
            ],
        ),
    )
    answered = {"model": "gemini-3-pro", "input_token_count": 100, "output_token_count": 20, "thoughts_token_count": 3}
    taken = send(
        store,
        caller,
        some_logs(
            GEMINI,
            [
                a_gemini_event("gemini_cli.user_prompt", {"prompt_length": 3, "prompt": "hunter2"}),
                a_gemini_event("gemini_cli.tool_call", {"function_name": "replace", "success": False}),
                a_gemini_event("gemini_cli.api_response", answered),
                a_gemini_event("gen_ai.client.inference.operation.details", {"gen_ai.usage.input_tokens": 100}),
                a_gemini_event("gemini_cli.something_new", {"input_token_count": 100}),
            ],
        ),
    )

    assert taken.counts["unknown"] == 1
    assert read(
        store,
        caller,
        "SELECT agent, model, prompts, calls, failed_calls, edits, tokens_in, tokens_out, tokens_cached FROM session "
        "ORDER BY agent",
    ) == [
        ("codex", "gpt-5.3-codex", 1, 1, 0, 1, 10, 20, 90),
        ("gemini-cli", "gemini-3-pro", 1, 1, 1, 0, 100, 23, 0),
    ]


def test_counters_of_both_kinds_of_time_count_once(store: TeamStore, caller: Caller) -> None:
    """What came since adds up, a total does not; a request sent again changes nothing."""
    words = {"session.id": SESSION, "model": "opus"}
    for n in (1, 2, 3, 3, 2):
        since, until = AT_NS + (n - 1) * MINUTE, AT_NS + n * MINUTE
        part = a_counter("claude_code.token.usage", 100, {**words, "type": "input"}, since_ns=since, time_ns=until)
        total = a_counter("claude_code.token.usage", 7 * n, {**words, "type": "output"}, temporality=2, time_ns=until)
        send(store, caller, some_metrics(CLAUDE, [part, total]))

    assert read(store, caller, "SELECT part, sum(value) FROM metric GROUP BY part ORDER BY part") == [
        ("input", 300),
        ("output", 21),
    ]
    assert read(store, caller, "SELECT tokens_in, tokens_out, calls FROM session") == [(300, 21, None)]


def test_events_and_counters_of_one_session_are_not_added(store: TeamStore, caller: Caller) -> None:
    """An exporter that sends both says the same twice."""
    words = {"session.id": SESSION, "model": "opus", "type": "input"}
    counter = some_metrics(CLAUDE, [a_counter("claude_code.token.usage", 400, words)])
    send(store, caller, counter)
    send(store, caller, some_logs(CLAUDE, a_day()))
    send(store, caller, counter)

    assert read(store, caller, SUMS) == [(40, 10, 400, 200, 4000, "opus", "otlp")]


@pytest.mark.parametrize(
    ("server", "team", "kept"),
    [("full", "counts", 0), ("counts", "full", 0), ("anonymous", "full", 0), ("full", "full", 1)],
)
def test_texts_are_kept_where_server_and_team_both_do(
    store: TeamStore, caller: Caller, server: TeamLevel, team: TeamLevel, kept: int
) -> None:
    """The stricter of the two holds."""
    event = a_claude_event("user_prompt", 1, {"prompt": "please fix the tests"})
    send(store, replace(caller, level=team), some_logs(CLAUDE, [event]), level=server)

    assert read(store, caller, "SELECT count(body) FROM event") == [(kept,)]


def test_secrets_are_taken_out_and_the_event_stays(store: TeamStore, caller: Caller) -> None:
    """Nobody redacted it before: a text is redacted, a word goes, a name is withheld, nothing is refused."""
    records = [
        a_claude_event("user_prompt", 1, {"prompt": f"deploy with {KEY} now"}),
        a_claude_event("tool_result", 2, {"tool_name": KEY, "error_type": "ShellError"}),
        a_claude_event(KEY, 3, {}),
    ]
    taken = send(store, replace(caller, level="full"), some_logs(CLAUDE, records))
    found = read(store, caller, "SELECT name, tool, error_type, body FROM event ORDER BY sequence IS NULL, sequence")

    assert taken.counts["stored"] == 3
    assert KEY not in repr(found)
    assert found[0][3].startswith("prompt: deploy with [aws")
    assert found[1][:3] == ("tool_result", None, "ShellError")
    assert found[2][0] == "withheld"


def test_what_redaction_cannot_clean_is_refused(
    store: TeamStore, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Should a rule find something in what was redacted, the row is not stored; the others are."""
    monkeypatch.setattr(SCAN, "redact", lambda row: row)
    records = [a_claude_event("tool_result", 1, {"tool_name": KEY}), a_claude_event("tool_result", 2, {})]
    taken = send(store, caller, some_logs(CLAUDE, records))

    assert (taken.counts["refused"], taken.counts["stored"]) == (1, 1)
    assert read(store, caller, "SELECT sequence FROM event") == [(2,)]


def test_no_address_is_stored(store: TeamStore, caller: Caller, tmp_path: Path) -> None:
    """An account is a keyed hash in every table, at every level."""
    send(store, replace(caller, level="full"), some_logs(CLAUDE, a_day(5)))
    store.close()
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("team.db*"))

    assert b"claude-code" in stored
    assert b"example.org" not in stored.lower()
    assert SESSION.encode() not in stored


def test_a_row_that_cannot_be_stored_is_told(store: TeamStore, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    """By OTLP's partial success, in the form of the request; the rest is stored."""
    accept = store.accept

    def refuse(who: Caller, rows: Sequence[WireRow], now: datetime) -> list[RowAnswer]:
        return [RowAnswer(rows[0].id, 0, "refused", "event.size is too large"), *accept(who, rows[1:], now)]

    monkeypatch.setattr(store, "accept", refuse)
    logs, points = some_logs(CLAUDE, a_day(2)), some_metrics(CLAUDE, [a_counter("a", 1, {}), a_counter("b", 1, {})])
    in_json, packed, counters = (
        send(store, caller, logs, packed=False).answer,
        ExportLogsServiceResponse.FromString(send(store, caller, logs).answer),
        ExportMetricsServiceResponse.FromString(send(store, caller, points).answer),
    )

    assert b'"rejectedLogRecords": "1"' in in_json
    assert packed.partial_success.rejected_log_records == 1
    assert counters.partial_success.rejected_data_points == 1


def test_a_session_is_made_up_when_the_request_comes_again(
    store: TeamStore, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A server that ended after the events and before the session's row."""
    with monkeypatch.context() as patch:
        patch.setattr(otlp_intake, "sum_exports", lambda *_: pytest.fail("ended here"))
        with pytest.raises(pytest.fail.Exception):
            send(store, caller, some_logs(CLAUDE, a_day()))
    taken = send(store, caller, some_logs(CLAUDE, a_day()))

    assert taken.counts["known"] == 80
    assert read(store, caller, SUMS) == [(40, 10, 400, 200, 4000, "opus", "otlp")]


def test_spans_are_taken_and_dropped(store: TeamStore, caller: Caller) -> None:
    """An exporter that got an error would send them again."""
    taken = take_export(
        TeamServer(store=store, scan=SCAN, level="full"),
        caller,
        "traces",
        b"\x0a\x00",
        NOW,
        content_type="application/x-protobuf",
    )

    assert (taken.answer, taken.counts) == (b"", {"bytes": 2})


def test_an_empty_request_is_fine(store: TeamStore, caller: Caller) -> None:
    """Exporters try an address with one."""
    assert send(store, caller, some_logs(CLAUDE, []), packed=False).answer == b"{}"
    assert send(store, caller, some_metrics(CLAUDE, [])).answer == b""


@pytest.mark.parametrize(
    ("body", "encoding", "media", "says"),
    [
        pytest.param(b"{}", "", "text/plain", "Content-Type is none of", id="another form"),
        pytest.param(b"{}", "", "", "Content-Type is none of", id="no form"),
        pytest.param(b"{", "", "application/json", "no JSON", id="damaged JSON"),
        pytest.param(b"\xff", "", "application/x-protobuf", "no protobuf", id="damaged protobuf"),
        pytest.param(b"{}", "gzip", "application/json", "gzip", id="not packed"),
    ],
)
def test_what_is_no_request_of_otlp_is_refused(  # noqa: PLR0917  # fixtures and a case
    store: TeamStore, caller: Caller, body: bytes, encoding: str, media: str, says: str
) -> None:
    """The words say what is wrong with it, and quote nothing."""
    server = TeamServer(store=store, scan=SCAN, level="full")
    with pytest.raises(WireError, match=says):
        take_export(server, caller, "logs", body, NOW, encoding=encoding, content_type=media)


def test_a_body_that_grows_too_large_is_refused(
    store: TeamStore, caller: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is read."""
    monkeypatch.setattr(otlp_intake, "MOST_EXPORT_BYTES", 1000)
    server = TeamServer(store=store, scan=SCAN, level="full")
    with pytest.raises(BodyTooLarge):
        take_export(
            server, caller, "logs", gzip.compress(b" " * 5000), NOW, encoding="gzip", content_type="application/json"
        )
