"""Read what other tools keep in a repository of its sessions, and write for them what is known here.

`read entire` reads the sessions of Entire's checkpoints: the branch `entire/checkpoints/v1` and the refs below
`refs/entire/checkpoints/`, as they lie in this clone; nothing is fetched. Transcripts are redacted before they are
stored, and the sessions are linked to the commits. Only checkpoints that you wrote (by `user.email`) are taken; with
--everyone all are, and count like your own logs: name it only where you trust everybody who can push there.

`read git-ai` and `read agent-trace` store who wrote which lines, as that tool says. `write git-ai` adds its notes to
linked commits that have none (`refs/notes/ai`), `write agent-trace` writes a record for each linked commit.
"""

import argparse
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.surfaces.cli.commands import memory_formats

EXAMPLE = "twiceshy memory read entire"
_FORMATS = {
    "read": (memory_formats.read_format, memory_formats.READ),
    "write": (memory_formats.write_format, memory_formats.WRITE),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument("action", choices=list(_FORMATS))
    parser.add_argument("format", choices=memory_formats.READ, help="whose memory")
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--everyone", action="store_true", help="read entire: take what others wrote too")
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="agent-trace: the file (.agent-trace/traces.jsonl; standard output)"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    act, formats = _FORMATS[args.action]
    if args.format not in formats:
        raise UsageError(f"`memory {args.action}` knows {' and '.join(formats)}.")
    return act(args, config)
