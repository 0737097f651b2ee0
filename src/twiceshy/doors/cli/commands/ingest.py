"""Read agent logs into the store.

Without a PATH it reads every known agent's folder, and only what is new since the last time. Logs are never changed,
and text is redacted before it is stored. A PATH may also be another tool's report: SARIF 2.1.0 or JUnit XML. You can
stop it at any moment: what is stored stays, and the next run goes on from there. A file that no known agent wrote is
named with what it looks like; the exit code is 20 if nothing of what was named can be read.
"""

import argparse
from pathlib import Path
from typing import Protocol

from twiceshy.base.config import Config, override
from twiceshy.base.errors import SourceError, ToolMissing, UsageError
from twiceshy.base.plugins import Group, explain_wing, list_names, load_plugins
from twiceshy.logs import collect
from twiceshy.records.ingest import IngestSummary, SkippedLine
from twiceshy.screens.terminal.formats import day, duration, number, one_line, plural, size
from twiceshy.screens.terminal.page import print_answer, print_text
from twiceshy.screens.terminal.progress_bar import step_of, watch_steps


class FileForm(Protocol):
    """A plugin that takes over the files of another program; its entry point names the form."""

    def take(self, config: Config, path: Path) -> object:
        """Store the records of a file, a folder or standard input (``-``); return what was found, as a record.

        Raises:
            UsageError: there is no such file or folder.
            StoreError: the store cannot be used.
        """
        ...

    def render(self, found: object) -> str:
        """Return in words what ``take`` found."""
        ...


FORMATS = Group[FileForm]("twiceshy.ingest", FileForm)
EXAMPLE = "twiceshy ingest ~/old-laptop/.claude/projects"
_MOST_LISTED = 5
"""Files or lines that the summary names; ``--json`` has all (guess, 2026-11-21)."""
_NOUNS = {"reply": ("reply", "replies"), "usage": ("token count",)}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to read and with how many processes."""
    parser.add_argument(
        "paths",
        metavar="PATH",
        nargs="*",
        type=Path,
        help="log files or folders, or reports of other tools (every agent's logs)",
    )
    parser.add_argument("--agent", metavar="NAME", action="append", help="only this agent's logs; repeatable")
    parser.add_argument("--commit", metavar="HASH", help="the test reports are CI results of this commit")
    parser.add_argument(
        "--format", metavar="FORM", help="files of an older program; seed: of a folder .git-ml, `-` is standard input"
    )
    parser.add_argument("--processes", metavar="N", help="number of processes (0: one per core)")


def run(args: argparse.Namespace, config: Config) -> int:
    """Read what is new, and say what was found."""
    if args.format:
        return _import_files(args, config)
    if args.agent:
        config = override(config, "ingest.agents", " ".join(args.agent), "--agent")
    if args.processes is not None:
        config = override(config, "ingest.processes", args.processes, "--processes")
    if args.commit and not args.paths:
        raise UsageError("--commit needs a PATH: the report of a test run on that commit.")
    with watch_steps(silent=args.json) as watch:
        summary = collect.ingest(args.paths, config, progress=lambda found: watch.show(step_of(found)))
    if args.commit:
        _add_results(args, config)
    code = print_answer(args, "ingest", summary, lambda _: render_summary(summary, config))
    return SourceError.exit_code if args.paths and not (summary.files_seen or summary.reports) else code


def _add_results(args: argparse.Namespace, config: Config) -> None:
    """Take the reports as CI results of a commit, and say on stderr how many there were."""
    from twiceshy.logs import history  # noqa: PLC0415  # only reports need it

    count = history.add_test_reports(config, Path.cwd(), args.commit, args.paths)
    if count:
        print_text(f"twiceshy: {plural(count, 'CI result')} of {one_line(args.commit)}: twiceshy ci get", aside=True)
    else:
        print_text("twiceshy: none of these is a report of tests; no CI result was stored.", aside=True)


def _import_files(args: argparse.Namespace, config: Config) -> int:
    """Take over the files of another program.

    Raises:
        UsageError: not one file or folder is named, or no plugin knows the form.
        ToolMissing: the form is a wing's that is not there.
    """
    form = load_plugins(FORMATS).found.get(args.format)
    if form is None and args.format == "seed":
        raise ToolMissing(explain_wing("ingest --format seed", "git"))
    if form is None:
        known = ", ".join(list_names(FORMATS)) or "none"
        raise UsageError(f"--format {args.format!r} is not known; known are: {known}.")
    if len(args.paths) != 1:
        raise UsageError(
            f"--format {args.format} takes one file or folder (or `-`): twiceshy ingest --format {args.format} FOLDER"
        )
    found = form.take(config, args.paths[0])
    return print_answer(args, f"{args.format}-import", found, lambda _: form.render(found))


def render_summary(summary: IngestSummary, config: Config) -> str:
    """Render the summary in words, with what to do next."""
    if not summary.files_seen:
        return "\n".join([*_describe_nothing(summary), *_describe_left_out(summary)])
    unchanged = f" ({number(summary.files_unchanged)} unchanged)" if summary.files_unchanged else ""
    read = f"Read {size(summary.bytes_read)} from {plural(summary.files_read, 'file')} in {duration(summary.seconds)}"
    lines = [f"{read}{unchanged}."]
    total = sum(summary.events.values())
    if total:
        kinds = sorted(summary.events.items(), key=lambda item: -item[1])
        named = ", ".join(
            plural(count, *_NOUNS.get(kind, (kind,))) for kind, count in kinds if count and kind != "session"
        )
        lines.append(f"Stored {plural(total, 'event')} of {plural(summary.sessions_new, 'new session')}: {named}.")
    else:
        lines.append("Nothing new to store.")
    if summary.restated:
        lines.append(f"Judged {plural(summary.restated, 'stored turn')} anew: newer rules tell whose words they are.")
    lines += _describe_left_out(summary)
    if summary.duplicates:
        lines.append(f"Left out {plural(summary.duplicates, 'event')} stored before (resumed and copied sessions).")
    if summary.secrets:
        lines.append(_describe_secrets(summary))
    if summary.reports:
        lines.append(_describe_reports(summary))
    lines += _list_troubles(summary)
    lines.append(_next_step(summary, config))
    return "\n".join(lines)


def _describe_nothing(summary: IngestSummary) -> list[str]:
    """Describe an ingest that met no log."""
    troubles = _list_troubles(summary)
    if summary.reports:
        return [_describe_reports(summary), *troubles, "Next: twiceshy report"]
    if summary.unclaimed:
        return ["Nothing was read.", *troubles, "Next: `twiceshy doctor` lists the agents that are known."]
    return ["No agent logs were found. Give a PATH; `twiceshy doctor` lists the folders that are searched.", *troubles]


def _describe_left_out(summary: IngestSummary) -> list[str]:
    """Describe stored sessions that count no more."""
    if not summary.left_out:
        return []
    held = f"{plural(summary.left_out, 'stored session')}: read from fixtures of tests by an older version"
    return [f"Left out {held}. No figure counts them any more; nothing was deleted."]


def _describe_secrets(summary: IngestSummary) -> str:
    """Describe what was redacted."""
    kinds = sorted(summary.secrets.items(), key=lambda item: (-item[1], item[0]))
    named = ", ".join(f"{number(count)} {kind}" for kind, count in kinds)
    return f"Redacted {number(sum(summary.secrets.values()))} before storing: {named}."


def _describe_reports(summary: IngestSummary) -> str:
    """Describe what other tools' reports held."""
    counts = summary.reports
    parts = [plural(counts["findings"], "finding")] if counts["findings"] else []
    parts += [f"{number(counts['suppressed'])} suppressed left out"] if counts["suppressed"] else []
    parts += [f"{plural(counts['tests'], 'test')}, {number(counts['failed'])} failed"] if counts["tests"] else []
    return f"Read {plural(counts['files'], 'report')} of other tools: {'; '.join(parts) or 'nothing found'}."


