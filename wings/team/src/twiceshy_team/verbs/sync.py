"""Send what is new to your team's server, and take back what the team knows.

Nothing leaves until you name a server (`sync.url`) and set `telemetry.backend` to `hybrid`; only your own settings and
the environment can do that, never a project. What may leave is set by `sync.level`: counts and keyed hashes (the
default), strictly redacted words too, or what is stored here. `learn` does the same in the background.

`--dry-run` prints the exact lines that would leave, and sends nothing. `--test` sends an empty batch: address,
certificate, token, the server's version. `--status` shows what waits and the last answer, without a connection.
`--from FILE` takes rows that another machine wrote (`telemetry.backend = file`, or a CI machine that could not send),
then sends them. What cannot be sent waits and is tried again, later and later, at most an hour apart.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.records.team import CarriedRows, ServerTest, SyncStatus, SyncSummary
from twiceshy.screens.terminal.formats import number, plural, rough_duration, size
from twiceshy.screens.terminal.page import Page, print_answer
from twiceshy_team import sync

EXAMPLE = "twiceshy sync --dry-run"
_EXIT_FAILED = 1  # defined in docs/reference/exit-codes.md


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to show instead of sending."""
    one = parser.add_mutually_exclusive_group()
    one.add_argument("--dry-run", action="store_true", help="print the exact lines that would leave; send nothing")
    one.add_argument("--test", action="store_true", help="send one empty batch, and say what the server answers")
    one.add_argument("--status", action="store_true", help="show what waits and the last answer; open no connection")
    one.add_argument("--from", dest="files", metavar="FILE", nargs="+", help="take files of other machines, and send")


def run(args: argparse.Namespace, config: Config) -> int:
    """Send, or show what was asked for."""
    if args.dry_run:
        return _print_lines(args, config)
    if args.test:
        test = sync.ask_server(config, os.environ)
        print_answer(args, "sync-test", test, lambda _: _draw_test(test))
        return 0 if test.state == "ok" else _EXIT_FAILED
    if args.status:
        status = sync.read_status(config, os.environ, datetime.now(UTC))
        return print_answer(args, "sync-status", status, lambda page: _draw_status(status, page))
    taken = _take_files(args, config) if args.files else None
    done = sync.sync_team(config, os.environ, asked=True)
    print_answer(args, "sync", {"summary": done, "taken": taken}, lambda _: _draw_summary(done, taken, config))
    return _EXIT_FAILED if done.stopped or done.refused else 0


def _print_lines(args: argparse.Namespace, config: Config) -> int:
    """Print what would leave, byte for byte: the same with and without ``--json``, as each line is JSON."""
    count = total = 0
    for line in sync.list_lines(config):
        sys.stdout.buffer.write(line + b"\n")
        count += 1
        total += len(line) + 1
    sys.stdout.buffer.flush()
    if not args.json:
        print(f"twiceshy: {_describe_lines(count, total, config)}", file=sys.stderr)
    return 0


def _describe_lines(count: int, total: int, config: Config) -> str:
    if config.telemetry_backend == "local":
        return "nothing would leave: telemetry.backend is local. docs/reference/sync.md lists what may leave."
    if not count:
        return "nothing waits to be sent."
    where = config.sync_url or "nowhere yet, as sync.url is empty"
    if config.telemetry_backend == "file":
        where = "a file to be carried"
    return f"{plural(count, 'line')}, {size(total)}, would leave at the level {config.sync_level} to {where}."


def _take_files(args: argparse.Namespace, config: Config) -> CarriedRows:
    """Take the rows of files.

    Raises:
        UsageError: they could not be sent on.
    """
    if config.telemetry_backend not in {"http", "hybrid"} or not config.sync_url:
        raise UsageError(
            "rows are taken to be sent on, and nothing is sent here: set sync.url, and telemetry.backend to hybrid."
        )
    return sync.take_files(config, [Path(name) for name in args.files], datetime.now(UTC))


