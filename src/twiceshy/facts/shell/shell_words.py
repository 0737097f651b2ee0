"""The simple commands of a command line with their words, folders and targets, as far as they can be read unexpanded.

``facts.shell`` names what a line does; this says to what: ``cd web && git checkout -- a.js`` puts back ``web/a.js``.
Variables and globs stay as they are written. Nothing is run or looked up, so a word that only a shell could resolve is
the caller's to doubt.
"""

import posixpath
import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.facts.shell import command_heads, programs

_REDIRECTION = re.compile(r"(\d*|&)>(>?)\|?[ \t]*([^&\s].*)\Z", re.DOTALL)
_DEEPEST = 2
_MOST_COMMANDS = 200  # guess: a longer line is a script, of which the first commands say what it does


class SimpleCommand(NamedTuple):
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
        return command_heads.program_name(self.words[0])


def parse_simple_commands(command: str) -> tuple[SimpleCommand, ...]:
    """Return the simple commands in order, those of ``bash -c`` in its place; substitutions are left out.

    >>> [(found.words[0], found.folder) for found in parse_simple_commands("cd web && git checkout -- a.js")]
    [('cd', ''), ('git', 'web')]
    """
    return tuple(_parse_nested(command, "", 0)[:_MOST_COMMANDS])


def _parse_nested(command: str, folder: str, depth: int) -> list[SimpleCommand]:
    if depth > _DEEPEST:
        return []
    text = command_heads.strip_heredocs(command)[: command_heads.MOST_CHARACTERS].replace("\\\n", " ")
    if "$(" in text or "`" in text or "<(" in text or ">(" in text:
        text = command_heads.lift_substitutions(text, [])
    found: list[SimpleCommand] = []
    for op, raw, target, appends in _split_rows(text):
        words = _unwrap(command_heads.strip_assignments(raw)[0])
        if not words:
            continue
        name = command_heads.program_name(words[0])
        if name in programs.SHELLS and (script := command_heads.split_shell_call(name, words)[1]) is not None:
            below = _parse_nested(script, folder, depth + 1)
            found += [below[0]._replace(op=op), *below[1:]] if below else []
            continue
        plain = tuple(command_heads.unquote(word) for word in words)
        found.append(SimpleCommand(op, plain, folder, target, appends))
        if name in {"cd", "pushd"} and len(plain) > 1 and plain[1] != "-":
            folder = posixpath.normpath(posixpath.join(folder, plain[1]))
            folder = "" if folder == "." else folder
    return found


def _split_rows(text: str) -> Iterator[tuple[str, list[str], str, bool]]:
    """Yield operator, words, target and whether it appends: ``shell.split_commands`` with targets."""
    if "()" in text:
        text = command_heads.FUNCTION.sub(" ", text)
    words: list[str] = []
    op = target = ""
    appends = False
    for token in command_heads.TOKEN.finditer(command_heads.ARRAY.sub(r"\1", text) if "=(" in text else text):
        symbol, word = token.groups()
        if word:
            words.append(word)
        elif symbol and symbol != "(":
            if words:
                yield op, words, target, appends
                words, target, appends = [], "", False
            if symbol != ")":
                op = command_heads.SAME.get(symbol, symbol)
        elif not symbol and (hit := _REDIRECTION.match(token.group())) and hit.group(1) in {"", "1", "&"}:
            place = command_heads.unquote(hit.group(3))
            if not place.startswith("/dev/"):
                target, appends = place, bool(hit.group(2))
    if words:
        yield op, words, target, appends


def _unwrap(words: list[str]) -> list[str]:
    """Return the words of the innermost wrapped command."""
    while words and (after := command_heads.unwrap_command(command_heads.program_name(words[0]), words)) is not None:
        words = after
    return words
