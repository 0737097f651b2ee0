"""golangci-lint: ``0 issues.``, or findings that end with their linter's name."""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems, shorten
from twiceshy.records.findings import Problem

_ISSUES = re.compile(r"(\d+) issues?[.:]\Z")
_FINDING = re.compile(r"((?:[A-Za-z]:)?[\w./\\@+~-]{1,300}\.go):(\d+)(?::\d+)?: (.+) \(([a-z][\w-]{2,30})\)\Z")
_RUNNING = re.compile(
    r'(?:level=error msg="(?:Running error|\[linters_context\]).{0,40}'
    r"|Error: (?:can.t load config|unknown linters))"
)


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict of the line of counts.

    Without it the verdict is red where there are findings or an error of its own.
    """
    issues = [int(hit.group(1)) for hit, _ in log.match_lines(" issue", _ISSUES)]
    problems = keep_problems(_find_issues(log))
    if issues and not (log.picked and not sum(issues)):
        return OutputReading(green=not sum(issues), errors=sum(issues), problems=problems if sum(issues) else ())
    if problems and ("lint" in log.command or len({one.code for one in problems} & _LINTERS)):
        return OutputReading(green=False, by="lines", problems=problems)
    if running := log.first("rror", _RUNNING):
        return OutputReading(green=False, by="lines", problems=(Problem(message=shorten(running.group())),))
    return OutputReading(green=True, errors=0) if issues else None


_LINTERS = frozenset(
    {
        "errcheck",
        "govet",
        "staticcheck",
        "unused",
        "gosimple",
        "ineffassign",
        "revive",
        "gocritic",
        "gosec",
        "wrapcheck",
        "gofmt",
        "gofumpt",
        "goimports",
        "lll",
        "misspell",
        "nilerr",
        "unparam",
        "typecheck",
        "gocyclo",
        "goconst",
        "dupl",
        "stylecheck",
        "errorlint",
        "noctx",
        "bodyclose",
        "exhaustive",
        "godot",
        "whitespace",
        "thelper",
        "testifylint",
    }
)


def _find_issues(log: CommandOutput) -> Iterator[Problem]:
    """Yield findings with the linter as code."""
    for hit, _ in log.match_lines(".go:", _FINDING):
        yield Problem(message=shorten(hit.group(3)), file=hit.group(1), line=int(hit.group(2)), code=hit.group(4))


PARSER = OutputParser(
    tool="golangci-lint",
    kind="lint",
    marks=(" issues.", " issues:", " issue:", ".go:", "Running error", "Error: "),
    read=_read,
    heads=frozenset({"golangci-lint run", "golangci-lint"}),
)
