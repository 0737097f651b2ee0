"""vitest: ``Tests`` and ``Test Files`` with counts between bars; failures are ``FAIL file > suite > name``."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, counts, error_type, kept, short
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Problem

PART = r"\d+ (?:failed|passed|skipped|todo|expected fail)"
TESTS = re.compile(rf" *Tests +((?:{PART}|no tests)(?: \| {PART}){{0,5}}) \(\d+\)\Z")
FILES = re.compile(rf" *Test Files +({PART}(?: \| {PART}){{0,5}}) \(\d+\)\Z")
ERRORS = re.compile(r" *Errors +(\d+) errors?\Z")
FAILED = re.compile(
    r" *FAIL +(?:\|?[\w@/-]{1,60}\|? +)?(\S{1,300}\.[cm]?[jt]sx?)(?: \[ .{1,300} \])?((?: > .{1,400})?)\Z"
)
CROSS = re.compile(r" *[\u00d7\u2717\u276f] (\S{1,300}\.[cm]?[jt]sx?) > (.{1,300}?)(?: \d+ ?ms)?\Z")
PLACE = re.compile(r" *\u276f (?:.{1,200} )?([^\s:]{1,300}):(\d+):\d+\Z")


def read(log: Log) -> Reading | None:
    """The verdict; a file that did not load and an unhandled error count as errors."""
    tests: dict[str, int] = {}
    files: dict[str, int] = {}
    for mark, pattern, into in (("Tests ", TESTS, tests), ("Test Files ", FILES, files)):
        for hit, _ in log.found(mark, pattern):
            for word, count in counts(hit.group(1)).items():
                into[word] = into.get(word, 0) + count
    unhandled = sum(int(hit.group(1)) for hit, _ in log.found("Errors ", ERRORS))
    problems = kept(failures(log))
    if not tests and not files:
        return Reading(green=False, by="lines", problems=problems) if problems else None
    failed = tests.get("failed", 0)
    errors = unhandled + (files.get("failed", 0) if not failed else 0)
    if not failed and not errors and not (tests or files):
        return None
    return Reading(
        green=not failed and not errors,
        passed=tests.get("passed", 0) if tests else None,
        failed=failed if tests or not errors else None,
        errors=errors,
        skipped=tests.get("skipped", 0) + tests.get("todo", 0) if tests else None,
        problems=problems if failed or errors else (),
    )


def failures(log: Log) -> Iterator[Problem]:
    """Each failed test with the message below it."""
    if not log.has(" > ", "FAIL "):
        return
    found = False
    for hit, line in log.found("FAIL ", FAILED):
        if "●" in line.text or not (hit.group(2) or log.has("Test Files ", "RUN ", "Failed Suites", "Failed Tests")):
            continue
        found = True
        below = log.after(line, 40)
        message = next((text.strip() for text in below if text.strip() and not text.lstrip().startswith("FAIL ")), "")
        place = next((at for text in below if (at := PLACE.match(text))), None)
        yield Problem(
            test=hit.group(2).removeprefix(" > ") or None,
            file=hit.group(1),
            line=int(place.group(2)) if place else None,
            message=short(message),
            error_type=error_type(message),
        )
    if not found:
        for hit, line in log.found(" > ", CROSS):
            message = next(iter(log.after(line, 1)), "").strip().removeprefix("→ ")
            yield Problem(test=hit.group(2), file=hit.group(1), message=short(message), error_type=error_type(message))


LEAF = Leaf(
    tool="vitest",
    kind="test",
    marks=("Tests ", "Test Files ", "FAIL ", " > "),
    read=read,
    heads=frozenset({"vitest", "vitest run"}),
)
