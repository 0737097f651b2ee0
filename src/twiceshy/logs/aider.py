"""Aider's chat history as events. The format, as documented, is described in ``aider.md``.

One page of Markdown holds all chats that were held in a folder, each below a line with its start. It only grows, but a
reply has no end until the next line, so that a changed page is read again from its start and known again by its uids.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from twiceshy.logs.aider_architect import USER_SIGN, mark_repeats
from twiceshy.logs.aider_replies import find_edit
from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import FilePatch, apply, replace, write
from twiceshy.logs.journal import Journal, Record
from twiceshy.logs.log_files import find_sources, read_document
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "aider"
_FILE: Final = ".aider.chat.history.md"
_START: Final = "# aider chat started at "
_APPLIED: Final = re.compile(r"Applied edit to (.+)")
_COMMITTED: Final = re.compile(r"Commit ([0-9a-f]{7,40}) ")
_TOKENS: Final = re.compile(r"Tokens: ([\d.,]+k?) sent(?:.*?([\d.,]+k?) cache hit)?.*?([\d.,]+k?) received")
_COST: Final = re.compile(r"Cost: \$(\d{1,6}(?:\.\d{1,9})?) message")
_FAILED: Final = (
    "The LLM did not conform to the edit format",
    "# 1 SEARCH/REPLACE block failed",
    "Failed to apply edit",
)
_LINE_END: Final = "  "
"""Ends what the client says, which may have several lines; only the first one is marked."""
_MODEL: Final = re.compile(r"(?:Main )?[Mm]odel: (\S+)")
_QUESTION_COMMANDS: Final = ("/ask ", "/code ", "/architect ", "/context ")
_SHELL_COMMANDS: Final = ("/run ", "/test ", "!")


class Aider:
    """Reads ``.aider.chat.history.md``."""

    name = _AGENT
    title = "Aider"
    traits = AgentTraits(keeps_folder=False, version=2)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return the file that the setting names; without it the history lies in each project, and must be named."""
        del home
        named = env.get("AIDER_CHAT_HISTORY_FILE")
        return [Path(named)] if named else []

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every history below the root."""
        return find_sources(_AGENT, root, lambda path: path.name == _FILE)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether a chat starts on one of the first lines."""
        return path.suffix == ".md" and (b"\n" + head[:2_000]).find(b"\n" + _START.encode()) >= 0

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole page; none if it is the one that the cursor stands for."""
        del limit_bytes
        page = _ChatPage(Journal(_AGENT, salt, ""), path.absolute().parent)
        return read_document(path, cursor, page.journal, page.parse, page.take)


class _ChatPage:
    """Takes the chats of a page into a journal, one session after the other."""

    def __init__(self, journal: Journal, folder: Path) -> None:
        self.journal = journal
        self.folder = folder
        self.index = 0
        self.said = ""
        journal.session.start_in(str(folder))

    def parse(self, data: bytes) -> list[object] | None:
        """Split the page into runs of lines of one kind: a start, the user, the client, the model."""
        stretches: list[Record] = []
        for kind, line in _name_lines(data.decode("utf-8", "replace")):
            if kind == "start" or not stretches or stretches[-1]["kind"] != kind:
                stretches.append({"kind": kind, "lines": []})
            stretches[-1]["lines"].append(line)
        return list[object](mark_repeats(stretches))

    def take(self, stretch: Record) -> str:
        """Take one run of lines."""
        kind, lines = str(stretch["kind"]), stretch["lines"]
        journal = self.journal
        self.index += int(stretch.get("count", 1))
        if kind == "start":
            self.start(lines[0].removeprefix(_START).strip())
        elif kind in ("user", "editor"):
            self.user("\n".join(line.removeprefix(USER_SIGN).rstrip() for line in lines), to_editor=kind == "editor")
        elif kind == "model":
            text = "\n".join(lines).strip()
            if text:
                journal.reply(journal.uid("reply", str(self.index)), text)
                self.said = text
        else:
            self.client([line.removeprefix(">").strip() for line in lines])
        return kind

    def start(self, time: str) -> None:
        """Begin another chat."""
        journal = self.journal
        journal.switch_session(f"{self.folder.name} {time}")
        journal.session.start_in(str(self.folder))
        self.index = 0
        self.said = ""
        journal.set_time(time)

    def user(self, text: str, *, to_editor: bool) -> None:
        """Take words of a person, a command to the client, or what one model has for another."""
        kind = PromptKind.SUBAGENT if to_editor else _kind_of_words(text)
        self.journal.prompt(self.journal.uid("prompt", str(self.index)), kind, text)

    def client(self, lines: list[str]) -> None:
        """Take the lines of the client: edits, commits, tokens, faults."""
        journal = self.journal
        notes = []
        for number, line in enumerate(lines):
            seed = f"{self.index} {number}"
            if found := _APPLIED.match(line):
                self.edit(journal.uid("call", seed), found[1].strip(), failed="")
            elif line.startswith(_FAILED):
                self.edit(journal.uid("call", seed), None, failed="\n".join(lines[number : number + 20]))
            elif found := _COMMITTED.match(line):
                journal.mark(journal.uid("commit", seed), MarkKind.NOTICE, "commit", line)
            elif found := _TOKENS.search(line):
                cached = _parse_count(found[2])
                taken = _parse_count(found[1]) - cached
                uid, output = journal.uid("usage", seed), _parse_count(found[3])
                journal.usage(uid, taken=taken, output=output, cache_read=cached, cost=_parse_cost(line))
            else:
                if model := _MODEL.match(line):
                    journal.model = model[1]
                notes.append(line)
        if text := "\n".join(notes).strip():
            journal.mark(journal.uid("notice", str(self.index)), MarkKind.NOTICE, "client", text)

    def edit(self, call: bytes, path: str | None, *, failed: str) -> None:
        """Add an edit that the client made of the model's last words, or could not make."""
        journal = self.journal
        journal.call(call, "edit", Action.EDIT, {"path": path} if path else {}, path=path)
        journal.result(call, failed or f"Applied edit to {path}", failure=Failure.ERROR if failed else None)
        if path is None:
            return
        said = find_edit(self.said, path)
        if said.pairs and not any(old for old, _ in said.pairs):
            write(journal, call, path, "".join(new for _, new in said.pairs), created=True)
        elif said.pairs:
            replace(journal, call, path, [(old, new, False) for old, new in said.pairs])
        elif said.hunks:
            apply(journal, call, [FilePatch("update", path, None, list(said.hunks))])
        elif said.whole is not None:
            write(journal, call, path, said.whole)


