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

from twiceshy.facts import programs

VERSION = 1
MOST_CHARACTERS = 20_000  # guess: without here-documents no real line seen was a tenth as long
DEEPEST = 4  # guess: substitutions in substitutions, or `bash -c` in `bash -c`
LONGEST_NAME = 60  # guess: what a report's column can still show

WORD = r"""(?:[^\s'"\\;|&()<>]++|'[^']*+'|"(?:[^"\\]++|\\.)*+"|\\.|['"\\])++"""
TOKEN = re.compile(
    rf"(?:\d+)?(?:>>|>\||>&|<&|<<<|<<-?|<>|>|<)[ \t]*(?:{WORD})?|&>>?[ \t]*(?:{WORD})?"  # redirections: no group
    r"|(&&|\|\||\|&|;;|[;|&()\n])"
    r"|\#[^\n]*"
    rf"|({WORD})",
    re.DOTALL,
)
SPECIAL = re.compile(r"""\\.|'|"|\$\(|[<>]\(|`|\(|\)|(?:(?<=\s)|\A)\#[^\n]*""", re.DOTALL)
HEREDOC = re.compile(r"""(?<!<)<<(?!<)-?[ \t]*(['"\\]?)([A-Za-z_]\w*)""")
ARRAY = re.compile(r"(\b[A-Za-z_]\w*\+?=)\([^()]*+\)")
FUNCTION = re.compile(r"(?<![\w-])[\w-]++[ \t]*\(\)")
SAME = {"\n": ";", ";;": ";", "|&": "|"}
QUOTED = re.compile(r"""'([^']*+)'|"((?:[^"\\]++|\\.)*+)"|\\(.)""", re.DOTALL)
ASSIGNMENT = re.compile(r"[A-Za-z_]\w*(?:\[[^\]]*\])?\+?=")
LIFTED = re.compile("\x01(\\d+)\x02")
SUBCOMMAND = re.compile(r"[A-Za-z][\w:.+-]*\Z")
VERSIONED = re.compile(r"(python|pypy|pip|ruby|node|php|perl|lua|gcc|g\+\+|clang|clang\+\+)-?\d[\d.]*\Z")
UNFIT = re.compile(r"[^\w@%+=:,./$<>\[\]{}~?*!-]+")


class Part(NamedTuple):
    """One simple command of a line."""

    head: str
    op: str
    """What stands before it: ``''``, ``;``, ``&``, ``&&``, ``||`` or ``|``."""
    level: int
    """0 talks or moves, 1 prepares, 2 works."""
    fails: bool
    """It ends the line with a status that is not 0, or passes one on."""
    inner: tuple["Part", ...] = ()
    """The commands in its substitutions."""
    assigns: bool = False
    """It only sets variables, so that its status is that of its last substitution."""


class Line(NamedTuple):
    """A command line taken apart."""

    parts: tuple[Part, ...]
    last_op: str
    """``&`` when the line ends in the background, else empty."""


def head(command: str) -> str:
    r"""The name of the command that does the work, empty where there is none.

    >>> head("cd web && CI=1 timeout 60 npm run build 2>&1 | tail -20")
    'npm run build'
    >>> head("bash -c 'git add -A && git commit -m \"a; b\"'")
    'git commit'
    """
    parts = line(command).parts
    index = work(parts)
    if index is None:
        return ""
    part = parts[index]
    inner = work(part.inner)
    if inner is not None and part.level == 0 and part.inner[inner].level:
        return part.inner[inner].head
    return part.head


def commands(command: str) -> list[str]:
    """The names of all commands of the line, in order, those of substitutions after the command that holds them."""
    found: list[str] = []
    collect(line(command).parts, found)
    return found


def collect(parts: tuple[Part, ...], found: list[str]) -> None:
    """Nothing; the names were appended."""
    for part in parts:
        if part.head:
            found.append(part.head)
        collect(part.inner, found)


