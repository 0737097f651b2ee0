"""Show what would help, as lines and settings to paste, and write those that you ask for.

Each mistake that recurs and each fact about a project becomes at most one line for the agent's file of instructions
(CLAUDE.md, AGENTS.md, GEMINI.md), a setting, or a program to install, with its evidence and its price in tokens. A
line that your files say already is left out; one that they contradict ("use X, not Y directly") is named as a conflict.

Nothing is written but by `--write`, which shows the change and asks; without an ID it writes lines only, as each
setting needs its own. Lines stand in a marked block: change or delete them as you like, they are not written again.
`--undo` takes out an ID, all of a FILE, or everything, byte for byte where the rest was not touched. Where git tracks
the file, your own file is offered first (CLAUDE.local.md); `--to FILE` names another.

A number means a line of the list last shown to this terminal; ids (i-…, p-…) always work. What was applied is compared:
sessions with the mistake before and since.
"""

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from twiceshy.base.config import Config
from twiceshy.base.errors import UsageError
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.doors.cli.offer_suggestions import identify_terminal
from twiceshy.doors.cli.prepare_report import prepare_report
from twiceshy.insights import suggest
from twiceshy.recipes import look
from twiceshy.records.suggestions import RemedyPlan, SuggestionList, SuggestionPlace
from twiceshy.screens.terminal.draw_suggestions import render_one, render_refusals, render_suggestions
from twiceshy.screens.terminal.formats import plural
from twiceshy.screens.terminal.page import Page, ask, confirm, page_of, print_answer, print_text

EXAMPLE = "twiceshy suggest --project web-shop"
_EXIT_REFUSED = 1  # defined in docs/reference/exit-codes.md
_RISK = "this changes files of yours"
_LINES = frozenset({"text", "ask"})


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to write or take out, and where."""
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="a number of the last list, i-… or p-…")
    act = parser.add_mutually_exclusive_group()
    act.add_argument("--write", action="store_true", help="write it (without ID: all lines, no settings)")
    act.add_argument("--undo", action="store_true", help="take it out again (ID, a FILE, or without: everything)")
    parser.add_argument("--to", metavar="FILE", type=Path, help="write lines into this file")
    parser.add_argument("--yes", action="store_true", help="do not ask")
    parser.add_argument("--all", action="store_true", help="all projects, not only the one around this folder")
    add_filters(parser, agent=True)
    parser.add_argument("--until", metavar="WHEN", help="only sessions that began earlier; written like --since")


def run(args: argparse.Namespace, config: Config) -> int:
    """Show, write or take out."""
    now, terminal = datetime.now(UTC), identify_terminal()
    here = suggest.HostEnvironment(os.environ, Path.home(), Path.cwd())
    word = suggest.name_shown(config, terminal, args.id, now) if args.id else ""
    if args.undo:
        plan = suggest.plan_undo(config, word, here)
        if not _agree(args, plan, "Take it out?"):
            return 0
        suggest.undo(config, plan, now)
        return _end(args, plan, "suggest-undo")
    config = prepare_report(args, config, now)
    scope, near = find_scope(args, config), not (args.all or args.project or word)
    weeks = look.choose_scope(config, scope) if word.startswith("i-") else scope  # counts are those of the report
    found = suggest.list_suggestions(config, weeks, here, only_here=near)
    if weeks != scope and not suggest.has_suggestion(found, word):
        found = suggest.list_suggestions(config, scope, here, only_here=near)
    if args.write:
        return _write(args, config, found, word)
    if word:
        ((place, chosen),) = suggest.choose(found, word)
        return print_answer(args, "suggest", {"places": [place]}, lambda page: render_one(place, chosen[0], page))
    ids = {one.number: one.id for place in found.places for one in place.suggestions}
    if not args.json:
        suggest.remember_shown(config, terminal, ids, now)
    first = "1" if terminal else ids.get(1, "")
    return print_answer(args, "suggest", found, lambda page: render_suggestions(found, page, first))


def _write(args: argparse.Namespace, config: Config, found: SuggestionList, word: str) -> int:
    """Show the change, ask, and make it."""
    here = suggest.HostEnvironment(os.environ, Path.home(), Path.cwd())
    places = [place for place, chosen in suggest.choose(found, word) if chosen[0].kind.value in _LINES]
    if args.to is not None and len(places) != 1:
        about = f"These lines go into {plural(len(places), 'file')}." if places else "No lines to write here."
        raise UsageError(f"{about} --to needs a project: run it in one, or name it with --project.")
    targets = {place.project_identity: path for place in places if (path := _choose_file(args, place)) is not None}
    plan = suggest.plan_write(config, found, word, here, targets)
    if not plan.changes and not plan.refusals and not args.json:
        print_text("There is nothing to write.")
        return 0
    if not _agree(args, plan, "Write it?"):
        return 0
    suggest.write(config, plan, datetime.now(UTC))
    return _end(args, plan, "suggest-write")


def _choose_file(args: argparse.Namespace, place: SuggestionPlace) -> Path | None:
    """Return the file for a project's lines where it is not the one that was proposed.

    Raises:
        UsageError: others get what stands in that file, and nobody said that they shall.
    """
    if args.to is not None:
        return Path(args.to)
    if not place.tracked or place.path is None:
        return None
    says = f"git tracks {place.path.name}, so others get what stands in it"
    if args.yes or not sys.stdin.isatty():
        if place.own is None:
            raise UsageError(f"{says}. To write there say --to {place.path.name}; nothing was written.")
        return place.own
    if place.own is None:
        print_text(f"Note: {says}.", aside=True)
        return None
    return None if ask(f"{says}. Write into [1] {place.own.name}, or [2] there? [1] ") == "2" else place.own


def _agree(args: argparse.Namespace, plan: RemedyPlan, question: str) -> bool:
    """Show the change of each file, and return whether it is to be made."""
    if not args.json:
        print_text(_render_plan(plan, page_of(args)))
    changed = [one for one in plan.changes if one.change.before != one.change.after]
    if not changed or args.yes or confirm(question, _RISK):
        return True
    print_text("Nothing was changed.")
    return False


def _render_plan(plan: RemedyPlan, page: Page) -> str:
    """Render each file's change as a diff, with what else is to be known."""
    parts = []
    for one in plan.changes:
        parts.append(f"{page.bold(str(one.change.path))}\n{suggest.render_diff(one.change)}".rstrip())
        parts += one.change.notes
        parts += [f"Stays, as it is yours by now: {text}" for text in one.kept]
    return "\n\n".join([*parts, *render_refusals(plan)])


def _end(args: argparse.Namespace, plan: RemedyPlan, verb: str) -> int:
    """Say what was done, and return the exit code."""

    def render(_: Page) -> str:
        if not plan.changes:
            return "Nothing was changed."
        files = plural(len(plan.changes), "file")
        return f"Changed {files}." + (" Undo: twiceshy suggest --undo" if verb == "suggest-write" else "")

    if verb == "suggest-write":
        print_answer(args, "suggest-write", plan, render)
    else:
        print_answer(args, "suggest-undo", plan, render)
    return _EXIT_REFUSED if plan.refusals else 0
