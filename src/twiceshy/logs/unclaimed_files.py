"""Files that no reader claims: what can be said of one, and whether it looks like the log of an agent at all.

Whoever names a file wants to know why it was not read. Of a folder only what looks like a log is worth a word: most
JSON and Markdown in a project is its own. Nothing is quoted from a file but the names of its first keys.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import orjson

from twiceshy.logs.local_paths import spell_path
from twiceshy.records.ingest import UnclaimedFile

_KEYS: Final = 6  # keys of an object that are named (guess, 2026-11-22)
_KEY: Final = re.compile(r"[A-Za-z_$][\w.$-]{0,29}")
"""A key that is shown as it is; a longer or odder one may be data."""
_MAGIC: Final = {
    b"SQLite format 3\0": "an SQLite database",
    b"\x1f\x8b": "a file compressed by gzip (unpack it first)",
    b"PK\x03\x04": "a zip archive (unpack it first)",
    b"\x28\xb5\x2f\xfd": "a file compressed by zstd (unpack it first)",
    b"%PDF": "a PDF",
    b"{\\rtf": "rich text",
}
_SPEECH: Final = re.compile(
    rb'"(?:role|type|source|speaker|author)"\s*:\s*"(?:user|human|assistant|agent|model|gemini|ai|bot|tool)"'
)
_SESSION: Final = re.compile(
    rb'"(?:session_?id|thread_?id|conversation_?id|chat_?id|composer_?id|trajectory|trajectory_format|cwd|workdir)"\s*:',
    re.IGNORECASE,
)
_TOOLS: Final = re.compile(
    rb'"(?:tool_?calls?|tool_?use|tool_?results?|tool_?name|function_?call|observation|action|command|exit_?code)"\s*:'
    rb'|"type"\s*:\s*"(?:tool_use|tool_result|function_call|command_execution|toolCall)"',
    re.IGNORECASE,
)
_TURN: Final = re.compile(
    rb"^(?:#{1,4} |_?\*\*)(?:user|human|you|prompt|assistant|agent|claude|codex|cursor|gemini|copilot)\b.{0,80}$",
    re.IGNORECASE | re.MULTILINE,
)
_LEAST_TURNS = 3  # headings of turns that make a page a talk (guess, 2026-11-22)
_SIGNS_NEEDED = 2  # of speech, session and tools: a data set of chats has the first alone (guess, 2026-11-22)


def looks_like_log(path: Path, head: bytes) -> bool:
    """Tell whether a file that nobody claims may be some agent's log, by its first bytes."""
    if path.suffix == ".md":
        return len(_TURN.findall(head)) >= _LEAST_TURNS
    if head.lstrip()[:1] not in (b"{", b"["):
        return False
    if path.name.endswith((".traj", ".traj.json")):
        return True
    signs = sum(1 for sign in (_SPEECH, _SESSION, _TOOLS) if sign.search(head))
    return signs >= _SIGNS_NEEDED


def describe(path: Path, head: bytes, *, named: bool) -> UnclaimedFile:
    """Return what can be said of a file that nobody claims."""
    return UnclaimedFile(path=spell_path(path), recognised=f"{_describe(head)}, of no known agent", named=named)


def _describe(head: bytes) -> str:
    if not head.strip():
        return "an empty file"
    magic = next((words for start, words in _MAGIC.items() if head.startswith(start)), None)
    if magic:
        return magic
    kind = {b"{": _describe_objects, b"[": _describe_list}.get(head.lstrip()[:1])
    found = kind(head.lstrip()) if kind else None
    if found:
        return found
    return "binary data" if b"\0" in head else "text that is no JSON"


def _describe_objects(head: bytes) -> str | None:
    """Describe an object, or lines of objects; None where it is something else."""
    lines = head.split(b"\n")
    first = _load(lines[0])
    if isinstance(first, dict) and len([line for line in lines if line.strip()]) > 1:
        return f"JSON lines, the first with {_name_keys(first)}"
    whole = first if isinstance(first, dict) else _load(head)
    if isinstance(whole, dict):
        return f"a JSON object with {_name_keys(whole)}"
    keys = list(dict.fromkeys(_scan_keys(head)))
    return f"a JSON object with {_join_keys(keys)}" if keys else None


def _describe_list(head: bytes) -> str | None:
    """Describe a list; None where it is something else."""
    whole = _load(head)
    if isinstance(whole, list):
        inner = whole[0] if whole and isinstance(whole[0], dict) else None
        return f"a JSON list of objects with {_name_keys(inner)}" if inner else "a JSON list"
    return "a JSON list" if re.match(rb'\[\s*(?:[{\["\d-]|true|false|null)', head) else None


def _load(data: bytes) -> Any:
    """Return what the bytes hold as JSON; None where they are torn or something else."""
    try:
        return orjson.loads(data)
    except ValueError:
        return None


def _scan_keys(head: bytes) -> Iterator[str]:
    """Yield the outermost keys of an object whose end is not there, in order."""
    depth = 0
    for found in re.finditer(rb'"((?:[^"\\]|\\.)*)"(\s*:)?|[{}\[\]]', head):
        if found[0] in (b"{", b"["):
            depth += 1
        elif found[0] in (b"}", b"]"):
            depth -= 1
        elif depth == 1 and found[2]:
            yield found[1].decode("utf-8", "replace")


def _name_keys(record: dict[str, Any]) -> str:
    return _join_keys(list(record))


def _join_keys(keys: list[str]) -> str:
    """Return the first keys in words; those that may be data are not shown."""
    if not keys:
        return "no keys"
    shown = ", ".join(key if _KEY.fullmatch(key) else "…" for key in keys[:_KEYS])
    more = f" and {len(keys) - _KEYS} more" if len(keys) > _KEYS else ""
    return f"the keys {shown}{more}" if len(keys) > 1 else f"the key {shown}"
