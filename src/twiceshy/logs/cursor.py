"""Cursor's own agent transcripts as events: a preview. The format is described in ``cursor.md``.

A transcript has neither times nor ids nor what tools gave back: what was asked of them is all that is known, so that
the success of every call stays unknown. Identity comes from the number of the turn, of the step, and the words.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import orjson

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import apply, delete, parse_patch, replace, write
from twiceshy.logs.journal import UUID, Journal, Record, parse_input, text_at
from twiceshy.logs.json_lines import to_count
from twiceshy.logs.log_files import EarlierPart, find_sources, read_first_records, read_lines, take_line
from twiceshy.records.events import Action, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "cursor"
_FOLDER: Final = "agent-transcripts"
_ACTIONS: Final[Mapping[str, Action]] = {
    "Read": Action.READ,
    "ReadFile": Action.READ,
    "Grep": Action.SEARCH,
    "rg": Action.SEARCH,
    "Glob": Action.SEARCH,
    "LS": Action.SEARCH,
    "SemanticSearch": Action.SEARCH,
    "StrReplace": Action.EDIT,
    "MultiStrReplace": Action.EDIT,
    "EditNotebook": Action.EDIT,
    "ApplyPatch": Action.EDIT,
    "Delete": Action.EDIT,
    "Write": Action.WRITE,
    "Shell": Action.RUN,
    "WebSearch": Action.WEB,
    "WebFetch": Action.WEB,
    "Task": Action.DELEGATE,
    "TodoWrite": Action.PLAN,
    "CreatePlan": Action.PLAN,
    "SwitchMode": Action.PLAN,
    "AskQuestion": Action.ASK,
}
_UNSAFE: Final = re.compile(r"[^A-Za-z0-9]+")
"""What stands as a dash in the name of a project's folder."""


