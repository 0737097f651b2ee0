"""Gemini CLI's events and counters, as its page on telemetry and its source have them.

Read on 2026-11-23: https://github.com/google-gemini/gemini-cli, ``docs/cli/telemetry.md`` at 04bcbc6 and
``packages/core/src/telemetry`` at 0123bca; 0.61.0 was driven. Each answer of a model comes twice: as ``api_response``,
whose tokens count here, and by the conventions of generative AI, where they would count once more. It names no id of a
call. Its resource holds the command line, with the prompt: nothing of a resource is kept but the session.
"""

from twiceshy.logs.otlp.exported import Attributes
from twiceshy.logs.otlp.exporter import Exporter, TokenNames, load_object, split_words


def _read_failure(attributes: Attributes) -> bool:
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
    tell_failure=_read_failure,
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
