"""What an exit status says: whether the test, build or lint commands of a line went well.

A line is read whole, by the shell's grammar: where the grammar does not take it nothing is claimed of its status.
"""

import re

from twiceshy.commands.shell import command_heads, head_reader, programs
from twiceshy.commands.shell.command_heads import ShellPart
from twiceshy.commands.shell.masked_status import keeps_pipe_status, masks_status, read_line, sets_errexit
from twiceshy.commands.testlog.all_parsers import PARSERS
from twiceshy.commands.testlog.check_tools import CheckTool, find_tool, is_own_test

_WORK = programs.level_of("cargo")
_PIPES = re.compile(r"&&|\|\||[;\n]")
_HEAD = re.compile(r"\|&?[ \t]*head\b(?:[ \t]+(?:-n[ \t]*|--lines[= ]|-)(\d{1,6}))?")
_WRITERS = frozenset({"prettier", "black"})
_CHECKING = re.compile(r"[ \t](?:--check|-c|-l|--list-different|--diff)\b")
"""Without one of these a formatter changes files, and its status says only that it could."""
NO_TESTS = re.compile(
    r"no tests? ran|[Nn]o tests? (?:files? )?(?:were )?found|[Nn]o tests? to run|\d+ deselected(?:, \d+ \w+)* in "
    r"|None of the selected packages has an? |No projects matched the filters|No tasks were (?:run|executed)"
)
"""Nothing was looked at, so that the status says nothing of the code."""
_SILENT = frozenset(head for leaf in PARSERS if leaf.silent for head in leaf.heads)
_PRINTED = re.compile(r"\$(?:\?|\{\?\}|\{PIPESTATUS\[0\](?::-\$\?)?\}|\{?(?:rc|RC|status|STATUS|code|CODE|EXIT)\}?)")
"""A status that a line prints itself."""


def find_tools(command: str) -> list[CheckTool]:
    """Return all tools of a line, whether their status shows or not."""
    line = read_line(command)
    parts = command_heads.parse_line(command).parts if line is None else line.parts
    return list(dict.fromkeys(tool for part in parts if (tool := find_tool(part))))


def find_passed_tools(command: str) -> list[CheckTool]:
    """Return the tools of a line that ended with 0 whose failure would have shown."""
    line = read_line(command)
    if line is None or line.last_op == "&" or any(part.conditional for part in line.parts):
        return []
    parts = line.parts
    if any(part.op == "||" and not part.fails for part in parts):
        return []
    keeps, stops = keeps_pipe_status(command), sets_errexit(command)
    tools = (
        find_tool(part)
        for place, part in enumerate(parts, 1)
        if _shows_failure(parts[place:], keeps=keeps, stops=stops)
    )
    writes = not _CHECKING.search(command)
    return list(dict.fromkeys(tool for tool in tools if tool and not (writes and tool.tool in _WRITERS)))


def find_failed_tools(command: str) -> list[CheckTool]:
    """Return the tools of which one failed, in a line that ended with another status than 0.

    Empty where the status may be that of something else.
    """
    line = read_line(command)
    if line is None or masks_status(line, command):
        return []
    workers = [part for part in line.parts if _is_work(part)]
    tools = [tool for part in workers if (tool := find_tool(part))]
    return tools if len(tools) == len(workers) else []


def find_printed_status(command: str, output: str) -> tuple[list[CheckTool], int] | None:
    """Return the tools just before a status that the line prints, and that status; None where it prints none.

    >>> find_printed_status("go vet ./...; echo exit=$?", "exit=1")[1]
    1
    """
    if "$" not in command or (line := read_line(command)) is None:
        return None
    for place, part in enumerate(line.parts):
        found = _PRINTED.search(part.words) if part.head in {"echo", "printf"} else None
        if found is not None and place and part.op == ";":
            return _read_printed(line.parts[:place], part, found, command, output)
    return None


def _read_printed(
    before: tuple[ShellPart, ...], part: ShellPart, found: re.Match[str], command: str, output: str
) -> tuple[list[CheckTool], int] | None:
    """Return the tools of the chain before a part that prints their status, and that status."""
    shows_pipe = "PIPESTATUS[0]" in found.group() or keeps_pipe_status(command)
    status = None if before[-1].op == "|" and not shows_pipe else _find_number(part.words, found, output)
    start = len(before) - 1
    while start and before[start].op in {"|", "&&"}:
        start -= 1
    tools = [tool for one in before[start:] if (tool := find_tool(one))]
    return (tools, status) if tools and status is not None else None


