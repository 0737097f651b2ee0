"""List what was learned from mistakes, and decide about it.

`list` shows the lessons in use (--state all: every one), `show ID` one with its evidence. `review` asks about the least
certain and most frequent ones (without a terminal it lists them). `promote ID` makes a lesson yours, `mute ID` silences
it, `unmute ID` undoes either, `edit ID --description WORDS` puts it in your words, `delete ID` removes it and keeps it
from being learned again, `clear` removes every one. `export` writes promoted lessons into this folder's
`.twiceshy/lessons.yaml`; `import` takes the lessons of that file as reviewed, with the file's words and the store's
counts. `list --like TEXT` shows the lessons about a task, a command or an error, `show --like TEXT` the nearest one: by
meaning with the model of `twiceshy tools install minilm`, else by letters and words. The nearest comes first, however
near.

A lesson leaves the state shadow after it was seen three times in two sessions; a mere quotation never does. It ages by
the work recorded in its project, not by the calendar: unseen for half a year of work (without dates: 200 sessions) it
is archived, and comes back when it is seen again. `review` asks first about rules that you stated in corrections.
A lesson with `team` in its state is what several people's work shows; `mute` silences it here as any other.
`effect` shows what advice did: calls with a warning beside calls of the holdout, which got none, and how many more it
takes to tell.

`twiceshy learn` learns lessons. Settings: `lessons.enabled`, `lessons.ignore` (categories).
"""

import argparse
import sys
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.advice import recipes as advise
from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.doors.cli.filters import parse_count
from twiceshy.doors.cli.prepare_report import complete_judging
from twiceshy.lessons import recipes as lessons
from twiceshy.recipes import pages
from twiceshy.records.lessons import LessonList, LessonOrder, LessonQuestion
from twiceshy.screens.terminal.draw_lesson import render_lesson
from twiceshy.screens.terminal.formats import day, number, one_line, percent, plural
from twiceshy.screens.terminal.page import Column, Page, ask, confirm, draw_table, print_answer, print_text, wrap

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.recipes.pages import ReviewQueue
    from twiceshy.records.lessons import Lesson, NearestLessons

EXAMPLE = "twiceshy lessons list --state all"
_ACTIONS = (
    "list",
    "show",
    "review",
    "promote",
    "mute",
    "unmute",
    "edit",
    "delete",
    "clear",
    "export",
    "import",
    "effect",
)
_STATES = ("shown", "all", "shadow", "active", "muted", "promoted", "archived")
_ORDERS = {
    LessonOrder.SEEN: "the most frequent",
    LessonOrder.SURE: "the surest",
    LessonOrder.NEWEST: "the last seen",
    LessonOrder.COST: "what took longest to get over",
}
_RISK = "this removes lessons for good"
_NOTHING = "Nothing was removed."
_LIMIT = 20  # rows (guess, 2026-11-21)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which lesson, and how much to show."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS)
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="l-… or a lesson's whole name")
    parser.add_argument("--state", choices=_STATES, default="shown", help="list: only these (shown: lessons in use)")
    parser.add_argument("--category", metavar="NAME", default="", help="list: only this category")
    parser.add_argument("--project", metavar="NAME", default="", help="list: only lessons seen in this project")
    parser.add_argument(
        "--sort", choices=tuple(LessonOrder), default=LessonOrder.SEEN, help="list: what comes first (seen)"
    )
    parser.add_argument(
        "--like", metavar="TEXT", default="", help="list, show: lessons about this text, the best first"
    )
    parser.add_argument("--tool", metavar="NAME", default="", help="with --like: only this tool or language")
    parser.add_argument("--limit", metavar="N", type=parse_count, default=_LIMIT, help=f"most rows to show ({_LIMIT})")
    parser.add_argument("--description", metavar="WORDS", help="edit: the new words")
    parser.add_argument("--cause", metavar="WORDS", help="edit: the new root cause")
    parser.add_argument("--yes", action="store_true", help="clear, delete: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    acts = {
        "list": _list_nearest if args.like else _list,
        "review": _review,
        "clear": _clear,
        "export": _exchange,
        "import": _exchange,
        "effect": _show_effect,
    }
    if args.action in acts:
        return acts[args.action](args, config)
    if args.action == "show" and args.like and not args.id:
        found = _find_nearest(args, config).lessons
        if not found:
            raise NotFound("No lesson is about that.")
        args.id = found[0].lesson.id
    if not args.id:
        raise UsageError(f"say which lesson: twiceshy lessons {args.action} l-…; `twiceshy lessons` lists them.")
    return {"show": _show, "edit": _edit, "delete": _delete}.get(args.action, _decide)(args, config)


