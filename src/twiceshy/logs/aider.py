"""Aider's chat history as events. The format, as documented, is described in ``aider.md``.

One page of Markdown holds all chats that were held in a folder, each below a line with its start. It only grows, but a
reply has no end until the next line, so that a changed page is read again from its start and known again by its uids.
"""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import FilePatch, apply, replace, write
from twiceshy.logs.journal import Journal, Record
from twiceshy.logs.log_files import find_sources, read_document
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

# Aider's architect mode: the model's whole reply is handed to the editor as its prompt, and written as a user's words.
#
# The client writes a second model's prompt just as it writes a person's. What tells them apart is that it repeats the
# reply before it, word for word and whole, in a chat that had the mode on.

USER_SIGN: Final = "#### "
_MODE_WORDS: Final = " with architect edit format"
"""In what the client says of its model."""
_MODE_COMMANDS: Final = ("#### /architect", "#### /chat-mode architect")


def mark_repeats(stretches: Sequence[Record]) -> list[Record]:
    """Return the stretches of a page with what was handed to the editor as ``editor``, and the reply before it as one.

    A reply's headings and quotes look like a user's and the client's lines; where it is repeated, they are known as its
    own. ``count`` says how many stretches one was made of.
    """
    found: list[Record] = []
    has_mode = False
    for stretch in stretches:
        kind, lines = stretch["kind"], stretch["lines"]
        has_mode = kind != "start" and (has_mode or _turns_mode_on(kind, lines))
        found.append(stretch)
        if kind == "user" and has_mode:
            _mark_repeat(found)
    return found


def _turns_mode_on(kind: str, lines: Sequence[str]) -> bool:
    """Tell whether the chat has the mode from these lines on."""
    if kind == "user":
        return lines[0].startswith(_MODE_COMMANDS)
    return kind == "client" and any(_MODE_WORDS in line for line in lines)


def _mark_repeat(found: list[Record]) -> None:
    """Mark the last stretch if it repeats a whole reply, which is then one stretch."""
    end = len(found) - 1
    if end and found[end - 1]["kind"] == "client":
        end -= 1
    said = _bare_lines([line.removeprefix(USER_SIGN) for line in found[-1]["lines"]])
    begin, count = end, 0
    while begin and count < len(said) and found[begin - 1]["kind"] not in ("start", "editor"):
        begin -= 1
        count += len(_bare_lines(found[begin]["lines"]))
    lines = [line for stretch in found[begin:end] for line in stretch["lines"]]
    if found[begin]["kind"] != "model" or _bare_lines(lines) != said:
        return
    found[-1] = found[-1] | {"kind": "editor"}
    found[begin:end] = [{"kind": "model", "lines": lines, "count": end - begin}]


def _bare_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines that are not blank, without blanks behind them."""
    return [bare for line in lines if (bare := line.rstrip()) and bare != "####"]


# What the model's words in an Aider chat change in a file, in each of the forms that Aider asks models for.
#
# The client says only that it applied an edit to a file. What it applied stands in the reply before: blocks to search
# and replace (``diff``, ``diff-fenced``), a patch (``udiff``) or the file's whole new text (``whole``).

_SEARCH: Final = re.compile(r"<{5,9} (?:SEARCH|ORIGINAL)>?\s*")
_DIVIDER: Final = re.compile(r"={5,9}\s*")
_REPLACE: Final = re.compile(r">{5,9} (?:REPLACE|UPDATED)\s*")
"""The marks of a block; the second names are those of 2023."""
_FENCE: Final = ("```", "~~~", "<source>", "<code>", "<pre>", "<codeblock>", "<sourcecode>")
_FENCES: Final = (*_FENCE, "</source>", "</code>", "</pre>", "</codeblock>", "</sourcecode>")
_LINES_ABOVE = 3
"""Lines above a block in which its file is named, fences among them. Guess, 2026-11-22: as far as the client looks."""
_NAME_SIGNS: Final = "*`#: \t"
"""What models put around a file's name above its text."""


class ReplyEdit(NamedTuple):
    """What a reply does to one file; one of the three is there."""

    pairs: tuple[tuple[str, str], ...] = ()
    """Texts and their replacements, in order."""
    hunks: tuple[list[str], ...] = ()
    """Lines of a patch with ``+``, ``-`` or a blank before them; where they stand is not said."""
    whole: str | None = None
    """The file's whole new text."""


def find_edit(reply: str, path: str) -> ReplyEdit:
    """Return what the reply does to the file; an edit of nothing where its form is not known."""
    pairs = tuple((old, new) for name, old, new in _list_blocks(reply) if name == path)
    if pairs:
        return ReplyEdit(pairs=pairs)
    fenced = list(_list_fenced(reply))
    hunks = tuple(hunk for _, lines in fenced for hunk in _read_hunks(lines, path))
    if hunks:
        return ReplyEdit(hunks=hunks)
    named = [lines for name, lines in fenced if name == path]
    if not named and len(fenced) == 1 and not fenced[0][0] and f"`{path}`" in reply:
        named = [fenced[0][1]]
    return ReplyEdit(whole="".join(f"{line}\n" for line in named[-1])) if named else ReplyEdit()


def _list_blocks(reply: str) -> list[tuple[str, str, str]]:
    """Return file, text and replacement of each block; one that names no file is of the file before."""
    found: list[tuple[str, str, str]] = []
    above: list[str] = []
    name, old, new = "", [""], [""]
    side: list[str] | None = None
    for line in reply.split("\n"):
        if side is None:
            if _SEARCH.fullmatch(line):
                name = _name_above(above) or name
                old, new = [], []
                side = old
            above = [*above[1 - _LINES_ABOVE :], line]
        elif side is old and _DIVIDER.fullmatch(line):
            side = new
        elif side is new and _REPLACE.fullmatch(line):
            found.append((name, "".join(old), "".join(new)))
            side, above = None, []
        else:
            side.append(f"{line}\n")
    return found


def _name_above(lines: list[str]) -> str:
    """Return the file's name in the lines above a block; empty where none is there."""
    bare = [line.strip() for line in lines if line.strip() and not line.startswith(_FENCES)]
    last = bare[-1].strip(_NAME_SIGNS) if bare else ""
    return last if last and " " not in last else ""


def _list_fenced(reply: str) -> list[tuple[str, list[str]]]:
    """Return the texts between fences, each with the name in the line above it."""
    found: list[tuple[str, list[str]]] = []
    above = ""
    inside = False
    for line in reply.split("\n"):
        if line.startswith(_FENCES):
            inside = not inside
            if inside:
                found.append((above.strip(_NAME_SIGNS), []))
        elif inside:
            found[-1][1].append(line)
        above = line
    return found[:-1] if inside else found  # without its end the client applies nothing


def _read_hunks(lines: list[str], path: str) -> list[list[str]]:
    """Return the hunks of a patch that are for the file; none where the lines are no patch."""
    hunks: list[list[str]] = []
    mine = False
    for before, line in zip(["", *lines], lines, strict=False):
        if line.startswith("+++ ") and before.startswith("--- "):
            mine = line[4:].strip() in (path, f"b/{path}")
        elif line.startswith("@@") and mine:
            hunks.append([])
        elif hunks and mine and line[:1] in ("+", "-", " ", "") and not line.startswith("--- "):
            hunks[-1].append(line or " ")
    return [hunk for hunk in hunks if hunk]


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
