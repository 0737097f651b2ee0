"""Show what was known of a change when it was made: size, place, author, the past of its files, the agent's work.

Nothing of what came after a change enters its numbers. A label says whether it was fixed, taken back or corrected
later, who says so and since when; it is empty while the change is too young to count as good. What is not known is
empty (`null` in JSON lines and Parquet), never 0.

Without words it is the newest change, HEAD; `CHANGE` is anything that git takes for a commit. `--columns` lists the
columns: tier, unit, the newest thing that may enter, and the share of the changes of which each is known. `--all`
writes a row for each change behind HEAD, the oldest first; with `-o FILE` the list of columns stands beside it in
`FILE.columns.csv`. Merges, and commits without files, are no changes.

`--format parquet` needs `pip install './wings/data[export]'` in the checkout.
"""

import argparse
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.named_file import write_named_file
from twiceshy.records.change_risk import WrittenFeatures
from twiceshy.screens.terminal.draw_risk import render_change, render_features, render_written
from twiceshy.screens.terminal.page import print_answer
from twiceshy_data import recipes as data

EXAMPLE = "twiceshy features --all --format csv --output features.csv"
_HEAD = "HEAD"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare which changes, in which form, and where to."""
    parser.add_argument("change", nargs="?", default="", metavar="CHANGE", help="a commit, as git names it (HEAD)")
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--all", action="store_true", help="write a row for each change behind HEAD")
    which.add_argument("--columns", action="store_true", help="list the columns, and how much is known of each")
    parser.add_argument("--format", choices=data.list_feature_forms(), help="write rows in this form (--all: csv)")
    parser.add_argument("-o", "--output", metavar="PATH", help="write there, readable by you only (standard output)")
    parser.add_argument("--force", action="store_true", help="replace the files if they are there")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show one change or the columns, or write rows.

    Raises:
        UsageError: options do not go together.
    """
    now = datetime.now(UTC)
    if args.change and (args.all or args.columns):
        raise UsageError(f"{args.change!r:.80} is one change: leave it out, or --all and --columns.")
    if args.columns:
        _refuse_rows(args)
        found = data.list_features(config, args.repo, now)
        return print_answer(args, "features-columns", found, lambda page: render_features(found, page))
    if args.all or args.format or args.output:
        return _write_rows(args, config, now)
    told = data.read_change_features(config, args.repo, args.change or _HEAD, now)
    return print_answer(args, "features", told, lambda page: render_change(told, page))


def _refuse_rows(args: argparse.Namespace) -> None:
    """Refuse options of rows.

    Raises:
        UsageError: there is one.
    """
    if args.format or args.output:
        raise UsageError("--columns is a list to read, or --json: rows are written with --all --output FILE.")


def _write_rows(args: argparse.Namespace, config: Config, now: datetime) -> int:
    """Write rows to standard output, or to a file with the list of columns beside it.

    Raises:
        UsageError: the answer is wanted on standard output too, or the form cannot stand there.
    """
    wish = data.FeatureWish(args.format or "csv", now, "" if args.all else args.change or _HEAD)
    if args.output is not None:
        written = _write_files(args, config, wish)
        return print_answer(args, "features-written", written, lambda _: render_written(written))
    if args.json:
        raise UsageError("--json tells what was written, and the rows are on standard output: add --output FILE.")
    if not data.is_lines(wish.form):
        raise UsageError(f"--format {wish.form} is not for standard output: add --output FILE.")
    data.write_features(config, args.repo, wish, sys.stdout.buffer.write)
    return 0


def _write_files(args: argparse.Namespace, config: Config, wish: data.FeatureWish) -> WrittenFeatures:
    path = Path(args.output)
    beside = path.with_name(f"{path.name}.columns.csv")
    written = write_named_file(
        path,
        lambda write: write_named_file(
            beside, lambda tell: data.write_features(config, args.repo, wish, write, tell), replace=args.force
        ),
        replace=args.force,
    )
    return replace(written, path=str(path), columns_path=str(beside))
