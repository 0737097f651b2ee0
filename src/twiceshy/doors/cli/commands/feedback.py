"""Say how good a piece of work was, or list the work of which the least is known.

ID is a chat (c-…), a session (s-…), a run (r-…), a warning (w-…) or a lesson (l-…). `--list` shows work whose outcome
is least certain first. What you say of a chat or a session is evidence of what became of it, surer than any other,
and `judge` counts it; it mutes nothing: that is `mute`. What an agent says is kept apart and is no evidence.

Of a run it is about the decision to end it, or not; limits and patterns learn from it. Without an id, or with `last`,
it is about the run of this folder that ended last. With `--stdin` a program gives the same as a JSON object:
{"rating": 1, "comment": "…", "false_positive": true, "should_have_exited": false, "delay_should_be": "10s"}.
Saying the same twice changes nothing.
"""

import argparse
import json
import os
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from twiceshy.base.config import Config
from twiceshy.base.errors import NotFound, UsageError
from twiceshy.doors.cli.filters import add_filters, find_scope
from twiceshy.judgement import recipes as judge
from twiceshy.records import ids
from twiceshy.records.executions import RunLine
from twiceshy.records.outcomes import Answer, RatableWork, RatedBy, RatedThing, RatingWord, WorkToRate, parse_rating
from twiceshy.run import recipes as command
from twiceshy.screens.terminal.formats import decimal, many_lines, number, one_line, plural, short_date
from twiceshy.screens.terminal.page import Column, Page, draw_table, print_answer
from twiceshy.stats.durations import parse_seconds

EXAMPLE = "twiceshy feedback r-77d0a1c2 --false-positive"
_LAST = "last"
"""The word for the run of this folder that ended last."""
_LIMIT = 10
"""Lines of the list (by definition of the first collector's)."""
_KEYS: Final[dict[str, tuple[type, ...]]] = {
    "rating": (int, str),
    "comment": (str,),
    "false_positive": (bool,),
    "should_have_exited": (bool,),
    "delay_should_be": (str,),
}
_OF_RUNS = ("false_positive", "should_have_exited", "delay_should_be")
_YES_NO = {"yes": True, "no": False}
_COLUMNS = (
    Column("work"),
    Column("when"),
    Column("project", rank=2),
    Column("done?"),
    Column("rated"),
    Column("asked for", flexible=True),
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare what it is about and what can be said."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", default=_LAST, help="c-…, s-…, r-…, w-… or l-…; last: this folder's last run"
    )
    parser.add_argument("--chat-id", metavar="ID", help="a chat's id, the first collector's spelling of it")
    parser.add_argument("--rating", metavar="WORD", help="how good it was: good, neutral, bad, or 1 to 5")
    parser.add_argument("--comment", metavar="TEXT", help="your own words; redacted before they are stored")
    parser.add_argument("--force", action="store_true", help="rate anew what was rated before")
    parser.add_argument("--list", action="store_true", help="list work to rate, the least certain first")
    parser.add_argument(
        "--false-positive",
        action="store_true",
        default=None,
        help="of a run: the line that matched or ended it was no error",
    )
    parser.add_argument("--should-have-exited", choices=list(_YES_NO), help="of a run: whether it should have ended")
    parser.add_argument("--delay-should-be", metavar="TIME", help="of a run: the right --delay-exit: 10s, 500ms")
    parser.add_argument("--stdin", action="store_true", help="read all of this from a JSON object on standard input")
    add_filters(parser, limit=_LIMIT)


def run(args: argparse.Namespace, config: Config) -> int:
    """Store it and say what holds now, or list what could be rated."""
    if args.list:
        found = judge.list_work(config, find_scope(args, config), limit=args.limit)
        return print_answer(args, "feedback-list", found, lambda page: _draw_list(found, page))
    given: dict[str, Any] = {key: getattr(args, key) for key in _KEYS}
    if given["should_have_exited"] is not None:
        given["should_have_exited"] = _YES_NO[given["should_have_exited"]]
    if args.stdin:
        given |= _read_feedback(sys.stdin.read())
    given["rating"] = _read_rating(given["rating"])
    name = _name_chat(args.chat_id) if args.chat_id else args.id
    start = ids.parse_prefix(name)
    if name == _LAST or (start is not None and start.kind == ids.RUN):
        return _rate_run(args, config, name, given)
    if start is None:
        raise NotFound(f"{name!r:.60} is no id: c-… is a chat, s-… a session, r-… a run, w-… a warning, l-… a lesson.")
    return _rate_work(args, config, name, given)


