"""Which tools speak in an output, and what each of them says."""

from hashlib import blake2b

from twiceshy.commands.testlog import python_scripts, run_failures, silent_tools, status_verdicts
from twiceshy.commands.testlog.all_parsers import PARSERS, TASK_PARSERS
from twiceshy.commands.testlog.check_tools import CheckTool
from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading
from twiceshy.records.findings import CheckKind, Verdict, VerdictBasis

_CONFIDENCE: dict[VerdictBasis, float] = {
    "summary": 0.97,
    "lines": 0.9,
    "status": 0.8,
    "script": 0.8,
    "absent": 0.8,
    "ended": 0.8,
}
"""Chance that a verdict is right.

On 280 outputs labelled by eye (2026-11-21, docs/benchmarks-runs.md) summaries were right in 236 of 236, lines in 20
of 22; the first is kept lower for the tools that those outputs did not hold. 5 of 5 statuses are too few: a guess.
"""

_KNOWN: dict[tuple[str | None, bytes, int | None], tuple[Verdict, ...]] = {}
"""What outputs said, by their hash: judging, scoring and learning ask for the same ones one after another."""
_MOST_KNOWN = 20_000
"""Outputs that are remembered: 10 MB (guess, 2026-11-22)."""


def read_verdicts(command: str | None, output: str, *, exit_code: int | None = None) -> tuple[Verdict, ...]:
    """Return one verdict for each tool that speaks in the output; empty where none does.

    Empty means unknown, never a guess.

    The output decides, so that a pipe or ``|| true`` hides nothing. Without any word in it the exit status counts, if
    the line cannot have masked it. ``command`` may be None or wrong; ``output`` may be cut anywhere.

    >>> found = read_verdicts("pytest -q | tail -1", "1 failed, 4 passed in 0.31s")
    >>> [(one.tool, one.green, one.failed) for one in found]
    [('pytest', False, 1)]
    >>> read_verdicts("cat README.md", "4 passed in 0.31s")
    ()
    """
    key = (command, blake2b(output.encode("utf-8", "surrogatepass"), digest_size=16).digest(), exit_code)
    if (known := _KNOWN.get(key)) is None:
        if len(_KNOWN) >= _MOST_KNOWN:
            _KNOWN.clear()
        known = _KNOWN[key] = _read_fresh(command, output, exit_code)
    return known


def _read_fresh(command: str | None, output: str, exit_code: int | None) -> tuple[Verdict, ...]:
    """Read an output for the first time."""
    if command and status_verdicts.only_shows(command):
        return ()
    log = CommandOutput(
        output, command or "", most_lines=status_verdicts.count_head_lines(command or ""), ended=exit_code is not None
    )
    found = _read_with(PARSERS, log)
    seen = {one.tool for one in found}
    found += [
        _build_silent_verdict(tool, kind)
        for tool, kind in dict.fromkeys(silent_tools.find_silent_tools(log))
        if tool not in seen
    ]
    red = {one.kind for one in found if not one.green}
    # a hook or a script runner does not know which of its commands failed: where a tool says so it adds nothing
    others = TASK_PARSERS if red else (*run_failures.FAILURES, *TASK_PARSERS)
    found += [one for one in _read_with(others, log) if one.kind not in red]
    return tuple(_judge_by_line(command, log, exit_code, found) if command else found)


def _read_with(leaves: tuple[OutputParser, ...], log: CommandOutput) -> list[Verdict]:
    """Return the verdicts of those parsers that find their marks."""
    return [
        _build_verdict(leaf.tool, leaf.kind, reading)
        for leaf in leaves
        if log.has(*leaf.marks) and (reading := leaf.read(log)) is not None
    ]


def _build_verdict(tool: str, kind: CheckKind, reading: OutputReading) -> Verdict:
    """Turn the parser's reading into a record."""
    return Verdict(
        tool=tool,
        kind=kind,
        green=reading.green,
        passed=reading.passed,
        failed=reading.failed,
        errors=reading.errors,
        skipped=reading.skipped,
        by=reading.by,
        confidence=_CONFIDENCE[reading.by],
        problems=reading.problems,
    )


