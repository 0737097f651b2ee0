"""An exporter's record becomes one row, the same however often it comes, and holds no more than its level allows."""

import json
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.logs.otlp.exports import (
    AT,
    CLAUDE,
    CODEX,
    GEMINI,
    SESSION,
    a_claude_event,
    a_codex_event,
    a_gemini_event,
    a_record,
    some_logs,
    write_json,
)

from twiceshy.logs.otlp.exporters import EXPORTERS, ExportedLog
from twiceshy.logs.otlp.metric_rows import ExportRows, make_event_rows
from twiceshy.logs.otlp.requests import read_json_logs
from twiceshy.privacy.wire.random_ids import hash_call, hash_session
from twiceshy.privacy.wire.row_kinds import KINDS, LEVELS, Level
from twiceshy.privacy.wire.wire_rows import encode_row, limit_level

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SALT = b"of this team"


def made(resource: Mapping[str, Any], records: list[dict[str, Any]], level: Level = "counts") -> ExportRows:
    """Rows of records that came as JSON."""
    logs = read_json_logs(write_json(some_logs(resource, records))).logs
    return make_event_rows(logs, salt=SALT, level=level, now=NOW)


def kept(resource: Mapping[str, Any], record: dict[str, Any], level: Level = "counts") -> dict[str, Any]:
    """What is kept of one record, but whose it is."""
    (row,) = made(resource, [record], level).rows
    return {name: value for name, value in row.data.items() if name not in {"agent", "session_hash", "person"}}


def test_a_result_of_claude_code_becomes_a_row() -> None:
    """Its flag is a text; the commit that its command made stands in JSON."""
    details = json.dumps({"full_command": "git commit -m secret", "git_commit_id": "0123abc"})
    event = a_claude_event(
        "tool_result",
        7,
        {
            "tool_name": "Bash",
            "tool_use_id": "toolu_01A",
            "success": "false",
            "duration_ms": 12.5,
            "error_type": "ShellError",
            "decision_type": "accept",
            "decision_source": "config",
            "tool_result_size_bytes": 431,
            "tool_parameters": details,
        },
    )
    (row,) = made(CLAUDE, [event]).rows

    assert (row.kind, row.rev, row.at) == ("event", 0, AT.replace(second=AT.second + 7))
    assert row.data == {
        "agent": "claude-code",
        "name": "tool_result",
        "session_hash": hash_session("claude-code", SESSION),
        "person": row.data["person"],
        "sequence": 7,
        "tool": "Bash",
        "call_hash": hash_call("claude-code", SESSION, "toolu_01A"),
        "success": False,
        "duration_ms": 12.5,
        "error_type": "ShellError",
        "decision": "accept",
        "decision_source": "config",
        "size": 431,
        "commit_id": "0123abc",
    }


@pytest.mark.parametrize(
    ("resource", "record", "tokens"),
    [
        pytest.param(
            CLAUDE,
            a_claude_event(
                "api_request",
                1,
                {
                    "model": "claude-opus-4-6[1m]",
                    "cost_usd": 0.25,
                    "input_tokens": 10,
                    "output_tokens": "20",
                    "cache_read_tokens": 300,
                    "cache_creation_tokens": 5,
                },
            ),
            {"model": "claude-opus-4-6[1m]", "cost_usd": 0.25, "tokens_in": 15, "tokens_out": 20, "tokens_cached": 300},
            id="cached tokens beside the others",
        ),
        pytest.param(
            CODEX,
            a_codex_event(
                "sse_event",
                {
                    "event.kind": "response.completed",
                    "input_token_count": "1000",
                    "cached_token_count": "900",
                    "output_token_count": "50",
                    "reasoning_token_count": "40",
                    "tool_token_count": "1050",
                },
            ),
            {"model": "gpt-5.3-codex", "tokens_in": 100, "tokens_out": 50, "tokens_cached": 900},
            id="cached tokens among the others, as texts",
        ),
        pytest.param(
            GEMINI,
            a_gemini_event(
                "gemini_cli.api_response",
                {
                    "model": "gemini-3-pro",
                    "input_token_count": 1000,
                    "output_token_count": 50,
                    "cached_content_token_count": 900,
                    "thoughts_token_count": 40,
                    "tool_token_count": 5,
                    "total_token_count": 1095,
                },
            ),
            {"model": "gemini-3-pro", "tokens_in": 105, "tokens_out": 90, "tokens_cached": 900},
            id="thoughts apart",
        ),
    ],
)
def test_tokens_are_counted_as_in_logs(resource: Any, record: Any, tokens: dict[str, Any]) -> None:
    """No token in two of the three, whatever the agent calls them."""
    assert {name: value for name, value in kept(resource, record).items() if name in tokens} == tokens


