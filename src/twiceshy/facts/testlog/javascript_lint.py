"""JavaScript's linters and formatters: eslint, biome, prettier."""

import re
from collections.abc import Iterator

from twiceshy.facts.testlog.leaf import Leaf, Reading, kept, short
from twiceshy.facts.testlog.log import Log
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader
from twiceshy.records.testlog import Problem

PROBLEMS = re.compile(r" *(?:\u2716|x|\u00d7) \d+ problems? \((?P<errors>\d+) errors?, \d+ warnings?\)\Z")
ROW = re.compile(r" +(\d+):\d+ +error +(.+?)(?: {2,}(@?[\w/-]{2,80}))?\Z")
FILE = re.compile(r"(?:/|[A-Za-z]:\\|\./|[\w@-]+/)\S{1,300}\.\w{1,6}\Z")
ABOVE = 60
"""Lines above a finding in which its file is looked for (guess)."""


def read_eslint(log: Log) -> Reading | None:
    """The verdict of the line of counts; without it red where rows of errors stand under a file's name."""
    errors = [int(hit.group("errors")) for hit, _ in log.found(" problem", PROBLEMS)]
    problems = kept(rows(log))
    if errors:
        return Reading(green=not sum(errors), errors=sum(errors), problems=problems if sum(errors) else ())
    return Reading(green=False, by="lines", problems=problems) if any(one.file for one in problems) else None


def rows(log: Log) -> Iterator[Problem]:
    """Errors, each with the file above it."""
    file, looked = None, -1
    for hit, line in log.found(" error ", ROW):
        above = log.before(line, ABOVE)
        nearest = next((text.strip() for text in above if FILE.match(text.strip())), None)
        if nearest or line.start - looked > ABOVE * 200:
            file = nearest
        looked = line.start
        yield Problem(message=short(hit.group(2)), file=file, line=int(hit.group(1)), code=hit.group(3))


ESLINT = Leaf(
    tool="eslint",
    kind="lint",
    marks=(" problem", " error "),
    read=read_eslint,
    heads=frozenset({"eslint"}),
    silent=True,
)

CHECKED = re.compile(
    r"(?:Checked|Formatted|Linted) \d+ files? in \d[\d.]*\s?[m\u00b5]?s\. "
    r"(?:No fixes applied|Fixed \d+ files?|No fixes needed)"
)
FOUND = re.compile(r"Found (\d+) errors?\.\Z")
EMITTED = re.compile(
    r" *[\u00d7x] (?:Some|The following|Not all).{0,10}\b(?:errors?|warnings|files).{0,60}(?:emitted|formatted)"
)
DIAGNOSTIC = re.compile(r"(?:\./)?(\S{1,300}?\.\w{1,6})(?::(\d+):\d+)? (\S{3,80}) {1,2}(?:FIXABLE {1,2})?\u2501{5,}")


def read_biome(log: Log) -> Reading | None:
    """The verdict: biome says what it checked, then what it found."""
    errors = [int(hit.group(1)) for hit, _ in log.found("Found ", FOUND)]
    emitted = log.first("Some ", EMITTED)
    checked = log.first(" file", CHECKED)
    if not (checked or emitted):
        return None
    if emitted or sum(errors):
        return Reading(green=False, errors=sum(errors) or None, problems=kept(diagnostics(log)))
    return None if log.cut_end else Reading(green=True, errors=0)


def diagnostics(log: Log) -> Iterator[Problem]:
    """What it names, with the sentence below."""
    for hit, line in log.found("\u2501\u2501", DIAGNOSTIC):
        said = next((text.strip() for text in log.after(line, 3) if text.strip()), "")
        yield Problem(
            message=short(said.lstrip("\u00d7!\u2716 ")),
            file=hit.group(1),
            line=int(hit.group(2)) if hit.group(2) else None,
            code=hit.group(3),
        )


BIOME = Leaf(
    tool="biome",
    kind="lint",
    marks=("Checked ", "Formatted ", "Linted ", "were emitted"),
    read=read_biome,
    heads=frozenset({"biome", "biome check", "biome lint", "biome ci"}),
)
PRETTIER = Leaf(
    tool="prettier",
    kind="lint",
    marks=("Prettier", "Code style issues"),
    read=reader(
        (
            Sentence("All matched", re.compile(r"All matched files use Prettier code style!\Z"), "green"),
            Sentence(
                "Code style",
                re.compile(r"(?:\[warn\] )?Code style issues (?:found )?in (?:\d+ files?|the above)"),
                "red",
            ),
        ),
        (Finding("[warn] ", re.compile(r"\[warn\] (?P<file>\S+\.\w+)\Z"), alone=False),),
    ),
    heads=frozenset({"prettier"}),
)
