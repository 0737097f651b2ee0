"""cargo test, nextest, build, check and clippy: ``test result:`` lines, and the compiler's last word."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems, parse_number, shorten
from twiceshy.records.findings import Problem

_RESULT = re.compile(r"test result: (ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored;")
_NEXTEST = re.compile(
    r" *Summary \[[^\]]{1,40}\] +(\d+)(?:/\d+)? tests? run: (\d+) passed(?: \([^)]{1,60}\))?(?:, (\d+) failed)?"
    r"(?:, (\d+) timed out)?(?:, (\d+) skipped)?"
)
_FAILED_TEST = re.compile(r"test (\S{1,300}(?: - \S+(?: \(line \d+\))?)?) \.\.\. FAILED")
_FAILED_NEXT = re.compile(r" +FAIL \[[^\]]{1,40}\] (?:\([^)]{1,20}\) )?(\S{1,200}(?: \S{1,200})?)\Z")
_STDOUT = re.compile(r"---- (\S{1,300}) stdout ----")
_PANICKED = re.compile(
    r"thread '([^']{1,300})' (?:\(\d+\) )?panicked at (?:'(.{0,400})', )?([^\s:,]{1,300}):(\d+):\d+:?"
)
_ERROR = re.compile(r"error(?:\[(E\d{4})\])?: (.+)")
_PLACE = re.compile(r" *--> ([^\s:]{1,300}):(\d+):\d+")
_WEAK = re.compile(
    r"error: (?:could not compile|aborting due to|test failed|\d+ targets? failed|build failed|process didn't exit"
    r"|doctest failed|recipe )"
)
_NOT_COMPILED = re.compile(r"error: could not compile `([^`]{1,200})`")
_MANIFEST = re.compile(
    r"error: (?:failed to (?:parse manifest|select a version|load manifest|get `|run custom build|parse lock)"
    r"|no matching package|the lock file)"
)
_FINISHED = re.compile(r" *Finished `?[\w-]+`? (?:profile )?(?:\[.{1,60}\] )?(?:target\(s\) in |in \d)")


def _read_test(log: CommandOutput) -> OutputReading | None:
    """Return the verdict on all test programs together."""
    results = list(_read_results(log))
    broken = log.first("error: could not compile", _NOT_COMPILED)
    if results:
        green = not broken and all(one.green for one in results)
        passed, failed, skipped = (sum(numbers) for numbers in zip(*(one[1:] for one in results), strict=True))
        problems = () if green else keep_problems(_find_failures(log))
        return OutputReading(green, passed, failed, skipped=skipped, problems=problems)
    if broken and ("cargo test" in log.command or "nextest" in log.command or "(test" in broken.string):
        return OutputReading(green=False, by="summary", problems=keep_problems(_find_compile_errors(log)))
    problems = keep_problems(_find_failures(log, alone=True))
    return OutputReading(green=False, failed=len(problems), by="lines", problems=problems) if problems else None


class _ProgramResult(NamedTuple):
    """What one test program said at its end."""

    green: bool
    passed: int
    failed: int
    skipped: int


def _read_results(log: CommandOutput) -> Iterator[_ProgramResult]:
    """Yield what each test program said, run by cargo or by nextest."""
    for hit, _ in log.match_lines("test result: ", _RESULT):
        yield _ProgramResult(hit.group(1) == "ok", int(hit.group(2)), int(hit.group(3)), int(hit.group(4)))
    for hit, _ in log.match_lines("Summary [", _NEXTEST):
        passed, *others = hit.group(2, 3, 4, 5)
        failed, timed_out, skipped = (parse_number(number) or 0 for number in others)
        yield _ProgramResult(not failed + timed_out, int(passed), failed + timed_out, skipped)


def _find_failures(log: CommandOutput, *, alone: bool = False) -> Iterator[Problem]:
    """Yield failed tests with where they panicked; then, unless ``alone``, what did not compile."""
    panics = {}
    for hit, line in log.match_lines("panicked at ", _PANICKED):
        message = hit.group(2) or next(iter(log.after(line, 1)), "")
        panics[hit.group(1)] = (hit.group(3), int(hit.group(4)), message)
    names = [hit.group(1) for hit, _ in log.match_lines("... FAILED", _FAILED_TEST)]
    names += [hit.group(1) for hit, _ in log.match_lines("FAIL [", _FAILED_NEXT)]
    names += [hit.group(1) for hit, _ in log.match_lines(" stdout ----", _STDOUT)]
    for name in dict.fromkeys(names):
        file, line_number, message = panics.get(name.rpartition(" ")[2], (None, None, ""))
        yield Problem(
            test=name, file=file, line=line_number, message=shorten(message), error_type="panic" if file else None
        )
    if not alone:
        yield from _find_compile_errors(log)


def _find_compile_errors(log: CommandOutput) -> Iterator[Problem]:
    """Yield errors of the compiler with their places."""
    for hit, line in log.match_lines("error", _ERROR):
        if not _WEAK.match(hit.group()):
            place = next((found for text in log.after(line, 3) if (found := _PLACE.match(text))), None)
            yield Problem(
                code=hit.group(1),
                message=shorten(hit.group(2)),
                file=place.group(1) if place else None,
                line=int(place.group(2)) if place else None,
            )


def _read_build(log: CommandOutput) -> OutputReading | None:
    """Read the compiler's last word where no tests were asked for."""
    return None if "clippy" in log.command else _read_compiler_output(log)


def _read_clippy(log: CommandOutput) -> OutputReading | None:
    """Read the same for clippy, which looks alike; the command tells them apart."""
    return _read_compiler_output(log) if "clippy" in log.command else None


def _read_compiler_output(log: CommandOutput) -> OutputReading | None:
    """Return red where a crate could not be compiled, green where cargo finished."""
    if log.has("test result: ", " tests run: ") or "cargo test" in log.command or "nextest" in log.command:
        return None
    if log.first("error: ", _NOT_COMPILED) or log.first("error: ", _MANIFEST):
        problems = keep_problems(_find_compile_errors(log))
        return OutputReading(green=False, errors=len(problems) or None, problems=problems)
    problems = keep_problems(one for one in _find_compile_errors(log) if one.code or one.file)
    if problems and all(map(_is_rust, problems)):
        return OutputReading(green=False, by="lines", problems=problems)
    shows_errors = not log.cut_end and (not log.picked or "error" in log.picked)
    return OutputReading(green=True, errors=0) if shows_errors and log.first("Finished ", _FINISHED) else None


def _is_rust(problem: Problem) -> bool:
    """Tell whether the compiler's error has a code or stands in a file of Rust."""
    return bool(problem.code) or (problem.file or "").endswith(".rs")


TEST = OutputParser(
    tool="cargo test",
    kind="test",
    marks=("test result: ", " tests run: ", "... FAILED", "error: could not compile", " stdout ----"),
    read=_read_test,
    heads=frozenset({"cargo test", "cargo nextest", "cargo nextest run", "cargo t"}),
)
BUILD = OutputParser(
    tool="cargo build",
    kind="build",
    marks=("error: ", "error[", "Finished "),
    read=_read_build,
    heads=frozenset({"cargo build", "cargo check", "cargo b", "cargo c", "rustc"}),
)
CLIPPY = OutputParser(
    tool="clippy",
    kind="lint",
    marks=("error: ", "error[", "Finished "),
    read=_read_clippy,
    heads=frozenset({"cargo clippy"}),
)
