"""Which tools speak in an output, and what each of them says."""

from twiceshy.facts.testlog import silent_tools, status_verdicts
from twiceshy.facts.testlog.all_parsers import PARSERS, TASK_PARSERS
from twiceshy.facts.testlog.command_output import CommandOutput
from twiceshy.facts.testlog.output_parser import OutputParser, OutputReading
from twiceshy.records.findings import CheckKind, Verdict, VerdictBasis

_CONFIDENCE: dict[VerdictBasis, float] = {"summary": 0.97, "lines": 0.9, "status": 0.8}
"""Chance that a verdict is right.

On 280 outputs labelled by eye (2026-11-21, docs/benchmarks-outcomes.md) summaries were right in 236 of 236, lines in 20
of 22; the first is kept lower for the tools that those outputs did not hold. 5 of 5 statuses are too few: a guess.
"""


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
    found += [one for one in _read_with(TASK_PARSERS, log) if one.kind not in red]
    if command:
        found += _judge_by_status(command, log, exit_code, {one.kind for one in found})
    return tuple(found)


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


def _judge_by_status(command: str, log: CommandOutput, exit_code: int | None, told_of: set[CheckKind]) -> list[Verdict]:
    """Judge by the status the kinds that no tool spoke of, else by complete silence a silent tool.

    A status that is not 0 is taken as a word only where there is no other and the tool was there to give it.
    """
    if exit_code is not None and (tools := status_verdicts.find_tools_by_status(command, exit_code)):
        if exit_code and (told_of or status_verdicts.ABSENT.search(log.text)):
            return []
        return [
            Verdict(tool=tool, kind=kind, green=exit_code == 0, by="status", confidence=_CONFIDENCE["status"])
            for tool, kind in tools
            if kind not in told_of
        ]
    if (
        not told_of
        and log.blank
        and not log.picked
        and exit_code == 0
        and (worker := status_verdicts.find_silent_tool(command))
    ):
        return [_build_silent_verdict(*worker)]
    return []


def _build_silent_verdict(tool: str, kind: CheckKind) -> Verdict:
    """Return green, as nothing was said."""
    return Verdict(tool=tool, kind=kind, green=True, by="lines", confidence=_CONFIDENCE["lines"])
