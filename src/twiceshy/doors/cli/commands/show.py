"""Show one record: a session, a chat, an error's history, an insight's cases, a run, a lesson, a commit, a file.

ID is a session (s-…), a chat (c-…: one prompt and what came of it), an error (e-…), an insight (i-…), a run (r-…), a
lesson (l-…) or a fact of a project (p-…) by any unique beginning of its id, a commit by its hash (or HEAD), or the path
of a file. A commit shows whose work it is: the sessions, by which evidence, the prompts and models, how many lines are
an agent's or a person's, and what became of it. `show hidden-failures` lists the failures that were reported as
success. A session shows prompts, calls, failures with their error's id, edits with lines added and removed, rejections
with your words, interrupts and compactions. Each subagent is folded into one line. `--chats` lists a session's chats
with their ids; `--agents` shows its subagents: which worked side by side, with which model and tools, how each ended.
"""

import argparse
import re
from datetime import datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.base.plugins import find_answer
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.judgement import sessions
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import look
from twiceshy.records import ids
from twiceshy.records.executions import RunStory
from twiceshy.records.questions import AUTHORSHIP, MEMORY
from twiceshy.records.views import ErrorHistory, FileHistory, Timeline
from twiceshy.screens.moment_words import describe_change
from twiceshy.screens.terminal import timeline
from twiceshy.screens.terminal.draw_authorship import render_commit
from twiceshy.screens.terminal.draw_run import render_run
from twiceshy.screens.terminal.formats import cut, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer

HIDDEN_FAILURES = "hidden-failures"
"""What stands in the place of an id, to list the failures that were reported as success."""
EXAMPLE = "twiceshy show s-91c0"
_COMMIT = re.compile(r"[0-9a-f]{7,64}\Z|(?:HEAD|@)(?:[~^]\d*)*\Z")
"""A commit's hash, or as much of it as git prints, or HEAD and its ancestors."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the id and how much to show."""
    parser.add_argument(
        "id",
        metavar="ID",
        help="s-… (session), c-… (chat), e-… (error), i-… (insight), r-… (run), l-… (lesson), p-… (fact), "
        "a commit's hash, "
        "hidden-failures, or a file's path",
    )
    parser.add_argument("--all", action="store_true", help="unfold subagents, and show thinking and notices")
    parser.add_argument("--full", action="store_true", help="show whole texts and results instead of their beginnings")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--chats", action="store_true", help="of a session: its prompts, each with what came of it")
    what.add_argument("--agents", action="store_true", help="of a session: its subagents, batch by batch")
    add_filters(parser, agent=True)
    parser.add_argument("--until", metavar="WHEN", help="of an insight: only sessions that began earlier")


def run(args: argparse.Namespace, config: Config) -> int:
    """Find it and show it; what is not stored here may have been told by others."""
    try:
        return _show_own(args, config)
    except NotFound:
        memory = find_answer(MEMORY)
        told = memory.show_told(config, args.id, Path.cwd()) if memory and memory.has_told(config) else None
        if told is None:
            raise
    from twiceshy.screens.terminal.draw_told import render_told  # noqa: PLC0415  # only then

    return print_answer(args, "show", {"told": told}, lambda page: render_told(told, page))


def _show_own(args: argparse.Namespace, config: Config) -> int:
    """Find what is stored here and show it."""
    if args.id.lower().startswith("l-"):
        return _show_lesson(args, config)
    if args.id.lower().startswith("p-"):
        return _show_fact(args, config)
    if args.id.lower().startswith("i-") or args.id == HIDDEN_FAILURES:
        return show_insights(args, config, args.id)
    start = ids.parse_prefix(args.id)
    if (start is not None and start.kind == ids.CHAT) or args.chats or args.agents:
        return _show_chats(args, config, start)
    authorship = find_answer(AUTHORSHIP) if _may_be_commit(args.id) else None
    if authorship is not None and (story := authorship.show_commit(config, args.id, Path.cwd())) is not None:
        return print_answer(args, "show", {"commit": story}, lambda page: render_commit(story, page))
    return _show_archived(args, config)


def _show_archived(args: argparse.Namespace, config: Config) -> int:
    """Show a session, an error, a run or a file, and return the exit code."""
    found = look.show(config, args.id, find_scope(args, config), full=args.full)
    if isinstance(found, Timeline):
        return print_answer(
            args,
            "show",
            {"timeline": found},
            lambda page: timeline.render_timeline(found, page, everything=args.all, full=args.full),
        )
    if isinstance(found, ErrorHistory):
        return print_answer(args, "show", {"error": found}, lambda page: _render_error(found, page))
    if isinstance(found, RunStory):
        return print_answer(args, "show", {"run": found}, lambda page: render_run(found, page))
    return print_answer(args, "show", {"file": found}, lambda page: _render_file(found, page))


