"""Codex CLI's rollouts as events: where they lie, and which lines need no parsing."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import orjson

from twiceshy.capture.base import Batch, Source
from twiceshy.capture.codex.rollout import AGENT, SILENT, Rollout, bare_item
from twiceshy.capture.documents import Earlier, first_records, read_lines, sources
from twiceshy.capture.journal import Journal
from twiceshy.records.sources import Cursor

ITEMS: Final = frozenset({"session_meta", "response_item", "event_msg", "turn_context", "compacted"})
SHOWN: Final = b',"type":"event_msg","payload":{"type":"'


HEAD: Final = re.compile(
    rb'\{"timestamp":"[^"]{1,40}",(?:"ordinal":\d{1,9},)?"type":"(?:session_meta|response_item|turn_context)","payload":\{'
)
"""How a rollout begins, also where its first line is longer than what is looked at."""


class Codex:
    """Reads ``$CODEX_HOME/sessions/YYYY/MM/DD/rollout-*.jsonl`` and what was moved to ``archived_sessions``."""

    name = AGENT
    title = "Codex CLI"

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Sessions and archived sessions below ``CODEX_HOME``, else ``~/.codex``."""
        folder = Path(env.get("CODEX_HOME") or home / ".codex")
        return [folder / "sessions", folder / "archived_sessions"]

    def find(self, root: Path) -> Iterator[Source]:
        """Every ``.jsonl`` below the root."""
        return sources(AGENT, root, lambda path: path.suffix == ".jsonl")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether one of the first lines is an enveloped record, or the bare one of the first versions."""
        del path
        if HEAD.match(head):
            return True
        for record in first_records(head):
            if record.get("type") in ITEMS and isinstance(record.get("payload"), dict):
                return True
            if bare_item(record) or record.get("record_type") == "state":
                return True
        return False

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Events of the lines from the cursor on."""
        rollout = Rollout(Journal(AGENT, salt, path.stem))
        if cursor.offset:
            rollout.go_on(Earlier(path, cursor.offset), orjson.loads(cursor.state))
        return read_lines(path, cursor, limit_bytes, rollout.journal, rollout.take, state=rollout.state, silent=silent)


def silent(line: bytes) -> str | None:
    """The name of a line that repeats what stands elsewhere and need not be parsed; None when in doubt."""
    at = line.find(SHOWN, 0, 90)
    if at < 0 or line[-2:] != b"}}" or not line.startswith(b'{"timestamp":"') or b'}{"timestamp":' in line:
        return None
    at += len(SHOWN)
    kind = line[at : line.find(b'"', at, at + 40)].decode("ascii", "replace")
    return f"event_msg/{kind}" if kind in SILENT else None