def _find_number(words: str, found: re.Match[str], output: str) -> int | None:
    """Return the number that stands where a line prints a status."""
    before = words[: found.start()].partition(" ")[2].strip("\"'")
    label = re.escape(before[-20:].lstrip())
    if not label:
        return None
    hits = re.findall(rf"(?m){label}(\d{{1,3}})\b", output[-2000:])
    return int(hits[-1]) if hits else None


def _shows_failure(rest: tuple[ShellPart, ...], *, keeps: bool, stops: bool) -> bool:
    """Tell whether a failure before ``rest`` would have ended the line with another status than 0."""
    if rest and rest[0].op == "|" and not keeps:
        return False
    return all(part.op in {"&&", "|"} or part.fails or (part.op == ";" and stops) for part in rest)


def _is_work(part: ShellPart) -> bool:
    """Tell whether a part of a line does work, and is no filter behind a pipe."""
    return (part.level == _WORK or is_own_test(part)) and not (part.op == "|" and part.head in programs.FILTERS)


def count_head_lines(command: str) -> int | None:
    """Return how many lines ``head`` left of what a tool may have said; None where no such pipe ends in it."""
    if "head" not in command:
        return None
    numbers = []
    for pipe in _PIPES.split(command[: head_reader.MOST_CHARACTERS]):
        if found := _HEAD.search(pipe):
            heads = command_heads.command_names(pipe[: found.start()])
            if not heads or not all(_is_display(head) or head in _SILENT for head in heads):
                numbers.append(int(found.group(1) or 10))
    return min(numbers, default=None)


def find_silent_tool(command: str) -> CheckTool | None:
    """Return the tool of a line whose only work says nothing when all is well; None for any other line."""
    line = read_line(command)
    workers = [part for part in line.parts if _is_work(part)] if line is not None else []
    if len(workers) == 1 and workers[0].head in _SILENT:
        return find_tool(workers[0])
    return None


def only_shows(command: str) -> bool:
    """Tell whether the line runs nothing that could be a test: it shows files or history, or searches."""
    heads = command_heads.command_names(command)
    if "<<" in command:  # what is written or fed may be cut from the command, and with it what is run
        return False
    return (
        bool(heads) and all(map(_is_display, heads)) and not _LOG_FILE.search(command) and not _OWN_TEST.search(command)
    )


def _is_display(head: str) -> bool:
    """Tell whether a command of that name only shows what is there."""
    return (
        head in _DISPLAY_COMMANDS
        or head in programs.TALKING
        or head in programs.PREPARING
        or head.startswith(_DISPLAY_FAMILIES)
    )


_DISPLAY_COMMANDS = programs.FILTERS | frozenset(
    {
        "ls",
        "find",
        "fd",
        "tree",
        "diff",
        "cmp",
        "stat",
        "file",
        "du",
        "df",
        "date",
        "whoami",
        "env",
        "printenv",
        "curl",
        "wget",
        "sqlite3",
        "psql",
        "man",
        "git log",
        "git show",
        "git diff",
        "git blame",
        "git grep",
        "git status",
        "git ls-files",
        "git ls-tree",
        "git cat-file",
        "git stash",
        "git reflog",
        "git rev-parse",
        "git branch",
        "claude",
        "codex exec",
        "gemini",
        "tldr",
        "ag",
        "ack",
        "glow",
        "mdcat",
        "ps",
        "pgrep",
        "basename",
        "dirname",
    }
)
_DISPLAY_FAMILIES = ("gh ", "glab ", "entire ", "npm view", "npm info", "pip show", "codex", "rtk grep", "rtk read")
_OWN_TEST = re.compile(r"(?:\A|[\s;&|(])[\w.~-]*/(?:[\w.-]{1,80}/){0,8}test(?=\s|\Z)")
"""A project's own program of that name, not the shell's word for conditions: ``bin/test``."""
_LOG_FILE = re.compile(r"\b(?:tail|cat|head)\b[^|;&\n]{0,200}\.(?:log|out|output)\b")
"""A log that is looked at is how a run in the background is seen to end."""
