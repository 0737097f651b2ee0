"""Remove a session, a project or a time range from the store, for good.

What is given must all fit: `--project web-shop --until 2026-06-01` takes what that project did before June. It leaves
every table, the full text, the long texts and the free space of the files. What was forgotten does not come back when
the same logs are read again; of a project or a time range, what happens from now on is recorded as before.

The agents' own logs and the history of git are not touched: the logs that still hold it are listed. Where a resumed
session repeats events of another, they belong to the session that was read first.
"""

import argparse
import sys
from datetime import UTC, datetime

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.records.upkeep import Extent, Removal
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import number, one_line, plural, size
from twiceshy.surfaces.cli.filters import parse_since

EXAMPLE = "twiceshy forget --session s-91c04f2a"
_MOST_LISTED = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to forget, and whether only to look."""
    parser.add_argument("--session", metavar="ID", help="this session")
    parser.add_argument("--project", metavar="NAME", help="all sessions and commits of this project")
    parser.add_argument("--since", metavar="WHEN", help="only what is newer: 36h, 30d, 4w, 3m, 1y or 2026-11-01")
    parser.add_argument("--until", metavar="WHEN", help="only what is older; written like --since")
    parser.add_argument("--dry-run", action="store_true", help="say what would be removed, and remove nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Say what goes, ask, and remove it."""
    from twiceshy.flows.keep import forget  # noqa: PLC0415  # `--help` need not pay for it

    now = datetime.now().astimezone()
    extent = Extent(
        session=args.session,
        project=args.project,
        since=parse_since(args.since, now),
        until=parse_since(args.until, now),
    )
    if extent == Extent():
        raise UsageError("say what to forget: --session, --project, --since or --until.")
    planned = forget(config, extent, now.astimezone(UTC), dry_run=True)
    if args.dry_run:
        print(to_json("forget", planned) if args.json else _render_removal(planned))
        return 0
    if not (planned.sessions or planned.events or planned.commits):
        print(to_json("forget", planned) if args.json else "Nothing stored fits; nothing was removed.")
        return 0
    if not args.yes and not _confirm(planned):
        print("Nothing was removed.")
        return 0
    removal = forget(config, extent, now.astimezone(UTC), dry_run=False)
    print(to_json("forget", removal) if args.json else _render_removal(removal))
    return 0


def _confirm(planned: Removal) -> bool:
    """Ask the person at the terminal whether to remove it.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this removes things for good and there is no terminal to ask at: add --yes, or --dry-run.")
    sys.stderr.write(f"{_render_removal(planned)}\nRemove it for good? [y/N] ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _render_removal(removal: Removal) -> str:
    """Render what was or would be removed, in words."""
    verb = "Would forget" if removal.dry_run else "Forgot"
    what = [plural(removal.sessions, "session")]
    if removal.parts:
        what.append(f"parts of {plural(removal.parts, 'session')}")
    if removal.commits:
        what.append(plural(removal.commits, "commit"))
    projects = f" of {', '.join(map(one_line, removal.projects))}" if removal.projects else ""
    events = ", ".join(f"{number(count)} {table}" for table, count in removal.events.items())
    lines = [f"{verb} {', '.join(what)}{projects}" + (f": {events}." if events else ".")]
    if not removal.dry_run:
        lines.append(f"{plural(removal.texts, 'long text')} went with them; {size(removal.bytes_freed)} were freed.")
    if removal.logs:
        lines.append(f"{plural(len(removal.logs), 'log')} of the agents still hold it and are not ours to delete:")
        lines += [f"  {one_line(name)}" for name in removal.logs[:_MOST_LISTED]]
        if len(removal.logs) > _MOST_LISTED:
            lines.append(f"  … and {number(len(removal.logs) - _MOST_LISTED)} more (--json lists all)")
    return "\n".join(lines)
