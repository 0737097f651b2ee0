"""go test, build and vet: a line for each package, ``--- FAIL`` for each test, and the compiler's errors.

``go test`` has no summary of its own: it is green when packages passed, none failed and the end of the output is there.
"""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept, number, short
from twiceshy.facts.testlog.log import Line, Log
from twiceshy.records.testlog import By, Problem

OK = re.compile(r"ok  ?[\t ]+\S+[\t ]+(?:\d[\d.]*s\b|\(cached\))")
PACKAGE = re.compile(r"FAIL[\t ]+(\S{3,300})(?:[\t ]+(?:\d[\d.]*s|\(cached\)|\[(build|setup) failed\])|\Z)")
FAILED_TEST = re.compile(r" *--- FAIL: (\S{1,300}) \(\d")
PASSED_TEST = re.compile(r"--- PASS: \S+ \(\d")
SKIPPED_TEST = re.compile(r"--- SKIP: \S+ \(\d")
ALONE = re.compile(r"FAIL\Z")
PASS = re.compile(r"PASS\Z")
SAID = re.compile(r" +(?:\S{1,100}: )?([\w./-]{1,200}_test\.go):(\d{1,6}): ?(.*)")
PANIC = re.compile(r"panic: (.+)")
DONE = re.compile(
    r"DONE (?:\d+ runs, )?(\d+) tests?(?:, (\d+) skipped)?(?:, (\d+) failures?)?(?:, (\d+) errors?)? in \d"
)
EVENT = re.compile(r'\{.{0,300}"Action":"(pass|fail|skip)".{0,200}"Package":"[^"]{1,200}"(?:,"Test":"([^"]{1,200})")?')
COMPILED = re.compile(r"(?:vet: )?((?:[A-Za-z]:)?[\w./\\@+~-]{1,300}\.go):(\d{1,6}):(?:(\d{1,6}):)? (.+)")
HEADER = re.compile(r"# \S+(?: \[\S+\])?\Z")
LINTER = re.compile(r"\((?!untyped|typed|type|and|see|missing|in|re)[a-z][\w-]{2,30}\)\Z")
MODULE = re.compile(
    r"(?:go: |\S+\.go:\d+:\d+: )(?:no required module|cannot find|module \S+ (?:not found|found)|updates to go\.mod"
    r"|inconsistent vendoring|go\.mod requires)"
)


def read_test(log: Log) -> Reading | None:
    """The verdict on all packages that are seen."""
    if done := log.last("DONE ", DONE):
        tests, skipped, failed, errors = (number(group) or 0 for group in done.groups())
        bad = failed + errors
        return Reading(
            not bad, tests - skipped - failed, failed, errors, skipped, problems=kept(failures(log)) if bad else ()
        )
    failed_tests = [hit.group(1) for hit, _ in log.found("--- FAIL", FAILED_TEST)]
    packages = [hit for hit, _ in log.found("FAIL", PACKAGE)]
    if failed_tests or packages or alone(log):
        return Reading(
            green=False,
            passed=seen(log, "--- PASS", PASSED_TEST),
            failed=len(failed_tests) or None,
            errors=sum(bool(hit.group(2)) for hit in packages) or None,
            by="summary" if packages or alone(log) else "lines",
            problems=kept(failures(log)),
        )
    if log.has('"Action":"'):
        return read_events(log)
    if log.cut_end or (log.picked and "fail" not in log.picked.lower()):
        return None
    if next(log.found("ok ", OK), None) or (log.has("=== RUN", "--- PASS") and log.first("PASS", PASS)):
        if log.has("[build failed]", "[setup failed]"):
            return None
        by: By = "summary" if log.ended else "lines"  # nothing but the end of the run says that no package is left
        return Reading(True, seen(log, "--- PASS", PASSED_TEST), skipped=seen(log, "--- SKIP", SKIPPED_TEST), by=by)
    return None


def alone(log: Log) -> bool:
    """Whether there is the last line of a failed ``go test``, which others may print as well."""
    return ("go test" in log.command or log.has("exit status 1\n", "ok  \t", "\t[no test files]")) and log.last(
        "FAIL", ALONE
    ) is not None


