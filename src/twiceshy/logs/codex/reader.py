"""Codex CLI's rollouts as events: where they lie, and which lines need no parsing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from twiceshy.base.foreign_files import stream_foreign
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.codex.calls import ASKS
from twiceshy.logs.codex.exec_stream import ExecStream, is_exec_record
from twiceshy.logs.codex.rollout import AGENT, SILENT, Rollout, is_bare_item
from twiceshy.logs.journal import Journal, text_at
from twiceshy.logs.log_files import EarlierPart, find_sources, read_first_records, read_lines
from twiceshy.logs.wide_text import narrow_bytes
from twiceshy.records.ingest import Cursor

_ITEMS: Final = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
_EVENT_START: Final = b',"type":"event_msg","payload":{"type":"'


_HEAD_BYTES: Final = 8_192
"""Bytes that tell a stream from a rollout: its first lines are short (guess, 2026-11-22)."""
_HEAD: Final = re.compile(
    rb'\{"timestamp":"[^"]{1,40}",(?:"ordinal":\d{1,9},)?"type":"(?:session_meta|response_item|turn_context)","payload":\{'
)
"""How a rollout begins, also where its first line is longer than what is looked at."""


class Codex:
    """Reads ``$CODEX_HOME/sessions/YYYY/MM/DD/rollout-*.jsonl`` and what was moved to ``archived_sessions``."""

    name = AGENT
    title = "Codex CLI"
    traits = AgentTraits(
        marks_people=True,
        waits=frozenset({"write_stdin", "wait", "wait_agent", "close_agent"}),
        asks=ASKS,
        keeps_folder=False,  # each call has a folder, or the turn's
        version=3,
    )

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the sessions and archived sessions below ``CODEX_HOME``, else ``~/.codex``."""
        folder = Path(env.get("CODEX_HOME") or home / ".codex")
        return [folder / "sessions", folder / "archived_sessions"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.jsonl`` below the root."""
        return find_sources(AGENT, root, lambda path: path.suffix == ".jsonl")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether one of the first lines is an enveloped record, or a bare one of the first versions."""
        if path.suffix == ".md":  # a page that quotes a log
            return False
        if _HEAD.match(head):
            return True
        for record in read_first_records(head):
            if text_at(record, "type") in _ITEMS and isinstance(record.get("payload"), dict):
                return True
            if is_exec_record(record) or is_bare_item(record) or record.get("record_type") == "state":
                return True
        return False

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        if _begins_stream(path):
            stream = ExecStream(Journal(AGENT, salt, path.stem))
            if cursor.offset:
                stream.go_on(EarlierPart(path, cursor.offset), orjson.loads(cursor.state))
            return read_lines(path, cursor, limit_bytes, stream.journal, stream.take, state=stream.state)
        rollout = Rollout(Journal(AGENT, salt, path.stem))
        if cursor.offset:
            rollout.go_on(EarlierPart(path, cursor.offset), orjson.loads(cursor.state))
        return read_lines(
            path, cursor, limit_bytes, rollout.journal, rollout.take, state=rollout.state, silent=match_silent_line
        )


def _begins_stream(path: Path) -> bool:
    """Tell whether a file is what ``codex exec --json`` printed; one that cannot be read is no stream."""
    try:
        with stream_foreign(path) as file:
            head = narrow_bytes(file.read(_HEAD_BYTES))
    except OSError:
        return False
    return not _HEAD.match(head) and any(is_exec_record(record) for record in read_first_records(head))


def match_silent_line(line: bytes) -> str | None:
    """Return the name of a line that repeats another and needs no parsing; None when in doubt."""
    at = line.find(_EVENT_START, 0, 90)
    if at < 0 or line[-2:] != b"}}" or not line.startswith(b'{"timestamp":"') or b'}{"timestamp":' in line:
        return None
    at += len(_EVENT_START)
    kind = line[at : line.find(b'"', at, at + 40)].decode("ascii", "replace")
    return f"event_msg/{kind}" if kind in SILENT else None
