"""Shell: what a command line does, by the name a person would group it under, and whether its exit status can be seen.

Agents write command lines, not commands: ``cd web && CI=1 timeout 60 npm test 2>&1 | tail -20``. Counting first words
would count ``cd``. This module takes the line apart just as far as its names need: quotes, here-documents,
substitutions, lists, pipes, loops. It never runs or expands anything, accepts any text (a line that no shell would take
gives some name or an empty one) and its time grows linearly with the text.

What is grouped:

- programs are named without folder, version and ``.exe``: ``/usr/bin/python3.11`` is ``python``;
- what only finds, times or limits the program is left out: ``uv run pytest``, ``python -m pytest``, ``npx jest`` and
  ``sudo timeout 5 make`` are ``pytest``, ``pytest``, ``jest`` and ``make``; a module of the standard library stays
  ``python -m venv``;
- tools that are many programs in one keep their subcommand (see ``programs``); scripts of an interpreter are one
  group, ``python <script>``, since their names say nothing from project to project; shell scripts keep their name;
- of a list, the work counts: the first command that neither prepares (``mkdir``, ``git add``) nor merely talks or moves
  (``cd``, ``echo``).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from twiceshy.commands.keys.gate_keys import is_assignment
from twiceshy.commands.shell import programs
from twiceshy.commands.shell.head_reader import Row, read_rows

_DEEPEST = 4
"""Levels of substitutions, or of `bash -c`, within each other that are read (guess, 2026-11-21)."""
LONGEST_NAME = 60
"""Characters of a name: what a report's column can still show (guess, 2026-11-21)."""

_QUOTED = re.compile(r"""'([^']*+)'|"((?:[^"\\]++|\\.)*+)"|\\(.)""", re.DOTALL)
_LIFTED = re.compile("\x01(\\d+)\x02")
_SUBCOMMAND = re.compile(r":?[A-Za-z][\w:.+-]*\Z")
_TASK = re.compile(r"(?:test|tests|lint|build|format|fmt|type-?check)(?:[:-][\w:-]+)?\Z")
"""A script of a project's own where a program could stand as well; no program has such a name."""
_VERSIONED = re.compile(r"(python|pypy|pip|ruby|node|php|perl|lua|gcc|g\+\+|clang|clang\+\+)-?\d[\d.]*\Z")
_SCRIPT = re.compile(r"(?:\S*/)?(?:sh|bash|zsh|dash|ksh) -l?c (.+)", re.DOTALL)
_JOINED_END = re.compile(r"""[;&|<>()`'"\\#$\r\n\x00-\x08]""")
_UNFIT = re.compile(r"[^\w@%+=:,./$<>\[\]{}~?*!-]+")


class ShellPart(NamedTuple):
    """One simple command of a line."""

    head: str
    op: str
    """What stands before it: ``''``, ``;``, ``&``, ``&&``, ``||`` or ``|``."""
    level: int
    """0 talks or moves, 1 prepares, 2 works."""
    fails: bool
    """It ends the line with a status that is not 0, or passes one on."""
    inner: tuple["ShellPart", ...] = ()
    """The commands in its substitutions."""
    assigns: bool = False
    """It only sets variables, so that its status is that of its last substitution."""
    words: str = ""
    """As it is written, where the whole line was read by its grammar."""
    conditional: bool = False
    """It stands in a condition, a loop or a function; known under the same condition."""


class ShellLine(NamedTuple):
    """The parts of a command line."""

    parts: tuple[ShellPart, ...]
    last_op: str
    """``&`` when the line ends in the background, else empty."""


def head(command: str) -> str:
    r"""Return the name of the command that does the work, empty where there is none.

    >>> head("cd web && CI=1 timeout 60 npm run build 2>&1 | tail -20")
    'npm run build'
    >>> head("bash -c 'git add -A && git commit -m \"a; b\"'")
    'git commit'
    """
    parts = parse_line(command).parts
    index = find_work(parts)
    if index is None:
        return ""
    part = parts[index]
    inner = find_work(part.inner)
    if inner is not None and part.level == 0 and part.inner[inner].level:
        return part.inner[inner].head
    return part.head


def head_of_joined(words: str) -> str:
    r"""Return the name of the command in a text where its words stand one behind the other, without quotes.

    What begins a command in a line may be part of an argument here, so nothing is read from there on; but what a
    shell was given to run is a line.

    >>> head_of_joined("git add fix; acme"), head_of_joined("sh -c cd web && npm test"), head_of_joined("true a\nb")
    ('git add', 'npm test', 'true')
    """
    if script := _SCRIPT.match(words):
        return head(script[1])
    return head(_JOINED_END.split(words, maxsplit=1)[0])


