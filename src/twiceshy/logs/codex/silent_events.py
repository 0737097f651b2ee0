"""Records of a rollout that repeat others or say nothing: most of its lines, told by name before they are parsed."""

from typing import Final

SILENT: Final = frozenset(
    {
        "agent_message",
        "user_message",
        "exec_command_begin",
        "exec_command_end",
        "exec_command_output_delta",
        "task_started",
        "task_complete",
        "turn_started",
        "turn_complete",
        "web_search_begin",
        "web_search_end",
        "mcp_tool_call_begin",
        "mcp_tool_call_end",
        "patch_apply_begin",
        "context_compacted",
        "turn_diff",
        "plan_update",
        "collab_waiting_begin",
        "collab_waiting_end",
        "collab_agent_spawn_begin",
        "collab_agent_spawn_end",
        "collab_agent_interaction_begin",
        "collab_agent_interaction_end",
        "collab_close_begin",
        "collab_close_end",
        "dynamic_tool_call_request",
        "dynamic_tool_call_response",
        "agent_reasoning",
        "agent_reasoning_section_break",
        "item_started",
        "item_completed",
        "background_event",
        "session_configured",
        "view_image_tool_call",
        "agent_reasoning_raw_content",
        "thread_settings_applied",
    }
)
"""Kinds of ``event_msg`` whose content stands in a ``response_item`` too, or that say nothing."""
REPEATING: Final = frozenset({"world_state", "token_usage_record"})
"""Records of 0.169 that say again what the context and ``token_count`` say."""
