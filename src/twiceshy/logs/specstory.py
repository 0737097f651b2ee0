"""SpecStory's histories as events: a preview. The format is described in ``specstory.md``.

SpecStory writes the sessions of several agents as pages of Markdown into each project. A page is for people: what a
client logged besides (tokens, ids, most of an edit's text) is gone, so that an agent's own log says more where there is
one. A page is written anew as the session grows, and read whole.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from twiceshy.logs.base import AgentTraits, Batch, Source
from twiceshy.logs.edit_events import FilePatch, apply, write
from twiceshy.logs.journal import UUID, Journal, Record
from twiceshy.logs.log_files import find_sources, read_document
from twiceshy.logs.refusals import is_refusal
from twiceshy.logs.specstory_first_form import (
    CANCELLED,
    ShownStep,
    list_steps,
    split_turns,
    start_of_page,
    time_of_name,
)
from twiceshy.records.events import Action, Failure, MarkKind, PromptKind
from twiceshy.records.ingest import Cursor

_AGENT: Final = "specstory"
_FOLDER: Final = ".specstory"
_SESSION: Final = re.compile(
    r"<!-- (?P<agent>[A-Za-z][A-Za-z ]{2,40}) Session (?P<id>[\w.-]{4,80}) \((?P<at>[^)]{4,40})\) -->"
)
_TURN: Final = re.compile(
    r"_\*\*(?P<who>User|Agent|Assistant)(?P<side> - sidechain)?(?: \((?P<about>[^()\n]{1,120})\))?\*\*_\s*"
)
_TIME: Final = re.compile(r"(?:(?P<model>\S+) )?(?P<at>\d{4}-\d\d-\d\d[ T][\d:.]{5,15}(?:Z|[+-]\d\d:?\d\d)?)")
_TOOL: Final = re.compile(r'<tool-use data-tool-type="(?P<type>[\w-]*)" data-tool-name="(?P<name>[^"]*)">')
_OLD_TOOL: Final = re.compile(r"Tool use: \*\*(?P<name>[\w.-]+)\*\*(?P<rest>.*)")
_FENCE: Final = re.compile(r"(?P<ticks>`{3,})(?P<language>[\w+-]*)\s*")
_SPAN: Final = re.compile(r"`([^`\n]+)`")
_PATHS: Final = (
    re.compile(r"(?:^|\n)(?:Path|Edit file|Write file|Read file|File): `([^`\n]+)`"),
    re.compile(r"\*\*(?:Add|Update|Delete|Move to): `([^`\n]+)`\*\*"),
    re.compile(r"(?:Edit|Read|Write|Create) file: ([^<\n]+)"),
    re.compile(r"(?:The file|created successfully at:?) (/\S+|[A-Za-z]:\\\S+)"),
)
_STATUS: Final = re.compile(r"(?:^|\n)(?:Error: )?(?:Exit code:?|Process exited with code) (-?\d{1,10})\b")
_FAILED: Final = re.compile(r"(?:Output: )?(?:<tool_use_error>|Error: |Error executing )|File has not been read yet")
_ACTIONS: Final = {
    "read": Action.READ,
    "search": Action.SEARCH,
    "grep": Action.SEARCH,
    "write": Action.EDIT,
    "task": Action.PLAN,
}
"""By SpecStory's own type of a tool."""
_MINUTE: Final = 16
"""Characters of a time as the page has it, up to its minute. Guess, 2026-11-22: a body follows within seconds."""
_NAMES: Final = (
    (re.compile(r"ask.?(?:user)?.?question|ask_user|request_user_input", re.IGNORECASE), Action.ASK),
    (re.compile(r"exit.?plan|enter.?plan", re.IGNORECASE), Action.PLAN),
    (re.compile(r"web|fetch|url", re.IGNORECASE), Action.WEB),
    (re.compile(r"(?:write|create)_?(?:to_)?(?:file)?", re.IGNORECASE), Action.WRITE),
    (re.compile(r"ls|list_dir\w*|glob|grep\w*", re.IGNORECASE), Action.SEARCH),
    (re.compile(r"task|agent|\w*subagents?", re.IGNORECASE), Action.DELEGATE),
    (re.compile(r"(?:\w*_)?(?:bash|shell|command|terminal|powershell)(?:_command)?", re.IGNORECASE), Action.RUN),
)
"""By its name, where that says more than the type."""


