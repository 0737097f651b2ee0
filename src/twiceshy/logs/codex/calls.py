"""Tool calls: what each of Codex's tools does, the command lines and the patches that their inputs hold."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

import orjson

from twiceshy.logs.edit_events import BEGIN, FilePatch, parse_patch
from twiceshy.logs.journal import Record, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.records.events import Action, Failure

ACTIONS: Final[Mapping[str, Action]] = {
    "exec_command": Action.RUN,
    "shell": Action.RUN,
    "shell_command": Action.RUN,
    "container.exec": Action.RUN,
    "local_shell": Action.RUN,
    "bash": Action.RUN,
    "unified_exec": Action.RUN,
    "apply_patch": Action.EDIT,
    "Edit": Action.EDIT,
    "Write": Action.WRITE,
    "read_file": Action.READ,
    "view_image": Action.READ,
    "Read": Action.READ,
    "read_mcp_resource": Action.READ,
    "Grep": Action.SEARCH,
    "grep_files": Action.SEARCH,
    "list_dir": Action.SEARCH,
    "tool_search": Action.SEARCH,
    "list_mcp_resources": Action.SEARCH,
    "list_mcp_resource_templates": Action.SEARCH,
    "web_search": Action.WEB,
    "update_plan": Action.PLAN,
    "request_user_input": Action.ASK,
    "spawn_agent": Action.DELEGATE,
    "send_input": Action.DELEGATE,
    "write_stdin": Action.WAIT,
    "wait": Action.WAIT,
    "wait_agent": Action.WAIT,
    "close_agent": Action.WAIT,
}
VERBS: Final[Mapping[str, Action]] = {
    "read": Action.READ,
    "fetch": Action.READ,
    "get": Action.READ,
    "search": Action.SEARCH,
    "list": Action.SEARCH,
    "find": Action.SEARCH,
    "query": Action.SEARCH,
    "ask": Action.SEARCH,
}
"""First words of the names of MCP tools (those with a ``namespace``)."""
_WISHES: Final = {"sandbox_permissions": "require_escalated", "with_escalated_permissions": True}
"""Inputs by which a call asks to run outside of the sandbox: the newer and the older one."""
ASKS: Final = ('{"sandbox_permissions":"require_escalated"', '{"with_escalated_permissions":true')
"""How the inputs begin that ``put_wish_first`` returned for such a call."""
_SHELLS: Final = frozenset({"bash", "sh", "zsh", "/bin/bash", "/bin/sh", "/bin/zsh", "/usr/bin/bash", "/usr/bin/zsh"})


def put_wish_first(given: Record) -> Record:
    """Return the input with its wish to leave the sandbox first, since rows keep the beginning of an input only.

    >>> put_wish_first({"cmd": "ls", "with_escalated_permissions": True})
    {'with_escalated_permissions': True, 'cmd': 'ls'}
    """
    wish = {key: value for key, value in _WISHES.items() if given.get(key) == value}
    return {**wish, **given}


def find_patch(given: Record) -> list[FilePatch]:
    """Return the files of a patch in a call's input: its only text, or behind ``apply_patch`` in a command."""
    for value in given.values():
        parts = value if isinstance(value, list) else [value]
        for part in parts:
            if isinstance(part, str) and BEGIN in part[:2000] and (len(parts) == 1 or "apply_patch" in str(parts[0:3])):
                return parse_patch(part) if "apply_patch" in part[:200] or BEGIN in part[:40] else []
    return []


def command_of(given: Record) -> str | None:
    """Return the command line: of ``bash -lc SCRIPT`` the script; None where there is none."""
    command = given.get("cmd", given.get("command"))
    if isinstance(command, list) and command:
        words = [str(word) for word in command]
        if len(words) == 3 and words[0] in _SHELLS and words[1].startswith("-"):
            return words[2]
        return " ".join(words)
    return command if isinstance(command, str) else None


# Calls that a script makes inside one call: Codex's ``exec`` runs JavaScript that calls the other tools.
#
# The log holds the script and what it printed, not the calls. Those whose arguments are written out are read from the
# script, without running it. What each gave back is known where the script printed every result as the tool gave it, or
# made one call only; else it stays unknown.

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


# Outputs of tools: their own text without the head, exit status and seconds, and why a call failed.

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
