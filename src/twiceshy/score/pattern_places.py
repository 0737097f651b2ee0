"""Where a pattern's fault stands in a program: the same lines for the scanner and for the gate, so that both agree.

Copied beside the hook: it imports nothing of ours but what is copied with it, and compiles an expression when it is
first needed.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from twiceshy.score.code_view import CodeView
from twiceshy.score.inserted_values import are_values_harmless, find_expression
from twiceshy.score.source.languages import FAMILIES

_REACH = 4000
"""Characters of a call's arguments that are looked at; longer ones are data (guess, 2026-11-21)."""
_DEFINES = re.compile(r"\b(?:def|class|func|function)\s+\Z")
_BRACKETS = re.compile(r"[()\[\]{},]")
_LITERAL = re.compile(r"(?:\s|[A-Za-z]{0,2}(?:\"~*\"|'~*'|`[~\s]*`|\"{3}[~\s]*\"{3}|'{3}[~\s]*'{3})|[\d.]+)++\Z")
_BUILT = re.compile(
    r"[\"'`]\s*(?:\+|%|\.format\b|\.replace\b)|\+\s*[A-Za-z]{0,2}[\"'`]|\$\{|Sprintf\s*\("
    r"|\b(?:[fF][rR]?|[rR][fF])[\"']{1,3}[^\"']*\{|\.join\("
)
_BUILT_TEXTS = frozenset({22, 78, 79, 89, 90, 94, 95, 643})
"""CWE classes of rules about texts that are put together: paths, commands, pages, queries, code."""


class PatternForm(NamedTuple):
    """What a rule looks for; see ``pattern_rules``."""

    languages: tuple[str, ...]
    cwe: int
    match: str
    has: str
    lacks: str
    file_has: str
    file_lacks: str
    argument: str
    sure: str


def find_sure_places(form: PatternForm, view: CodeView) -> Iterator[tuple[int, int]]:
    """Yield the places at which a rule was right nearly always; those of a rule that does not tell them apart: all."""
    for start, end in find_places(form, view):
        if not form.sure or is_sure(form, view, start, end):
            yield start, end


def is_sure(form: PatternForm, view: CodeView, start: int, end: int) -> bool:
    """Tell whether a place has the form in which the rule was right nearly always, with a value that may do harm."""
    if not form.sure:
        return False
    whole = bool(form.has or form.lacks or form.argument)
    found = _compile(form.sure).match(view.plain, start, end if whole else len(view.plain))
    return found is not None and not are_values_harmless(view, found.start(found.lastindex or 0))


def find_places(form: PatternForm, view: CodeView) -> Iterator[tuple[int, int]]:
    """Yield start and end of each place of a fault, in order."""
    if (form.file_has and not _compile(form.file_has).search(view.plain)) or (
        form.file_lacks and _compile(form.file_lacks).search(view.plain)
    ):
        return
    for match in _compile(form.match).finditer(view.plain):
        start = match.start()
        if view.code[start] == view.plain[start] != "~" and not _DEFINES.search(view.plain[max(0, start - 20) : start]):
            end = _find_statement_end(form, view, match.end())
            if end is not None and not _is_harmless(form, view, match):
                yield start, end


def _is_harmless(form: PatternForm, view: CodeView, match: re.Match[str]) -> bool:
    """Tell whether a text that is put together here has only constants, numbers and escaped values in it.

    What stands in other languages than those with a parser is not taken apart.
    """
    start, end = match.span()
    if form.cwe not in _BUILT_TEXTS or (view.plain[end - 1] == "(" and not form.argument):
        return False
    if not set(form.languages) <= set(FAMILIES.values()):
        return False
    named = match.re.groupindex.get("value")
    begins = match.start(named) if named else find_expression(view.plain, start, end)
    return begins is not None and are_values_harmless(view, begins)


def _find_statement_end(form: PatternForm, view: CodeView, at: int) -> int | None:
    """Return the end of the statement that the match began; None where it is harmless."""
    if not (form.has or form.lacks or form.argument):
        return at
    first, end = _find_arguments_end(view.code, at) if view.code[at - 1 : at] == "(" else _find_line_end(view.code, at)
    said = view.plain[at:end]
    if (form.has and not _compile(form.has).search(said)) or (form.lacks and _compile(form.lacks).search(said)):
        return None
    if form.argument == "variable" and (first == at or _LITERAL.match(view.code[at:first])):
        return None
    return None if form.argument == "built" and not _BUILT.search(view.code[at:first]) else end


@cache
def _compile(text: str) -> re.Pattern[str]:
    """Compile a pattern; rules are few."""
    return re.compile(text)


def _find_arguments_end(code: str, at: int) -> tuple[int, int]:
    """Return the ends of the first and of all arguments of a call whose bracket opens just before ``at``."""
    depth, first = 0, -1
    last = min(len(code), at + _REACH)
    for match in _BRACKETS.finditer(code, at, last):
        sign = match[0]
        if sign in "([{":
            depth += 1
        elif sign != ",":
            depth -= 1
        if depth < 0:
            return (first if first >= 0 else match.start()), match.start()
        if sign == "," and not depth and first < 0:
            first = match.start()
    return (first if first >= 0 else last), last


def _find_line_end(code: str, at: int) -> tuple[int, int]:
    """Return the same ends for what is no call: the rest of its line."""
    end = code.find("\n", at, at + _REACH)
    end = end if end >= 0 else min(len(code), at + _REACH)
    return end, end
