"""Search the data folder for secrets that redaction let through, with a second engine and a second opinion.

Every file is searched as bytes, logs, spool and caches included, and every cell of every database, unpacked: by the
rules of redaction, by signs that are none of theirs, and for the echoes of values that were recognised elsewhere. What
is found is named by file, table, row, kind and the words before it; the secret itself is never shown. Ends with 0 when
nothing certain or likely is found, else with 1. `twiceshy forget` removes what must go.
"""

import argparse

from twiceshy.base.config import Config
from twiceshy.recipes import keep
from twiceshy.screens.terminal.formats import one_line
from twiceshy.screens.terminal.page import print_text
from twiceshy.stats.text.as_json import to_json

EXAMPLE = "twiceshy audit"
_MOST_SHOWN = 40  # findings that are listed (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how much counts as a secret."""
    parser.add_argument("--level", choices=("standard", "strict"), help="instead of the configured privacy.level")
    parser.add_argument("--possible", action="store_true", help="list also what may be a secret; most of it is ids")


def run(args: argparse.Namespace, config: Config) -> int:
    """Search, name what was found, and return 1 if there is any."""
    found = keep.audit(config, args.level, possible=args.possible)
    sure = [one for one in found.findings if one.certainty != "possible"]
    code = 1 if sure or found.unread else 0
    if args.json:
        print_text(to_json("audit", found))
        return code
    for one in found.findings[:_MOST_SHOWN]:
        place = f"{one.table}, row {one.row}, {one.column}" if one.table else f"bytes from {one.row}"
        sign = f"rule {one.rule}" if one.by == "rules" else _tell_sign(one.rule, one.size, one.before)
        print_text(f"{one.certainty}: {one_line(one.file)}: {place}: {one.count} x {one.kind} ({sign})")
    if len(found.findings) > _MOST_SHOWN:
        print_text(f"... and {len(found.findings) - _MOST_SHOWN} more; --json lists all.")
    for line in found.unread:
        print_text(f"not read: {one_line(line)}")
    if found.possible and not args.possible:
        print_text(f"{found.possible} values may be ids as well as secrets: twiceshy audit --possible lists them.")
    searched = f"{found.files} files, {found.cells} cells, {found.size / 1e6:.1f} MB, by {found.engine}, {found.level}"
    print_text(f"{searched}: {len(sure) or 'nothing'} found.")
    return code


def _tell_sign(sign: str, size: int, before: str) -> str:
    """Return by what a value was noticed, how long it is, and which words stand before it."""
    return f"{sign}, {size} bytes, behind {before!r}" if before else f"{sign}, {size} bytes"
