"""A brief in the form that agents take: one JSON object with two keys, and nothing beside it.

Agents read strictly: one throws away an answer with a key that it does not know, another one with any text beside the
JSON, and a third would take plain text for JSON where it begins with a brace.
"""

import json


def render_brief(event: str, words: str) -> str:
    """Return what goes to stdout; ``event`` is the agent's own name of it."""
    inner = {"hookEventName": event, "additionalContext": words}
    return json.dumps({"hookSpecificOutput": inner}, ensure_ascii=True)
