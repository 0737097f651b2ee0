"""What was learned from what went wrong: list it, and decide about it.

`list` has the lessons that are in use (--state all: every one); `show ID` one with its evidence; `review` asks about
those that are least sure and most frequent (without a terminal it lists them). `promote ID` makes a lesson yours, `mute
ID` silences it, `unmute ID` takes either back, `edit ID --description WORDS` puts it in your words, `delete ID` removes
it and keeps it from being learned again, `clear` removes every one. `export` puts promoted lessons into this folder's
`.twiceshy/lessons.yaml`, `import` takes that file's lessons as reviewed ones; words are the file's, counts the store's.
`list --like TEXT` has those that a task, a command or an error is about, `show --like TEXT` the nearest: by meaning
with the model of `twiceshy tools install minilm`, else by their letters. Nothing is shown where nothing fits.

A lesson leaves shadow by itself once it was seen three times in two sessions; what is only a quotation never does.
`effect` tells what advice did: calls that were warned of beside those whose warning a lot held back.

Lessons are learned by `twiceshy learn`. Settings: `lessons.enabled`, `lessons.ignore` (categories).
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from twiceshy.config import Config
from twiceshy.errors import NotFound, UsageError
from twiceshy.surfaces.cli.as_json import answer
from twiceshy.surfaces.cli.draw import Column, Pen, number, one_line, pen_for, plural, table, terminal_width
from twiceshy.surfaces.cli.draw_lesson import drawn_lesson

if TYPE_CHECKING:
    from collections.abc import Sequence

    from twiceshy.flows.lesson_reviews import Queue
    from twiceshy.records.lessons import Lesson
    from twiceshy.records.nearest import Nearest

EXAMPLE = "twiceshy lessons list --category async"
ACTIONS = (
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
STATES = ("shown", "all", "shadow", "active", "muted", "promoted", "archived")
LIMIT = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what to do, with which lesson, and how much to show."""
    parser.add_argument("action", nargs="?", default="list", choices=ACTIONS)
    parser.add_argument("id", nargs="?", default="", metavar="ID", help="l-… or a lesson's whole name")
    parser.add_argument("--state", choices=STATES, default="shown", help="list: only these (shown: those in use)")
    parser.add_argument("--category", metavar="NAME", default="", help="list: only this category")
    parser.add_argument(
        "--like", metavar="TEXT", default="", help="list, show: what this text is about, the best first"
    )
    parser.add_argument("--tool", metavar="NAME", default="", help="with --like: only this tool or language")
    parser.add_argument("--limit", metavar="N", type=int, default=LIMIT, help=f"at most so many rows ({LIMIT})")
    parser.add_argument("--description", metavar="WORDS", help="edit: what it says")
    parser.add_argument("--cause", metavar="WORDS", help="edit: its root cause")
    parser.add_argument("--yes", action="store_true", help="clear, delete: do not ask")


def run(args: argparse.Namespace, config: Config) -> int:
    """Do it."""
    acts = {
        "list": listed,
        "review": reviewed,
        "clear": cleared,
        "export": exchanged,
        "import": exchanged,
        "effect": effect,
    }
    if args.action in acts:
        print(acts[args.action](args, config))
        return 0
    if args.action == "show" and args.like and not args.id:
        found = alike(args, config).lessons
        if not found:
            raise NotFound("No lesson is about that.")
        args.id = found[0].lesson.id
    if not args.id:
        raise UsageError(f"say which lesson: twiceshy lessons {args.action} l-…. `twiceshy lessons` shows them.")
    print({"show": shown, "edit": edited, "delete": deleted}.get(args.action, decided)(args, config))
    return 0


def pen(args: argparse.Namespace) -> Pen:
    """Bold and dim where they are seen."""
    return pen_for(sys.stdout, no_color=args.no_color)


def listed(args: argparse.Namespace, config: Config) -> str:
    """A row a lesson."""
    if args.like:
        return listed_alike(args, config)
    from twiceshy.flows.known_lessons import list_lessons  # noqa: PLC0415
    from twiceshy.flows.lesson_reviews import chosen  # noqa: PLC0415  # `--help` need not pay for it

    known = list_lessons(config, datetime.now(UTC))
    found = chosen(known, args.state, args.category)
    if args.json:
        return answer("lessons", {"total": len(found), "lessons": found[: args.limit]})
    if not found:
        others = f" {plural(len(known), 'lesson')} in other states: --state all." if known else " Next: twiceshy learn"
        return f"No lesson is in use.{others}" if args.state == "shown" else f"No lesson fits.{others}"
    lines = [rows_of(found[: args.limit], args)]
    if len(found) > args.limit:
        lines.append(pen(args).dim(f"{number(args.limit)} of {number(len(found))}; --limit shows more"))
    return "\n".join(lines)


def alike(args: argparse.Namespace, config: Config) -> "Nearest":
    """What a text is about."""
    from twiceshy.flows.lesson_reviews import states_of  # noqa: PLC0415
    from twiceshy.flows.nearest_lessons import nearest  # noqa: PLC0415

    return nearest(config, args.like, tool=args.tool, k=max(args.limit, 1), states=states_of(args.state))


def listed_alike(args: argparse.Namespace, config: Config) -> str:
    """A row a lesson that the text is about."""
    found = alike(args, config)
    near = [one for one in found.lessons if args.category in {"", one.lesson.category}]
    if args.json:
        return answer("lessons", {"total": len(near), "by": found.by, "missing": found.missing, "nearest": near})
    lines = [rows_of([one.lesson for one in near], args) if near else "No lesson is about that."]
    if found.missing:
        lines.append(pen(args).dim(f"found by letters, not by meaning: {found.missing}"))
    return "\n".join(lines)


