"""tsc, vue-tsc and tsgo: ``error TS2304`` in two forms, and silence when all is well."""

import re

from twiceshy.commands.testlog.output_parser import OutputParser
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(\n]{0,300})"
PARSER = OutputParser(
    tool="tsc",
    kind="types",
    marks=("error TS", "Found "),
    read=make_reader(
        (
            SummaryPattern(
                "Found ", re.compile(r"(?:\[[^\]]{1,40}\] |\d[\d:]* (?:AM|PM) - )?Found 0 errors\. Watching"), "green"
            ),
            SummaryPattern(
                "Found ", re.compile(r"Found (?P<errors>[1-9]\d*) errors?(?: in (?:\d+ files?\.|the same file|\S))")
            ),
        ),
        (
            ProblemPattern(
                "error TS",
                re.compile(
                    rf" *{_FILE}(?:\((?P<line>\d+),\d+\):|:(?P<at>\d+):\d+ -) error (?P<code>TS\d+): (?P<message>.+)"
                ),
            ),
            ProblemPattern("error TS", re.compile(r"error (?P<code>TS\d+): (?P<message>.+)")),
        ),
        needs=r"error TS\d|Found 0 errors\. Watching",
    ),
    heads=frozenset({"tsc", "vue-tsc", "tsgo", "svelte-check"}),
    silent=True,
)
