"""Read what other tools keep in a repository of its sessions.

`read entire` reads the sessions of Entire's checkpoints: the branch `entire/checkpoints/v1` and the refs below
`refs/entire/checkpoints/`, as they lie in this clone; nothing is fetched. Transcripts are redacted before they are
stored, and the sessions are linked to the commits. Only checkpoints that you wrote (by `user.email`) are taken; with
--everyone all are, and count like your own logs: name it only where you trust everybody who can push there.
"""

import argparse
from pathlib import Path

from twiceshy.config import Config
from twiceshy.surfaces.cli.commands import memory_formats

EXAMPLE = "twiceshy memory read entire"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument("action", choices=("read",))
    parser.add_argument("format", choices=memory_formats.READ, help="whose memory to read")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--everyone", action="store_true", help="take what others wrote too")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    return memory_formats.read_format(args, config)