def command_names(command: str) -> list[str]:
    """Return the names of all commands in order, those of substitutions after the command that holds them."""
    found: list[str] = []
    _collect_names(parse_line(command).parts, found)
    return found


def _collect_names(parts: tuple[ShellPart, ...], found: list[str]) -> None:
    """Append the names of the commands to ``found``."""
    for part in parts:
        if part.head:
            found.append(part.head)
        _collect_names(part.inner, found)


def find_work(parts: tuple[ShellPart, ...]) -> int | None:
    """Return the index of the command that does the work: the first of the highest level.

    None where there is no command.

    A filter behind a pipe never is, whatever feeds it.
    """
    best, level = None, -1
    for index, part in enumerate(parts):
        if part.level > level and not (part.op == "|" and part.head in programs.FILTERS):
            best, level = index, part.level
            if level == 2:
                break
    return best


@lru_cache(maxsize=1024)
def parse_line(command: str) -> ShellLine:
    """Take the line apart; cached, since its name and its mask are asked for one after the other."""
    return _parse_nested(command, 0)


def _parse_nested(command: str, depth: int) -> ShellLine:
    """Take the line apart; below ``_DEEPEST`` nothing is found."""
    if depth > _DEEPEST:
        return ShellLine((), "")
    rows, inners = read_rows(command)
    parts: list[ShellPart] = []
    last_op = ""
    for row in rows:
        if row[1]:
            parts += _read_part(row, _read_inner_parts(row[1], inners, depth), depth)
        else:
            last_op = row[0]
    return ShellLine(tuple(parts), last_op)


def _read_inner_parts(words: list[str], inners: list[str], depth: int) -> tuple[ShellPart, ...]:
    """Return the commands in the substitutions of these words."""
    if not inners:
        return ()
    numbers = [int(number) for word in words for number in _LIFTED.findall(word)]
    lines = [_parse_nested(inners[number], depth + 1) for number in numbers if number < len(inners)]
    return tuple(part for line in lines for part in line.parts)


def _read_part(row: Row, inner: tuple[ShellPart, ...], depth: int) -> list[ShellPart]:
    """Return the simple command as one part; or, for ``bash -c``, the parts of the line that it holds."""
    op, words, _ = row
    rest, assigns = strip_assignments(words)
    if not rest:
        return [ShellPart("", op, 0, fails=False, inner=inner, assigns=assigns)] if inner else []
    name, script = name_command(rest)
    below = _parse_nested(script, depth + 1).parts if script is not None else ()
    if below:
        return [below[0]._replace(op=op), *below[1:]]
    return [ShellPart(name, op, programs.level_of(name), is_failure(rest), inner)]


def is_failure(words: list[str]) -> bool:
    """Tell whether a command ends the line with a status that is not 0, or passes one on."""
    return words[0] == "false" or (words[0] in {"exit", "return"} and len(words) > 1 and words[1] != "0")


def strip_assignments(words: list[str]) -> tuple[list[str], bool]:
    """Return the words from the program on, and whether there are only assignments."""
    index, assigned = 0, False
    while index < len(words):
        word = words[index]
        if word in programs.HEADERS:
            return [], False
        if is_assignment(word):
            assigned = True
        elif word not in programs.KEYWORDS:
            return words[index:], False
        index += 1
    return [], assigned


def name_command(words: list[str]) -> tuple[str, str | None]:
    """Return the name of a command, and the command line that it holds as a text (``bash -c``), else None."""
    outer = program_name(words[0])
    while words:
        name = program_name(words[0])
        if name in programs.SHELLS:
            return split_shell_call(name, words)
        if name == "eval":
            return name, " ".join(unquote(word) for word in words[1:])
        after = unwrap_command(name, words)
        if after is None:
            return name_with_subcommand(name, words), None
        if name in programs.SCRIPTED and after and _TASK.match(unquote(after[0])):
            return f"{name} run {unquote(after[0])}"[:LONGEST_NAME], None
        words = after
    return outer, None


def program_name(word: str) -> str:
    """Return a program's name without folder, version number and ``.exe``."""
    word = unquote(word)
    if "/" in word or "\\" in word:
        word = re.split(r"[/\\]", word.rstrip("/\\"))[-1]
    if word.endswith((".exe", ".cmd", ".bat")):
        word = word[:-4]
    if word[-1:].isdigit() and (found := _VERSIONED.match(word)):
        word = found.group(1)
    if "\x01" in word:
        word = _LIFTED.sub("$(...)", word)
    return _UNFIT.sub("?", word)[:LONGEST_NAME] if _UNFIT.search(word) else word[:LONGEST_NAME]


