"""Which characters of a program are code, which are strings and which are comments, in one pass and linear time.

Two copies of the text come out, of the same length and with the same lines, so that offsets agree. In ``plain``
comments are spaces. In ``code`` the insides of strings are ``~`` too; only what they interpolate stays, with its
braces. A rule searches ``plain``, since it may care for what a string says, and checks in ``code`` whether its match
began in code. Broken programs are read as far as they make sense: a string of one line ends with it, other things end
with the text.
"""

import re
from collections.abc import Mapping, Sequence
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


# Which function a line stands in, by headers and indentation alone.
#
# A text that does not parse has functions too, and all code in practice is indented. The answer is part of a finding's
# fingerprint: it has to stay the same when lines move, and need not be right about code on one line.

_NAME = r"(?P<name>[A-Za-z_$][\w$]*)"
_BRACED = (
    rf"\s*(?:\w+\s+)*(?:class|interface|enum|record|struct)\s+{_NAME}"
    r"|\s*(?:(?:public|private|protected|internal|static|final|async|override|virtual|synchronized)\s+)+"
    r"[\w<>\[\],.? ]+?\s(?P<method>[A-Za-z_]\w*)\s*\([^;]*$"
)
_HEADERS: Mapping[str, re.Pattern[str]] = {
    "python": re.compile(rf"\s*(?:async\s+)?(?:def|class)\s+{_NAME}"),
    "go": re.compile(rf"\s*func\s*(?:\([^)]*\)\s*)?{_NAME}\s*[\[(]"),
    "javascript": re.compile(
        rf"\s*(?:export\s+)?(?:default\s+)?(?:(?:async\s+)?function\s*\*?\s*|(?:abstract\s+)?class\s+"
        rf"|(?:const|let|var)\s+(?=[\w$]+\s*(?::[^=]*)?=\s*(?:async\s*)?(?:function\b|\(|[\w$]+\s*=>)))"
        rf"{_NAME}"
        rf"|\s*(?:(?:public|private|protected|static|async|get|set)\s+)*"
        rf"(?!(?:if|for|while|switch|catch|return|function|with)\b)(?P<method>[A-Za-z_$][\w$]*)\s*\([^)]*\)[^;=]*\{{\s*$"
    ),
    "rust": re.compile(
        rf"\s*(?:pub(?:\([^)]*\))?\s+)?(?:(?:async|unsafe|const|extern)\s+)*(?:fn|impl|trait|mod)\s+{_NAME}"
    ),
    "java": re.compile(_BRACED),
    "csharp": re.compile(_BRACED),
    "php": re.compile(
        rf"\s*(?:(?:public|private|protected|static|final|abstract)\s+)*(?:function\s*&?\s*|class\s+|trait\s+){_NAME}"
    ),
    "ruby": re.compile(rf"\s*(?:def\s+(?:self\.)?|class\s+|module\s+){_NAME}"),
    "shell": re.compile(rf"\s*(?:function\s+)?{_NAME}\s*\(\s*\)"),
    "sql": re.compile(rf"(?i:\s*create\s+(?:or\s+replace\s+)?(?:function|procedure|view|trigger)\s+){_NAME}"),
}
_FARTHEST = 4000
"""Lines looked at above; longer functions are generated (guess, 2026-11-21)."""


def find_enclosing(lines: Sequence[str], line: int, language: str) -> str:
    """Return the functions and classes around a line, which counts from 1, dotted from the outside.

    >>> find_enclosing(["class A:", "    def f(self):", "        return 1", "x = 2"], 3, "python")
    'A.f'
    >>> find_enclosing(["class A:", "    def f(self):", "        return 1", "x = 2"], 4, "python")
    ''
    """
    header = _HEADERS[language]
    names: list[str] = []
    index = min(line, len(lines)) - 1
    limit = _indent_of(lines[index]) if index >= 0 else 0
    here = header.match(lines[index]) if index >= 0 else None
    if here:
        names.append(here["name"] or here.groupdict().get("method") or "")
    for above in reversed(lines[max(0, index - _FARTHEST) : max(0, index)]):
        if not limit:
            break
        if above.strip() not in {"", "{"} and _indent_of(above) < limit:
            limit = _indent_of(above)
            if match := header.match(above):
                names.append(match["name"] or match.groupdict().get("method") or "")
    return ".".join(reversed(names))


def _indent_of(line: str) -> int:
    """Return the number of white space characters that a line starts with."""
    return len(line) - len(line.lstrip())


# How much a finding is worth by the place where it stands: in tests, or in a line that asks linters to be silent.

_TESTS = re.compile(
    r"(?:^|/)(?:tests?|testing|__tests__|__mocks__|testdata|fixtures?|mocks?|spec|e2e|examples?|docs?)/"
    r"|(?:^|/)(?:test_[^/]*|conftest|[^/]*_tests?|[^/]*[.-](?:test|spec|stories|mock)|reproduc[^/]*|repro(?:_[^/]*)?|scratch[^/]*|playground[^/]*)\.\w+$"
)
_MIGRATIONS = re.compile(r"(?:^|/)(?:migrations?|migrate|alembic/versions|db/versions|seeds?|seeders?)/")
_MIGRATION_TRUST = 0.5
"""Factor for a finding in a migration or a seed, which a developer runs on known values (guess, 2026-11-22)."""
_SILENCED = re.compile(r"#\s*(?:noqa|nosec)\b|(?:#|//)\s*nosemgrep\b|//\s*(?:eslint-disable|nolint|#nosec)")
_SILENCED_TRUST = 0.5
"""Factor for a finding in a line that asks linters to be silent: agents write such comments too (guess, 2026-11-21)."""


def is_test_code(path: str) -> bool:
    """Tell whether a file is code whose faults harm nobody, or whose secrets are made up."""
    return _TESTS.search(path.lower()) is not None


def rate_line(line: str) -> float:
    """Return the factor for the confidence of a finding in this line, 0 to 1."""
    return _SILENCED_TRUST if _SILENCED.search(line) else 1.0


def rate_path(path: str) -> float:
    """Return the factor for the confidence of all findings in this file, 0 to 1."""
    return _MIGRATION_TRUST if _MIGRATIONS.search(path.lower()) else 1.0
