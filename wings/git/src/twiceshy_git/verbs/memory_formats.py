"""Read other tools' memory of a repository into the store, and write ours in their forms."""

import argparse
import os
import sys
from importlib.metadata import version
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import SourceError, UsageError
from twiceshy.base.private_files import open_draft
from twiceshy.records.memory import AuthorshipReading, AuthorshipWriting, CheckpointReading, SeedImport
from twiceshy.screens.terminal.formats import number, one_line, plural
from twiceshy.screens.terminal.page import print_answer
from twiceshy_git import memory_recipes as memory

READ = ("entire", "git-ai", "agent-trace")
WRITE = ("git-ai", "agent-trace")
_FORMS = {"v1": "files of a branch", "v2": "files of two refs", "ref": "refs of their own"}
_NOUNS = {"git-ai": ("note",), "agent-trace": ("trace",)}


def read_format(args: argparse.Namespace, config: Config) -> int:
    """Read what another tool keeps in the repository, and say what was found."""
    if args.format == "entire":
        found = memory.read_checkpoints(config, args.repo, everyone=args.everyone)
        return print_answer(args, "memory-read", found, lambda _: render_reading(found))
    said = memory.read_authorship(config, args.repo, args.format, args.file)
    return print_answer(args, "memory-read", said, lambda _: render_authorship(said))


def write_format(args: argparse.Namespace, config: Config) -> int:
    """Write what is known for another tool, and say what was written."""
    if args.format == "git-ai":
        done = memory.write_notes(config, args.repo)
    elif args.file is None:
        if args.json:
            raise UsageError("--json tells what was written, and the traces are on standard output: add --file FILE.")
        memory.write_traces(config, args.repo, version("twiceshy"), sys.stdout.buffer.write)
        return 0
    else:
        done = _write_file(args.file, config, args.repo)
    return print_answer(args, "memory-write", done, lambda _: render_writing(done))


def _write_file(path: Path, config: Config, folder: Path) -> AuthorshipWriting:
    """Write a file of traces whole, or not at all.

    Raises:
        UsageError: it is there already.
        SourceError: it cannot be written.
    """
    if os.path.lexists(path):
        raise UsageError(f"{path} is there already: name another file.")
    try:
        with open_draft(path, replace=False) as file:
            return memory.write_traces(config, folder, version("twiceshy"), file.write)
    except OSError as error:
        raise SourceError(f"{path} cannot be written: {error.strerror}.") from error


def render_reading(found: CheckpointReading) -> str:
    """Render what became of the checkpoints."""
    if not found.sessions:
        return f"No checkpoints of Entire in {one_line(found.repository)}."
    forms = ", ".join(f"{number(count)} as {_FORMS.get(form, form)}" for form, count in found.forms.items())
    lines = [f"{plural(found.sessions, 'session')} in {plural(sum(found.forms.values()), 'checkpoint')} ({forms})."]
    unchanged = f" {number(found.unchanged)} unchanged." if found.unchanged else ""
    lines.append(f"Read {plural(found.read, 'session')}: {plural(found.events, 'new event')}.{unchanged}")
    if found.of_others:
        lines.append(
            f"Left {plural(found.of_others, 'session')} that somebody else wrote: with --everyone they are read, and "
            "count like your own, in lessons too."
        )
    if found.absent:
        lines.append(f"Left {plural(found.absent, 'session')} without a transcript: not kept, or not in this clone.")
    if found.unclaimed:
        lines.append(f"Left {plural(found.unclaimed, 'session')} of agents that are not known.")
    if found.damaged:
        lines.append(f"Left {plural(found.damaged, 'entry', 'entries')} of checkpoints that name no session.")
    if found.stored:
        lines.append(f"{number(found.linked)} of {plural(found.stored, 'stored session')} are linked to commits.")
        lines.append("Next: twiceshy report")
    return "\n".join(lines)


def render_authorship(found: AuthorshipReading) -> str:
    """Render what another tool says of who wrote which lines."""
    noun = _NOUNS[found.format]
    if not found.found:
        return f"No {noun[0]} of {found.format} in {one_line(found.repository)}."
    lines = [
        f"{plural(found.found, *noun)}: {number(found.new)} new, {number(found.known)} stored before.",
    ]
    by_writer = {"agents": found.agent_lines, "persons": found.human_lines, "both or unknown": found.other_lines}
    lines.append(f"Lines by writer: {', '.join(f'{who} {number(count)}' for who, count in by_writer.items())}.")
    left = {
        "say nothing of any line": found.empty,
        "are of commits that this clone lacks": found.elsewhere,
        "name files that their commit does not change": found.unfitting,
        "cannot be read, or name no commit": found.damaged,
    }
    lines += [f"Left {number(count)} that {why}." for why, count in left.items() if count]
    lines.append("They are stored as that tool's word; agents are not told of it.")
    return "\n".join(lines)


def render_writing(done: AuthorshipWriting) -> str:
    """Render what was written for another tool."""
    if not done.written and not done.kept:
        return f"Nothing to write: no commit of {one_line(done.repository)} is linked to a session's lines."
    lines = [
        f"Wrote {plural(done.written, 'commit')} with {plural(done.agent_lines, 'line')} of agents to {done.path}."
    ]
    if done.kept:
        lines.append(f"Left {plural(done.kept, 'commit')} that had a note already.")
    if done.unknown:
        lines.append(f"Left {plural(done.unknown, 'linked commit')} of which nobody knows who wrote a line.")
    return "\n".join(lines)


def render_import(found: SeedImport) -> str:
    """Render what became of the files of an older collector."""
    if not found.records:
        return f"No records of commits, chats, actions or sessions in {one_line(found.folder)}."
    named = ", ".join(plural(count, kind) for kind, count in found.records.items())
    verb = "Would store" if found.dry_run else "Stored"
    lines = [
        f"{plural(found.files, 'file')}: {named}.",
        f"{verb} {plural(found.new, 'record')}; {number(found.known)} were stored before. The files stay as they are.",
    ]
    left = {
        "are none of these records": found.other,
        "are damaged": found.damaged,
        "have no time": found.undated,
    }
    lines += [f"Left {number(count)} that {why}." for why, count in left.items() if count]
    return "\n".join(lines)
