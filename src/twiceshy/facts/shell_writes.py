"""Which files a command line writes, and with which text, where the line alone tells: ``cat > a.py <<'EOF'`` ...

Read and never run: a text is told only where every run of the line that ends well writes exactly that. Where it depends
on a variable, a condition or another program, the file is told without a text; where the file's name does, nothing is.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from twiceshy.facts import programs, shell
from twiceshy.facts.shell_texts import MOST_CHARACTERS, Command, commands

DEEPEST = 2
"""Lines within lines, as in ``bash -c``."""
MOST_COMMANDS = 500
"""Of a line that are looked at (guess)."""
OPENING = frozenset({"if", "while", "until", "for", "select", "case", "function"})
CLOSING = frozenset({"fi", "done", "esac"})
SURE = frozenset({"cd", "mkdir", "echo", "printf", "export", "set", "tee", "touch", "true", ":", "pwd", "chmod"})
"""Programs that hardly fail: what follows them behind ``&&`` is taken to have run."""
DIRECTIVE = re.compile(r"%(.)|\\(.)", re.DOTALL)
ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
NOT_FILES = ("/dev/", "/proc/", "~")


class Written(NamedTuple):
    """One file that a line writes."""

    path: str
    """Normal, relative to the folder in which the line began, or absolute."""
    text: str | None
    """All that is written; None where it is not known."""
    appends: bool
    """The text comes behind what was there."""
    composed: bool
    """The line itself holds the text (a here-document, ``echo``), known or not."""
    gone: bool = False
    """It takes the file away instead (``rm``); so may a condition that was not met."""


class Line(NamedTuple):
    """What a line does to files."""

    written: tuple[Written, ...]
    folder: str | None
    """Where a shell that reads the line stands afterwards, as ``Written.path``; None where that is not known."""


@lru_cache(maxsize=512)
def read(line: str) -> Line:
    r"""What the line writes, in order; remembered, as a session is gone through twice.

    >>> read("cd web && cat > a.py <<'EOF'\nx = 1\nEOF\n").written
    (Written(path='web/a.py', text='x = 1\n', appends=False, composed=True),)
    """
    walk = Walk("", errexit=shell.sets_errexit(line))
    found = tuple(walk.written(commands(line)[:MOST_COMMANDS], 0))
    return Line(tuple(unsure(found)) if walk.lost else found, walk.folder)


class Walk:
    """A line, followed from command to command."""

    def __init__(self, folder: str | None, *, errexit: bool) -> None:
        """In this folder; ``errexit``: it ends at its first failure."""
        self.folder = folder
        self.errexit = errexit
        self.folders: list[str | None] = []
        self.lost = False
        """A file was written in a folder that is not known: it may be any of the others."""
        self.nested = 0
        self.piped: str | None = None
        """What the last command gave out."""

    def written(self, rows: Sequence[Command], depth: int) -> Iterator[Written]:
        """The files, in order."""
        sure = certain(rows, errexit=self.errexit)
        for row, runs in zip(rows, sure, strict=True):
            if row.bracket == "(" or row.words[-1:] == ["("]:
                self.folders.append(self.folder)
            elif row.bracket == ")" and self.folders:
                self.folder = self.folders.pop()
            words = self.program(row.words)
            inner = script(words, row)
            if inner is not None and depth < DEEPEST:
                below = Walk(self.folder, errexit=self.errexit)
                found = list(below.written(commands(inner)[:MOST_COMMANDS], depth + 1))
                self.lost = self.lost or below.lost
                yield from found if runs and not self.nested else unsure(found)
                output = None
            else:
                output = given_out(words, row, self.piped if row.op == "|" else None)
            known = output if runs and not self.nested else None
            yield from self.files(words, row, known)
            self.move(words, row, runs=runs)
            self.piped = None if row.targets and words[:1] != ["tee"] else output

    def program(self, words: list[str | None]) -> list[str | None]:
        """The words from the program on; conditions and loops are counted."""
        index = 0
        while index < len(words):
            word = words[index]
            if word in OPENING:
                self.nested += 1
                if word not in {"if", "while", "until"}:
                    return []
            elif word in CLOSING:
                self.nested = max(0, self.nested - 1)
                return []
            elif word == "}":
                return []
            elif word == "(" or (index + 1 < len(words) and words[index + 1] == "("):
                # a function, unless it is a list: what it holds runs later, or never
                self.nested += len(words) == index + 2 and not str(word).endswith("=")
                return []
            elif word is None or not (word in programs.KEYWORDS or word == "time" or shell.ASSIGNMENT.match(word)):
                return unwrapped(words[index:])
            index += 1
        return []

    def files(self, words: list[str | None], row: Command, output: str | None) -> Iterator[Written]:
        """What one command writes."""
        composed = bool(words) and (row.document is not None or words[0] in {"echo", "printf", "tee"})
        standard = [target for target in row.targets if target[0] in {">", ">>"}]
        if words[:1] == ["tee"]:
            appends = "-a" in words or "--append" in words
            for word in words[1:]:
                if word is None or not word.startswith("-"):
                    yield from self.file(word, output, composed=composed, appends=appends)
        elif words[:1] == ["rm"]:
            places = [self.place(word) for word in words[1:] if word is None or not word.startswith("-")]
            yield from (Written(place, None, appends=False, composed=False, gone=True) for place in places if place)
        for kind, path in row.targets:
            only = len(standard) == 1 and kind in {">", ">>"}
            yield from self.file(path, output if only else None, composed=composed and only, appends=kind[-2:] == ">>")

    def file(self, path: str | None, text: str | None, *, composed: bool, appends: bool) -> Iterator[Written]:
        """One file; nothing where its place is not known."""
        if (place := self.place(path)) is not None:
            yield Written(place, text, appends, composed)

    def place(self, path: str | None) -> str | None:
        """The file's path as it is told; None where it is not known, or is no file's."""
        if not path or path.startswith(NOT_FILES) or "\0" in path:
            return None
        if self.folder is None and path[0] != "/":
            self.lost = True
            return None
        return posixpath.normpath(posixpath.join(self.folder or "", path))

    def move(self, words: list[str | None], row: Command, *, runs: bool) -> None:
        """Nothing; where the line goes on was noted."""
        if not words or words[0] not in {"cd", "pushd", "popd"}:
            return
        to = words[1] if len(words) == 2 and words[0] != "popd" else None  # the program and a folder
        if not runs or row.op == "|" or self.nested or to is None or to in {"-", "~"} or to.startswith(("~", "-")):
            self.folder = None
        elif to.startswith("/") or self.folder is not None:
            folder = posixpath.normpath(posixpath.join(self.folder or "", to))
            self.folder = "" if folder == "." else folder


def unwrapped(words: list[str | None]) -> list[str | None]:
    """The words of the innermost wrapped command, the program without its folder."""
    spelled = [word or "\x01" for word in words]
    while (after := shell.after_wrapper(shell.program(spelled[0]), spelled)) is not None:
        spelled = after
    rest = words[len(words) - len(spelled) :]
    return [shell.program(rest[0]) if rest[0] is not None else None, *rest[1:]]


def certain(rows: Sequence[Command], *, errexit: bool) -> list[bool]:
    """For each command whether it ran, given that the line ended well; conditions and loops are not looked at."""
    found: list[bool] = []
    runs, doubtful = True, False
    around: list[bool] = []
    last_break = max((place for place, row in enumerate(rows) if breaks(row, errexit=errexit)), default=0)
    for place, row in enumerate(rows):
        if row.op in {"", ";", "&"}:
            runs, doubtful = True, False
        elif row.op == "||" or (row.op == "&&" and doubtful and place <= last_break):
            runs = False
        if row.bracket == "(" or row.words[:1] == ["{"]:
            around.append(runs)
        elif (row.bracket == ")" or row.words[:1] == ["}"]) and around:
            runs = around.pop()
        found.append(runs and all(around))
        doubtful = doubtful or row.op == "||" or not hardly_fails(row)
    return found


def hardly_fails(row: Command) -> bool:
    """Whether the command is one of those that do what they are told."""
    return bool(row.words) and (row.words[0] in SURE or (row.words == ["cat"] and row.document is not None))


def breaks(row: Command, *, errexit: bool) -> bool:
    """Whether what stands before the command may have failed though the line ends well."""
    return (row.op in {";", "&"} and not errexit) or row.op == "||" or (row.op == "&" and not row.words)


def unsure(found: Sequence[Written]) -> list[Written]:
    """The same files, with texts that may not have been written."""
    return [one._replace(text=None) for one in found]


def script(words: list[str | None], row: Command) -> str | None:
    """The line that a shell is given, by ``-c`` or as a here-document; None where it is none or not known."""
    if not words or words[0] not in programs.SHELLS:
        return None
    for index, word in enumerate(words[1:], 1):
        if word is None or not word.startswith("-"):
            return None
        if "c" in word and not word.startswith("--"):
            return words[index + 1] if index + 1 < len(words) else None
    return row.document.text if row.document else None


def given_out(words: list[str | None], row: Command, piped: str | None) -> str | None:
    """What the command writes to its standard output, or as ``tee`` to its files; None where that is not known."""
    name, rest = (words[0], words[1:]) if words else ("", [])
    text = None
    if name in {"cat", "tee"}:
        plain = all(word == "-" for word in rest) if name == "cat" else "-i" not in rest
        text = (row.document.text if row.document else None if row.fed else piped) if plain else None
    elif name == "echo":
        text = echoed(rest)
    elif name == "printf":
        text = formatted(rest)
    elif name in {":", "true"} or not (row.words or row.bracket):
        text = ""
    return text


def echoed(words: Sequence[str | None]) -> str | None:
    """What ``echo`` says; None where shells differ, as they do about backslashes."""
    line = words[1:] if words[:1] == ["-n"] else words
    known = [word for word in line if word is not None]
    if len(known) < len(line) or any("\\" in word for word in known) or (known and known[0][:1] == "-"):
        return None
    return " ".join(known) + ("" if words[:1] == ["-n"] else "\n")


def formatted(words: Sequence[str | None]) -> str | None:
    r"""What ``printf`` says of texts; None for numbers and rare escapes.

    >>> formatted(["%s\\n", "a", "b"]), formatted(["100%%\\n"]), formatted(["%d", "1"])
    ('a\nb\n', '100%\n', None)
    """
    known = [word for word in words if word is not None]
    if not known or len(known) < len(words) or known[0].startswith("-"):
        return None
    form, rest = known[0], known[1:]
    wanted = 0
    for percent, escape in DIRECTIVE.findall(form):
        if (percent and percent not in "s%") or (escape and escape not in ESCAPES):
            return None
        wanted += percent == "s"
    values = iter(rest)

    def put(hit: re.Match[str]) -> str:
        return ESCAPES[hit.group(2)] if hit.group(2) else "%" if hit.group(1) == "%" else next(values, "")

    times = max(1, -(-len(rest) // wanted)) if wanted else 1
    if times * len(form) > MOST_CHARACTERS:
        return None
    return "".join(DIRECTIVE.sub(put, form) for _ in range(times))
