"""Find the files that a session's commands wrote, as edits: ``cat > a.py <<'EOF'``, ``tee``, ``echo ... > a``.

What commands wrote and the session removed again is no edit: a script to try something out is not the work.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import NamedTuple

from twiceshy.archive import rows
from twiceshy.archive.db import Store
from twiceshy.archive.reads import calls
from twiceshy.archive.reads.calls import CommandOrRead
from twiceshy.base.values import Scrubbed
from twiceshy.commands.keys.gate_keys import make_absolute, make_relative, path_key
from twiceshy.commands.shell.file_texts import LARGEST_TEXT, ExecutedCommand, FileChange, FileState, FollowedTexts
from twiceshy.logs.base import AgentTraits
from twiceshy.logs.edits import diff_lines
from twiceshy.logs.readers import traits_of
from twiceshy.records.findings import StoredEdit

_NOT_THERE = "File does not exist"


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
    store: Store, session: bytes, edits: Sequence[StoredEdit], texts: TextsByBody, say: Callable[[str], Scrubbed]
) -> list[StoredEdit]:
    """Return a session's edits together with those that its commands made, in order; add their texts to ``texts``.

    Paths are redacted by ``say`` once more, as quotes within them may have hidden what they name.
    """
    if not calls.may_write(store, session):
        return list(edits)
    agent, cwd = calls.read_agent_and_folder(store, session)
    traits = traits_of(agent)
    used = calls.read_commands_and_reads(store, session)
    commands = [None if one.reads else _read_command(one, traits) for one in used]
    files = FollowedTexts(make_absolute(cwd, "") if cwd else "", filter(None, commands))
    build = _EditBuilder(session, files, texts, say, calls.read_path_keys(store, session), store.salt)
    found: list[StoredEdit] = []
    rest = list(reversed(edits))
    for one, command in zip(used, commands, strict=True):
        while rest and rest[-1].rank < one.rank:
            found.append(rest.pop())
            _note_edit(files, found[-1], texts)
        if command is not None:
            found += build.edits(one, files.follow(command))
        elif one.path and traits.reads_are_texts:
            _note_read(files, one)
    return [*found, *reversed(rest)]


def _read_command(one: CommandOrRead, traits: AgentTraits) -> ExecutedCommand:
    """Return a stored command as it ran; those of subagents never begin where the last one ended."""
    line, folder = _parse_given(one)
    stays = traits.keeps_folder is True and one.agent_run is None
    return ExecutedCommand(line, folder, stays, one.text, one.worked, one.rank)


def _note_edit(files: FollowedTexts, edit: StoredEdit, texts: TextsByBody) -> None:
    """Note an edit by a tool."""
    known = None if edit.partial or edit.after is None else texts(edit.after)
    files.note_text(make_absolute(edit.path, files.root), FileState.ABSENT if edit.deleted else known)


def _note_read(files: FollowedTexts, one: CommandOrRead) -> None:
    """Note a file that was read, whole or not, or that was not there."""
    place = make_absolute(str(one.path), files.root)
    if one.worked and one.whole and len(one.text) <= LARGEST_TEXT:
        files.known[place] = one.text
    elif one.text.startswith(_NOT_THERE):
        files.known[place] = FileState.ABSENT
    if one.worked:
        files.touched.add(place)


class _EditBuilder(NamedTuple):
    """What changes of files need to become edits of the store."""

    session: bytes
    files: FollowedTexts
    texts: TextsByBody
    say: Callable[[str], Scrubbed]
    keys: Mapping[str, bytes]
    """Of paths that were edited by tools."""
    salt: bytes

    def edits(self, one: CommandOrRead, changes: Mapping[str, FileChange]) -> Iterator[StoredEdit]:
        """Yield a command's changes as edits.

        Scratch files, and files of which the line itself has no text, are left out.
        """
        for number, (place, change) in enumerate(changes.items()):
            if change.is_known and self.files.is_work(place):
                yield self.edit(one, number, place, change)

    def edit(self, one: CommandOrRead, number: int, place: str, change: FileChange) -> StoredEdit:
        """Return one change of a command as an edit."""
        path = make_relative(place, self.files.root)
        before = change.before if isinstance(change.before, str) else None
        after = change.after if isinstance(change.after, str) else None
        removed, added = diff_lines(before or "", after or "")
        return StoredEdit(
            self.session,
            rows.hash_body(one.call + number.to_bytes(4, "big")),
            one.call,
            self.say(path),
            self.keys.get(path) or path_key(place, self.salt),
            None if before is None else self.texts.put(before),
            None if after is None else self.texts.put(after),
            change.partial,
            change.before is FileState.ABSENT,
            change.deletes,
            len(removed) + len(added),
            one.at,
            one.rank,
        )


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
