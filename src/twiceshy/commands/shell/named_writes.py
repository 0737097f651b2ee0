"""What a command line says that it writes: by ``>``, ``tee``, ``sed -i`` and scripts in it, as it spells the files.

``shell_writes`` follows a line that can be read whole and gives texts, too. Here a name is enough, and the line may be
cut: it is for knowing that a file changed.
"""

import posixpath
import re
from collections.abc import Iterator

from twiceshy.commands.shell.shell_words import SimpleCommand

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
