"""Python's checkers: mypy, pyright, ruff, black, flake8, pylint; and SymPy's own test runner."""

import re

from twiceshy.commands.testlog.output_parser import OutputParser
from twiceshy.commands.testlog.pattern_parser import ProblemPattern, SummaryPattern, make_reader

_FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,300}\.pyi?)"
MYPY = OutputParser(
    tool="mypy",
    kind="types",
    marks=(" source file", ": error: "),
    read=make_reader(
        (
            SummaryPattern("Success: ", re.compile(r"Success: no issues found in \d+ source files?\Z"), "green"),
            SummaryPattern("Found ", re.compile(r"Found (?P<errors>\d+) errors? in \d+ files? \(")),
        ),
        (
            ProblemPattern(
                ": error: ",
                re.compile(
                    rf"{_FILE}:(?P<line>\d+):(?:\d+:(?:\d+:\d+:)?)? error: (?P<message>.+?)"
                    r"(?: +\[(?P<code>[\w-]+)\])?\Z"
                ),
            ),
        ),
    ),
    heads=frozenset({"mypy", "dmypy"}),
)
PYRIGHT = OutputParser(
    tool="pyright",
    kind="types",
    marks=(" error, ", " errors, ", " - error: "),
    read=make_reader(
        (
            SummaryPattern(
                " error", re.compile(r"(?P<errors>\d+) errors?, \d+ warnings?(?:, \d+ (?:informations?|notes?))? ?\Z")
            ),
        ),
        (
            ProblemPattern(
                " - error: ",
                re.compile(rf" *{_FILE}:(?P<line>\d+):\d+ - error: (?P<message>.+?)(?: \((?P<code>report\w+)\))?\Z"),
            ),
        ),
        needs=r"pyright|\d+ (?:informations?|notes?)|\.pyi?:\d+:\d+ - error",
    ),
    heads=frozenset({"pyright", "basedpyright"}),
)
RUFF = OutputParser(
    tool="ruff",
    kind="lint",
    marks=("All checks passed!", "Found ", "reformat", "already formatted"),
    read=make_reader(
        (
            SummaryPattern("All checks", re.compile(r"All checks passed!\Z"), "green"),
            SummaryPattern(
                "Found ", re.compile(r"Found (?P<errors>\d+) errors?(?:\.| \(\d+ fixed, [1-9]\d* remaining\)\.)\Z")
            ),
            SummaryPattern("Found ", re.compile(r"Found \d+ errors? \(\d+ fixed, 0 remaining\)\.\Z"), "green"),
            SummaryPattern(
                "reformatted",
                re.compile(r"(?P<failed>\d+) files? would be reformatted(?:, \d+ files? already formatted)?\Z"),
            ),
            SummaryPattern("already", re.compile(r"\d+ files? already formatted\Z"), "green"),
        ),
        (
            ProblemPattern(
                ":",
                re.compile(
                    rf"{_FILE}:(?P<line>\d+):\d+: (?P<code>[A-Z]{{1,4}}\d{{3,4}}|SyntaxError:?) "
                    r"(?:\[\*\] )?(?P<message>.+)"
                ),
                alone=False,
            ),
            ProblemPattern(
                " ", re.compile(r"(?P<code>[A-Z]{1,4}\d{3,4}) (?:\[\*\] |\[-\] )?(?P<message>[A-Z`].+)"), alone=False
            ),
        ),
        needs=r"\bruff\b|All checks passed!|fixable with|already formatted|"
        r"\.pyi?:\d+:\d+: [A-Z]{1,4}\d{3,4} |--> .{1,200}\.py:",
    ),
    heads=frozenset({"ruff", "ruff check", "ruff format"}),
)
BLACK = OutputParser(
    tool="black",
    kind="lint",
    marks=(" would be reformatted", " left unchanged", " would be left unchanged"),
    read=make_reader(
        (
            SummaryPattern(
                "would be reformatted", re.compile(r"(?P<failed>\d+) files? would be reformatted(?:, .{1,80})?\.\Z")
            ),
            SummaryPattern("left unchanged", re.compile(r"\d+ files? (?:would be )?left unchanged\.\Z"), "green"),
            SummaryPattern("left unchanged", re.compile(r"\d+ files? reformatted, .{0,80}left unchanged\.\Z"), "green"),
        ),
        (ProblemPattern("would reformat ", re.compile(r"would reformat (?P<file>\S.{0,300})\Z"), alone=False),),
    ),
    heads=frozenset({"black"}),
)
FLAKE8 = OutputParser(
    tool="flake8",
    kind="lint",
    marks=(".py:",),
    read=make_reader(
        (),
        (
            ProblemPattern(
                ".py:",
                re.compile(rf"{_FILE}:(?P<line>\d+):\d+: (?P<code>[A-Z]{{1,3}}\d{{3}}) (?!\[\*\])(?P<message>.+)"),
            ),
        ),
        needs=r"\A(?s:.{0,2000})\bflake8\b",
    ),
    heads=frozenset({"flake8"}),
    silent=True,
)
SYMPY = OutputParser(
    tool="sympy test",
    kind="test",
    marks=("tests finished: ",),
    read=make_reader(
        (
            SummaryPattern(
                "tests finished: ",
                re.compile(
                    r"=* ?tests finished: (?:(?P<passed>\d+) passed)?,? ?(?:(?P<failed>\d+) failed)?"
                    r"(?:, (?!\d+ exceptions?,)\d+ \w[\w ]{0,40}?"
                    r"(?=,)){0,5}(?:, (?P<errors>\d+) exceptions?)?,(?: |\Z)"
                ),
            ),
            SummaryPattern("DO *NOT* COMMIT!", re.compile(r" *DO \*NOT\* COMMIT!\Z"), "red"),
        ),
        (ProblemPattern(".py:", re.compile(r"_+ (?P<test>(?P<file>\S+\.py):\S+) _+\Z"), alone=False),),
    ),
)
