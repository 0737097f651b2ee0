"""What do the tries of several failures have in common? Words that differ, and that the failures name, become names.

``git push --set-upstream origin fix-1`` and ``… origin new-page`` are one template, ``git push --set-upstream origin
BRANCH``, as each error, call or session names its branch. A word that nothing names is never opened: then there are two
templates, each with its own counts.
"""

import re
from collections.abc import Sequence

from twiceshy.commands.shell.command_heads import unquote
from twiceshy.insights.remedies.fix_episodes import Way
from twiceshy.records.rules import FixKind
from twiceshy.stats.text.foreign_names import Quoted, quote_command, quote_name

LONGEST_TOLD = 160
"""Characters of a command that is told. Guess of 2026-11-22."""
_WHOLE = frozenset({FixKind.STEP, FixKind.FORM})
"""Kinds whose words are a command: its program and subcommand are never opened."""
_LONGEST_WORD = 60
"""Characters of a word that is told as it is. Guess of 2026-11-22: a longer one is a text."""
_PLACEHOLDER = re.compile(r"\[[a-z-]+:[0-9a-f]{4,}\]")
"""What redaction left: nobody can type it."""
_FILE = re.compile(r"[\w@./~+-]*\.\w{1,8}\Z")
_SHAPES = (("NUMBER", re.compile(r"\d+\Z")), ("FILE", _FILE), ("PATH", re.compile(r"\S*/\S*\Z")))
_AFTER = {"origin": "BRANCH", "upstream": "BRANCH", "install": "PACKAGE", "-m": "TEXT", "--message": "TEXT"}
"""How what stands behind a word is called."""
WayKey = tuple[FixKind, tuple[str | None, ...], tuple[str | None, ...]]


def key_of_way(way: Way) -> WayKey:
    """Return what tells ways apart: the kind, and the words without those that the failure names."""
    return way.kind, _open_words(way, way.words), _open_words(way, way.replaced)


def _open_words(way: Way, words: Sequence[str]) -> tuple[str | None, ...]:
    """Return the words, None in the place of each that the failure names."""
    first = 2 if way.kind in _WHOLE else 0
    return tuple(None if place >= first and unquote(word) in way.known else word for place, word in enumerate(words))


def quote_template(ways: Sequence[Way]) -> tuple[Quoted, Quoted] | None:
    """Return what ways of one key have in common, and what it replaces, in quotes; None where it cannot be told."""
    told = _join_words([way.words for way in ways])
    replaced = _join_words([way.replaced for way in ways])
    quote = quote_name if ways[0].kind is FixKind.EDIT else quote_command
    quoted = quote(told, LONGEST_TOLD) if told else Quoted("")
    if not quoted or "…" in quoted:
        return None
    return quoted, quote_command(replaced, LONGEST_TOLD) if replaced else Quoted("")


def _join_words(some: Sequence[Sequence[str]]) -> str:
    """Return the words that all share, with a name where they differ; empty where one is too long to be told."""
    found, used = list[str](), list[str]()
    for column in zip(*some, strict=True):
        same = len(set(column)) == 1
        if same and (len(column[0]) > _LONGEST_WORD or "\n" in column[0] or _PLACEHOLDER.search(column[0])):
            return ""
        if not same:
            used.append(_name_column(column, found[-1] if found else ""))
        found.append(column[0] if same else _number_name(used))
    return " ".join(found)


def _name_column(values: Sequence[str], before: str) -> str:
    """Return a name for words that differ."""
    if before in _AFTER:
        return _AFTER[before]
    return next((name for name, shape in _SHAPES if all(shape.match(unquote(value)) for value in values)), "NAME")


def _number_name(used: Sequence[str]) -> str:
    """Return the last name; where it was used before, with its number."""
    count = list(used).count(used[-1])
    return used[-1] if count == 1 else f"{used[-1]}{count}"


def match_failed(head: str, ways: Sequence[Way]) -> str:
    r"""Return an expression for lines of the failed command: what was left out or replaced, else its first words.

    >>> match_failed("git push", ())
    '\\bgit\\s+push\\b'
    """
    taken = [way.words if way.kind is FixKind.WITHOUT else way.replaced for way in ways]
    same = taken and taken[0] and all(one == taken[0] for one in taken) and "FOLDER" not in taken[0][0]
    words = list(taken[0]) if same else [word for word in head.split() if "<" not in word]
    start, end = (r"(?:^|[\s;&|(/])", r"(?:$|[\s;&|)])") if same else (r"\b", r"\b")
    return start + r"\s+".join(re.escape(word) for word in words) + end if words else ""
