"""Read other tools' memory of a repository into the store, and write ours in their forms."""

import argparse

from twiceshy.config import Config
from twiceshy.flows import memory
from twiceshy.records.foreign_memory import CheckpointReading
from twiceshy.surfaces.cli.formats import number, one_line, plural
from twiceshy.surfaces.cli.page import print_answer

READ = ("entire",)


def read_format(args: argparse.Namespace, config: Config) -> int:
    """Read what another tool keeps in the repository, and say what was found."""
    found = memory.read_checkpoints(config, args.repo, everyone=args.everyone)
    return print_answer(args, "memory-read", found, lambda _: render_reading(found))


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


_FORMS = {"v1": "files of a branch", "v2": "files of two refs", "ref": "refs of their own"}
