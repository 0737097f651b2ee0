"""go test, build and vet: a line for each package, ``--- FAIL`` for each test, and the compiler's errors.

``go test`` has no summary of its own: it is green when packages passed, none failed and the end of the output is there.
"""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog.command_output import CommandOutput, CommandOutputLine
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems, parse_number, shorten
from twiceshy.records.findings import Problem

_OK = re.compile(r"ok  ?[\t ]+\S+[\t ]+(?:\d[\d.]*s\b|\(cached\))")
_PACKAGE = re.compile(r"FAIL[\t ]+(\S{3,300})(?:[\t ]+(?:\d[\d.]*s|\(cached\)|\[(build|setup) failed\])|\Z)")
_FAILED_TEST = re.compile(r" *--- FAIL: (\S{1,300}) \(\d")
_PASSED_TEST = re.compile(r"--- PASS: \S+ \(\d")
_SKIPPED_TEST = re.compile(r"--- SKIP: \S+ \(\d")
_FINAL_FAIL = re.compile(r"FAIL\Z")
_PASS = re.compile(r"PASS\Z")
_TEST_MESSAGE = re.compile(r" +(?:\S{1,100}: )?([\w./-]{1,200}_test\.go):(\d{1,6}): ?(.*)")
_PANIC = re.compile(r"panic: (.+)")
_DONE = re.compile(
    r"DONE (?:\d+ runs, )?(\d+) tests?(?:, (\d+) skipped)?(?:, (\d+) failures?)?(?:, (\d+) errors?)? in \d"
)
_EVENT = re.compile(r'\{.{0,300}"Action":"(pass|fail|skip)".{0,200}"Package":"[^"]{1,200}"(?:,"Test":"([^"]{1,200})")?')
_COMPILED = re.compile(r"(?:vet: )?((?:[A-Za-z]:)?[\w./\\@+~-]{1,300}\.go):(\d{1,6}):(?:(\d{1,6}):)? (.+)")
_HEADER = re.compile(r"# \S+(?: \[\S+\])?\Z")
_LINTER = re.compile(r"\((?!untyped|typed|type|and|see|missing|in|re)[a-z][\w-]{2,30}\)\Z")
_MODULE = re.compile(
    r"(?:go: |\S+\.go:\d+:\d+: )(?:no required module|cannot find|module \S+ (?:not found|found)|updates to go\.mod"
    r"|inconsistent vendoring|go\.mod requires)"
)


def _read_test(log: CommandOutput) -> OutputReading | None:
    """Return the verdict on all packages that are seen."""
    if done := log.last("DONE ", _DONE):
        return _read_done(log, done)
    failed_tests = _count_lines(log, "--- FAIL", _FAILED_TEST)
    packages = [hit for hit, _ in log.match_lines("FAIL", _PACKAGE)]
    has_summary = bool(packages) or _has_final_fail(log)
    if failed_tests or has_summary:
        return OutputReading(
            green=False,
            passed=_count_lines(log, "--- PASS", _PASSED_TEST),
            failed=failed_tests,
            errors=sum(bool(hit.group(2)) for hit in packages) or None,
            by="summary" if has_summary else "lines",
            problems=keep_problems(_find_failures(log)),
        )
    return _read_events(log) if log.has('"Action":"') else _read_passed(log)


def _read_done(log: CommandOutput, done: re.Match[str]) -> OutputReading:
    """Return the verdict of gotestsum's last line."""
    tests, skipped, failed, errors = (parse_number(group) or 0 for group in done.groups())
    problems = keep_problems(_find_failures(log)) if failed + errors else ()
    return OutputReading(not failed + errors, tests - skipped - failed, failed, errors, skipped, problems=problems)


def _read_passed(log: CommandOutput) -> OutputReading | None:
    """Return green where a package passed and none that failed can be hidden."""
    if log.cut_end or (log.picked and "fail" not in log.picked.lower()) or log.has("[build failed]", "[setup failed]"):
        return None
    if not any(log.match_lines("ok ", _OK)) and not (log.has("=== RUN", "--- PASS") and log.first("PASS", _PASS)):
        return None
    return OutputReading(
        True,
        _count_lines(log, "--- PASS", _PASSED_TEST),
        skipped=_count_lines(log, "--- SKIP", _SKIPPED_TEST),
        by="summary" if log.ended else "lines",  # nothing but the end of the run says that no package is left
    )


