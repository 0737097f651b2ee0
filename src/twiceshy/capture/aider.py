"""Aider's chat history as events. The format, as documented, is described in ``aider.md``.

One page of Markdown holds all chats that were held in a folder, each below a line with its start. It only grows, but a
reply has no end until the next line, so that a changed page is read again from its start and known again by its uids.
"""

import re
from collections.abc import Iterator
from dataclasses import replace as changed
from pathlib import Path
from typing import Final

from twiceshy.capture.base import Batch, Source
from twiceshy.capture.changing import replace, write
from twiceshy.capture.documents import read_document, sources
from twiceshy.capture.journal import Journal, Record
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind, RawEvent, Session
from twiceshy.records.sources import Cursor

AGENT: Final = "aider"
FILE: Final = ".aider.chat.history.md"
START: Final = "# aider chat started at "
BLOCK: Final = re.compile(
    r"^(?P<path>[^\n`<>]+)\n(?:```|~~~)[^\n]*\n<{5,9} SEARCH\n(?P<old>.*?)^={5,9}\n(?P<new>.*?)^>{5,9} REPLACE",
    re.MULTILINE | re.DOTALL,
)
APPLIED: Final = re.compile(r"Applied edit to (.+)")
COMMITTED: Final = re.compile(r"Commit ([0-9a-f]{7,40}) ")
TOKENS: Final = re.compile(r"Tokens: ([\d.,]+k?) sent(?:.*?([\d.,]+k?) cache hit)?.*?([\d.,]+k?) received")
FAILED: Final = (
    "The LLM did not conform to the edit format",
    "# 1 SEARCH/REPLACE block failed",
    "Failed to apply edit",
)
MODEL: Final = re.compile(r"(?:Main )?[Mm]odel: (\S+)")
ASKING: Final = ("/ask ", "/code ", "/architect ", "/context ")
RUNNING: Final = ("/run ", "/test ", "!")


class Aider:
    """Reads ``.aider.chat.history.md``."""

    name = AGENT
    title = "Aider"

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Where the setting says; else it lies in each project, and must be named."""
        del home
        named = env.get("AIDER_CHAT_HISTORY_FILE")
        return [Path(named)] if named else []

    def find(self, root: Path) -> Iterator[Source]:
        """Every history below the root."""
        return sources(AGENT, root, lambda path: path.name == FILE)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Whether a chat starts on one of the first lines."""
        return path.suffix == ".md" and (b"\n" + head[:2_000]).find(b"\n" + START.encode()) >= 0

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Events of the whole page, if it is not the one that the cursor stands for."""
        del limit_bytes
        page = Page(Journal(AGENT, salt, ""), path.absolute().parent)
        batch = read_document(path, cursor, page.journal, page.parse, page.take)
        events: list[RawEvent] = sorted(batch.events, key=lambda event: not isinstance(event, Session))
        return changed(batch, events=events)


class Page:
    """Takes the chats of a page into a journal, one session after the other."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self.journal = journal
        self.folder = folder
        self.index = 0
        self.said = ""
        journal.start_in(str(folder))

    def parse(self, data: bytes) -> list[object] | None:
        """Stretches of one kind: a start, words of the user, of the client, of the model."""
        stretches: list[object] = []
        kind = ""
        lines: list[str] = []
        for line in data.decode("utf-8", "replace").split("\n"):
            is_start = line.startswith(START)
            found = "start" if is_start else kind_of(line)
            if found == "model" and not line.strip() and kind != "model":
                continue  # blank lines stand between stretches
            if found != kind or is_start:
                if lines:
                    stretches.append({"kind": kind, "lines": lines})
                kind, lines = found, []
            lines.append(line)
        if lines:
            stretches.append({"kind": kind, "lines": lines})
        return stretches

    def take(self, stretch: Record) -> str:
        """One stretch."""
        kind, lines = str(stretch["kind"]), stretch["lines"]
        journal = self.journal
        self.index += 1
        if kind == "start":
            self.start(lines[0].removeprefix(START).strip())
        elif kind == "user":
            self.user("\n".join(line.removeprefix("#### ").rstrip() for line in lines))
        elif kind == "model":
            text = "\n".join(lines).strip()
            if text:
                journal.reply(journal.uid("reply", str(self.index)), text)
                self.said = text
        else:
            self.client([line.removeprefix(">").strip() for line in lines])
        return kind

    def start(self, time: str) -> None:
        """Another chat; what is known of the one before is told."""
        journal = self.journal
        if journal.used:
            journal.events.append(journal.session_event())
        journal.name_session(f"{self.folder.name} {time}")
        journal.first = journal.last = None
        journal.used = False
        self.index = 0
        self.said = ""
        journal.set_time(time)

    def user(self, text: str) -> None:
        """Words of a person, or a command to the client."""
        kind = PromptKind.TYPED
        if text.startswith(RUNNING):
            kind = PromptKind.SHELL
        elif text.startswith("/"):
            kind = PromptKind.COMMAND if text.startswith(ASKING) else PromptKind.BARE_COMMAND
        self.journal.prompt(self.journal.uid("prompt", str(self.index)), kind, text)

    def client(self, lines: list[str]) -> None:
        """What the client tells: edits, commits, tokens, faults."""
        journal = self.journal
        notes = []
        for number, line in enumerate(lines):
            seed = f"{self.index} {number}"
            if found := APPLIED.match(line):
                self.edit(journal.uid("call", seed), found[1].strip(), failed="")
            elif line.startswith(FAILED):
                self.edit(journal.uid("call", seed), None, failed="\n".join(lines[number : number + 20]))
            elif found := COMMITTED.match(line):
                journal.mark(journal.uid("commit", seed), MarkKind.NOTICE, "commit", line)
            elif found := TOKENS.search(line):
                cached = count(found[2])
                taken = count(found[1]) - cached
                journal.usage(journal.uid("usage", seed), taken=taken, output=count(found[3]), cache_read=cached)
            else:
                if model := MODEL.match(line):
                    journal.model = model[1]
                notes.append(line)
        if text := "\n".join(notes).strip():
            journal.mark(journal.uid("notice", str(self.index)), MarkKind.NOTICE, "client", text)

    def edit(self, call: bytes, path: str | None, *, failed: str) -> None:
        """An edit that the client made of the model's last words, or could not make."""
        journal = self.journal
        journal.call(call, "edit", Action.EDIT, {"path": path} if path else {}, path=path)
        journal.result(call, failed or f"Applied edit to {path}", failure=Failure.ERROR if failed else None)
        if path is None:
            return
        pairs = [
            (found["old"], found["new"], False) for found in BLOCK.finditer(self.said) if found["path"].strip() == path
        ]
        if pairs and all(not old for old, _, _ in pairs):
            write(journal, call, path, "".join(new for _, new, _ in pairs), created=True)
        elif pairs:
            replace(journal, call, path, pairs)


def kind_of(line: str) -> str:
    """Whose line it is. The end of an edit block begins with ``>`` too, without a blank behind it."""
    if line.startswith("#### "):
        return "user"
    return "client" if line.startswith("> ") or line == ">" else "model"


def count(written: str | None) -> int:
    """A number of tokens as the client writes it: ``1,234`` or ``2.5k``."""
    if not written:
        return 0
    bare = written.replace(",", "")
    return round(float(bare.rstrip("k")) * (1_000 if bare.endswith("k") else 1))