def _draw_summary(done: SyncSummary, taken: CarriedRows | None, config: Config) -> str:
    """Return what was done, in words."""
    lines = [] if taken is None else [_describe_taken(taken)]
    if config.telemetry_backend == "local":
        return "telemetry.backend is local: nothing is sent, and no connection was opened."
    lines.append(_describe_sent(done, config))
    lines += [f"Refused and kept: {plural(count, 'row')}: {why}." for why, count in done.refused.items()]
    if done.again:
        lines.append(
            "The server was put back to an older state: what it had taken and lost is sent again "
            f"({plural(done.again, 'record')} looked at)."
        )
    if done.learned:
        lines.append(f"From the team: {number(done.learned)} lessons, limits and facts that are new or changed.")
    if done.left:
        lines.append(f"{plural(done.left, 'row')} still waiting.")
    if done.stopped:
        lines.append(f"Stopped: {done.stopped}.")
    return "\n".join(lines)


def _describe_taken(taken: CarriedRows) -> str:
    words = f"Took {plural(taken.new, 'row')} from {plural(taken.files, 'file')}"
    if taken.known:
        words += f"; {number(taken.known)} waited here already"
    if taken.unreadable:
        words += f"; {plural(taken.unreadable, 'line')} not of our form were left out"
    return f"{words}."


def _describe_sent(done: SyncSummary, config: Config) -> str:
    if done.files:
        return "\n".join(f"Wrote {name}." for name in done.files) + f" {plural(done.sent, 'row')} to be carried."
    total = done.sent + done.known
    if not total:
        return "Nothing was sent." if done.stopped else "Nothing waits to be sent."
    known = f", {number(done.known)} known there already" if done.known else ""
    return f"Sent {plural(total, 'row')} to {config.sync_url}: {number(done.sent)} stored{known}."


def _draw_test(test: ServerTest) -> str:
    """Return what the server answered, in words."""
    lines = [test.words]
    if test.url:
        lines.append(f"address      {test.url}")
    if test.url and test.state != "unreachable":
        lines.append(f"certificate  {test.certificate}")
    if test.state == "ok":
        lines.append(f"server       version {test.server_version or 'not told'}, answered in {test.seconds:.2f} s")
        lines.append(f"level        {test.level} leaves (sync.level here; the server keeps {test.server_level or '?'})")
    return "\n".join(lines)


def _draw_age(at: datetime, page: Page) -> str:
    return f"{rough_duration(max((page.now - at).total_seconds(), 0.0))} ago"


def _draw_status(status: SyncStatus, page: Page) -> str:
    """Return how sending stands, in words."""
    if status.backend == "local":
        return "telemetry.backend is local: nothing is sent."
    lines = [f"backend      {status.backend}, level {status.level}"]
    if status.backend != "file":
        lines.append(f"server       {status.url or 'none'}")
    waiting = ", ".join(f"{number(count)} {kind}" for kind, count in sorted(status.rows.items()))
    total = sum(status.rows.values())
    lines.append(
        f"waiting      {plural(total, 'row')}, {size(status.size_bytes)}" + (f": {waiting}" if waiting else "")
    )
    if status.oldest_at is not None:
        lines.append(f"oldest       {_draw_age(status.oldest_at, page)}")
    if status.last_answer_at is not None:
        lines.append(f"last answer  {status.last_answer} ({_draw_age(status.last_answer_at, page)})")
    if status.next_try_at is not None:
        lines.append(f"next try     {status.next_try_at:%H:%M:%S} UTC, or `twiceshy sync`")
    lines += [f"refused      {plural(count, 'row')}: {why}" for why, count in status.refused.items()]
    if status.not_allowed:
        lines.append("The server does not allow this token. Ask its administrator, then `twiceshy sync --test`.")
    if status.trouble:
        lines.append(f"Nothing can be sent: {status.trouble}")
    return "\n".join(lines)
