"""Claude Code's events and counters, as its page on monitoring has them.

Read on 2026-11-23: https://code.claude.com/docs/en/monitoring-usage for 2.1.287; 2.1.197 was driven.
``event.sequence`` counts within a process and begins at 0 again when a session is resumed: with the time beside it no
two events are one.
"""

from twiceshy.logs.otlp.exported import Attributes
from twiceshy.logs.otlp.exporter import Exporter, TokenNames, load_object, split_words


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
