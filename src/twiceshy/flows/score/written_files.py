"""Find the files that a session's commands wrote, as edits: ``cat > a.py <<'EOF'``, ``tee``, ``echo ... > a``.

The text after comes from the command itself. The text before is the last one that the session knows of the file:
of an edit, of a read of the whole file, of an earlier command. Without one, the command created the file only if
the log shows that there was none; else the edit's text before is unknown, and so is what it introduced. After a
command that failed, or that puts other versions of files in place, nothing is known of them.

What commands wrote and the session removed again is no edit: a script to try something out is not the work.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from twiceshy.capture.edits import diff_lines
from twiceshy.capture.readers import traits_of
from twiceshy.facts.keys.gate_keys import make_absolute, make_relative, path_key
from twiceshy.facts.shell import command_heads, shell_writes
from twiceshy.facts.shell.shell_words import parse_simple_commands
from twiceshy.facts.shell.shell_writes import FileWrite
from twiceshy.outcomes.session_changes import NOTES_FOLDER, SCRATCH_FOLDERS, UNKNOWN_PATH
from twiceshy.outcomes.session_changes import find_written_files as named
from twiceshy.records.findings import StoredEdit
from twiceshy.records.values import Scrubbed
from twiceshy.store import rows
from twiceshy.store.db import Store
from twiceshy.store.reads import commands_and_reads
from twiceshy.store.reads.commands_and_reads import CommandOrRead

_LARGEST = 1 << 20
"""Characters of a text that is compared."""
_MOST_LINES = 20_000
"""Of one result that are looked at for files that were not there (guess)."""
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
_NOT_THERE = "File does not exist"
_RESET = re.compile(r"^Shell cwd was reset to (.{1,300})$", re.MULTILINE)


_Say = Callable[[str], Scrubbed]


class _FileState(Enum):
    """What is known of a file without its text."""

    ABSENT = 0


class TextsByBody:
    """Texts of the store, and of files that commands wrote, keyed by their content."""

    def __init__(self, text_of: Callable[[bytes], str]) -> None:
        """Start with the texts of the store alone."""
        self.text_of = text_of
        self.own: dict[bytes, str] = {}

    def __call__(self, body: bytes) -> str:
        """Return the text of a body."""
        found = self.own.get(body)
        return self.text_of(body) if found is None else found

    def put(self, text: str) -> bytes:
        """Add a text and return its address, as the store would give it."""
        body = rows.hash_body(text.encode("utf-8", "replace"))
        self.own[body] = text
        return body


def add_written_files(
    store: Store, session: bytes, edits: Sequence[StoredEdit], texts: TextsByBody, say: _Say
) -> list[StoredEdit]:
    """Return a session's edits together with those that its commands made, in order; add their texts to ``texts``.

    Paths are redacted by ``say`` once more, as quotes within them may have hidden what they name.
    """
    if not commands_and_reads.may_write(store, session):
        return list(edits)
    agent, cwd = commands_and_reads.read_agent_and_folder(store, session)
    told = _FileKnowledge(session, agent, cwd, texts)
    told.say = say
    used = commands_and_reads.read_commands_and_reads(store, session)
    told.begun = _find_new_files(used, cwd)
    told.removed = _find_removed(used, cwd)
    told.keys = commands_and_reads.read_path_keys(store, session)
    told.salt = store.salt
    found: list[StoredEdit] = []
    rest = list(reversed(edits))
    for one in used:
        while rest and rest[-1].rank < one.rank:
            found.append(rest.pop())
            told.note_edit(found[-1])
        found += told.read(one) if one.reads else told.follow_command(one)
    return [*found, *reversed(rest)]


class _FileChange(NamedTuple):
    """What a line does to one file."""

    before: str | _FileState | None
    """None where it is not known."""
    after: str | _FileState | None
    partial: bool = False
    """The texts are what was put behind the file's own, which is not known."""


