"""Find whose an exported record is, and its name without the agent's prefix."""

import json
from collections.abc import Callable, Mapping, Sized
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, TypeAlias

from twiceshy.logs.codex.calls import COMMIT, parse_output
from twiceshy.privacy.wire.wire_rows import WireError

# What a request of an exporter holds, flat: one record for each log record and each data point.
#
# Format: https://opentelemetry.io/docs/specs/otlp/ (1.9). ``json_requests`` and ``protobuf_requests`` make the same of
# both forms, so that a test compares them.

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


# What is read of one agent's events and counters: which attribute fills which field of a row, and which are texts.

Names = tuple[str, ...]
_LONGEST_OBJECT = 64 << 10
"""Characters of JSON in an attribute that are read (guess, 2026-11-23: agents cut it at 4 KB)."""


def _tell_nothing(_: Attributes) -> bool:
    """Return that nothing is known."""
    return False


def _tell_no_commit(_: Attributes) -> str | None:
    """Return that there is none."""
    return None


class TokenNames(NamedTuple):
    """Attributes that are added up for one count of tokens, and those that are taken off again."""

    plus: Names
    minus: Names = ()


class Exporter(NamedTuple):
    """One agent's exporter."""

    agent: str
    prefix: str
    """Of its names; rows have them without it, as their agent says whose they are."""
    services: frozenset[str]
    """``service.name`` of its resources, for names without the prefix."""
    session: Names
    sequence: str
    """Counts its events; empty where it counts none."""
    call: Names
    account: Names
    """Who worked, by what is named first; it is hashed at once."""
    events: frozenset[str]
    """Names whose attributes are read; of others only agent, name, time and session are kept."""
    words: Mapping[str, Names]
    """Fields that are words, each with the attributes that may hold it: the first that does counts."""
    numbers: Mapping[str, Names]
    flags: Mapping[str, Names]
    tokens: Mapping[str, TokenNames]
    texts: Names
    """Attributes with what people and models said and what tools answered: kept at the level ``full`` only."""
    own_tools: Names = ()
    """Attributes that say, with any text, that a tool is somebody's own; so does a name with two ``_`` in it."""
    failures: frozenset[str] = frozenset()
    """Events that are failures by their name."""
    chunks: Mapping[str, Names] = {}
    """Events that come by the thousand, as an answer streams in: kept where one of these attributes is there."""
    tell_failure: Callable[[Attributes], bool] = _tell_nothing
    """Says that a call did not do what it was to, where its agent calls it a success all the same."""
    tell_commit: Callable[[Attributes], str | None] = _tell_no_commit
    """Finds the commit that a call made."""
    durations: frozenset[str] = frozenset()
    """Histograms that are kept, as their sums and counts; of counters all are."""
    prompt: str = ""
    """The event of a person's prompt."""
    result: str = ""
    """The event of a call that ended."""
    edit_tools: frozenset[str] = frozenset()
    counters: Mapping[tuple[str, str], tuple[tuple[str, int], ...]] = {}
    """Counters of a session by name and part: the fields they add to, or take from, where no event has these."""


METRIC_WORDS: Mapping[str, Names] = {
    "part": ("type", "gen_ai.token.type", "token_type", "kind", "operation", "start_type", "status"),
    "tool": ("tool_name", "function_name", "tool"),
    "model": ("model", "gen_ai.request.model"),
    "decision": ("decision",),
}
"""Fields of a counter's row, for every agent."""


def split_words(text: str) -> frozenset[str]:
    """Return the words of a text."""
    return frozenset(text.split())


def load_object(value: str | bool | float | None) -> Mapping[str, Any]:
    """Return the JSON object that an attribute holds as text; an empty one where it holds none."""
    if not isinstance(value, str) or len(value) > _LONGEST_OBJECT or not value.startswith("{"):
        return {}
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def take_first(attributes: Attributes, names: Names) -> str | bool | int | float | None:
    """Return the value of the first of these attributes that is there and not empty."""
    for name in names:
        found = attributes.get(name)
        if found is not None and found != "":
            return found
    return None


# Claude Code's events and counters, as its page on monitoring has them.
#
# Read on 2026-11-23: https://code.claude.com/docs/en/monitoring-usage for 2.1.287; 2.1.197 was driven.
# ``event.sequence`` counts within a process and begins at 0 again when a session is resumed: with the time beside it no
# two events are one.


def _read_commit(attributes: Attributes) -> str | None:
    """Return the commit that a command made, as the JSON of its details names it."""
    details = attributes.get("tool_parameters")
    if not isinstance(details, str) or "git_commit_id" not in details:
        return None
    commit = load_object(details).get("git_commit_id")
    return commit if isinstance(commit, str) else None