class CursorAgent:
    """Reads ``~/.cursor/projects/<project>/agent-transcripts/**/*.jsonl``."""

    name = _AGENT
    title = "Cursor (preview)"
    traits = AgentTraits(marks_people=True)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the projects' folder."""
        del env
        return [home / ".cursor" / "projects"]

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every transcript below the root."""
        return find_sources(_AGENT, root, lambda path: path.suffix == ".jsonl" and _FOLDER in path.parts)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether the first line is a message that has no more than a role and its parts."""
        if path.suffix != ".jsonl":
            return False
        first = next(iter(read_first_records(head, 1)), {})
        message = first.get("message")
        return (
            set(first) <= {"role", "message"} and isinstance(message, dict) and isinstance(message.get("content"), list)
        )

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the lines from the cursor on."""
        parts = path.absolute().parts
        project = parts[parts.index(_FOLDER) - 1] if _FOLDER in parts else ""
        transcript = _Transcript(Journal(_AGENT, salt, path.stem), project)
        if "subagents" in parts:
            transcript.journal.run = transcript.journal.run_id(path.stem)
        if cursor.offset:
            transcript.go_on(EarlierPart(path, cursor.offset), orjson.loads(cursor.state))
        return read_lines(path, cursor, limit_bytes, transcript.journal, transcript.take, state=transcript.state)


class _Transcript:
    """Takes a transcript's messages into a journal."""

    def __init__(self, journal: Journal, project: str) -> None:
        self.journal = journal
        self.project = project
        self.turn = 0
        self.step = 0
        journal.session.real = bool(UUID(journal.session.native_id))

    def state(self) -> Record:
        """Return what the cursor keeps: numbers only."""
        return {"turn": self.turn, "step": self.step}

    def go_on(self, earlier: EarlierPart, state: Record) -> None:
        """Learn which folder the part before the cursor was about, and when asked the texts of its files."""
        before = _Transcript(Journal(_AGENT, self.journal.salt, self.journal.session.native_id), self.project)
        for line in earlier.head():
            take_line(before.journal, before.take, line)
        self.journal.session.start_in(before.journal.session.root)
        self.turn, self.step = to_count(state.get("turn")), to_count(state.get("step"))

        def recall() -> None:
            known = _Transcript(Journal(_AGENT, self.journal.salt, ""), self.project)
            known.journal.session.root = self.journal.session.root
            for line in earlier.lines(lambda line: b'"tool_use"' in line):
                take_line(known.journal, known.take, line)
            self.journal.learn_from(known.journal)

        self.journal.recall = recall

    def take(self, record: Record) -> str:
        """Take one message."""
        role, message = record.get("role"), record.get("message")
        if not isinstance(message, dict):
            if record.get("type") != "turn_ended":
                self.journal.keep_unknown(str(record.get("type")), record)
            return str(record.get("type"))
        content = message.get("content")
        blocks = [{"type": "text", "text": content}] if isinstance(content, str) else content or []
        if role == "user":
            self.user(blocks)
        elif role == "assistant":
            for block in blocks:
                self.block(block)
        else:
            self.journal.keep_unknown(str(role), record)
        return str(role)

    def user(self, blocks: list[Record]) -> None:
        """Add words of the user's side, which stand in a tag."""
        self.turn += 1
        self.step = 0
        text = "\n\n".join(found for block in blocks if (found := text_at(block, "text")))
        images = sum(block.get("type") == "image" for block in blocks)
        if text or images:
            kind = PromptKind.SUBAGENT if self.journal.run else PromptKind.TYPED
            self.journal.prompt(self.journal.uid("prompt", str(self.turn), text), kind, text, images)

    def block(self, block: Record) -> None:
        """Add what the model said or asked of a tool."""
        journal, kind = self.journal, block.get("type")
        self.step += 1
        place = (str(self.turn), str(self.step))
        if kind == "tool_use":
            self.call(journal.uid("call", *place), str(block.get("name")), parse_input(block.get("input")))
        elif kind in ("text", "thinking"):
            if text := text_at(block, "text", "thinking"):
                journal.reply(journal.uid("reply", *place, text), text, thinking=kind == "thinking")
        elif kind == "tool_result":
            journal.keep_unknown("tool_result", block)
        elif kind != "redacted_thinking":
            journal.keep_unknown(f"assistant/{kind}", block)

    def call(self, call: bytes, tool: str, given: Record) -> None:
        """Add a use of a tool, and the edit that it asks for: nothing says that it failed."""
        journal = self.journal
        action = _ACTIONS.get(tool, Action.OTHER)
        path = text_at(given, "path", "file_path", "target_file", "target_directory", "target_notebook")
        files = parse_patch(text_at(given, "input", "patch") or "") if tool == "ApplyPatch" else []
        if files and path is None:
            path = files[0].path
        self.find_root(path or "")
        running = action is Action.RUN
        journal.call(
            call,
            tool,
            action,
            given,
            path=None if running else path,
            cwd=text_at(given, "working_directory") or "",
            command=text_at(given, "command") if running else None,
            query=text_at(given, "pattern", "query", "search_term", "url", "glob_pattern"),
            background=given.get("is_background") is True,
            leave_out=("contents",),
        )
        if files:
            apply(journal, call, files)
        elif path:
            self.change(call, tool, path, given)

    def change(self, call: bytes, tool: str, path: str, given: Record) -> None:
        """Add the edit that a call asks for."""
        journal = self.journal
        old, new, content = given.get("old_string"), given.get("new_string"), given.get("contents")
        if tool == "Write" and isinstance(content, str):
            write(journal, call, path, content)
        elif tool == "StrReplace" and isinstance(old, str) and isinstance(new, str):
            replace(journal, call, path, [(old, new, given.get("replace_all") is True)])
        elif tool == "Delete":
            delete(journal, call, path, journal.text_of(journal.resolve_path(path)))

    def find_root(self, path: str) -> None:
        """Note the project's folder, once a file in it is named: the folder's own name cannot be turned back."""
        if self.journal.session.root or not self.project:
            return
        parts = path.replace("\\", "/").split("/")
        for end in range(2, len(parts)):
            folder = "/".join(parts[:end])
            if _UNSAFE.sub("-", folder).strip("-").lower() == self.project.lower():
                self.journal.session.start_in(folder)
                return
