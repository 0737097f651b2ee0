"""Write what is stored as rows for other programs: lines, a table or a folder of data, scrubbed as it is stored.

Each row is audited once more on its way by the engine that did not redact it; what it finds is replaced and
counted, and what still looks like a secret then stops the export. Rows are read in batches, and the same
store and call give the same bytes. Without `--output` JSON lines and CSV go to standard output. What is there is not
replaced unasked, and nothing half is left.

`--format parquet` has typed columns; `hf` is a folder that `datasets.load_dataset` reads, with a page that tells what
is in it, at the level `strict` unless `--level` says otherwise. Both need `pip install './wings/data[export]'` in the
checkout. `atif` is a folder with one trajectory a session.

`runs` has one row a command run: every column of `executions`, and beside it what belongs to the run from
`match_events`, `output_samples`, `performance_metrics`, `run_choice`, `run_lines` and `run_history` (in CSV as JSON
in a cell).

`commits` has one row a commit. It begins with hash, message, author (a salted hash), timestamp, branch, files_changed,
insertions, deletions, hour_of_day, day_of_week (both on the author's clock), is_merge, is_initial and parent_count, in
this order; then the session that it came from, seconds since the author's last commit, what CI said, whether it was
taken back or amended, and its tree and patch-id. What is not known is null. `--with-diffs` adds its patch, read from
git where the repository is on this machine, redacted, and cut at 65,536 characters with a mark.

`all` is every kind in `hf`. As JSON lines or CSV it is one file of commits and chats with the keys `type`, `timestamp`,
`input`, `output` and `context`, as the first collector wrote it; so it is with `--format hf` and a name that ends in
`.json`. A commit's `output` counts the hunks of each file, where git has them here. Nothing is cut there unless
`--truncate-input` and the like say so.

`chats` has one row a prompt with all that followed until the next, `actions` one a call, `sessions` one a session, and
`orchestration` one a session that sent off subagents; each begins with the keys of the first collector's records.

`preferences` has pairs of texts: what an agent wrote first, and what took its place and held. `finetune` has rows for
trainers of models: `--form chat` dialogues, `sft` requests with their answers, `dpo` these pairs. Only work that ended
green or accepted is chosen. `finetune --task messages` has the commits of a repository instead, read from its own
history: what was changed with the three nearest older messages, and what was written, by time in three fifths to learn
from, one to choose by and one to test on.
"""

import argparse
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from types import FrameType

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.base.values import Scope
from twiceshy.doors.cli.filters import parse_count, parse_share
from twiceshy.doors.cli.named_file import write_named_file
from twiceshy.records.exports import ExportSummary
from twiceshy.records.ingest import StepProgress
from twiceshy.screens.terminal.formats import plural, size
from twiceshy.screens.terminal.page import print_answer, print_text
from twiceshy.screens.terminal.progress_bar import watch_steps
from twiceshy.stats.text.relative_times import parse_since
from twiceshy_data import recipes as dataset
from twiceshy_data import rows

