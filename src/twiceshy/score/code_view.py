"""Which characters of a program are code, which are strings and which are comments, in one pass and linear time.

Two copies of the text come out, of the same length and with the same lines, so that offsets agree. In ``plain``
comments are spaces. In ``code`` the insides of strings are ``~`` too; only what they interpolate stays, with its
braces. A rule searches ``plain``, since it may care for what a string says, and checks in ``code`` whether its match
began in code. Broken programs are read as far as they make sense: a string of one line ends with it, other things end
with the text.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

from twiceshy.score.source.languages import pattern_language_of

_FILL = "~"
_LINE = r"(?:[^{q}\\\n]|\\.|\\\n)*+(?:{q}|(?=\n)|\Z)"
_LONG = r"(?:[^{q}\\]|\\[\s\S]|{q}(?!{q}{q}))*+(?:{q}{q}{q}|\Z)"
_BLOCK = r"/\*[\s\S]*?(?:\*/|\Z)"
_TEXT = r"(?:[^{q}\\]|\\[\s\S])*+(?:{q}|\Z)"
_C_LIKE = rf"(?P<comment>//[^\n]*|{_BLOCK})|(?P<string>\"{_LINE.format(q=chr(34))}|'{_LINE.format(q=chr(39))})"
_NEXT: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(
        r"(?P<comment>#[^\n]*)|(?P<string>(?P<prefix>\b[A-Za-z]{1,2})?(?:"
        rf'"""{_LONG.format(q=chr(34))}|\'\'\'{_LONG.format(q=chr(39))}|"{_LINE.format(q=chr(34))}'
        rf"|'{_LINE.format(q=chr(39))}))"
    ),
    "go": re.compile(
        rf"(?P<comment>//[^\n]*|{_BLOCK})|(?P<string>\"{_LINE.format(q=chr(34))}|'{_LINE.format(q=chr(39))}"
        r"|`[^`]*+(?:`|\Z))"
    ),
    "javascript": re.compile(
        rf"(?P<comment>//[^\n]*|{_BLOCK})|(?P<string>\"{_LINE.format(q=chr(34))}|'{_LINE.format(q=chr(39))})"
        r"|(?P<template>`)|(?P<slash>/)|(?P<open>\{)|(?P<close>\})"
    ),
    "rust": re.compile(
        rf"(?P<comment>//[^\n]*|{_BLOCK})|(?P<string>r#\"[\s\S]*?(?:\"#|\Z)|\"{_TEXT.format(q=chr(34))}"
        r"|'(?:[^'\\\n]|\\[^\n]{1,8})')"
    ),
    "java": re.compile(_C_LIKE),
    "csharp": re.compile(_C_LIKE),
    "php": re.compile(
        rf"(?P<comment>//[^\n]*|\#(?!\[)[^\n]*|{_BLOCK})|(?P<string>\"{_TEXT.format(q=chr(34))}|'{_TEXT.format(q=chr(39))})"
    ),
    "ruby": re.compile(
        rf"(?P<comment>(?<![^\s;])\#(?!\{{)[^\n]*)|(?P<string>\"{_LINE.format(q=chr(34))}|'{_LINE.format(q=chr(39))})"
    ),
    "shell": re.compile(
        rf"(?P<comment>(?<![^\s;])\#[^\n]*)|(?P<string>\"{_LINE.format(q=chr(34))}|'[^'\n]*+(?:'|(?=\n)|\Z))"
    ),
    "sql": re.compile(rf"(?P<comment>--[^\n]*|{_BLOCK})|(?P<string>'[^']*+(?:'|\Z))"),
}
_REGEX = re.compile(r"/(?![*/])(?:[^/\\\n\[]|\\.|\[(?:[^\]\\\n]|\\.)*+\])++/[a-z]*")
_BEFORE_REGEX = re.compile(r"(?:[(,=:\[!&|?{};+%~^<>*-]|^|\b(?:return|typeof|case|in|of|delete|void|throw|else))\s*\Z")
_TEMPLATE = re.compile(r"(?:[^`\\$]|\\[\s\S]|\$(?!\{))*+")
_INSIDE = re.compile(r"[^\n]")
_HOLE = re.compile(r"\{\{|\}\}|\{[^{}]{1,400}\}")


class CodeView(NamedTuple):
    """The two copies of a text."""

    plain: str
    code: str


def language_of(path: str) -> str | None:
    """Return the language of a file by its name; None for those that have no rules."""
    return pattern_language_of(path)


