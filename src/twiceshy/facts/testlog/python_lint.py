"""Python's checkers: mypy, pyright, ruff, black, flake8, pylint; and SymPy's own test runner."""

import re

from twiceshy.facts.testlog.leaf import Leaf
from twiceshy.facts.testlog.sentences import Finding, Sentence, reader

FILE = r"(?P<file>(?:[A-Za-z]:)?[^\s:][^:\n]{0,300}\.pyi?)"
MYPY = Leaf(
    tool="mypy",
    kind="types",
    marks=(" source file", ": error: "),
    read=reader(
        (
            Sentence("Success: ", re.compile(r"Success: no issues found in \d+ source files?\Z"), "green"),
            Sentence("Found ", re.compile(r"Found (?P<errors>\d+) errors? in \d+ files? \(")),
        ),
        (
            Finding(
                ": error: ",
                re.compile(
                    rf"{FILE}:(?P<line>\d+):(?:\d+:(?:\d+:\d+:)?)? error: (?P<message>.+?)(?: +\[(?P<code>[\w-]+)\])?\Z"
                ),
            ),
        ),
    ),
    heads=frozenset({"mypy", "dmypy"}),
)
PYRIGHT = Leaf(
    tool="pyright",
    kind="types",
    marks=(" error, ", " errors, ", " - error: "),
    read=reader(
        (
            Sentence(
                " error", re.compile(r"(?P<errors>\d+) errors?, \d+ warnings?(?:, \d+ (?:informations?|notes?))? ?\Z")
            ),
        ),
        (
            Finding(
                " - error: ",
                re.compile(rf" *{FILE}:(?P<line>\d+):\d+ - error: (?P<message>.+?)(?: \((?P<code>report\w+)\))?\Z"),
            ),
        ),
        needs=r"pyright|\d+ (?:informations?|notes?)|\.pyi?:\d+:\d+ - error",
    ),
    heads=frozenset({"pyright", "basedpyright"}),
)
RUFF = Leaf(
    tool="ruff",
    kind="lint",
    marks=("All checks passed!", "Found ", "reformat", "already formatted"),
    read=reader(
        (
            Sentence("All checks", re.compile(r"All checks passed!\Z"), "green"),
            Sentence(
                "Found ", re.compile(r"Found (?P<errors>\d+) errors?(?:\.| \(\d+ fixed, [1-9]\d* remaining\)\.)\Z")
            ),
            Sentence("Found ", re.compile(r"Found \d+ errors? \(\d+ fixed, 0 remaining\)\.\Z"), "green"),
            Sentence(
                "reformatted",
                re.compile(r"(?P<failed>\d+) files? would be reformatted(?:, \d+ files? already formatted)?\Z"),
            ),
            Sentence("already", re.compile(r"\d+ files? already formatted\Z"), "green"),
        ),
        (
            Finding(
                ":",
                re.compile(
                    rf"{FILE}:(?P<line>\d+):\d+: (?P<code>[A-Z]{{1,4}}\d{{3,4}}|SyntaxError:?) "
                    r"(?:\[\*\] )?(?P<message>.+)"
                ),
                alone=False,
            ),
            Finding(
                " ", re.compile(r"(?P<code>[A-Z]{1,4}\d{3,4}) (?:\[\*\] |\[-\] )?(?P<message>[A-Z`].+)"), alone=False
            ),
        ),
        needs=r"\bruff\b|All checks passed!|fixable with|already formatted|"
        r"\.pyi?:\d+:\d+: [A-Z]{1,4}\d{3,4} |--> .{1,200}\.py:",
    ),
    heads=frozenset({"ruff", "ruff check", "ruff format"}),
)
BLACK = Leaf(
    tool="black",
    kind="lint",
    marks=(" would be reformatted", " left unchanged", " would be left unchanged"),
    read=reader(
        (
            Sentence(
                "would be reformatted", re.compile(r"(?P<failed>\d+) files? would be reformatted(?:, .{1,80})?\.\Z")
            ),
            Sentence("left unchanged", re.compile(r"\d+ files? (?:would be )?left unchanged\.\Z"), "green"),
            Sentence("left unchanged", re.compile(r"\d+ files? reformatted, .{0,80}left unchanged\.\Z"), "green"),
        ),
        (Finding("would reformat ", re.compile(r"would reformat (?P<file>\S.{0,300})\Z"), alone=False),),
    ),
    heads=frozenset({"black"}),
)
FLAKE8 = Leaf(
    tool="flake8",
    kind="lint",
    marks=(".py:",),
    read=reader(
        (),
        (
            Finding(
                ".py:",
                re.compile(rf"{FILE}:(?P<line>\d+):\d+: (?P<code>[A-Z]{{1,3}}\d{{3}}) (?!\[\*\])(?P<message>.+)"),
            ),
        ),
        needs=r"\A(?s:.{0,2000})\bflake8\b",
    ),
    heads=frozenset({"flake8"}),
    silent=True,
)
SYMPY = Leaf(
    tool="sympy test",
    kind="test",
    marks=("tests finished: ",),
    read=reader(
        (
            Sentence(
                "tests finished: ",
                re.compile(
                    r"=* ?tests finished: (?:(?P<passed>\d+) passed)?,? ?(?:(?P<failed>\d+) failed)?"
                    r"(?:, \d+ \w[\w ]{0,40}?"
                    r"(?=,)){0,5}(?:, (?P<errors>\d+) exceptions?)?, "
                ),
            ),
            Sentence("DO *NOT* COMMIT!", re.compile(r" *DO \*NOT\* COMMIT!\Z"), "red"),
        ),
        (Finding(".py:", re.compile(r"_+ (?P<test>(?P<file>\S+\.py):\S+) _+\Z"), alone=False),),
    ),
)