class _FileKnowledge:
    """What is known of files' texts up to a place in a session's log."""

    def __init__(self, session: bytes, agent: str, cwd: str, texts: TextsByBody) -> None:
        """Start with nothing known."""
        self.session = session
        self.agent = traits_of(agent)
        self.root = make_absolute(cwd, "") if cwd else ""
        self.texts = texts
        self.known: dict[str, str | _FileState] = {}
        """By path from the root."""
        self.touched: set[str] = set()
        """Files that the session read or changed before."""
        self.folder: str | None = self.root
        """Where the next command of the main dialogue begins; None where that is not known."""
        self.begun: frozenset[str] = frozenset()
        """Files that git calls new, at any time."""
        self.removed: dict[str, int] = {}
        """Files and folders that commands take away, with the rank of the last that does."""
        self.tried: set[str] = set()
        """Files that were made by commands and are taken away later."""
        self.keys: dict[str, bytes] = {}
        self.salt = b""
        self.say: _Say

    def note_edit(self, edit: StoredEdit) -> None:
        """Note an edit by a tool."""
        place = make_absolute(edit.path, self.root)
        self.touched.add(place)
        if edit.deleted:
            self.known[place] = _FileState.ABSENT
        elif edit.partial or edit.after is None:
            self.known.pop(place, None)
        else:
            self.known[place] = self.texts(edit.after)

    def read(self, one: CommandOrRead) -> list[StoredEdit]:
        """Note what was read, and return no edits."""
        if one.path and self.agent.reads_are_texts:
            place = make_absolute(one.path, self.root)
            if one.worked and one.whole and len(one.text) <= _LARGEST:
                self.known[place] = one.text
            elif one.text.startswith(_NOT_THERE):
                self.known[place] = _FileState.ABSENT
            if one.worked:
                self.touched.add(place)
        return []

    def follow_command(self, one: CommandOrRead) -> list[StoredEdit]:
        """Follow a command and return the edits that it made."""
        command, workdir = _parse_given(one)
        folder = make_absolute(workdir, self.root) if workdir else self.root
        begins = self.folder if self.keeps_folder(one) else folder
        line = shell_writes.find_writes(command)
        places = [
            (place, written)
            for written in line.written
            for place in self.affected_paths(_to_absolute(written.path, begins), gone=written.gone)
        ]
        own = {place for place, _ in places}
        lost = set(_find_missing(one.text, begins))
        self.known |= dict.fromkeys(lost - own, _FileState.ABSENT)
        self.other_versions(command, begins, own)
        changes: dict[str, _FileChange] = {}
        for place, written in places:
            changes[place] = self.apply_write(place, changes.get(place), written)
        changes |= dict.fromkeys(
            lost & own, _FileChange(None, None)
        )  # its folder was not there, or the file is gone again
        for place, change in changes.items():
            self.try_out(place, change, one.rank)
            self.note(place, change if one.worked else _FileChange(None, None))
        self.follow_folder(one, line.folder)
        return list(self.edits(one, changes)) if one.worked else []

    def try_out(self, place: str, change: _FileChange, rank: int) -> None:
        """Note whether a file that is created here is deleted by a later command."""
        made = change.before is _FileState.ABSENT or (change.before is None and place not in self.touched)
        if made and change.after is not _FileState.ABSENT:
            goes = any(self.removed.get(one, rank) > rank for one in _list_with_folders(place))
            (self.tried.add if goes else self.tried.discard)(place)

    def keeps_folder(self, one: CommandOrRead) -> bool:
        """Tell whether the command begins where the last one ended; those of subagents do not."""
        return self.agent.keeps_folder and one.agent_run is None

    def affected_paths(self, place: str, *, gone: bool) -> list[str]:
        """Return the file, and for a removed folder also the known files in it.

        Empty without a place.
        """
        within = [one for one in self.known if one.startswith(place + "/")] if gone and place else []
        return [place, *within] if place else []

    def apply_write(self, place: str, earlier: _FileChange | None, written: FileWrite) -> _FileChange:
        """Return what the line has done to the file by now."""
        state = self.before(place) if earlier is None else earlier.after
        unseen = earlier is not None and earlier.before is None and state is _FileState.ABSENT
        before = state if earlier is None or unseen else earlier.before
        if written.gone:
            return _FileChange(before, _FileState.ABSENT)
        if written.text is None or len(written.text) > _LARGEST:
            return _FileChange(before, None)
        if not written.appends:
            return _FileChange(before, written.text)
        if isinstance(state, str):
            return _FileChange(before, state + written.text, partial=earlier is not None and earlier.partial)
        if state is _FileState.ABSENT:
            return _FileChange(before, written.text)
        return _FileChange("", written.text, partial=True) if earlier is None else _FileChange(before, None)

    def before(self, place: str) -> str | _FileState | None:
        """Return what is known of a file; None if nothing is."""
        state = self.known.get(place)
        return _FileState.ABSENT if state is None and place in self.begun and place not in self.touched else state

    def note(self, place: str, change: _FileChange) -> None:
        """Note the file's new state."""
        self.touched.add(place)
        if change.after is None or change.partial:
            self.known.pop(place, None)
        else:
            self.known[place] = change.after

    def other_versions(self, command: str, folder: str | None, own: set[str]) -> None:
        """Forget the files that a command changes in ways that cannot be followed."""
        if "xargs" in command or _OTHER_VERSIONS.intersection(command_heads.command_names(command)):
            self.known.clear()
            return
        for path in named(parse_simple_commands(command), command):
            if path == UNKNOWN_PATH:
                self.known.clear()
            elif (place := _to_absolute(path, folder)) not in own:
                self.known.pop(place, None)
                self.touched.add(place)

    def follow_folder(self, one: CommandOrRead, folder: str | None) -> None:
        """Note where the next command begins."""
        if not self.keeps_folder(one):
            return
        if hits := _RESET.findall(one.text):
            self.folder = make_absolute(hits[-1], self.root)
        elif folder is None:
            self.folder = None
        elif folder:
            self.folder = _to_absolute(folder, self.folder)

    def edits(self, one: CommandOrRead, changes: dict[str, _FileChange]) -> Iterator[StoredEdit]:
        """Yield the changes as edits.

        Scratch files, and files of which the line itself has no text, are left out.
        """
        for number, (place, change) in enumerate(changes.items()):
            before, after = change.before, change.after
            deleted = after is _FileState.ABSENT and isinstance(before, str)
            if not (isinstance(after, str) or deleted) or before == after:
                continue
            if place in self.tried or self.is_scratch(place):
                continue
            path = make_relative(place, self.root)
            old = before if isinstance(before, str) else ""
            new = after if isinstance(after, str) else ""
            removed, added = diff_lines(old, new)
            yield StoredEdit(
                self.session,
                rows.hash_body(one.call + number.to_bytes(4, "big")),
                one.call,
                self.say(path),
                self.keys.get(path) or path_key(place, self.salt),
                self.texts.put(before) if isinstance(before, str) else None,
                None if deleted else self.texts.put(new),
                change.partial,
                before is _FileState.ABSENT,
                deleted,
                len(removed) + len(added),
                one.at,
                one.rank,
            )

    def is_scratch(self, place: str) -> bool:
        """Tell whether the file lies where nothing is kept, and not in the session's own folder there."""
        own = self.root + "/"
        elsewhere = place.startswith(SCRATCH_FOLDERS) and (own in SCRATCH_FOLDERS or not place.startswith(own))
        return elsewhere or NOTES_FOLDER.search(place) is not None