def _may_be_commit(name: str) -> bool:
    """Tell whether a name may be a commit's; a file that is there means itself."""
    return _COMMIT.match(name) is not None and not Path(name).exists()


def show_insights(args: argparse.Namespace, config: Config, name: str) -> int:
    """Show an insight, or all hidden failures, with every case, and return the exit code."""
    from twiceshy.screens.terminal.draw_insight import render_stories, render_story  # noqa: PLC0415  # only then

    full = getattr(args, "full", False)
    if name == HIDDEN_FAILURES:
        hidden = look.list_hidden_failures(config, find_scope(args, config, since=config.report_since))
        return print_answer(
            args, "show", {"hidden_failures": hidden}, lambda page: render_stories(hidden, page, full=full)
        )
    found = look.show_insight(config, name, find_scope(args, config, since=config.report_since))
    return print_answer(args, "show", {"insight": found}, lambda page: render_story(found, page, full=full))


def _show_chats(args: argparse.Namespace, config: Config, start: ids.IdPrefix | None) -> int:
    """Show a chat, or a session's chats or subagents, and return the exit code.

    Raises:
        UsageError: the option is about sessions, and the id is none.
    """
    from twiceshy.screens.terminal import draw_chats  # noqa: PLC0415  # only then

    if start is not None and start.kind == ids.CHAT:
        chat = sessions.show_chat(config, start)
        return print_answer(
            args, "show", {"chat": chat}, lambda page: draw_chats.render_chat(chat, page, full=args.full)
        )
    if start is None or start.kind != ids.SESSION:
        raise UsageError("--chats and --agents are about a session: give its id, s-… (`twiceshy sessions` lists them).")
    if args.chats:
        chats = sessions.list_chats(config, start)
        return print_answer(args, "show", {"chats": chats}, lambda page: draw_chats.render_chats(chats, page))
    agents = sessions.show_agents(config, start)
    return print_answer(args, "show", {"agents": agents}, lambda page: draw_chats.render_agents(agents, page))


def _show_lesson(args: argparse.Namespace, config: Config) -> int:
    """Show a lesson with its evidence, and return the exit code."""
    from twiceshy.screens.terminal.draw_lesson import render_lesson  # noqa: PLC0415  # only then

    found = lessons.show_lesson(config, args.id, datetime.now().astimezone())
    return print_answer(args, "show", {"lesson": found}, lambda page: render_lesson(found, page))


def _show_fact(args: argparse.Namespace, config: Config) -> int:
    """Show a project's fact with the calls that it counts, and return the exit code."""
    from twiceshy.screens.terminal.draw_facts import render_fact_story  # noqa: PLC0415  # only then

    found = look.read_fact_story(config, args.id)
    return print_answer(args, "show", {"fact": found}, lambda page: render_fact_story(found, page, everything=args.all))


def _render_error(found: ErrorHistory, page: Page) -> str:
    """Render the message, how often, what followed, and the newest examples."""
    seen = f"first {short_date(found.first_at, page.now)}, last {short_date(found.last_at, page.now)}"
    lines = [
        f"{page.bold(found.id)} · {cut(one_line(found.message), page.width - 13)}",
        f"{plural(found.count, 'time')} in {plural(found.sessions, 'session')}, {seen}",
    ]
    if found.followed:
        lines += ["", "What the agent did next"]
        columns = (
            Column("next call", flexible=True),
            Column("times", right=True),
            Column("failed", right=True),
            Column("with this error", right=True),
        )
        rows = [
            (step.action, number(step.count), number(step.failed), number(step.same_error)) for step in found.followed
        ]
        lines.append(draw_table(columns, rows, page))
    lines += ["", "Examples"]
    for example in found.examples:
        place = f"{example.session}  {short_date(example.at, page.now)}, {one_line(example.project)}"
        lines.append(f"{place}: {one_line(example.tool)} {cut(one_line(example.about), page.width // 2)}")
        lines.append("  " + cut(one_line(example.text), page.width - 2))
    return "\n".join(lines)


def _render_file(found: FileHistory, page: Page) -> str:
    """Render the path, how often, and the newest edits."""
    counts = (
        f"{plural(found.total, 'edit')}, {plural(found.reads, 'read')}, {plural(found.failed_edits, 'failed edit')}"
    )
    columns = (Column("when"), Column("session"), Column("lines", right=True), Column("", flexible=True))
    rows = []
    for edit in found.edits:
        change, _, note = describe_change(edit).partition(" -")
        lines, _, note = note.partition(" ")
        rows.append((short_date(edit.at, page.now), edit.session, f"{change} -{lines}", note))
    head = f"{page.bold(one_line(found.path))} · {one_line(found.project)}"
    text = f"{head}\n{counts}\n\n{draw_table(columns, rows, page)}"
    if found.total > len(found.edits):
        text += "\n" + page.dim(f"the newest {number(len(found.edits))} of {number(found.total)}")
    return text
