"""The simple commands of a command line with their words, folders and targets, as far as they can be read unexpanded.

``command_heads`` names what a line does; this says to what: ``cd web && git checkout -- a.js`` puts back ``web/a.js``.
Variables and globs stay as they are written. Nothing is run or looked up, so a word that only a shell could resolve is
the caller's to doubt.
"""

import posixpath
from typing import NamedTuple

from twiceshy.commands.shell import command_heads, head_reader, programs

_DEEPEST = 2
"""Levels of lines within lines, as in ``bash -c``, that are read (guess, 2026-11-21)."""
_MOST_COMMANDS = 200
"""Commands of a line that are looked at: a longer one is a script, whose first ones say what it does
(guess, 2026-11-21)."""


class SimpleCommand(NamedTuple):
    """One simple command."""

    op: str
    """What stands before it, see ``head_reader.Row``."""
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
    found: list[SimpleCommand] = []
    for op, raw, outputs in head_reader.read_rows(command)[0]:
        words = command_heads.unwrap_all(command_heads.strip_assignments(raw)[0])
        if words:
            found += _read_command(op, words, outputs, folder, depth)
            folder = _follow_cd(folder, words)
    return found


def _read_command(
    op: str, words: list[str], outputs: list[tuple[str, bool]], folder: str, depth: int
) -> list[SimpleCommand]:
    """Return one command; of a shell that is given a line, the commands of that line."""
    name = command_heads.program_name(words[0])
    script = command_heads.split_shell_call(name, words)[1] if name in programs.SHELLS else None
    if script is not None:
        below = _parse_nested(script, folder, depth + 1)
        return [below[0]._replace(op=op), *below[1:]] if below else []
    plain = tuple(command_heads.unquote(word) for word in words)
    return [SimpleCommand(op, plain, folder, *_find_target(outputs))]


def _find_target(outputs: list[tuple[str, bool]]) -> tuple[str, bool]:
    """Return the last file that the output goes to, and whether it is appended."""
    files = [(command_heads.unquote(word), appends) for word, appends in outputs]
    return next((one for one in reversed(files) if not one[0].startswith(("/dev/", "&"))), ("", False))


def _follow_cd(folder: str, words: list[str]) -> str:
    """Return where the line goes on behind a command."""
    if len(words) < 2 or command_heads.program_name(words[0]) not in {"cd", "pushd"}:
        return folder
    to = command_heads.unquote(words[1])
    if to == "-":
        return folder
    found = posixpath.normpath(posixpath.join(folder, to))
    return "" if found == "." else found