def _name_lines(text: str) -> Iterator[tuple[str, str]]:
    """Yield each line with who wrote it, without the blank ones between two writers."""
    kind, is_open = "", False
    for line in text.split("\n"):
        found, said = "start" if line.startswith(_START) else _kind_of(line), line
        if found == "model" and is_open and line.strip():
            found, said = "client", f"> {line}"
        if found == "model" and kind != "model" and not line.strip():
            is_open = False
            continue
        kind, is_open = found, found == "client" and not line.endswith(_LINE_END)
        yield kind, said


def _kind_of(line: str) -> str:
    """Return who wrote the line: ``user``, ``client`` or ``model``.

    The end of an edit block begins with ``>`` too, without a blank behind it.
    """
    if line.startswith(USER_SIGN):
        return "user"
    return "client" if line.startswith("> ") or line == ">" else "model"


def _kind_of_words(text: str) -> PromptKind:
    """Return what a person wrote: words, a command to the client, or one to the shell."""
    if text.startswith(_SHELL_COMMANDS):
        return PromptKind.SHELL
    if text.startswith("/"):
        return PromptKind.COMMAND if text.startswith(_QUESTION_COMMANDS) else PromptKind.BARE_COMMAND
    return PromptKind.TYPED


def _parse_count(written: str | None) -> int:
    """Parse a number of tokens as the client writes it, ``1,234`` or ``2.5k``; 0 where there is none."""
    if not written:
        return 0
    bare = written.replace(",", "")
    return round(float(bare.rstrip("k")) * (1_000 if bare.endswith("k") else 1))


def _parse_cost(line: str) -> float | None:
    """Parse the dollars of one message, to the cent; None where the line does not have them."""
    found = _COST.search(line)
    return float(found[1]) if found else None
