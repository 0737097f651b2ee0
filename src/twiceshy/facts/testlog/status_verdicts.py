"""What an exit status alone says: whether the one test, build or lint command of an unmasked line went well."""

import re

from twiceshy.facts.shell import command_heads, head_reader, programs
from twiceshy.facts.shell.masked_status import keeps_pipe_status, masks_status, sets_errexit
from twiceshy.facts.testlog import task_runners
from twiceshy.facts.testlog.all_parsers import PARSERS
from twiceshy.records.findings import CheckKind

_WORK = programs.level_of("cargo")
_NO_VERDICT = frozenset({124, 126, 127, 130, 137, 143})
"""A time limit, a program that is not there or a signal: the tool came to no judgement."""
_SCRIPTS = re.compile(
    r"(?:(?:npm|pnpm|yarn|bun) (?:run(?:-script)? )?|mise r(?:un)? |make |just |task |rake |composer |deno task "
    r"|turbo (?:run )?|nx (?:run )?|gradlew? |mvnw? |poe |hatch run |cargo make )([\w:.-]+)\Z"
)
"""Names under which projects keep their own commands."""
_HEADS: dict[str, tuple[str, CheckKind]] = {head: (leaf.tool, leaf.kind) for leaf in PARSERS for head in leaf.heads}
_PIPES = re.compile(r"&&|\|\||[;\n]")
_HEAD = re.compile(r"\|&?[ \t]*head\b(?:[ \t]+(?:-n[ \t]*|--lines[= ]|-)(\d{1,6}))?")
_WRITERS = frozenset({"prettier", "black"})
_CHECKING = re.compile(r"[ \t](?:--check|-c|-l|--list-different|--diff)\b")
"""Without one of these a formatter changes files, and its status says only that it could."""
ABSENT = re.compile(
    r"command not found|No module named|[Mm]issing script|: not found\Z|No such file or directory|is not recognized as"
    r"|could not determine executable|Could not find (?:a script|executable)|[Nn]o rule to make target"
    r"|[Uu]nknown (?:option|command|task)|[Uu]nrecognized (?:option|argument|subcommand)|unexpected argument"
    r"|no tests? ran"
    r"|[Ss]cript not found|[Nn]o tests? (?:files? )?found|[Pp]ermission denied|task \S{1,80} not found"
    r"|timed out"
)
"""The tool never got to its work, so that its status says nothing of the code."""
_SILENT = frozenset(head for leaf in PARSERS if leaf.silent for head in leaf.heads)


def _find_tool(head: str) -> tuple[str, CheckKind] | None:
    """Return tool and kind of a command's name; None where it is no test, build or lint command."""
    if head in _HEADS:
        return _HEADS[head]
    if script := _SCRIPTS.match(head):
        return None if (kind := task_runners.kind_of_task(script.group(1))) is None else (head, kind)
    return None


def find_tools_by_status(command: str, exit_code: int) -> list[tuple[str, CheckKind]]:
    """Return the tools on which the status is a verdict.

    For 0 these are all whose failure would have shown, else the only worker.
    """
    line = command_heads.parse_line(command)
    parts, last_op = line
    if exit_code in _NO_VERDICT or exit_code < 0 or last_op == "&" or any(part.op == "||" for part in parts):
        return []
    if exit_code:
        tool = None if masks_status(line, command) else _find_only_tool(parts)
        return [tool] if tool else []
    keeps, stops = keeps_pipe_status(command), sets_errexit(command)
    tools = (
        _find_tool(part.head)
        for place, part in enumerate(parts, 1)
        if _shows_failure(parts[place:], keeps=keeps, stops=stops)
    )
    writes = not _CHECKING.search(command)
    return list(dict.fromkeys(tool for tool in tools if tool and not (writes and tool[0] in _WRITERS)))


def _find_only_tool(parts: tuple[command_heads.ShellPart, ...]) -> tuple[str, CheckKind] | None:
    """Return the tool of the only part that does work; None where that is none, or there are several."""
    workers = [part for part in parts if _is_work(part)]
    return _find_tool(workers[0].head) if len(workers) == 1 else None


def _shows_failure(rest: tuple[command_heads.ShellPart, ...], *, keeps: bool, stops: bool) -> bool:
    """Tell whether a failure before ``rest`` would have ended the line with another status than 0."""
    if rest and rest[0].op == "|" and not keeps:
        return False
    return all(part.op in {"&&", "|"} or (part.op == ";" and stops) for part in rest)


def _is_work(part: command_heads.ShellPart) -> bool:
    """Tell whether a part of a line does work, and is no filter behind a pipe."""
    return part.level == _WORK and not (part.op == "|" and part.head in programs.FILTERS)


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


def find_silent_tool(command: str) -> tuple[str, CheckKind] | None:
    """Return the tool of a line whose only work says nothing when all is well; None for any other line."""
    workers = [part for part in command_heads.parse_line(command).parts if _is_work(part)]
    if len(workers) == 1 and workers[0].head in _SILENT:
        return _find_tool(workers[0].head)
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
