"""Files that a session's commands wrote, as edits: ``cat > a.py <<'EOF'``, ``tee``, ``echo ... > a``.

The text after comes from the command itself. The text before is the last one that the session knows of the file: of an
edit, of a reading of the whole file, of an earlier command. Without one the file was made by the command only if the
log shows that there was none; else the edit's text before is unknown, and so is what it brought in. After a command
that failed, or that puts other versions of files in place, nothing is known of them.

What commands wrote and the session took away again is no edit: a script to try something out is not the work.
"""

import json
import re
from collections.abc import Callable, Iterator, Sequence
from enum import Enum
from typing import NamedTuple

from twiceshy.capture.edits import differing_lines
from twiceshy.facts import shell, shell_writes
from twiceshy.facts.location import absolute, below, path_key
from twiceshy.facts.shell_words import simple
from twiceshy.facts.shell_writes import Written
from twiceshy.outcomes.work import ELSEWHERE, MANY, NOTES
from twiceshy.outcomes.work import written as named
from twiceshy.records.text import Scrubbed
from twiceshy.store import rows
from twiceshy.store.db import Store
from twiceshy.store.reads import writing
from twiceshy.store.reads.edits import StoredEdit
from twiceshy.store.reads.writing import Used

LARGEST = 1 << 20
"""Characters of a text that is compared."""
MOST_LINES = 20_000
"""Of one result that are looked at for files that were not there (guess)."""
KEEPS_FOLDER = "claude-code"
"""The agent whose commands begin in the folder where the last one ended, and whose reads are stored as files' texts."""
OTHER_VERSIONS = frozenset({
    "git checkout", "git restore", "git stash", "git reset", "git pull", "git merge", "git rebase", "git switch",
    "git revert", "git cherry-pick", "git apply", "git am", "git clean", "patch",
})  # fmt: skip
"""Commands that may put another version of any file in place."""
BEGUN = re.compile(
    r"^ create mode \d{6} (.{1,300})$|^diff --git a/\S{1,300} b/(\S{1,300})\nnew file mode |^\?\? (.{1,300}[^/\n])$"
    r"|^\tnew file:   (.{1,300})$",
    re.MULTILINE,
)
"""What git says of files that the last commit did not have."""
MISSING = re.compile(
    r"^(?:[\w/.-]{1,100}: )?(?:line \d{1,6}: )?(?:cannot (?:access|open|remove|stat) )?"
    r"['\"\u2018]?([^\s'\"\u2018\u2019:]{1,300})['\"\u2019]?(?: for reading)?: No such file or directory$",
    re.MULTILINE,
)
NOT_THERE = "File does not exist"
RESET = re.compile(r"^Shell cwd was reset to (.{1,300})$", re.MULTILINE)


Say = Callable[[str], Scrubbed]


class State(Enum):
    """What is known of a file without its text."""

    ABSENT = 0


class Texts:
    """Texts of the store, and of files that commands wrote, by their content."""

    def __init__(self, text_of: Callable[[bytes], str]) -> None:
        """Those of the store alone."""
        self.text_of = text_of
        self.own: dict[bytes, str] = {}

    def __call__(self, body: bytes) -> str:
        """The text."""
        found = self.own.get(body)
        return self.text_of(body) if found is None else found

    def put(self, text: str) -> bytes:
        """The text's address, as the store would give it."""
        body = rows.body_hash(text.encode("utf-8", "replace"))
        self.own[body] = text
        return body


def with_written(store: Store, session: bytes, edits: Sequence[StoredEdit], texts: Texts, say: Say) -> list[StoredEdit]:
    """A session's edits and those that its commands made, in their order; their texts are put to ``texts``.

    Paths are redacted by ``say`` once more, as quotes within them may have hidden what they name.
    """
    if not writing.may_write(store, session):
        return list(edits)
    agent, cwd = writing.place(store, session)
    told = Told(session, agent, cwd, texts)
    told.say = say
    used = writing.used(store, session)
    told.begun = begun(used, cwd)
    told.removed = removed(used, cwd)
    told.keys = writing.path_keys(store, session)
    told.salt = store.salt
    found: list[StoredEdit] = []
    rest = list(reversed(edits))
    for one in used:
        while rest and rest[-1].rank < one.rank:
            found.append(rest.pop())
            told.edited(found[-1])
        found += told.read(one) if one.reads else told.ran(one)
    return [*found, *reversed(rest)]


