"""Masks: whether a line can end with 0 although its work failed, as with ``| tail``, ``|| true``, ``; echo`` and ``&``.

A status that was saved (``pipefail``, ``PIPESTATUS``, ``exit $rc``) is not hidden. Of a line that the grammar does not
take nothing is claimed.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from twiceshy.commands.shell import command_heads, programs
from twiceshy.commands.shell.command_heads import ShellLine, ShellPart, find_work
from twiceshy.commands.shell.shell_tree import ShellCommand, parse_commands

_DEEPEST = 4
"""Levels of lines within lines, as in ``bash -c``, that are read (guess, 2026-11-21)."""
_MAY_MASK = re.compile(r"[|;\n`]|[$<>]\(|(?<![&>])&(?![&>])")
"""Without one of these a line is one command, or a chain of them by ``&&``, and shows its status."""


def is_masked(command: str) -> bool:
    """Tell whether a whole line can end with 0 although its work failed; no for one that cannot be read.

    >>> is_masked("make | tail"), is_masked("set -o pipefail; make | tail"), is_masked("make 'unclosed | tail")
    (True, False, False)
    """
    if not _MAY_MASK.search(command):
        return False
    line = read_line(command)
    return line is not None and masks_status(line, command)


def masks_status(line: ShellLine, command: str) -> bool:
    """Tell whether a line with these parts can end with 0 although its work failed."""
    parts, last_op = line
    index = find_work(parts)
    if index is None:
        return False
    work = parts[index]
    if last_op == "&" or (work.level == 0 and not work.assigns and find_work(work.inner) is not None):
        return True
    return any(_hides_status(parts[place + 1 :], command) for place in _find_workers(parts, index))


def _find_workers(parts: tuple[ShellPart, ...], first: int) -> Iterator[int]:
    """Yield the places of the commands that do the work: the first, and those that run where it went well."""
    for place in range(first, len(parts)):
        part = parts[place]
        if place > first and part.op not in {"&&", "|"}:
            return
        if part.level == parts[first].level and not (part.op == "|" and part.head in programs.FILTERS):
            yield place


def _hides_status(rest: tuple[ShellPart, ...], command: str) -> bool:
    """Tell whether what follows a command can end with 0 although it failed."""
    if not rest or any(part.fails for part in rest):
        return False
    pipe = next((place for place, part in enumerate(rest) if part.op != "|"), len(rest))
    if pipe and rest[pipe - 1].head in programs.FILTERS and not keeps_pipe_status(command):
        return True
    stops = sets_errexit(command)
    return any((part.op in {";", "&"} and not stops) or (part.op == "||" and part.level == 0) for part in rest[pipe:])


def keeps_pipe_status(command: str) -> bool:
    """Tell whether the line looks at every status of a pipe."""
    return "pipefail" in command or "PIPESTATUS" in command or "pipestatus" in command


def sets_errexit(command: str) -> bool:
    """Tell whether the line ends at its first failure."""
    return "set -" in command and re.search(r"\bset -[a-z]*e", command) is not None


@lru_cache(maxsize=256)
def read_line(command: str) -> ShellLine | None:
    """Return the parts of a whole line as its grammar has them; None for one that cannot be read."""
    return _read_line(command, 0)


def _read_line(command: str, depth: int) -> ShellLine | None:
    """Return the parts of a line; None where it, or a line in it, cannot be read."""
    rows = parse_commands(command)
    return None if rows is None or depth > _DEEPEST else _read_parts(rows, depth)


def _read_parts(rows: list[ShellCommand], depth: int) -> ShellLine | None:
    """Return the parts of the commands, the same."""
    parts: list[ShellPart] = []
    for row in rows:
        if row.raw or row.inner:
            found = _read_part(row, depth)
            if found is None:
                return None
            parts += found
    background = bool(rows) and rows[-1].op == "&" and not (rows[-1].raw or rows[-1].inner or rows[-1].bracket)
    return ShellLine(tuple(parts), "&" if background else "")


def _read_part(row: ShellCommand, depth: int) -> list[ShellPart] | None:
    """Return a command as one part; or, for ``bash -c``, the parts of the line that it holds."""
    lines = [_read_parts(one, depth) for one in row.inner]
    inner = tuple(part for line in lines if line is not None for part in line.parts)
    if not row.raw:
        return [ShellPart("", row.op, 0, fails=False, inner=inner, assigns=True)]
    name, script = command_heads.name_command(row.raw)
    below = _read_line(script, depth + 1) if script is not None else ShellLine((), "")
    if below is None:
        return None
    if below.parts:
        return [below.parts[0]._replace(op=row.op), *below.parts[1:]]
    fails = command_heads.is_failure(row.raw)
    words = " ".join(row.raw)
    return [ShellPart(name, row.op, programs.level_of(name), fails, inner, words=words, conditional=row.conditional)]
