# ruff: noqa: E501  # a form is one line, however long
"""Python's tracebacks, unittest's and pytest's failures: the exception in its own words.

A traceback's last line says what happened, and of a chain the last traceback. pytest repeats it behind ``E``, and cuts
it to the width of a terminal in its summary, so that the summary is only what is taken where nothing else is.
"""

import re
from collections.abc import Iterator
from itertools import islice

from twiceshy.commands.telling.telling_rule import (
    CERTAIN,
    MESSAGE,
    NAME,
    REFUSAL,
    TellingForm,
    TellingHit,
    TellingReader,
    TellingRule,
    find_marked_lines,
)

_HEAD = "Traceback (most recent call last)"
_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w{0,80}\.){0,8}(?:[A-Z]\w{0,80}[a-z]\w{0,80}|[A-Z][a-z]\w{0,80}|timeout|error|gaierror|herror)(?:: .*|:?$)"
)
_CHAIN = ("During handling of the above exception", "The above exception was the direct cause")
_E_LINE = re.compile(r"E(?: {1,40}(?P<it>\S.*)|[ \t]*)$", re.MULTILINE)
_BARE_EXCEPTION = re.compile(
    r"(?:[A-Za-z_]\w{0,60}\.){0,6}_?[A-Z]\w{0,60}(?:Error|Exception|Exit|Warning|Failure|Interrupt|Timeout)\b"
)
_UNREAD_SOURCE = re.compile(r"(?:SyntaxError|IndentationError|TabError): .*")
_NO_IMPORT = "ImportError: Failed to import test module"
_MOST_LINES = 400
"""Lines of one traceback (guess, 2026-11-22)."""


def read_pytest(text: str) -> TellingHit | None:
    r"""Return what the first failed test's last block of ``E`` lines says.

    >>> read_pytest("____ test_a ____\nE       KeyError: 'id'\n").line
    "KeyError: 'id'"
    """
    found: TellingHit | None = None
    end = -1
    for start in find_marked_lines("\n" + text, "\nE  "):
        place = start - 1
        if found is not None and _begins_section(text[end:place]):
            break
        block, end = _read_block(text, place) if place >= end else (None, end)
        found = block or found
    return found


def _begins_section(between: str) -> bool:
    """Tell whether another test's section begins there."""
    return "\n____" in between or "\n====" in between or "\n----" in between


def _read_block(text: str, start: int) -> tuple[TellingHit | None, int]:
    """Return the line of a block of ``E`` lines that names the exception, else its first; and where the block ends."""
    first: TellingHit | None = None
    place = start
    while (hit := _E_LINE.match(text, place)) is not None:
        said = hit["it"] or ""
        names = _BARE_EXCEPTION.match(said) and (first is None or first.line.startswith(("File ", "Traceback")))
        if names or (first is None and not set(said) <= set("^~ ")):
            first = TellingHit(place, said)
        place = hit.end() + 1
    return first, max(place, start + 1)


def read_unittest(text: str) -> TellingHit | None:
    """Return the exception of the first test that failed, of unittest and of runners like it."""
    if not re.search(r"^(?:FAIL|ERROR): \S+|^_{10,}$|^={10,}$", text, re.MULTILINE):
        return None
    found = list(islice(_find_exceptions(text), 2))
    return found[-1 if found and found[0].line.startswith(_NO_IMPORT) else 0] if found else None


def read_traceback(text: str) -> TellingHit | None:
    """Return the exception that ended the program: the last."""
    found = None
    for hit in _find_exceptions(text):
        if not hit.line.startswith("BrokenPipeError") or found is None:
            found = hit
    return found


def _find_exceptions(text: str) -> Iterator[TellingHit]:
    """Yield the exception of each chain of tracebacks."""
    chained: TellingHit | None = None
    for start in find_marked_lines(text, _HEAD):
        if chained is not None and not any(words in text[chained.place : start] for words in _CHAIN):
            yield chained
            chained = None
        chained = _read_exception(text, start) or chained
    if chained is not None:
        yield chained


def _read_exception(text: str, start: int) -> TellingHit | None:
    """Return the line behind a traceback's frames."""
    column = text.find(_HEAD, start) - start
    indent = text[start : start + column] if not text[start : start + column].strip() else ""
    place = text.find("\n", start) + 1
    for _ in range(_MOST_LINES if place else 0):
        end = text.find("\n", place)
        line = text[place : end if end >= 0 else len(text)]
        if (
            line.startswith(indent)
            and (said := line[len(indent) :].lstrip("|"))
            and _EXCEPTION.match(said.lstrip(" ") if "|" in line else said)
        ):
            return TellingHit(place, said)
        if end < 0 or _HEAD in line:
            break
        place = end + 1
    return None


def read_syntax_error(text: str) -> TellingHit | None:
    """Return the message below a line of source that Python could not read, which has no traceback."""
    found = None
    for start in find_marked_lines(text, "Error: "):
        hit = _UNREAD_SOURCE.match(text, start)
        if hit is not None:
            found = TellingHit(start, hit.group())
    return found


FORMS: tuple[TellingForm, ...] = (
    TellingReader(CERTAIN + 2, "E  ", read_pytest),
    TellingReader(CERTAIN, _HEAD, read_unittest),
    TellingRule(
        CERTAIN, ".py:", r"\S{1,200}\.py:\d+: (?P<it>(?:[A-Za-z_]\w*\.)*[A-Z]\w*(?:Error|Exception|Failed|Exit)\b: .+)"
    ),
    TellingRule(CERTAIN - 1, "ValueError: ", r"(?P<it>ValueError: .+)(?=\n_{10,})"),
    TellingReader(MESSAGE, _HEAD, read_traceback),
    TellingReader(MESSAGE, "Error: ", read_syntax_error),
    TellingRule(MESSAGE, "No module named", r"\S{0,200}python[\d.]*: No module named .+"),
    TellingRule(MESSAGE, "can't open file", r"\S{0,200}python[\d.]*: can't open file .+"),
    TellingRule(MESSAGE - 1, "never awaited", r".{0,200}RuntimeWarning: coroutine .+ was never awaited", last=True),
    TellingRule(MESSAGE - 1, "ERROR: ", r"ERROR: (?:file or directory not found|not found|usage): .+"),
    TellingRule(MESSAGE, "INTERNALERROR> ", r"INTERNALERROR> (?P<it>(?:[\w.]+\.)?[A-Z]\w*(?:Error|Exception)\b.*)"),
    TellingRule(NAME + 2, " - ", r"(?:FAILED|ERROR) \S+(?:::| ).*? - .+"),
    TellingRule(NAME + 1, "FAILED ", r"FAILED \S+::.*"),
    TellingRule(NAME + 1, "ERROR ", r"ERROR \S+(?:::|\.py).*"),
    TellingRule(NAME + 1, "FAILED", r"\S+::\S+ FAILED.*"),
    TellingRule(REFUSAL + 1, "Error: ", r"(?:[a-z_]\w{0,60}\.){0,6}[A-Z]\w{0,60}Error: .+"),
    TellingRule(NAME - 8, "deselected", r"collected \d+ items? / .+ / 0 selected"),
    TellingRule(NAME - 8, "no tests ran", r".*no tests ran.*"),
    TellingRule(NAME, ": test", r"(?:FAIL|ERROR): test\S*.*"),
    TellingRule(NAME, "overage", r".{0,40}[Rr]equired test coverage of .+ not reached.*|.*Coverage failure: .+"),
)
