"""Texts of files, followed from command to command: what a session's commands wrote, and what was there before.

The text after comes from the command itself. The text before is the last one that is known of the file: of an edit, of
a read of the whole file, of an earlier command. Without one, the command created the file only if the log shows that
there was none; else the text before is unknown. After a command that failed, or that puts other versions of files in
place, nothing is known of them.
"""

import re
from collections.abc import Iterable, Iterator
from enum import Enum
from typing import NamedTuple

from twiceshy.commands.keys.gate_keys import make_absolute
from twiceshy.commands.shell import command_heads, shell_writes
from twiceshy.commands.shell.shell_words import parse_simple_commands
from twiceshy.commands.shell.shell_writes import (
    NOTES_FOLDER,
    SCRATCH_FOLDERS,
    UNKNOWN_PATH,
    FileWrite,
    find_named_writes,
)

LARGEST_TEXT = 1 << 20
"""Characters of a text that is compared (guess, 2026-11-21)."""
_MOST_LINES = 20_000
"""Lines of one result that are looked at for files that were not there (guess, 2026-11-21)."""
_OTHER_VERSIONS = frozenset(
    {
        "git checkout",
        "git restore",
        "git stash",
        "git reset",
        "git pull",
        "git merge",
        "git rebase",
        "git switch",
        "git revert",
        "git cherry-pick",
        "git apply",
        "git am",
        "git clean",
        "patch",
    }
)
"""Commands that may put another version of any file in place."""
_BEGUN = re.compile(
    r"^ create mode \d{6} (.{1,300})$|^diff --git a/\S{1,300} b/(\S{1,300})\nnew file mode |^\?\? (.{1,300}[^/\n])$"
    r"|^\tnew file:   (.{1,300})$",
    re.MULTILINE,
)
"""What git says of files that the last commit did not have."""
_MISSING = re.compile(
    r"^(?:[\w/.-]{1,100}: )?(?:line \d{1,6}: )?(?:cannot (?:access|open|remove|stat) )?"
    r"['\"\u2018]?([^\s'\"\u2018\u2019:]{1,300})['\"\u2019]?(?: for reading)?: No such file or directory$",
    re.MULTILINE,
)
_RESET = re.compile(r"^Shell cwd was reset to (.{1,300})$", re.MULTILINE)


class FileState(Enum):
    """What is known of a file without its text."""

    ABSENT = 0


class FileChange(NamedTuple):
    """What a command does to one file."""

    before: str | FileState | None
    """None where it is not known."""
    after: str | FileState | None
    partial: bool = False
    """The texts are what was put behind the file's own, which is not known."""

    @property
    def deletes(self) -> bool:
        """Whether a file whose text is known is gone."""
        return self.after is FileState.ABSENT and isinstance(self.before, str)

    @property
    def is_known(self) -> bool:
        """Whether it is known what it changes, and it changes something."""
        return (isinstance(self.after, str) or self.deletes) and self.before != self.after


class ExecutedCommand(NamedTuple):
    """A command that ran, and what came back."""

    line: str
    """Whole."""
    folder: str
    """Given with it; empty where none was."""
    stays: bool
    """It begins in the folder where the last such command ended."""
    output: str
    worked: bool
    """It came to its end, and well."""
    rank: int
    """Its place in the session."""


