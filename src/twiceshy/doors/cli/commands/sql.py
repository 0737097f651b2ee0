"""Run a read-only query on the store.

`--schema` prints every table and column. Times are UTC texts such as 2026-11-21T09:30:00.000Z and compare as texts.
`body(hash)` gives the whole of a long text; the column `text` has its beginning. A query changes nothing.
"""

import argparse
import csv
import sys
from collections.abc import Sequence

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import parse_count
from twiceshy.recipes import look
from twiceshy.screens.terminal.formats import plural
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, print_text

EXAMPLE = 'twiceshy sql "SELECT tool, count(*) FROM call GROUP BY tool ORDER BY 2 DESC"'
_MOST_ROWS = 1000  # rows without --limit (guess, 2026-11-21)
_PATIENCE_S = 60.0  # seconds without --timeout (guess, 2026-11-22)
_WIDEST = 60  # characters of a value in a table (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the query, its form and how much of the answer."""
    parser.add_argument("query", nargs="?", help="one SELECT")
    parser.add_argument("--schema", action="store_true", help="print every table and column")
    parser.add_argument("--csv", action="store_true", help="print the answer as CSV")
    parser.add_argument(
        "--limit", metavar="N", type=parse_count, default=_MOST_ROWS, help=f"most rows to show ({_MOST_ROWS}); 0: all"
    )
    parser.add_argument(
        "--timeout",
        metavar="S",
        type=float,
        default=_PATIENCE_S,
        help=f"seconds that it may take ({_PATIENCE_S:g}); 0: for ever",
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Ask, and draw the rows."""
    if args.schema:
        schema = look.render_schema_page()
        return print_answer(args, "sql", {"schema_page": schema}, lambda _: schema)
    _check_words(args)
    found = look.ask(config, args.query, limit=args.limit, timeout_s=args.timeout)
    if args.csv:
        writer = csv.writer(sys.stdout, lineterminator="\n")
        writer.writerow(found.columns)
        writer.writerows([[_to_text(value) for value in row] for row in found.rows])
    else:
        record = {"columns": found.columns, "rows": found.rows, "more": found.more}
        print_answer(args, "sql", record, lambda page: _render_rows(found.columns, found.rows, page))
    if found.more and not args.json:
        print_text(f"twiceshy: there are more than {plural(args.limit, 'row')}; `--limit 0` shows all.", aside=True)
    return 0


def _check_words(args: argparse.Namespace) -> None:
    """Check that the call makes sense.

    Raises:
        UsageError: it does not.
    """
    if not args.query:
        raise UsageError("give a query, or `twiceshy sql --schema` to see what can be asked.")
    if not 0 <= args.timeout < float("inf"):
        raise UsageError("--timeout is a number of seconds from 0 up; 0 means for ever.")
    if args.csv and args.json:
        raise UsageError("--csv and --json do not go together.")


def _render_rows(columns: Sequence[str], rows: Sequence[tuple[object, ...]], page: Page) -> str:
    """Render the rows as a table; numbers to the right."""
    numeric = [all(isinstance(row[at], int | float | None) for row in rows) for at in range(len(columns))]
    heads = [
        Column(name, right=bool(rows) and numeric[at], flexible=not numeric[at]) for at, name in enumerate(columns)
    ]
    cells = [[_to_text(value)[: max(_WIDEST, page.width)] for value in row] for row in rows]
    return draw_table(heads, cells, page)


def _to_text(value: object) -> str:
    """Return a value as text: bytes as hex, None as nothing."""
    if value is None:
        return ""
    return value.hex() if isinstance(value, bytes) else str(value)
