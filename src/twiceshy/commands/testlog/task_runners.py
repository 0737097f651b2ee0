"""Task runners: make, mise, npm, bun and others say which of a project's tasks failed; its name says what it does.

They repeat what a tool said before them, so ``output_verdicts`` drops their word where a tool's own is there.
"""

import re
from collections.abc import Iterator

from twiceshy.commands.shell.task_calls import kind_of_task
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems
from twiceshy.records.findings import CheckKind, Problem

_FAILED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ERROR task failed", re.compile(r"\[([\w:./-]{1,80})\] ERROR task failed")),
    ("exited with code", re.compile(r'error: script "([\w:./-]{1,80})" exited with code (?!12[67]\b)\d')),
    (" failed", re.compile(r"npm (?:ERR!|error) Lifecycle script `([\w:./-]{1,80})` failed")),
    (
        "***",
        re.compile(r"g?make(?:\[\d+\])?: \*\*\* \[(?:[^\s:\]]+:\d+: )?([^\]\s]{1,200})\] (?!Error 12[67]\b)Error \d"),
    ),
    ("recipe", re.compile(r"error: [Rr]ecipe `([\w:./-]{1,80})` failed")),
    (" ERROR: ", re.compile(r" *\S{1,80}#([\w:./-]{1,80}): command .{1,300} exited \(\d")),
    ("task: ", re.compile(r'task: Failed to run task "([\w:./-]{1,80})": ')),
)


def _find_failed_tasks(log: CommandOutput) -> Iterator[tuple[CheckKind, str]]:
    """Yield the tasks that are reported as failed.

    A target of make that is no known task is something to build.
    """
    for mark, pattern in _FAILED:
        for hit, _ in log.match_lines(mark, pattern):
            kind = kind_of_task(hit.group(1)) or ("build" if mark == "***" else None)
            if kind:
                yield kind, hit.group(1)


def _make_parser(kind: CheckKind) -> OutputParser:
    """Return the parser of the tasks of one kind."""

    def read(log: CommandOutput) -> OutputReading | None:
        """Return red where such a task failed; no runner says reliably that all went well."""
        names = [name for task, name in _find_failed_tasks(log) if task == kind]
        problems = keep_problems(Problem(message=f"{name} failed") for name in names)
        return OutputReading(green=False, by="lines", problems=problems) if names else None

    return OutputParser(
        tool=f"{kind} task",
        kind=kind,
        marks=(
            "ERROR task failed",
            "exited with code",
            "npm ERR!",
            "npm error",
            "***",
            "ecipe `",
            "exited (",
            "task: Failed",
        ),
        read=read,
    )


TEST, BUILD, LINT, TYPES = _make_parser("test"), _make_parser("build"), _make_parser("lint"), _make_parser("types")