def test_an_answer_that_comes_twice_has_its_tokens_once() -> None:
    """Gemini CLI sends it by its own name and by the conventions of generative AI."""
    usage = {"gen_ai.usage.input_tokens": 1000, "gen_ai.usage.output_tokens": 50, "gen_ai.request.model": "gemini-3"}
    found = made(GEMINI, [a_gemini_event("gen_ai.client.inference.operation.details", usage)])

    assert [row.data["name"] for row in found.rows] == ["gen_ai.client.inference.operation.details"]
    assert not {"tokens_in", "tokens_out"} & set(found.rows[0].data)
    assert found.unknown == {}


def test_pieces_of_a_stream_are_left_out() -> None:
    """But for the one with the tokens, and failed ones."""
    pieces = [
        a_codex_event("sse_event", {"event.kind": "response.output_text.delta"}, time_ns=n + 1) for n in range(50)
    ]
    done = a_codex_event("sse_event", {"event.kind": "response.completed", "input_token_count": "5"})
    failed = a_codex_event("sse_event", {"error.message": "idle timeout waiting for SSE"})
    found = made(CODEX, [*pieces, done, failed])

    assert len(found.rows) == 2
    assert found.passed == 50


def test_resent_and_reordered_records_are_the_same_rows() -> None:
    """An id is made of what the record says, so that order and time of arrival do not matter."""
    records = [a_claude_event("tool_result", number, {"tool_use_id": f"toolu_{number}"}) for number in range(20)]
    again = made(CLAUDE, list(reversed(records)))
    later = make_event_rows(
        read_json_logs(write_json(some_logs(CLAUDE, records))).logs, salt=SALT, level="full", now=NOW.replace(hour=23)
    )

    first = {row.id for row in made(CLAUDE, records).rows}
    assert len(first) == 20
    assert {row.id for row in again.rows} == first == {row.id for row in later.rows}


def test_a_resumed_session_counts_from_nothing_and_loses_no_event() -> None:
    """The same place in the same session, at another time: two events."""
    second = a_claude_event("tool_result", 3, {})
    second["timeUnixNano"] = str(int(second["timeUnixNano"]) + 1)

    assert len({row.id for row in made(CLAUDE, [a_claude_event("tool_result", 3, {}), second]).rows}) == 2


def test_two_records_that_say_the_same_are_two() -> None:
    """Agents that do not number events may do the same thing twice at once; sent again they are the same two."""
    record = a_codex_event("tool_decision", {"tool_name": "exec_command", "decision": "approved"})
    first, again = made(CODEX, [record, record]), made(CODEX, [record, record])

    assert len({row.id for row in first.rows}) == 2
    assert [row.id for row in first.rows] == [row.id for row in again.rows]


def test_another_team_has_other_ids_and_people() -> None:
    """Nothing but session and call is the same for two teams."""
    logs = read_json_logs(write_json(some_logs(CLAUDE, [a_claude_event("auth", 1, {})]))).logs
    (one,) = make_event_rows(logs, salt=b"one", level="counts", now=NOW).rows
    (two,) = make_event_rows(logs, salt=b"two", level="counts", now=NOW).rows

    assert one.id != two.id
    assert one.data["person"] != two.data["person"]
    assert one.data["session_hash"] == two.data["session_hash"]


def test_an_address_is_one_person_however_it_is_written() -> None:
    """Across agents too; and the address itself stands nowhere."""
    (claude,) = made(CLAUDE, [a_claude_event("auth", 1, {})]).rows
    (codex,) = made(CODEX, [a_codex_event("user_prompt", {})]).rows

    assert claude.data["person"] == codex.data["person"]
    assert b"xample" not in encode_row(claude)


SECRETS = {
    "prompt": "please use hunter2",
    "prompt_text": "please use hunter2",
    "response": "I used hunter2",
    "tool_parameters": '{"full_command":"login hunter2"}',
    "tool_input": '{"password":"hunter2"}',
    "error": "hunter2 is wrong",
    "error.message": "hunter2 is wrong",
    "body": "hunter2",
    "arguments": "hunter2",
    "output": "hunter2",
    "function_args": "hunter2",
    "request_text": "hunter2",
    "response_text": "hunter2",
    "user.email": "hunter2@example.org",
    "user.id": "hunter2",
    "organization.id": "hunter2",
    "host.name": "hunter2",
    "workspace.host_paths": "/home/hunter2",
    "something.new": "hunter2",
}
ALL_EVENTS = [
    pytest.param(resource, exporter.prefix + name, id=f"{exporter.agent} {name}")
    for exporter, resource in zip(EXPORTERS, (CLAUDE, CODEX, GEMINI), strict=True)
    for name in sorted(exporter.events)
]