class SpecStory:
    """Reads ``.specstory/history/*.md`` of a project."""

    name = _AGENT
    title = "SpecStory (preview)"
    traits = AgentTraits(version=2)

    def roots(self, env: dict[str, str], home: Path) -> list[Path]:
        """Return nothing: histories lie in projects, and repeat what agents' own logs say; they must be named."""
        del env, home
        return []

    def find(self, root: Path) -> Iterator[Source]:
        """Yield every history below the root."""
        return find_sources(_AGENT, root, lambda path: path.suffix == ".md" and _FOLDER in path.parts)

    def recognises(self, path: Path, head: bytes) -> bool:
        """Tell whether the page names its session near the start, or begins with a turn as the first pages do."""
        text = head[:1_000].decode("utf-8", "replace")
        return path.suffix == ".md" and (_SESSION.search(text) is not None or start_of_page(text) is not None)

    def read(self, path: Path, cursor: Cursor, *, salt: bytes, limit_bytes: int) -> Batch:
        """Return the events of the whole page; none if it is the one that the cursor stands for."""
        del limit_bytes
        page = _History(Journal(_AGENT, salt, path.stem), path.stem)
        parts = path.absolute().parts
        if _FOLDER in parts:
            page.journal.session.start_in(str(Path(*parts[: parts.index(_FOLDER)])))
        return read_document(path, cursor, page.journal, page.parse, page.take)


_WORDED: Final = frozenset({Action.EDIT, Action.WRITE, Action.ASK, Action.PLAN})
"""What the client itself answers, so that its sentence there is its own: a page has no other mark of who wrote it."""


class _Use(NamedTuple):
    """A use of a tool, as a page shows it."""

    type: str
    tool: str
    lines: list[str]


