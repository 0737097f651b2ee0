"""Seen files: what each dialogue of a session has seen of the files, and what its edits changed.

The rule is that of the behaviour counts: a subagent starts with an empty context; a file counts as seen when
it was read, shown by ``cat``, ``sed``, ``head`` and the like, named with ``@`` in a prompt (main dialogue), written or
edited, each with success. What was seen before a compaction only counts as lost: the model has a summary of it, and its
client may have put the file back without a word in the log. Time is linear in the steps, as paths are looked up by
their endings and never compared in pairs.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.commands.shell.shown_files import (
    EDIT_ACTIONS,
    PATH_WORD,
    SHOW_COMMAND,
    is_edit_of_existing,
    is_refused_as_unread,
)
from twiceshy.judgement.workflow.matching import is_absolute
from twiceshy.records.stories import Step


class EditedFile(NamedTuple):
    """One file that a successful call changed."""

    path: str | None
    """Relative to the project's folder where it is below it and that is known; None where the log names no file."""
    new: bool
    """The call made a file; of a call that changed several it may be another one."""
    there: bool
    """The file is known to have been there before."""


class ProjectPaths:
    """Paths relative to the project's folder, whatever folder the session began in."""

    def __init__(self, cwd: str, root: str) -> None:
        self.root = root.rstrip("/") or cwd.rstrip("/")
        below = cwd.rstrip("/") + "/"
        self.before = "" if not cwd or below == self.root + "/" else below
        if self.before.startswith(self.root + "/"):
            self.before = self.before[len(self.root) + 1 :]

    def name(self, path: str) -> str:
        """Return the path from the project's folder; absolute where it lies elsewhere or the folder is unknown."""
        path = path.removeprefix("./")
        if not is_absolute(path):
            return self.before + path
        if self.root and path.startswith(self.root + "/"):
            return path[len(self.root) + 1 :]
        return path

    def is_unknown(self, path: str) -> bool:
        """Tell whether nobody can say if the path lies in the project."""
        return not self.root and is_absolute(path)


def find_edited_files(step: Step, names: ProjectPaths) -> tuple[EditedFile, ...]:
    """Return the files that a call changed; empty for a call that failed, was refused or changes nothing."""
    if step.action not in EDIT_ACTIONS or step.failure is not None:
        return ()
    there = is_edit_of_existing(step)
    paths = step.edited or ((step.path,) if step.path else (None,))
    return tuple(EditedFile(names.name(path) if path else None, step.created, there) for path in paths)


class _Dialogue:
    """Paths seen, words that showed a file, and all endings of those words."""

    def __init__(self) -> None:
        self.paths: set[str] = set()
        self.words: set[str] = set()
        self.endings: set[str] = set()
        self.compacted: list[_Dialogue] = []

    def has_seen(self, path: str) -> bool:
        if path in self.paths or path in self.endings:
            return True
        return bool(self.words) and any(ending in self.words for ending in _iterate_endings(path))

    def compact(self) -> "_Dialogue":
        """Return the dialogue as it goes on after a compaction: with nothing seen."""
        after = _Dialogue()
        after.compacted = [*self.compacted, self]
        return after

    def forget(self, path: str) -> None:
        for seen in (self, *self.compacted):
            seen.paths.discard(path)
            seen.endings.discard(path)
            seen.words.difference_update(_iterate_endings(path))

    def show(self, text: str) -> None:
        for found in PATH_WORD.findall(text):
            word = found.lstrip("@").removeprefix("./")
            if word not in self.words:
                self.words.add(word)
                self.endings.update(_iterate_endings(word))


def _iterate_endings(path: str) -> Iterator[str]:
    """Yield the path and what is left of it without its first folders.

    >>> list(_iterate_endings("a/b/c.py"))
    ['a/b/c.py', 'b/c.py', 'c.py']
    """
    yield path
    place = 0
    while (place := path.find("/", place) + 1) > 0:
        yield path[place:]


class SeenFiles:
    """What every dialogue has seen so far; observe each step."""

    def __init__(self, names: ProjectPaths) -> None:
        self.names = names
        self.dialogues: dict[bytes | None, _Dialogue] = defaultdict(_Dialogue)

    def has_seen(self, run: bytes | None, path: str) -> bool:
        """Tell whether the dialogue may have seen the file, a path from the project's folder."""
        return self.dialogues[run].has_seen(path)

    def has_lost(self, run: bytes | None, path: str) -> bool:
        """Tell whether the dialogue saw the file before its compaction only: nobody knows what it still has of it."""
        dialogue = self.dialogues[run]
        return not dialogue.has_seen(path) and any(before.has_seen(path) for before in dialogue.compacted)

    def observe_mark(self, step: Step) -> None:
        """Close what was seen so far where the mark is a compaction."""
        if step.name == "compaction":
            self.dialogues[step.run] = self.dialogues[step.run].compact()

    def observe_prompt(self, step: Step) -> None:
        """Remember the files that a prompt names with ``@``."""
        if step.text and "@" in step.text:
            self.dialogues[None].show(step.text)

    def observe_call(self, step: Step, changed: tuple[EditedFile, ...]) -> None:
        """Remember what a call showed, read or changed; one that failed did nothing of it."""
        if step.path and is_refused_as_unread(step):
            self.dialogues[step.run].forget(self.names.name(step.path))
        if step.failure is not None:
            return
        dialogue = self.dialogues[step.run]
        if step.action == "run" and step.text and SHOW_COMMAND.search(step.text):
            dialogue.show(step.text)
        dialogue.paths.update(one.path for one in changed if one.path)
        if step.path and (changed or step.action == "read"):
            dialogue.paths.add(self.names.name(step.path))
