"""tsc, vue-tsc and tsgo: ``error TS2304`` in two forms, and silence when all is well."""

import re

from twiceshy.facts.testlog.leaf import Leaf
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader

FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:(][^:(\n]{0,300})"
LEAF = Leaf(
    tool="tsc",
    kind="types",
    marks=("error TS", "Found "),
    read=reader(
        (
            Sentence(
                "Found ", re.compile(r"(?:\[[^\]]{1,40}\] |\d[\d:]* (?:AM|PM) - )?Found 0 errors\. Watching"), "green"
            ),
            Sentence(
                "Found ", re.compile(r"Found (?P<errors>[1-9]\d*) errors?(?: in (?:\d+ files?\.|the same file|\S))")
            ),
        ),
        (
            Finding(
                "error TS",
                re.compile(
                    rf" *{FILE}(?:\((?P<line>\d+),\d+\):|:(?P<at>\d+):\d+ -) error (?P<code>TS\d+): (?P<message>.+)"
                ),
            ),
            Finding("error TS", re.compile(r"error (?P<code>TS\d+): (?P<message>.+)")),
        ),
        needs=r"error TS\d|Found 0 errors\. Watching",
    ),
    heads=frozenset({"tsc", "vue-tsc", "tsgo", "svelte-check"}),
    silent=True,
)
