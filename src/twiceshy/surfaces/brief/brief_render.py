"""A brief in the form that each agent takes: one function an agent, each with a golden file.

Agents read strictly: Codex throws away an answer with one key that it does not know, Gemini CLI one with any text
beside the JSON. Claude Code would take plain text too, but not tell it from JSON where it begins with a brace.
"""

import json
from collections.abc import Callable


def _render_nested(event: str, words: str) -> str:
    """Return the context under ``hookSpecificOutput``, and nothing else."""
    inner = {"hookEventName": event, "additionalContext": words}
    return json.dumps({"hookSpecificOutput": inner}, ensure_ascii=True)


def _render_gemini(event: str, words: str) -> str:
    """Return the same under Gemini CLI's own names."""
    return _render_nested({"UserPromptSubmit": "BeforeAgent"}.get(event, event), words)


RENDERERS: dict[str, Callable[[str, str], str]] = {
    "claude-code": _render_nested,
    "codex": _render_nested,
    "gemini-cli": _render_gemini,
}


def render_brief(agent: str, event: str, words: str) -> str:
    """Return what goes to stdout; empty for no words, or for an agent that would not read it."""
    renderer = RENDERERS.get(agent)
    return renderer(event, words) if words and renderer else ""
