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
- tools that are many programs in one keep their subcommand (see ``facts.programs``); scripts of an interpreter are one
  group, ``python <script>``, since their names say nothing from project to project; shell scripts keep their name;
- of a list, the work counts: the first command that neither prepares (``mkdir``, ``git add``) nor merely talks or moves
  (``cd``, ``echo``).
"""

import re
from functools import lru_cache
from typing import NamedTuple

from twiceshy.facts.shell import programs

VERSION = 1
MOST_CHARACTERS = 20_000  # guess: without here-documents no real line seen was a tenth as long
_DEEPEST = 4  # guess: substitutions in substitutions, or `bash -c` in `bash -c`
LONGEST_NAME = 60  # guess: what a report's column can still show

_WORD = r"""(?:[^\s'"\\;|&()<>]++|'[^']*+'|"(?:[^"\\]++|\\.)*+"|\\.|['"\\])++"""
TOKEN = re.compile(
    rf"(?:\d+)?(?:>>|>\||>&|<&|<<<|<<-?|<>|>|<)[ \t]*(?:{_WORD})?|&>>?[ \t]*(?:{_WORD})?"  # redirections: no group
    r"|(&&|\|\||\|&|;;|[;|&()\n])"
    r"|\#[^\n]*"
    rf"|({_WORD})",
    re.DOTALL,
)
_SPECIAL = re.compile(r"""\\.|'|"|\$\(|[<>]\(|`|\(|\)|(?:(?<=\s)|\A)\#[^\n]*""", re.DOTALL)
_HEREDOC = re.compile(r"""(?<!<)<<(?!<)-?[ \t]*(['"\\]?)([A-Za-z_]\w*)""")
ARRAY = re.compile(r"(\b[A-Za-z_]\w*\+?=)\([^()]*+\)")
FUNCTION = re.compile(r"(?<![\w-])[\w-]++[ \t]*\(\)")
SAME = {"\n": ";", ";;": ";", "|&": "|"}
_QUOTED = re.compile(r"""'([^']*+)'|"((?:[^"\\]++|\\.)*+)"|\\(.)""", re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
_LIFTED = re.compile("\x01(\\d+)\x02")
_SUBCOMMAND = re.compile(r"[A-Za-z][\w:.+-]*\Z")
_VERSIONED = re.compile(r"(python|pypy|pip|ruby|node|php|perl|lua|gcc|g\+\+|clang|clang\+\+)-?\d[\d.]*\Z")
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
    index = _find_work(parts)
    if index is None:
        return ""
    part = parts[index]
    inner = _find_work(part.inner)
    if inner is not None and part.level == 0 and part.inner[inner].level:
        return part.inner[inner].head
    return part.head


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


def is_masked(command: str) -> bool:
    """Tell whether the line can end with 0 although its work failed.

    This is so with ``| tail``, ``|| true``, ``; echo done`` and ``&``.

    A status that was saved (``pipefail``, ``PIPESTATUS``, ``exit $rc``) is not hidden.
    """
    parts, last_op = parse_line(command)
    index = _find_work(parts)
    if index is None:
        return False
    if last_op == "&" or (
        parts[index].level == 0 and not parts[index].assigns and _find_work(parts[index].inner) is not None
    ):
        return True
    rest = parts[index + 1 :]
    if not rest or any(part.fails for part in rest):
        return False
    pipe = 0
    while pipe < len(rest) and rest[pipe].op == "|":
        pipe += 1
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


def _find_work(parts: tuple[ShellPart, ...]) -> int | None:
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
    text = strip_heredocs(command)[:MOST_CHARACTERS].replace("\\\n", " ")
    inners: list[str] = []
    if "$(" in text or "`" in text or "<(" in text or ">(" in text:
        text = lift_substitutions(text, inners)
    parts: list[ShellPart] = []
    last_op = ""
    for op, words in split_commands(text):
        if words:
            parts += _parts_of(op, words, inners, depth)
        else:
            last_op = op
    return ShellLine(tuple(parts), last_op)


def strip_heredocs(text: str) -> str:
    """Return the text without the bodies of its here-documents; one that never ends takes the rest."""
    if "<<" not in text:
        return text
    kept: list[str] = []
    start = position = 0
    while found := _HEREDOC.search(text, position):
        body = text.find("\n", found.end())
        if body < 0:
            break
        kept.append(text[start:body])
        end = _find_heredoc_end(text, body, found.group(2))
        if end < 0:
            return "".join(kept)
        start = position = end
    kept.append(text[start:])
    return "".join(kept)


def _find_heredoc_end(text: str, position: int, delimiter: str) -> int:
    """Return where the text goes on after the line that is only ``delimiter``; -1 where there is none."""
    while (position := text.find(delimiter, position + 1)) >= 0:
        end = position + len(delimiter)
        line_start = text.rfind("\n", 0, position) + 1
        if not text[line_start:position].strip() and text[end : end + 1] in {"", "\n", "\r", ")", '"', "`", ";", " "}:
            return end
    return -1


def lift_substitutions(text: str, inners: list[str]) -> str:
    """Return the text with a numbered mark for each outermost substitution; its inside goes to ``inners``."""
    out: list[str] = []
    quoted, last, position = False, 0, 0
    while found := _SPECIAL.search(text, position):
        symbol, position = found.group(), found.end()
        if symbol == '"':
            quoted = not quoted
        elif symbol == "'" and not quoted:
            position = _skip_quote(text, position)
        elif _opens_substitution(symbol, quoted=quoted):
            end, position = _find_closing(text, position, symbol)
            out += (text[last : found.start()], f"\x01{len(inners)}\x02")
            inners.append(text[found.end() : end])
            last = position
        elif symbol[0] == "#" and quoted:
            position = found.start() + 1
    out.append(text[last:])
    return "".join(out)


def _opens_substitution(symbol: str, *, quoted: bool) -> bool:
    """Tell whether a substitution begins here."""
    return symbol in {"$(", "`"} or (symbol in {"<(", ">("} and not quoted)


def _skip_quote(text: str, position: int) -> int:
    """Return where a single-quoted text ends; an apostrophe that never ends is passed over."""
    end = text.find("'", position)
    return position if end < 0 else end + 1


def _find_closing(text: str, position: int, opener: str) -> tuple[int, int]:
    """Return where the inside of a substitution ends and where the text goes on; an open one takes the rest."""
    awaited, quotes = ["`" if opener == "`" else ")"], [False]
    while found := _SPECIAL.search(text, position):
        symbol, position = found.group(), found.end()
        if symbol == '"':
            quotes[-1] = not quotes[-1]
        elif symbol == "'" and not quotes[-1]:
            position = _skip_quote(text, position)
        elif symbol == awaited[-1] and (symbol == "`" or not quotes[-1]):
            awaited.pop()
            quotes.pop()
            if not awaited:
                return found.start(), position
        elif _opens_substitution(symbol, quoted=quotes[-1]) or (symbol == "(" and not quotes[-1]):
            awaited.append("`" if symbol == "`" else ")")
            quotes.append(False)
        elif symbol[0] == "#" and quotes[-1]:
            position = found.start() + 1
    return len(text), len(text)


def split_commands(text: str) -> list[tuple[str, list[str]]]:
    """Return operator and words of each simple command; a last row has no words where the line ends in ``&``."""
    rows: list[tuple[str, list[str]]] = []
    words: list[str] = []
    op, fresh = "", True
    if "()" in text:
        text = FUNCTION.sub(" ", text)
    for symbol, word in TOKEN.findall(ARRAY.sub(r"\1", text) if "=(" in text else text):
        if word:
            words.append(word)
            continue
        if not symbol or symbol == "(":
            continue
        if words:
            rows.append((op, words))
            words, op, fresh = [], "", True
        if symbol == ")":
            fresh = True
        elif symbol != "\n" or fresh:
            op, fresh = SAME.get(symbol, symbol), False
    if words or op == "&":
        rows.append((op, words))
    return rows


def _parts_of(op: str, words: list[str], inners: list[str], depth: int) -> list[ShellPart]:
    """Return the simple command as one part; or, for ``bash -c``, the parts of the line that it holds."""
    inner: tuple[ShellPart, ...] = ()
    if inners:
        numbers = [int(number) for word in words for number in _LIFTED.findall(word)]
        inner = tuple(
            part
            for number in numbers
            if number < len(inners)
            for part in _parse_nested(inners[number], depth + 1).parts
        )
    rest, assigns = strip_assignments(words)
    if not rest:
        return [ShellPart("", op, 0, fails=False, inner=inner, assigns=assigns)] if inner else []
    name, script = _name_command(rest)
    if script is not None:
        below = _parse_nested(script, depth + 1)
        if below.parts:
            return [below.parts[0]._replace(op=op), *below.parts[1:]]
    fails = rest[0] == "false" or (rest[0] in {"exit", "return"} and len(rest) > 1 and rest[1] != "0")
    return [ShellPart(name, op, programs.level_of(name), fails, inner)]


def strip_assignments(words: list[str]) -> tuple[list[str], bool]:
    """Return the words from the program on, and whether there are only assignments."""
    index, assigned = 0, False
    while index < len(words):
        word = words[index]
        if word in programs.HEADERS:
            return [], False
        if ASSIGNMENT.match(word):
            assigned = True
        elif word not in programs.KEYWORDS:
            return words[index:], False
        index += 1
    return [], assigned


def _name_command(words: list[str]) -> tuple[str, str | None]:
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
    wrapper = programs.WRAPPERS.get(name)
    index = 1
    if wrapper is None:
        if name not in programs.RUNNERS or len(words) < 3:
            return _unwrap_module(words) if name in {"python", "pypy"} else None
        # options may stand before the runner's own word: `uv --directory x run pytest`
        index = _skip_options(words, 1, programs.VALUED.get(name, frozenset()))
        wrapper = programs.RUNNERS[name].get(words[index]) if index < len(words) else None
        if wrapper is None:
            return None
        if wrapper.positional < 0:
            return words[index:]
        index += 1
    index = _skip_options(words, index, wrapper.valued)
    index += wrapper.positional
    while index < len(words) and ASSIGNMENT.match(words[index]):
        index += 1
    if index < len(words) and words[index] == "--":
        index += 1
    return words[index:] or None


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
        if ASSIGNMENT.match(word):
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
