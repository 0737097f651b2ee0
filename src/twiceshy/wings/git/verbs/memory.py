"""Share a repository's memory with its other clones, and exchange it with other tools.

A project's memory (what agents did, which commits came of it, what CI said) lies in `.git/twiceshy`, apart from your
branches. `learn` writes it where you asked for one, by `twiceshy init --git`, `memory push` or `memory pull`. `status`
shows what it holds, `push` sends this machine's part to the repository's remote (or to `memory.remote`), `pull` fetches
what others told. Nothing is sent or fetched by itself. What others told is shown as theirs; agents hear nothing of it
before you `accept` it: by the hash of a record (`show` names it), by --writer, or --all.

`read entire` reads the sessions of Entire's checkpoints: the branch `entire/checkpoints/v1` and the refs below
`refs/entire/checkpoints/`, as they lie in this clone; nothing is fetched. Transcripts are redacted before they are
stored, and the sessions are linked to the commits. Only checkpoints that you wrote (by `user.email`) are taken; with
--everyone all are, and count like your own logs: name it only where you trust everybody who can push there.

`read git-ai` and `read agent-trace` store who wrote which lines, as that tool says. `write git-ai` adds its notes to
linked commits that have none (`refs/notes/ai`), `write agent-trace` writes a record for each linked commit.
"""

import argparse
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.wings.git.verbs import memory_formats, memory_share

EXAMPLE = "twiceshy memory status"
_SHARING = {
    "status": memory_share.show_state,
    "push": memory_share.push,
    "pull": memory_share.pull,
    "accept": memory_share.accept,
}
_FORMATS = {
    "read": (memory_formats.read_format, memory_formats.READ),
    "write": (memory_formats.write_format, memory_formats.WRITE),
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do."""
    parser.add_argument("action", nargs="?", default="status", choices=(*_SHARING, *_FORMATS))
    parser.add_argument(
        "what",
        nargs="*",
        metavar="FORMAT|HASH",
        help=f"read, write: whose memory ({', '.join(memory_formats.READ)}); accept: beginnings of records' hashes",
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument("--writer", default="", metavar="ID", help="accept: all records of this writer")
    parser.add_argument("--all", action="store_true", help="accept: all that was pulled")
    parser.add_argument("--dry-run", action="store_true", help="push: show what would leave, and send nothing")
    parser.add_argument("--yes", action="store_true", help="push, accept: do not ask")
    parser.add_argument("--everyone", action="store_true", help="read entire: take what others wrote too")
    parser.add_argument(
        "--file", type=Path, metavar="FILE", help="agent-trace: the file (.agent-trace/traces.jsonl; standard output)"
    )


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    if args.action in _SHARING:
        if args.what and args.action != "accept":
            raise UsageError(f"memory {args.action} takes no {args.what[0][:40]!r}.")
        args.repo = args.repo.resolve()
        return _SHARING[args.action](args, config)
    act, formats = _FORMATS[args.action]
    if len(args.what) != 1 or args.what[0] not in formats:
        raise UsageError(f"`memory {args.action}` knows {' and '.join(formats)}.")
    args.format = args.what[0]
    return act(args, config)
