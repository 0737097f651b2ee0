"""Claude Code's logs as events: where they lie, and which lines need no parsing."""

from collections.abc import Iterator
from pathlib import Path

import orjson

from twiceshy.capture import file_walk
from twiceshy.capture.base import AgentTraits, Batch, LogRetention, Source
from twiceshy.capture.claude_code.deletion import SETTING, read_retention_days
from twiceshy.capture.claude_code.dialogue import TAKERS, build_usages, take
from twiceshy.capture.claude_code.read_state import AGENT, ReadState, SessionState
from twiceshy.capture.json_lines import LogLines, load_odd_line
from twiceshy.errors import SourceError
from twiceshy.records.ingest import Cursor, LineTally, UnreadableLine

_LOOK_BACK = 16 << 20
"""Bytes before the cursor in which a record that a later one refers to is looked for."""
_HEAD = 64 << 10
"""Bytes at a file's start in which the session's first folder is found."""
_OWN_KEYS = {"sessionId", "messageId", "leafUuid"}
"""One of these stands in every record of this format, and in few others that have a ``type``."""
_PROGRESS = b'"type":"progress"'
_REASONS = {"bad-json", "not-an-object", "bad-record"}
_PREFILTERED = tuple(
    (b',"data":{"type":"%s"' % name.encode(), f"progress/{name}") for name in ("hook_progress", "bash_progress")
)


class ClaudeCode:
    """Reads ``~/.claude/projects/<folder>/**/*.jsonl``."""

    name = AGENT
    title = "Claude Code"
    traits = AgentTraits(
        call_prefix="toolu_",
        command_limit_s=120.0,  # as its documentation says of the Bash tool
        keeps_folder=True,
        reads_are_texts=True,
        refuses_unread=True,
        retention=LogRetention(setting=SETTING, read_days=read_retention_days),
    )

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the folders that the settings variable names, else both that versions have used."""
        if named := env.get("CLAUDE_CONFIG_DIR"):
            return [Path(part.strip()) / "projects" for part in named.split(",") if part.strip()]
        config = Path(env.get("XDG_CONFIG_HOME") or home / ".config")
        return [home / ".claude" / "projects", config / "claude" / "projects"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.jsonl`` below the root, subagents' files included."""
        for path in file_walk.find_files(root):
            if path != root and path.suffix != ".jsonl":
                continue
            try:
                status = path.stat()
            except OSError:
                continue
            yield Source(agent=AGENT, path=path, size=status.st_size, mtime_ns=status.st_mtime_ns)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether one of the first lines is a record of this format."""
        if path.suffix != ".jsonl":
            return False
        for line in head.split(b"\n")[:50]:
            try:
                record = orjson.loads(line)
            except ValueError:
                continue
            if isinstance(record, dict) and record.get("type") in TAKERS and not _OWN_KEYS.isdisjoint(record):
                return True
        return False

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        lines = LogLines(path, cursor, limit_bytes)
        reading = _start_reading(path, cursor, salt)
        skipped: list[UnreadableLine] = []
        non_events: dict[str, int] = {}
        with_events = 0
        for offset, line in lines:
            name = _take_line(reading, line)
            if name is None:
                with_events += 1
            elif name in _REASONS:
                skipped.append(UnreadableLine(offset=offset, length=len(line), reason=name))
            else:
                non_events[name] = non_events.get(name, 0) + 1
        tally = LineTally(
            lines=lines.count - cursor.line, with_events=with_events, non_events=non_events, unknown=reading.unknown
        )
        return _finish_batch(reading, lines, tally, skipped)


def _take_line(reading: ReadState, line: bytes) -> str | None:
    """Take a line's records; return None if any gave an event, else a name or one of ``_REASONS``."""
    if _PROGRESS in line and (silent := match_silent_progress(line)):
        return silent
    try:
        record = orjson.loads(line)
    except ValueError:
        records = load_odd_line(line)
        if not records:
            return "bad-json" if line.strip(b" \t\r\0") else "blank"
        names = {_take_safely(reading, record) for record in records}
        return None if None in names else min(name for name in names if name)
    return _take_safely(reading, record)


