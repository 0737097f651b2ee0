"""Tools that say how it went in one fixed sentence: a reader made from the sentences alone.

Most tools are no more than a few patterns. A pattern's named groups are the counts (``passed``, ``failed``, ``errors``,
``skipped``) or the parts of a problem (``file``, ``line`` or ``at``, ``test``, ``code``, ``message``).
"""

import re
from collections.abc import Callable, Iterator
from typing import Literal, NamedTuple

from twiceshy.facts.testlog.leaf import Reading, error_type, kept, short
from twiceshy.facts.testlog.log import Log
from twiceshy.records.testlog import Problem

NAMES = ("passed", "failed", "errors", "skipped")


class Sentence(NamedTuple):
    """A line that says how it went."""

    mark: str
    """Literal text that it cannot do without."""
    pattern: re.Pattern[str]
    means: Literal["green", "red", "counts"] = "counts"
    """``counts``: red where something failed or an error was counted, green otherwise."""


class Finding(NamedTuple):
    """A line that names one problem."""

    mark: str
    pattern: re.Pattern[str]
    alone: bool = True
    """Without any sentence it is enough to say red."""


def reader(
    sentences: tuple[Sentence, ...],
    findings: tuple[Finding, ...] = (),
    *,
    needs: str = "",
) -> Callable[[Log], Reading | None]:
    """A leaf's ``read``. ``needs`` is a pattern that the command or the text must hold, for forms that others share."""
    needed = re.compile(needs) if needs else None

    def read(log: Log) -> Reading | None:
        """The verdict of the sentences; without any, red where a finding stands alone."""
        if needed and not needed.search(log.command) and not needed.search(log.text):
            return None
        numbers: dict[str, int | None] = dict.fromkeys(NAMES)
        signs = [sign for sentence in sentences for sign in said(log, sentence, numbers)]
        if not signs:
            alone = kept(found(log, tuple(one for one in findings if one.alone)))
            return Reading(green=False, by="lines", problems=kept(found(log, findings))) if alone else None
        green = all(signs)
        return Reading(
            green,
            numbers["passed"],
            numbers["failed"],
            numbers["errors"],
            numbers["skipped"],
            problems=() if green else kept(found(log, findings)),
        )

    return read


def said(log: Log, sentence: Sentence, numbers: dict[str, int | None]) -> Iterator[bool]:
    """Green or not, once for each such line; its counts were added."""
    for hit, _ in log.found(sentence.mark, sentence.pattern):
        groups = hit.groupdict()
        bad = False
        for name in NAMES:
            if groups.get(name) is not None:
                number = int(groups[name].replace(",", ""))
                numbers[name] = (numbers[name] or 0) + number
                bad = bad or (number > 0 and name in {"failed", "errors"})
        yield not bad if sentence.means == "counts" else sentence.means == "green"


def found(log: Log, findings: tuple[Finding, ...]) -> Iterator[Problem]:
    """The problems in the order of the output."""
    rows = [(line.start, hit.groupdict()) for one in findings for hit, line in log.found(one.mark, one.pattern)]
    for _, groups in sorted(rows, key=lambda row: row[0]):
        message = short(groups.get("message"))
        yield Problem(
            message=message,
            file=groups.get("file"),
            line=int(line) if (line := groups.get("line") or groups.get("at")) else None,
            test=groups.get("test"),
            code=groups.get("code"),
            error_type=groups.get("error") or error_type(message),
        )