def _list_with_folders(place: str) -> Iterator[str]:
    """Yield the path and the folders that it lies in, except the root and the first folder below it.

    Whole disks are not deleted.
    """
    parts = place.split("/")
    return ("/".join(parts[:end]) for end in range(len(parts), 2, -1))


def _parse_given(one: CommandOrRead) -> tuple[str, str]:
    """Return a command as it was given, and the folder given with it, empty if there was none."""
    try:
        given = json.loads(one.given)
    except ValueError:
        return one.command, ""
    if not isinstance(given, dict):
        return one.command, ""
    command = given.get("cmd", given.get("command"))
    if isinstance(command, list) and command:
        command = command[-1]
    folder = given.get("workdir")
    found = rows.clean(command) if isinstance(command, str) else one.command
    return found, rows.clean(folder) if isinstance(folder, str) else ""


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


def _find_new_files(used: Sequence[CommandOrRead], cwd: str) -> frozenset[str]:
    """Return the files, by absolute path, that git calls new at any time in the session."""
    root = make_absolute(cwd, "") if cwd else ""
    found = set()
    for one in used:
        if not one.reads and ("new file" in one.text or "create mode" in one.text or "?? " in one.text):
            for hit in _BEGUN.findall(one.text)[:_MOST_LINES]:
                found.add(_to_absolute(next(filter(None, hit)), root))
    return frozenset(found - {""})


def _find_removed(used: Sequence[CommandOrRead], cwd: str) -> dict[str, int]:
    """Return the files and folders, by absolute path, that commands delete, with the rank of the last deletion."""
    root = make_absolute(cwd, "") if cwd else ""
    found: dict[str, int] = {}
    for one in used:
        if one.worked and not one.reads and "rm " in one.given:
            line = shell_writes.find_writes(_parse_given(one)[0])
            found |= {_to_absolute(written.path, root): one.rank for written in line.written if written.gone}
    found.pop("", None)
    return found