class _History:
    """Takes a page's turns into a journal."""

    def __init__(self, journal: Journal, stem: str) -> None:
        self.journal = journal
        self.stem = stem
        self.seed = ""
        self.uses = 0
        self.command_at: str | None = None
        """When the last turn was a command: its body, written by the client, follows at once."""

    def parse(self, data: bytes) -> list[object] | None:
        """Split the page into turns; None where it neither names a session nor has the first form."""
        text = data.decode("utf-8", "replace")
        found = _SESSION.search(text, 0, 2_000)
        if found is None:
            return self.parse_first(text)
        session = self.journal.session
        self.journal.name_session(found["id"])
        session.entrypoint = found["agent"]
        session.real = bool(UUID(found["id"]) or found["id"].isalnum())
        self.journal.set_time(found["at"])
        turns: list[object] = []
        lines: list[str] = []
        fence = ""
        for line in text[found.end() :].split("\n"):
            if not fence and (head := _TURN.fullmatch(line)):
                lines = []
                turns.append({"head": head, "lines": lines, "number": len(turns)})
            else:
                fence = _follow_fence(fence, line)
                lines.append(line)
        return turns

    def parse_first(self, text: str) -> list[object] | None:
        """Split a page of the first form into turns; its file's name stands for the session that it does not name."""
        found = start_of_page(text)
        if found is None:
            return None
        start, at = found
        named = time_of_name(self.stem)
        self.journal.session.real = named is not None
        self.journal.set_time(named or at)
        turns = split_turns(text[start:])
        return [{"who": who, "lines": lines, "number": number} for number, (who, lines) in enumerate(turns)]

    def take_first(self, turn: Record) -> str:
        """Take one turn of a page of the first form."""
        self.seed = f"{turn['number']}"
        if turn["who"] == "User":
            self.user("\n".join(_strip_rule(turn["lines"])).strip(), None)
            return "user"
        for step in list_steps(turn["lines"]):
            self.step(step)
        return "agent"

    def step(self, step: ShownStep) -> None:
        """Add what the page shows of a step; a change has no file's name there, and is a call alone."""
        journal = self.journal
        self.uses += 1
        seed = str(self.uses)
        if step.tool == CANCELLED:
            journal.mark(journal.uid("notice", seed), MarkKind.NOTICE, "cancelled", step.text)
        elif not step.tool:
            journal.reply(journal.uid("reply", self.seed, seed), step.text)
        else:
            call = journal.uid("call", seed, step.tool)
            given = {"title": step.asked} if step.asked else {}
            journal.call(call, step.tool, step.action, given, path=step.path, command=step.command)
            if step.text or step.action is not Action.RUN:
                failure, status = _judge_output(step.action, step.text, "")
                journal.result(call, step.text, failure=failure, exit_code=status)

    def take(self, turn: Record) -> str:
        """Take one turn."""
        if "who" in turn:
            return self.take_first(turn)
        head: Any = turn["head"]
        journal, about = self.journal, _TIME.fullmatch(head["about"] or "")
        if about is not None:
            journal.set_time(about["at"])
        journal.model = (about["model"] if about else head["about"]) if head["who"] != "User" else None
        journal.run = journal.run_id("sidechain") if head["side"] else None
        self.seed = f"{turn['number']} {head['about']}"
        lines = _strip_rule(turn["lines"])
        if head["who"] == "User":
            self.user("\n".join(lines).strip(), head["about"])
            return "user"
        self.agent(lines)
        return "agent"

    def user(self, text: str, at: str | None) -> None:
        """Add words of the user's side; what follows a command within the minute and at once is the command's body."""
        journal = self.journal
        kind = PromptKind.SUBAGENT if journal.run else PromptKind.TYPED
        if not text:
            return
        if at and self.command_at and self.command_at[:_MINUTE] == at[:_MINUTE] and kind is PromptKind.TYPED:
            kind = PromptKind.META
        before = len(journal.events)
        journal.prompt(journal.uid("prompt", self.seed), kind, text)
        commands = (PromptKind.COMMAND, PromptKind.BARE_COMMAND)
        self.command_at = at if getattr(journal.events[before], "kind", None) in commands else None

    def agent(self, lines: list[str]) -> None:
        """Add what the model thought, said and used."""
        self.command_at = None
        said: list[str] = []
        used: list[_Use] = []
        fence, inside = "", False
        for line in lines:
            if inside:
                fence = _follow_fence(fence, line)
                inside = bool(fence) or not line.rstrip().endswith("</tool-use>")
                used[-1].lines.append(line)
            elif found := _TOOL.match(line):
                used.append(_Use(found["type"], found["name"], [line[found.end() :]]))
                inside = True
            elif found := _OLD_TOOL.fullmatch(line):
                used.append(_Use("old", found["name"], [found["rest"]]))
            elif used and used[-1].type == "old":
                used[-1].lines.append(line)
            else:
                said.append(line)
        self.say("\n".join(said))
        for use in used:
            self.use(use)

    def say(self, text: str) -> None:
        """Add thoughts and words."""
        thoughts, rest = _split_thoughts(text)
        for thinking, words in ((True, thoughts), (False, rest)):
            if words:
                self.journal.reply(self.journal.uid("reply", self.seed, str(thinking)), words, thinking=thinking)

    def use(self, use: _Use) -> None:
        """Add a use of a tool with what it gave back and, where the page shows it, the edit that it made."""
        journal = self.journal
        self.uses += 1
        call = journal.uid("call", str(self.uses), use.tool)
        body = "\n".join(use.lines).replace("&#96;", "`")
        fences = _list_fences(body)
        action = _action_of(use)
        command = _command_of(body, fences) if action is Action.RUN else None
        path = _path_of(action, body)
        journal.call(call, use.tool, action, {}, path=path, command=command)
        output = _output_of(action, body, fences)
        failure, status = _judge_output(action, output, body)
        journal.result(call, output, failure=failure, exit_code=status)
        if failure is None and path and action in (Action.EDIT, Action.WRITE):
            self.change(call, path, fences)

    def change(self, call: bytes, path: str, fences: list[tuple[str, str]]) -> None:
        """Add the edit that the page shows."""
        patch = next((text for language, text in fences if language == "diff"), None)
        content = next((text for language, text in fences if language not in ("diff", "text", "")), None)
        if patch is not None:
            hunks = _read_hunks(patch)
            if any(line[:1] in "+-" for hunk in hunks for line in hunk):
                apply(self.journal, call, [FilePatch("update", path, None, hunks)])
        elif content is not None:
            write(self.journal, call, path, f"{content}\n")


