"""Tools that say how it went in one fixed sentence: a reader made from the sentences alone.

Most tools are no more than a few patterns. A pattern's named groups are the counts (``passed``, ``failed``, ``errors``,
``skipped``) or the parts of a problem (``file``, ``line`` or ``at``, ``test``, ``code``, ``message``).
"""

import re
from collections.abc import Callable, Iterator
from functools import partial
from typing import Literal, NamedTuple

from twiceshy.commands.testlog.command_output import CommandOutput
from twiceshy.commands.testlog.output_parser import OutputReading, error_type, keep_problems, shorten
from twiceshy.records.findings import Problem

_COUNT_NAMES = ("passed", "failed", "errors", "skipped")


class SummaryPattern(NamedTuple):
    """A line that says how it went."""

    mark: str
    """Literal text that it cannot do without."""
    pattern: re.Pattern[str]
    means: Literal["green", "red", "counts"] = "counts"
    """``counts``: red where something failed or an error was counted, green otherwise."""


class ProblemPattern(NamedTuple):
    """A line that names one problem."""

    mark: str
    pattern: re.Pattern[str]
    alone: bool = True
    """Without any sentence it is enough to say red."""


def make_reader(
    sentences: tuple[SummaryPattern, ...],
    findings: tuple[ProblemPattern, ...] = (),
    *,
    needs: str = "",
) -> Callable[[CommandOutput], OutputReading | None]:
    """Make a parser's ``read``.

    ``needs`` is a pattern that the command or the text must hold, for forms that others share.
    """
    return partial(_read, sentences, findings, re.compile(needs) if needs else None)


def _read(
    sentences: tuple[SummaryPattern, ...],
    findings: tuple[ProblemPattern, ...],
    needed: re.Pattern[str] | None,
    log: CommandOutput,
) -> OutputReading | None:
    """Return the verdict of the summaries; without any, red where a problem stands alone."""
    if needed and not (needed.search(log.command) or needed.search(log.text)):
        return None
    numbers: dict[str, int | None] = dict.fromkeys(_COUNT_NAMES)
    signs = [sign for sentence in sentences for sign in _read_summary(log, sentence, numbers)]
    if not signs and not any(find_problems(log, tuple(one for one in findings if one.alone))):
        return None
    green = bool(signs) and all(signs)
    return OutputReading(
        green,
        numbers["passed"],
        numbers["failed"],
        numbers["errors"],
        numbers["skipped"],
        by="summary" if signs else "lines",
        problems=() if green else keep_problems(find_problems(log, findings)),
    )


def _read_summary(log: CommandOutput, sentence: SummaryPattern, numbers: dict[str, int | None]) -> Iterator[bool]:
    """Add the counts of each such line, and yield whether it is green."""
    for hit, _ in log.match_lines(sentence.mark, sentence.pattern):
        groups = hit.groupdict()
        bad = False
        for name in _COUNT_NAMES:
            if groups.get(name) is not None:
                number = int(groups[name].replace(",", ""))
                numbers[name] = (numbers[name] or 0) + number
                bad = bad or (number > 0 and name in {"failed", "errors"})
        yield not bad if sentence.means == "counts" else sentence.means == "green"


def find_problems(log: CommandOutput, findings: tuple[ProblemPattern, ...]) -> Iterator[Problem]:
    """Yield the problems in the order of the output."""
    rows = [(line.start, hit.groupdict()) for one in findings for hit, line in log.match_lines(one.mark, one.pattern)]
    for _, groups in sorted(rows, key=lambda row: row[0]):
        message = shorten(groups.get("message"))
        yield Problem(
            message=message,
            file=groups.get("file"),
            line=int(line) if (line := groups.get("line") or groups.get("at")) else None,
            test=groups.get("test"),
            code=groups.get("code"),
            error_type=groups.get("error") or error_type(message),
        )
