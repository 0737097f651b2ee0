"""cargo test, nextest, build, check and clippy: ``test result:`` lines, and the compiler's last word."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept, number, short
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Problem

RESULT = re.compile(r"test result: (ok|FAILED)\. (\d+) passed; (\d+) failed; (\d+) ignored;")
NEXTEST = re.compile(
    r" *Summary \[[^\]]{1,40}\] +(\d+)(?:/\d+)? tests? run: (\d+) passed(?: \([^)]{1,60}\))?(?:, (\d+) failed)?"
    r"(?:, (\d+) timed out)?(?:, (\d+) skipped)?"
)
FAILED_TEST = re.compile(r"test (\S{1,300}(?: - \S+(?: \(line \d+\))?)?) \.\.\. FAILED")
FAILED_NEXT = re.compile(r" +FAIL \[[^\]]{1,40}\] (?:\([^)]{1,20}\) )?(\S{1,200}(?: \S{1,200})?)\Z")
STDOUT = re.compile(r"---- (\S{1,300}) stdout ----")
PANICKED = re.compile(
    r"thread '([^']{1,300})' (?:\(\d+\) )?panicked at (?:'(.{0,400})', )?([^\s:,]{1,300}):(\d+):\d+:?"
)
ERROR = re.compile(r"error(?:\[(E\d{4})\])?: (.+)")
PLACE = re.compile(r" *--> ([^\s:]{1,300}):(\d+):\d+")
WEAK = re.compile(
    r"error: (?:could not compile|aborting due to|test failed|\d+ targets? failed|build failed|process didn't exit"
    r"|doctest failed|recipe )"
)
NOT_COMPILED = re.compile(r"error: could not compile `([^`]{1,200})`")
MANIFEST = re.compile(
    r"error: (?:failed to (?:parse manifest|select a version|load manifest|get `|run custom build|parse lock)"
    r"|no matching package|the lock file)"
)
FINISHED = re.compile(r" *Finished `?[\w-]+`? (?:profile )?(?:\[.{1,60}\] )?(?:target\(s\) in |in \d)")


def read_test(log: Log) -> Reading | None:
    """The verdict on all test programs together."""
    passed = failed = skipped = 0
    green, seen = True, False
    for hit, _ in log.found("test result: ", RESULT):
        seen, green = True, green and hit.group(1) == "ok"
        passed, failed, skipped = passed + int(hit.group(2)), failed + int(hit.group(3)), skipped + int(hit.group(4))
    for hit, _ in log.found("Summary [", NEXTEST):
        bad = (number(hit.group(3)) or 0) + (number(hit.group(4)) or 0)
        seen, green = True, green and not bad
        passed, failed, skipped = passed + int(hit.group(2)), failed + bad, skipped + (number(hit.group(5)) or 0)
    broken = log.first("error: could not compile", NOT_COMPILED)
    if seen:
        problems = () if green and not broken else kept(failures(log))
        return Reading(green and not broken, passed, failed, skipped=skipped, problems=problems)
    if broken and ("cargo test" in log.command or "nextest" in log.command or "(test" in broken.string):
        return Reading(green=False, by="summary", problems=kept(compiled(log)))
    problems = kept(failures(log, alone=True))
    return Reading(green=False, failed=len(problems), by="lines", problems=problems) if problems else None


def failures(log: Log, *, alone: bool = False) -> Iterator[Problem]:
    """Failed tests with where they panicked; then, unless ``alone``, what did not compile."""
    panics = {}
    for hit, line in log.found("panicked at ", PANICKED):
        message = hit.group(2) or next(iter(log.after(line, 1)), "")
        panics[hit.group(1)] = (hit.group(3), int(hit.group(4)), message)
    names = [hit.group(1) for hit, _ in log.found("... FAILED", FAILED_TEST)]
    names += [hit.group(1) for hit, _ in log.found("FAIL [", FAILED_NEXT)]
    names += [hit.group(1) for hit, _ in log.found(" stdout ----", STDOUT)]
    for name in dict.fromkeys(names):
        file, line_number, message = panics.get(name.rpartition(" ")[2], (None, None, ""))
        yield Problem(
            test=name, file=file, line=line_number, message=short(message), error_type="panic" if file else None
        )
    if not alone:
        yield from compiled(log)


def compiled(log: Log) -> Iterator[Problem]:
    """Errors of the compiler with their places."""
    for hit, line in log.found("error", ERROR):
        if not WEAK.match(hit.group()):
            place = next((found for text in log.after(line, 3) if (found := PLACE.match(text))), None)
            yield Problem(
                code=hit.group(1),
                message=short(hit.group(2)),
                file=place.group(1) if place else None,
                line=int(place.group(2)) if place else None,
            )


def read_build(log: Log) -> Reading | None:
    """The compiler's last word where no tests were asked for."""
    return None if "clippy" in log.command else read_compiled(log)


def read_clippy(log: Log) -> Reading | None:
    """The same for clippy, which looks alike; the command tells them apart."""
    return read_compiled(log) if "clippy" in log.command else None


def read_compiled(log: Log) -> Reading | None:
    """Red where a crate could not be compiled, green where cargo finished."""
    if log.has("test result: ", " tests run: ") or "cargo test" in log.command or "nextest" in log.command:
        return None
    if log.first("error: ", NOT_COMPILED) or log.first("error: ", MANIFEST):
        problems = kept(compiled(log))
        return Reading(green=False, errors=len(problems) or None, problems=problems)
    problems = kept(one for one in compiled(log) if one.code or one.file)
    if problems and all(one.code or (one.file or "").endswith(".rs") for one in problems):
        return Reading(green=False, by="lines", problems=problems)
    if not log.cut_end and (not log.picked or "error" in log.picked) and log.first("Finished ", FINISHED):
        return Reading(green=True, errors=0)
    return None


TEST = Leaf(
    tool="cargo test",
    kind="test",
    marks=("test result: ", " tests run: ", "... FAILED", "error: could not compile", " stdout ----"),
    read=read_test,
    heads=frozenset({"cargo test", "cargo nextest", "cargo nextest run", "cargo t"}),
)
BUILD = Leaf(
    tool="cargo build",
    kind="build",
    marks=("error: ", "error[", "Finished "),
    read=read_build,
    heads=frozenset({"cargo build", "cargo check", "cargo b", "cargo c", "rustc"}),
)
CLIPPY = Leaf(
    tool="clippy",
    kind="lint",
    marks=("error: ", "error[", "Finished "),
    read=read_clippy,
    heads=frozenset({"cargo clippy"}),
)
