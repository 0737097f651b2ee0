"""Show who wrote each line of a file: which agent, in which session, after which prompt, or a person.

FILE is shown as it stands in a commit (HEAD, or the one after --at). Git says which commit brought a line in, and the
edits in the agents' logs say whose it was there. A line that was only moved or reformatted keeps its writer. "mixed":
an agent wrote it and a person changed it, or the other way round. "unknown": no log tells; nothing is guessed.
"""

import argparse
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.screens.terminal.draw_authorship import render_blame
from twiceshy.screens.terminal.page import print_answer
from twiceshy_git import authorship, share

EXAMPLE = "twiceshy blame src/api/auth.py"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file and the commit."""
    parser.add_argument("file", metavar="FILE", help="a file of a git repository")
    parser.add_argument("--at", metavar="COMMIT", default="HEAD", help="show it as it stands in this commit (HEAD)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Find the lines' writers and show them."""
    found = authorship.blame_file(config, args.file, Path.cwd(), args.at)
    if share.has_told(config):
        found = share.add_told_writers(config, Path.cwd(), found)
    shown = {
        "path": found.path,
        "commit": found.commit_hash,
        "lines": found.spans,
        "prompts": found.prompts,
    }
    return print_answer(args, "blame", shown if args.json else found, lambda page: render_blame(found, page))
