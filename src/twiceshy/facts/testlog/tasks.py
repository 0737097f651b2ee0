"""Task runners: make, mise, npm, bun and others tell which of a project's tasks failed; what it is, its name tells.

They repeat what a tool said before them, so the spine drops their word where a tool's own is there.
"""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Kind, Problem

KINDS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("types", re.compile(r"(?:.*[:-])?(?:type-?check|types|tsc|check-types|mypy|pyright)(?:[:-].*)?\Z")),
    (
        "lint",
        re.compile(
            r"(?:.*[:-])?(?:lint|eslint|ruff|clippy|vet|(?:format|fmt)[:-]check|check[:-](?:format|fmt))(?:[:-].*)?\Z"
        ),
    ),
    ("test", re.compile(r"(?:.*[:-])?(?:tests?|unit|spec|e2e|integration)(?:[:-].*)?\Z")),
    ("build", re.compile(r"(?:.*[:-])?(?:build|compile|assemble)(?:[:-].*)?\Z")),
)
FAILED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ERROR task failed", re.compile(r"\[([\w:./-]{1,80})\] ERROR task failed")),
    ("exited with code", re.compile(r'error: script "([\w:./-]{1,80})" exited with code (?!12[67]\b)\d')),
    (" failed", re.compile(r"npm (?:ERR!|error) Lifecycle script `([\w:./-]{1,80})` failed")),
    (
        "***",
        re.compile(r"g?make(?:\[\d+\])?: \*\*\* \[(?:[^\s:\]]+:\d+: )?([^\]\s]{1,200})\] (?!Error 12[67]\b)Error \d"),
    ),
    ("recipe", re.compile(r"error: [Rr]ecipe `([\w:./-]{1,80})` failed")),
    (" ERROR: ", re.compile(r" *\S{1,80}#([\w:./-]{1,80}): command .{1,300} exited \(\d")),
    ("task: ", re.compile(r'task: Failed to run task "([\w:./-]{1,80})": ')),
)


def kind_of(name: str) -> Kind | None:
    """What a task of that name does; None where the name does not tell."""
    return next((kind for kind, pattern in KINDS if pattern.match(name)), None)


def failed(log: Log) -> Iterator[tuple[Kind, str]]:
    """The tasks told to have failed; a target of make that is no known task is something to build."""
    for mark, pattern in FAILED:
        for hit, _ in log.found(mark, pattern):
            kind = kind_of(hit.group(1)) or ("build" if mark == "***" else None)
            if kind:
                yield kind, hit.group(1)


def leaf(kind: Kind) -> Leaf:
    """The leaf of the tasks of one kind."""

    def read(log: Log) -> Reading | None:
        """Red where such a task failed; no runner tells reliably that all went well."""
        names = [name for task, name in failed(log) if task == kind]
        problems = kept(Problem(message=f"{name} failed") for name in names)
        return Reading(green=False, by="lines", problems=problems) if names else None

    return Leaf(
        tool=f"{kind} task",
        kind=kind,
        marks=(
            "ERROR task failed",
            "exited with code",
            "npm ERR!",
            "npm error",
            "***",
            "ecipe `",
            "exited (",
            "task: Failed",
        ),
        read=read,
    )


TEST, BUILD, LINT, TYPES = leaf("test"), leaf("build"), leaf("lint"), leaf("types")
