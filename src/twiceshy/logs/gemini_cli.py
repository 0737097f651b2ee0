"""Gemini CLI's recorded chats as events. The format, as found in real files, is described in ``gemini_cli.md``.

A chat is one JSON object, written anew with each message; newer versions append lines, in which a message stands again
whenever it grew. Both are read whole when they changed, and the last state of a message counts.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from twiceshy.base.errors import SourceError
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import replace, write
from twiceshy.logs.edits import change_from_texts
from twiceshy.logs.journal import UUID, Journal, Record, join_texts, parse_input, text_at, to_json
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import find_sources, parse_object, read_document, read_whole
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "gemini-cli"
_ACTIONS: Final[Mapping[str, Action]] = {
    "read_file": Action.READ,
    "read_many_files": Action.READ,
    "list_directory": Action.SEARCH,
    "glob": Action.SEARCH,
    "search_file_content": Action.SEARCH,
    "grep_search": Action.SEARCH,
    "replace": Action.EDIT,
    "edit": Action.EDIT,
    "write_file": Action.WRITE,
    "run_shell_command": Action.RUN,
    "google_web_search": Action.WEB,
    "web_fetch": Action.WEB,
    "write_todos": Action.PLAN,
    "delegate_to_agent": Action.DELEGATE,
    "codebase_investigator": Action.DELEGATE,
    "exit_plan_mode": Action.PLAN,
    "ask_user": Action.ASK,
    "enter_plan_mode": Action.PLAN,
}
_EXIT_CODE: Final = re.compile(r"^Exit Code: (-?\d{1,10})$", re.MULTILINE)
_OPENING: Final = "<untrusted_context>\n"
_ENDING: Final = "\n</untrusted_context>"
"""What the client puts around a command's output for the model."""
_HOOKS: Final = "\n\n<hook_context>"
"""Behind it stands what hooks said, ours too; no tool gave that back."""
_FAILURES: Final = {"error": Failure.ERROR, "cancelled": Failure.REJECTED}


_REWIND: Final = "$rewindTo"
_OF_CLIENT: Final = ("<session_context>", "<hook_context>")
"""How messages of the user's side begin that the client wrote."""
_WORKSPACE: Final = re.compile(r"- \*\*Workspace Directories:\*\*\s+- (\S.*)")


