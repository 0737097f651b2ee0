"""Draw how good a history is to learn from."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from twiceshy.records.quality import LengthTenths, QualityAnomaly, QualityLevel, QualityReport, QualityStep, QualityTime
from twiceshy.screens.terminal.formats import day, interval, number, one_line, pad, plural, rate, size
from twiceshy.screens.terminal.page import Page
from twiceshy.screens.terminal.paragraphs import keep_whole, wrap
from twiceshy.screens.terminal.tables import Column, draw_table

_TOPICS = {
    "rows": "Rows to learn from",
    "labels": "Labels, of tasks that changed files",
    "repeats": "Repeats",
    "splits": "Splits by time, 80 / 10 / 10",
    "text": "Texts",
    "links": "Links",
    "coverage": "Coverage",
    "time": "Drift",
}
_MARKS = {QualityLevel.PROBLEM: "PROBLEM", QualityLevel.WARNING: "warning", QualityLevel.NOTE: "note"}
_MEDIAN = 5  # of the eleven ends of tenths, by definition
_MOST_GAPS = 3  # gaps that are named (guess, 2026-11-23)


def render_quality(found: QualityReport, page: Page) -> str:
    """Render what to do first, then every line by topic, what is odd, and the first collector's score."""
    counted = [plural(found.sessions, "session"), plural(found.chats, "chat"), plural(found.edits, "edit")]
    counted.append(plural(found.commits, "commit"))
    lines = [page.bold(", ".join(counted)), *_tell_range(found.time)]
    lines += _list_steps(found.steps, page)
    for topic, some in groupby(found.lines, key=lambda line: line.topic):
        columns = (
            Column(_TOPICS[topic]),
            Column("", right=True),
            Column("of", right=True),
            Column("share", right=True),
            Column("95 %", right=True),
            Column("", flexible=True, rank=1),
        )
        rows = [
            (one.name, number(one.rate.hits), number(one.rate.n), rate(one.rate), interval(one.rate), one.note)
            for one in some
        ]
        lines += ["", draw_table(columns, rows, page)]
    lines += [*_list_gaps(found.time, page), *_list_lengths(found.lengths), *_list_anomalies(found.anomalies, page)]
    seed = found.seed_score
    parts = f"complete {seed.completeness:.0f}, no anomalies {seed.low_anomaly:.0f}, diverse {seed.diversity:.0f}"
    said = f"Seed score: {seed.score} of 100 ({parts}). It counts files and tools, not what can be learned."
    return "\n".join([*lines, "", *wrap(said, page.width)])


def _tell_range(time: QualityTime) -> Iterator[str]:
    if time.first is not None and time.last is not None:
        weeks = f"sessions in {number(time.active_weeks)} of {plural(time.weeks, 'week')}"
        yield f"{day(time.first)} to {day(time.last)}, {weeks}"


def _list_steps(steps: Sequence[QualityStep], page: Page) -> Iterator[str]:
    if not steps:
        yield "Nothing stands out that a command would help against."
    for one in steps:
        mark = pad(_MARKS[one.level], 9)
        words = f"{mark}{one.words} {page.dim('->')} {keep_whole(one.command)}"
        yield from wrap(words, page.width, hang=9)


def _list_gaps(time: QualityTime, page: Page) -> Iterator[str]:
    if time.gaps:
        shown = [f"{day(one.after)} to {day(one.before)} ({one.days} days)" for one in time.gaps[:_MOST_GAPS]]
        more = len(time.gaps) - len(shown)
        yield ""
        words = f"No session: {'; '.join(shown)}" + (f"; {plural(more, 'shorter gap')}" if more else "")
        yield from wrap(words, page.width, hang=2)


def _list_lengths(lengths: Sequence[LengthTenths]) -> Iterator[str]:
    known = [one for one in lengths if one.tenths]
    if known:
        yield ""
    for one in known:
        half, tenth, most = one.tenths[_MEDIAN], one.tenths[-2], one.tenths[-1]
        yield f"Half of the {one.name}s have up to {size(half)}, a tenth over {size(tenth)}, the longest {size(most)}."


def _list_anomalies(anomalies: Sequence[QualityAnomaly], page: Page) -> Iterator[str]:
    if anomalies:
        yield ""
        yield page.bold("Odd records")
    for one in anomalies:
        shown = ", ".join(map(one_line, one.ids)) + (" …" if one.count > len(one.ids) else "")
        yield from wrap(
            f"{pad(_MARKS[one.level], 9)}{number(one.count)} {one.kind}: {one.words}: {shown}", page.width, hang=9
        )