class FollowedTexts:
    """What is known of files' texts up to a place in a session's log."""

    def __init__(self, root: str, commands: Iterable[ExecutedCommand]) -> None:
        """Start with nothing known in this folder but what these commands of the session, at any time, show."""
        self.root = root
        self.folder: str | None = root
        """Where the next command that stays begins; None where that is not known."""
        self.known: dict[str, str | FileState] = {}
        """By absolute path."""
        self.touched: set[str] = set()
        """Files that the session read or changed before."""
        self.tried: set[str] = set()
        """Files that were made by commands and are deleted later: a script to try something out is not the work."""
        listed = list(commands)
        self.begun = frozenset(_find_new_files(listed, root))
        """Files that git calls new, at any time."""
        self.removed = _find_removed(listed, root)
        """Files and folders that commands delete, with the rank of the last deletion."""

    def note_text(self, place: str, text: str | FileState | None) -> None:
        """Note a file that was changed, and its text; None where that is not known."""
        self.touched.add(place)
        if text is None:
            self.known.pop(place, None)
        else:
            self.known[place] = text

    def follow(self, one: ExecutedCommand) -> dict[str, FileChange]:
        """Return what a command did to files, by absolute path; nothing for one that failed."""
        given = make_absolute(one.folder, self.root) if one.folder else self.root
        begins = self.folder if one.stays else given
        line = shell_writes.find_writes(one.line)
        places = [
            (place, written)
            for written in line.written
            for place in self.affected_paths(_to_absolute(written.path, begins), gone=written.gone)
        ]
        own = {place for place, _ in places}
        lost = set(_find_missing(one.output, begins))
        self.known |= dict.fromkeys(lost - own, FileState.ABSENT)
        self.forget_versions(one.line, begins, own)
        changes: dict[str, FileChange] = {}
        for place, written in places:
            changes[place] = self.apply_write(place, changes.get(place), written)
        changes |= dict.fromkeys(lost & own, FileChange(None, None))  # no folder for it, or it is gone again
        for place, change in changes.items():
            self.try_out(place, change, one.rank)
            self.note_text(place, change.after if one.worked and not change.partial else None)
        if one.stays:
            self.follow_folder(one.output, line.folder)
        return changes if one.worked else {}

    def try_out(self, place: str, change: FileChange, rank: int) -> None:
        """Note whether a file that is created here is deleted by a later command."""
        made = change.before is FileState.ABSENT or (change.before is None and place not in self.touched)
        if made and change.after is not FileState.ABSENT:
            goes = any(self.removed.get(one, rank) > rank for one in _list_with_folders(place))
            (self.tried.add if goes else self.tried.discard)(place)

    def affected_paths(self, place: str, *, gone: bool) -> list[str]:
        """Return the file, and for a removed folder also the known files in it.

        Empty without a place.
        """
        within = [one for one in self.known if one.startswith(place + "/")] if gone and place else []
        return [place, *within] if place else []

    def apply_write(self, place: str, earlier: FileChange | None, written: FileWrite) -> FileChange:
        """Return what the line has done to the file by now."""
        state = self.before(place) if earlier is None else earlier.after
        unseen = earlier is not None and earlier.before is None and state is FileState.ABSENT
        before = state if earlier is None or unseen else earlier.before
        if written.gone:
            return FileChange(before, FileState.ABSENT)
        if written.text is None or len(written.text) > LARGEST_TEXT:
            return FileChange(before, None)
        if not written.appends:
            return FileChange(before, written.text)
        if isinstance(state, str):
            return FileChange(before, state + written.text, partial=earlier is not None and earlier.partial)
        if state is FileState.ABSENT:
            return FileChange(before, written.text)
        return FileChange("", written.text, partial=True) if earlier is None else FileChange(before, None)

    def before(self, place: str) -> str | FileState | None:
        """Return what is known of a file; None if nothing is."""
        state = self.known.get(place)
        return FileState.ABSENT if state is None and place in self.begun and place not in self.touched else state

    def forget_versions(self, command: str, folder: str | None, own: set[str]) -> None:
        """Forget the files that a command changes in ways that cannot be followed."""
        if "xargs" in command or _OTHER_VERSIONS.intersection(command_heads.command_names(command)):
            self.known.clear()
            return
        for path in find_named_writes(parse_simple_commands(command), command):
            if path == UNKNOWN_PATH:
                self.known.clear()
            elif (place := _to_absolute(path, folder)) not in own:
                self.known.pop(place, None)
                self.touched.add(place)

    def follow_folder(self, output: str, folder: str | None) -> None:
        """Note where the next command begins."""
        if hits := _RESET.findall(output):
            self.folder = make_absolute(hits[-1], self.root)
        elif folder is None:
            self.folder = None
        elif folder:
            self.folder = _to_absolute(folder, self.folder)

    def is_work(self, place: str) -> bool:
        """Tell whether the file stays and lies where something is kept, as in the session's own folder."""
        own = self.root + "/"
        elsewhere = place.startswith(SCRATCH_FOLDERS) and (own in SCRATCH_FOLDERS or not place.startswith(own))
        return not (place in self.tried or elsewhere or NOTES_FOLDER.search(place))


def _list_with_folders(place: str) -> Iterator[str]:
    """Yield the path and the folders that it lies in, except the root and the first folder below it.

    Whole disks are not deleted.
    """
    parts = place.split("/")
    return ("/".join(parts[:end]) for end in range(len(parts), 2, -1))


def _to_absolute(path: str, folder: str | None) -> str:
    """Return the absolute path; empty if it is not known."""
    if path.startswith("/"):
        return make_absolute(path, "")
    return make_absolute(path, folder) if folder else ""


def _find_missing(text: str, folder: str | None) -> Iterator[str]:
    """Yield the files that a program says do not exist."""
    if "No such file" in text:
        for path in _MISSING.findall(text)[:_MOST_LINES]:
            if place := _to_absolute(path, folder):
                yield place


def _find_new_files(commands: Iterable[ExecutedCommand], root: str) -> Iterator[str]:
    """Yield the files, by absolute path, that git calls new at any time in the session."""
    for one in commands:
        if "new file" in one.output or "create mode" in one.output or "?? " in one.output:
            for hit in _BEGUN.findall(one.output)[:_MOST_LINES]:
                if place := _to_absolute(next(filter(None, hit)), root):
                    yield place


def _find_removed(commands: Iterable[ExecutedCommand], root: str) -> dict[str, int]:
    """Return the files and folders, by absolute path, that commands delete, with the rank of the last deletion."""
    found: dict[str, int] = {}
    for one in commands:
        if one.worked and "rm " in one.line:
            gone = [written.path for written in shell_writes.find_writes(one.line).written if written.gone]
            found |= {place: one.rank for path in gone if (place := _to_absolute(path, root))}
    return found
