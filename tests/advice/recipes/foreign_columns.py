"""Which stored texts others wrote, and a mark behind each of them."""

import json
from typing import Any

FOREIGN = {
    "read": {
        "project": ("name",),
        "session": ("branch", "title", "version", "entrypoint"),
        "prompt": ("text",),
        "reply": ("model", "text"),
        "call": ("path", "command", "query"),
        "result": ("message", "words", "text", "commit_hash"),
        "edit": ("path",),
        "usage": ("model",),
        "mark": ("name", "text"),
    },
    "learned": {
        "lesson": ("subject", "description", "root_cause", "trigger", "steps", "bad", "good", "contexts", "scope_of"),
        "mistake_patterns": ("model_name", "error_signature"),
        "mistake_occurrences": ("project_path", "file_path", "generated_code", "error_message", "fix"),
    },
}
"""Text columns that others fill, by when they are marked here: after the logs are read, and after they are learned
from."""
LEFT_ALONE = {"action", "check", "regex", "condition", "error_regex", "fingerprints"}
"""Members of a lesson's JSON that are words of ours, patterns or digests."""


def mark_json(value: Any, mark: str) -> Any:
    """The value with a mark behind each text that others wrote."""
    if isinstance(value, dict):
        return {key: one if key in LEFT_ALONE else mark_json(one, mark) for key, one in value.items()}
    if isinstance(value, list):
        return [mark_json(one, mark) for one in value]
    return f"{value} {mark}" if isinstance(value, str) and value else value


def mark_text(text: str, mark: str) -> str:
    """The text with the mark behind it; of JSON each text in it."""
    return json.dumps(mark_json(json.loads(text), mark)) if text[0] in "[{" else f"{text} {mark}"