def _judge_by_line(command: str, log: CommandOutput, exit_code: int | None, found: list[Verdict]) -> list[Verdict]:
    """Return the verdicts together with what the line and its status say of tools that did not speak.

    Once something is red nothing more is asked: it says why.
    """
    if _has_red(found) or status_verdicts.NO_TESTS.search(log.text[-_END:]):
        return found
    tools = status_verdicts.find_tools(command)
    shown = _find_shown(command, exit_code)
    found = found + [one for tool in tools if tool.script and (one := _judge_script(tool, log, exit_code, shown))]
    if not tools or _has_red(found):
        return found
    if (failure := run_failures.find_failure(tools, shown, log, exit_code)) is not None:
        tool, basis = failure
        return [one for one in found if one.kind != tool.kind] + [_build_red(tool, basis)]
    if exit_code is not None and (exit_code or shown):
        return found + _judge_by_status(shown, exit_code, found)
    return found or _judge_unseen(command, log, exit_code)


_END = 2_000
"""Characters of the end of an output in which a runner says that it found no tests (guess, 2026-11-22)."""


def _has_red(found: list[Verdict]) -> bool:
    """Tell whether a verdict is red."""
    return any(not one.green for one in found)


def _find_shown(command: str, exit_code: int | None) -> list[CheckTool]:
    """Return the tools of which the line's status speaks."""
    if exit_code is None:
        return []
    return status_verdicts.find_failed_tools(command) if exit_code else status_verdicts.find_passed_tools(command)


def _judge_script(tool: CheckTool, log: CommandOutput, exit_code: int | None, shown: list[CheckTool]) -> Verdict | None:
    """Return what the output of a script that tries something out says; None where it says nothing."""
    reading = python_scripts.read_script(tool, log, exit_code, shown=tool in shown)
    return None if reading is None else _build_verdict(tool.tool, tool.kind, reading)


def _judge_by_status(shown: list[CheckTool], exit_code: int, found: list[Verdict]) -> list[Verdict]:
    """Return what a status that shows says of the tools that did not speak.

    Where all that spoke were content and the line failed all the same, the last of them did.
    """
    told_of = {one.kind for one in found}
    asked = [tool for tool in shown if not tool.script]
    silent = [tool for tool in asked if tool.kind not in told_of]
    if exit_code == 0:
        return [_build_by_status(tool, green=True) for tool in silent]
    return [_build_by_status(tool, green=False) for tool in (silent or asked[-1:])[:1]]


def _judge_unseen(command: str, log: CommandOutput, exit_code: int | None) -> list[Verdict]:
    """Return what a status that the line printed says, else what complete silence of a silent tool does."""
    if (printed := status_verdicts.find_printed_status(command, log.text)) is not None:
        tools, status = printed
        return [_build_by_status(tools[0], green=status == 0)] if status == 0 or len(tools) == 1 else []
    if log.blank and not log.picked and exit_code == 0 and (worker := status_verdicts.find_silent_tool(command)):
        return [_build_silent_verdict(worker.tool, worker.kind)]
    return []


def _build_by_status(tool: CheckTool, *, green: bool) -> Verdict:
    """Return a verdict that only the status gives."""
    by: VerdictBasis = "script" if tool.script else "status"
    return Verdict(tool=tool.tool, kind=tool.kind, green=green, by=by, confidence=_CONFIDENCE[by])


def _build_red(tool: CheckTool, by: VerdictBasis) -> Verdict:
    """Return a run that failed without a word of its tool."""
    return Verdict(tool=tool.tool, kind=tool.kind, green=False, by=by, confidence=_CONFIDENCE[by])


def _build_silent_verdict(tool: str, kind: CheckKind) -> Verdict:
    """Return green, as nothing was said."""
    return Verdict(tool=tool, kind=kind, green=True, by="lines", confidence=_CONFIDENCE["lines"])
