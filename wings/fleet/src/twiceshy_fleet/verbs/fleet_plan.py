"""What `fleet plan` and `fleet status` answer: what there is, what a run would cost, and how far it is."""

import argparse
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from math import isinf

from twiceshy.base.config import Config
from twiceshy.records.fleet import (
    CostSpan,
    FleetCost,
    FleetPlan,
    FleetStatus,
    FleetWish,
    InputFigures,
    SetAside,
    ShardReceipt,
)
from twiceshy.screens.terminal.formats import duration, number, one_line, plural, rough_duration, short_date, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, fill, print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy_fleet import recipes as fleet

_MOST_LINES = 10
"""Of what was set aside or failed, in the terminal; `--json` has all (guess, 2026-11-23)."""
_MB, _HOUR_S = 1_000_000, 3_600  # by definition of the units


def make_wish(args: argparse.Namespace) -> FleetWish:
    """Return what the words of a call ask for."""
    return FleetWish(
        output=args.output,
        logs=tuple(args.logs),
        repositories=tuple(args.repositories),
        team_at=args.team_at,
        person_at=args.person_at,
        workers=args.workers,
        secret=args.secret,
    )


def plan(args: argparse.Namespace, config: Config) -> int:
    """Say what a run would do and cost."""
    with watch_steps(silent=args.json) as watch:
        found = fleet.plan_fleet(
            make_wish(args),
            config,
            sample_mb=args.sample,
            workers=args.workers or config.processes,
            now=datetime.now(UTC),
            env=os.environ,
            progress=watch.show,
        )
    return print_answer(args, "fleet-plan", found, lambda page: draw_plan(found, page))


def show_status(args: argparse.Namespace, _: Config) -> int:
    """Say how far a fleet is."""
    found = fleet.read_fleet_status(args.output)
    return print_answer(args, "fleet-status", found, lambda page: _draw_status(found, page))


def draw_plan(found: FleetPlan, page: Page) -> str:
    """Return what there is, what working through it would cost, and the next command."""
    parts = [
        _draw_figures(found.figures, page),
        (
            f"{plural(found.shards, 'shard')}, {number(found.waiting)} with something to do: "
            f"{plural(found.fresh, 'new input')}, {number(found.changed)} changed, {number(found.gone)} gone."
        ),
    ]
    if found.longest[0]:
        parts.append(f"The largest shard, {found.longest[0]}, has {size(found.longest[1])} of logs.")
    parts += draw_aside(found.aside)
    parts += _draw_costs(found, page)
    parts.append(f"Work through it: twiceshy fleet run {one_line(found.output)}")
    return "\n\n".join(parts)


def _draw_costs(found: FleetPlan, page: Page) -> list[str]:
    """Return the costs, and how sure they are."""
    if found.mb_a_second is None or found.whole is None or found.new is None:
        return ["Nothing was sampled, so there is no estimate: --sample 64 works through 64 MB."]
    if isinf(found.mb_a_second.high):
        return ["The sample is too small to tell a speed: --sample 64 works through 64 MB."]
    sampled = sum(run.size for run in found.sample)
    seconds = sum(run.cpu_s for run in found.sample)
    columns = (
        Column(""),
        Column("SHARDS", right=True),
        Column("LOGS", right=True),
        Column("CPU TIME", right=True),
        Column(f"TIME WITH {found.whole.workers}", right=True),
        Column("OUTPUT", right=True),
    )
    rows = [_make_cost_row("everything", found.whole), _make_cost_row("what is new", found.new)]
    took = (
        f"From {size(sampled)} of logs in {plural(len(found.sample), 'part')}, which took {duration(seconds)} of CPU "
        f"time: {_phrase_speed(found.mb_a_second)} a second and core. What stands in brackets is the 95 % interval "
        "of the mean over these parts. Machines and projects unlike these are not in it."
    )
    memory = (
        f"Give each worker {size(found.memory_mb * _MB)} of memory: the most that the largest shard takes if memory "
        "grows with size as it did in the sample."
    )
    said = [took, memory, *_explain_histories(found.figures)]
    return [draw_table(columns, rows, page), *(fill(one, page.width) for one in said)]


