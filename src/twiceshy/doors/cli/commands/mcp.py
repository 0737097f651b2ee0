"""Serve lessons, checks, scores and limits to agents over standard input and output (Model Context Protocol).

The agent starts it: for Claude Code, `claude mcp add twiceshy -- twiceshy mcp`. Its tools: query_lessons, check_call,
score_diff, file_history, brief_for_task, list_insights, account, suggest_limits, record_feedback; only the last one
writes. It needs the protocol's SDK: `pip install '.[mcp]'` in the checkout.
"""

import argparse
import runpy
import sys

from twiceshy.base.config import Config

EXAMPLE = "twiceshy mcp"
_SERVER = "twiceshy.doors.mcp"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare nothing: there are no options of its own."""


def run(args: argparse.Namespace, config: Config) -> int:
    """Become the server: a program of its own, as surfaces do not know each other."""
    sys.argv[1:] = [str(config.home)] if args.home else []
    try:
        runpy.run_module(_SERVER, run_name="__main__", alter_sys=True)
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
