"""Whether a finished run passed: what its tools say of themselves in their output, beside the command's status.

Imported only after the command has ended, and only where somebody wants to know. Texts are the output's own.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from twiceshy.commands.shell.masked_status import is_masked, read_line
from twiceshy.commands.testlog import read_verdicts
from twiceshy.commands.testlog.exit_answers import is_answer
from twiceshy.commands.testlog.status_verdicts import NO_TESTS, find_passed_tools, find_tools
from twiceshy.records.findings import Problem, Verdict
from twiceshy.stats.text.quoting import clean

RunResult = Literal["passed", "failed", "unknown"]
_BY_ITSELF = frozenset({"completed", "expect_missing", "end_of_input"})
"""Reasons of runs that came to their own end."""
_DECLARED: dict[str, RunResult] = {"failure": "failed", "expect_missing": "failed", "success": "passed"}
"""Reasons by which the caller's own patterns say what became of the run."""
_LONGEST_NAME = 500
"""Characters of a test's name; a longer one ends with ``…`` (guess, 2026-11-23: a name with its parameters)."""
_END = 2_000
"""Characters of the end in which a runner says that it found no tests (guess, 2026-11-23)."""
_COLOUR = r"(?:\x1b\[[\d;]*m)*"
_LISTED = re.compile(rf"(?m)^{_COLOUR}(?:FAILED|ERROR){_COLOUR} (\S{{1,300}})")
_FILES_THAT_FAIL = frozenset({"pytest", "vitest", "jest"})
"""Runners that name a file where it could not even be read."""


class RunEnd(NamedTuple):
    """How a run ended."""

    reason: str
    """Of ``RunOutcome``."""
    status: int | None
    """The command's own; None where there was no command."""
    message: str = ""
    """The sentence about what we did."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolVerdict:
    """What one tool said; counts are None where it did not tell them."""

    tool: str
    kind: str
    result: RunResult
    passed: int | None
    failed: int | None
    errors: int | None
    skipped: int | None
    by: str
    """``summary``: its own last word; ``lines``: only lines that it prints on failure, or a silence that means yes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailingTest:
    """One failing test, as its tool names it."""

    test: str
    """What to give to the tool to run it again, where the tool prints that; a file that could not be read."""
    file: str | None
    line: int | None
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunVerdict:
    """Whether a run passed, and what says so."""

    result: RunResult
    reason: str
    """In words: what the tools say, and the status."""
    tools: tuple[ToolVerdict, ...] = ()
    failing_tests: tuple[FailingTest, ...] = ()
    unnamed: int = 0
    """Failing tests that a tool counts and whose names were not seen."""


def judge_run(command: str, output: str, end: RunEnd) -> RunVerdict:
    """Return the verdict on a run; ``command`` is empty where nobody knows it.

    A tool's own summary decides. Where it and the status disagree, nothing is claimed.

    >>> judge_run("pytest -q", "1 failed, 4 passed in 0.31s", RunEnd("completed", 0)).reason
    'pytest says 1 failed, 4 passed, but the status is 0'
    """
    status = end.status if end.reason in _BY_ITSELF else None
    found = read_verdicts(command or None, output, exit_code=status)
    spoken = _pick_own(command, [one for one in found if one.by in {"summary", "lines"}])
    result, reason = _decide(command, output, end, spoken or found)
    names = tuple(_list_failing(spoken))
    repeats = _count_repeats(output) if any(one.tool == "pytest" for one in spoken) else 0
    counted = sum((one.failed or 0) + (one.errors or 0) for one in spoken if one.kind == "test" and not one.green)
    return RunVerdict(
        result=result,
        reason=reason,
        tools=tuple(map(_to_tool_verdict, spoken)),
        failing_tests=names,
        unnamed=max(0, counted - repeats - len(names)),
    )


def _pick_own(command: str, spoken: list[Verdict]) -> list[Verdict]:
    """Return the verdicts of the tools that the command names, where one gave its summary; else all.

    What else looks like a tool's words was then printed by the tests themselves.
    """
    named = {tool.tool for tool in find_tools(command)} if command else set()
    own = [one for one in spoken if one.tool in named]
    return own if any(one.by == "summary" for one in own) else spoken


class _Decision(NamedTuple):
    """A result, and what says so."""

    result: RunResult
    reason: str