class GeminiCli:
    """Reads ``~/.gemini/tmp/<project>/chats/session-*.json`` and ``.jsonl``."""

    name = _AGENT
    title = "Gemini CLI"
    traits = AgentTraits(keeps_folder=False, marks_people=True, version=2)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the projects' folder below ``GEMINI_CLI_HOME``, else below the home folder."""
        return [Path(env.get("GEMINI_CLI_HOME") or home) / ".gemini" / "tmp"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every recorded chat below the root."""
        return find_sources(_AGENT, root, lambda path: "chats" in path.parts and path.suffix in (".json", ".jsonl"))

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether the first keys are those of a chat."""
        del path
        return b'"sessionId"' in head[:2000] and b'"projectHash"' in head[:2000] and head.lstrip()[:1] == b"{"

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole file; none if it is the one that the cursor stands for."""
        del limit_bytes
        parent = path.parent.name if UUID(path.parent.name) else None
        chat = _Chat(Journal(_AGENT, salt, path.stem), parent)
        chat.journal.session.start_in(_read_project_folder(path.parent if parent else path))
        return read_document(path, cursor, chat.journal, chat.parse, chat.take)


def _read_project_folder(path: Path) -> str | None:
    """Read the folder that a project's short name stands for; None where the client did not note it."""
    try:
        marker = read_whole(path.parent.parent / ".project_root", 10_000)
    except SourceError:
        return None
    return marker.decode("utf-8", "replace").strip() if marker else None


class _Chat:
    """Takes a chat's messages into a journal."""

    def __init__(self, journal: Journal, parent: str | None) -> None:
        self.journal = journal
        self.seed = ""
        self.kind = PromptKind.TYPED
        self.parent = parent
        """The session that started this one, where the file's place says so."""

    def parse(self, data: bytes) -> list[object] | None:
        """Return the messages, each once; None where the file is no chat."""
        document = parse_object(data)
        if document is not None and isinstance(document.get("messages"), list):
            self.head(document)
            return list(document["messages"])
        lines = _ChatLines()
        for line in data.split(b"\n"):
            if line.strip():
                lines.add(line)
        if not lines.head:
            return None
        self.head(lines.head)
        return lines.list_records()

    def head(self, document: Record) -> None:
        """Note whose messages these are."""
        journal = self.journal
        journal.name_session(text_at(document, "sessionId") or journal.session.native_id)
        journal.session.real = bool(UUID(journal.session.native_id))
        journal.session.title = text_at(document, "summary")
        folders = document.get("directories")
        if isinstance(folders, list) and folders:
            journal.session.start_in(folders[0])
        if document.get("kind") == "subagent":
            self.kind = PromptKind.SUBAGENT
            if self.parent:
                native = journal.session.native_id
                journal.name_session(self.parent)
                journal.session.real, journal.session.title = True, None
                journal.run = journal.run_id(native)
            else:
                journal.run = journal.run_id(text_at(document, "startTime") or "")

    def take(self, message: Record) -> str:
        """Take one message."""
        journal = self.journal
        kind = str(message.get("type"))
        journal.set_time(message.get("timestamp"))
        text = _words_of(message.get("displayContent") or message.get("content"))
        self.seed = text_at(message, "id") or f"{message.get('timestamp')} {text}"
        uid = journal.uid(kind, self.seed)
        if kind == "user" and _is_tool_answer(message.get("content")):
            return "user/tool results"  # they stand in the calls too
        if kind == "user":
            own = text.partition("\n--- Content from referenced files ---")[0]
            journal.session.start_in(_folder_in(text))
            journal.prompt(uid, self.classify_prompt(own), own)
        elif kind == _REWIND:
            journal.mark(uid, MarkKind.REWIND, "rewind", "")
        elif kind in ("gemini", "model"):
            self.model(message, uid, text)
        elif kind in ("info", "warning"):
            journal.mark(uid, MarkKind.NOTICE, kind, text)
        elif kind == "error":
            journal.mark(uid, MarkKind.API_ERROR, kind, text)
        else:
            journal.keep_unknown(kind, message)
        return kind

    def classify_prompt(self, text: str) -> PromptKind:
        """Return who wrote these words."""
        if text.lstrip().startswith(_OF_CLIENT):
            return PromptKind.META
        slash = text.startswith("/") and len(text.split()) == 1
        return PromptKind.BARE_COMMAND if slash else self.kind

    def model(self, message: Record, uid: bytes, text: str) -> None:
        """Add thoughts, words, calls and tokens."""
        journal = self.journal
        journal.model = text_at(message, "model") or journal.model
        for index, thought in enumerate(message.get("thoughts") or ()):
            words = "\n".join(part for key in ("subject", "description") if (part := text_at(thought, key)))
            if words:
                journal.reply(journal.uid("thought", self.seed, str(index)), words, thinking=True)
        thought = None if message.get("thoughts") else _words_of(message.get("content"), thoughts=True)
        if thought:
            journal.reply(journal.uid("thought", self.seed), thought, thinking=True)
        if text:
            journal.reply(uid, text)
        for call in message.get("toolCalls") or ():
            self.call(call)
        tokens = message.get("tokens")
        if isinstance(tokens, dict):
            cached = to_count(tokens.get("cached"))
            output = to_count(tokens.get("output")) + to_count(tokens.get("thoughts"))
            taken = to_count(tokens.get("input")) + to_count(tokens.get("tool")) - cached
            journal.usage(journal.uid("usage", self.seed), taken=taken, output=output, cache_read=cached)

    def call(self, logged: Record) -> None:
        """Add a use of a tool, with what it gave back and what it changed."""
        journal = self.journal
        tool, given = str(logged.get("name")), parse_input(logged.get("args"))
        call = journal.call_ids.open(logged.get("id"))
        action = _ACTIONS.get(tool, Action.OTHER)
        path = text_at(given, "file_path", "absolute_path", "path", "dir_path") if action is not Action.RUN else None
        cwd = text_at(given, "dir_path", "directory") or "" if action is Action.RUN else ""
        journal.call(
            call,
            tool,
            action,
            given,
            path=path,
            cwd=cwd,
            command=text_at(given, "command") if action is Action.RUN else None,
            query=text_at(given, "query", "pattern", "prompt") if action in (Action.SEARCH, Action.WEB) else None,
            span=_span_of(given) if action is Action.READ else None,
            background=given.get("is_background") is True,
            leave_out=("content",),
        )
        if logged.get("status") in ("success", "error", "cancelled"):
            worked = self.result(call, logged, running=action is Action.RUN)
            if worked and path and action in (Action.EDIT, Action.WRITE):
                self.change(call, path, given, logged.get("resultDisplay"))

    def result(self, call: bytes, logged: Record, *, running: bool) -> bool:
        """Add what a call gave back; return whether it did what was asked."""
        self.journal.set_time(logged.get("timestamp"))
        status, text = logged["status"], _output_of(logged)
        found = _EXIT_CODE.search(text) if running else None
        code = int(found[1]) if found else 0 if running and status == "success" else None
        failure = _FAILURES.get(status) or (Failure.ERROR if code else None)
        denial = text if failure is Failure.REJECTED else None
        self.journal.result(call, text, failure=failure, exit_code=code, denial=denial)
        return failure is None

    def change(self, call: bytes, path: str, given: Record, display: Any) -> None:
        """Add the edit of a call that succeeded."""
        journal = self.journal
        before = after = None
        if isinstance(display, dict):
            before, after = display.get("originalContent"), display.get("newContent")
        old, new, content = given.get("old_string"), given.get("new_string"), given.get("content")
        if isinstance(after, str) and (before is None or isinstance(before, str)):
            created = not before
            journal.edit(call, path, change_from_texts(before or "", after, journal.salt), created=created)
            journal.remember_text(journal.resolve_path(path), after)
        elif isinstance(content, str):
            write(journal, call, path, content)
        elif isinstance(old, str) and isinstance(new, str):
            replace(journal, call, path, [(old, new, to_count(given.get("expected_replacements")) > 1)])


class _ChatLines:
    """The lines of a chat put together: each message once, as it was last, and what was taken back marked.

    A line with ``$set`` may hold the messages that the model goes on with; those that it leaves out happened all the
    same and stay.
    """

    def __init__(self) -> None:
        self.head: Record = {}
        self._messages: dict[str, object] = {}
        self._torn: list[object] = []

    def add(self, line: bytes) -> None:
        """Take one line; one that holds no object is counted."""
        record = parse_object(line)
        if record is None:
            self._torn.append(None)
        elif "sessionId" in record:
            self._set(record)
        elif isinstance(record.get("$set"), dict):
            self._set(record["$set"])
        elif _REWIND in record:
            name = f"{_REWIND} {record[_REWIND]} {len(self._messages)}"
            self._messages[name] = {"id": name, "type": _REWIND}
        elif "id" in record:
            self._messages[str(record["id"])] = record

    def _set(self, values: Record) -> None:
        messages = values.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict) and "id" in message:
                self._messages.setdefault(str(message["id"]), message)
        self.head |= {key: value for key, value in values.items() if key != "messages"}

    def list_records(self) -> list[object]:
        """Return the messages in the order in which they came first, and the lines that could not be read."""
        return [*self._messages.values(), *self._torn]