CLAUDE_CODE = Exporter(
    agent="claude-code",
    prefix="claude_code.",
    services=frozenset({"claude-code", "claude-code-desktop"}),
    session=("session.id",),
    sequence="event.sequence",
    call=("tool_use_id",),
    account=("user.email", "user.account_uuid", "user.account_id", "user.id"),
    events=split_words(
        """
        api_error api_refusal api_request api_request_body api_response_body api_retries_exhausted assistant_response
        at_mention auth compaction feedback_survey hook_execution_complete hook_execution_start hook_plugin_metrics
        hook_registered internal_error managed_settings_resolved mcp_server_connection permission_mode_changed
        plugin_installed plugin_loaded retention_sweep skill_activated subagent_completed system_prompt tool_decision
        tool_result user_prompt
        """
    ),
    words={
        "tool": ("tool_name",),
        "model": ("model",),
        "error_type": ("error_type", "error_name", "error_category", "error_code"),
        "decision": ("decision", "decision_type", "to_mode", "trigger", "status"),
        "decision_source": ("source", "decision_source"),
    },
    numbers={
        "duration_ms": ("duration_ms", "total_duration_ms", "total_retry_duration_ms"),
        "cost_usd": ("cost_usd",),
        "size": ("tool_result_size_bytes", "prompt_length", "response_length", "body_length"),
        "status": ("status_code",),
        "attempt": ("attempt", "total_attempts"),
    },
    flags={"success": ("success",)},
    tokens={
        "tokens_in": TokenNames(("input_tokens", "cache_creation_tokens")),
        "tokens_out": TokenNames(("output_tokens",)),
        "tokens_cached": TokenNames(("cache_read_tokens",)),
    },
    texts=("prompt_text", "prompt", "response", "tool_parameters", "tool_input", "error", "body", "system_prompt"),
    failures=frozenset({"api_error", "api_refusal", "api_retries_exhausted", "internal_error"}),
    tell_commit=_read_commit,
    prompt="user_prompt",
    result="tool_result",
    edit_tools=frozenset({"Edit", "MultiEdit", "NotebookEdit", "Write"}),
    counters={
        ("token.usage", "input"): (("tokens_in", 1),),
        ("token.usage", "cacheCreation"): (("tokens_in", 1),),
        ("token.usage", "output"): (("tokens_out", 1),),
        ("token.usage", "cacheRead"): (("tokens_cached", 1),),
        ("cost.usage", ""): (("cost_usd", 1),),
        ("commit.count", ""): (("commits", 1),),
    },
)


# Codex's events and counters, as its source has them.
#
# Read on 2026-11-23: https://github.com/openai/codex, ``codex-rs/otel/src`` at 0136a73, metrics at 5d8041e; 0.169.0 was
# driven. Tokens stand on the ``codex.sse_event`` that ends a response; every other one is a piece of a stream. Of its
# counters and histograms most say how its own parts did: a session of two calls has 150 of them.


def _read_failure(attributes: Attributes) -> bool:
    """Return whether a command ended with another status than 0: its call is a success all the same."""
    _, status, _ = parse_output(attributes.get("output"))
    return bool(status)


def _read_codex_commit(attributes: Attributes) -> str | None:
    """Return the commit that a command says it made."""
    output = attributes.get("output")
    found = COMMIT.search(output) if isinstance(output, str) else None
    return found[1] if found else None


CODEX = Exporter(
    agent="codex",
    prefix="codex.",
    services=frozenset({"codex", "codex-cli", "codex_cli_rs", "codex_exec", "codex_tui", "codex_vscode"}),
    session=("conversation.id",),
    sequence="",
    call=("call_id",),
    account=("user.email", "user.account_id"),
    events=split_words(
        """
        api_request auth_recovery conversation_starts sandbox_outcome sse_event startup_phase tool_decision
        tool_result turn_ttft user_prompt websocket_connect websocket_event websocket_request
        """
    ),
    words={
        "tool": ("tool_name",),
        "model": ("model", "slug"),
        "error_type": ("auth.error_code",),
        "decision": ("decision", "outcome", "event.kind", "approval_policy"),
        "decision_source": ("source",),
    },
    numbers={
        "duration_ms": ("duration_ms", "initial_duration_ms"),
        "size": ("prompt_length",),
        "status": ("http.response.status_code",),
        "attempt": ("attempt",),
    },
    flags={"success": ("success",)},
    tokens={
        "tokens_in": TokenNames(("input_token_count",), minus=("cached_token_count",)),
        "tokens_out": TokenNames(("output_token_count",)),
        "tokens_cached": TokenNames(("cached_token_count",)),
    },
    texts=("prompt", "arguments", "output", "error.message"),
    own_tools=("mcp_server",),
    chunks={
        "sse_event": ("input_token_count", "error.message"),
        "websocket_event": ("input_token_count", "error.message"),
    },
    tell_failure=_read_failure,
    tell_commit=_read_codex_commit,
    durations=split_words(
        "api_request.duration_ms tool.call.duration_ms turn.e2e_duration_ms turn.token_usage turn.ttft.duration_ms"
    ),
    prompt="user_prompt",
    result="tool_result",
    edit_tools=frozenset({"apply_patch"}),
)