def _decide(command: str, output: str, end: RunEnd, found: Sequence[Verdict]) -> _Decision:
    """Return the result and what says so."""
    if end.reason in _DECLARED:
        return _Decision(_DECLARED[end.reason], end.message)
    said = " and ".join(_describe(one) for one in found if one.by in {"summary", "lines"})
    red = any(not one.green for one in found)
    if end.reason not in _BY_ITSELF:
        why = end.message or f"the run ended early ({end.reason.replace('_', ' ')})"
        return _Decision("failed" if said and red else "unknown", f"{said}; {why}" if said else why)
    if not said:
        return _decide_by_status(command, output, end.status, found)
    return _compare(command, said, end.status, red=red)


def _compare(command: str, said: str, status: int | None, *, red: bool) -> _Decision:
    """Return what the tools say, if the status agrees or tells nothing."""
    result: RunResult = "failed" if red else "passed"
    if status is None:
        return _Decision(result, said)
    if red == bool(status):
        return _Decision(result, f"{said}; status {status}")
    if red and is_masked(command):
        return _Decision(result, f"{said}; the command hides its status")
    return _Decision("unknown", f"{said}, but the status is {status}")


def _decide_by_status(command: str, output: str, status: int | None, found: Sequence[Verdict]) -> _Decision:
    """Return what the status alone says."""
    if NO_TESTS.search(output[-_END:]):
        return _Decision("unknown", f"no test ran; status {status}")
    if status is None:
        return _Decision("unknown", "no summary was read, and a pipe tells no status")
    if status == 0:
        if _hides_status(command):
            return _Decision("unknown", "no summary was read, and the command hides its status")
        return _Decision("passed", "no summary was read; status 0")
    if is_answer(command, status, output):
        return _Decision("unknown", f"status {status}, which can mean no as well as an error")
    absent = next((f"{one.tool} was not there to run" for one in found if one.by == "absent"), "no summary was read")
    return _Decision("failed", f"{absent}; status {status}")


def _hides_status(command: str) -> bool:
    """Tell whether a line can end with 0 although its tools failed."""
    if is_masked(command):
        return True
    line = read_line(command)
    several = line is None or len(line.parts) > 1
    return several and bool(find_tools(command)) and not find_passed_tools(command)


def _describe(one: Verdict) -> str:
    """Describe what a tool said, in words."""
    counts = [
        (one.failed, "failed"),
        (one.errors, "error" if one.errors == 1 else "errors"),
        (one.passed, "passed"),
        (one.skipped, "skipped"),
    ]
    shown = ", ".join(f"{number} {word}" for number, word in counts if number)
    return f"{one.tool} says {shown or ('passed' if one.green else 'failed')}"


def _to_tool_verdict(one: Verdict) -> ToolVerdict:
    """Return a tool's verdict without its problems."""
    return ToolVerdict(
        tool=one.tool,
        kind=one.kind,
        result="passed" if one.green else "failed",
        passed=one.passed,
        failed=one.failed,
        errors=one.errors,
        skipped=one.skipped,
        by=one.by,
    )


def _list_failing(spoken: list[Verdict]) -> Iterator[FailingTest]:
    """Yield each failing test once."""
    seen = set()
    for one in spoken:
        for problem in () if one.green or one.kind != "test" else one.problems:
            name = _name_of(problem, one.tool)
            if name and (name, problem.file) not in seen:
                seen.add((name, problem.file))
                yield FailingTest(
                    test=name, file=problem.file, line=problem.line, message=clean(problem.message).strip()
                )


def _count_repeats(output: str) -> int:
    """Return how often the short summary of pytest names a test again: at its setup, and at its teardown."""
    listed = [hit.group(1) for hit in _LISTED.finditer(output)]
    return len(listed) - len(set(listed))


def _name_of(problem: Problem, tool: str) -> str:
    """Return the name of what failed; empty for a problem that is no failing test."""
    name = problem.test or ""
    if not name and tool in _FILES_THAT_FAIL and problem.error_type != "RuntimeWarning":
        name = problem.file or ""
    elif not name and tool == "go test" and problem.message.endswith(" failed"):
        name = problem.file or ""  # a package that was not built
    line = " ".join(clean(name).split())
    return line if len(line) <= _LONGEST_NAME else f"{line[: _LONGEST_NAME - 1]}…"