def _folder_in(text: str) -> str | None:
    """Return the folder that the client tells the model of; None for any other words."""
    found = _WORKSPACE.search(text) if text.lstrip().startswith(_OF_CLIENT) else None
    return found[1].strip() if found else None


def _words_of(content: Any, *, thoughts: bool = False) -> str:
    """Return a message's words, or its thoughts, where newer versions put both among its parts."""
    if not isinstance(content, list):
        return "" if thoughts else join_texts(content)
    own = [part for part in content if (isinstance(part, dict) and part.get("thought") is True) is thoughts]
    return join_texts([part for part in own if not isinstance(part, dict) or isinstance(part.get("text"), str)])


def _is_tool_answer(content: Any) -> bool:
    """Tell whether a message of the user's side holds only what tools gave back."""
    return (
        isinstance(content, list)
        and bool(content)
        and all(isinstance(part, dict) and "functionResponse" in part for part in content)
    )


def _span_of(given: Record) -> tuple[int, int] | None:
    """Return first line and number of lines of a partial read; offsets count from 0, ``start_line`` from 1."""
    if "start_line" in given or "end_line" in given:
        first = to_count(given.get("start_line")) or 1
        return first, max(to_count(given.get("end_line")) - first + 1, 0)
    if "offset" not in given and "limit" not in given:
        return None
    return to_count(given.get("offset")) + 1, to_count(given.get("limit")) or 2_000


def _output_of(logged: Record) -> str:
    """Return the output that the model was given."""
    parts = []
    result = logged.get("result")
    for part in result if isinstance(result, list) else [result]:
        response = part.get("functionResponse", {}).get("response") if isinstance(part, dict) else part
        text = text_at(response, "output", "error") if isinstance(response, dict) else response
        if text is not None:
            parts.append(text if isinstance(text, str) else to_json(response))
        elif isinstance(response, dict):
            parts.append(to_json(response))
    text = "\n".join(parts)
    text = text.partition(_HOOKS)[0]
    return text.removeprefix(_OPENING).removesuffix(_ENDING) if text.startswith(_OPENING) else text