def read_events(log: Log) -> Reading | None:
    """The verdict from ``go test -json``."""
    found: dict[tuple[str, bool], int] = {}
    for hit, _ in log.found('"Action":"', EVENT):
        key = (hit.group(1), bool(hit.group(2)))
        found[key] = found.get(key, 0) + 1
    failed = found.get(("fail", True), 0)
    if failed or found.get(("fail", False)):
        return Reading(False, found.get(("pass", True)), failed, problems=kept(failures(log)))
    if not found.get(("pass", False)) or log.cut_end:
        return None
    return Reading(True, found.get(("pass", True)), failed, skipped=found.get(("skip", True), 0))


def seen(log: Log, mark: str, pattern: re.Pattern[str]) -> int | None:
    """How many such lines there are; None for none, as they are printed only on request."""
    return sum(1 for _ in log.found(mark, pattern)) or None


def failures(log: Log) -> Iterator[Problem]:
    """Failed tests with the first thing they said, panics, and what did not compile."""
    for hit, line in log.found("--- FAIL", FAILED_TEST):
        said = next((found for text in log.after(line, 6) if (found := SAID.match(text))), None) or said_before(
            log, line
        )
        yield Problem(
            test=hit.group(1),
            file=said.group(1) if said else None,
            line=int(said.group(2)) if said else None,
            message=short(said.group(3) if said else ""),
        )
    for hit, _ in log.found("panic: ", PANIC):
        yield Problem(message=short(hit.group(1)), error_type="panic")
    yield from compiled(log)
    for hit, _ in log.found("FAIL", PACKAGE):
        yield Problem(file=hit.group(1), message=short(f"{hit.group(2)} failed" if hit.group(2) else "FAIL"))


def said_before(log: Log, line: Line) -> re.Match[str] | None:
    """The first thing that a test said under ``-v``, where its word comes before its failure."""
    first = None
    for text in log.before(line, 12):
        if text.lstrip().startswith(("=== ", "--- ")):
            break
        first = SAID.match(text) or first
    return first


def compiled(log: Log) -> Iterator[Problem]:
    """Errors of the compiler or of vet, not of a linter."""
    if log.has(".go:"):
        for hit, _ in log.found(".go:", COMPILED):
            if not LINTER.search(hit.group(4)):
                yield Problem(file=hit.group(1), line=int(hit.group(2)), message=short(hit.group(4)))


def read_build(log: Log) -> Reading | None:
    """Red where the compiler named errors under a package's header; silence is judged by the spine."""
    if log.has("[build failed]", "[setup failed]") or "go vet" in log.command:
        return None
    return read_compiled(log)


def read_vet(log: Log) -> Reading | None:
    """The same for vet, which looks alike; the command tells them apart."""
    return read_compiled(log) if "go vet" in log.command else None


def read_compiled(log: Log) -> Reading | None:
    """Red where there is an error under ``# package``, or in an output of nothing else."""
    problems = kept(compiled(log))
    header = log.first("# ", HEADER)
    if problems and (header or "go build" in log.command or "go vet" in log.command or "go install" in log.command):
        return Reading(green=False, errors=len(problems), by="lines", problems=problems)
    if module := log.first("go", MODULE):
        return Reading(green=False, by="lines", problems=(Problem(message=short(module.string)),))
    return None


TEST = Leaf(
    tool="go test",
    kind="test",
    marks=("ok  ", "FAIL", "PASS", '"Action":"', "DONE "),
    read=read_test,
    heads=frozenset({"go test", "gotestsum"}),
)
BUILD = Leaf(
    tool="go build",
    kind="build",
    marks=(".go:", "go: "),
    read=read_build,
    heads=frozenset({"go build", "go install"}),
    silent=True,
)
VET = Leaf(tool="go vet", kind="lint", marks=(".go:", "go: "), read=read_vet, heads=frozenset({"go vet"}), silent=True)
