"""What a parser of output is: one tool, the marks that its output cannot do without, and how to read it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.records.findings import CheckKind, Problem, VerdictBasis

MOST_PROBLEMS = 100
"""Problems kept of one verdict (guess, 2026-11-23: an agent that mends more at once reads the log)."""
_MOST_LOOKED_AT = 2 * MOST_PROBLEMS
"""Problems looked at before equal ones are left out."""
LONGEST_MESSAGE = 240
"""Characters of a message: the same as of a telling line, ``commands.telling``."""
_EXCEPTION = re.compile(
    r"((?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,60}"
    r"(?:Error|Exception|Exit|Interrupt|Failure|Fault|Timeout|Warning))\b(?::|$| \[)"
)
_COUNT = re.compile(r"(\d{1,9}) ([A-Za-z]+)")


class OutputReading(NamedTuple):
    """What a parser found; see ``Verdict``."""

    green: bool
    passed: int | None = None
    failed: int | None = None
    errors: int | None = None
    skipped: int | None = None
    by: VerdictBasis = "summary"
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutputParser:
    """One tool."""

    tool: str
    kind: CheckKind
    marks: tuple[str, ...]
    """At least one of them stands in every output that ``read`` can read."""
    read: Callable[[CommandOutput], OutputReading | None]
    heads: frozenset[str] = frozenset()
    """The command's names, as ``command_heads.command_names`` gives them."""
    silent: bool = False
    """It prints nothing when all is well."""


def keep_problems(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """Return the first problems, each once."""
    return tuple(islice(_drop_repeats(islice(problems, _MOST_LOOKED_AT)), MOST_PROBLEMS))


def _drop_repeats(problems: Iterable[Problem]) -> Iterator[Problem]:
    """Yield the problems in order, each once."""
    seen = set()
    for problem in problems:
        if problem not in seen:
            seen.add(problem)
            yield problem


def shorten(message: str | None) -> str:
    """Return a message in one line of at most 240 characters."""
    line = " ".join((message or "").split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def error_type(message: str) -> str | None:
    """Return the class of the exception with which a message begins; None without one."""
    found = _EXCEPTION.match(message)
    return found.group(1) if found else None


def parse_counts(line: str) -> dict[str, int]:
    """Return the numbers before words, added up by word: ``3 failed, 5 passed``."""
    found: dict[str, int] = {}
    for number, word in _COUNT.findall(line):
        found[word] = found.get(word, 0) + int(number)
    return found


def total(*numbers: int | None) -> int | None:
    """Return the sum of those that are known; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def parse_number(text: str | None) -> int | None:
    """Return a number, None for nothing."""
    return int(text.replace(",", "")) if text else None
