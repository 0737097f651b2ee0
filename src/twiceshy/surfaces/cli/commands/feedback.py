"""Say what was right or wrong about a recorded run; limits and patterns learn from it.

Without an id, or with `last`, it is about the newest run of this folder. Saying the same twice changes nothing.
With `--stdin` a program gives the same as a JSON object:
{"rating": 1, "comment": "…", "false_positive": true, "should_have_exited": false, "delay_should_be": "10s"}.
"""

import argparse
import json
import sys
from pathlib import Path

from twiceshy.config import Config
from twiceshy.errors import UsageError
from twiceshy.facts.stats.durations import parse_seconds
from twiceshy.flows import command
from twiceshy.records.executions import RunLine
from twiceshy.surfaces.cli.formats import one_line, short_date
from twiceshy.surfaces.cli.page import Page, print_answer

EXAMPLE = "twiceshy feedback r-77d0a1c2 --false-positive"
_KEYS = {"rating": int, "comment": str, "false_positive": bool, "should_have_exited": bool, "delay_should_be": str}
_YES_NO = {"yes": True, "no": False}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the run and what can be said."""
    parser.add_argument(
        "id", metavar="ID", nargs="?", default="last", help="r-… (a run); last: the newest of this folder (last)"
    )
    parser.add_argument("--rating", metavar="1-5", type=int, help="how good the decision to end it, or not, was")
    parser.add_argument("--comment", metavar="TEXT", help="your own words; redacted before they are stored")
    parser.add_argument(
        "--false-positive",
        action="store_true",
        default=None,
        help="the line that matched or ended the run was no error",
    )
    parser.add_argument("--should-have-exited", choices=list(_YES_NO), help="whether the run should have ended early")
    parser.add_argument("--delay-should-be", metavar="TIME", help="the right --delay-exit: 10s, 500ms")
    parser.add_argument("--stdin", action="store_true", help="read all of this from a JSON object on standard input")


def run(args: argparse.Namespace, config: Config) -> int:
    """Store it, and say what holds now."""
    given = {key: getattr(args, key) for key in _KEYS}
    if given["should_have_exited"] is not None:
        given["should_have_exited"] = _YES_NO[given["should_have_exited"]]
    if args.stdin:
        given |= _read_feedback(sys.stdin.read())
    delay = given.pop("delay_should_be")
    try:
        delay_s = None if delay is None else parse_seconds(delay)
    except ValueError as error:
        raise UsageError(f"--delay-should-be: {error}.") from error
    found = command.give_feedback(config, args.id, folder=str(Path.cwd()), delay_should_be_s=delay_s, **given)
    return print_answer(args, "feedback", {"run": found}, lambda page: f"Stored for {_name_run(found, page)}.")


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
        if type(value) is not _KEYS[key]:
            raise UsageError(f"{key!r} must be a {_KEYS[key].__name__}.")
    return found
