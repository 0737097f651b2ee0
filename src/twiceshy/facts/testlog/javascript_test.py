"""JavaScript's smaller test runners: bun, node, mocha, deno, playwright."""

import re

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept
from twiceshy.facts.testlog.log import Log
from twiceshy.facts.testlog.sentences import Finding, Sentence, found, reader

BUN_PASS = re.compile(r" *(\d+) pass\Z")
BUN_FAIL = re.compile(r" *(\d+) fail\Z")
BUN_SKIP = re.compile(r" *(\d+) (?:skip|todo)\Z")
BUN_ERROR = re.compile(r" *(\d+) errors?\Z")
BUN_RAN = re.compile(r" *Ran (\d+) tests? across \d+ files?\. +\[")
BUN_FINDINGS = (Finding("(fail) ", re.compile(r"\(fail\) (?P<test>.+?)(?: \[[\d.]+m?s\])?\Z")),)


def read_bun(log: Log) -> Reading | None:
    """The verdict of the counts; without them red where a test is told to have failed."""

    def count(mark: str, pattern: re.Pattern[str]) -> int | None:
        numbers = [int(hit.group(1)) for hit, _ in log.found(mark, pattern)]
        return sum(numbers) if numbers else None

    passed, failed, ran = count(" pass", BUN_PASS), count(" fail", BUN_FAIL), count("Ran ", BUN_RAN)
    problems = kept(found(log, BUN_FINDINGS))
    if failed is None or (ran is None and passed is None):
        return Reading(green=False, by="lines", problems=problems) if problems else None
    errors = count(" error", BUN_ERROR) or 0
    if not (ran or passed or failed or errors):
        return None
    bad = failed + errors
    return Reading(not bad, passed, failed, errors, count(" skip", BUN_SKIP), problems=problems if bad else ())


BUN = Leaf(
    tool="bun test",
    kind="test",
    marks=(" pass\n", " fail\n", "(fail) ", "Ran "),
    read=read_bun,
    heads=frozenset({"bun test"}),
)


def read_node(log: Log) -> Reading | None:
    """The verdict of the counts that end TAP or the spec reporter."""
    numbers = {}
    for name in ("tests", "pass", "fail", "cancelled", "skipped"):
        pattern = re.compile(rf"(?:#|\u2139) {name} (\d+)\Z")
        hits = [int(hit.group(1)) for hit, _ in log.found(f" {name} ", pattern)]
        numbers[name] = sum(hits) if hits else None
    if numbers["fail"] is None or not (numbers["tests"] or numbers["pass"] or numbers["fail"]):
        if log.last("not ok ", NOT_OK) and log.has("TAP version", "\n1..", "duration_ms"):
            return Reading(green=False, by="lines", problems=kept(found(log, NODE_FINDINGS)))
        return None
    bad = numbers["fail"] + (numbers["cancelled"] or 0)
    problems = kept(found(log, NODE_FINDINGS)) if bad else ()
    return Reading(not bad, numbers["pass"], bad, skipped=numbers["skipped"], problems=problems)


NOT_OK = re.compile(r" *not ok \d+ - (?P<test>.+)")
NODE_FINDINGS = (
    Finding("not ok ", NOT_OK),
    Finding("\u2716 ", re.compile(r" *\u2716 (?P<test>.+?) \([\d.]+ms\)\Z")),
)
NODE = Leaf(
    tool="node --test",
    kind="test",
    marks=("# fail ", "\u2139 fail ", "not ok "),
    read=read_node,
    heads=frozenset({"node --test", "tap"}),
)
MOCHA = Leaf(
    tool="mocha",
    kind="test",
    marks=(" passing", " failing"),
    read=reader(
        (
            Sentence(
                " passing",
                re.compile(r" {2,}(?:\u2714 )?(?P<passed>\d+) (?:tests? )?passing \(\d[\d.]* ?(?:ms|s|m)\)\Z"),
            ),
            Sentence(" failing", re.compile(r" {2,}(?:\u2716 )?(?P<failed>\d+)(?: of \d+ tests?)? fail(?:ing|ed)\Z")),
            Sentence(" pending", re.compile(r" {2,}(?P<skipped>\d+) pending\Z")),
        ),
        (Finding(") ", re.compile(r" {2,}\d+\) (?P<test>\S.{0,200})\Z"), alone=False),),
    ),
    heads=frozenset({"mocha"}),
)
DENO = Leaf(
    tool="deno test",
    kind="test",
    marks=(" passed ", " | "),
    read=reader(
        (
            Sentence(
                " | ",
                re.compile(
                    r"(?:ok|FAILED) \| (?P<passed>\d+) passed(?: \(\d+ steps?\))? \| (?P<failed>\d+) failed"
                    r"(?: \(\d+ steps?\))?(?: \| (?P<skipped>\d+) ignored)?"
                ),
            ),
        ),
        (Finding("FAILED", re.compile(r"(?P<test>.{1,200}) \.\.\. FAILED \("), alone=False),),
    ),
    heads=frozenset({"deno test"}),
)
PLAYWRIGHT = Leaf(
    tool="playwright",
    kind="test",
    marks=(" passed (", " failed\n"),
    read=reader(
        (
            Sentence(" passed", re.compile(r"  (?P<passed>\d+) passed \(\d[\d.]*(?:ms|s|m|h)\)\Z")),
            Sentence(" failed", re.compile(r"  (?P<failed>\d+) failed\Z")),
            Sentence(" skipped", re.compile(r"  (?P<skipped>\d+) skipped\Z")),
        ),
        (
            Finding(
                " \u203a ",
                re.compile(r" +\d+\) (?:\[[\w -]+\] \u203a )?(?P<file>\S+?):(?P<line>\d+):\d+ \u203a (?P<test>.+)"),
            ),
        ),
    ),
    heads=frozenset({"playwright test"}),
)
