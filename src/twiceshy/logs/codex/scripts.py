"""Calls that a script makes inside one call: Codex's ``exec`` runs JavaScript that calls the other tools.

The log holds the script and what it printed, not the calls. Those whose arguments are written out are read from the
script, without running it. What each gave back is known where the script printed every result as the tool gave it, or
made one call only; else it stays unknown.
"""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import orjson

from twiceshy.logs.journal import Record, text_at
from twiceshy.records.events import Failure

_CALL: Final = re.compile(r"(?<![\w.$])tools(?:\.(?P<name>\w+)|\[\s*[\"'](?P<key>[\w.-]+)[\"']\s*\])\s*\(")
_ASSIGNED: Final = re.compile(r"\b(?:const|let|var)\s+(\w+)\s*=\s*(?=[\"'`])")
_FIELD: Final = re.compile(r"[\"']?(\w+)[\"']?\s*:\s*")
_WORD: Final = re.compile(r"\w+")
_SKIPPED: Final = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)
_ESCAPE: Final = re.compile(r"\\(?:u\{([0-9a-fA-F]{1,6})\}|u([0-9a-fA-F]{4})|x([0-9a-fA-F]{2})|(\r\n|.))", re.DOTALL)
_QUOTES: Final = ("'", '"', "`")
_DEPTHS: Final = {"{": 1, "[": 1, "(": 1, "}": -1, "]": -1, ")": -1}
_LETTERS: Final = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "v": "\v", "0": "\0", "\n": "", "\r\n": ""}
_HEAD: Final = re.compile(
    r"Script (completed|failed|running with cell ID \S+)\nWall time [\d.]{1,20} seconds?\nOutput:\n?"
)
_GIVEN: Final = frozenset({"exit_code", "chunk_id"})
"""One of these stands in what a command gave back."""
_MOST_CALLS = 50
"""Calls read of one script (guess, 2026-11-22: a script makes a handful)."""


class ScriptCall(NamedTuple):
    """A call that a script makes."""

    tool: str
    given: Record
    """Its arguments, as far as they are written out."""


class ScriptResult(NamedTuple):
    """What a call in a script gave back."""

    text: str
    exit_code: int | None
    failure: Failure | None
    duration_s: float | None


def list_calls(script: str) -> list[ScriptCall]:
    """Return the calls of tools that stand in a script, in order; none of those in its texts and comments.

    >>> list_calls('text(await tools.exec_command({cmd: "git status", workdir: "/w"}))')
    [ScriptCall(tool='exec_command', given={'cmd': 'git status', 'workdir': '/w'})]
    """
    known: dict[str, str] = {}
    calls: list[ScriptCall] = []
    at = 0
    while at < len(script) and len(calls) < _MOST_CALLS:
        if (skipped := _SKIPPED.match(script, at)) is not None:
            at = skipped.end()
        elif script[at] in "\"'`":
            at = _end_of_text(script, at)
        elif (found := _ASSIGNED.match(script, at)) is not None:
            end = _end_of_text(script, found.end())
            known[found[1]] = _unescape(script[found.end() + 1 : end - 1])
            at = end
        elif (found := _CALL.match(script, at)) is not None:
            calls.append(ScriptCall(found["name"] or found["key"], _read_arguments(script, found.end(), known)))
            at = found.end()
        else:
            at += 1
    return calls


def list_parallel_calls(given: Record) -> list[ScriptCall]:
    """Return the calls of ``multi_tool_use.parallel``, whose arguments are written out."""
    uses = given.get("tool_uses")
    found = []
    for use in uses if isinstance(uses, list) else ():
        if isinstance(use, dict) and (name := text_at(use, "recipient_name")):
            parameters = use.get("parameters")
            found.append(ScriptCall(name.rpartition(".")[2], parameters if isinstance(parameters, dict) else {}))
    return found[:_MOST_CALLS]


