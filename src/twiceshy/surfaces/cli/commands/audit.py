"""Search the data folder for secrets that redaction let through, with a second engine.

Every file is searched as bytes, logs, spool and caches included, and every cell of every database, unpacked.
What is found is named by file, table, row and kind; the secret itself is never shown. Ends with 0 when nothing is
found, else with 1. `twiceshy forget` removes what must go.
"""

import argparse

from twiceshy.config import Config
from twiceshy.flows import keep
from twiceshy.surfaces.cli.as_json import to_json

EXAMPLE = "twiceshy audit"
_MOST_SHOWN = 40  # findings that are listed (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare how much counts as a secret."""
    parser.add_argument("--level", choices=("standard", "strict"), help="instead of the configured privacy.level")


def run(args: argparse.Namespace, config: Config) -> int:
    """Search, name what was found, and return 1 if there is any."""
    found = keep.audit(config, args.level)
    code = 1 if found.findings or found.unread else 0
    if args.json:
        print(to_json("audit", found))
        return code
    for one in found.findings[:_MOST_SHOWN]:
        place = f"{one.table}, row {one.row}, {one.column}" if one.table else f"bytes from {one.row}"
        print(f"{one.file}: {place}: {one.count} x {one.kind} (rule {one.rule})")
    if len(found.findings) > _MOST_SHOWN:
        print(f"... and {len(found.findings) - _MOST_SHOWN} more; --json lists all.")
    for line in found.unread:
        print(f"not read: {line}")
    searched = f"{found.files} files, {found.cells} cells, {found.size / 1e6:.1f} MB, by {found.engine}, {found.level}"
    print(f"{searched}: {len(found.findings) or 'nothing'} found.")
    return code
