"""pi's session files as events. The format, as found in real files, is described in ``pi.md``.

Entries of a session that was forked are copied with their times and ids, so that uids hold both and no session.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import replace, write
from twiceshy.logs.journal import UUID, Journal, Record, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import EarlierPart, find_sources, read_first_records, read_lines, take_line
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "pi"
_ACTIONS: Final[Mapping[str, Action]] = {
    "bash": Action.RUN,
    "read": Action.READ,
    "edit": Action.EDIT,
    "write": Action.WRITE,
    "grep": Action.SEARCH,
    "find": Action.SEARCH,
    "ls": Action.SEARCH,
}
_SILENT: Final = frozenset({"thinking_level_change", "custom", "label", "session_info", "usage"})
_SUMMARIES: Final = frozenset({"branch_summary", "branchSummary"})
_COMPACTIONS: Final = frozenset({"compaction", "compactionSummary"})
_EXIT_CODE: Final = re.compile(r"Command exited with code (-?\d{1,10})\s*\Z")
_OF_FILES: Final = re.compile(rb'"(?:toolName|name)": ?"(?:edit|write|read)"')
_ABORTED: Final = re.compile(r"(?:Command|Operation) aborted\s*\Z", re.IGNORECASE)


class Pi:
    """Reads ``~/.pi/agent/sessions/<folder>/<time>_<id>.jsonl``."""

    name = _AGENT
    title = "pi"
    traits = AgentTraits(keeps_folder=False, marks_people=True, own_tools=frozenset(), version=3)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the sessions below ``PI_CODING_AGENT_DIR``, else ``~/.pi/agent``."""
        return [Path(env.get("PI_CODING_AGENT_DIR") or home / ".pi" / "agent") / "sessions"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every ``.jsonl`` below the root."""
        return find_sources(_AGENT, root, lambda path: path.suffix == ".jsonl")

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether one of the first lines is a head or a message of this format."""
        return path.suffix != ".md" and any(
            (record.get("type") == "session" and "cwd" in record and "timestamp" in record)
            or (
                record.get("type") == "message"
                and isinstance(record.get("message"), dict)
                and "role" in record["message"]
            )
            for record in read_first_records(head)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        talk = _PiSession(Journal(_AGENT, salt, path.stem))
        if cursor.offset:
            talk.go_on(EarlierPart(path, cursor.offset))
        return read_lines(path, cursor, limit_bytes, talk.journal, talk.take)


class _PiSession:
    """Takes a session's entries into a journal."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.seed = ""
        journal.scope = _AGENT.encode()

    def go_on(self, earlier: EarlierPart) -> None:
        """Learn what the part before the cursor said of the session and the model."""
        heads = [line for line in earlier.head() if b'"type":"session"' in line or b'"type": "session"' in line]
        model = earlier.last(b'"type":"model_change"')
        for line in (*heads[:1], *([model] if model else [])):
            take_line(self.journal, self.take, line)
        self.journal.events.clear()

        def recall() -> None:
            before = _PiSession(Journal(_AGENT, self.journal.salt, ""))
            before.journal.session.root = self.journal.session.root
            before.journal.name_session(self.journal.session.native_id)
            for line in earlier.lines(lambda line: _OF_FILES.search(line) is not None):
                take_line(before.journal, before.take, line)
            self.journal.learn_from(before.journal)

        self.journal.recall = recall

    def take(self, record: Record) -> str:
        """Take one entry."""
        kind = str(record.get("type"))
        journal = self.journal
        journal.set_time(record.get("timestamp"))
        self.seed = f"{record.get('timestamp')} {record.get('id')}"
        if kind == "session":
            self.head(record)
        elif kind == "message":
            message = record["message"]
            if journal.at is None:
                journal.set_time(message.get("timestamp"))
            return self.message(message, f"message/{message.get('role')}")
        elif kind == "model_change":
            journal.model = text_at(record, "modelId") or journal.model
        elif kind in _COMPACTIONS:
            text = text_at(record, "summary") or ""
            journal.mark(journal.uid(kind, self.seed, text), MarkKind.COMPACTION, kind, text)
        elif kind in _SUMMARIES:
            text = text_at(record, "summary") or ""
            journal.mark(journal.uid(kind, self.seed, text), MarkKind.REWIND, kind, text)
        elif kind == "session_info":
            journal.session.title = text_at(record, "name") or journal.session.title
        elif kind == "custom_message":
            text = _content_text(record.get("content"))
            journal.prompt(journal.uid(kind, self.seed, text), PromptKind.META, text)
        elif kind not in _SILENT:
            journal.keep_unknown(kind, record)
        return kind

    def head(self, record: Record) -> None:
        """Take the session's own line."""
        journal = self.journal
        native = text_at(record, "id")
        if native:
            journal.name_session(native)
            journal.scope = _AGENT.encode()
        journal.session.start_in(record.get("cwd"))
        journal.model = text_at(record, "modelId") or journal.model
        journal.session.version = str(record["version"]) if "version" in record else None
        journal.session.real = bool(native and UUID(native))

    def message(self, message: Record, name: str) -> str:
        """Take words, calls and results."""
        role = message.get("role")
        content = message.get("content")
        if role == "user":
            self.user(content)
        elif role == "assistant":
            self.assistant(message)
        elif role == "toolResult":
            self.result(message)
        elif role == "bashExecution":
            text = text_at(message, "command") or ""
            self.journal.prompt(self.journal.uid("shell", self.seed, text), PromptKind.SHELL, text)
        elif role in ("custom", "hookMessage", "branchSummary", "compactionSummary"):
            text = _content_text(content) or text_at(message, "summary") or ""
            self.journal.prompt(self.journal.uid(str(role), self.seed, text), PromptKind.META, text)
        else:
            self.journal.keep_unknown(name, message)
        return name

    def user(self, content: Any) -> None:
        """Add words of the user's side."""
        text = _content_text(content)
        bare = text.startswith("/") and len(text.split()) == 1
        images = sum(part.get("type") == "image" for part in content) if isinstance(content, list) else 0
        kind = PromptKind.BARE_COMMAND if bare else PromptKind.TYPED
        self.journal.prompt(self.journal.uid("user", self.seed, text), kind, text, images)

    def assistant(self, message: Record) -> None:
        """Add what the model said and the tools it called."""
        journal = self.journal
        journal.model = text_at(message, "model") or journal.model
        content = message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        for index, block in enumerate(blocks):
            kind = block.get("type")
            if kind in ("text", "thinking"):
                if text := text_at(block, kind):
                    journal.reply(journal.uid(str(index), self.seed, text), text, thinking=kind == "thinking")
            elif kind == "toolCall":
                self.call(block)
            else:
                journal.keep_unknown(f"assistant/{kind}", block)
        self.end(message)

    def end(self, message: Record) -> None:
        """Add how the message ended, and its tokens."""
        journal = self.journal
        reason, error = message.get("stopReason"), text_at(message, "errorMessage") or ""
        if reason == "aborted":
            journal.mark(journal.uid("aborted", self.seed), MarkKind.INTERRUPT, reason, "")
        elif reason == "error":
            journal.mark(journal.uid("error", self.seed, error), MarkKind.API_ERROR, reason, error)
        usage = message.get("usage")
        counted = [to_count(usage.get(key)) for key in ("input", "output", "cacheWrite", "cacheRead")] if usage else [0]
        if any(counted):
            taken, output, written, read = counted
            uid = journal.uid("usage", self.seed, to_json(usage))
            cost = (usage or {}).get("cost")
            total = cost.get("total") if isinstance(cost, dict) else None
            journal.usage(uid, taken=taken, output=output, cache_write=written, cache_read=read, cost=total)

    def call(self, block: Record) -> None:
        """Add a use of a tool."""
        tool, given = str(block.get("name")), parse_input(block.get("arguments"))
        native = block.get("id")
        call = self.journal.call_ids.open(native)
        action = _ACTIONS.get(tool, Action.OTHER)
        self.journal.remember_call(call, tool, given)
        timeout = given.get("timeout")
        self.journal.call(
            call,
            tool,
            action,
            given,
            path=None if action is Action.RUN else text_at(given, "path", "file_path"),
            command=text_at(given, "command") if action is Action.RUN else None,
            query=text_at(given, "pattern", "query") if action is Action.SEARCH else None,
            span=_span_of(given) if action is Action.READ else None,
            timeout_s=float(timeout) if action is Action.RUN and isinstance(timeout, int | float) else None,
            leave_out=("content",),
        )

    def result(self, message: Record) -> None:
        """Add what a call gave back, and what it changed."""
        journal = self.journal
        native = message.get("toolCallId")
        call = journal.call_ids.close(native)
        text = _content_text(message.get("content"))
        failed, code = message.get("isError") is True, None
        if found := _EXIT_CODE.search(text[-60:]):
            code = int(found[1])
        elif message.get("toolName") == "bash" and not failed:
            code = 0
        failure = Failure.ERROR if failed or code else None
        if failure and _ABORTED.search(text[-60:]):
            failure = Failure.INTERRUPTED
        journal.result(call, text, failure=failure, exit_code=code)
        if failure is None and (known := journal.find_call(call)):
            self.note_change(call, known[0], known[1], text, message.get("details"))

    def note_change(self, call: bytes, tool: str, given: Record, text: str, details: Any) -> None:
        """Add the edit of a call that succeeded, or keep the text that it read."""
        path = text_at(given, "path", "file_path")
        if path is None:
            return
        if tool == "edit":
            pairs = [given, *(edit for edit in given.get("edits") or () if isinstance(edit, dict))]
            replaced = [(pair["oldText"], pair.get("newText") or "", False) for pair in pairs if "oldText" in pair]
            replace(self.journal, call, path, replaced)
        elif tool == "write":
            write(self.journal, call, path, text_at(given, "content") or "")
        elif tool == "read" and details is None and _span_of(given) is None:
            self.journal.remember_text(self.journal.resolve_path(path), text)


def _span_of(given: Record) -> tuple[int, int] | None:
    """Return first line and number of lines of a partial read; None where it is not partial."""
    first, count = given.get("offset"), given.get("limit")
    return None if first is None and count is None else (to_count(first) or 1, to_count(count) or 2_000)


def _content_text(content: Any) -> str:
    """Return a message's text; images are named, not kept."""
    if isinstance(content, str):
        return content
    parts = content if isinstance(content, list) else []
    return "\n".join(
        text_at(part, "text") or ("" if part.get("type") == "text" else f"[{part.get('type')}]") for part in parts
    )
