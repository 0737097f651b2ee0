"""Which files a text names, a command shows, and a step proves to be there or not.

A word counts as a path when it has a dot or a slash. What a command shows is not parsed: a reader such as ``cat`` on
the line makes every path in it one that may have been seen.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from twiceshy.commands.shell.shell_words import SimpleCommand, parse_simple_commands
from twiceshy.records.stories import Step

EDIT_ACTIONS = frozenset({"edit", "write"})
SHOW_COMMAND = re.compile(r"(?:^|[\s;&|(])(?:cat|head|tail|sed|awk|less|more|bat|nl|tee|cp|mv)\s")
PATH_WORD = re.compile(r"[\w.@+~%/-]*[./][\w.@+~%/-]*")
_UNREAD_MESSAGE = re.compile(r"not been read|modified since|unexpectedly modified", re.IGNORECASE)
"""Messages of a client that refuses an edit, as the agent does not know what the file holds now."""
_EXISTS_MESSAGE = re.compile(
    r"not been read|modified since|unexpectedly modified|matches of the string|string to replace", re.IGNORECASE
)
"""Messages that prove that the file was there."""
ABSENT_MESSAGE = re.compile(r"does not exist|no such file|not found: ", re.IGNORECASE)
"""Messages that prove that it was not."""


def can_mean_same_file(path: str, word: str) -> bool:
    """Tell whether two spellings can mean one file: they are equal, or one ends with all of the other."""
    word = word.removeprefix("./")
    return path == word or path.endswith("/" + word) or word.endswith("/" + path)


def is_refused_as_unread(step: Step) -> bool:
    """Tell whether the client refused the edit because the agent had not read the file as it is now.

    The client keeps its own list of what was read, so its word counts more than what the log shows.
    """
    return step.action in EDIT_ACTIONS and step.failure == "error" and bool(_UNREAD_MESSAGE.search(step.message or ""))


def is_edit_of_existing(step: Step) -> bool:
    """Tell whether the edit is known to have been of a file that was there."""
    if step.created:
        return False
    if step.failure is None or step.action == "edit":
        return bool(step.edited or step.action == "edit") and not ABSENT_MESSAGE.search(step.message or "")
    return _EXISTS_MESSAGE.search(step.message or "") is not None


# Which files does a command line print, whole or in part? Only where the line says so plainly.
#
# ``shown_files`` takes every path of a line that has a reader; this is for telling a person which files were read.

_READERS: Final = frozenset({"cat", "nl", "bat", "less", "more", "head", "tail", "sed"})
"""Programs that print the files they are given (list of 2026-11-23). A search is no reading: it prints single lines."""
_VALUED: Final = {"head": frozenset({"-n", "-c"}), "tail": frozenset({"-n", "-c"})}
"""Options that take the next word."""
_PLAIN_PATH: Final = re.compile(r"[\w.@+~%/:\[\]() -]*[./][\w.@+~%/:\[\]() -]*\Z")
_SPECIAL: Final = ("/dev/", "/proc/")


def list_printed_files(command: str, cwd: str) -> list[str]:
    """Return the files that the line prints, in order: relative to ``cwd`` where they lie below it.

    >>> list_printed_files("cd web && sed -n '1,20p' src/a.ts | head -5; grep x b.ts", "/home/ann/shop")
    ['web/src/a.ts']
    """
    return list(dict.fromkeys(_list_paths(command, cwd)))


def _list_paths(command: str, cwd: str) -> Iterator[str]:
    for one in parse_simple_commands(command):
        if one.program in _READERS:
            for word in _list_operands(one):
                if _PLAIN_PATH.match(word) and not word.startswith(_SPECIAL):
                    yield _place_path(posixpath.join(one.folder, word), cwd)


def _list_operands(command: SimpleCommand) -> Iterator[str]:
    """Yield the words of a reader that are files."""
    words = list(command.words[1:])
    if command.program == "sed":
        yield from _list_sed_operands(words)
        return
    valued = _VALUED.get(command.program, frozenset())
    skip = False
    for word in words:
        if skip or word.startswith("-"):
            skip = word in valued
            continue
        yield word


def _list_sed_operands(words: Sequence[str]) -> Iterator[str]:
    """Yield the files of ``sed -n SCRIPT FILE``; of any other form none, as it may change them."""
    plain = [word for word in words if not word.startswith("-")]
    if [word for word in words if word.startswith("-")] == ["-n"]:
        yield from plain[1:]


def _place_path(path: str, cwd: str) -> str:
    """Return the path as the log's own paths are: relative to ``cwd`` where it lies below it."""
    clean = posixpath.normpath(path)
    return clean.removeprefix(cwd.rstrip("/") + "/") if cwd else clean
