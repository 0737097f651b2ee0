"""What the output of tests, builds and linters says: one verdict a tool, with the problems that it names."""

from dataclasses import dataclass
from typing import Literal

CheckKind = Literal["test", "build", "lint", "types"]
VerdictBasis = Literal["summary", "lines", "status"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One failed test, error or finding, as far as its tool told it.

    Texts are the output's own: foreign, and redacted only if the output was.
    """

    message: str = ""
    """Its first line, at most 240 characters."""
    file: str | None = None
    line: int | None = None
    test: str | None = None
    """Id or name of the failed test, as the tool writes it."""
    code: str | None = None
    """``TS2304``, ``F401``, ``E0425``, ``no-unused-vars``, ``ENOENT``."""
    error_type: str | None = None
    """Class of the exception: ``AssertionError``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one tool said at the end of its run, or of all its runs in one command.

    Counts are None where the tool did not tell them. ``green`` is the tool's own judgement: warnings alone are green.
    """

    tool: str
    kind: CheckKind
    green: bool
    passed: int | None = None
    failed: int | None = None
    errors: int | None = None
    skipped: int | None = None
    by: VerdictBasis = "summary"
    """``summary``: the tool's own last word; ``lines``: only lines that it prints on failure, or a complete silence
    that means success; ``status``: only the exit status."""
    confidence: float = 1.0
    """Chance that it is right, 0 to 1, see ``facts.testlog.reading``."""
    problems: tuple[Problem, ...] = ()
    """The first ones, in the order of the output; at most ``facts.testlog.leaf.MOST_PROBLEMS``."""
