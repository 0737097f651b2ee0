"""jest: ``Tests:`` and ``Test Suites:``; failures are ``● suite``, an angle, ``name``."""

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

_PART = r"\d+ (?:failed|passed|skipped|todo|obsolete)"
_TESTS = re.compile(rf"Tests: +({_PART}(?:, {_PART}){{0,5}}, )?(\d+) total\Z")
_SUITES = re.compile(rf"Test Suites: +({_PART}(?:, {_PART}){{0,5}}, )?(\d+)(?: of \d+)? total\Z")
_BULLET = re.compile(r" *● (?!Console)(.{1,300}\S)\Z")
_FILE = re.compile(r"(?:FAIL|PASS) +(?:[\w@ -]{1,40} )?(\S{1,300}\.(?:[cm]?[jt]sx?|vue|svelte))(?: \(.{1,40}\))?\Z")
_PLACE = re.compile(r" +at (?:.{1,200}\()?([^\s():]{1,300}):(\d+):\d+\)?\Z")


def _read(log: CommandOutput) -> OutputReading | None:
    """Return the verdict; a suite that did not run counts as an error."""
    tests: dict[str, int] = {}
    suites: dict[str, int] = {}
    for mark, pattern, into in (("Tests: ", _TESTS, tests), ("Test Suites: ", _SUITES, suites)):
        for hit, _ in log.match_lines(mark, pattern):
            into["total"] = into.get("total", 0) + int(hit.group(2))
            for word, count in parse_counts(hit.group(1) or "").items():
                into[word] = into.get(word, 0) + count
    if not tests and not suites:
        problems = keep_problems(one for one in _find_failures(log) if one.file)
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    if not tests.get("total") and not suites.get("failed"):
        return None
    failed = tests.get("failed", 0)
    errors = suites.get("failed", 0) if not failed else 0
    return OutputReading(
        green=not failed and not errors,
        passed=tests.get("passed", 0),
        failed=failed,
        errors=errors,
        skipped=tests.get("skipped", 0) + tests.get("todo", 0),
        problems=keep_problems(_find_failures(log)) if failed or errors else (),
    )


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
        else:
            below = log.after(line, 40)
            message = next((text.strip() for text in below if text.strip()), "")
            place = next(
                (found for text in below if (found := _PLACE.match(text)) and _is_in_file(found.group(1), file)), None
            )
            yield Problem(
                test=hit.group(1),
                file=file,
                line=int(place.group(2)) if place else None,
                message=shorten(message),
                error_type=error_type(message),
            )


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
