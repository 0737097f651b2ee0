"""What kind of error a tool's message reports: a wrong call, a problem of the machine, or faulty code.

This works for any tool, without a list of tools: a message is searched line by line for the phrases that all tools use
(``lessons.error_phrases``). It is safe because some things are masked in the line first: values that the call itself
gave, quoted names, paths and numbers. ``pathspec 'proj-403' did not match`` repeats a value of the call, so neither its
``403`` nor its words are read as part of the message. The same comparison tells a wrong value from a missing
preparation: if the thing that is missing was named by the call, the value was wrong; if the call never named it
(``package.json`` for ``npm run build``), something has to be done first. So it is with a program that is not there,
and a connection that this machine itself refuses always is a preparation that was missed.

How the call ended decides with the words, of which only the call's own count (``lessons.call_complaints``): where it
worked, or says nothing against itself, nothing went wrong.

Six categories are usage errors; ``INFRASTRUCTURE``, ``CODE`` and ``NOTHING`` are not. The confidence of a verdict was
measured on labelled messages (``benchmarks/usage.py``).
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from twiceshy.commands.telling import find_telling_line
from twiceshy.commands.telling.unframed_text import unframe_text
from twiceshy.commands.testlog import read_verdicts
from twiceshy.lessons.call_complaints import CallEnd, find_own_words
from twiceshy.lessons.error_phrases import (
    ABSENT,
    CALL,
    CODE,
    CODE_AT_FAULT,
    FORMAT,
    INCORRECT,
    INFRASTRUCTURE,
    MISSING,
    NOTHING,
    OUTSIDE,
    PREREQUISITE,
    REFUSED,
    SEQUENCE,
    STATE,
    VALUE,
    WRONG_TOOL,
    Phrase,
)
from twiceshy.stats.text.fingerprint import KINDS, VARIABLE

VERSION = 5
_USAGE = frozenset({INCORRECT, FORMAT, PREREQUISITE, SEQUENCE, WRONG_TOOL, MISSING})
"""Categories of usage errors."""
LEARNABLE = _USAGE - {MISSING}
"""As the seed has it: what a tool's own message already says in full teaches nothing more."""
_MOST_LINES, _LONGEST_LINE = 60, 400
"""Of a message that are read (guess, 2026-11-21)."""
WORD = re.compile(r"[^\s'\"`,;()\[\]{}<>=|&\u2018\u2019\u201c\u201d]+")
_PLAIN_WORD = re.compile(r"[A-Za-z]+\Z")
_QUOTES = re.compile(r"(?<![\w])(['\"`\u2018\u201c])([^'\"`\u2018\u2019\u201c\u201d\n]{1,80})['\"`\u2019\u201d](?!\w)")
_FLAG = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
_FILE_NAME = re.compile(
    r"(?<![\w.-])[\w.-]*[\w-]\.(?:toml|json|ya?ml|xml|lock|mod|sum|cfg|ini|js|ts|py|git|env|ninja)\b(?![\w/])"
)
_SHORT_HASH = re.compile(r"[0-9a-f]{6,39}\Z")
_VALUE_MARK, _NAME_MARK = "<v>", "<s>"
_MOST_NAME_WORDS = 3
"""Words in quotes that still are a name and no sentence (guess, 2026-11-21)."""
_EDGE_LINES = 4
"""Lines at either end of an output in which a call is refused: in the middle other words stand (guess, 2026-11-21)."""
_NEAR_LINES = 5
"""Lines behind a vague one that may say more (guess, 2026-11-21)."""
_ALL_PHRASES = (*OUTSIDE, *STATE, *VALUE)
_SCHEMA = re.compile(r"\"expected\"\s*:\s*\"\w+\"\s*,\s*\"received\"\s*:\s*\"(\w+)\"")
"""A JSON schema's checker: the type that was wanted and the one that came."""
_ABSENT_TYPES = frozenset({"undefined", "null", "missing"})
_MOST_SCHEMA_CHARACTERS = 4_000
"""Characters of a message in which a schema's checker is looked for (guess, 2026-11-21)."""
_SURE, _UNSURE = 0.9, 0.3
_FEW_LINES = 3
"""Lines of an output that is a refusal and no report about code (guess, 2026-11-22)."""
_NAMED_ERROR = re.compile(
    r"(?:\w+\.)*(?!Assertion|Type|Syntax|Reference|Attribute|Key|Index|Name)[A-Z]\w*(?:Error|Exception): "
)
_MISSING_PROGRAM = re.compile(
    r"([\w./+-]+): command not found$|^\S+: (?:line )?(?:\d+: )?([\w./+-]+): not found$|command not found: (\S+)"
    r"|^make(?:\[\d+\])?: ([\w./+-]+): No such file or directory|\bexec: \"([^\" ]+)\": executable file not found"
    r"|\bspawn ([\w./+-]+) ENOENT|^(?:/usr/bin/)?env: \W?([\w.+-]+)\W?: No such file"
    r"|'([\w.+-]+)' is not recognized as an"
)
"""How shells and those that start programs say that there is no such program."""
_REFUSED_HERE = re.compile(r"\b(?:localhost|127\.0\.0\.\d+|0\.0\.0\.0)\b|\[?::1\]?")
"""This machine: what does not answer on it has not been started."""
_NO_CONNECTION = re.compile(r"refused|econnrefused|failed to connect|could not connect|cannot connect", re.IGNORECASE)
_PLACE_IN_CODE = re.compile(r"\S+\.(?!sh:)\w{1,6}:\d+:\d+: ")
_MODULE_MISSING = re.compile(r"(?:ModuleNotFoundError|ImportError): No module named|Error: Cannot find module '[^./]")


