"""jest: ``Tests:`` and ``Test Suites:``; failures are ``● suite``, an angle, ``name``."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

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

_PART = r"\d+ (?:failed|passed|skipped|todo|obsolete)"
_TESTS = re.compile(rf"Tests: +({_PART}(?:, {_PART}){{0,5}}, )?(\d+) total\Z")
_SUITES = re.compile(rf"Test Suites: +({_PART}(?:, {_PART}){{0,5}}, )?(\d+)(?: of \d+)? total\Z")
_BULLET = re.compile(r" *● (?!Console)(.{1,300}\S)\Z")
_FILE = re.compile(r"(?:FAIL|PASS) +(?:[\w@ -]{1,40} )?(\S{1,300}\.(?:[cm]?[jt]sx?|vue|svelte))(?: \(.{1,40}\))?\Z")
_PLACE = re.compile(r" +at (?:.{1,200}\()?([^\s():]{1,300}):(\d+):\d+\)?\Z")

_BELOW = 40
"""Lines below a bullet in which its message and place are looked for (guess, 2026-11-21)."""


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; a suite that did not run counts as an error."""
    tests = _sum_counts(log, "Tests: ", _TESTS)
    suites = _sum_counts(log, "Test Suites: ", _SUITES)
    if not tests and not suites:
        problems = keep_problems(one for one in _find_failures(log) if one.file)
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    if not tests["total"] and not suites["failed"]:
        return None
    failed = tests["failed"]
    errors = 0 if failed else suites["failed"]
    return OutputReading(
        green=not failed and not errors,
        passed=tests["passed"],
        failed=failed,
        errors=errors,
        skipped=tests["skipped"] + tests["todo"],
        problems=keep_problems(_find_failures(log)) if failed or errors else (),
    )


def _sum_counts(log: CommandOutput, mark: str, pattern: re.Pattern[str]) -> Counter[str]:
    """Return the counts of all such summaries together, by their words."""
    counts: Counter[str] = Counter()
    for hit, _ in log.match_lines(mark, pattern):
        counts.update(parse_counts(hit.group(1) or ""), total=int(hit.group(2)))
    return counts


def _find_failures(log: CommandOutput) -> Iterator[Problem]:
    """Yield each bullet with the file above it, its message and its place in that file."""
    rows = sorted(
        [(line.start, hit, line) for hit, line in log.match_lines("● ", _BULLET)]
        + [(line.start, hit, line) for mark in ("FAIL ", "PASS ") for hit, line in log.match_lines(mark, _FILE)],
        key=lambda row: row[0],
    )
    file = None
    for _, hit, line in rows:
        if "●" not in hit.group():
            file = hit.group(1) if hit.group().startswith("FAIL") else None
            continue
        message = log.message_after(line, _BELOW)
        yield Problem(
            test=hit.group(1),
            file=file,
            line=_find_line(log.after(line, _BELOW), file),
            message=shorten(message),
            error_type=error_type(message),
        )


def _find_line(below: Sequence[str], file: str | None) -> int | None:
    """Return the line of the first place in the file that a stack names; None where it names none."""
    for text in below:
        if (place := _PLACE.match(text)) and _is_in_file(place.group(1), file):
            return int(place.group(2))
    return None


def _is_in_file(place: str, file: str | None) -> bool:
    """Tell whether a place of a stack is in the file."""
    return file is None or place.endswith(file.removeprefix("./")) or file.endswith(place)


PARSER = OutputParser(
    tool="jest",
    kind="test",
    marks=("Tests: ", "Test Suites: ", "● "),
    read=_read,
    heads=frozenset({"jest", "react-scripts test"}),
)
