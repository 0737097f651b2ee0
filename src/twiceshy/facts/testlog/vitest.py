"""vitest: ``Tests`` and ``Test Files`` with counts between bars; failures are ``FAIL file > suite > name``."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.command_output import CommandOutput
from twiceshy.facts.testlog.output_parser import (
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


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; a file that did not load and an unhandled error count as errors."""
    tests: dict[str, int] = {}
    files: dict[str, int] = {}
    for mark, pattern, into in (("Tests ", _TESTS, tests), ("Test Files ", _FILES, files)):
        for hit, _ in log.match_lines(mark, pattern):
            for word, count in parse_counts(hit.group(1)).items():
                into[word] = into.get(word, 0) + count
    unhandled = sum(int(hit.group(1)) for hit, _ in log.match_lines("Errors ", _ERRORS))
    problems = keep_problems(_find_failures(log))
    if not tests and not files:
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    failed = tests.get("failed", 0)
    errors = unhandled + (files.get("failed", 0) if not failed else 0)
    if not failed and not errors and not (tests or files):
        return None
    return OutputReading(
        green=not failed and not errors,
        passed=tests.get("passed", 0) if tests else None,
        failed=failed if tests or not errors else None,
        errors=errors,
        skipped=tests.get("skipped", 0) + tests.get("todo", 0) if tests else None,
        problems=problems if failed or errors else (),
    )


def _find_failures(log: CommandOutput) -> Iterator[Problem]:
    """Yield each failed test with the message below it."""
    if not log.has(" > ", "FAIL "):
        return
    found = False
    for hit, line in log.match_lines("FAIL ", _FAILED):
        if "●" in line.text or not (hit.group(2) or log.has("Test Files ", "RUN ", "Failed Suites", "Failed Tests")):
            continue
        found = True
        below = log.after(line, 40)
        message = next((text.strip() for text in below if text.strip() and not text.lstrip().startswith("FAIL ")), "")
        place = next((at for text in below if (at := _PLACE.match(text))), None)
        yield Problem(
            test=hit.group(2).removeprefix(" > ") or None,
            file=hit.group(1),
            line=int(place.group(2)) if place else None,
            message=shorten(message),
            error_type=error_type(message),
        )
    if not found:
        for hit, line in log.match_lines(" > ", _CROSS):
            message = next(iter(log.after(line, 1)), "").strip().removeprefix("→ ")
            yield Problem(
                test=hit.group(2), file=hit.group(1), message=shorten(message), error_type=error_type(message)
            )


PARSER = OutputParser(
    tool="vitest",
    kind="test",
    marks=("Tests ", "Test Files ", "FAIL ", " > "),
    read=_read,
    heads=frozenset({"vitest", "vitest run"}),
)
