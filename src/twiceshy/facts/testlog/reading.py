"""Reading: which tools speak in an output, and what each of them says."""

from twiceshy.facts.testlog import status
from twiceshy.facts.testlog.leaf import Reading
from twiceshy.facts.testlog.leaves import LEAVES
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import By, Kind, Verdict

CONFIDENCE: dict[By, float] = {"summary": 0.97, "lines": 0.9, "status": 0.8}
"""Chance that a verdict is right. Guess of 2026-11-21, until measured on labelled outputs."""


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
    log = Log(output, command or "")
    found = [
        verdict(leaf.tool, leaf.kind, reading)
        for leaf in LEAVES
        if log.has(*leaf.marks) and (reading := leaf.read(log)) is not None
    ]
    if not found and command:
        found = without_words(command, log, exit_code)
    return tuple(found)


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


def without_words(command: str, log: Log, exit_code: int | None) -> list[Verdict]:
    """What the status tells, else what a complete silence tells of a tool that is silent when all is well."""
    if exit_code is not None and (tools := status.by_status(command, exit_code)):
        green = exit_code == 0
        return [Verdict(tool=t, kind=k, green=green, by="status", confidence=CONFIDENCE["status"]) for t, k in tools]
    if log.blank and not log.picked and exit_code in {0, None} and (tool := status.silent_worker(command)):
        return [Verdict(tool=tool[0], kind=tool[1], green=True, by="lines", confidence=CONFIDENCE["lines"])]
    return []
