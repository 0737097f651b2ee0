"""The simple commands of a command line with their words, folders and targets, as far as they can be read unexpanded.

``facts.shell`` names what a line does; this says to what: ``cd web && git checkout -- a.js`` puts back ``web/a.js``.
Variables and globs stay as they are written. Nothing is run or looked up, so a word that only a shell could resolve is
the caller's to doubt.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.facts import programs, shell

REDIRECTION = re.compile(r"(\d*|&)>(>?)\|?[ \t]*([^&\s].*)\Z", re.DOTALL)
DEEPEST = 2
MOST_COMMANDS = 200  # guess: a longer line is a script, of which the first commands say what it does


class Simple(NamedTuple):
    """One simple command."""

    op: str
    """What stands before it, see ``facts.shell.Part``."""
    words: tuple[str, ...]
    """From the program on, without quotes; wrappers such as ``timeout 5`` are left out."""
    folder: str
    """Where an earlier ``cd`` of the line went; empty: the folder that the line began in."""
    target: str = ""
    """The file that its output goes to; empty where it goes nowhere else."""
    appends: bool = False

    @property
    def program(self) -> str:
        """Its name without folder and version."""
        return shell.program(self.words[0])


def simple(command: str) -> tuple[Simple, ...]:
    """The simple commands in order, those of ``bash -c`` in its place; substitutions are left out.

    >>> [(found.words[0], found.folder) for found in simple("cd web && git checkout -- a.js")]
    [('cd', ''), ('git', 'web')]
    """
    return tuple(_simple(command, "", 0)[:MOST_COMMANDS])


def _simple(command: str, folder: str, depth: int) -> list[Simple]:
    if depth > DEEPEST:
        return []
    text = shell.without_heredocs(command)[: shell.MOST_CHARACTERS].replace("\\\n", " ")
    if "$(" in text or "`" in text or "<(" in text or ">(" in text:
        text = shell.lifted(text, [])
    found: list[Simple] = []
    for op, raw, target, appends in _rows(text):
        words = _unwrapped(shell.stripped(raw)[0])
        if not words:
            continue
        name = shell.program(words[0])
        if name in programs.SHELLS and (script := shell.shell(name, words)[1]) is not None:
            below = _simple(script, folder, depth + 1)
            found += [below[0]._replace(op=op), *below[1:]] if below else []
            continue
        plain = tuple(shell.plain(word) for word in words)
        found.append(Simple(op, plain, folder, target, appends))
        if name in {"cd", "pushd"} and len(plain) > 1 and plain[1] != "-":
            folder = posixpath.normpath(posixpath.join(folder, plain[1]))
            folder = "" if folder == "." else folder
    return found


def _rows(text: str) -> Iterator[tuple[str, list[str], str, bool]]:
    """``shell.simple_commands`` with targets: operator, words, target, and whether it appends."""
    if "()" in text:
        text = shell.FUNCTION.sub(" ", text)
    words: list[str] = []
    op = target = ""
    appends = False
    for token in shell.TOKEN.finditer(shell.ARRAY.sub(r"\1", text) if "=(" in text else text):
        symbol, word = token.groups()
        if word:
            words.append(word)
        elif symbol and symbol != "(":
            if words:
                yield op, words, target, appends
                words, target, appends = [], "", False
            if symbol != ")":
                op = shell.SAME.get(symbol, symbol)
        elif not symbol and (hit := REDIRECTION.match(token.group())) and hit.group(1) in {"", "1", "&"}:
            place = shell.plain(hit.group(3))
            if not place.startswith("/dev/"):
                target, appends = place, bool(hit.group(2))
    if words:
        yield op, words, target, appends


def _unwrapped(words: list[str]) -> list[str]:
    """The words of the innermost wrapped command."""
    while words and (after := shell.after_wrapper(shell.program(words[0]), words)) is not None:
        words = after
    return words
