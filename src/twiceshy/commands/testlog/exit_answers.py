"""Whether a failed status is an answer ("nothing found", "they differ", "not there") and not a failure.

POSIX gives grep, diff, cmp and test the statuses 0 and 1 for their two answers and a greater one for trouble; which,
``command -v``, ls and many subcommands of git are asked in the same way. Some agents know this and log no error, others
log every status but 0 as one. Their failure rates can be compared only if all are judged alike. A command that the line
itself ended (``kill``) has not failed either.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from twiceshy.commands.shell import command_heads, programs
from twiceshy.commands.shell.masked_status import keeps_pipe_status
from twiceshy.commands.shell.shell_tree import ShellCommand, parse_commands

_FINDERS = frozenset({"grep", "egrep", "fgrep", "zgrep", "rg", "ag", "ack", "git grep", "pgrep", "lsof", "fuser", "nc"})
"""Status 1 without a word means: no."""
_ANSWERS: dict[str, frozenset[int]] = {
    **dict.fromkeys(
        (
            *(*_FINDERS, "diff", "cmp", "git diff", "test", "[", "[[", "which", "type", "hash", "expr"),
            *("git show-ref", "git check-ignore", "git ls-files", "git merge-base", "git symbolic-ref"),
            *("pip show", "npm outdated", "jq"),
        ),
        frozenset({1}),
    ),
    "systemctl is-active": frozenset({1, 3, 4}),
    "ls": frozenset({1, 2}),
    "git rev-parse": frozenset({1, 128}),
    "git cat-file": frozenset({1, 128}),
    "git ls-remote": frozenset({2}),
}
"""Statuses by which a program says no, by its name."""
_ASKING: dict[str, re.Pattern[str]] = {
    "git rev-parse": re.compile(r" (?:--verify|-q|--quiet)(?: |\Z)"),
    "git cat-file": re.compile(r" -e(?: |\Z)"),
    "git ls-files": re.compile(r" --error-unmatch"),
    "git merge-base": re.compile(r" --is-ancestor"),
    "git symbolic-ref": re.compile(r" (?:-q|--quiet)"),
    "git ls-remote": re.compile(r" --exit-code"),
    "git diff": re.compile(r"\A(?!.* --check)"),
    "jq": re.compile(r" (?:-e|--exit-status|-[a-zA-Z]*e[a-zA-Z]*)(?: |\Z)"),
}
"""What must stand in the command where only some uses of a program ask something."""
_SILENT = frozenset({"git config"})
"""Programs whose status 1 without a word means that it is not set."""
_TROUBLE = re.compile(
    r"\bcd: |syntax error|parse error|[Pp]ermission denied|command not found: |: command not found"
    r"|[Ii]nvalid (?:option|argument|regex)|unrecognized option|unknown option|usage: |regex parse error"
    r"|not a git repository"
)
"""Words that make it trouble, whatever the status."""
_NO_FILES = re.compile(r":\d+: no matches found: ")
"""What a shell says that then runs nothing."""
_QUIET_LEVEL = programs.level_of("mkdir")
"""Commands up to this level say why when they fail: by definition of the levels."""
_ENDERS = frozenset({"kill", "pkill", "killall", "fuser", "taskkill"})
SIGNALLED = frozenset({129, 130, 137, 143, 144, -1, -2, -9, -15})
"""Statuses of a command that was ended from outside: by definition 128 and the number of the signal."""
_XARGS = 123
"""By definition in its manual: a command that it ran ended with 1 to 125."""


class _LastCommand(NamedTuple):
    """One command of those that decide a line's status."""

    name: str
    words: str


def is_answer(command: str, exit_code: int | None, output: str) -> bool:
    """Tell whether the command's end means "no" and nothing went wrong; its last part decides the status.

    >>> is_answer("cd src && rg -n 'def total'", 1, "")
    True
    >>> is_answer("grep -n x missing.py", 2, "grep: missing.py: No such file or directory")
    False
    >>> is_answer("pytest -q", 1, "")
    False
    """
    if not exit_code or exit_code < 0:
        return False
    said = output.removeprefix(f"Exit code {exit_code}").strip()
    asked = [one for one in _find_deciding(command) if one.name not in programs.TALKING or one.name in _ANSWERS]
    if not asked or _TROUBLE.search(said[-2000:]):
        return False
    if all(_says_no(one, exit_code, said) for one in asked):
        return True
    # the others would have said what is wrong
    return not said and _says_no(asked[-1], exit_code, said) and all(_is_quiet(one) for one in asked[:-1])


def was_ended_by_itself(command: str, exit_code: int | None) -> bool:
    """Tell whether a line ends a program that it had started itself, and passes on that program's status.

    >>> was_ended_by_itself("npm start & sleep 3; curl -s localhost:3000; kill $!; wait", 143)
    True
    >>> was_ended_by_itself("npm test", 143)
    False
    """
    return exit_code in SIGNALLED and ends_programs(command)


def ends_programs(command: str) -> bool:
    """Tell whether a line sends signals to programs."""
    return bool(_ENDERS & set(command_heads.command_names(command)))


def _says_no(asked: _LastCommand, exit_code: int, said: str) -> bool:
    """Tell whether a command says no by this status."""
    if _NO_FILES.search(said) and asked.name != "ls":
        return False
    if asked.name in _SILENT:
        return exit_code == 1 and not said
    if exit_code not in _ANSWERS.get(asked.name, ()):
        return asked.words.startswith("xargs ") and asked.name in _FINDERS and exit_code == _XARGS and not said
    needed = _ASKING.get(asked.name)
    return needed is None or needed.search(asked.words) is not None


def _is_quiet(asked: _LastCommand) -> bool:
    """Tell whether a command only prepares or shows something, and says why where it cannot."""
    return programs.level_of(asked.name) <= _QUIET_LEVEL or asked.name in programs.FILTERS


def _find_deciding(command: str) -> list[_LastCommand]:
    """Return the commands of which one decided a line's status: the last of each pipe of the last chain."""
    rows = parse_commands(command)
    if rows is None:
        heads = command_heads.command_names(command)
        return [_LastCommand(heads[-1], command.strip())] if heads else []
    keeps = keeps_pipe_status(command)
    found: list[_LastCommand] = []
    for row in rows:
        if row.op in {";", "&"} and row.raw:
            found = []
        if not row.raw:
            continue
        if row.op == "|" and found and not keeps:
            found.pop()
        found += _name_last(row)
    return found


def _name_last(row: ShellCommand) -> list[_LastCommand]:
    """Return a command by its name; of ``bash -c`` those that decide the status of the line that it holds."""
    words = " ".join(row.raw)
    for asks, name in _BUILTIN_ASKS:
        if asks(words):
            return [_LastCommand(name, words)]
    name, script = command_heads.name_command(list(row.raw))
    if name == "test" and "/" in row.raw[0]:
        name = row.raw[0]  # a project's own tests
    return _find_deciding(script) if script else [_LastCommand(name, words)]


_BUILTIN_ASKS: tuple[tuple[Callable[[str], object], str], ...] = (
    (re.compile(r"command -[vV] ").match, "which"),
    (re.compile(r"kill -0 ").match, "pgrep"),
    (re.compile(r"systemctl (?:\S+ )?is-(?:active|enabled)").match, "systemctl is-active"),
)
"""Uses of other programs that ask whether something is there."""
