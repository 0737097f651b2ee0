r"""git-ai's notes, schema ``authorship/3.0.0``: a note for a commit, which says who wrote which lines.

>>> text = 'a.py\n  s_c9883b05a2487d::t_9f8e7d6c5b4a32 1-3,5\n---\n{"schema_version": "authorship/3.0.0"}'
>>> parse_note(text).files
(NotedFile(path='a.py', entries=(NotedEntry(key='s_c9883b05a2487d::t_9f8e7d6c5b4a32', ranges=((1, 3), (5, 5))),)),)
"""

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple

from twiceshy.base.errors import SourceError
from twiceshy.base.values import Text
from twiceshy.records.authorship import (
    CommitAttribution,
    FileAttribution,
    LineSpan,
    LineWriter,
    RawAttribution,
    WriterKind,
)
from twiceshy_git.memory.formats.line_claims import LineClaim, settle_claims

NAME: Final = "git-ai"
SCHEMA: Final = "authorship/3.0.0"
_DIVIDER: Final = "---"
_SPACED: Final = re.compile(r"[ \t\n]")
_RANGE: Final = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?\Z")
_ID_LENGTH: Final = 14  # hexadecimal digits, as the format defines
_TOOLS: Final = {"claude": "claude-code", "gemini": "gemini-cli", "copilot": "copilot-cli"}
"""Its words for agents that we call otherwise."""
_WORDS: Final = {ours: theirs for theirs, ours in _TOOLS.items()}
_PEOPLE: Final = frozenset({"human"})
"""Keys of single notes of 2026 that name no entry, and yet say who it was."""


class NotedEntry(NamedTuple):
    """Lines of one key."""

    key: str
    ranges: tuple[tuple[int, int], ...]


class NotedFile(NamedTuple):
    """The entries of one file."""

    path: str
    entries: tuple[NotedEntry, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorshipNote:
    """A note, with all that it says."""

    files: tuple[NotedFile, ...]
    metadata: Mapping[str, Any]
    end: str = ""
    """What stands behind the metadata: older versions wrote an end of line."""


def parse_note(text: str) -> AuthorshipNote:
    """Return what a note says; lines that say nothing are passed over.

    Raises:
        SourceError: it has no metadata, or those of another schema.
    """
    lines, divider, rest = f"\n{text}".partition(f"\n{_DIVIDER}\n")
    if not divider:
        raise SourceError("the note has no line --- before its metadata")
    try:
        metadata = json.loads(rest)
    except (ValueError, RecursionError) as error:
        raise SourceError("the metadata of the note is no JSON") from error
    if not isinstance(metadata, dict) or not str(metadata.get("schema_version")).startswith("authorship/3."):
        raise SourceError(f"the note is not of schema {SCHEMA}")
    end = rest[len(rest.rstrip()) :]
    return AuthorshipNote(files=tuple(_parse_files(lines)), metadata=metadata, end=end)


def _parse_files(lines: str) -> Iterator[NotedFile]:
    path = ""
    entries: list[NotedEntry] = []
    for line in [*lines.split("\n"), "\0"]:
        if line.startswith("  "):
            key, _, spelled = line[2:].partition(" ")
            ranges = tuple(_parse_ranges(spelled))
            entries += [NotedEntry(key, ranges)] if ranges else []
        elif line:
            if path and entries:
                yield NotedFile(path, tuple(entries))
            path, entries = line[1:-1] if len(line) > 1 and line[0] == line[-1] == '"' else line, []


def _parse_ranges(spelled: str) -> Iterator[tuple[int, int]]:
    for part in spelled.split(","):
        if found := _RANGE.match(part):
            yield int(found[1]), int(found[2] or found[1])


def format_note(note: AuthorshipNote) -> str:
    """Return the note as text.

    Raises:
        ValueError: a path cannot be spelled in this form.
    """
    lines: list[str] = []
    for file in note.files:
        lines.append(_spell_path(file.path))
        lines += [f"  {key} {_spell_ranges(ranges)}" for key, ranges in file.entries]
    written = json.dumps(note.metadata, ensure_ascii=False, indent=2)
    return "\n".join([*lines, _DIVIDER, written]) + note.end


def _spell_path(path: str) -> str:
    if not _can_spell(path):
        raise ValueError(f"git-ai's notes cannot name the file {path!r}")
    return f'"{path}"' if _SPACED.search(path) else path


def _can_spell(path: str) -> bool:
    return "\n" not in path and path[:1] not in {" ", '"'} and path != _DIVIDER


def _spell_ranges(ranges: tuple[tuple[int, int], ...]) -> str:
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)


