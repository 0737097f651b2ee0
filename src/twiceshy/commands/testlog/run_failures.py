"""Runs that failed without a word of the tool itself: it is not there, it crashed, it was ended, or a hook said no.

Whatever was printed before does not count then. What is said here is that the run failed, not that the code is wrong.
"""

import re

from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems
from twiceshy.commands.testlog.status_verdicts import find_tools
from twiceshy.records.findings import CheckKind, Problem, VerdictBasis

_NAMED = re.compile(
    r"(?m)^(?:.{0,80}: )?(?:command not found: (?P<zsh>\S{1,80})|(?P<sh>[\w./@+-]{1,120}): (?:command )?not found"
    r"|.{0,200}: No module named '?(?P<module>[\w.]{1,80})'?(?:;.{0,80})?"
    r"|.{0,40}spawn (?P<spawn>\S{1,120}) ENOENT.{0,80})\r?$"
)
"""A program that the shell or a runner did not find, by its name."""
_UNNAMED = re.compile(
    r"could not determine executable to run|[Mm]issing script: |Script not found [\"']|Could not find a script"
    r"|error: no such command: |[Nn]o rule to make target|task \S{1,80} not found|[Nn]o task(?:s)? (?:named|found)"
    r"|is not recognized as an internal or external command"
)
"""The same without a name that could be compared, or of a task."""
_NOT_FOUND = 127
"""By definition of shells."""
_NOT_RUN = 126
"""By definition of shells: found, and not to be run."""
_FIRST_SIGNAL = 128
"""By definition of shells: what is greater is this and a signal's number."""
_TIME_LIMIT = 124
"""By definition of timeout."""
_CRASH = re.compile(
    r"(?m)^(?:.{0,120}: )?(?:.{0,40}\b[Ss]egmentation fault(?: \(core dumped\))?|Aborted(?: \(core dumped\))?|Bus error"
    r"|Illegal instruction|Fatal Python error: .*|FATAL ERROR: .*(?:heap|memory).*"
    r"|fatal error: (?:all goroutines|runtime).*|INTERNALERROR> .*Error.*|Killed)\s*$"
)
_ENDED = re.compile(
    r"\A(?:Exit code \d{1,3}\n)?Command timed out after|\bcommand timed out after \d|timed out and has been killed"
)
"""What agents write about a command that they ended at its time limit."""
_ENDED_WITHIN = 2_000
"""Characters of the beginning in which they write it (guess, 2026-11-22)."""
_MESSAGE = 200
"""Characters kept of a line that says what failed (guess, 2026-11-22)."""


def find_failure(
    tools: list[CheckTool], shown: list[CheckTool], log: CommandOutput, exit_code: int | None
) -> tuple[CheckTool, VerdictBasis] | None:
    """Return the tool of a line that failed without a word of its own, and what says so; None where none did.

    ``shown`` are the tools of which the line's status speaks.
    """
    if exit_code == 0 and shown:
        return None
    if (absent := _find_absent(tools, shown, log, exit_code)) is not None:
        return absent, "absent"
    if exit_code and not shown:
        said = next((tool for tool in tools if complains(tool, log)), None)
        return None if said is None else (said, "status")
    return ((shown or tools)[0], "ended") if is_ended(log, exit_code) or has_crashed(log) else None


def _find_absent(
    tools: list[CheckTool], shown: list[CheckTool], log: CommandOutput, exit_code: int | None
) -> CheckTool | None:
    """Return the tool that was not there, by its name, else by the line's status."""
    named = next((tool for tool in tools if is_absent(tool, log, exit_code or None)), None)
    return shown[0] if named is None and shown and exit_code in {_NOT_FOUND, _NOT_RUN} else named


def is_absent(tool: CheckTool, log: CommandOutput, exit_code: int | None) -> bool:
    """Tell whether a tool of the line was not there to run."""
    named = list(_NAMED.finditer(log.text[-_LOOKED_AT:]))
    for hit in named:
        name = next(group for group in hit.groups() if group).rsplit("/", 1)[-1]
        if _is_of(name, tool, log, by_runner=exit_code not in {0, None} and hit["module"] is None):
            return True
    return not named and exit_code != 0 and _UNNAMED.search(log.text[-_LOOKED_AT:]) is not None


_LOOKED_AT = 20_000
"""Characters of the end of an output in which such words stand (guess, 2026-11-22)."""


