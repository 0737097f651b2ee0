"""What kind of error a tool's message tells of: a call that was wrong, a machine that was, or code that was.

Any tool, no list of tools: a message is read line by line for the turns of phrase that all of them use
(``lessons.classify_words``). What makes this safe is what is taken out of the line first: values that the call itself
gave, quoted names, paths and numbers. ``pathspec 'proj-403' did not match`` names a value of the call, so that neither
its ``403`` nor its words are read as the message's. The same comparison tells a wrong value from a missing preparation:
where something is not there that the call named, the value was wrong; where it is something that the call never named
(``package.json`` of ``npm run build``), something has to be done first.

Six categories are usage errors; ``INFRASTRUCTURE``, ``CODE`` and ``NOTHING`` are not. How sure a verdict is was
measured on labelled messages (``benchmarks/usage.py``).
"""

import json
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from twiceshy.facts.fingerprint import ANSI, KINDS, VARIABLE, headline
from twiceshy.facts.testlog import read
from twiceshy.lessons.classify_words import (
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

VERSION = 1
USAGE = frozenset({INCORRECT, FORMAT, PREREQUISITE, SEQUENCE, WRONG_TOOL, MISSING})
"""Categories of usage errors."""
LEARNABLE = USAGE - {MISSING}
"""As the seed has it: what a tool's own message already says in full teaches nothing more."""
MOST_LINES, LONGEST_LINE = 60, 400
"""Of a message that are read (guess)."""
STATUS = re.compile(
    r"\A\s*(?:Error: )?(?:Exit code|exit status|Command (?:failed|exited) with (?:exit )?code)[ :]*(\d+)\.?[ \t]*"
    r"(?:\n|\Z)"
)
WORD = re.compile(r"[^\s'\"`,;()\[\]{}<>=|&\u2018\u2019\u201c\u201d]+")
PLAIN_WORD = re.compile(r"[A-Za-z]+\Z")
QUOTES = re.compile(r"(?<![\w])(['\"`\u2018\u201c])([^'\"`\u2018\u2019\u201c\u201d\n]{1,80})['\"`\u2019\u201d](?!\w)")
FLAG = re.compile(r"(?<![\w-])--?[a-zA-Z][\w-]*")
FILE_NAME = re.compile(
    r"(?<![\w.-])[\w.-]*[\w-]\.(?:toml|json|ya?ml|xml|lock|mod|sum|cfg|ini|js|ts|py|git|env|ninja)\b(?![\w/])"
)
ABBREVIATED = re.compile(r"[0-9a-f]{6,39}\Z")
VALUE_MARK, NAME_MARK = "<v>", "<s>"
MOST_NAME_WORDS = 3
"""Words in quotes that still are a name and no sentence (guess)."""
EDGE = 4
"""Lines at either end of an output in which a call is refused: in the middle other words stand (guess)."""
NEAR = 5
"""Lines behind a vague one that may say more (guess)."""
EVERYTHING = (*OUTSIDE, *STATE, *VALUE)
SCHEMA = re.compile(r"\"expected\"\s*:\s*\"\w+\"\s*,\s*\"received\"\s*:\s*\"(\w+)\"")
"""A JSON schema's checker: the type that was wanted and the one that came."""
ABSENT_TYPES = frozenset({"undefined", "null", "missing"})
CODE_LETTERS = 4_000
SURE, UNSURE = 0.9, 0.3


class Verdict(NamedTuple):
    """What a message tells of."""

    kind: str
    """One of ``USAGE``, ``INFRASTRUCTURE``, ``CODE``, ``NOTHING``; empty where no phrase fits."""
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
        return self.kind in USAGE


def verdict(params: Mapping[str, object], message: str) -> Verdict:
    """What the message of a call with this input tells of.

    >>> verdict({"command": "git checkout proj-403"}, "error: pathspec 'proj-403' did not match any file(s)").kind
    'INCORRECT_PARAMETER'
    """
    status = STATUS.match(message)
    text = cleaned(message[status.end() :] if status else message)
    if REFUSED.search(text[:LONGEST_LINE]):
        return Verdict(NOTHING, SURE)
    if not text:
        return Verdict(NOTHING if status else "", SURE if status else UNSURE)
    given = given_of(params)
    lines = telling(text)
    if (schema := SCHEMA.search(text[:CODE_LETTERS])) is not None:
        kind = MISSING if schema[1] in ABSENT_TYPES else FORMAT
        return Verdict(kind, SURE, lines[0], schema.group()[:80])
    if (found := by_words(edges(lines), given, CALL)) is not None:
        return found
    if at_fault(str(params.get("command", params.get("cmd", ""))), text, lines, int(status[1]) if status else 1):
        return Verdict(CODE, SURE, lines[0])
    return decided(lines, given) or Verdict("", UNSURE, lines[0])


def edges(lines: list[str]) -> list[str]:
    """The lines in which a tool refuses its call: the most telling one and, unless that blames the code, both ends."""
    if len(lines) <= 2 * EDGE or CODE_AT_FAULT.match(lines[0]):
        return lines[:1] if len(lines) > 2 * EDGE else lines
    return [*lines[: EDGE + 1], *lines[-EDGE:]]


def decided(lines: list[str], given: "Given") -> Verdict | None:
    """By the first line that says anything of the machine, a state or a value; None where none does."""
    for place, line in enumerate(lines):
        if (found := by_words([line], given, EVERYTHING)) is not None:
            if found.kind == ABSENT and (state := by_words(lines[place + 1 : place + NEAR], given, STATE)) is not None:
                return state
            return settled(found, lines[place : place + NEAR], given)
    return None


def settled(found: Verdict, lines: list[str], given: "Given") -> Verdict:
    """The verdict with what only the call's input can tell."""
    if found.kind == ABSENT:
        return found._replace(kind=absent(lines, found, given))
    if found.kind == FORMAT and "manifest unknown" in found.phrase.lower():
        return found._replace(kind=FORMAT if any(ABBREVIATED.match(one) for one in given.whole) else INCORRECT)
    if found.kind == INFRASTRUCTURE and "permission denied" in found.phrase.lower() and given.program in found.values:
        return found._replace(kind=PREREQUISITE)
    return found


def absent(lines: list[str], found: Verdict, given: "Given") -> str:
    """Whether what is not there is a value of the call, or something that has to be made first."""
    if found.values:
        short = [one for one in found.values if ABBREVIATED.match(one) and one in given.whole]
        return FORMAT if short and any(char.isdigit() for char in short[0]) and not given.command else INCORRECT
    named = FILE_NAME.findall(" ".join(lines))
    return PREREQUISITE if named and given.words and not any(given.names(one) for one in named) else INCORRECT


class Given(NamedTuple):
    """What the call gave, as words that a message may repeat."""

    words: frozenset[str]
    whole: frozenset[str]
    """Values as they were given."""
    program: str
    """First word of a command line."""
    command: bool

    def names(self, word: str) -> bool:
        """Whether a word of a message is one of the call's."""
        bare = word.rstrip(".:,!?/").removeprefix("./")
        if bare in self.words or word in self.words:
            return True
        parts = bare.split("/")
        return any("/".join(parts[start:]) in self.words for start in range(1, len(parts)))


def given_of(params: Mapping[str, object]) -> Given:
    """The words of a call's input, of whatever depth; long texts give their beginning only."""
    words: set[str] = set()
    whole: set[str] = set()
    for value in leaves(params):
        text = value[:4000]
        if len(text) <= 200:
            whole.add(text)
        for word in WORD.findall(text):
            bare = word.strip(".:,!?").rstrip("/").removeprefix("./")
            words |= {word, bare, bare.rpartition("/")[2], *bare.split(":")}
    command = str(params.get("command", params.get("cmd", "")))
    first = command.split(maxsplit=1)[0] if command.strip() else ""
    return Given(frozenset(one for one in words if len(one) > 1), frozenset(whole), first, bool(command))


def leaves(value: object) -> Iterable[str]:
    """Every text and number in a value."""
    if isinstance(value, Mapping):
        for one in value.values():
            yield from leaves(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from leaves(one)
    elif isinstance(value, str):
        yield value
    elif value is not None and not isinstance(value, bool):
        yield json.dumps(value, default=str)


def cleaned(message: str) -> str:
    """The message without colours and wrappers."""
    text = ANSI.sub("", message).replace("\r", "\n").strip()
    if text.startswith("<tool_use_error>"):
        text = text.removeprefix("<tool_use_error>").removesuffix("</tool_use_error>").strip()
    return text


def telling(text: str) -> list[str]:
    """The lines to read, the one that says most first."""
    lines = [line.strip(" \t│╷╵")[:LONGEST_LINE] for line in text.splitlines()]
    lines = [line for line in lines if line]
    if len(lines) > MOST_LINES:
        lines = lines[: MOST_LINES // 3] + lines[-2 * MOST_LINES // 3 :]
    first = headline(text)
    return [first, *(line for line in lines if line != first)] if first else lines or [text[:LONGEST_LINE]]


def by_words(lines: Iterable[str], given: Given, phrases: Iterable[Phrase]) -> Verdict | None:
    """The first phrase that stands in the first line that has any."""
    for line in lines:
        masked, values = without_values(line, given)
        for phrase in phrases:
            if (found := phrase.pattern.search(masked)) is not None:
                return Verdict(phrase.kind, phrase.weight, line, found.group()[:80], values)
    return None


def without_values(line: str, given: Given) -> tuple[str, tuple[str, ...]]:
    """The line with values of the call as ``<v>``, names, paths and numbers as their kind, and those values."""
    values: list[str] = []

    def quoted(found: re.Match[str]) -> str:
        inside = found[2]
        if inside in given.whole or given.names(inside):
            values.append(inside)
            return VALUE_MARK
        return NAME_MARK if len(inside.split()) <= MOST_NAME_WORDS else found.group()

    def bare(found: re.Match[str]) -> str:
        word = found.group()
        if word in KINDS or PLAIN_WORD.match(word.rstrip(".:!?")) or not given.names(word):
            return word
        values.append(word.rstrip(".:!?"))
        return VALUE_MARK + (":" if word.endswith(":") else "")

    text = WORD.sub(bare, QUOTES.sub(quoted, line))
    text = FLAG.sub(lambda found: found.group() if found.group() == "--help" else VALUE_MARK, text)
    return VARIABLE.sub(kept, text), tuple(dict.fromkeys(values))


def kept(found: re.Match[str]) -> str:
    """What takes the place of something that changes; sentences in quotes stay, as they may be the message."""
    kind = found.lastgroup or ""
    if kind == "q" and len(found.group().split()) > MOST_NAME_WORDS:
        return found.group()
    return KINDS.get(kind) or found.group()


def at_fault(command: str, text: str, lines: list[str], status: int) -> bool:
    """Whether a compiler, linter, test or interpreter says that the code is wrong."""
    if any(CODE_AT_FAULT.match(line) for line in lines):
        return True
    return bool(command) and any(
        not one.green and one.problems and one.confidence >= 0.5 for one in read(command, text, exit_code=status)
    )


def classify_error_type(tool_name: str, params: Mapping[str, object], error_message: str) -> dict[str, object]:
    """The verdict with the seed's keys; what a tool is called says nothing."""
    del tool_name
    found = verdict(params, error_message)
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