class Change(NamedTuple):
    """What a line does to one file."""

    before: str | State | None
    """None where it is not known."""
    after: str | State | None
    partial: bool = False
    """The texts are what was put behind the file's own, which is not known."""


class Told:
    """What a session's log tells of files' texts up to a place."""

    def __init__(self, session: bytes, agent: str, cwd: str, texts: Texts) -> None:
        """Nothing yet."""
        self.session = session
        self.agent = agent
        self.root = absolute(cwd, "") if cwd else ""
        self.texts = texts
        self.known: dict[str, str | State] = {}
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
        self.say: Say

    def edited(self, edit: StoredEdit) -> None:
        """Nothing; an edit by a tool was noted."""
        place = absolute(edit.path, self.root)
        self.touched.add(place)
        if edit.deleted:
            self.known[place] = State.ABSENT
        elif edit.partial or edit.after is None:
            self.known.pop(place, None)
        else:
            self.known[place] = self.texts(edit.after)

    def read(self, one: Used) -> list[StoredEdit]:
        """None; what was read was noted."""
        if one.path and self.agent == KEEPS_FOLDER:
            place = absolute(one.path, self.root)
            if one.worked and one.whole and len(one.text) <= LARGEST:
                self.known[place] = one.text
            elif one.text.startswith(NOT_THERE):
                self.known[place] = State.ABSENT
            if one.worked:
                self.touched.add(place)
        return []

    def ran(self, one: Used) -> list[StoredEdit]:
        """The edits that a command made."""
        command, workdir = spelled(one)
        folder = absolute(workdir, self.root) if workdir else self.root
        begins = self.folder if self.keeps(one) else folder
        line = shell_writes.read(command)
        places = [
            (place, written)
            for written in line.written
            for place in self.meant(located(written.path, begins), gone=written.gone)
        ]
        own = {place for place, _ in places}
        lost = set(missing(one.text, begins))
        self.known |= dict.fromkeys(lost - own, State.ABSENT)
        self.other_versions(command, begins, own)
        changes: dict[str, Change] = {}
        for place, written in places:
            changes[place] = self.changed(place, changes.get(place), written)
        changes |= dict.fromkeys(lost & own, Change(None, None))  # its folder was not there, or the file is gone again
        for place, change in changes.items():
            self.try_out(place, change, one.rank)
            self.note(place, change if one.worked else Change(None, None))
        self.moved(one, line.folder)
        return list(self.edits(one, changes)) if one.worked else []

    def try_out(self, place: str, change: Change, rank: int) -> None:
        """Nothing; whether a file that is made here is taken away by a later command was noted."""
        made = change.before is State.ABSENT or (change.before is None and place not in self.touched)
        if made and change.after is not State.ABSENT:
            goes = any(self.removed.get(one, rank) > rank for one in itself_and_above(place))
            (self.tried.add if goes else self.tried.discard)(place)

    def keeps(self, one: Used) -> bool:
        """Whether the command begins where the last one ended; those of agents below the main one do not."""
        return self.agent == KEEPS_FOLDER and one.agent_run is None

    def meant(self, place: str, *, gone: bool) -> list[str]:
        """The file, and where it is taken away those that lie in it, as far as they are known; none without a place."""
        within = [one for one in self.known if one.startswith(place + "/")] if gone and place else []
        return [place, *within] if place else []

    def changed(self, place: str, earlier: Change | None, written: Written) -> Change:
        """What the line has done to the file by now."""
        state = self.before(place) if earlier is None else earlier.after
        unseen = earlier is not None and earlier.before is None and state is State.ABSENT
        before = state if earlier is None or unseen else earlier.before
        if written.gone:
            return Change(before, State.ABSENT)
        if written.text is None or len(written.text) > LARGEST:
            return Change(before, None)
        if not written.appends:
            return Change(before, written.text)
        if isinstance(state, str):
            return Change(before, state + written.text, partial=earlier is not None and earlier.partial)
        if state is State.ABSENT:
            return Change(before, written.text)
        return Change("", written.text, partial=True) if earlier is None else Change(before, None)

    def before(self, place: str) -> str | State | None:
        """What is known of a file."""
        state = self.known.get(place)
        return State.ABSENT if state is None and place in self.begun and place not in self.touched else state

    def note(self, place: str, change: Change) -> None:
        """Nothing; the file's new state was noted."""
        self.touched.add(place)
        if change.after is None or change.partial:
            self.known.pop(place, None)
        else:
            self.known[place] = change.after

    def other_versions(self, command: str, folder: str | None, own: set[str]) -> None:
        """Nothing; files that a command changes in ways that are not followed are not known any more."""
        if "xargs" in command or OTHER_VERSIONS.intersection(shell.commands(command)):
            self.known.clear()
            return
        for path in named(simple(command), command):
            if path == MANY:
                self.known.clear()
            elif (place := located(path, folder)) not in own:
                self.known.pop(place, None)
                self.touched.add(place)

    def moved(self, one: Used, folder: str | None) -> None:
        """Nothing; where the next command begins was noted."""
        if not self.keeps(one):
            return
        if hits := RESET.findall(one.text):
            self.folder = absolute(hits[-1], self.root)
        elif folder is None:
            self.folder = None
        elif folder:
            self.folder = located(folder, self.folder)

    def edits(self, one: Used, changes: dict[str, Change]) -> Iterator[StoredEdit]:
        """The changes as edits; scratch files, and files of which the line itself has no text, are left out."""
        for number, (place, change) in enumerate(changes.items()):
            before, after = change.before, change.after
            deleted = after is State.ABSENT and isinstance(before, str)
            if not (isinstance(after, str) or deleted) or before == after:
                continue
            if place in self.tried or self.scratch(place):
                continue
            path = below(place, self.root)
            old = before if isinstance(before, str) else ""
            new = after if isinstance(after, str) else ""
            removed, added = differing_lines(old, new)
            yield StoredEdit(
                self.session, rows.body_hash(one.call + number.to_bytes(4, "big")), one.call, self.say(path),
                self.keys.get(path) or path_key(place, self.salt),
                self.texts.put(before) if isinstance(before, str) else None,
                None if deleted else self.texts.put(new), change.partial,
                before is State.ABSENT, deleted, len(removed) + len(added), one.at, one.rank,
            )  # fmt: skip

    def scratch(self, place: str) -> bool:
        """Whether the file lies where nothing is kept, and not in the session's own folder there."""
        own = self.root + "/"
        elsewhere = place.startswith(ELSEWHERE) and (own in ELSEWHERE or not place.startswith(own))
        return elsewhere or NOTES.search(place) is not None