def split_output(text: str, output: Any, count: int) -> list[ScriptResult | None]:
    """Return what each of ``count`` calls gave back; None where the script's output does not say."""
    head = _HEAD.match(text)
    body = text[head.end() :] if head else text
    printed = _list_printed(body, output)
    if len(printed) == count:
        return [_read_result(one) for one in printed]
    running = head is not None and head[1].startswith("running")
    if count == 1 and head is not None and not running:
        failure = Failure.ERROR if head[1] == "failed" else None
        return [ScriptResult(body.strip("\n"), None, failure, None)]
    return [None] * count


def _list_printed(body: str, output: Any) -> list[Record]:
    """Return the results that were printed as the tool gives them: one a part, one a line, or one list."""
    parts = [text_at(part, "text") or "" for part in output] if isinstance(output, list) else body.split("\n")
    values = [_load(part) for part in parts if part.lstrip()[:1] in ("{", "[")]
    flat = [one for value in values for one in (value if isinstance(value, list) else [value])]
    held = [one.get("value", one) for one in flat if isinstance(one, dict)]  # the value, of Promise.allSettled
    return list(filter(_is_result, held))


def _is_result(value: Any) -> bool:
    """Tell whether a printed value is what a command gave back."""
    return isinstance(value, dict) and "output" in value and not _GIVEN.isdisjoint(value)


def _load(part: str) -> Any:
    """Return what a printed part is as JSON; None where it is something else."""
    try:
        return orjson.loads(part)
    except ValueError:
        return None


def _read_result(printed: Record) -> ScriptResult:
    code, seconds = printed.get("exit_code"), printed.get("wall_time_seconds")
    known = code if type(code) is int else None
    duration = float(seconds) if isinstance(seconds, int | float) else None
    return ScriptResult(str(printed["output"]), known, Failure.ERROR if known else None, duration)


def _read_arguments(script: str, at: int, known: dict[str, str]) -> Record:
    """Return the fields of an object, or the one text, that are a call's arguments."""
    at = _skip_blanks(script, at)
    value = _read_text(script, at, known)
    if value is not None:
        return {"input": value}
    if script[at : at + 1] != "{":
        return {}
    given: Record = {}
    depth, at = 1, at + 1
    while at < len(script) and depth:
        if depth == 1 and (field := _FIELD.match(script, at)) is not None:
            at = field.end()
            if (value := _read_text(script, at, known)) is not None:
                given[field[1]] = value
        depth += _DEPTHS.get(script[at : at + 1], 0)
        at = _end_of_text(script, at) if script[at : at + 1] in _QUOTES else at + 1
    return given


def _read_text(script: str, at: int, known: dict[str, str]) -> str | None:
    """Return the text that stands here, or that the name here stands for; None for anything that is computed."""
    if script[at : at + 1] in _QUOTES:
        inner = script[at + 1 : _end_of_text(script, at) - 1]
        return None if script[at] == "`" and "${" in inner else _unescape(inner)
    word = _WORD.match(script, at)
    if word is None or script[_skip_blanks(script, word.end()) :][:1] not in (",", "}", ")"):
        return None
    return known.get(word[0])


def _end_of_text(script: str, at: int) -> int:
    """Return the place behind the text that begins here."""
    quote = script[at]
    at += 1
    while at < len(script) and script[at] != quote:
        at += 2 if script[at] == "\\" else 1
    return min(at + 1, len(script))


def _skip_blanks(script: str, at: int) -> int:
    while at < len(script) and script[at].isspace():
        at += 1
    return at


def _unescape(text: str) -> str:
    """Return a text without its escapes."""
    return _ESCAPE.sub(_unescape_one, text) if "\\" in text else text


def _unescape_one(found: re.Match[str]) -> str:
    code = found[1] or found[2] or found[3]
    if code:
        number = int(code, 16)
        return chr(number) if number <= 0x10FFFF and not 0xD800 <= number <= 0xDFFF else "\ufffd"
    return _LETTERS.get(found[4], found[4])


def list_inner_calls(tool: str, given: Record) -> Sequence[ScriptCall]:
    """Return the calls inside a call; none for a tool that makes none."""
    if tool == "exec" and isinstance(script := given.get("input"), str):
        return list_calls(script) if "tools" in script else ()
    return list_parallel_calls(given) if tool in ("multi_tool_use.parallel", "parallel") else ()