def _has_final_fail(log: CommandOutput) -> bool:
    """Tell whether there is the last line of a failed ``go test``, which others may print as well."""
    return ("go test" in log.command or log.has("exit status 1\n", "ok  \t", "\t[no test files]")) and log.last(
        "FAIL", _FINAL_FAIL
    ) is not None


def _read_events(log: CommandOutput) -> OutputReading | None:
    """Return the verdict from ``go test -json``."""
    found: dict[tuple[str, bool], int] = {}
    for hit, _ in log.match_lines('"Action":"', _EVENT):
        key = (hit.group(1), bool(hit.group(2)))
        found[key] = found.get(key, 0) + 1
    failed = found.get(("fail", True), 0)
    if failed or found.get(("fail", False)):
        return OutputReading(False, found.get(("pass", True)), failed, problems=keep_problems(_find_failures(log)))
    if not found.get(("pass", False)) or log.cut_end:
        return None
    return OutputReading(True, found.get(("pass", True)), failed, skipped=found.get(("skip", True), 0))


def _count_lines(log: CommandOutput, mark: str, pattern: re.Pattern[str]) -> int | None:
    """Return how many such lines there are; None for none, as they are printed only on request."""
    return sum(1 for _ in log.match_lines(mark, pattern)) or None


def _find_failures(log: CommandOutput) -> Iterator[Problem]:
    """Yield failed tests with the first thing they said, panics, and what did not compile."""
    for hit, line in log.match_lines("--- FAIL", _FAILED_TEST):
        said = next(
            (found for text in log.after(line, 6) if (found := _TEST_MESSAGE.match(text))), None
        ) or _find_message_before(log, line)
        yield Problem(
            test=hit.group(1),
            file=said.group(1) if said else None,
            line=int(said.group(2)) if said else None,
            message=shorten(said.group(3) if said else ""),
        )
    for hit, _ in log.match_lines("panic: ", _PANIC):
        yield Problem(message=shorten(hit.group(1)), error_type="panic")
    yield from _find_compile_errors(log)
    for hit, _ in log.match_lines("FAIL", _PACKAGE):
        yield Problem(file=hit.group(1), message=shorten(f"{hit.group(2)} failed" if hit.group(2) else "FAIL"))


def _find_message_before(log: CommandOutput, line: CommandOutputLine) -> re.Match[str] | None:
    """Return the first thing that a test said under ``-v``, where its message comes before its failure."""
    first = None
    for text in log.before(line, 12):
        if text.lstrip().startswith(("=== ", "--- ")):
            break
        first = _TEST_MESSAGE.match(text) or first
    return first


def _find_compile_errors(log: CommandOutput) -> Iterator[Problem]:
    """Yield errors of the compiler or of vet, not of a linter."""
    if log.has(".go:"):
        for hit, _ in log.match_lines(".go:", _COMPILED):
            if not _LINTER.search(hit.group(4)):
                yield Problem(file=hit.group(1), line=int(hit.group(2)), message=shorten(hit.group(4)))


def _read_build(log: CommandOutput) -> OutputReading | None:
    """Return red where the compiler named errors under a package's header.

    Silence is judged by ``output_verdicts``.
    """
    if log.has("[build failed]", "[setup failed]") or "go vet" in log.command:
        return None
    return _read_compiler_output(log)


def _read_vet(log: CommandOutput) -> OutputReading | None:
    """Read the same for vet, which looks alike; the command tells them apart."""
    return _read_compiler_output(log) if "go vet" in log.command else None


def _read_compiler_output(log: CommandOutput) -> OutputReading | None:
    """Return red where there is an error under ``# package``, or in an output of nothing else."""
    problems = keep_problems(_find_compile_errors(log))
    header = log.first("# ", _HEADER)
    if problems and (header or "go build" in log.command or "go vet" in log.command or "go install" in log.command):
        return OutputReading(green=False, errors=len(problems), by="lines", problems=problems)
    if module := log.first("go", _MODULE):
        return OutputReading(green=False, by="lines", problems=(Problem(message=shorten(module.string)),))
    return None


TEST = OutputParser(
    tool="go test",
    kind="test",
    marks=("ok  ", "FAIL", "PASS", '"Action":"', "DONE "),
    read=_read_test,
    heads=frozenset({"go test", "gotestsum"}),
)
BUILD = OutputParser(
    tool="go build",
    kind="build",
    marks=(".go:", "go: "),
    read=_read_build,
    heads=frozenset({"go build", "go install"}),
    silent=True,
)
VET = OutputParser(
    tool="go vet", kind="lint", marks=(".go:", "go: "), read=_read_vet, heads=frozenset({"go vet"}), silent=True
)
