"""Compute the report's figures from the store's counts and each session's behaviour. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from twiceshy.base.values import Scrubbed
from twiceshy.records.figures import (
    CommandFigure,
    EditFigure,
    ErrorFigure,
    Habits,
    Rate,
    Ratio,
    RunRow,
    ToolFigure,
)
from twiceshy.records.stories import Behaviour, Count
from twiceshy.stats import intervals
from twiceshy.stats.shares import measure_share

if TYPE_CHECKING:
    from datetime import datetime


def ratio(first: Rate, second: Rate) -> Ratio | None:
    """Return how many times as often the first happens as the second, with Katz's interval.

    None if a group is empty or nothing happened in either.
    """
    if not first.n or not second.n or not (first.hits or second.hits):
        return None
    found = intervals.risk_ratio(first.hits, first.n, second.hits, second.n)
    return Ratio(ratio=found.estimate, low=found.low, high=found.high)


def build_tool_figures(
    tools: Iterable[tuple[Scrubbed, int, int, int]], errors: Sequence[ErrorFigure]
) -> list[ToolFigure]:
    """Return each tool with its failure rate and most frequent kind of error."""
    kinds: dict[str, Counter[str]] = defaultdict(Counter)
    last: dict[str, datetime] = {}
    for error in errors:
        kinds[error.tool][error.label if error.label not in {"", "exit status only"} else error.message] += error.count
        if error.last_at is not None:
            last[error.tool] = max(error.last_at, last.get(error.tool, error.last_at))
    found = []
    for tool, calls, failed, rejected in tools:
        top, count = (kinds[tool].most_common(1) or [("", 0)])[0]
        found.append(
            ToolFigure(
                tool=tool,
                calls=calls,
                failed=measure_share(failed, calls),
                rejected=rejected,
                error=top,
                error_count=count,
                last_at=last.get(tool),
            )
        )
    return found


def add_counts(counts: Iterable[Count]) -> Count:
    """Return the sum of all counts."""
    total = Count()
    for count in counts:
        total.n += count.n
        total.failed += count.failed
        total.rejected += count.rejected
        total.barred += count.barred
        total.unknown += count.unknown
        total.reedited += count.reedited
        total.seconds += count.seconds
    return total


def _build_edit_figure(counts: Iterable[Count]) -> EditFigure:
    """Return the outcomes of edits.

    A rejected edit cannot fail, and only a successful one can be edited again.
    """
    total = add_counts(counts)
    tried = total.n - total.rejected
    return EditFigure(
        n=total.n,
        failed=measure_share(total.failed, tried),
        rejected=measure_share(total.rejected, total.n),
        reedited=measure_share(total.reedited, tried - total.failed),
    )


def summarize_habits(behaviours: Sequence[Behaviour]) -> Habits:
    """Return what was done blindly or repeated, over all sessions."""
    blind, seen = _build_edit_figure(b.blind for b in behaviours), _build_edit_figure(b.seen for b in behaviours)
    retry, retry_read = add_counts(b.retry for b in behaviours), add_counts(b.retry_read for b in behaviours)
    calls, prompts = sum(b.calls for b in behaviours), sum(b.prompts for b in behaviours)
    return Habits(
        blind=blind,
        seen=seen,
        ratio=ratio(blind.failed, seen.failed),
        retry=measure_share(retry.failed, retry.n),
        retry_read=measure_share(retry_read.failed, retry_read.n),
        reads=sum(b.reads for b in behaviours),
        repeated_reads=sum(b.repeated_reads for b in behaviours),
        repeated_tokens=sum(b.repeated_tokens for b in behaviours),
        searches=sum(b.searches for b in behaviours),
        repeated_searches=sum(b.repeated_searches for b in behaviours),
        interrupts=sum(b.interrupts for b in behaviours),
        rejections=sum(b.rejections for b in behaviours),
        engagement=prompts / calls if calls else None,
        wasted_s=sum(b.wasted_s for b in behaviours),
    )


def build_command_figures(runs: Iterable[RunRow]) -> list[CommandFigure]:
    """Return the figures of each command by name, those with most failures first.

    Durations are of runs that were not rejected.
    """
    by_head: dict[str, list[RunRow]] = defaultdict(list)
    for run in runs:
        by_head[run.head or "?"].append(run)
    found = [_build_command_figure(head, rows) for head, rows in by_head.items()]
    found.sort(key=lambda figure: (-figure.failed.hits, -figure.runs, figure.head))
    return found


def _build_command_figure(head: str, rows: Sequence[RunRow]) -> CommandFigure:
    """Return the figures of one command's runs."""
    seconds = sorted(
        row.seconds for row in rows if row.seconds is not None and row.seconds >= 0 and row.failure != "rejected"
    )
    rejected = sum(row.failure == "rejected" for row in rows)
    unknown = sum(row.masked and row.failure is None for row in rows)
    return CommandFigure(
        head=head,
        runs=len(rows),
        failed=measure_share(sum(row.failure == "error" for row in rows), len(rows) - rejected - unknown),
        rejected=rejected,
        p50_s=intervals.quantile(seconds, 0.5) if seconds else None,
        p90_s=intervals.quantile(seconds, 0.9) if seconds else None,
        masked=sum(row.masked for row in rows),
        hidden=sum(row.hidden for row in rows),
        stopped=sum(row.stopped for row in rows),
        stopped_s=sum(row.seconds or 0.0 for row in rows if row.stopped),
    )
