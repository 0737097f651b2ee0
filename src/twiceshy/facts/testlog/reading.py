"""Reading: which tools speak in an output, and what each of them says."""

from twiceshy.facts.testlog import echoes, status
from twiceshy.facts.testlog.leaf import Leaf, Reading
from twiceshy.facts.testlog.leaves import LEAVES, TASKS
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import By, Kind, Verdict

CONFIDENCE: dict[By, float] = {"summary": 0.97, "lines": 0.9, "status": 0.8}
"""Chance that a verdict is right.

On 280 outputs labelled by eye (2026-11-21, docs/benchmarks-outcomes.md) summaries were right in 236 of 236, lines in 20
of 22; the first is kept lower for the tools that those outputs did not hold. 5 of 5 statuses are too few: a guess.
"""


def read(command: str | None, output: str, *, exit_code: int | None = None) -> tuple[Verdict, ...]:
    r"""One verdict for each tool whose word is in the output; empty where none is: unknown, never a guess.

    The output decides, so that a pipe or ``|| true`` hides nothing. Without any word in it the exit status counts, if
    the line cannot have masked it. ``command`` may be None or wrong; ``output`` may be cut anywhere.

    >>> [(one.tool, one.green, one.failed) for one in read("pytest -q | tail -1", "1 failed, 4 passed in 0.31s")]
    [('pytest', False, 1)]
    >>> read("cat README.md", "4 passed in 0.31s")
    ()
    """
    if command and status.only_shows(command):
        return ()
    log = Log(output, command or "", most_lines=status.lets_through(command or ""), ended=exit_code is not None)
    found = told(LEAVES, log)
    seen = {one.tool for one in found}
    found += [by_silence(tool, kind) for tool, kind in dict.fromkeys(echoes.silent(log)) if tool not in seen]
    red = {one.kind for one in found if not one.green}
    found += [one for one in told(TASKS, log) if one.kind not in red]
    if command:
        found += without_words(command, log, exit_code, {one.kind for one in found})
    return tuple(found)


def told(leaves: tuple[Leaf, ...], log: Log) -> list[Verdict]:
    """The verdicts of those leaves that find their words."""
    return [
        verdict(leaf.tool, leaf.kind, reading)
        for leaf in leaves
        if log.has(*leaf.marks) and (reading := leaf.read(log)) is not None
    ]


def verdict(tool: str, kind: Kind, reading: Reading) -> Verdict:
    """The leaf's reading as a record."""
    return Verdict(
        tool=tool,
        kind=kind,
        green=reading.green,
        passed=reading.passed,
        failed=reading.failed,
        errors=reading.errors,
        skipped=reading.skipped,
        by=reading.by,
        confidence=CONFIDENCE[reading.by],
        problems=reading.problems,
    )


def without_words(command: str, log: Log, exit_code: int | None, told_of: set[Kind]) -> list[Verdict]:
    """What the status tells of kinds that no tool spoke of, else what a complete silence tells of a silent tool.

    A status that is not 0 is taken as a word only where there is no other and the tool was there to give it.
    """
    if exit_code is not None and (tools := status.by_status(command, exit_code)):
        if exit_code and (told_of or status.ABSENT.search(log.text)):
            return []
        return [
            Verdict(tool=tool, kind=kind, green=exit_code == 0, by="status", confidence=CONFIDENCE["status"])
            for tool, kind in tools
            if kind not in told_of
        ]
    if not told_of and log.blank and not log.picked and exit_code == 0 and (worker := status.silent_worker(command)):
        return [by_silence(*worker)]
    return []


def by_silence(tool: str, kind: Kind) -> Verdict:
    """Green, as nothing was said."""
    return Verdict(tool=tool, kind=kind, green=True, by="lines", confidence=CONFIDENCE["lines"])
