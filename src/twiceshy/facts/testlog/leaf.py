"""What a leaf is: one tool, the marks that its output cannot do without, and how to read it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import By, Kind, Problem

MOST_PROBLEMS = 20
"""Problems kept of one verdict (guess: nobody learns more from one run)."""
MOST_LOOKED_AT = 10 * MOST_PROBLEMS
"""Problems looked at before equal ones are left out."""
LONGEST_MESSAGE = 240
"""As long as a headline of ``facts.fingerprint``."""
EXCEPTION = re.compile(
    r"((?:[A-Za-z_]\w{0,60}\.){0,6}[A-Z]\w{0,60}"
    r"(?:Error|Exception|Exit|Interrupt|Failure|Fault|Timeout|Warning))\b(?::|$| \[)"
)
COUNT = re.compile(r"(\d{1,9}) ([A-Za-z]+)")


class Reading(NamedTuple):
    """What a leaf found; see ``Verdict``."""

    green: bool
    passed: int | None = None
    failed: int | None = None
    errors: int | None = None
    skipped: int | None = None
    by: By = "summary"
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One tool."""

    tool: str
    kind: Kind
    marks: tuple[str, ...]
    """At least one of them stands in every output that ``read`` can read."""
    read: Callable[[Log], Reading | None]
    heads: frozenset[str] = frozenset()
    """The command's names, as ``facts.shell.commands`` gives them."""
    silent: bool = False
    """It prints nothing when all is well."""


def kept(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """The first problems, each once."""
    return tuple(islice(unique(islice(problems, MOST_LOOKED_AT)), MOST_PROBLEMS))


def unique(problems: Iterable[Problem]) -> Iterator[Problem]:
    """The problems in order, each once."""
    seen = set()
    for problem in problems:
        if problem not in seen:
            seen.add(problem)
            yield problem


def short(message: str | None) -> str:
    """A message in one line of at most 240 characters."""
    line = " ".join((message or "").split())
    return line if len(line) <= LONGEST_MESSAGE else line[: LONGEST_MESSAGE - 1] + "…"


def error_type(message: str) -> str | None:
    """The class of the exception with which a message begins."""
    found = EXCEPTION.match(message)
    return found.group(1) if found else None


def counts(line: str) -> dict[str, int]:
    """The numbers before words, added up by word: ``3 failed, 5 passed``."""
    found: dict[str, int] = {}
    for number, word in COUNT.findall(line):
        found[word] = found.get(word, 0) + int(number)
    return found


def total(*numbers: int | None) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [number for number in numbers if number is not None]
    return sum(known) if known else None


def number(text: str | None) -> int | None:
    """A number, None for nothing."""
    return int(text.replace(",", "")) if text else None