def itself_and_above(place: str) -> Iterator[str]:
    """The path and the folders that it lies in, but for the first two: whole disks are not taken away."""
    parts = place.split("/")
    return ("/".join(parts[:end]) for end in range(len(parts), 2, -1))


def spelled(one: Used) -> tuple[str, str]:
    """A command as it was given, and the folder that was given with it, empty where none was."""
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


def located(path: str, folder: str | None) -> str:
    """The path from the root; empty where that is not known."""
    if path.startswith("/"):
        return absolute(path, "")
    return absolute(path, folder) if folder else ""


def missing(text: str, folder: str | None) -> Iterator[str]:
    """Files of which a program says that they are not there."""
    if "No such file" in text:
        for path in MISSING.findall(text)[:MOST_LINES]:
            if place := located(path, folder):
                yield place


def begun(used: Sequence[Used], cwd: str) -> frozenset[str]:
    """Files of which git says, at any time in the session, that they are new; their paths are those from the root."""
    root = absolute(cwd, "") if cwd else ""
    found = set()
    for one in used:
        if not one.reads and ("new file" in one.text or "create mode" in one.text or "?? " in one.text):
            for hit in BEGUN.findall(one.text)[:MOST_LINES]:
                found.add(located(next(filter(None, hit)), root))
    return frozenset(found - {""})


def removed(used: Sequence[Used], cwd: str) -> dict[str, int]:
    """Files and folders that commands take away, with the rank of the last that does; paths are those from the root."""
    root = absolute(cwd, "") if cwd else ""
    found: dict[str, int] = {}
    for one in used:
        if one.worked and not one.reads and "rm " in one.given:
            line = shell_writes.read(spelled(one)[0])
            found |= {located(written.path, root): one.rank for written in line.written if written.gone}
    found.pop("", None)
    return found