# Gemini CLI's events and counters, as its page on telemetry and its source have them.
#
# Read on 2026-11-23: https://github.com/google-gemini/gemini-cli, ``docs/cli/telemetry.md`` at 04bcbc6 and
# ``packages/core/src/telemetry`` at 0123bca; 0.61.0 was driven. Each answer of a model comes twice: as
# ``api_response``, whose tokens count here, and by the conventions of generative AI, where they would count once more.
# It names no id of a call. Its resource holds the command line, with the prompt: nothing of a resource is kept but the
# session.


def _read_gemini_failure(attributes: Attributes) -> bool:
    """Return whether a command ended with another status than 0: its call is a success all the same."""
    return load_object(attributes.get("metadata")).get("isError") is True


GEMINI_CLI = Exporter(
    agent="gemini-cli",
    prefix="gemini_cli.",
    services=frozenset({"gemini-cli"}),
    session=("session.id",),
    sequence="",
    call=(),
    account=("user.email", "installation.id"),
    events=split_words(
        """
        agent.finish agent.start api_error api_request api_response approval_mode_duration approval_mode_switch
        chat.content_retry chat.content_retry_failure chat.invalid_chunk chat_compression config conversation_finished
        edit_correction edit_strategy end_session extension_disable extension_enable extension_install
        extension_uninstall extension_update file_operation flash_fallback gen_ai.client.inference.operation.details
        hook_call ide_connection loop_detected malformed_json_response model_routing next_speaker_check
        plan.approval_mode_duration plan_execution rewind ripgrep_fallback slash_command slash_command.model
        startup_stats tool_call tool_output_truncated user_prompt web_fetch_fallback_attempt
        """
    ),
    words={
        "tool": ("function_name", "tool_name"),
        "model": ("model", "decision_model", "model_name"),
        "error_type": ("error_type", "error.type", "final_error_type"),
        "decision": ("decision", "to_mode", "terminate_reason", "correction", "operation", "result"),
        "decision_source": ("decision_source",),
    },
    numbers={
        "duration_ms": ("duration_ms", "routing_latency_ms", "total_duration_ms"),
        "size": ("content_length", "prompt_length", "lines"),
        "status": ("status_code", "http.status_code"),
        "attempt": ("attempt_number", "total_attempts"),
    },
    flags={"success": ("success",)},
    tokens={
        "tokens_in": TokenNames(("input_token_count", "tool_token_count"), minus=("cached_content_token_count",)),
        "tokens_out": TokenNames(("output_token_count", "thoughts_token_count")),
        "tokens_cached": TokenNames(("cached_content_token_count",)),
    },
    texts=("prompt", "function_args", "request_text", "response_text", "error", "error.message", "error_message"),
    own_tools=("mcp_server_name", "extension_name"),
    failures=frozenset({"api_error", "malformed_json_response", "chat.content_retry_failure", "loop_detected"}),
    tell_failure=_read_gemini_failure,
    durations=split_words("agent.duration api.request.latency tool.call.latency"),
    prompt="user_prompt",
    result="tool_call",
    edit_tools=frozenset({"replace", "write_file"}),
    counters={
        ("token.usage", "input"): (("tokens_in", 1),),
        ("token.usage", "tool"): (("tokens_in", 1),),
        ("token.usage", "output"): (("tokens_out", 1),),
        ("token.usage", "thought"): (("tokens_out", 1),),
        ("token.usage", "cache"): (("tokens_cached", 1), ("tokens_in", -1)),
    },
)


EXPORTERS = (CLAUDE_CODE, CODEX, GEMINI_CLI)
NOBODY = Exporter(
    agent="other",
    prefix="",
    services=frozenset(),
    session=("session.id", "conversation.id", "gen_ai.conversation.id"),
    sequence="",
    call=(),
    account=("user.email", "user.id"),
    events=frozenset(),
    words={},
    numbers={},
    flags={},
    tokens={},
    texts=(),
)
"""For what no agent known here sent: it is counted by name."""


class NamedExport(NamedTuple):
    """Whose a record is, and what it is called there."""

    exporter: Exporter
    name: str


def find_exporter(resource: Attributes, *names: str, body: str = "") -> NamedExport:
    """Return whose a record is; of its names the first with an agent's prefix counts, else the first at all.

    A body is a name only where it has such a prefix: elsewhere it is a text.

    >>> find_exporter({}, "tool_result", body="claude_code.tool_result").name
    'tool_result'
    >>> find_exporter({"service.name": "gemini-cli"}, "loop_detected").exporter.agent
    'gemini-cli'
    >>> find_exporter({"service.name": "shop"}, "", body="order 66").name
    ''
    """
    for name in (*names, body):
        for exporter in EXPORTERS:
            if name.startswith(exporter.prefix):
                return NamedExport(exporter, name.removeprefix(exporter.prefix))
    service = resource.get("service.name")
    exporter = next((one for one in EXPORTERS if service in one.services), NOBODY)
    return NamedExport(exporter, next((name for name in names if name), ""))