def complains(tool: CheckTool, log: CommandOutput) -> bool:
    """Tell whether a tool itself says, under its own name, why it did not do its work: ``mypy: error: ...``."""
    own = re.escape(tool.tool.partition(" ")[0])
    found = re.search(rf"(?m)^{own}(?: \w+)?: (?!\W*(?:{_HARMLESS}))\S", log.text[-_LOOKED_AT:])
    return found is not None


_HARMLESS = "warn|info|note|download|find|extract|add|upgrad|creat|using|finished|found|trigger"
"""Beginnings of what tools say under their own name while they work."""


def _is_of(name: str, tool: CheckTool, log: CommandOutput, *, by_runner: bool) -> bool:
    """Tell whether a program that is not there is a tool, or what a script runner was to start for it."""
    names = {tool.tool, *tool.tool.split()}
    if name in names or name.partition(".")[0] in names - {"python"}:
        return True
    return by_runner and any(f"{mark} {name}" in log.text for mark in ("$", ">"))


def is_ended(log: CommandOutput, exit_code: int | None) -> bool:
    """Tell whether a run crashed or was ended from outside."""
    if exit_code is not None and (exit_code > _FIRST_SIGNAL or exit_code < 0 or exit_code == _TIME_LIMIT):
        return True
    return exit_code != 0 and _ENDED.search(log.text[:_ENDED_WITHIN]) is not None


def has_crashed(log: CommandOutput) -> bool:
    """Tell whether the words of a crash stand in an output whose status does not show."""
    return log.has("ault", "Abort", "error", "ERROR", "INTERNAL", "Killed") and _CRASH.search(log.text) is not None


_HOOK_FAILED = re.compile(
    r".{0,60}(?:husky - (?:[\w-]{1,20} )?(?:hook|script) (?:failed|exited)|husky - [\w-]{1,20} (?:failed|hook exited)"
    r"|(?:pre-commit|pre-push|commit-msg|prepare-commit-msg|pre-merge-commit) hook (?:failed|declined|exited|rejected)"
    r"|\[remote rejected\].{0,200}hook declined|hook exited with (?:code|status) [1-9])"
)
_HOOK_LINE = re.compile(r"(\S.{1,90}?)\.{3,}(?:\(.{1,60}\))?Failed\Z")


def _read_hook(log: CommandOutput) -> OutputReading | None:
    """Return red where a hook of git says that it failed."""
    problems = (
        [Problem(message=hit.group(1)) for hit, _ in log.match_lines("...", _HOOK_LINE)] if log.has("hook id:") else []
    )
    problems += [Problem(message=line.text.strip()[:_MESSAGE]) for _, line in log.match_lines("hook", _HOOK_FAILED)]
    problems += [Problem(message=line.text.strip()[:_MESSAGE]) for _, line in log.match_lines("husky", _HOOK_FAILED)]
    return OutputReading(green=False, by="lines", problems=keep_problems(problems)) if problems else None


HOOK = OutputParser(tool="git hook", kind="lint", marks=("hook", "husky"), read=_read_hook)


_SCRIPT_FAILED = (
    ("npm ", re.compile(r"npm (?:ERR!|error) command (?:\S{1,20} -c|[\w/]+sh -c) (.{1,300})\Z")),
    ("Command failed", re.compile(r".{0,60}\bCommand failed with exit code \d{1,3}: (.{1,300})\Z")),
)


def _make_script_parser(kind: CheckKind) -> OutputParser:
    """Return the parser of scripts of one kind of which npm or pnpm says that their command failed."""

    def read(log: CommandOutput) -> OutputReading | None:
        """Return red where such a command failed; which of a chain it was is not said, so the first counts."""
        for mark, pattern in _SCRIPT_FAILED:
            for hit, _ in log.match_lines(mark, pattern):
                tools = find_tools(hit.group(1))
                if tools and tools[0].kind == kind:
                    problem = Problem(message=f"{hit.group(1)[:_MESSAGE]} failed")
                    return OutputReading(green=False, by="lines", problems=(problem,))
        return None

    return OutputParser(
        tool=f"{kind} script", kind=kind, marks=("npm error command", "npm ERR! command", "Command failed"), read=read
    )


FAILURES: tuple[OutputParser, ...] = (
    HOOK,
    _make_script_parser("test"),
    _make_script_parser("build"),
    _make_script_parser("lint"),
    _make_script_parser("types"),
)
"""What hooks and script runners say of a command that failed."""
