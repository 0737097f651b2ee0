"""JavaScript's linters and formatters: eslint, biome, prettier."""

import re
from collections.abc import Iterator

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputParser, OutputReading, keep_problems, shorten
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader
from twiceshy.records.findings import Problem

_PROBLEMS = re.compile(r" *(?:\u2716|x|\u00d7) \d+ problems? \((?P<errors>\d+) errors?, \d+ warnings?\)\Z")
_ROW = re.compile(r" +(\d+):\d+ +error +(.+?)(?:(?<! ) {2,}(@?[\w/-]{2,80}))?\Z")
_FILE = re.compile(r"(?:/|[A-Za-z]:\\|\./|[\w@-]+/)\S{1,300}\.\w{1,6}\Z")
_ABOVE = 60
"""Lines above a finding in which its file is looked for (guess, 2026-11-21)."""


def _read_eslint(log: CommandOutput) -> OutputReading | None:
    """Return the verdict of the counts; without them red where rows of errors stand under a file's name."""
    errors = [int(hit.group("errors")) for hit, _ in log.match_lines(" problem", _PROBLEMS)]
    problems = keep_problems(_find_errors(log))
    if errors:
        return OutputReading(green=not sum(errors), errors=sum(errors), problems=problems if sum(errors) else ())
    return OutputReading(green=False, by="lines", problems=problems) if any(one.file for one in problems) else None


def _find_errors(log: CommandOutput) -> Iterator[Problem]:
    """Yield errors, each with the file above it."""
    file, looked = None, -1
    for hit, line in log.match_lines(" error ", _ROW):
        above = log.before(line, _ABOVE)
        nearest = next((text.strip() for text in above if _FILE.match(text.strip())), None)
        if nearest or line.start - looked > _ABOVE * 200:
            file = nearest
        looked = line.start
        yield Problem(message=shorten(hit.group(2)), file=file, line=int(hit.group(1)), code=hit.group(3))


ESLINT = OutputParser(
    tool="eslint",
    kind="lint",
    marks=(" problem", " error "),
    read=_read_eslint,
    heads=frozenset({"eslint"}),
    silent=True,
)

_CHECKED = re.compile(
    r"(?:Checked|Formatted|Linted) \d+ files? in \d[\d.]*\s?[m\u00b5]?s\. "
    r"(?:No fixes applied|Fixed \d+ files?|No fixes needed)"
)
_FOUND = re.compile(r"Found (\d+) errors?\.\Z")
_EMITTED = re.compile(
    r" *[\u00d7x] (?:Some|The following|Not all).{0,10}\b(?:errors?|warnings|files).{0,60}(?:emitted|formatted)"
)
_DIAGNOSTIC = re.compile(r"(?:\./)?(\S{1,300}?\.\w{1,6})(?::(\d+):\d+)? (\S{3,80}) {1,2}(?:FIXABLE {1,2})?\u2501{5,}")


def _read_biome(log: CommandOutput) -> OutputReading | None:
    """Return the verdict: biome says what it checked, then what it found."""
    errors = [int(hit.group(1)) for hit, _ in log.match_lines("Found ", _FOUND)]
    emitted = log.first("Some ", _EMITTED)
    checked = log.first(" file", _CHECKED)
    if not (checked or emitted):
        return None
    if emitted or sum(errors):
        return OutputReading(green=False, errors=sum(errors) or None, problems=keep_problems(_find_diagnostics(log)))
    return None if log.cut_end else OutputReading(green=True, errors=0)


def _find_diagnostics(log: CommandOutput) -> Iterator[Problem]:
    """Yield what it names, with the sentence below."""
    for hit, line in log.match_lines("\u2501\u2501", _DIAGNOSTIC):
        said = next((text.strip() for text in log.after(line, 3) if text.strip()), "")
        yield Problem(
            message=shorten(said.lstrip("\u00d7!\u2716 ")),
            file=hit.group(1),
            line=int(hit.group(2)) if hit.group(2) else None,
            code=hit.group(3),
        )


BIOME = OutputParser(
    tool="biome",
    kind="lint",
    marks=("Checked ", "Formatted ", "Linted ", "were emitted"),
    read=_read_biome,
    heads=frozenset({"biome", "biome check", "biome lint", "biome ci"}),
)
PRETTIER = OutputParser(
    tool="prettier",
    kind="lint",
    marks=("Prettier", "Code style issues"),
    read=make_reader(
        (
            SummaryPattern("All matched", re.compile(r"All matched files use Prettier code style!\Z"), "green"),
            SummaryPattern(
                "Code style",
                re.compile(r"(?:\[warn\] )?Code style issues (?:found )?in (?:\d+ files?|the above)"),
                "red",
            ),
        ),
        (ProblemPattern("[warn] ", re.compile(r"\[warn\] (?P<file>\S+\.\w+)\Z"), alone=False),),
    ),
    heads=frozenset({"prettier"}),
)
