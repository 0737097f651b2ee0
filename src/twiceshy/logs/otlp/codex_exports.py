"""Codex's events and counters, as its source has them.

Read on 2026-11-23: https://github.com/openai/codex, ``codex-rs/otel/src`` at 0136a73, metrics at 5d8041e; 0.169.0 was
driven. Tokens stand on the ``codex.sse_event`` that ends a response; every other one is a piece of a stream. Of its
counters and histograms most say how its own parts did: a session of two calls has 150 of them.
"""

from twiceshy.logs.codex.results import COMMIT, parse_output
from twiceshy.logs.otlp.exported import Attributes
from twiceshy.logs.otlp.exporter import Exporter, TokenNames, split_words


def _read_failure(attributes: Attributes) -> bool:
    """Return whether a command ended with another status than 0: its call is a success all the same."""
    _, status, _ = parse_output(attributes.get("output"))
    return bool(status)


def _read_commit(attributes: Attributes) -> str | None:
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
    tell_commit=_read_commit,
    durations=split_words(
        "api_request.duration_ms tool.call.duration_ms turn.e2e_duration_ms turn.token_usage turn.ttft.duration_ms"
    ),
    prompt="user_prompt",
    result="tool_result",
    edit_tools=frozenset({"apply_patch"}),
)
