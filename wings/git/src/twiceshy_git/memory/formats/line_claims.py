"""Who wrote which lines, from claims that may overlap: as other tools' formats state them."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

from twiceshy.records.authorship import LineSpan, LineWriter, WriterKind

LAST_LINE: Final = 50_000_000
"""The highest number that a line of a file may have: a guess of 2026-11-23, above every file that is code."""


class LineClaim(NamedTuple):
    """One writer is said to have written these lines."""

    first: int
    last: int
    writer: LineWriter[str]


def settle_claims(claims: Iterable[LineClaim]) -> tuple[LineSpan[str], ...]:
    """Return spans that do not overlap, by line.

    Where two writers claim a line only what they share is told: an agent whose session is not known where two sessions
    do, both where an agent and a person do.
    """
    numbers: dict[LineWriter[str], int] = {}
    starts = defaultdict[int, list[int]](list)
    ends = defaultdict[int, list[int]](list)
    for one in claims:
        if 0 < one.first <= one.last <= LAST_LINE:
            number = numbers.setdefault(one.writer, len(numbers))
            starts[one.first].append(number)
            ends[one.last + 1].append(number)
    writers = list(numbers)
    active: Counter[int] = Counter()
    spans: list[LineSpan[str]] = []
    for edge, until in pairwise(sorted({*starts, *ends})):
        active.update(starts[edge])
        active.subtract(ends[edge])
        active = +active
        if active:
            _append(spans, LineSpan(edge, until - 1, _join_writers([writers[number] for number in sorted(active)])))
    return tuple(spans)


def _append(spans: list[LineSpan[str]], span: LineSpan[str]) -> None:
    """Append a span, or make the last one longer where it is the same writer's."""
    if spans and spans[-1].last + 1 == span.first and spans[-1].writer == span.writer:
        spans[-1] = spans[-1]._replace(last=span.last)
    else:
        spans.append(span)


def _join_writers(some: Sequence[LineWriter[str]]) -> LineWriter[str]:
    """Return what all these writers have in common."""
    first = some[0]
    if len(some) == 1:
        return first
    kinds = {one.kind for one in some} - {WriterKind.UNKNOWN}
    kind = kinds.pop() if len(kinds) == 1 else WriterKind.MIXED if kinds else WriterKind.UNKNOWN
    agents = {one.agent for one in some if one.kind is WriterKind.AGENT}
    models = {one.model for one in some if one.kind is WriterKind.AGENT}
    return LineWriter(
        kind=kind,
        agent=agents.pop() if len(agents) == 1 else "",
        model=models.pop() if len(models) == 1 else None,
    )