def _explain_histories(figures: Iterable[InputFigures]) -> list[str]:
    """Return what the estimate leaves out."""
    histories = [one for one in figures if one.kind == "repository"]
    if not histories:
        return []
    count = plural(sum(one.inputs for one in histories), "repository", "repositories")
    objects = size(sum(one.size for one in histories))
    return [f"Not in the estimate: the history of {count} ({objects} of objects), as the sample has logs only."]


def _make_cost_row(name: str, cost: FleetCost) -> tuple[str, ...]:
    return (
        name,
        number(cost.shards),
        f"{number(cost.logs)}, {size(cost.size)}",
        _phrase_hours(cost.cpu_hours),
        _phrase_hours(cost.wall_hours),
        size(cost.output.estimate),
    )


def _phrase_hours(span: CostSpan) -> str:
    most = "?" if isinf(span.high) else rough_duration(span.high * _HOUR_S)
    return f"{rough_duration(span.estimate * _HOUR_S)} ({rough_duration(span.low * _HOUR_S)} to {most})"


def _phrase_speed(span: CostSpan) -> str:
    most = "?" if isinf(span.high) else size(span.high * _MB)
    return f"{size(span.estimate * _MB)} ({size(span.low * _MB)} to {most})"


def _draw_figures(figures: Sequence[InputFigures], page: Page) -> str:
    """Return the inputs by kind, agent and team."""
    teams = any(one.team for one in figures)
    columns = [Column("INPUT"), Column("AGENT"), Column("FILES", right=True), Column("SIZE", right=True)]
    rows = [[one.kind, one.agent or _nobody(one), number(one.inputs), size(one.size)] for one in figures]
    if teams:
        columns.insert(2, Column("TEAM", flexible=True))
        for row, one in zip(rows, figures, strict=True):
            row.insert(2, one.team)
    return draw_table(columns, rows, page, empty="There are no logs and no repositories in these places.")


def _nobody(one: InputFigures) -> str:
    return "of no known agent: not read" if one.kind == "log" else ""


def draw_aside(aside: Sequence[SetAside]) -> list[str]:
    """Return what was set aside, by reason, the most frequent first."""
    if not aside:
        return []
    reasons = Counter(one.reason for one in aside)
    first = {one.reason: one.place for one in reversed(aside)}
    lines = [f"{number(count)}: {one_line(why)} ({one_line(first[why])})" for why, count in reasons.most_common()]
    more = [f"and {plural(len(lines) - _MOST_LINES, 'other reason')}"] if len(lines) > _MOST_LINES else []
    told = "\n".join(f"  {line}" for line in [*lines[:_MOST_LINES], *more])
    return [f"Set aside, and left out until they change:\n{told}"]


def _draw_status(found: FleetStatus, page: Page) -> str:
    shards = found.done + len(found.failed) + found.waiting
    run = f"last worked on {short_date(found.last_run, page.now)}" if found.last_run else "not worked on yet"
    parts = [
        (
            f"{one_line(found.output)}: {plural(shards, 'shard')}, {run}. {number(found.done)} done, "
            f"{number(len(found.failed))} failed, {number(found.waiting)} never worked on."
        ),
        _draw_figures(found.figures, page),
    ]
    if found.gone:
        parts.append(f"{plural(found.gone, 'input')} no longer there: what was read of them stays.")
    parts += draw_failed(found.failed)
    parts += draw_aside(found.aside)
    if found.rows:
        columns = (Column("TABLE"), Column("ROWS", right=True))
        parts.append(draw_table(columns, [(name, number(rows)) for name, rows in found.rows.items()], page))
    if found.failed or found.waiting:
        parts.append(f"Work on what is left: twiceshy fleet run {one_line(found.output)}")
    return "\n\n".join(parts)


def draw_failed(failed: Sequence[ShardReceipt]) -> list[str]:
    """Return the shards that failed, and why."""
    if not failed:
        return []
    lines = [f"  {one.shard}: {one_line(one.reason)}" for one in failed[:_MOST_LINES]]
    more = [f"  and {number(len(failed) - _MOST_LINES)} more"] if len(failed) > _MOST_LINES else []
    return ["Failed:\n" + "\n".join([*lines, *more])]
