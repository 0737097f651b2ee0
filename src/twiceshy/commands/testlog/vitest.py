"""vitest: ``Tests`` and ``Test Files`` with counts between bars; failures are ``FAIL file > suite > name``."""

import re
from collections import Counter
from collections.abc import Iterator

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import (
    OutputParser,
    OutputReading,
    error_type,
    keep_problems,
    parse_counts,
    shorten,
)
from twiceshy.records.findings import Problem

_PART = r"\d+ (?:failed|passed|skipped|todo|expected fail)"
_TESTS = re.compile(rf" *Tests +((?:{_PART}|no tests)(?: \| {_PART}){{0,5}}) \(\d+\)\Z")
_FILES = re.compile(rf" *Test Files +({_PART}(?: \| {_PART}){{0,5}}) \(\d+\)\Z")
_ERRORS = re.compile(r" *Errors +(\d+) errors?\Z")
_FAILED = re.compile(
    r" *FAIL +(?:\|?[\w@/-]{1,60}\|? +)?(\S{1,300}\.[cm]?[jt]sx?)(?: \[ .{1,300} \])?((?: > .{1,400})?)\Z"
)
_CROSS = re.compile(r" *[\u00d7\u2717\u276f] (\S{1,300}\.[cm]?[jt]sx?) > (.{1,300}?)(?: \d+ ?ms)?\Z")
_PLACE = re.compile(r" *\u276f (?:.{1,200} )?([^\s:]{1,300}):(\d+):\d+\Z")

_BELOW = 40
"""Lines below a failed test in which its message and place are looked for (guess, 2026-11-21)."""


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; a file that did not load and an unhandled error count as errors."""
    tests = _sum_counts(log, "Tests ", _TESTS)
    files = _sum_counts(log, "Test Files ", _FILES)
    unhandled = sum(int(hit.group(1)) for hit, _ in log.match_lines("Errors ", _ERRORS))
    problems = keep_problems(_find_failures(log))
    if not tests and not files:
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    failed = tests["failed"]
    errors = unhandled + (0 if failed else files["failed"])
    return OutputReading(
        green=not failed and not errors,
        passed=tests["passed"] if tests else None,
        failed=failed if tests or not errors else None,
        errors=errors,
        skipped=tests["skipped"] + tests["todo"] if tests else None,
        problems=problems if failed or errors else (),
    )


def _sum_counts(log: CommandOutput, mark: str, pattern: re.Pattern[str]) -> Counter[str]:
    """Return the counts of all such summaries together, by their words."""
    counts: Counter[str] = Counter()
    for hit, _ in log.match_lines(mark, pattern):
        counts.update(parse_counts(hit.group(1)))
    return counts


def _find_failures(log: CommandOutput) -> Iterator[Problem]:
    """Yield each failed test with the message below it."""
    if not log.has(" > ", "FAIL "):
        return
    is_certain = log.has("Test Files ", "RUN ", "Failed Suites", "Failed Tests")
    found = False
    for hit, line in log.match_lines("FAIL ", _FAILED):
        if "●" not in line.text and (hit.group(2) or is_certain):
            found = True
            message = log.message_after(line, _BELOW, but="FAIL ")
            place = log.find_after(line, _BELOW, _PLACE)
            yield Problem(
                test=hit.group(2).removeprefix(" > ") or None,
                file=hit.group(1),
                line=int(place.group(2)) if place else None,
                message=shorten(message),
                error_type=error_type(message),
            )
    if not found:
        yield from _find_crosses(log)


def _find_crosses(log: CommandOutput) -> Iterator[Problem]:
    """Yield the tests that are marked as failed in the list of all."""
    for hit, line in log.match_lines(" > ", _CROSS):
        message = next(iter(log.after(line, 1)), "").strip().removeprefix("→ ")
        yield Problem(test=hit.group(2), file=hit.group(1), message=shorten(message), error_type=error_type(message))


PARSER = OutputParser(
    tool="vitest",
    kind="test",
    marks=("Tests ", "Test Files ", "FAIL ", " > "),
    read=_read,
    heads=frozenset({"vitest", "vitest run"}),
)