def _read_hunks(patch: str) -> list[list[str]]:
    """Return the lines of a patch by hunk; where they stand is not always said."""
    hunks = []
    for part in re.split(r"^@@.*\n?", patch, flags=re.MULTILINE):
        lines = [line or " " for line in part.split("\n")]
        hunks.append([line for line in lines if line[:1] in ("+", "-", " ")])
    return [hunk for hunk in hunks if any(line.strip() for line in hunk)]


def _path_of(action: Action, body: str) -> str | None:
    """Return the file that a use names: in one of the forms, else between ticks where it looks like a path."""
    named = next((found[1].strip() for form in _PATHS if (found := form.search(body))), None)
    if named is not None or action not in (Action.READ, Action.EDIT, Action.WRITE):
        return named
    span = _SPAN.search(body)
    return span[1] if span and ("/" in span[1] or "." in span[1]) else None


def _follow_fence(fence: str, line: str) -> str:
    """Return the ticks of the fence that is open behind the line; empty where none is."""
    if fence:
        return "" if line.rstrip() == fence else fence
    found = _FENCE.fullmatch(line)
    return found["ticks"] if found else ""


def _strip_rule(lines: list[str]) -> list[str]:
    """Return the lines without the rule that stands between turns, and blank ones around."""
    end = len(lines)
    while end and lines[end - 1].strip() in ("", "---"):
        end -= 1
    return lines[:end]


def _split_thoughts(text: str) -> tuple[str, str]:
    """Return the model's thoughts and its words."""
    thoughts, rest = [], []
    for part in text.split("<think><details><summary>Thought Process</summary>"):
        inside, mark, behind = part.partition("</details></think>")
        thoughts += [inside.strip()] if mark else []
        rest.append(behind.strip() if mark else part.strip())
    return "\n\n".join(filter(None, thoughts)), "\n\n".join(filter(None, rest))


def _list_fences(body: str) -> list[tuple[str, str]]:
    """Return language and text of each text between fences."""
    found: list[tuple[str, list[str]]] = []
    fence = ""
    for line in body.split("\n"):
        before, fence = fence, _follow_fence(fence, line)
        if fence and not before:
            head = _FENCE.fullmatch(line)
            found.append((head["language"] if head else "", []))
        elif fence:
            found[-1][1].append(line.replace("\\```", "```"))
    return [(language, "\n".join(lines)) for language, lines in found]


def _action_of(use: _Use) -> Action:
    """Return what the tool does, by its name where that says more than the type."""
    named = next((action for form, action in _NAMES if form.fullmatch(use.tool)), None)
    return named or _ACTIONS.get(use.type) or Action.OTHER


def _command_of(body: str, fences: list[tuple[str, str]]) -> str | None:
    """Return the command: between single ticks, or fenced as a script where it has several lines."""
    script = next((text for language, text in fences if language in ("bash", "sh", "shell")), None)
    if script is not None:
        return script
    before = body.partition("\n```")[0]
    spans = _SPAN.findall(before)
    return spans[-1] if spans else None


def _output_of(action: Action, body: str, fences: list[tuple[str, str]]) -> str:
    """Return what the tool gave back."""
    texts = [text for language, text in fences if language in ("text", "")]
    if texts:
        return texts[-1]
    if action is Action.ASK:
        return body.partition("**Answer:**")[2].partition("</details>")[0].strip()
    _, mark, behind = body.rpartition("\nOutput: ") if "\nOutput: " in body else body.rpartition("\nResult: ")
    return behind.partition("\n</details>")[0].strip() if mark else ""


def _judge_output(action: Action, output: str, body: str) -> tuple[Failure | None, int | None]:
    """Return why the tool did not do what was asked, and the exit status; None where the page does not say."""
    if action in _WORDED and is_refusal(output):
        return Failure.REJECTED, None
    found = _STATUS.search(output[:400]) if action is Action.RUN else None
    if found is not None:
        status = int(found[1])
        return (Failure.ERROR if status else None), status
    return (Failure.ERROR if "\n**Error:**\n" in body or _FAILED.match(output) else None), None
