"""OpenCode's storage as events. The format, as found in real files, is described in ``opencode.md``.

A session is many small JSON files: one for itself, one for each message, one for each part of a message. Each is a
source of its own, written anew while its part grows; what a part does not say (whose words, which folder) is looked up
in the files it points to.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from twiceshy.capture import walking
from twiceshy.capture.base import Batch, Source
from twiceshy.capture.changing import apply, parse_patch, replace, unified, update, write
from twiceshy.capture.documents import contents, json_object, read_document, sources
from twiceshy.capture.edits import from_texts
from twiceshy.capture.journal import Journal, Record, as_given, as_json, text_at, whole
from twiceshy.errors import SourceError
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.sources import Cursor

AGENT: Final = "opencode"
ACTIONS: Final[Mapping[str, Action]] = {
    "bash": Action.RUN, "read": Action.READ, "edit": Action.EDIT, "multiedit": Action.EDIT, "patch": Action.EDIT,
    "apply_patch": Action.EDIT, "write": Action.WRITE, "grep": Action.SEARCH, "glob": Action.SEARCH,
    "list": Action.SEARCH, "codesearch": Action.SEARCH, "lsp": Action.SEARCH, "webfetch": Action.WEB,
    "websearch": Action.WEB, "task": Action.DELEGATE, "todowrite": Action.PLAN, "todoread": Action.PLAN,
    "plan_exit": Action.PLAN, "plan_enter": Action.PLAN,
}  # fmt: skip
FOLDERS: Final = frozenset({"session", "message", "part", "info"})
SILENT: Final = frozenset({"step-start", "step-finish", "snapshot", "patch", "file", "agent", "retry"})
OF_MODEL: Final = frozenset({"tool", "reasoning", "step-start", "step-finish"})
REFUSED: Final = re.compile(r"(?:The user )?rejected permission|.{0,80}\brejected\b", re.IGNORECASE)
PART: Final = re.compile(rb'"messageID"\s*:\s*"')
MESSAGE: Final = re.compile(rb'"sessionID"\s*:\s*"')
SESSION: Final = re.compile(rb'"id"\s*:\s*"ses_')
NEIGHBOUR_BYTES: Final = 4 << 20


class OpenCode:
    """Reads ``~/.local/share/opencode/storage/{session,message,part}/**/*.json``."""

    name = AGENT
    title = "OpenCode"

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """The storage of the data folder, and the one for each project that earlier versions had."""
        data = env.get("OPENCODE_DATA_DIR")
        folder = Path(data) if data else Path(env.get("XDG_DATA_HOME") or home / ".local" / "share") / "opencode"
        return [folder / "storage", folder / "project"]

    def find(self, root: Path) -> Iterator[Source]:
        """Sessions, messages and parts below the root."""
        return sources(AGENT, root, lambda path: path.suffix == ".json" and not FOLDERS.isdisjoint(path.parts[-4:-1]))

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether it is an object with the ids of a part, a message or a session."""
        if path.suffix != ".json" or head.lstrip()[:1] != b"{":
            return False
        head = head[:4000] if len(head) < 65_536 else head
        if PART.search(head):
            return b'"type"' in head
        if MESSAGE.search(head):
            return b'"role"' in head
        return bool(SESSION.search(head)) and (b'"directory"' in head or b'"projectID"' in head)

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Events of the whole file, if it is not the one that the cursor stands for."""
        del limit_bytes
        piece = Piece(Journal(AGENT, salt, path.stem), path)
        return read_document(path, cursor, piece.journal, piece.parse, piece.take)


class Piece:
    """Takes a session, a message or a part into a journal."""

    def __init__(self, journal: Journal, path: Path) -> None:
        self.journal = journal
        self.path = path

    def parse(self, data: bytes) -> list[object] | None:
        """The one object."""
        found = json_object(data)
        return None if found is None else [found]

    def take(self, record: Record) -> str:
        """The object, by what it is."""
        if "messageID" in record:
            message = self.message_of(record)
            self.open(text_at(record, "sessionID") or text_at(message, "sessionID"), record["messageID"])
            return self.part(record, message)
        if "role" in record:
            self.open(text_at(record, "sessionID"), record.get("id"))
            return self.message(record)
        self.open(text_at(record, "id"), None)
        self.journal.set_time(time_of(record, "updated"))
        if self.journal.at:
            self.journal.last = self.journal.at
            self.journal.used = True
        return "session"

    def open(self, session: str | None, other: object) -> None:
        """Name the session, and know what its own file says."""
        journal = self.journal
        journal.name_session(session or str(other))
        journal.real = session is not None and session.startswith("ses_") and len(session) >= 26  # as it makes them
        info = self.neighbour("session", session) if session else {}
        journal.start_in(info.get("directory"))
        journal.title, journal.version = text_at(info, "title"), text_at(info, "version")
        journal.set_time(time_of(info, "created"))
        journal.first = journal.at
        if parent := text_at(info, "parentID"):
            native = journal.native_id
            journal.name_session(parent)
            journal.run = journal.run_named(native)

    def storage(self) -> Path | None:
        """The folder that holds sessions, messages and parts."""
        return next(
            (folder.parent for folder in self.path.parents if folder.name in ("session", "message", "part")), None
        )

    def neighbour(self, kind: str, name: str) -> Record:
        """Another file of the storage; empty if it is not there."""
        storage = self.storage()
        if storage is None or "/" in name or name.startswith("."):
            return {}
        folder = storage / kind
        near = [folder / f"{name}.json", *(sub / f"{name}.json" for sub in subfolders(folder))]
        for path in near:
            try:
                data = contents(path, NEIGHBOUR_BYTES) if path.is_file() else None
            except SourceError:
                continue
            if data is not None:
                return json_object(data) or {}
        return {}

    def message_of(self, part: Record) -> Record:
        """The message of a part; without its file only the role, from what else the message holds."""
        name = str(part["messageID"])
        found = self.neighbour("message", name)
        if found:
            return found
        kinds = {str(part.get("type"))}
        for path in walking.files(self.path.parent) if self.path.parent.name == name else ():
            try:
                other = json_object(contents(path, NEIGHBOUR_BYTES) or b"") or {}
            except SourceError:
                continue
            kinds.add(str(other.get("type")))
        return {"role": "user" if OF_MODEL.isdisjoint(kinds) else "assistant"}

    def message(self, message: Record) -> str:
        """Tokens and errors of a message; its words are parts."""
        journal = self.journal
        journal.set_time(time_of(message, "created"))
        journal.model = text_at(message, "modelID")
        native = str(message.get("id"))
        tokens = message.get("tokens")
        if isinstance(tokens, dict):
            cache = tokens.get("cache") or {}
            output = whole(tokens.get("output")) + whole(tokens.get("reasoning"))
            taken, read = whole(tokens.get("input")), whole(cache.get("read"))
            if taken or output or read:
                written = whole(cache.get("write"))
                uid = journal.uid("usage", native)
                journal.usage(uid, taken=taken, output=output, cache_write=written, cache_read=read)
        error = message.get("error")
        if isinstance(error, dict):
            name = text_at(error, "name") or "error"
            kind = MarkKind.INTERRUPT if "Abort" in name else MarkKind.API_ERROR
            data = error.get("data")
            text = text_at(data, "message") if isinstance(data, dict) else None
            journal.mark(journal.uid("error", native), kind, name, text or as_json(data))
        journal.used = True
        return f"message/{message.get('role')}"

    def part(self, part: Record, message: Record) -> str:
        """A part of a message."""
        journal = self.journal
        kind = str(part.get("type"))
        journal.model = text_at(message, "modelID")
        journal.set_time(time_of(part, "start") or time_of(message, "created"))
        uid = journal.uid(kind, str(part.get("id")))
        text = text_at(part, "text")
        if kind == "text" and message.get("role") == "user":
            if text:
                meta = part.get("synthetic") is True or part.get("ignored") is True
                asked = PromptKind.SUBAGENT if journal.run else PromptKind.TYPED
                journal.prompt(uid, PromptKind.META if meta else asked, text)
        elif kind in ("text", "reasoning"):
            if text:
                journal.reply(uid, text, thinking=kind == "reasoning")
        elif kind == "tool":
            self.tool(part)
        elif kind == "compaction":
            journal.mark(uid, MarkKind.COMPACTION, "auto" if part.get("auto") else "manual", "")
        elif kind == "subtask":
            journal.prompt(uid, PromptKind.COMMAND, text_at(part, "prompt", "description") or "")
        elif kind not in SILENT:
            journal.keep_unknown(f"part/{kind}", part)
        return f"part/{kind}"

    def tool(self, part: Record) -> None:
        """A use of a tool, with what came of it; one that has not begun is not yet told."""
        journal = self.journal
        state = part.get("state") or {}
        status = state.get("status")
        if status not in ("running", "completed", "error"):
            return
        tool, given = str(part.get("tool")), as_given(state.get("input"))
        call = journal.call_id(part.get("callID") or part.get("id"))
        action = ACTIONS.get(tool, Action.OTHER)
        running = action is Action.RUN
        files = parse_patch(text_at(given, "patchText", "patch") or "") if action is Action.EDIT else []
        timeout = given.get("timeout")
        journal.set_time(time_of(state, "start") or time_of(part, "start"))
        journal.call(
            call,
            tool,
            action,
            given,
            path=None if running else text_at(given, "filePath", "path") or (files[0].path if files else None),
            cwd=text_at(given, "workdir") or "",
            command=text_at(given, "command") if running else None,
            query=text_at(given, "pattern", "query", "url") if action in (Action.SEARCH, Action.WEB) else None,
            span=span(given) if action is Action.READ else None,
            timeout_s=timeout / 1000 if running and isinstance(timeout, int | float) else None,
            leave_out=("content",),
        )
        if status != "running":
            journal.set_time(time_of(state, "end"))
            self.result(call, tool, given, state)

    def result(self, call: bytes, tool: str, given: Record, state: Record) -> None:
        """What the call gave back, and the edits that it made."""
        journal = self.journal
        metadata = state.get("metadata")
        metadata = metadata if isinstance(metadata, dict) else {}
        code = metadata.get("exit")
        code = code if type(code) is int else None
        failure, text = None, text_at(state, "output") or ""
        if state["status"] == "error":
            text = text_at(state, "error") or ""
            failure = Failure.REJECTED if REFUSED.match(text) else Failure.ERROR
            if "abort" in text.lower():
                failure = Failure.INTERRUPTED
        elif code:
            failure = Failure.ERROR
        began, ended = (state.get("time") or {}).get("start"), (state.get("time") or {}).get("end")
        seconds = (ended - began) / 1000 if type(began) is int and type(ended) is int else None
        journal.result(call, text, failure=failure, exit_code=code, duration_s=seconds)
        if failure is None and ACTIONS.get(tool) in (Action.EDIT, Action.WRITE):
            self.change(call, given, metadata)

    def change(self, call: bytes, given: Record, metadata: Record) -> None:
        """The edits of a call that succeeded: whole texts where they were noted, else a diff, else its input."""
        journal = self.journal
        path = text_at(given, "filePath", "path")
        noted, diff = metadata.get("filediff"), text_at(metadata, "diff")
        files = parse_patch(text_at(given, "patchText", "patch") or "")
        if files:
            apply(journal, call, files)
        elif path is None:
            return
        elif isinstance(noted, dict) and isinstance(noted.get("before"), str) and isinstance(noted.get("after"), str):
            change = from_texts(noted["before"], noted["after"], journal.salt)
            journal.edit(call, path, change, created=not noted["before"])
        elif isinstance(given.get("content"), str):
            created = None if "exists" not in metadata else metadata["exists"] is False
            write(journal, call, path, given["content"], created=created)
        elif diff:
            update(journal, call, path, unified(diff))
        else:
            edits = given.get("edits") if isinstance(given.get("edits"), list) else [given]
            pairs = [
                (edit["oldString"], edit["newString"], edit.get("replaceAll") is True)
                for edit in edits or ()
                if isinstance(edit, dict) and "oldString" in edit and "newString" in edit
            ]
            if pairs:
                replace(journal, call, path, pairs)


def subfolders(folder: Path) -> list[Path]:
    """The folders in a folder, in a stable order."""
    try:
        return sorted(entry for entry in folder.iterdir() if entry.is_dir())
    except OSError:
        return []


def time_of(record: Record, key: str) -> Any:
    """One of an object's times."""
    times = record.get("time")
    return times.get(key) if isinstance(times, dict) else None


def span(given: Record) -> tuple[int, int] | None:
    """First line and number of lines of a partial read; offsets count from 0."""
    if given.get("offset") is None and given.get("limit") is None:
        return None
    return whole(given.get("offset")) + 1, whole(given.get("limit")) or 2_000
