"""jest: ``Tests:`` and ``Test Suites:``; failures are ``● suite``, an angle, ``name``."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, counts, error_type, kept, short
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Problem

PART = r"\d+ (?:failed|passed|skipped|todo|obsolete)"
TESTS = re.compile(rf"Tests: +({PART}(?:, {PART}){{0,5}}, )?(\d+) total\Z")
SUITES = re.compile(rf"Test Suites: +({PART}(?:, {PART}){{0,5}}, )?(\d+)(?: of \d+)? total\Z")
BULLET = re.compile(r" *● (?!Console)(.{1,300}\S)\Z")
FILE = re.compile(r"(?:FAIL|PASS) +(?:[\w@ -]{1,40} )?(\S{1,300}\.(?:[cm]?[jt]sx?|vue|svelte))(?: \(.{1,40}\))?\Z")
PLACE = re.compile(r" +at (?:.{1,200}\()?([^\s():]{1,300}):(\d+):\d+\)?\Z")


def read(log: Log) -> Reading | None:
    """The verdict; a suite that did not run counts as an error."""
    tests: dict[str, int] = {}
    suites: dict[str, int] = {}
    for mark, pattern, into in (("Tests: ", TESTS, tests), ("Test Suites: ", SUITES, suites)):
        for hit, _ in log.found(mark, pattern):
            into["total"] = into.get("total", 0) + int(hit.group(2))
            for word, count in counts(hit.group(1) or "").items():
                into[word] = into.get(word, 0) + count
    if not tests and not suites:
        problems = kept(one for one in failures(log) if one.file)
        return Reading(green=False, by="lines", problems=problems) if problems else None
    if not tests.get("total") and not suites.get("failed"):
        return None
    failed = tests.get("failed", 0)
    errors = suites.get("failed", 0) if not failed else 0
    return Reading(
        green=not failed and not errors,
        passed=tests.get("passed", 0),
        failed=failed,
        errors=errors,
        skipped=tests.get("skipped", 0) + tests.get("todo", 0),
        problems=kept(failures(log)) if failed or errors else (),
    )


def failures(log: Log) -> Iterator[Problem]:
    """Each bullet with the file above it, its message and its place in that file."""
    rows = sorted(
        [(line.start, hit, line) for hit, line in log.found("● ", BULLET)]
        + [(line.start, hit, line) for mark in ("FAIL ", "PASS ") for hit, line in log.found(mark, FILE)],
        key=lambda row: row[0],
    )
    file = None
    for _, hit, line in rows:
        if "●" not in hit.group():
            file = hit.group(1) if hit.group().startswith("FAIL") else None
        else:
            below = log.after(line, 40)
            message = next((text.strip() for text in below if text.strip()), "")
            place = next((found for text in below if (found := PLACE.match(text)) and same(found.group(1), file)), None)
            yield Problem(
                test=hit.group(1),
                file=file,
                line=int(place.group(2)) if place else None,
                message=short(message),
                error_type=error_type(message),
            )


def same(place: str, file: str | None) -> bool:
    """Whether a place of a stack is in the file."""
    return file is None or place.endswith(file.removeprefix("./")) or file.endswith(place)


LEAF = Leaf(
    tool="jest",
    kind="test",
    marks=("Tests: ", "Test Suites: ", "● "),
    read=read,
    heads=frozenset({"jest", "react-scripts test"}),
)
