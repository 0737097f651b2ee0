"""Remove a session, a project or a time range from the store, for good.

All conditions must hold: `--project web-shop --until 2026-06-01` removes what that project did before June. It leaves
every table, the full-text index, the long texts and the free space of the files. Reading the same logs again does not
bring it back. What a project does from now on is recorded as before. It leaves the memory of the repository too, and
with the next `memory push` that of other clones.

The agents' own logs and git's history stay as they are; the answer lists the logs that still hold the removed part.
Where a resumed session repeats events of another, they belong to the session that was read first.
"""

import argparse
from datetime import UTC, datetime

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.recipes import keep
from twiceshy.records.upkeep import Extent, Removal
from twiceshy.screens.terminal.draw_told import draw_memory_removal
from twiceshy.screens.terminal.formats import number, one_line, plural, size
from twiceshy.screens.terminal.page import confirm, print_answer, print_text
from twiceshy.stats.text.relative_times import parse_since

EXAMPLE = "twiceshy forget --session s-91c04f2a"
_MOST_LISTED = 5  # logs that are named (guess, 2026-11-21)
_RISK = "this removes things for good (--dry-run shows them)"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to forget, and whether only to look."""
    parser.add_argument("--session", metavar="ID", help="this session")
    parser.add_argument("--project", metavar="NAME", help="the sessions and commits of this project")
    parser.add_argument("--since", metavar="WHEN", help="only what is newer: 36h, 30d, 4w, 3m, 1y or 2026-11-01")
    parser.add_argument("--until", metavar="WHEN", help="only what is older; written like --since")
    parser.add_argument("--dry-run", action="store_true", help="show what would be removed, and remove nothing")
    parser.add_argument("--yes", action="store_true", help="do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Say what goes, ask, and remove it."""
    now = datetime.now().astimezone()
    extent = Extent(
        session=args.session,
        project=args.project,
        since=parse_since(args.since, now),
        until=parse_since(args.until, now),
    )
    if extent == Extent():
        raise UsageError("say what to forget: --session, --project, --since or --until.")
    planned = keep.forget(config, extent, now.astimezone(UTC), dry_run=True)
    if args.dry_run:
        return print_answer(args, "forget", planned, lambda _: _render_removal(planned))
    if not (planned.sessions or planned.events or planned.commits or planned.memory.facts or planned.memory.told):
        return print_answer(args, "forget", planned, lambda _: "Nothing stored fits; nothing was removed.")
    if not args.yes and not confirm(f"{_render_removal(planned)}\nRemove it for good?", _RISK):
        print_text("Nothing was removed.")
        return 0
    removal = keep.forget(config, extent, now.astimezone(UTC), dry_run=False)
    return print_answer(args, "forget", removal, lambda _: _render_removal(removal))


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
        lines.append(f"Removed {plural(removal.texts, 'long text')} with them; freed {size(removal.bytes_freed)}.")
    lines += draw_memory_removal(removal.memory, dry_run=removal.dry_run)
    if removal.team_rows:
        lines.append(f"Your team's server erases {plural(removal.team_rows, 'row')} of it at the next `twiceshy sync`.")
    if removal.logs:
        lines.append(f"Still in {plural(len(removal.logs), 'log')} of the agents, which twiceshy does not delete:")
        lines += [f"  {one_line(name)}" for name in removal.logs[:_MOST_LISTED]]
        if len(removal.logs) > _MOST_LISTED:
            lines.append(f"  … and {number(len(removal.logs) - _MOST_LISTED)} more (--json lists all)")
    return "\n".join(lines)