def _list(args: argparse.Namespace, config: Config) -> int:
    """Show a row for each lesson."""
    complete_judging(args, config)
    asked = LessonQuestion(args.state, args.category, args.project, LessonOrder(args.sort), limit=args.limit)
    found = pages.choose_lessons(config, asked, datetime.now(UTC))
    return print_answer(args, "lessons", found, lambda page: _render_list(found, args, page))


def _render_list(found: LessonList, args: argparse.Namespace, page: Page) -> str:
    """Render the lessons that fit, or how many there are elsewhere."""
    known = found.known
    if not found.total:
        others = (
            f" {plural(known, 'lesson')} not proven yet or put aside: twiceshy lessons --state all"
            if known
            else " Next: twiceshy learn"
        )
        return f"No lesson is in use.{others}" if args.state == "shown" else f"No lesson fits.{others}"
    lines = [*wrap(_describe_lessons(found.total, known, args), page.width), "", _render_rows(found.lessons, page)]
    waits = Counter(filter(None, map(lessons.explain_waiting, found.lessons)))
    lines += [page.dim(f"shadow: {number(many)} not told yet, waiting for {why}") for why, many in waits.most_common()]
    if found.total > args.limit:
        lines.append(page.dim(f"{number(args.limit)} of {number(found.total)}; --limit shows more"))
    return "\n".join(lines)


def _describe_lessons(count: int, known: int, args: argparse.Namespace) -> str:
    """Describe how many lessons are listed, and what the others are."""
    first = f"{_ORDERS[args.sort]} first"
    if args.state != "shown":
        return f"{plural(count, 'lesson')} of {number(known)} that are known, {first}."
    rest = f" {number(known - count)} more are not proven yet or put aside: --state all." if known > count else ""
    return f"{plural(count, 'lesson')} in use: seen 3 times in 2 sessions or promoted, {first}.{rest}"


def _find_nearest(args: argparse.Namespace, config: Config) -> "NearestLessons":
    """Find the lessons that a text is about."""
    return lessons.find_nearest(
        config, args.like, tool=args.tool, k=max(args.limit, 1), states=lessons.states_of(args.state)
    )


def _list_nearest(args: argparse.Namespace, config: Config) -> int:
    """Show a row for each lesson that the text is about."""
    found = _find_nearest(args, config)
    near = [one for one in found.lessons if args.category in {"", one.lesson.category}]

    def render(page: Page) -> str:
        table = _render_rows([one.lesson for one in near], page) if near else "No lesson is about that."
        note = f"compared by letters, not by meaning: {found.missing}"
        return f"{table}\n{page.dim(note)}" if found.missing else table

    record = {"total": len(near), "by": found.by, "missing": found.missing, "nearest": near}
    return print_answer(args, "lessons", record, render)


def _render_rows(found: "Sequence[Lesson]", page: Page) -> str:
    """Render the table."""
    columns = (
        Column("lesson"),
        Column("state"),
        Column("sure", right=True),
        Column("seen", right=True),
        Column("sessions", right=True),
        Column("what", flexible=True),
    )
    rows = [
        (
            lesson.id[:10],
            lesson.state.value if lesson.team is None else f"{lesson.state.value}, team",
            percent(lesson.confidence),
            number(lesson.observations),
            number(lesson.sessions),
            one_line(lesson.description),
        )
        for lesson in found
    ]
    return draw_table(columns, rows, page)


def _show(args: argparse.Namespace, config: Config) -> int:
    """Show one lesson with its evidence."""
    found = lessons.show_lesson(config, args.id, datetime.now(UTC))
    return print_answer(args, "lesson", found, lambda page: render_lesson(found, page))


def _show_effect(args: argparse.Namespace, config: Config) -> int:
    """Show what advice did."""
    from twiceshy.screens.terminal.draw_advice import render_effects  # noqa: PLC0415  # only then

    found = advise.measure_advice_effects(config)
    return print_answer(args, "lessons-effect", found, lambda page: render_effects(found, page, rows=args.limit))


