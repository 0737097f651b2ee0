"""Claude Code's logs as events: where they lie, and which lines need no parsing."""

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path

import orjson

from twiceshy.base.foreign_files import read_foreign
from twiceshy.logs.base import AgentTraits, Batch, LogRetention, Source
from twiceshy.logs.claude_code.calls import ACTIONS
from twiceshy.logs.claude_code.dialogue import TAKERS, take
from twiceshy.logs.claude_code.read_state import AGENT, CALL_PREFIX, ReadState
from twiceshy.logs.journal import Record, text_at
from twiceshy.logs.log_files import EarlierPart, find_sources, read_first_records, read_lines, take_line
from twiceshy.records.ingest import Cursor

# When Claude Code deletes its own logs: at its start, without a word, those not written to for some days.

SETTING = "cleanupPeriodDays in its settings.json"
_LARGEST = 4 << 20  # bytes of settings; such files have some KB (guess, 2026-11-22)
_DEFAULT_DAYS = 30
"""Days without use, as documented of ``cleanupPeriodDays``."""


def read_retention_days(env: Mapping[str, str], home: Path) -> int:
    """Return the days without a write after which a log is deleted: ``cleanupPeriodDays``, else 30."""
    folder = Path(env.get("CLAUDE_CONFIG_DIR") or home / ".claude")
    try:
        settings = json.loads(read_foreign(folder / "settings.json", _LARGEST))
    except (OSError, ValueError, RecursionError):  # none, or one that Claude Code would not take either
        return _DEFAULT_DAYS
    days = settings.get("cleanupPeriodDays") if isinstance(settings, dict) else None
    return days if type(days) is int and days >= 0 else _DEFAULT_DAYS


_HEAD = 64 << 10
"""Bytes at a file's start in which the session's first folder is found (guess, 2026-11-21)."""
_OWN_KEYS = {"sessionId", "messageId", "leafUuid"}
"""One of these stands in every record of this format, and in few others that have a ``type``."""
_PROGRESS = b'"type":"progress"'
_PREFILTERED = tuple(
    (b',"data":{"type":"%s"' % name.encode(), f"progress/{name}") for name in ("hook_progress", "bash_progress")
)


class ClaudeCode:
    """Reads ``~/.claude/projects/<folder>/**/*.jsonl``."""

    name = AGENT
    title = "Claude Code"
    traits = AgentTraits(
        marks_people=True,
        own_tools=frozenset(ACTIONS),
        call_prefix=CALL_PREFIX,
        command_limit_s=120.0,  # as its documentation says of the Bash tool
        keeps_folder=True,
        reads_are_texts=True,
        marks_failures=True,
        waits=frozenset({"BashOutput", "TaskOutput", "AgentOutputTool", "KillShell", "KillBash", "TaskStop"}),
        refuses_unread=True,
        version=5,
        resumes_in_copies=True,
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
        return find_sources(AGENT, root, lambda path: path.suffix == ".jsonl")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether one of the first lines is a record of this format."""
        return path.suffix != ".md" and any(
            text_at(record, "type") in TAKERS and not _OWN_KEYS.isdisjoint(record)
            for record in read_first_records(head)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        reading = _start_reading(path, cursor, salt)

        def state() -> Record:
            last = reading.session
            return {
                "session": last.native_id or reading.fallback_id,
                "real": last.real,
                "run": reading.inline_run,
            }

        return read_lines(
            path, cursor, limit_bytes, reading, partial(take, reading), state=state, silent=match_silent_progress
        )


def match_silent_progress(line: bytes) -> str | None:
    """Return the non-event name of a progress line that needs no parsing; None when in doubt.

    Exact: the type stands at the top level (no other object or list before it), its data follow at once, and the line
    ends as an object without another one glued to it.
    """
    at = line.find(_PROGRESS)
    if at < 0 or line.find(b"{", 1, at) >= 0 or line.find(b"[", 1, at) >= 0 or line[-1:] != b"}" or b"}{" in line:
        return None
    for start_of_data, name in _PREFILTERED:
        if line.startswith(start_of_data, at + len(_PROGRESS)):
            return name
    return None


def _start_reading(path: Path, cursor: Cursor, salt: bytes) -> ReadState:
    """Return the state of a read that goes on from the cursor."""
    reading = ReadState(salt, path.stem)
    if cursor.offset:
        state = orjson.loads(cursor.state or "{}")
        earlier = EarlierPart(path, cursor.offset)
        reading.inline_run = state.get("run", "")
        reading.switch_session(state["session"])
        session = reading.session
        session.real = state.get("real")
        before = ReadState(salt, path.stem)
        _take_lines(before, earlier.head(_HEAD))
        if (known := before.sessions.get(session.native_id)) is not None:
            session.root, session.version = known.root, known.version
            session.branch, session.entrypoint = known.branch, known.entrypoint
        reading.take_earlier = lambda other, needle: _take_lines(other, earlier.lines_with(needle))
    return reading


def _take_lines(reading: ReadState, lines: Iterable[bytes]) -> None:
    """Have the read take the records of these lines."""
    for line in lines:
        if match_silent_progress(line) is None:
            take_line(reading, partial(take, reading), line)