def _take_safely(reading: ReadState, record: object) -> str | None:
    """Take a record of any shape; if it cannot be read, its events so far are removed again."""
    if not isinstance(record, dict):
        return "not-an-object"
    length = len(reading.events)
    try:
        return take(reading, record)
    except (AttributeError, KeyError, TypeError, ValueError, IndexError):
        del reading.events[length:]
        return "bad-record"


def match_silent_progress(line: bytes) -> str | None:
    """Return the non-event name of a progress line that needs no parsing; None when in doubt.

    Exact: the type stands at the top level (no other object or list before it), its data follow at once, and the line
    ends as an object without another one glued to it.
    """
    at = line.find(_PROGRESS)
    if line.find(b"{", 1, at) >= 0 or line.find(b"[", 1, at) >= 0 or line[-1:] != b"}" or b"}{" in line:
        return None
    for start_of_data, name in _PREFILTERED:
        if line.startswith(start_of_data, at + len(_PROGRESS)):
            return name
    return None


def _start_reading(path: Path, cursor: Cursor, salt: bytes) -> ReadState:
    """Return the state of a read that goes on from the cursor."""
    reading = ReadState(salt, path.stem)
    reading.rank_ms, reading.rank_count = cursor.rank_ms, cursor.rank_count
    if cursor.offset:
        state = orjson.loads(cursor.state or "{}")
        earlier = _EarlierRecords(path, cursor.offset)
        reading.inline_run = state.get("run", "")
        reading.session = session = SessionState(state["session"])
        reading.sessions[session.native_id] = session
        session.real = state.get("real")
        before = ReadState(salt, path.stem)
        earlier.take_head(before)
        known = before.sessions.get(session.native_id)
        if known is not None:
            session.cwd, session.root, session.version = known.cwd, known.root, known.version
            session.branch, session.entrypoint = known.branch, known.entrypoint
        reading.recall = earlier.take_matching
    return reading


class _EarlierRecords:
    """The part of a file before the cursor, opened only when something refers to it."""

    def __init__(self, path: Path, offset: int) -> None:
        self.path = path
        self.offset = offset
        self._held: bytes | None = None

    def take_head(self, reading: ReadState) -> None:
        """Have the read take the file's first records."""
        for line in self._bytes(0, min(_HEAD, self.offset)).split(b"\n"):
            _take_line(reading, line)

    def take_matching(self, reading: ReadState, needle: bytes) -> None:
        """Have the read take the records of the lines that hold these bytes."""
        if self._held is None:
            first = max(self.offset - _LOOK_BACK, 0)
            self._held = self._bytes(first, self.offset - first)
        held = self._held
        at = held.find(needle)
        while at >= 0:
            begin = held.rfind(b"\n", 0, at) + 1
            end = held.find(b"\n", at)
            end = len(held) if end < 0 else end
            _take_line(reading, held[begin:end])
            at = held.find(needle, end)

    def _bytes(self, first: int, size: int) -> bytes:
        try:
            with self.path.open("rb") as file:
                file.seek(first)
                return file.read(size)
        except OSError as error:
            raise SourceError(f"cannot read {str(self.path)!r}: {error.strerror or error}") from error


def _finish_batch(reading: ReadState, lines: LogLines, tally: LineTally, skipped: list[UnreadableLine]) -> Batch:
    """Return the batch of a read whose lines were all taken."""
    sessions = [session for session in reading.sessions.values() if session.used]
    last = reading.session
    state = {"session": last.native_id or reading.fallback_id, "real": last.real, "run": reading.inline_run}
    return Batch(
        events=[*(session.event() for session in sessions), *reading.events, *build_usages(reading)],
        cursor=lines.cursor(rank_ms=reading.rank_ms, rank_count=reading.rank_count, state=orjson.dumps(state).decode()),
        tally=tally,
        skipped=skipped + lines.skipped,
        done=lines.done,
    )
