"""Look at a repository's memory as files: how large it is, whether it is whole; pack it, or write it all out.

The memory lies in a bare repository of its own, `twiceshy/memory.git` in the git folder, a ref for each writer and
month. `stats` shows what it holds. `verify` checks every hash, the cap of 10 MB a file, indexes and tombstones.
`compact` packs the closed months that you wrote and removes what no ref holds; `--dry-run` says what it would do.
`reconstruct` writes every record as a line of JSON, after its hash was checked. `migrate` takes over the files of an
older collector (`.git-ml`) and leaves them as they are. With damage the exit code is 1, and the
damage is named.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.memory import Compaction, MemoryCheck, MemoryDamage, MemoryFigures, MemoryPart
from twiceshy.screens.terminal.formats import number, one_line, plural, size
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer, print_text
from twiceshy_git import chunks
from twiceshy_git import memory_recipes as memory
from twiceshy_git.verbs.memory_formats import render_import

EXAMPLE = "twiceshy chunks stats"
_ACTIONS = ("stats", "verify", "compact", "reconstruct", "migrate")
_DAMAGED = 1
"""Exit code where something is damaged: that of ``doctor`` for a problem (defined by exit-codes.md, 2026-11-23)."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, and for `reconstruct` what to write and where."""
    parser.add_argument("action", choices=_ACTIONS, nargs="?", default="stats")
    parser.add_argument(
        "folder", nargs="?", type=Path, metavar="FOLDER", help="migrate: files of an older collector (.git-ml)"
    )
    parser.add_argument("--repo", type=Path, default=Path(), metavar="PATH", help="the repository (this folder)")
    parser.add_argument(
        "--type", metavar="TYPE", default="", help="reconstruct: only records of this type, like commit"
    )
    parser.add_argument("--output", metavar="FILE", type=Path, help="reconstruct: a new file (standard output)")
    parser.add_argument("--dry-run", action="store_true", help="compact, migrate: only say what it would do")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do it for the repository."""
    here = args.repo
    if args.action == "migrate":
        moved = memory.import_seed(config, args.folder or here / ".git-ml", dry_run=args.dry_run)
        return print_answer(args, "seed-import", moved, lambda _: render_import(moved))
    if args.folder is not None:
        raise UsageError(f"`chunks {args.action}` takes no folder; --repo names the repository.")
    if args.action == "compact":
        done = chunks.compact_chunks(config, here, datetime.now(UTC), dry_run=args.dry_run)
        return print_answer(args, "chunks-compact", done, lambda page: _render_compaction(done, page))
    if args.action == "verify":
        found = chunks.verify_chunks(config, here)
        print_answer(args, "chunks-verify", found, lambda _: _render_check(found))
        return _DAMAGED if found.damages else 0
    if args.action == "reconstruct":
        return _reconstruct(args, config, here)
    figures = chunks.show_chunks(config, here)
    return print_answer(args, "chunks", figures, lambda page: _render_figures(figures, page))


def _reconstruct(args: argparse.Namespace, config: Config, here: Path) -> int:
    """Write the records; beside standard output, what is said goes to standard error."""
    written = chunks.reconstruct_chunks(config, here, args.type, args.output or sys.stdout.buffer)
    if args.output:
        said = f"Wrote {plural(written.records, 'record')} into {one_line(written.output)}."
        print_answer(args, "chunks-reconstruct", written, lambda _: "\n".join([said, *_list_damages(written.damages)]))
    else:
        for line in _list_damages(written.damages):
            print_text(line, aside=True)
    return _DAMAGED if written.damages else 0


def _render_figures(found: MemoryFigures, page: Page) -> str:
    """Render sums first, then types, months and writers, then the largest records."""
    counted = f"{plural(found.records, 'record')} in {plural(found.refs, 'ref')}, {plural(found.segments, 'segment')}"
    stored = f"{size(found.stored_bytes)}, {size(found.disk_bytes)} on the disk"
    lines = [
        f"{counted}; {number(found.waiting)} wait in a file beside them; {number(found.forgotten)} forgotten.",
        f"{size(found.raw_bytes)} of records take {stored}; the largest file has {size(found.largest_file)}.",
    ]
    if found.unread:
        lines.append(f"{plural(found.unread, 'segment')} cannot be read: twiceshy chunks verify")
    parts = (("type", found.types), ("month", found.months), ("writer", found.writers))
    tables = ["\n" + _draw_parts(title, rows, page) for title, rows in parts if rows]
    largest = [(one.id, one_line(one.type), size(one.raw_bytes)) for one in found.largest]
    columns = (Column("largest records"), Column("type"), Column("bytes", right=True))
    return "\n".join([*lines, *tables, *(["\n" + draw_table(columns, largest, page)] if largest else [])])


def _draw_parts(title: str, rows: list[MemoryPart], page: Page) -> str:
    """Draw a table of types, months or writers."""
    columns = (Column(title), Column("records", right=True), Column("bytes", right=True), Column("stored", right=True))
    cells = [(one_line(row.name), number(row.records), size(row.raw_bytes), size(row.stored_bytes)) for row in rows]
    return draw_table(columns, cells, page)


def _render_check(found: MemoryCheck) -> str:
    """Render what is wrong, or that nothing is."""
    checked = f"{plural(found.segments, 'segment')} and {plural(found.records, 'record')}"
    lines = [
        f"Checked {checked}: {plural(len(found.damages), 'damage')}." if found.damages else f"{checked}: all whole."
    ]
    lines += _list_damages(found.damages)
    if found.unsettled:
        lines.append(
            f"{plural(found.unsettled, 'record')} of yours were forgotten by another writer; this takes them out: "
            "twiceshy chunks compact"
        )
    return "\n".join(lines)


def _list_damages(damages: list[MemoryDamage]) -> list[str]:
    """Return a line for each, with who can mend it."""
    mend = {True: "yours", False: "another writer's"}
    return [f"  {one_line(one.where)} ({mend[one.own]}): {one_line(one.what)}" for one in damages]


def _render_compaction(done: Compaction, page: Page) -> str:
    """Render a row for each month, and what the disk holds."""
    if not done.months:
        lines = ["No closed month of yours is left to pack."]
    else:
        columns = (Column("month"), Column("segments", right=True), Column("bytes", right=True))
        rows = [
            (
                one.month,
                f"{one.segments_before} -> {'cannot be read' if one.segments_after is None else one.segments_after}",
                size(one.bytes_before) + ("" if one.bytes_after is None else f" -> {size(one.bytes_after)}"),
            )
            for one in done.months
        ]
        lines = [draw_table(columns, rows, page)]
    if done.disk_after is None:
        lines.append(f"Nothing was changed. On the disk are {size(done.disk_before)}.")
    else:
        lines.append(f"On the disk: {size(done.disk_before)} before, {size(done.disk_after)} now.")
    return "\n".join(lines)