def masked(command: str) -> bool:
    """Whether the line can end with 0 although its work failed: ``| tail``, ``|| true``, ``; echo done``, ``&``.

    A status that was saved (``pipefail``, ``PIPESTATUS``, ``exit $rc``) is not hidden.
    """
    parts, last_op = line(command)
    index = work(parts)
    if index is None:
        return False
    if last_op == "&" or (
        parts[index].level == 0 and not parts[index].assigns and work(parts[index].inner) is not None
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
    """Whether the line looks at every status of a pipe."""
    return "pipefail" in command or "PIPESTATUS" in command or "pipestatus" in command


def sets_errexit(command: str) -> bool:
    """Whether the line ends at its first failure."""
    return "set -" in command and re.search(r"\bset -[a-z]*e", command) is not None


def work(parts: tuple[Part, ...]) -> int | None:
    """Index of the command that does the work: the first of the highest level; None where there is no command.

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
def line(command: str) -> Line:
    """The line taken apart; remembered, since its name and its mask are asked for one after the other."""
    return parsed(command, 0)


def parsed(command: str, depth: int) -> Line:
    """The line taken apart; below ``DEEPEST`` nothing is found."""
    if depth > DEEPEST:
        return Line((), "")
    text = without_heredocs(command)[:MOST_CHARACTERS].replace("\\\n", " ")
    inners: list[str] = []
    if "$(" in text or "`" in text or "<(" in text or ">(" in text:
        text = lifted(text, inners)
    parts: list[Part] = []
    last_op = ""
    for op, words in simple_commands(text):
        if words:
            parts += parts_of(op, words, inners, depth)
        else:
            last_op = op
    return Line(tuple(parts), last_op)


def without_heredocs(text: str) -> str:
    """The text without the bodies of its here-documents; one that never ends takes the rest."""
    if "<<" not in text:
        return text
    kept: list[str] = []
    start = position = 0
    while found := HEREDOC.search(text, position):
        body = text.find("\n", found.end())
        if body < 0:
            break
        kept.append(text[start:body])
        end = end_of_heredoc(text, body, found.group(2))
        if end < 0:
            return "".join(kept)
        start = position = end
    kept.append(text[start:])
    return "".join(kept)


def end_of_heredoc(text: str, position: int, delimiter: str) -> int:
    """Where the text goes on after the line that is only ``delimiter``; -1 where there is none."""
    while (position := text.find(delimiter, position + 1)) >= 0:
        end = position + len(delimiter)
        line_start = text.rfind("\n", 0, position) + 1
        if not text[line_start:position].strip() and text[end : end + 1] in {"", "\n", "\r", ")", '"', "`", ";", " "}:
            return end
    return -1


def lifted(text: str, inners: list[str]) -> str:
    """The text with a numbered mark for each outermost substitution, whose inside was appended to ``inners``."""
    out: list[str] = []
    quoted, last, position = False, 0, 0
    while found := SPECIAL.search(text, position):
        symbol, position = found.group(), found.end()
        if symbol == '"':
            quoted = not quoted
        elif symbol == "'" and not quoted:
            position = after_quote(text, position)
        elif opens(symbol, quoted=quoted):
            end, position = closing(text, position, symbol)
            out += (text[last : found.start()], f"\x01{len(inners)}\x02")
            inners.append(text[found.end() : end])
            last = position
        elif symbol[0] == "#" and quoted:
            position = found.start() + 1
    out.append(text[last:])
    return "".join(out)


def opens(symbol: str, *, quoted: bool) -> bool:
    """Whether a substitution begins here."""
    return symbol in {"$(", "`"} or (symbol in {"<(", ">("} and not quoted)


def after_quote(text: str, position: int) -> int:
    """Where a single-quoted text ends; an apostrophe that never ends is passed over."""
    end = text.find("'", position)
    return position if end < 0 else end + 1


def closing(text: str, position: int, opener: str) -> tuple[int, int]:
    """Where the inside of a substitution ends and where the text goes on; an open one takes the rest."""
    awaited, quotes = ["`" if opener == "`" else ")"], [False]
    while found := SPECIAL.search(text, position):
        symbol, position = found.group(), found.end()
        if symbol == '"':
            quotes[-1] = not quotes[-1]
        elif symbol == "'" and not quotes[-1]:
            position = after_quote(text, position)
        elif symbol == awaited[-1] and (symbol == "`" or not quotes[-1]):
            awaited.pop()
            quotes.pop()
            if not awaited:
                return found.start(), position
        elif opens(symbol, quoted=quotes[-1]) or (symbol == "(" and not quotes[-1]):
            awaited.append("`" if symbol == "`" else ")")
            quotes.append(False)
        elif symbol[0] == "#" and quotes[-1]:
            position = found.start() + 1
    return len(text), len(text)


def simple_commands(text: str) -> list[tuple[str, list[str]]]:
    """Operator and words of each simple command; a last row without words where the line ends in ``&``."""
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


def parts_of(op: str, words: list[str], inners: list[str], depth: int) -> list[Part]:
    """The simple command as one part; or, for ``bash -c``, the parts of the line that it holds."""
    inner: tuple[Part, ...] = ()
    if inners:
        numbers = [int(number) for word in words for number in LIFTED.findall(word)]
        inner = tuple(
            part for number in numbers if number < len(inners) for part in parsed(inners[number], depth + 1).parts
        )
    rest, assigns = stripped(words)
    if not rest:
        return [Part("", op, 0, fails=False, inner=inner, assigns=assigns)] if inner else []
    name, script = named(rest)
    if script is not None:
        below = parsed(script, depth + 1)
        if below.parts:
            return [below.parts[0]._replace(op=op), *below.parts[1:]]
    fails = rest[0] == "false" or (rest[0] in {"exit", "return"} and len(rest) > 1 and rest[1] != "0")
    return [Part(name, op, programs.level(name), fails, inner)]


def stripped(words: list[str]) -> tuple[list[str], bool]:
    """The words from the program on, and whether there are only assignments."""
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


def named(words: list[str]) -> tuple[str, str | None]:
    """The name of a command, and the command line that it holds as a text (``bash -c``), else None."""
    outer = program(words[0])
    while words:
        name = program(words[0])
        if name in programs.SHELLS:
            return shell(name, words)
        if name == "eval":
            return name, " ".join(plain(word) for word in words[1:])
        after = after_wrapper(name, words)
        if after is None:
            return with_subcommand(name, words), None
        words = after
    return outer, None


def program(word: str) -> str:
    """A program's name without folder, version number and ``.exe``."""
    word = plain(word)
    if "/" in word or "\\" in word:
        word = re.split(r"[/\\]", word.rstrip("/\\"))[-1]
    if word.endswith((".exe", ".cmd", ".bat")):
        word = word[:-4]
    if word[-1:].isdigit() and (found := VERSIONED.match(word)):
        word = found.group(1)
    if "\x01" in word:
        word = LIFTED.sub("$(...)", word)
    return UNFIT.sub("?", word)[:LONGEST_NAME] if UNFIT.search(word) else word[:LONGEST_NAME]


def plain(word: str) -> str:
    """A word as the program gets it: without quotes. A Windows path keeps its backslashes."""
    if "'" not in word and '"' not in word and ("\\" not in word or ":\\" in word):
        return word
    return QUOTED.sub(lambda found: found.group(1) or found.group(2) or found.group(3) or "", word)


def shell(name: str, words: list[str]) -> tuple[str, str | None]:
    """The name of a call of a shell, and the line given with ``-c``."""
    for index, word in enumerate(words[1:], 1):
        if word[0] == "-" and word != "--" and not word.startswith("--"):
            if "c" in word and index + 1 < len(words):
                return name, plain(words[index + 1]).replace('\\"', '"')
        elif word[0] not in "-+" and words[index - 1] not in {"-o", "+o", "-O"}:
            return program(word) or name, None
    return name, None


def after_wrapper(name: str, words: list[str]) -> list[str] | None:
    """The words of the wrapped command; None when ``name`` wraps nothing."""
    wrapper = programs.WRAPPERS.get(name)
    index = 1
    if wrapper is None:
        if name not in programs.RUNNERS or len(words) < 3:
            return module(words) if name in {"python", "pypy"} else None
        # options may stand before the runner's own word: `uv --directory x run pytest`
        index = after_options(words, 1, programs.VALUED.get(name, frozenset()))
        wrapper = programs.RUNNERS[name].get(words[index]) if index < len(words) else None
        if wrapper is None:
            return None
        if wrapper.positional < 0:
            return words[index:]
        index += 1
    index = after_options(words, index, wrapper.valued)
    index += wrapper.positional
    while index < len(words) and ASSIGNMENT.match(words[index]):
        index += 1
    if index < len(words) and words[index] == "--":
        index += 1
    return words[index:] or None


def module(words: list[str]) -> list[str] | None:
    """The words of ``python -m X`` from ``X`` on; None for anything else and for the standard library's modules."""
    for index, word in enumerate(words[1:], 1):
        if word == "-m" and index + 1 < len(words):
            rest = words[index + 1 :]
            return None if rest[0].partition(".")[0] in programs.STANDARD_MODULES else rest
        if word[0] != "-" and words[index - 1] not in {"-W", "-X"}:
            return None
    return None


def after_options(words: list[str], index: int, valued: frozenset[str]) -> int:
    """Index of the first word that is no option and no value of one."""
    while index < len(words) and words[index][0] in "-+" and words[index] != "--":
        index += 2 if words[index] in valued else 1
    return index


def with_subcommand(name: str, words: list[str]) -> str:
    """The name with what makes it one of many: its subcommand, or what an interpreter is given."""
    if name in programs.INTERPRETERS:
        return interpreted(name, words)
    depth = programs.SUBCOMMANDS.get(name)
    if depth is None:
        return name
    valued = programs.VALUED.get(name, frozenset())
    found = [name]
    index = 1
    while depth and (index := after_options(words, index, valued)) < len(words):
        word = plain(words[index])
        if ASSIGNMENT.match(word):
            index += 1
            continue
        if not SUBCOMMAND.match(word):
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


def interpreted(name: str, words: list[str]) -> str:
    """``python -c``, ``python -m venv``, ``python -`` or ``python <script>``."""
    for index, word in enumerate(words[1:], 1):
        if word == "-m" and index + 1 < len(words):
            return f"{name} -m {plain(words[index + 1])}"[:LONGEST_NAME]
        if word in {"-c", "-e", "-p", "-"}:
            return f"{name} {word}"
        if word[0] not in "-+":
            if words[index - 1] in {"-W", "-X", "-r", "--require", "--import", "--loader"}:
                continue
            return f"{name} <script>"
    return name if len(words) > 1 else f"{name} -"  # its text stands in a here-document