def make_view(text: str, language: str) -> CodeView:
    """Return the text without comments, and without the insides of strings too.

    >>> make_view("f('a', f'b{c}')  # d", "python")
    CodeView(plain="f('a', f'b{c}')     ", code="f('~', f'~{c}')     ")
    """
    reading = _ViewBuilder(text, language == "python")
    (_read_javascript if language == "javascript" else _read_simple)(reading, _NEXT[language])
    return CodeView("".join(reading.plain) + text[reading.done :], "".join(reading.code) + text[reading.done :])


class _ViewBuilder:
    """A text, the pieces of its two copies, and how far they are done."""

    def __init__(self, text: str, interpolates: bool) -> None:
        self.text = text
        self.interpolates = interpolates
        self.plain: list[str] = []
        self.code: list[str] = []
        self.done = 0

    def add_comment(self, start: int, end: int) -> None:
        """Add a comment, as spaces."""
        blank = _INSIDE.sub(" ", self.text[start:end])
        self.plain += (self.text[self.done : start], blank)
        self.code += (self.text[self.done : start], blank)
        self.done = end

    def add_string(self, start: int, end: int, prefix: str = "", quotes: int = 1) -> None:
        """Add a string with its quotes, its inside masked."""
        whole = self.text[start:end]
        first = len(prefix) + quotes
        closed = len(whole) >= first + quotes and whole.endswith(whole[len(prefix) : first])
        last = len(whole) - quotes * closed
        inside = whole[first:last]
        holes = self.interpolates and "f" in prefix.lower()
        inside = _fill_outside_holes(inside) if holes else _INSIDE.sub(_FILL, inside)
        self.plain.append(self.text[self.done : end])
        self.code += (self.text[self.done : start], whole[:first], inside, whole[last:])
        self.done = end


def _fill_outside_holes(inside: str) -> str:
    """Mask the inside of a string that interpolates; only its holes stay."""
    pieces: list[str] = []
    at = 0
    for hole in _HOLE.finditer(inside):
        filled = _INSIDE.sub(_FILL, inside[at : hole.start()])
        pieces += (filled, _FILL * 2 if hole.end() - hole.start() == 2 else hole[0])
        at = hole.end()
    return "".join([*pieces, _INSIDE.sub(_FILL, inside[at:])])


def _read_simple(reading: _ViewBuilder, following: re.Pattern[str]) -> None:
    """Read a language whose strings hold no code with strings."""
    for match in following.finditer(reading.text):
        if match.lastgroup == "comment":
            reading.add_comment(*match.span())
        else:
            prefix = match.groupdict().get("prefix") or ""
            quotes = 3 if match["string"][len(prefix) : len(prefix) + 3] in {'"""', "'''"} else 1
            reading.add_string(*match.span(), prefix, quotes)


def _read_javascript(reading: _ViewBuilder, following: re.Pattern[str]) -> None:
    """Read JavaScript and TypeScript: templates hold code, which holds templates; a slash may begin a regex."""
    text, at = reading.text, 0
    holes: list[int] = []  # braces that are open in each template's hole
    while match := following.search(text, at):
        kind, at = match.lastgroup, match.end()
        if kind == "comment":
            reading.add_comment(*match.span())
        elif kind == "string":
            reading.add_string(*match.span())
        elif kind == "slash":
            if found := _match_regex(text, match.start()):
                reading.add_string(*found.span())
                at = found.end()
        elif kind == "template":
            at = _read_template(reading, at, holes)
        elif holes:
            at = _read_brace(reading, at, holes)


def _read_brace(reading: _ViewBuilder, at: int, holes: list[int]) -> int:
    """Read a brace that ends before ``at`` inside of a template's hole, and return where code goes on."""
    if reading.text[at - 1] == "{":
        holes[-1] += 1
    elif holes[-1]:
        holes[-1] -= 1
    else:
        holes.pop()
        return _read_template(reading, at, holes)
    return at


def _match_regex(text: str, at: int) -> re.Match[str] | None:
    """Return the regular expression that a slash begins; None where the slash is a division."""
    return _REGEX.match(text, at) if _BEFORE_REGEX.search(text[max(0, at - 24) : at]) else None


def _read_template(reading: _ViewBuilder, at: int, holes: list[int]) -> int:
    """Read a template's text and return where code goes on: in the next hole or behind the template."""
    found = _TEMPLATE.match(reading.text, at)
    end = found.end() if found else at
    reading.add_string(at, end, quotes=0)
    if reading.text.startswith("${", end):
        holes.append(0)
        return end + 2
    return end + 1