class ErrorVerdict(NamedTuple):
    """What a message says about the call."""

    kind: str
    """One of ``_USAGE``, ``INFRASTRUCTURE``, ``CODE``, ``NOTHING``; empty where no phrase fits."""
    confidence: float
    line: str = ""
    """The line of the message that decided."""
    phrase: str = ""
    """The words in it that did, with ``<v>`` for a value of the call."""
    values: tuple[str, ...] = ()
    """The call's values that the line names."""

    @property
    def usage(self) -> bool:
        """Whether the call was wrong."""
        return self.kind in _USAGE


UNKNOWN_END = CallEnd()
_FAILED = CallEnd(failed=True)


def classify_error(params: Mapping[str, object], message: str, end: CallEnd = UNKNOWN_END) -> ErrorVerdict:
    """Classify what a call with this input said; of an unknown end, it is taken for an error's message.

    >>> message = "error: pathspec 'proj-403' did not match any file(s)"
    >>> classify_error({"command": "git checkout proj-403"}, message).kind
    'INCORRECT_PARAMETER'
    """
    unframed = unframe_text(message)
    known = CallEnd(unframed.status if end.exit_status is None else end.exit_status, end.failed)
    if REFUSED.search(unframed.text[:_LONGEST_LINE]):
        return ErrorVerdict(NOTHING, _SURE)
    text = find_own_words(_command_of(params), unframed.text, known)
    if text.strip():
        return _classify_words(params, text, known)
    says_nothing = bool(message.strip()) or known != UNKNOWN_END
    return ErrorVerdict(NOTHING, _SURE) if says_nothing else ErrorVerdict("", _UNSURE)


def _command_of(params: Mapping[str, object]) -> str:
    """Return the command line of a call; empty for any other tool."""
    return str(params.get("command", params.get("cmd", "")))


def _classify_words(params: Mapping[str, object], text: str, end: CallEnd) -> ErrorVerdict:
    """Classify what a call says about itself."""
    given = call_words_of(params)
    lines = _pick_lines(text)
    if (schema := _SCHEMA.search(text[:_MOST_SCHEMA_CHARACTERS])) is not None:
        kind = MISSING if schema[1] in _ABSENT_TYPES else FORMAT
        return ErrorVerdict(kind, _SURE, lines[0], schema.group()[:80])
    refused = _find_missing_program(lines, given) or _match_phrases(_pick_refusal_lines(lines), given, CALL)
    if refused is not None:
        return refused
    hit = _classify_first_hit(lines, given)
    status = 1 if end.exit_status is None else end.exit_status
    if not (hit and _is_short_refusal(lines)) and _blames_code(_command_of(params), text, lines, status):
        return ErrorVerdict(CODE, _SURE, lines[0])
    return hit or _guess_value(lines[0], given, end)


def _is_short_refusal(lines: list[str]) -> bool:
    """Tell whether an output is a named error's single sentence, without the way that code took to it."""
    return len(lines) <= _FEW_LINES and any(_NAMED_ERROR.match(line) for line in lines)


