"""Show what redaction does to a text: the text as it would be stored, and what was replaced.

The text goes to stdout, the counts by kind to stderr; nothing is stored. With --explain each replacement is named with
its rule, its place and where the rule comes from. The rules: docs/reference/redaction.md.
"""

import argparse
import sys

from twiceshy.base.config import Config
from twiceshy.recipes import keep
from twiceshy.screens.terminal.page import print_answer

EXAMPLE = "twiceshy redact --explain .env"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the file and how much is replaced."""
    parser.add_argument("file", nargs="?", default="-", metavar="FILE", help="the text; - is standard input")
    parser.add_argument("--level", choices=("standard", "strict"), help="instead of the configured privacy.level")
    parser.add_argument("--explain", action="store_true", help="name rule, place and source of each replacement")


def run(args: argparse.Namespace, config: Config) -> int:
    """Redact and show."""
    text = keep.read_text(args.file, sys.stdin.buffer.read() if args.file == "-" else None)
    done = keep.redact(text, config, args.level)
    if args.json:
        return print_answer(args, "redact", done, lambda _: done.text)
    sys.stdout.write(done.text)
    for kind, count in done.counts.items():
        print(f"{count:>6}  {kind}", file=sys.stderr)
    if not done.counts:
        print("nothing to replace", file=sys.stderr)
    for one in done.replacements if args.explain else ():
        place = f"line {text.count(chr(10), 0, one.start) + 1}, characters {one.start}-{one.end}"
        print(f"{one.placeholder}  {place}: rule {one.rule} ({one.source})", file=sys.stderr)
    return 0
