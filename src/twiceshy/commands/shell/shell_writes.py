"""Which files a command line writes, and with which text, where the line alone shows: ``cat > a.py <<'EOF'`` ...

Read and never run: a text is given only where every run of the line that ends well writes exactly that. Where it
depends on a variable, a condition or another program, the file is given without a text; where the file's name does,
nothing is.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from twiceshy.commands.shell import command_heads, programs
from twiceshy.commands.shell.masked_status import sets_errexit
from twiceshy.commands.shell.shell_tree import MOST_CHARACTERS, ShellCommand, parse_commands
from twiceshy.commands.shell.shell_words import SimpleCommand

_DEEPEST = 2
"""Levels of lines within lines, as in ``bash -c``, that are followed (guess, 2026-11-21)."""
_MOST_COMMANDS = 500
"""Commands of a line that are looked at (guess, 2026-11-21)."""
_RARELY_FAILING = frozenset(
    {"cd", "mkdir", "echo", "printf", "export", "set", "tee", "touch", "true", ":", "pwd", "chmod"}
)
"""Programs that hardly fail: what follows them behind ``&&`` is taken to have run."""
_DIRECTIVE = re.compile(r"%(.)|\\(.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "\\": "\\", '"': '"', "'": "'"}
_NOT_FILES = ("/dev/", "/proc/", "~")


class FileWrite(NamedTuple):
    """One file that a line writes."""

    path: str
    """Normal, relative to the folder in which the line began, or absolute."""
    text: str | None
    """All that is written; None where it is not known."""
    appends: bool
    """The text comes behind what was there."""
    gone: bool = False
    """It takes the file away instead (``rm``); so may a condition that was not met."""


class LineWrites(NamedTuple):
    """What a line does to files."""

    written: tuple[FileWrite, ...]
    folder: str | None
    """Where a shell that reads the line stands afterwards, as ``Written.path``; None where that is not known."""


@lru_cache(maxsize=512)
def find_writes(line: str) -> LineWrites:
    r"""Return what the line writes, in order; cached, as a session is gone through twice.

    >>> find_writes("cd web && cat > a.py <<'EOF'\nx = 1\nEOF\n").written
    (FileWrite(path='web/a.py', text='x = 1\n', appends=False, gone=False),)
    """
    rows = parse_commands(line)
    if rows is None:
        return LineWrites((), None)
    walk = _LineWalk("", errexit=sets_errexit(line))
    found = tuple(walk.follow_commands(rows[:_MOST_COMMANDS], 0))
    return LineWrites(tuple(_drop_texts(found)) if walk.lost else found, walk.folder)


class _LineWalk:
    """A line, followed from command to command."""

    def __init__(self, folder: str | None, *, errexit: bool) -> None:
        """Start in this folder; ``errexit``: the line ends at its first failure."""
        self.folder = folder
        self.errexit = errexit
        self.folders: list[str | None] = []
        self.lost = False
        """A file was written in a folder that is not known: it may be any of the others."""
        self.piped: str | None = None
        """What the last command gave out."""

    def follow_commands(self, rows: Sequence[ShellCommand], depth: int) -> Iterator[FileWrite]:
        """Yield the files that the commands write, in order."""
        certain = _find_certain(rows, errexit=self.errexit)
        for row, runs in zip(rows, certain, strict=True):
            self.enter_or_leave(row.bracket)
            words = _unwrap(row.words)
            inner = _inner_script(words, row)
            if inner is not None and depth < _DEEPEST:
                yield from self.follow_script(inner, depth + 1, runs=runs)
                output = None
            else:
                output = _predict_output(words, row, self.piped if row.op == "|" else None)
            yield from self.files(words, row, output if runs else None)
            self.move(words, row, runs=runs)
            self.piped = None if row.targets and words[:1] != ["tee"] else output

    def enter_or_leave(self, bracket: str) -> None:
        """Remember the folder where a shell of its own begins, and go back to it where that ends."""
        if bracket == "(":
            self.folders.append(self.folder)
        elif bracket == ")" and self.folders:
            self.folder = self.folders.pop()

    def follow_script(self, script: str, depth: int, *, runs: bool) -> Iterator[FileWrite]:
        """Yield the files that a line in the line writes, in order."""
        below = _LineWalk(self.folder, errexit=self.errexit)
        found = list(below.follow_commands((parse_commands(script) or [])[:_MOST_COMMANDS], depth))
        self.lost = self.lost or below.lost
        yield from found if runs else _drop_texts(found)

    def files(self, words: list[str | None], row: ShellCommand, output: str | None) -> Iterator[FileWrite]:
        """Yield what one command writes."""
        standard = [target for target in row.targets if target[0] in {">", ">>"}]
        if words[:1] == ["tee"]:
            appends = "-a" in words or "--append" in words
            for word in _arguments(words):
                yield from self.file(word, output, appends=appends)
        elif words[:1] == ["rm"]:
            for place in filter(None, map(self.place, _arguments(words))):
                yield FileWrite(place, None, appends=False, gone=True)
        for kind, path in row.targets:
            only = len(standard) == 1 and kind in {">", ">>"}
            yield from self.file(path, output if only else None, appends=kind[-2:] == ">>")

    def file(self, path: str | None, text: str | None, *, appends: bool) -> Iterator[FileWrite]:
        """Yield one file; nothing where its place is not known."""
        if (place := self.place(path)) is not None:
            yield FileWrite(place, text, appends)

    def place(self, path: str | None) -> str | None:
        """Return the file's path as it is given; None where it is not known, or is no file's."""
        if not path or path.startswith(_NOT_FILES) or "\0" in path:
            return None
        if self.folder is None and path[0] != "/":
            self.lost = True
            return None
        return posixpath.normpath(posixpath.join(self.folder or "", path))

    def move(self, words: list[str | None], row: ShellCommand, *, runs: bool) -> None:
        """Set the folder in which the line goes on."""
        if not words or words[0] not in {"cd", "pushd", "popd"}:
            return
        to = words[1] if len(words) == 2 and words[0] != "popd" else None  # the program and a folder
        if not runs or row.op == "|" or to is None or to in {"-", "~"} or to.startswith(("~", "-")):
            self.folder = None
        elif to.startswith("/") or self.folder is not None:
            folder = posixpath.normpath(posixpath.join(self.folder or "", to))
            self.folder = "" if folder == "." else folder


def _arguments(words: list[str | None]) -> list[str | None]:
    """Return the words behind the program that are no options."""
    return [word for word in words[1:] if word is None or not word.startswith("-")]


def _unwrap(words: list[str | None]) -> list[str | None]:
    """Return the words of the innermost wrapped command, the program without its folder."""
    if not words:
        return []
    spelled = [word or "\x01" for word in words]
    while (after := command_heads.unwrap_command(command_heads.program_name(spelled[0]), spelled)) is not None:
        spelled = after
    rest = words[len(words) - len(spelled) :]
    return [command_heads.program_name(rest[0]) if rest[0] is not None else None, *rest[1:]]


def _find_certain(rows: Sequence[ShellCommand], *, errexit: bool) -> list[bool]:
    """Return for each command whether it ran, given that the line ended well; no for those in conditions and loops."""
    last_break = max((place for place, row in enumerate(rows) if _can_break(row, errexit=errexit)), default=0)
    course = _Course()
    return [
        not row.conditional and course.runs_at(row, breaks_later=place <= last_break) for place, row in enumerate(rows)
    ]


class _Course:
    """What ran up to a command of a line that ended well."""

    def __init__(self) -> None:
        """Start with a command that runs."""
        self.runs, self.doubtful = True, False
        self.around: list[bool] = []
        """For each group around the command whether it runs."""

    def runs_at(self, row: ShellCommand, *, breaks_later: bool) -> bool:
        """Tell whether the next command ran; ``breaks_later``: the line goes on though it, or one before it, fails."""
        if row.op in {"", ";", "&"}:
            self.runs, self.doubtful = True, False
        elif row.op == "||" or (row.op == "&&" and self.doubtful and breaks_later):
            self.runs = False
        if row.bracket in {"(", "{"}:
            self.around.append(self.runs)
        elif row.bracket in {")", "}"} and self.around:
            self.runs = self.around.pop()
        self.doubtful = self.doubtful or row.op == "||" or not _hardly_fails(row)
        return self.runs and all(self.around)


def _hardly_fails(row: ShellCommand) -> bool:
    """Tell whether the command is one of those that hardly fail."""
    return bool(row.words) and (row.words[0] in _RARELY_FAILING or (row.words == ["cat"] and row.reads_document))


def _can_break(row: ShellCommand, *, errexit: bool) -> bool:
    """Tell whether what stands before the command may have failed though the line ends well."""
    return (row.op in {";", "&"} and not errexit) or row.op == "||" or (row.op == "&" and not row.words)


def _drop_texts(found: Sequence[FileWrite]) -> list[FileWrite]:
    """Return the same files without their texts, which may not have been written."""
    return [one._replace(text=None) for one in found]


def _inner_script(words: list[str | None], row: ShellCommand) -> str | None:
    """Return the line that a shell is given, by ``-c`` or as a here-document; None where it is none or not known."""
    if not words or words[0] not in programs.SHELLS:
        return None
    for index, word in enumerate(words[1:], 1):
        if word is None or not word.startswith("-"):
            return None
        if "c" in word and not word.startswith("--"):
            return words[index + 1] if index + 1 < len(words) else None
    return row.document if row.reads_document else None


def _predict_output(words: list[str | None], row: ShellCommand, piped: str | None) -> str | None:
    """Return what the command writes to its standard output, or as ``tee`` to its files.

    None where that is not known.
    """
    name, rest = (words[0], words[1:]) if words else ("", [])
    if name == "cat" and all(word == "-" for word in rest):
        return _read_input(row, piped)
    if name == "tee" and "-i" not in rest:
        return _read_input(row, piped)
    if name == "echo":
        return _render_echo(rest)
    if name == "printf":
        return _render_printf(rest)
    return "" if name in {":", "true"} or not (row.words or row.bracket) else None


def _read_input(row: ShellCommand, piped: str | None) -> str | None:
    """Return what the command reads; None where that is not known."""
    if row.reads_document:
        return row.document
    return None if row.fed else piped


def _know_all(words: Sequence[str | None]) -> list[str] | None:
    """Return the words; None where one of them is not known."""
    known = [word for word in words if word is not None]
    return known if len(known) == len(words) else None


def _render_echo(words: Sequence[str | None]) -> str | None:
    """Return what ``echo`` prints; None where shells differ, as they do about backslashes."""
    line = words[1:] if words[:1] == ["-n"] else words
    known = _know_all(line)
    if known is None or any("\\" in word for word in known) or (known and known[0][:1] == "-"):
        return None
    return " ".join(known) + ("" if words[:1] == ["-n"] else "\n")


def _render_printf(words: Sequence[str | None]) -> str | None:
    r"""Return what ``printf`` prints of texts; None for numbers and rare escapes.

    >>> _render_printf(["%s\\n", "a", "b"]), _render_printf(["100%%\\n"]), _render_printf(["%d", "1"])
    ('a\nb\n', '100%\n', None)
    """
    known = _know_all(words)
    if not known or known[0].startswith("-"):
        return None
    form, rest = known[0], known[1:]
    directives = _DIRECTIVE.findall(form)
    if not all(percent in "s%" if percent else escape in _ESCAPES for percent, escape in directives):
        return None
    wanted = sum(percent == "s" for percent, _ in directives)
    values = iter(rest)

    def put(hit: re.Match[str]) -> str:
        escape = hit.group(2)
        return _ESCAPES[escape] if escape else next(values, "") if hit.group(1) == "s" else "%"

    times = max(1, -(-len(rest) // wanted)) if wanted else 1
    if times * len(form) > MOST_CHARACTERS:
        return None
    return "".join(_DIRECTIVE.sub(put, form) for _ in range(times))


# What a command line says that it writes: by ``>``, ``tee``, ``sed -i`` and scripts in it, as it spells the files.
#
# ``shell_writes`` follows a line that can be read whole and gives texts, too. Here a name is enough, and the line may
# be cut: it is for knowing that a file changed.

_WRITERS = frozenset({"cat", "echo", "printf", "tee", "sed", "perl", "awk", "jq", "envsubst", "python"})
"""Programs whose output, sent to a file, is text that the agent meant to write."""
_IN_PLACE = re.compile(r"-(?:[a-zA-Z]*i|-in-place)(?:$|[.'=])|-[nE]*i")
_SCRIPTED = re.compile(
    r"""open\(\s*['"]([^'"]{1,300})['"]\s*,\s*(?:mode\s*=\s*)?['"][wax]|"""
    r"""Path\(\s*['"]([^'"]{1,300})['"]\s*\)\.write_(?:text|bytes)\(|"""
    r"""writeFileSync\(\s*['"]([^'"]{1,300})['"]"""
)
"""Files that a script inside the command line says that it writes."""
_NAMED = re.compile(r"""^\s*(\w+)\s*=\s*(?:Path\(\s*)?['"]([^'"]{1,300})['"]\s*\)?\s*$""", re.MULTILINE)
_WRITTEN = re.compile(r"""open\(\s*(\w+)\s*,\s*(?:mode\s*=\s*)?['"][wax]|\b(\w+)\.write_(?:text|bytes)\(""")
_SCRIPT = re.compile(r"(?:-[a-z0-9]*e|-f|--expression)\Z")
"""Options of sed and perl before a script."""
SCRATCH_FOLDERS = ("/tmp/", "/private/tmp/", "/var/tmp/", "/dev/")  # noqa: S108  # names to leave out, nothing is written
UNKNOWN_PATH = ""
"""The path of files that a command found for itself."""
NOTES_FOLDER = re.compile(r"(?:^|/)\.claude/(?:plans|projects)/")
"""Where an agent keeps plans and notes of its own."""
_PLAIN = re.compile(r"[\w@%+=:,./~-]+\Z")


def find_named_writes(commands: tuple[SimpleCommand, ...], line: str) -> Iterator[str]:
    """Yield the files that a command line says it writes, as it spells them; scratch files are left out."""
    found = [path for command in commands for path in _find_written_by(command)]
    if "open(" in line or "write_" in line or "writeFileSync" in line:
        folder = commands[-1].folder if commands else ""
        found += [posixpath.join(folder, path) for path in _find_scripted(line)]
    yield from (_normalize(path) for path in found if _is_lasting(path))


def _is_lasting(path: str) -> bool:
    """Tell whether a path is a plain word outside of temporary folders, or of a file that the command finds itself."""
    return path == UNKNOWN_PATH or (_PLAIN.match(path) is not None and not path.startswith(SCRATCH_FOLDERS))


def _normalize(path: str) -> str:
    return posixpath.normpath(path) if path else path


def _find_scripted(line: str) -> Iterator[str]:
    for hit in _SCRIPTED.finditer(line):
        yield next(filter(None, hit.groups()))
    names = dict(_NAMED.findall(line))
    for hit in _WRITTEN.finditer(line):
        if (path := names.get(hit.group(1) or hit.group(2) or "")) is not None:
            yield path


def _find_written_by(command: SimpleCommand) -> Iterator[str]:
    name = command.program
    words = command.words[1:]
    if command.target and name in _WRITERS:
        yield posixpath.join(command.folder, command.target)
    if name == "tee":
        yield from (posixpath.join(command.folder, word) for word in words if not word.startswith("-"))
    elif name in {"find", "xargs"} and {"sed", "perl"} & set(words) and any(_IN_PLACE.match(word) for word in words):
        yield UNKNOWN_PATH
    elif name in {"sed", "perl"} and any(_IN_PLACE.match(word) for word in words):
        yield from (posixpath.join(command.folder, path) for path in _find_edited_in_place(words))


def _find_edited_in_place(words: tuple[str, ...]) -> list[str]:
    """Return the files of ``sed -i`` or ``perl -i``: what is neither an option nor the script."""
    rest: list[str] = []
    scripted = skip = False
    for word in words:
        if skip:
            skip = False
        elif _SCRIPT.match(word):
            skip = scripted = True
        elif word and not word.startswith("-"):
            rest.append(word)
    return rest if scripted else rest[1:]