def _guess_value(line: str, given: "CallWords", end: CallEnd) -> ErrorVerdict:
    """Return the verdict on a line without any known phrase: in a failed call a value that it names was wrong."""
    _, values = mask_values(line, given)
    if not end.is_failure:
        return ErrorVerdict(NOTHING, _UNSURE, line)
    return ErrorVerdict(INCORRECT, _UNSURE, line, "", values) if values else ErrorVerdict("", _UNSURE, line)


def _find_missing_program(lines: list[str], given: "CallWords") -> ErrorVerdict | None:
    """Return the verdict on a program that is not there; None where no line says so.

    The rule: if the call itself names the program, it was the wrong tool; if it does not, because a script or another
    program needs it, something has to be installed first.
    """
    ends = (*lines[: _EDGE_LINES + 1], *lines[-_EDGE_LINES:])
    for found in filter(None, map(_MISSING_PROGRAM.search, ends)):
        name = next(filter(None, found.groups()))
        named = given.has_word(name) or given.has_word(name.rpartition("/")[2])
        if not (named and found.group().startswith("make")):  # a file that make was given
            kind = WRONG_TOOL if named else PREREQUISITE
            return ErrorVerdict(kind, _SURE, found.string, found.group()[:80], (name,) if named else ())
    return None


def _pick_refusal_lines(lines: list[str]) -> list[str]:
    """Return the lines in which a tool refuses its call: the most telling, and both ends unless it blames code.

    What stands behind a place in code is a compiler's and about the code.
    """
    if len(lines) > 2 * _EDGE_LINES:
        lines = lines[:1] if CODE_AT_FAULT.match(lines[0]) else [*lines[: _EDGE_LINES + 1], *lines[-_EDGE_LINES:]]
    return [line for line in lines if not _PLACE_IN_CODE.match(line)]


def _classify_first_hit(lines: list[str], given: "CallWords") -> ErrorVerdict | None:
    """Classify by the first line that is about the machine, a state or a value; None where no line is."""
    for place, line in enumerate(lines):
        if (found := _match_phrases([line], given, _ALL_PHRASES)) is not None:
            if (
                found.kind == ABSENT
                and (nearer := _match_phrases(lines[place + 1 : place + _NEAR_LINES], given, (*OUTSIDE, *STATE)))
                is not None
            ):
                return nearer
            return _refine_verdict(found, lines[place : place + _NEAR_LINES], given)
    return None


def _refine_verdict(found: ErrorVerdict, lines: list[str], given: "CallWords") -> ErrorVerdict:
    """Refine a verdict by what only the call's input can tell."""
    if found.kind == ABSENT:
        return found._replace(kind=_classify_absent(lines, found, given))
    if found.kind == INFRASTRUCTURE and _REFUSED_HERE.search(" ".join((*lines, *given.whole))):
        return found._replace(kind=PREREQUISITE) if _NO_CONNECTION.search(" ".join(lines)) else found
    if found.kind == FORMAT and "manifest unknown" in found.phrase.lower():
        return found._replace(kind=FORMAT if any(_SHORT_HASH.match(one) for one in given.whole) else INCORRECT)
    if found.kind == INFRASTRUCTURE and "permission denied" in found.phrase.lower() and given.program in found.values:
        return found._replace(kind=PREREQUISITE)
    return found


def _classify_absent(lines: list[str], found: ErrorVerdict, given: "CallWords") -> str:
    """Return the kind for something that is not there: a wrong value of the call, or something to prepare first."""
    if found.values:
        short = [one for one in found.values if _SHORT_HASH.match(one) and one in given.whole]
        return FORMAT if short and any(char.isdigit() for char in short[0]) and not given.command else INCORRECT
    named = _FILE_NAME.findall(" ".join(lines))
    return PREREQUISITE if named and given.words and not any(given.has_word(one) for one in named) else INCORRECT


class CallWords(NamedTuple):
    """The input of a call, as words that a message may repeat."""

    words: frozenset[str]
    whole: frozenset[str]
    """Values as they were given."""
    program: str
    """First word of a command line."""
    command: bool

    def has_word(self, word: str) -> bool:
        """Tell whether a word of a message is one of the call's."""
        bare = word.rstrip(".:,!?/").removeprefix("./")
        if bare in self.words or word in self.words:
            return True
        parts = bare.split("/")
        return any("/".join(parts[start:]) in self.words for start in range(1, len(parts)))