def read_attribution(note: AuthorshipNote, commit_hash: str) -> RawAttribution:
    """Return who wrote which lines of the commit, as the note says."""
    files = []
    keys = {entry.key for file in note.files for entry in file.entries}
    writers = {key: _find_writer(note.metadata, key) for key in keys}
    for file in note.files:
        claims = [LineClaim(*range_, writers[key]) for key, ranges in file.entries for range_ in ranges]
        if spans := settle_claims(claims):
            files.append(FileAttribution(path=file.path, spans=spans))
    files.sort(key=lambda one: one.path)
    return CommitAttribution(commit_hash=commit_hash, files=tuple(files), source=NAME)


def _find_writer(metadata: Mapping[str, Any], key: str) -> LineWriter[str]:
    """Return the writer that a key stands for; of one without an entry its kind is known."""
    if key.startswith("h_") or key in _PEOPLE:
        person = _look_up(metadata, "humans", key).get("author")
        return LineWriter(kind=WriterKind.HUMAN, person=person if isinstance(person, str) and person else None)
    name = key.partition("::")[0]
    entry = _look_up(metadata, "sessions" if key.startswith("s_") else "prompts", name)
    agent = entry.get("agent_id")
    said = {word: value for word, value in agent.items() if isinstance(value, str)} if isinstance(agent, dict) else {}
    tool = said.get("tool", "")
    return LineWriter(
        kind=WriterKind.AGENT,
        agent=_TOOLS.get(tool, tool),
        native_id=said.get("id") or None,
        model=said.get("model") or None,
    )


def _look_up(metadata: Mapping[str, Any], table: str, key: str) -> Mapping[str, Any]:
    entries = metadata.get(table)
    entry = entries.get(key) if isinstance(entries, dict) else None
    return entry if isinstance(entry, dict) else {}


def make_note(found: CommitAttribution[Text]) -> AuthorshipNote | None:
    """Return a note that says what is known of a commit; None where nothing of it can be said in this form.

    It has no word for lines that both wrote, for an agent without a session and for a person without a name: they are
    left out, which there means that nobody knows.
    """
    sessions: dict[str, object] = {}
    humans: dict[str, object] = {}
    files = []
    for file in found.files:
        ranges = defaultdict[str, list[tuple[int, int]]](list)
        for span in file.spans:
            if key := _note_writer(span, found.commit_hash, sessions, humans):
                ranges[key].append((span.first, span.last))
        if ranges and _can_spell(file.path):
            entries = tuple(NotedEntry(key, tuple(some)) for key, some in sorted(ranges.items()))
            files.append(NotedFile(file.path, entries))
    if not files:
        return None
    metadata: dict[str, object] = {"schema_version": SCHEMA, "base_commit_sha": found.commit_hash, "prompts": {}}
    metadata |= {"humans": dict(sorted(humans.items()))} if humans else {}
    metadata |= {"sessions": dict(sorted(sessions.items()))} if sessions else {}
    return AuthorshipNote(files=tuple(files), metadata=metadata)


def _note_writer(span: LineSpan[Text], commit_hash: str, sessions: dict[str, object], humans: dict[str, object]) -> str:
    """Return the key of a span's writer, and note what it stands for; empty where the form has none."""
    writer = span.writer
    if writer.kind is WriterKind.HUMAN and writer.person:
        key = f"h_{_shorten(writer.person)}"
        humans[key] = {"author": writer.person}
        return key
    if writer.kind is not WriterKind.AGENT or not writer.native_id:
        return ""
    tool = _WORDS.get(writer.agent, writer.agent)
    name = f"s_{_shorten(f'{tool}:{writer.native_id}')}"
    sessions[name] = {"agent_id": {"tool": tool, "id": writer.native_id, "model": writer.model or ""}}
    return f"{name}::t_{_shorten(f'{commit_hash}:{writer.native_id}:{writer.chat.hex()}')}"


def _shorten(text: str) -> str:
    return sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:_ID_LENGTH]
