"""What was learned from what went wrong: list it, and decide about it.

`list` has the lessons that are in use (--state all: every one); `show ID` one with its evidence; `review` asks about
those that are least sure and most frequent (without a terminal it lists them). `promote ID` makes a lesson yours, `mute
ID` silences it, `unmute ID` undoes either, `edit ID --description WORDS` puts it in your words, `delete ID` removes
it and keeps it from being learned again, `clear` removes every one. `export` puts promoted lessons into this folder's
`.twiceshy/lessons.yaml`, `import` takes that file's lessons as reviewed ones; words are the file's, counts the store's.
`list --like TEXT` has those that a task, a command or an error is about, `show --like TEXT` the nearest: by meaning
with the model of `twiceshy tools install minilm`, else by their letters. Nothing is shown where nothing fits.

A lesson leaves shadow by itself once it was seen three times in two sessions; what is only a quotation never does.
`effect` shows what advice did: calls that got a warning beside calls of the holdout, which got none.

Lessons are learned by `twiceshy learn`. Settings: `lessons.enabled`, `lessons.ignore` (categories).
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.surfaces.cli.as_json import to_json
from twiceshy.surfaces.cli.draw import Column, Pen, draw_table, number, one_line, pen_for, plural, terminal_width
from twiceshy.surfaces.cli.draw_lesson import render_lesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.flows.lessons import ReviewQueue
    from twiceshy.records.lessons import Lesson, NearestLessons

EXAMPLE = "twiceshy lessons list --category async"
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
_LIMIT = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which lesson, and how much to show."""
    parser.add_argument("action", nargs="?", default="list", choices=_ACTIONS)
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="l-… or a lesson's whole name")
    parser.add_argument("--state", choices=_STATES, default="shown", help="list: only these (shown: those in use)")
    parser.add_argument("--category", metavar="NAME", default="", help="list: only this category")
    parser.add_argument(
        "--like", metavar="TEXT", default="", help="list, show: what this text is about, the best first"
    )
    parser.add_argument("--tool", metavar="NAME", default="", help="with --like: only this tool or language")
    parser.add_argument("--limit", metavar="N", type=int, default=_LIMIT, help=f"at most so many rows ({_LIMIT})")
    parser.add_argument("--description", metavar="WORDS", help="edit: what it says")
    parser.add_argument("--cause", metavar="WORDS", help="edit: its root cause")
    parser.add_argument("--yes", action="store_true", help="clear, delete: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do what was asked, and print the answer."""
    acts = {
        "list": _list,
        "review": _review,
        "clear": _clear,
        "export": _exchange,
        "import": _exchange,
        "effect": _show_effect,
    }
    if args.action in acts:
        print(acts[args.action](args, config))
        return 0
    if args.action == "show" and args.like and not args.id:
        found = _find_nearest(args, config).lessons
        if not found:
            raise NotFound("No lesson is about that.")
        args.id = found[0].lesson.id
    if not args.id:
        raise UsageError(f"say which lesson: twiceshy lessons {args.action} l-…. `twiceshy lessons` shows them.")
    print({"show": _show, "edit": _edit, "delete": _delete}.get(args.action, _decide)(args, config))
    return 0


def _pen_of(args: argparse.Namespace) -> Pen:
    """Return a pen for stdout."""
    return pen_for(sys.stdout, no_color=args.no_color)


def _list(args: argparse.Namespace, config: Config) -> str:
    """Return a row for each lesson."""
    if args.like:
        return _list_nearest(args, config)
    from twiceshy.flows.lessons import filter_lessons, list_lessons  # noqa: PLC0415  # `--help` need not pay for it

    known = list_lessons(config, datetime.now(UTC))
    found = filter_lessons(known, args.state, args.category)
    if args.json:
        return to_json("lessons", {"total": len(found), "lessons": found[: args.limit]})
    if not found:
        others = f" {plural(len(known), 'lesson')} in other states: --state all." if known else " Next: twiceshy learn"
        return f"No lesson is in use.{others}" if args.state == "shown" else f"No lesson fits.{others}"
    lines = [_render_rows(found[: args.limit], args)]
    if len(found) > args.limit:
        lines.append(_pen_of(args).dim(f"{number(args.limit)} of {number(len(found))}; --limit shows more"))
    return "\n".join(lines)


def _find_nearest(args: argparse.Namespace, config: Config) -> "NearestLessons":
    """Find the lessons that a text is about."""
    from twiceshy.flows.lessons import find_nearest, states_of  # noqa: PLC0415

    return find_nearest(config, args.like, tool=args.tool, k=max(args.limit, 1), states=states_of(args.state))


def _list_nearest(args: argparse.Namespace, config: Config) -> str:
    """Return a row for each lesson that the text is about."""
    found = _find_nearest(args, config)
    near = [one for one in found.lessons if args.category in {"", one.lesson.category}]
    if args.json:
        return to_json("lessons", {"total": len(near), "by": found.by, "missing": found.missing, "nearest": near})
    lines = [_render_rows([one.lesson for one in near], args) if near else "No lesson is about that."]
    if found.missing:
        lines.append(_pen_of(args).dim(f"found by letters, not by meaning: {found.missing}"))
    return "\n".join(lines)


def _render_rows(found: "Sequence[Lesson]", args: argparse.Namespace) -> str:
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
            lesson.state.value,
            f"{lesson.confidence:.0%}",
            number(lesson.observations),
            number(lesson.sessions),
            one_line(lesson.description),
        )
        for lesson in found
    ]
    return draw_table(columns, rows, terminal_width(), _pen_of(args))


