"""Show the same answers in a browser: pages with a way from every number to the message behind it.

It listens on this machine only. The address works once, in one browser; Ctrl-C ends it, and so does half an hour
without a request. It needs a small server: `pip install '.[dashboard]'` in the checkout.
"""

import argparse

from twiceshy.base.config import Config
from twiceshy.base.errors import ToolMissing
from twiceshy.doors.cli.filters import parse_count
from twiceshy.screens.number_words import make_page_words
from twiceshy.screens.terminal.page import print_text

EXAMPLE = "twiceshy dashboard --port 8317 --no-open"
_MOST_PORT = 65_535  # by definition of TCP


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare where it listens, and what it may do."""
    parser.add_argument("--port", metavar="N", type=_parse_port, default=0, help="listen there (any that is free)")
    parser.add_argument("--no-open", action="store_true", help="do not open it in the browser")
    parser.add_argument("--read-only", action="store_true", help="show only: no button changes anything")


def run(args: argparse.Namespace, config: Config) -> int:
    """Serve until it is ended, and return the exit code."""
    try:
        from twiceshy.doors.web.dashboard.serve import serve_dashboard  # noqa: PLC0415  # only this verb needs it
    except ModuleNotFoundError as exc:
        if exc.name not in {"starlette", "uvicorn", "anyio"}:
            raise
        raise ToolMissing(
            f"the dashboard needs {exc.name}: `pip install '.[dashboard]'` in the checkout. "
            "`twiceshy report --html FILE` writes a page without it."
        ) from exc
    serve_dashboard(
        config,
        make_page_words(),
        port=args.port,
        opens=not args.no_open,
        writes=not args.read_only,
        say=lambda address: print_text(f"{address}\nIt works once, in one browser. Ctrl-C ends the dashboard."),
    )
    return 0


def _parse_port(text: str) -> int:
    """Parse a port.

    Raises:
        ArgumentTypeError: it is none.
    """
    found = parse_count(text)
    if not 0 < found <= _MOST_PORT:
        raise argparse.ArgumentTypeError(f"{text} is not a port from 1 to {_MOST_PORT}")
    return found
