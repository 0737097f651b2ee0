"""Compute the report's figures from the store's counts and each session's behaviour. Pure."""

import math
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import TYPE_CHECKING

from twiceshy.base.values import Rate, Scrubbed
from twiceshy.records.figures import (
    CommandFigure,
    EditFigure,
    ErrorFigure,
    Habits,
    HealthPart,
    HealthScore,
    ModelErrors,
    ModelTries,
    Ratio,
    RunRow,
    ToolFigure,
    WorkFigure,
)
from twiceshy.records.stories import Behaviour, Count
from twiceshy.stats import intervals
from twiceshy.stats.clusters import RobustComparison, compare_clusters
from twiceshy.stats.intervals import false_discovery, measure_share
from twiceshy.stats.strata import TwoByTwoTable

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


# Compare models' error rates, like with like, and compute one number for how healthy the work is.
#
# The number is the mean of shares that are shown beside it, so that whoever doubts it sees what it is made of. None
# of its parts is weighted: nothing is known that would say how.

_DISCOVERY = 0.05
"""False discovery rate over all models at which a difference is significant: the usual convention."""
LEAST = 30
"""Observations of each part below which there is no health score: a share of 30 is known to within 18 points (Wilson).
A guess of 2026-11-21 what is enough."""


def compare_error_rates(tries: Sequence[ModelTries]) -> list[ModelErrors]:
    """Return each model's error rate, compared with the other models'.

    Calls of the same tool in the same project are compared, with sessions as clusters.
    """
    calls: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in tries:
        calls[one.model][0] += one.calls
        calls[one.model][1] += one.failed
    names = sorted(calls, key=lambda model: (-calls[model][0], model))
    beside = [_compare_with_others(model, tries) for model in names]
    found = []
    for model, compared, q in zip(names, beside, false_discovery([one.p for one in beside]), strict=True):
        estimate, low, high = compared.ratio
        told = not math.isnan(estimate) and math.isfinite(high)
        found.append(
            ModelErrors(
                model=model,
                failed=measure_share(calls[model][1], calls[model][0]),
                ratio=Ratio(ratio=estimate, low=low, high=high) if told else None,
                sure=told and q <= _DISCOVERY,
            )
        )
    return found


def _compare_with_others(model: str, tries: Iterable[ModelTries]) -> RobustComparison:
    """Compare one model's calls with the others', pooled over the tools and projects that both used."""
    sessions: dict[int, dict[Hashable, TwoByTwoTable]] = defaultdict(dict)
    for one in tries:
        own, other = (one.failed, one.calls), (0, 0)
        if one.model != model:
            own, other = other, own
        sessions[one.session][one.project, one.tool] = TwoByTwoTable(*own, *other)
    return compare_clusters(list(sessions.values()))


def score_health(work: Iterable[WorkFigure], calls: Rate, again: tuple[int, int]) -> HealthScore | None:
    """Return the health score with its parts; None if none of its parts has an observation.

    Args:
        work: outcomes of tasks, by agent.
        calls: failures of all calls.
        again: mistakes that an earlier session had made already, of how many.
    """
    tasks = [figure for figure in work if figure.by == "agent"]
    made, of = again
    parts = [
        HealthPart("right at once", pool_rates(figure.first_pass for figure in tasks)),
        HealthPart("not rolled back", _complement(pool_rates(figure.rolled_back for figure in tasks))),
        HealthPart("tests green at the end", pool_rates(figure.tests_green for figure in tasks)),
        HealthPart("calls that worked", _complement(calls)),
        HealthPart("mistakes not repeated", measure_share(of - made, of)),
    ]
    if not any(part.rate.n for part in parts):
        return None
    enough = all(part.rate.n >= LEAST for part in parts)
    value = round(100 * sum(part.rate.share for part in parts) / len(parts)) if enough else None
    return HealthScore(value=value, least=LEAST, parts=parts)


def pool_rates(rates: Iterable[Rate]) -> Rate:
    """Pool the rates of several groups into one."""
    all_of_them = list(rates)
    return measure_share(sum(one.hits for one in all_of_them), sum(one.n for one in all_of_them))


def _complement(one: Rate) -> Rate:
    """Return the rate of the rest, which is one minus this rate."""
    return measure_share(one.n - one.hits, one.n)
