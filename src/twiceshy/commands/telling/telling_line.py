"""The telling line: the one line of an output that says what is wrong.

Fingerprints, lessons, fixes, rules and the report all hang on it: a banner in its place makes one error of many. An
output is read in its tools' own forms, the most certain first; then by the words that all tools use for a fault, the
line that begins with them before the last that has them; and where nothing tells, that is what is said.

``VERSION`` counts up with any change to what is found: stored messages are then derived again.
"""

import re
from functools import cache
from itertools import groupby

from twiceshy.commands.telling import (
    cloud_lines,
    compiler_lines,
    database_lines,
    git_refusals,
    go_lines,
    linter_lines,
    package_lines,
    runner_lines,
    shell_lines,
    tracebacks,
)
from twiceshy.commands.telling.general_lines import (
    CASCADE,
    GOES_ON,
    NOISE,
    REJECTED,
    WEAK,
    find_agent_line,
    find_general_line,
    find_sentence,
)
from twiceshy.commands.telling.telling_rule import TellingForm, TellingHit, TellingReader, match_rule
from twiceshy.commands.telling.unframed_text import (
    cover_placeholders,
    drop_shell_notices,
    uncover_placeholders,
    unframe_text,
)
from twiceshy.stats.text.fingerprint import LONGEST_HEADLINE

VERSION = 8
NO_MESSAGE = "no message"
_SAID_BY_KIND = {
    "rejected": REJECTED,
    "dismissed": "dismissed by the user",
    "interrupted": "interrupted",
    "cascade": CASCADE,
}
_FAMILIES = (
    tracebacks,
    go_lines,
    compiler_lines,
    runner_lines,
    linter_lines,
    git_refusals,
    package_lines,
    cloud_lines,
    database_lines,
    shell_lines,
)
_HEADINGS = frozenset({"error", "errors", "fatal", "failed", "failure", "[", "{", ""})
_FEW_LINES = 3
"""Lines of an output that a program's single sentence may have around it (guess, 2026-11-22)."""
_LOOKED_AT = 40
"""Lines in which such a sentence is looked for (guess, 2026-11-22)."""


def find_telling_line(text: str, exit_code: int | None = None, failure: str = "") -> str:
    r"""Return the line that says what is wrong, at most 240 characters; ``no message`` where no line does.

    ``failure`` is the kind of failure that the log names: of a refusal without a word it is the message.

    >>> find_telling_line("Exit code 1\nTraceback (most recent call last):\n  File 'a.py', line 3\nKeyError: 'id'")
    "KeyError: 'id'"
    >>> find_telling_line("<tool_use_error>File has not been read yet. Read it first.</tool_use_error>")
    'File has not been read yet. Read it first.'
    >>> find_telling_line("Exit code 1\na.txt\nb.txt")
    'no message (exit status 1)'
    """
    text, status, framed = unframe_text(text)
    status = exit_code if status is None else status
    if not framed and (line := find_agent_line(text, failure)):
        return _trim_line(line)
    text = cover_placeholders(drop_shell_notices(text))
    if hit := _find_form(text) or find_general_line(text):
        return _trim_line(hit.line)
    if line := _find_plain_line(text, status):
        return _trim_line(line)
    if failure in _SAID_BY_KIND:
        return _SAID_BY_KIND[failure]
    return NO_MESSAGE if status is None else f"{NO_MESSAGE} (exit status {status})"


def is_message(line: str) -> bool:
    """Tell whether a line that was found says anything."""
    return bool(line) and not line.startswith(NO_MESSAGE)


def _find_form(text: str) -> TellingHit | None:
    """Return the line that the most certain forms find, of several the first."""
    for forms in _order_forms():
        if found := [hit for form, pattern in forms if form.mark in text and (hit := _read_form(text, form, pattern))]:
            return min(found)
    return None


def _read_form(text: str, form: TellingForm, pattern: re.Pattern[str]) -> TellingHit | None:
    """Return the line that one form finds."""
    return (
        form.read(text) if isinstance(form, TellingReader) else match_rule(text, form, pattern, (WEAK, NOISE, GOES_ON))
    )


@cache
def _order_forms() -> list[list[tuple[TellingForm, re.Pattern[str]]]]:
    """Return all forms by what they are worth, highest first, compiled."""
    forms = sorted((form for family in _FAMILIES for form in family.FORMS), key=lambda form: -form.score)
    return [
        [(form, re.compile(getattr(form, "pattern", ""), re.MULTILINE)) for form in group]
        for _, group in groupby(forms, key=lambda form: form.score)
    ]


def _find_plain_line(text: str, status: int | None) -> str:
    """Return the sentence of a text that holds little else; of a tool that is no program, its first line."""
    lines = [line for line in text.split("\n", _LOOKED_AT) if line.strip()]
    if not lines:
        return ""
    if status is not None and len(lines) > _FEW_LINES:
        return ""
    first = lines[0].strip()
    heading = first.strip("# \t:!").lower() in _HEADINGS
    if heading or status is None:
        return find_sentence(" ".join(lines[:_FEW_LINES]) if heading else first)
    return next(filter(None, map(find_sentence, lines)), "")


def _trim_line(line: str) -> str:
    """Return the line without what frames it, cut to size."""
    line = " ".join(uncover_placeholders(line).split())
    line = line.rstrip("━─═-=* ") or line
    if line.startswith("E ") and len(line) > len("E "):
        line = line[2:]
    return line if len(line) <= LONGEST_HEADLINE else line[: LONGEST_HEADLINE - 1] + "…"


# Does an error say that the call itself cannot work, whatever the state of the work: what it names is not there?

_CANNOT = re.compile(
    r"command not found|no module named|modulenotfounderror|not installed|script not found|missing script"
    r"|unrecogni[sz]ed (?:sub)?(?:command|argument|option)|unexpected argument|illegal option|flag provided but not"
    r"|unknown (?:sub)?(?:option|command|flag|skill|tool|shorthand|agent|argument|target|task)"
    r"|invalid (?:sub)?(?:option|choice|command)|no such (?:sub)?(?:option|command)"
    r"|could not determine executable|is not a \S+ command|cannot find (?:module|package)|couldn't find a script"
    r"|no rule to make target|agent type .{0,60} not found|has no (?:sub)?command|: not found\Z|no task named",
    re.IGNORECASE,
)
"""Words of shells, argument parsers, package managers and agents, written down on 2026-11-22 from their sources'
messages as known; no list of programs."""
_LONGEST = 2_000
"""Characters of an error that are searched. Guess of 2026-11-22."""


def says_cannot_work(message: str) -> bool:
    """Tell whether an error says so.

    >>> says_cannot_work("error: unrecognized subcommand 'bun'"), says_cannot_work("AssertionError: 1 != 2")
    (True, False)
    """
    return _CANNOT.search(message[:_LONGEST]) is not None
