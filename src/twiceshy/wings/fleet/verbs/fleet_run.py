"""What `fleet run` answers: what was worked on, what went wrong, what stands in the output now."""

import argparse
from dataclasses import replace

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.fleet import EngineName, FleetRun, FleetWish
from twiceshy.records.ingest import StepProgress
from twiceshy.screens.terminal.formats import duration, number, one_line, plural, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy.wings.fleet import recipes as fleet
from twiceshy.wings.fleet.verbs.fleet_plan import draw_aside, draw_failed, make_wish

ENGINES: tuple[EngineName, ...] = ("processes", "spark")
_EXIT_FAILED = 1  # defined in docs/reference/exit-codes.md


def run_all(args: argparse.Namespace, config: Config) -> int:
    """Work on what is due; return 1 where a shard failed."""
    wish = _add_engine(args, make_wish(args))
    with watch_steps(silent=args.json) as watch:

        def show(done: int, total: int) -> None:
            watch.show(StepProgress(step="Working on shards", done=done, total=total, unit="shards"))

        found = fleet.run_fleet(config, wish, watch=show)
    print_answer(args, "fleet-run", found, lambda page: _draw_run(found, wish.output, page))
    return _EXIT_FAILED if found.failed else 0


def _add_engine(args: argparse.Namespace, wish: FleetWish) -> FleetWish:
    """Return the wish with what shall do the work.

    Raises:
        UsageError: something was said of Spark, and it is not to be used.
    """
    settings = {}
    for one in args.spark:
        name, mark, value = one.partition("=")
        if not mark or not name.strip():
            raise UsageError(f"--spark {one} is no setting: write KEY=VALUE, such as spark.executor.memory=2g.")
        settings[name.strip()] = value
    if args.engine != "spark" and (settings or args.master):
        raise UsageError("--master and --spark are Spark's: add --engine spark.")
    return replace(wish, engine=args.engine, master=args.master, settings=settings, again=args.again)


def _draw_run(found: FleetRun, output: str, page: Page) -> str:
    """Return what was done, and what to do next."""
    if not found.worked and not found.failed:
        said = f"Nothing new in {plural(found.shards, 'shard')}: nothing was opened."
    else:
        said = (
            f"Worked on {number(found.worked)} of {plural(found.shards, 'shard')} in {duration(found.seconds)}: "
            f"{size(found.bytes_read)} of logs, {duration(found.cpu_s)} of processor time."
        )
    parts = [said, *draw_failed(found.failed), *draw_aside(found.aside)]
    if found.rows:
        columns = (Column("TABLE"), Column("ROWS", right=True))
        parts.append(draw_table(columns, [(name, number(rows)) for name, rows in found.rows.items()], page))
    if found.failed:
        parts.append(f"Try them once more: twiceshy fleet run {one_line(output)}")
    else:
        parts.append(f"What it says: twiceshy fleet report {one_line(output)}")
    return "\n\n".join(parts)
