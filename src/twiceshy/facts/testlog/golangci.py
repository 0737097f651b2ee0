"""golangci-lint: ``0 issues.``, or findings that end with their linter's name."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept, short
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Problem

ISSUES = re.compile(r"(\d+) issues?[.:]\Z")
FINDING = re.compile(r"((?:[A-Za-z]:)?[\w./\\@+~-]{1,300}\.go):(\d+)(?::\d+)?: (.+) \(([a-z][\w-]{2,30})\)\Z")
RUNNING = re.compile(
    r'(?:level=error msg="(?:Running error|\[linters_context\]).{0,40}'
    r"|Error: (?:can.t load config|unknown linters))"
)


def read(log: Log) -> Reading | None:
    """The verdict of the line of counts; without it red where findings or an error of its own are told."""
    issues = [int(hit.group(1)) for hit, _ in log.found(" issue", ISSUES)]
    problems = kept(found(log))
    if issues and not (log.picked and not sum(issues)):
        return Reading(green=not sum(issues), errors=sum(issues), problems=problems if sum(issues) else ())
    if problems and ("lint" in log.command or len({one.code for one in problems} & LINTERS)):
        return Reading(green=False, by="lines", problems=problems)
    if running := log.first("rror", RUNNING):
        return Reading(green=False, by="lines", problems=(Problem(message=short(running.group())),))
    return Reading(green=True, errors=0) if issues else None


LINTERS = frozenset({
    "errcheck", "govet", "staticcheck", "unused", "gosimple", "ineffassign", "revive", "gocritic", "gosec", "wrapcheck",
    "gofmt", "gofumpt", "goimports", "lll", "misspell", "nilerr", "unparam", "typecheck", "gocyclo", "goconst", "dupl",
    "stylecheck", "errorlint", "noctx", "bodyclose", "exhaustive", "godot", "whitespace", "thelper", "testifylint",
})  # fmt: skip


def found(log: Log) -> Iterator[Problem]:
    """Findings with the linter as code."""
    for hit, _ in log.found(".go:", FINDING):
        yield Problem(message=short(hit.group(3)), file=hit.group(1), line=int(hit.group(2)), code=hit.group(4))


LEAF = Leaf(
    tool="golangci-lint",
    kind="lint",
    marks=(" issues.", " issues:", " issue:", ".go:", "Running error", "Error: "),
    read=read,
    heads=frozenset({"golangci-lint run", "golangci-lint"}),
)