def _list_troubles(summary: IngestSummary) -> list[str]:
    """List what could not be read, and what was not understood; the first of each by name."""
    lines = []
    lines += _list_skipped([found for found in summary.skipped if not found.line.place])
    lines += _list_faults([found for found in summary.skipped if found.line.place])
    if summary.failed_files:
        lines.append(f"Could not read {plural(len(summary.failed_files), 'place')}; the rest is read:")
        for failed in summary.failed_files[:_MOST_LISTED]:
            place = "" if failed.name in failed.reason else f"{one_line(failed.name)}: "
            lines.append(f"  {place}{one_line(failed.reason)}")
        lines += _describe_more(len(summary.failed_files), "--json names all")
    lines += _list_unclaimed(summary)
    if summary.unknown:
        named = ", ".join(f"{number(count)} {one_line(kind)}" for kind, count in sorted(summary.unknown.items()))
        lines.append(f"Kept lines of types that this version does not know: {named}.")
    return lines


def _list_skipped(found: list[SkippedLine]) -> list[str]:
    """List lines that nobody could read, the first by name."""
    if not found:
        return []
    lines = [f"Skipped {plural(len(found), 'unreadable line')}:"]
    for one in found[:_MOST_LISTED]:
        place = f"{one_line(one.name)} at byte {number(one.line.offset)}"
        lines.append(f"  {place} ({size(one.line.length)}): {one.line.reason}")
    return lines + _describe_more(len(found), 'twiceshy sql "SELECT * FROM skipped"')


def _list_faults(found: list[SkippedLine]) -> list[str]:
    """List records at which our own code failed, the first by name."""
    if not found:
        return []
    lines = [f"{plural(len(found), 'record')} could not be read (a fault of ours: please report):"]
    lines += [
        f"  {one_line(one.name)} at byte {number(one.line.offset)}: {one.line.place}" for one in found[:_MOST_LISTED]
    ]
    return lines + _describe_more(len(found), "twiceshy doctor")


def _list_unclaimed(summary: IngestSummary) -> list[str]:
    """List files that nobody claims, the first of each kind by name."""
    lines = []
    for named in (True, False):
        files = [file for file in summary.unclaimed if file.named is named]
        look = "looks like a log" if len(files) == 1 else "look like logs"
        if files:
            lines.append(f"Did not read {plural(len(files), 'file')} that {'you named' if named else look}:")
        lines += [f"  {one_line(file.path)}: {one_line(file.recognised)}" for file in files[:_MOST_LISTED]]
        lines += _describe_more(len(files), "--json names all")
    return lines


def _describe_more(count: int, where: str) -> list[str]:
    """Return a line with how many more there are, and where; none where all are listed."""
    return [f"  … and {number(count - _MOST_LISTED)} more: {where}"] if count > _MOST_LISTED else []


def _next_step(summary: IngestSummary, config: Config) -> str:
    """Return the last line: a warning where logs are about to vanish, else where to look."""
    if summary.deletion_after_days is not None and summary.oldest_log is not None:
        return (
            f"The agent deletes logs after {plural(summary.deletion_after_days, 'day')} without use (the oldest: "
            f"{day(summary.oldest_log)}); what is stored in {config.home} stays.\nNext: twiceshy report"
        )
    return "Next: twiceshy report"