_TELL_PLACES = "`twiceshy audit` shows where the store still has them."
_TELL_DIFFS = "git on this machine does not have it. Run this in the repository."
_TELL_LEVEL = "The store keeps what only this level takes out."
_ALL = "all"
_MIXED = ("jsonl", "csv", "json")
_WITH_DIFFS = ("commits", "edits", _ALL)
"""Edits have their texts in any case; of all kinds in one file commits have a summary."""
EXAMPLE = "twiceshy export runs --format csv --output runs.csv"
_FINETUNE = "finetune"
_TRAINERS = ("chat", "dpo", "sft")
"""What trainers take; each is a kind of rows of its own."""
_TASKS = ("messages",)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what, in which form, where to and how much."""
    parser.add_argument("kind", choices=(*rows.list_exports(), _FINETUNE), help="what to write")
    parser.add_argument("--form", choices=_TRAINERS, help="finetune: dialogues, pairs or answers")
    parser.add_argument("--task", choices=_TASKS, help="finetune: commit messages of a repository's own history")
    parser.add_argument("--repo", type=Path, metavar="PATH", help="with --task messages: the repository (this folder)")
    parser.add_argument("--format", choices=dataset.list_forms(), default="jsonl", help="the form (jsonl)")
    parser.add_argument("-o", "--output", metavar="PATH", help="write there, readable by you only (standard output)")
    parser.add_argument("--force", action="store_true", help="replace the file or the earlier export if there is one")
    parser.add_argument("--project", metavar="NAME", help="only of folders or projects with this in their name")
    parser.add_argument("--everywhere", action="store_true", help="of all projects, as without --project")
    parser.add_argument("--since", metavar="WHEN", help="only what is newer: 36h, 30d, 4w, 3m, 1y or 2026-11-01")
    parser.add_argument("--until", metavar="WHEN", help="only what is older")
    parser.add_argument("--outcome", metavar="NAME", help="only with this outcome: completed, corrected=no ...")
    parser.add_argument("--model", metavar="NAME", help="only of models with this in their name")
    parser.add_argument(
        "--min-confidence", metavar="SHARE", type=parse_share, help="only where the outcome is so sure: 0.85"
    )
    parser.add_argument(
        "--splits", metavar="SHARES", default="", help="80/10/10 by time and whole sessions, none, or a splits.json"
    )
    parser.add_argument("--cut", metavar="DAYS", default="", help="begin validation and test on these days")
    parser.add_argument("--by-project", action="store_true", help="keep whole projects apart, not times")
    parser.add_argument("--level", choices=dataset.list_levels(), help="what the audit takes out (as the store's)")
    for cell in ("input", "output", "files"):
        parser.add_argument(
            f"--truncate-{cell}", metavar="N", type=parse_count, default=0, help=f"all as csv: cut {cell} (0: whole)"
        )
    parser.add_argument("--no-truncate", action="store_true", help="all as csv: cut nothing")
    parser.add_argument(
        "--license", metavar="ID", default="", help="data to train on: under which licence you give the project"
    )
    parser.add_argument("--with-diffs", action="store_true", help="commits with their patches, where git has them here")


def run(args: argparse.Namespace, config: Config) -> int:
    """Write the rows, and say how many."""
    wish = _read_wish(args)
    if args.output is None:
        return _write_out(args, config, wish)
    with watch_steps(silent=args.json) as steps, _ended_by_signals():
        written = _write_place(args, config, wish, steps.show)
    _tell_aside(written, config)
    print_answer(args, "export", written, lambda _: _describe(written))
    return 0


def _read_wish(args: argparse.Namespace) -> dataset.ExportWish:
    """Return what the call asks for.

    Raises:
        UsageError: its words do not go together.
    """
    if (args.task or args.repo) and (args.kind != _FINETUNE or not args.task):
        raise UsageError("--task messages and --repo are for `export finetune --task messages`.")
    if args.everywhere and args.project:
        raise UsageError("--everywhere is of all projects: leave it or --project out.")
    if args.with_diffs and args.kind not in _WITH_DIFFS:
        raise UsageError(f"--with-diffs is for commits: rows of {args.kind} have none. Leave it out.")
    now = datetime.now().astimezone()
    return dataset.ExportWish(
        kind=_name_kind(args),
        form=dataset.find_form(args.format),
        scope=Scope(
            project=args.project or None, since=parse_since(args.since, now), until=parse_since(args.until, now)
        ),
        outcome=args.outcome or None,
        model=args.model or None,
        min_confidence=args.min_confidence,
        level=args.level,
        split=dataset.read_split_wish(args.splits, args.cut, by_project=args.by_project),
        license=args.license,
        with_diffs=args.with_diffs,
        repo=(args.repo or Path()) if args.task else None,
    )


def _name_kind(args: argparse.Namespace) -> str:
    """Return the kind of rows that is asked for.

    Raises:
        UsageError: what trainers take is not named, or of rows that are not for them.
    """
    if args.kind != _FINETUNE:
        if args.form is not None:
            raise UsageError(f"--form {args.form} is for `export finetune`; the form of a file is --format.")
        return str(args.kind)
    if args.task is not None:
        if args.form not in {None, "sft"} or args.project:
            raise UsageError(
                "--task messages has one form, sft, and the rows of one repository: --repo PATH, not --project."
            )
        return f"{_FINETUNE}-{args.task}"
    if args.form is None:
        raise UsageError(f"export finetune needs --form {', '.join(_TRAINERS)}: dialogues, pairs or answers.")
    return f"{_FINETUNE}-{args.form}"


def _write_out(args: argparse.Namespace, config: Config, wish: dataset.ExportWish) -> int:
    """Write to standard output.

    Raises:
        UsageError: the answer is wanted there too, or the form is none of lines.
    """
    if args.json:
        raise UsageError("--json tells what was written, and the rows are on standard output: add --output FILE.")
    if not dataset.is_text(wish.form):
        raise UsageError(f"--format {args.format} is not for standard output: add --output PATH.")
    _tell_aside(_write_bytes(args, config, wish, sys.stdout.buffer.write), config)
    return 0


def _write_bytes(
    args: argparse.Namespace,
    config: Config,
    wish: dataset.ExportWish,
    write: Callable[[bytes], object],
    watch: Callable[[StepProgress], object] = id,
) -> ExportSummary:
    """Write what is one file.

    Raises:
        UsageError: there is no such file of all kinds.
    """
    if wish.kind != _ALL:
        return dataset.export_rows(config, wish, write, watch)
    form = "json" if dataset.is_folder(wish.form) else wish.form
    if form not in _MIXED:
        raise UsageError(f"--format {args.format} has no form for all: name one kind, or take jsonl, csv or hf.")
    return dataset.export_mix(config, wish, dataset.MixWish(form, _read_limits(args)), write, watch)


def _read_limits(args: argparse.Namespace) -> tuple[int, int, int]:
    """Return the most characters of input, output and files; 0: all."""
    if args.no_truncate:
        return (0, 0, 0)
    return (args.truncate_input, args.truncate_output, args.truncate_files)


def _write_place(
    args: argparse.Namespace, config: Config, wish: dataset.ExportWish, watch: Callable[[StepProgress], object]
) -> ExportSummary:
    """Write a file or a folder; with the name of a JSON file, all in one as the first collector wrote it.

    Raises:
        UsageError: it is there already, or its folder is not.
        SourceError: it cannot be written.
    """
    path = Path(args.output)
    if dataset.is_folder(wish.form) and not (wish.kind == _ALL and path.suffix == ".json"):
        return dataset.export_folder(config, wish, path, replace=args.force, watch=watch)
    written = write_named_file(path, lambda write: _write_bytes(args, config, wish, write, watch), replace=args.force)
    return replace(written, path=str(path))


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a signal that ends the program unwind it, so that nothing half is left."""

    def leave(number: int, _: FrameType | None) -> None:
        raise SystemExit(128 + number)  # as shells report it

    old = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def _tell_aside(written: ExportSummary, config: Config) -> None:
    """Say on stderr what was replaced, what must not leave, what is not known, and whether the rest is enough."""
    _tell_replaced(written, config)
    if written.without_diff:
        commits = plural(written.without_diff, "commit")
        print_text(f"twiceshy: what {commits} changed is not told: {_TELL_DIFFS}", aside=True)
    for why, count in written.left_out.items():
        if todo := dataset.find_remedy(why):
            print_text(f"twiceshy: {plural(count, 'row')} left out: {why}. {todo}", aside=True)
    if written.too_few:
        print_text(f"twiceshy: {written.too_few}.", aside=True)


def _tell_replaced(written: ExportSummary, config: Config) -> None:
    """Say on stderr how many secrets the audit replaced, if any."""
    if written.replaced:
        kinds = ", ".join(f"{count} x {kind}" for kind, count in written.replaced.items())
        print_text(
            f"twiceshy: the audit replaced {plural(sum(written.replaced.values()), 'secret')} ({kinds}). "
            f"{_TELL_PLACES if written.level == config.privacy_level else _TELL_LEVEL}",
            aside=True,
        )


def _describe(written: ExportSummary) -> str:
    """Return what was written, and where."""
    amount = size(written.bytes) + (f", {plural(written.files, 'file')}" if written.files > 1 else "")
    cut = f" {plural(written.cut_cells, 'cell')} cut." if written.cut_cells else ""
    unfit = {why: count for why, count in written.left_out.items() if not dataset.find_remedy(why)}
    left = "".join(f" {plural(count, 'row')} left out: {why}." for why, count in unfit.items())
    return f"Wrote {plural(written.rows, 'row')} to {written.path} ({amount}), readable by you only.{cut}{left}"