def call_words_of(params: Mapping[str, object]) -> CallWords:
    """Return the words of a call's input, of whatever depth; long texts give their beginning only."""
    words: set[str] = set()
    whole: set[str] = set()
    for value in _leaf_texts_of(params):
        text = value[:4000]
        if len(text) <= 200:
            whole.add(text)
        for word in WORD.findall(text):
            bare = word.strip(".:,!?").rstrip("/").removeprefix("./")
            words |= {word, bare, bare.rpartition("/")[2], *bare.split(":")}
    command = str(params.get("command", params.get("cmd", "")))
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    return CallWords(frozenset(one for one in words if len(one) > 1), frozenset(whole), first, bool(command))


def _leaf_texts_of(value: object) -> Iterable[str]:
    """Yield every text and number in a value."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from _leaf_texts_of(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _leaf_texts_of(one)
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, bool):
        yield json.dumps(value, default=str)


def _pick_lines(text: str) -> list[str]:
    """Return the lines to read, the most telling one first."""
    lines = [line.strip(" \t│╷╵")[:_LONGEST_LINE] for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > _MOST_LINES:
        lines = lines[: _MOST_LINES // 3] + lines[-2 * _MOST_LINES // 3 :]
    first = find_telling_line(text)
    return [first, *(line for line in lines if line != first)] if first else lines or [text[:_LONGEST_LINE]]


def _match_phrases(lines: Iterable[str], given: CallWords, phrases: Iterable[Phrase]) -> ErrorVerdict | None:
    """Return a verdict by the first phrase in the first line that has any; None where no line has one."""
    for line in lines:
        masked, values = mask_values(line, given)
        for phrase in phrases:
            if (found := phrase.pattern.search(masked)) is not None:
                return ErrorVerdict(phrase.kind, phrase.weight, line, found.group()[:80], values)
    return None


def mask_values(line: str, given: CallWords) -> tuple[str, tuple[str, ...]]:
    """Return the line with values of the call as ``<v>`` and names, paths, numbers as their kind; and the values."""
    values: list[str] = []

    def mask_quote(found: re.Match[str]) -> str:
        inside = found[2]
        if inside in given.whole or given.has_word(inside):
            values.append(inside)
            return _VALUE_MARK
        return _NAME_MARK if len(inside.split()) <= _MOST_NAME_WORDS else found.group()

    def mask_word(found: re.Match[str]) -> str:
        word = found.group()
        if word in KINDS or _PLAIN_WORD.match(word.rstrip(".:!?")) or not given.has_word(word):
            return word
        values.append(word.rstrip(".:!?"))
        return _VALUE_MARK + (":" if word.endswith(":") else "")

    text = WORD.sub(mask_word, _QUOTES.sub(mask_quote, line))
    text = _FLAG.sub(lambda found: found.group() if found.group() == "--help" else _VALUE_MARK, text)
    return VARIABLE.sub(mask_variable, text), tuple(dict.fromkeys(values))


def mask_variable(found: re.Match[str]) -> str:
    """Return what replaces a varying part of a message; longer quoted sentences stay, as they may be the message."""
    kind = found.lastgroup or ""
    if kind == "q" and len(found.group().split()) > _MOST_NAME_WORDS:
        return found.group()
    return KINDS.get(kind) or found.group()


def _blames_code(command: str, text: str, lines: list[str], status: int) -> bool:
    """Tell whether a compiler, linter, test or interpreter says that the code is wrong."""
    if _MODULE_MISSING.match(lines[0]) and text.lstrip().startswith(("Traceback", "node:")):
        return False
    if any(CODE_AT_FAULT.match(line) for line in lines):
        return True
    return bool(command) and any(
        not one.green and one.problems and one.confidence >= 0.5
        for one in read_verdicts(command, text, exit_code=status)
    )


def classify_error_type(
    tool_name: str, params: Mapping[str, object], error_message: str, end: CallEnd = _FAILED
) -> dict[str, Any]:
    """Classify an error and return the verdict under the seed's keys; the tool's name is not used."""
    del tool_name
    found = classify_error(params, error_message, end)
    return {
        "is_usage_error": found.usage,
        "error_category": found.kind if found.usage else None,
        "confidence": found.confidence,
        "learnable": found.kind in LEARNABLE,
        "evidence": {
            "kind": found.kind or "UNKNOWN",
            "line": found.line,
            "phrase": found.phrase,
            "values": list(found.values),
        },
    }