def _show(args: argparse.Namespace, config: Config) -> str:
    """Return one lesson with its evidence."""
    from twiceshy.flows.lessons import show_lesson  # noqa: PLC0415

    found = show_lesson(config, args.id, datetime.now(UTC))
    return to_json("lesson", found) if args.json else render_lesson(found, datetime.now().astimezone(), _pen_of(args))


def _show_effect(args: argparse.Namespace, config: Config) -> str:
    """Return what advice did."""
    from twiceshy.flows.advise import measure_advice_effects  # noqa: PLC0415  # `--help` need not pay for it
    from twiceshy.surfaces.cli.commands.effects import make_finite  # noqa: PLC0415
    from twiceshy.surfaces.cli.draw_advice import render_effects  # noqa: PLC0415

    found = measure_advice_effects(config)
    if args.json:
        return to_json("lessons-effect", make_finite(found))
    return render_effects(found, terminal_width(), _pen_of(args), rows=args.limit)


def _decide(args: argparse.Namespace, config: Config) -> str:
    """Promote the lesson, mute it, or undo either."""
    from twiceshy.flows.lessons import decide  # noqa: PLC0415
    from twiceshy.records.lessons import LessonState  # noqa: PLC0415

    state = {"promote": LessonState.PROMOTED, "mute": LessonState.MUTED}.get(args.action)
    lesson = decide(config, args.id, state, datetime.now(UTC))
    if args.json:
        return to_json("lessons", {"lesson": lesson})
    return f"{lesson.slug} is {lesson.state.value}."


def _edit(args: argparse.Namespace, config: Config) -> str:
    """Put the lesson in other words."""
    from twiceshy.flows.lessons import edit  # noqa: PLC0415

    lesson = edit(config, args.id, args.description, args.cause, datetime.now(UTC))
    return to_json("lessons", {"lesson": lesson}) if args.json else f"{lesson.slug}: {one_line(lesson.description)}"


def _delete(args: argparse.Namespace, config: Config) -> str:
    """Delete the lesson for good."""
    from twiceshy.flows.lessons import delete  # noqa: PLC0415

    if not args.yes and not _confirm(f"Delete {args.id} and never learn it again?"):
        return "Nothing was removed."
    lesson = delete(config, args.id, datetime.now(UTC))
    return (
        to_json("lessons", {"deleted": lesson.id}) if args.json else f"{lesson.slug} is gone, and is not learned again."
    )


def _clear(args: argparse.Namespace, config: Config) -> str:
    """Delete every lesson."""
    from twiceshy.flows.lessons import clear  # noqa: PLC0415

    if not args.yes and not _confirm("Delete every lesson, and what you decided about them?"):
        return "Nothing was removed."
    count = clear(config)
    return to_json("lessons", {"cleared": count}) if args.json else f"Removed {plural(count, 'lesson')}."


def _exchange(args: argparse.Namespace, config: Config) -> str:
    """Write to the repository's file, or read from it."""
    from twiceshy.flows import lessons  # noqa: PLC0415

    act = lessons.export_lessons if args.action == "export" else lessons.import_lessons
    done = act(config, Path.cwd(), datetime.now(UTC))
    if args.json:
        return to_json(f"lessons-{args.action}", done._asdict())
    return f"{done.path}: {plural(done.lessons, 'lesson')}, {number(done.new)} new, {number(done.changed)} changed."


def _confirm(question: str) -> bool:
    """Ask the person at the terminal.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this removes things for good and there is no terminal to ask at: add --yes.")
    return _ask(f"{question} [y/N] ") in {"y", "yes"}


def _ask(question: str) -> str:
    """Return what the person typed, lower case."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


def _review(args: argparse.Namespace, config: Config) -> str:
    """Ask about the lessons one by one at a terminal, else list them in the order of asking."""
    from twiceshy.flows.lessons import build_queue  # noqa: PLC0415

    found = build_queue(config, datetime.now(UTC))
    if args.json:
        shown_ones = found.lessons[: args.limit]
        return to_json("lessons-review", {"due": found.due, "last_at": found.last_at, "lessons": shown_ones})
    if not found.lessons:
        return "There is nothing to review."
    said = _describe_due(found)
    if not sys.stdin.isatty():
        return f"{_render_rows(found.lessons[: args.limit], args)}\n{said}"
    sys.stderr.write(f"{said}\n")
    return _ask_about(found.lessons[: args.limit], args, config)


def _describe_due(found: "ReviewQueue") -> str:
    """Describe whether the quarterly review is due."""
    last = "You have not reviewed lessons yet" if found.last_at is None else f"Last review: {found.last_at:%Y-%m-%d}"
    return f"{last}; the quarterly review is {'due' if found.due else 'not due yet'}."


def _ask_about(lessons: "Sequence[Lesson]", args: argparse.Namespace, config: Config) -> str:
    """Ask about each lesson; each decision is stored at once."""
    from twiceshy.flows.lessons import decide, delete, show_lesson  # noqa: PLC0415
    from twiceshy.records.lessons import LessonState  # noqa: PLC0415

    count = 0
    for lesson in lessons:
        now = datetime.now(UTC)
        print(render_lesson(show_lesson(config, lesson.id, now), now.astimezone(), _pen_of(args)))
        word = _ask("[p]romote, [m]ute, [d]elete, [s]kip, [q]uit? ")[:1]
        if word == "q":
            break
        if word in {"p", "m"}:
            decide(config, lesson.id, LessonState.PROMOTED if word == "p" else LessonState.MUTED, now)
        elif word == "d":
            delete(config, lesson.id, now)
        count += word in {"p", "m", "d"}
    return f"Decided about {plural(count, 'lesson')}."