@pytest.mark.parametrize(("resource", "name"), ALL_EVENTS)
@pytest.mark.parametrize("level", ["counts", "anonymous"])
def test_below_full_no_text_of_any_event_is_kept(resource: Any, name: str, level: Level) -> None:
    """Of all that the three agents send, whatever people let them send."""
    record = a_record({**SECRETS, "event.name": name, "input_token_count": 1}, body="hunter2 said")
    (row,) = made({**resource, "host.name": "hunter2"}, [record], level).rows

    assert b"hunter2" not in encode_row(row)
    assert limit_level(row, level) == row


def test_at_full_texts_are_kept_one_behind_the_other() -> None:
    """But not what an exporter withheld, and no more than a row holds."""
    event = a_claude_event("user_prompt", 1, {"prompt": "<REDACTED>", "tool_input": "a\0b", "error": "x" * 10_000})
    (row,) = made(CLAUDE, [event], "full").rows

    assert str(row.data["body"]).startswith("tool_input: ab\nerror: xxx")
    assert len(str(row.data["body"])) == 8 << 10


def test_somebodys_own_tool_has_its_name_only_above_counts() -> None:
    """The name of a server of a team's own is no word of a closed list."""
    records = [
        (CLAUDE, a_claude_event("tool_result", 1, {"tool_name": "mcp__acme__pay"}), "mcp__acme__pay"),
        (CODEX, a_codex_event("tool_result", {"tool_name": "pay", "mcp_server": "acme"}), "pay"),
        (GEMINI, a_gemini_event("gemini_cli.tool_call", {"function_name": "pay", "mcp_server_name": "acme"}), "pay"),
    ]

    for resource, record, name in records:
        assert kept(resource, record)["tool"] == "mcp_tool"
        assert kept(resource, record, "anonymous")["tool"] == name


def test_codex_built_in_tools_keep_their_names() -> None:
    """It names an empty server there."""
    record = a_codex_event("tool_result", {"tool_name": "exec_command", "mcp_server": "", "mcp_server_origin": ""})

    assert kept(CODEX, record)["tool"] == "exec_command"


@pytest.mark.parametrize(
    ("details", "commit"),
    [
        ('{"git_commit_id":"0123abc"}', "0123abc"),
        ('{"git_commit_id":"main"}', None),
        ('{"git_commit_id":5}', None),
        ('{"git_commit_id":', None),
        ('["git_commit_id"]', None),
        ('{"git_commit_id":' + "[" * 5000, None),
        ('{"a":"' + "x" * 70_000 + '","git_commit_id":"0123abc"}', None),
        (3, None),
    ],
)
def test_a_commit_is_found_in_the_details_of_a_call(details: Any, commit: str | None) -> None:
    """Damaged JSON names none."""
    assert kept(CLAUDE, a_claude_event("tool_result", 1, {"tool_parameters": details})).get("commit_id") == commit


@pytest.mark.parametrize(
    ("output", "success", "commit"),
    [
        ("Chunk ID: 07a328\nWall time: 0.0000 seconds\nProcess exited with code 1\nOutput:\n", False, None),
        ("Wall time: 0.1000 seconds\nProcess exited with code 0\nOutput:\nfine\n", True, None),
        ("Wall time: 0.1 seconds\nOutput:\n[main 0123abc] Fix it\n 1 file changed, 1 insertion(+)\n", True, "0123abc"),
        ("Process exited with code 1", True, None),
        ("", True, None),
    ],
)
def test_a_command_of_codex_fails_by_its_status(output: str, success: bool, commit: str | None) -> None:
    """Codex calls the call a success; status and commit stand in its output, which is not kept."""
    found = kept(CODEX, a_codex_event("tool_result", {"success": "true", "output": output}))

    assert (found["success"], found.get("commit_id")) == (success, commit)
    assert "body" not in found


@pytest.mark.parametrize(
    ("metadata", "success"),
    [('{"exitCode":1,"isError":true}', False), ('{"exitCode":0,"isError":false}', True), ("{", True), ("", True)],
)
def test_a_command_of_gemini_cli_fails_by_its_status(metadata: str, success: bool) -> None:
    """Gemini CLI calls the call a success."""
    record = a_gemini_event("gemini_cli.tool_call", {"success": True, "metadata": metadata})

    assert kept(GEMINI, record)["success"] is success