def rows_of(found: "Sequence[Lesson]", args: argparse.Namespace) -> str:
    """The table."""
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
    return table(columns, rows, terminal_width(), pen(args))


def shown(args: argparse.Namespace, config: Config) -> str:
    """One with its evidence."""
    from twiceshy.flows.lesson_reviews import show_lesson  # noqa: PLC0415

    found = show_lesson(config, args.id, datetime.now(UTC))
    return answer("lesson", found) if args.json else drawn_lesson(found, datetime.now().astimezone(), pen(args))


def effect(args: argparse.Namespace, config: Config) -> str:
    """What advice did."""
    from twiceshy.flows.advice_effects import advice_effects  # noqa: PLC0415  # `--help` need not pay for it
    from twiceshy.surfaces.cli.commands.effects import finite  # noqa: PLC0415
    from twiceshy.surfaces.cli.draw_advice import drawn_effects  # noqa: PLC0415

    found = advice_effects(config)
    if args.json:
        return answer("lessons-effect", finite(found))
    return drawn_effects(found, terminal_width(), pen(args), rows=args.limit)


def decided(args: argparse.Namespace, config: Config) -> str:
    """Promoted, muted, or neither."""
    from twiceshy.flows.lesson_reviews import decide  # noqa: PLC0415
    from twiceshy.records.lessons import State  # noqa: PLC0415

    state = {"promote": State.PROMOTED, "mute": State.MUTED}.get(args.action)
    lesson = decide(config, args.id, state, datetime.now(UTC))
    if args.json:
        return answer("lessons", {"lesson": lesson})
    return f"{lesson.slug} is {lesson.state.value}."


def edited(args: argparse.Namespace, config: Config) -> str:
    """In other words."""
    from twiceshy.flows.lesson_reviews import edit  # noqa: PLC0415

    lesson = edit(config, args.id, args.description, args.cause, datetime.now(UTC))
    return answer("lessons", {"lesson": lesson}) if args.json else f"{lesson.slug}: {one_line(lesson.description)}"


def deleted(args: argparse.Namespace, config: Config) -> str:
    """Gone."""
    from twiceshy.flows.lesson_reviews import delete  # noqa: PLC0415

    if not args.yes and not agreed(f"Delete {args.id} and never learn it again?"):
        return "Nothing was removed."
    lesson = delete(config, args.id, datetime.now(UTC))
    return (
        answer("lessons", {"deleted": lesson.id}) if args.json else f"{lesson.slug} is gone, and is not learned again."
    )


def cleared(args: argparse.Namespace, config: Config) -> str:
    """All gone."""
    from twiceshy.flows.lesson_reviews import clear  # noqa: PLC0415

    if not args.yes and not agreed("Delete every lesson, and what you decided about them?"):
        return "Nothing was removed."
    count = clear(config)
    return answer("lessons", {"cleared": count}) if args.json else f"Removed {plural(count, 'lesson')}."


def exchanged(args: argparse.Namespace, config: Config) -> str:
    """To or from the repository's file."""
    from twiceshy.flows import lessons_file  # noqa: PLC0415

    act = lessons_file.export if args.action == "export" else lessons_file.import_
    done = act(config, Path.cwd(), datetime.now(UTC))
    if args.json:
        return answer(f"lessons-{args.action}", done._asdict())
    return f"{done.path}: {plural(done.lessons, 'lesson')}, {number(done.new)} new, {number(done.changed)} changed."


def agreed(question: str) -> bool:
    """Whether the person at the terminal wants that.

    Raises:
        UsageError: there is no terminal to ask at.
    """
    if not sys.stdin.isatty():
        raise UsageError("this removes things for good and there is no terminal to ask at: add --yes.")
    return asked(f"{question} [y/N] ") in {"y", "yes"}


def asked(question: str) -> str:
    """What the person typed, lower case."""
    sys.stderr.write(question)
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower()


def reviewed(args: argparse.Namespace, config: Config) -> str:
    """Asked one by one at a terminal, else listed in the order of asking."""
    from twiceshy.flows.lesson_reviews import queue  # noqa: PLC0415

    found = queue(config, datetime.now(UTC))
    if args.json:
        shown_ones = found.lessons[: args.limit]
        return answer("lessons-review", {"due": found.due, "last_at": found.last_at, "lessons": shown_ones})
    if not found.lessons:
        return "There is nothing to review."
    said = due_of(found)
    if not sys.stdin.isatty():
        return f"{rows_of(found.lessons[: args.limit], args)}\n{said}"
    sys.stderr.write(f"{said}\n")
    return asked_about(found.lessons[: args.limit], args, config)


def due_of(found: "Queue") -> str:
    """Whether the quarterly review is due."""
    last = "You have not reviewed lessons yet" if found.last_at is None else f"Last review: {found.last_at:%Y-%m-%d}"
    return f"{last}; the quarterly review is {'due' if found.due else 'not due yet'}."


def asked_about(lessons: "Sequence[Lesson]", args: argparse.Namespace, config: Config) -> str:
    """Each lesson with a question; what was decided is kept at once."""
    from twiceshy.flows.lesson_reviews import decide, delete, show_lesson  # noqa: PLC0415
    from twiceshy.records.lessons import State  # noqa: PLC0415

    count = 0
    for lesson in lessons:
        now = datetime.now(UTC)
        print(drawn_lesson(show_lesson(config, lesson.id, now), now.astimezone(), pen(args)))
        word = asked("[p]romote, [m]ute, [d]elete, [s]kip, [q]uit? ")[:1]
        if word == "q":
            break
        if word in {"p", "m"}:
            decide(config, lesson.id, State.PROMOTED if word == "p" else State.MUTED, now)
        elif word == "d":
            delete(config, lesson.id, now)
        count += word in {"p", "m", "d"}
    return f"Decided about {plural(count, 'lesson')}."