def unquote(word: str) -> str:
    """Return a word as the program gets it: without quotes. A Windows path keeps its backslashes."""
    if "'" not in word and '"' not in word and ("\\" not in word or ":\\" in word):
        return word
    return _QUOTED.sub(lambda found: found.group(1) or found.group(2) or found.group(3) or "", word)


def split_shell_call(name: str, words: list[str]) -> tuple[str, str | None]:
    """Return the name of a call of a shell, and the line given with ``-c``; None without one."""
    for index, word in enumerate(words[1:], 1):
        if word[0] == "-" and word != "--" and not word.startswith("--"):
            if "c" in word and index + 1 < len(words):
                return name, unquote(words[index + 1]).replace('\\"', '"')
        elif word[0] not in "-+" and words[index - 1] not in {"-o", "+o", "-O"}:
            return program_name(word) or name, None
    return name, None


def unwrap_command(name: str, words: list[str]) -> list[str] | None:
    """Return the words of the wrapped command; None when ``name`` wraps nothing."""
    if (wrapper := programs.WRAPPERS.get(name)) is not None:
        return _skip_wrapper(words, 1, wrapper)
    if name not in programs.RUNNERS or len(words) < 3:
        return _unwrap_module(words) if name in {"python", "pypy"} else None
    # options may stand before the runner's own word: `uv --directory x run pytest`
    index = _skip_options(words, 1, programs.VALUED.get(name, frozenset()))
    wrapper = programs.RUNNERS[name].get(words[index]) if index < len(words) else None
    if wrapper is None:
        return None
    return words[index:] if wrapper.positional < 0 else _skip_wrapper(words, index + 1, wrapper)


def _skip_wrapper(words: list[str], index: int, wrapper: programs.Wrapper) -> list[str] | None:
    """Return the words behind a wrapper's own, which begin at ``index``; None where there are none."""
    index = _skip_options(words, index, wrapper.valued) + wrapper.positional
    while index < len(words) and is_assignment(words[index]):
        index += 1
    if index < len(words) and words[index] == "--":
        index += 1
    return words[index:] or None


def unwrap_all(words: list[str]) -> list[str]:
    """Return the words of the innermost wrapped command."""
    while words and (after := unwrap_command(program_name(words[0]), words)) is not None:
        words = after
    return words


def _unwrap_module(words: list[str]) -> list[str] | None:
    """Return the words of ``python -m X`` from ``X`` on.

    None for anything else and for the standard library's modules.
    """
    for index, word in enumerate(words[1:], 1):
        if word == "-m" and index + 1 < len(words):
            rest = words[index + 1 :]
            return None if rest[0].partition(".")[0] in programs.STANDARD_MODULES else rest
        if word[0] != "-" and words[index - 1] not in {"-W", "-X"}:
            return None
    return None


def _skip_options(words: list[str], index: int, valued: frozenset[str]) -> int:
    """Return the index of the first word that is no option and no value of one."""
    while index < len(words) and words[index][0] in "-+" and words[index] != "--":
        index += 2 if words[index] in valued else 1
    return index


def name_with_subcommand(name: str, words: list[str]) -> str:
    """Return the name with what makes it one of many: its subcommand, or what an interpreter is given."""
    if name in programs.INTERPRETERS:
        return _name_interpreter_call(name, words)
    depth = programs.SUBCOMMANDS.get(name)
    if depth is None:
        return name
    valued = programs.VALUED.get(name, frozenset())
    found = [name]
    index = 1
    while depth and (index := _skip_options(words, index, valued)) < len(words):
        word = unquote(words[index])
        if is_assignment(word):
            index += 1
            continue
        if not _SUBCOMMAND.match(word):
            break
        if name in programs.INTERPRETED_TOO and "." in word and word.endswith(programs.SCRIPT_ENDINGS):
            found.append("<script>")
            break
        found.append(word)
        depth = max(depth - 1, 1 if (name, word) in programs.DEEPER else 0)
        if (name, word) in programs.SHALLOWER:
            break
        index += 1
    return " ".join(found)[:LONGEST_NAME]


def _name_interpreter_call(name: str, words: list[str]) -> str:
    """Return ``python -c``, ``python -m venv``, ``python -`` or ``python <script>``."""
    for index, word in enumerate(words[1:], 1):
        if word == "-m" and index + 1 < len(words):
            return f"{name} -m {unquote(words[index + 1])}"[:LONGEST_NAME]
        if word in {"-c", "-e", "-p", "-"}:
            return f"{name} {word}"
        if word[0] not in "-+":
            if words[index - 1] in {"-W", "-X", "-r", "--require", "--import", "--loader"}:
                continue
            return f"{name} <script>"
    return name if len(words) > 1 else f"{name} -"  # its text stands in a here-document
