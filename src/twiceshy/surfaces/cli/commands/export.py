"""Write what is stored as rows for other programs: JSON lines or CSV, every column, scrubbed as it is stored.

Each row is audited once more on its way by the engine that did not redact it; what it finds is replaced and
counted, and what still looks like a secret then stops the export. Rows are read in batches, and the same
store and call give the same bytes. Without `--output` the rows go to standard output. A file that is there is not
replaced unasked.

`runs` has one row a command run: every column of `executions`, and beside it what belongs to the run from
`match_events`, `output_samples`, `performance_metrics`, `run_choice`, `run_lines` and `run_history` (in CSV as JSON
in a cell).

`commits` has one row a commit. It begins with hash, message, author (a salted hash), timestamp, branch, files_changed,
insertions, deletions, hour_of_day, day_of_week (both on the author's clock), is_merge, is_initial and parent_count, in
this order; then the session that it came from, seconds since the author's last commit, what CI said, whether it was
taken back or amended, and its tree and patch-id. What is not known is null.

`chats` has one row a prompt with all that followed until the next, `actions` one a call, `sessions` one a session, and
`orchestration` one a session that sent off subagents; each begins with the keys of the first collector's records.
"""

import argparse
import os
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import SourceError, UsageError
from twiceshy.flows import dataset, rows
from twiceshy.private_files import open_draft
from twiceshy.records.exports import ExportSummary
from twiceshy.records.values import Scope
from twiceshy.surfaces.cli.filters import parse_since
from twiceshy.surfaces.cli.formats import plural, size
from twiceshy.surfaces.cli.page import print_answer, print_text

EXAMPLE = "twiceshy export runs --format csv --output runs.csv"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what, in which form, where to and how much."""
    parser.add_argument("kind", choices=rows.list_exports(), help="what to write")
    parser.add_argument("--format", "--form", choices=dataset.list_forms(), default="jsonl", help="the form (jsonl)")
    parser.add_argument("-o", "--output", metavar="FILE", help="write a file, readable by you only (standard output)")
    parser.add_argument("--force", action="store_true", help="replace the file if there is one")
    parser.add_argument("--project", metavar="NAME", help="only of folders or projects with this in their name")
    parser.add_argument("--since", metavar="WHEN", help="only what is newer: 36h, 30d, 4w, 3m, 1y or 2026-11-01")
    parser.add_argument("--until", metavar="WHEN", help="only what is older")


def run(args: argparse.Namespace, config: Config) -> int:
    """Write the rows, and say how many."""
    now = datetime.now().astimezone()
    scope = Scope(project=args.project or None, since=parse_since(args.since, now), until=parse_since(args.until, now))
    wish = dataset.ExportWish(args.kind, args.format, scope)
    if args.output is None:
        return _write_out(args, config, wish)
    written = _write_file(Path(args.output), config, wish, force=args.force)
    _tell_replaced(written)
    print_answer(args, "export", written, lambda _: _describe(written))
    return 0


def _write_out(args: argparse.Namespace, config: Config, wish: dataset.ExportWish) -> int:
    """Write to standard output.

    Raises:
        UsageError: the answer is wanted there too.
    """
    if args.json:
        raise UsageError("--json tells what was written, and the rows are on standard output: add --output FILE.")
    _tell_replaced(dataset.export_rows(config, wish, sys.stdout.buffer.write))
    return 0


def _write_file(path: Path, config: Config, wish: dataset.ExportWish, *, force: bool) -> ExportSummary:
    """Write a file whole, or not at all.

    Raises:
        UsageError: it is there already, or its folder is not.
        SourceError: it cannot be written.
    """
    there = f"{path} is there already. Name another file, or replace it with --force."
    if os.path.lexists(path) and not force:
        raise UsageError(there)
    if not path.absolute().parent.is_dir():
        raise UsageError(f"there is no folder {path.absolute().parent}: make it first, or name another file.")
    try:
        with open_draft(path, replace=force) as file:
            return replace(dataset.export_rows(config, wish, file.write), path=str(path))
    except FileExistsError as exc:
        raise UsageError(there) from exc
    except OSError as exc:
        raise SourceError(f"{path} cannot be written: {exc.strerror}. Name another file.") from exc


def _tell_replaced(written: ExportSummary) -> None:
    """Say on stderr how many secrets the audit replaced, if any."""
    if written.replaced:
        kinds = ", ".join(f"{count} x {kind}" for kind, count in written.replaced.items())
        print_text(
            f"twiceshy: the audit replaced {plural(sum(written.replaced.values()), 'secret')} ({kinds}). "
            "`twiceshy audit` shows where the store still has them.",
            aside=True,
        )


def _describe(written: ExportSummary) -> str:
    """Return what was written, and where."""
    return f"Wrote {plural(written.rows, 'row')} to {written.path} ({size(written.bytes)}), readable by you only."