def _rate_work(args: argparse.Namespace, config: Config, name: str, given: dict[str, Any]) -> int:
    """Store what is said of anything but a run."""
    if of_runs := [key for key in _OF_RUNS if given[key] is not None]:
        raise UsageError(f"--{of_runs[0].replace('_', '-')} is about a run (r-…), and {name} is none.")
    if given["rating"] is None:
        raise UsageError(f"say how good {name} was: --rating good, neutral, bad, or 1 to 5.")
    found = judge.rate(
        config,
        name,
        value=given["rating"],
        comment=given["comment"],
        rated_by=judge.find_speaker(os.environ),
        now=datetime.now(UTC),
        force=args.force,
    )
    return print_answer(args, "feedback", {"rated": found}, lambda _: _word_rated(found))


def _rate_run(args: argparse.Namespace, config: Config, name: str, given: dict[str, Any]) -> int:
    """Store what is said of a run."""
    delay = given.pop("delay_should_be")
    try:
        delay_s = None if delay is None else parse_seconds(str(delay))
    except ValueError as error:
        raise UsageError(f"--delay-should-be: {error}.") from error
    found = command.give_feedback(config, name, folder=str(Path.cwd()), delay_should_be_s=delay_s, **given)
    return print_answer(args, "feedback", {"run": found}, lambda page: f"Stored for {_name_run(found, page)}.")


def _name_chat(name: str) -> str:
    """Return a chat's id with its letter."""
    return name if ids.parse_prefix(name) else f"{ids.CHAT}-{name}"


def _read_rating(said: object) -> int | None:
    """Return a rating as a number.

    Raises:
        UsageError: it is none.
    """
    if said is None:
        return None
    found = parse_rating(str(said))
    if found is None:
        raise UsageError(f"--rating is good, neutral, bad, or a number from 1 to 5, not {one_line(str(said))!r}.")
    return found


def _word_rated(found: RatedThing) -> str:
    """Return what was noted, and what comes of it."""
    lines = [f"{found.id} is rated {found.word} ({found.rating} of 5): {one_line(found.about)}"]
    if found.rated_by is RatedBy.AGENT:
        lines.append("An agent or a CI machine runs this, so it is kept apart and is no evidence of its work.")
    elif found.id[0] in {ids.CHAT, ids.SESSION}:
        lines.append("It is evidence of what became of the work from the next `twiceshy judge` on.")
    elif found.word is RatingWord.BAD:
        lines.append(f"It is still given. `twiceshy mute {found.id}` ends that.")
    return "\n".join(lines)


def _draw_list(found: WorkToRate, page: Page) -> str:
    """Draw the work, and how much of all is rated."""
    rows = [
        (
            one.id,
            short_date(one.at, page.now),
            one.project,
            _word_outcome(one),
            "" if one.word is None else f"{one.word} ({one.rating})",
            many_lines(one.words),
        )
        for one in found.work
    ]
    table = draw_table(_COLUMNS, rows, page, empty="No work is stored that could be rated: twiceshy ingest")
    if not rows:
        return table
    counts = f"{plural(found.rated, 'piece')} of work rated, {number(found.unrated)} not."
    first = next((one.id for one in found.work if one.word is None), None)
    return f"{table}\n\n{counts}" + (f" Rate one: twiceshy feedback {first} --rating good" if first else "")


def _word_outcome(one: RatableWork) -> str:
    """Return whether it is done, as far as that is known."""
    if one.edits is None:
        return "not judged"
    if one.completed is Answer.UNKNOWN:
        return "not known"
    return f"{one.completed} {decimal(one.confidence)} ({one.why})"


def _name_run(found: RunLine, page: Page) -> str:
    """Return the run's id, when it was, and its command: what an answer about the last one must name."""
    return f"{found.id} ({short_date(found.at, page.now)}: {one_line(found.command)})"


def _read_feedback(text: str) -> dict[str, object]:
    """Read what a JSON object says.

    Raises:
        UsageError: it is none, or has a key or value that means nothing.
    """
    try:
        found = json.loads(text)
    except ValueError as error:
        raise UsageError(f"stdin is not JSON: {error}.") from error
    if not isinstance(found, dict) or found.keys() - _KEYS.keys():
        raise UsageError(f"stdin must be an object with some of: {', '.join(_KEYS)}.")
    for key, value in found.items():
        if type(value) not in _KEYS[key]:
            raise UsageError(f"{key!r} must be a {' or '.join(one.__name__ for one in _KEYS[key])}.")
    return found
