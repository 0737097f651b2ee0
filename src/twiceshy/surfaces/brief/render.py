"""A brief in the form that each agent takes: one function an agent, each with a golden file.

Agents read strictly: Codex throws away an answer with one key that it does not know, Gemini CLI one with any text
beside the JSON. Claude Code would take plain text too, but not tell it from JSON where it begins with a brace.
"""

import json
from collections.abc import Callable


def nested(event: str, words: str) -> str:
    """The context under ``hookSpecificOutput``, and nothing else."""
    inner = {"hookEventName": event, "additionalContext": words}
    return json.dumps({"hookSpecificOutput": inner}, ensure_ascii=True)


def gemini(event: str, words: str) -> str:
    """The same under Gemini CLI's own names."""
    return nested({"UserPromptSubmit": "BeforeAgent"}.get(event, event), words)


RENDERERS: dict[str, Callable[[str, str], str]] = {"claude-code": nested, "codex": nested, "gemini-cli": gemini}


def rendered(agent: str, event: str, words: str) -> str:
    """What goes to stdout; nothing for no words, or for an agent that would not read it."""
    renderer = RENDERERS.get(agent)
    return renderer(event, words) if words and renderer else ""
