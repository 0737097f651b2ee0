"""Outputs of tools: their own text without the head, exit status and seconds, and why a call failed."""

import re
from typing import Any, Final

import orjson

from twiceshy.logs.journal import text_at, to_json
from twiceshy.logs.log_numbers import to_count
from twiceshy.records.events import Failure

_HEADER: Final = re.compile(
    r"(?:Chunk ID: \w+\n)?(?:Exit code: (-?\d{1,10})\n)?Wall time: ([\d.]{1,20}) seconds\n"
    r"(?:Process exited with code (-?\d{1,10})\n|(Process running with session ID \d+\n))?"
    r"(?:(?:Original token count|Total output lines): \d+\n)*Output:\n?"
)
_FAILED: Final = re.compile(
    r"[\w ]{3,40} failed\b|failed to |unsupported call: |unknown (?:tool|function)|error: ", re.IGNORECASE
)
_REJECTED: Final = re.compile(r"[^\n]{0,2000}(?:\brejected by user|\bRejected\(\")")
"""On the line that says what failed; the command stands before it."""
COMMIT: Final = re.compile(r"^\[[^\]\n]{1,200} ([0-9a-f]{7,40})\] [^\n]*\n(?: .*\n)*? \d+ files? changed", re.MULTILINE)


def parse_output(output: Any) -> tuple[str, int | None, float | None]:
    """Return an output's own text, exit status and seconds, in each of the forms that versions have used.

    Of a command that goes on the line with its id stays: later calls that wait for it name that id.
    """
    if isinstance(output, list):
        return "\n".join(text_at(part, "text") or f"[{part.get('type')}]" for part in output), None, None
    if not isinstance(output, str):
        content = output.get("content") if isinstance(output, dict) else None
        return content if isinstance(content, str) else to_json(output), None, None
    if output.startswith('{"output":'):
        return _parse_object(output)
    found = _HEADER.match(output, _find_header(output))
    if not found:
        return output, None, None
    code = found[1] or found[3]
    return (found[4] or "") + output[found.end() :], int(code) if code else None, float(found[2])


def _find_header(output: str) -> int:
    """Return where the head begins: versions differ in whether the command stands before it."""
    if not output.startswith("Command: "):
        return 0
    return 1 + (max(output.find("\nChunk ID: "), 0) or max(output.find("\nWall time: "), -1))


def _parse_object(output: str) -> tuple[str, int | None, float | None]:
    """Return the same of an output that is an object as text."""
    try:
        held = orjson.loads(output)
    except ValueError:
        return output, None, None
    about = held.get("metadata") or {}
    return str(held["output"]), about.get("exit_code"), about.get("duration_seconds")


def failure_of(text: str, exit_code: int | None) -> Failure | None:
    """Return why a call of the client's own tools did not do what was asked; None where it did."""
    if exit_code is not None:
        return Failure.ERROR if exit_code else None
    if text.startswith("aborted by user"):
        return Failure.INTERRUPTED
    if _FAILED.match(text):
        return Failure.REJECTED if _REJECTED.match(text) else Failure.ERROR
    return Failure.REJECTED if text.startswith("rejected by user") else None


def read_token_counts(usage: Any) -> tuple[int, int, int] | None:
    """Return the tokens (input with cached, cached, output with reasoning); None where there are none."""
    if not isinstance(usage, dict):
        return None
    return (
        to_count(usage.get("input_tokens")),
        to_count(usage.get("cached_input_tokens")),
        to_count(usage.get("output_tokens")),
    )