def _decide(args: argparse.Namespace, config: Config) -> int:
    """Promote the lesson, mute it, or undo either."""
    from twiceshy.records.lessons import LessonState  # noqa: PLC0415

    state = {"promote": LessonState.PROMOTED, "mute": LessonState.MUTED}.get(args.action)
    lesson = lessons.decide(config, args.id, state, datetime.now(UTC))
    return print_answer(args, "lessons", {"lesson": lesson}, lambda _: f"{lesson.slug} is {lesson.state.value}.")


def _edit(args: argparse.Namespace, config: Config) -> int:
    """Put the lesson in other words."""
    lesson = lessons.edit(config, args.id, args.description, args.cause, datetime.now(UTC))
    said = f"{lesson.slug}: {one_line(lesson.description)}"
    return print_answer(args, "lessons", {"lesson": lesson}, lambda _: said)


def _delete(args: argparse.Namespace, config: Config) -> int:
    """Delete the lesson for good."""
    if not args.yes and not confirm(f"Delete {args.id} and never learn it again?", _RISK):
        print_text(_NOTHING)
        return 0
    lesson = lessons.delete(config, args.id, datetime.now(UTC)).lesson
    said = f"{lesson.slug} is deleted, and is not learned again."
    return print_answer(args, "lessons", {"deleted": lesson.id}, lambda _: said)


def _clear(args: argparse.Namespace, config: Config) -> int:
    """Delete every lesson."""
    if not args.yes and not confirm("Delete every lesson, and your decisions about them?", _RISK):
        print_text(_NOTHING)
        return 0
    count = lessons.clear(config)
    return print_answer(args, "lessons", {"cleared": count}, lambda _: f"Removed {plural(count, 'lesson')}.")


def _exchange(args: argparse.Namespace, config: Config) -> int:
    """Write to the repository's file, or read from it."""
    act = lessons.export_lessons if args.action == "export" else lessons.import_lessons
    done = act(config, Path.cwd(), datetime.now(UTC))
    said = f"{done.path}: {plural(done.lessons, 'lesson')}, {number(done.new)} new, {number(done.changed)} changed."
    if done.withheld:
        said += f"\n{plural(done.withheld, 'lesson')} not written: secrets in them could not be taken out."
    return print_answer(args, f"lessons-{args.action}", done._asdict(), lambda _: said)


def _review(args: argparse.Namespace, config: Config) -> int:
    """Ask about the lessons one by one at a terminal, else list them in the order of asking."""
    found = pages.build_queue(config, datetime.now(UTC), limit=args.limit)
    shown = found.lessons

    def render(page: Page) -> str:
        if not shown:
            return "There is nothing to review."
        if not sys.stdin.isatty():
            return f"{_render_rows(shown, page)}\n{_describe_due(found)}"
        print_text(_describe_due(found), aside=True)
        return _ask_about(shown, config, page)

    return print_answer(args, "lessons-review", found, render)


def _describe_due(found: "ReviewQueue") -> str:
    """Describe whether the quarterly review is due."""
    last = "You have not reviewed lessons yet" if found.last_at is None else f"Last review: {day(found.last_at)}"
    return f"{last}; the quarterly review is {'due' if found.due else 'not due yet'}."


def _ask_about(chosen: "Sequence[Lesson]", config: Config, page: Page) -> str:
    """Ask about each lesson; each decision is stored at once."""
    from twiceshy.records.lessons import LessonState  # noqa: PLC0415

    count = 0
    for lesson in chosen:
        now = datetime.now(UTC)
        print_text(render_lesson(lessons.show_lesson(config, lesson.id, now), page))
        word = ask("[p]romote, [m]ute, [d]elete, [s]kip, [q]uit? ")[:1]
        if word == "q":
            break
        if word in {"p", "m"}:
            lessons.decide(config, lesson.id, LessonState.PROMOTED if word == "p" else LessonState.MUTED, now)
        elif word == "d":
            lessons.delete(config, lesson.id, now)
        count += word in {"p", "m", "d"}
    return f"Decided about {plural(count, 'lesson')}."