def test_unknown_names_are_kept_and_counted() -> None:
    """A new event of a known agent, one of another program, and a sentence; what has no name at all is left out."""
    records = [
        a_claude_event("brand_new", 1, {"tool_name": "Bash", "prompt": "hunter2"}),
        a_record({"event.name": "order.paid", "amount": 5}),
        a_record({}, body="Paid 5 by Ann"),
        a_record({}, name="event shop/src/order.rs:12"),
        a_record({"event.name": "Ann paid 5 euros"}),
    ]
    found = made({"service.name": "shop"}, records)

    assert [(row.data["agent"], row.data["name"]) for row in found.rows] == [
        ("claude-code", "brand_new"),
        ("other", "order.paid"),
        ("other", "unnamed"),
    ]
    assert (found.unknown, found.passed) == ({"claude-code": 1, "other": 2}, 2)
    assert all(set(row.data) <= {"agent", "name", "session_hash", "person"} for row in found.rows)


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        pytest.param({"timeUnixNano": "0", "observedTimeUnixNano": "1000000000"}, 1, id="observed"),
        pytest.param({"timeUnixNano": str(2**63)}, NOW.timestamp(), id="damaged: now"),
        pytest.param({}, NOW.timestamp(), id="none: now"),
    ],
)
def test_a_record_without_a_time_has_another(record: dict[str, Any], expected: float) -> None:
    """Its event's own text, when it was observed, or now."""
    (row,) = made(CLAUDE, [{**record, "eventName": "claude_code.auth"}]).rows

    assert row.at.timestamp() == expected


def test_exact_counts_of_a_generated_day() -> None:
    """Of three agents, sent in three requests, one of them twice."""
    claude = [a_claude_event("tool_result", n, {"success": "true" if n % 4 else "false"}) for n in range(100)]
    claude += [a_claude_event("api_request", 100 + n, {"input_tokens": 2, "cost_usd": 0.01}) for n in range(10)]
    codex = [a_codex_event("tool_result", {"success": "false"}, time_ns=n + 1) for n in range(30)]
    gemini = [a_gemini_event("gemini_cli.tool_call", {"success": True}, time_ns=n + 1) for n in range(20)]
    sent = [(CLAUDE, claude), (CODEX, codex), (CLAUDE, claude[50:]), (GEMINI, gemini)]
    rows = {row.id: row for resource, records in sent for row in made(resource, records).rows}

    assert Counter((row.data["agent"], row.data["name"], row.data.get("success")) for row in rows.values()) == {
        ("claude-code", "tool_result", True): 75,
        ("claude-code", "tool_result", False): 25,
        ("claude-code", "api_request", None): 10,
        ("codex", "tool_result", False): 30,
        ("gemini-cli", "tool_call", True): 20,
    }
    assert [row.data["tokens_in"] for row in rows.values() if "tokens_in" in row.data] == [2] * 10


SCALARS = st.one_of(
    st.booleans(), st.integers(), st.floats(), st.text(max_size=30), st.sampled_from(["true", "12", ""])
)
KEYS = st.sampled_from(
    sorted(
        {"event.name", "event.sequence", "event.timestamp", "session.id", "conversation.id", "user.email"}
        | {
            name
            for one in EXPORTERS
            for table in (one.words, one.numbers, one.flags)
            for names in table.values()
            for name in names
        }
        | {name for one in EXPORTERS for tokens in one.tokens.values() for name in (*tokens.plus, *tokens.minus)}
        | {name for one in EXPORTERS for name in (*one.texts, *one.call, *one.own_tools)}
    )
)


@given(
    st.dictionaries(KEYS, SCALARS, max_size=8),
    st.sampled_from(sorted(name for one in EXPORTERS for name in (one.prefix + event for event in one.events))),
    st.text(max_size=20),
    st.sampled_from(LEVELS),
)
def test_any_record_makes_rows_of_the_wires_form(values: dict[str, Any], name: str, body: str, level: Level) -> None:
    """Whatever stands in it, and nothing above its level."""
    log = ExportedLog(
        resource={}, attributes={"event.name": name, **values}, body=body, event_name="", time_ns=0, observed_ns=0
    )
    for row in make_event_rows([log], salt=SALT, level=level, now=NOW).rows:
        encode_row(row)
        assert limit_level(row, level) == row
        assert set(row.data) <= {field.name for field in KINDS["event"].fields}
