"""JavaScript's smaller test runners: bun, node, mocha, deno, playwright."""

import re

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, find_problems, make_reader

_BUN_PASS = re.compile(r" *(\d+) pass\Z")
_BUN_FAIL = re.compile(r" *(\d+) fail\Z")
_BUN_SKIP = re.compile(r" *(\d+) (?:skip|todo)\Z")
_BUN_ERROR = re.compile(r" *(\d+) errors?\Z")
_BUN_RAN = re.compile(r" *Ran (\d+) tests? across \d+ files?\. +\[")
_BUN_FINDINGS = (ProblemPattern("(fail) ", re.compile(r"\(fail\) (?P<test>.+?)(?: \[[\d.]+m?s\])?\Z")),)


def _read_bun(log: CommandOutput) -> OutputReading | None:
    """Return the verdict of the counts; without them red where a test is named as failed."""

    def count(mark: str, pattern: re.Pattern[str]) -> int | None:
        numbers = [int(hit.group(1)) for hit, _ in log.match_lines(mark, pattern)]
        return sum(numbers) if numbers else None

    passed, failed, ran = count(" pass", _BUN_PASS), count(" fail", _BUN_FAIL), count("Ran ", _BUN_RAN)
    problems = keep_problems(find_problems(log, _BUN_FINDINGS))
    if failed is None or (ran is None and passed is None):
        return OutputReading(green=False, by="lines", problems=problems) if problems else None
    errors = count(" error", _BUN_ERROR) or 0
    if not (ran or passed or failed or errors):
        return None
    bad = failed + errors
    return OutputReading(not bad, passed, failed, errors, count(" skip", _BUN_SKIP), problems=problems if bad else ())


BUN = OutputParser(
    tool="bun test",
    kind="test",
    marks=(" pass\n", " fail\n", "(fail) ", "Ran "),
    read=_read_bun,
    heads=frozenset({"bun test"}),
)


def _read_node(log: CommandOutput) -> OutputReading | None:
    """Return the verdict of the counts that end TAP or the spec reporter."""
    numbers = {}
    for name in ("tests", "pass", "fail", "cancelled", "skipped"):
        pattern = re.compile(rf"(?:#|\u2139) {name} (\d+)\Z")
        hits = [int(hit.group(1)) for hit, _ in log.match_lines(f" {name} ", pattern)]
        numbers[name] = sum(hits) if hits else None
    if numbers["fail"] is None or not (numbers["tests"] or numbers["pass"] or numbers["fail"]):
        if log.last("not ok ", _NOT_OK) and log.has("TAP version", "\n1..", "duration_ms"):
            return OutputReading(green=False, by="lines", problems=keep_problems(find_problems(log, _NODE_FINDINGS)))
        return None
    bad = numbers["fail"] + (numbers["cancelled"] or 0)
    problems = keep_problems(find_problems(log, _NODE_FINDINGS)) if bad else ()
    return OutputReading(not bad, numbers["pass"], bad, skipped=numbers["skipped"], problems=problems)


_NOT_OK = re.compile(r" *not ok \d+ - (?P<test>.+)")
_NODE_FINDINGS = (
    ProblemPattern("not ok ", _NOT_OK),
    ProblemPattern("\u2716 ", re.compile(r" *\u2716 (?P<test>.+?) \([\d.]+ms\)\Z")),
)
NODE = OutputParser(
    tool="node --test",
    kind="test",
    marks=("# fail ", "\u2139 fail ", "not ok "),
    read=_read_node,
    heads=frozenset({"node --test", "tap"}),
)
MOCHA = OutputParser(
    tool="mocha",
    kind="test",
    marks=(" passing", " failing"),
    read=make_reader(
        (
            SummaryPattern(
                " passing",
                re.compile(r" {2,}(?:\u2714 )?(?P<passed>\d+) (?:tests? )?passing \(\d[\d.]* ?(?:ms|s|m)\)\Z"),
            ),
            SummaryPattern(
                " failing", re.compile(r" {2,}(?:\u2716 )?(?P<failed>\d+)(?: of \d+ tests?)? fail(?:ing|ed)\Z")
            ),
            SummaryPattern(" pending", re.compile(r" {2,}(?P<skipped>\d+) pending\Z")),
        ),
        (ProblemPattern(") ", re.compile(r" {2,}\d+\) (?P<test>\S.{0,200})\Z"), alone=False),),
    ),
    heads=frozenset({"mocha"}),
)
DENO = OutputParser(
    tool="deno test",
    kind="test",
    marks=(" passed ", " | "),
    read=make_reader(
        (
            SummaryPattern(
                " | ",
                re.compile(
                    r"(?:ok|FAILED) \| (?P<passed>\d+) passed(?: \(\d+ steps?\))? \| (?P<failed>\d+) failed"
                    r"(?: \(\d+ steps?\))?(?: \| (?P<skipped>\d+) ignored)?"
                ),
            ),
        ),
        (ProblemPattern("FAILED", re.compile(r"(?P<test>.{1,200}) \.\.\. FAILED \("), alone=False),),
    ),
    heads=frozenset({"deno test"}),
)
PLAYWRIGHT = OutputParser(
    tool="playwright",
    kind="test",
    marks=(" passed (", " failed\n"),
    read=make_reader(
        (
            SummaryPattern(" passed", re.compile(r"  (?P<passed>\d+) passed \(\d[\d.]*(?:ms|s|m|h)\)\Z")),
            SummaryPattern(" failed", re.compile(r"  (?P<failed>\d+) failed\Z")),
            SummaryPattern(" skipped", re.compile(r"  (?P<skipped>\d+) skipped\Z")),
        ),
        (
            ProblemPattern(
                " \u203a ",
                re.compile(r" +\d+\) (?:\[[\w -]+\] \u203a )?(?P<file>\S+?):(?P<line>\d+):\d+ \u203a (?P<test>.+)"),
            ),
        ),
    ),
    heads=frozenset({"playwright test"}),
)
