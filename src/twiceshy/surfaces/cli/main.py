"""The command line's spine: find the verb, load the settings, run one leaf, turn errors into words and exit codes.

Only the leaf of the verb that was called is imported, so that no verb pays for another's imports. stdout is for answers
and stderr for talk. This is the only place where an error becomes text: a leaf raises, or returns its exit code.
"""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from twiceshy import VERSION
from twiceshy.config import load, user_data_folder
from twiceshy.errors import TwiceshyError, UsageError
from twiceshy.surfaces.cli.table import VERBS, Verb, leaf, raw_leaf

OUR_BUG = 3
INTERRUPTED = 130
READER_LEFT = 141  # what a shell reports for a program that SIGPIPE ended
SWITCHED_OFF = "collecting is switched off ({origin}); nothing was read or stored."
INTERRUPTION = "interrupted. Everything acknowledged so far is stored; the same command goes on from there."
INTRODUCTION = """\
usage: twiceshy [--json] [--home FOLDER] [--no-color] VERB ...

Learns from what coding agents did on your machine: where they failed, what it cost, what would have prevented it.
"""
CLOSING = """
`twiceshy VERB --help` explains a verb, `twiceshy --help --all` lists every one.
"""
COMMON = (
    ("--json", "print the answer as JSON"),
    ("--home FOLDER", "use this data folder"),
    ("--no-color", "plain text, without bold or dim"),
    ("--version", "print the version"),
)


class Parser(argparse.ArgumentParser):
    """A parser whose complaints are ours: one sentence, where to read on, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Nothing; raises.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}. See `{self.prog} --help`.")


def main(argv: Sequence[str] | None = None) -> int:
    """The exit code; the answer went to stdout."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")  # a console without UTF-8 must not end a report half-way
    home: Path | None = None
    try:
        verb, words = find_verb(list(sys.argv[1:] if argv is None else argv))
        if verb is None:
            return first_screen(words)
        if verb.raw:
            return raw_leaf(verb).main(words)
        command = leaf(verb)
        args = parsed(parser_of(verb), words)
        config = load({"home": args.home}, os.environ, Path.cwd())
        home = config.home
        if verb.collects and not config.enabled:
            say(SWITCHED_OFF.format(origin=config.origins["enabled"]))
            return 0
        code = command.run(args, config)
        sys.stdout.flush()
    except TwiceshyError as error:
        say(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        say(INTERRUPTION)
        return INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return READER_LEFT
    except Exception as error:  # noqa: BLE001  # the last resort: whatever it is, it is our bug
        return confess(error, home)
    return code


def find_verb(argv: list[str]) -> tuple[Verb | None, list[str]]:
    """The verb, and all other words in their order; common options may stand before the verb too.

    Raises:
        UsageError: no verb has that name.
    """
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        index += 2 if argv[index] == "--home" else 1
    if index >= len(argv):
        return None, argv
    return named(argv[index]), [*argv[:index], *argv[index + 1 :]]


def named(name: str) -> Verb:
    """The verb with that name or alias.

    Raises:
        UsageError: none has; the message has the nearest.
    """
    for verb in VERBS:
        if name == verb.name or name in verb.aliases:
            return verb
    import difflib  # noqa: PLC0415  # only needed for the error

    names = [word for verb in VERBS for word in (verb.name, *verb.aliases)]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean `twiceshy {near[0]}`?" if near else "See `twiceshy --help --all`."
    raise UsageError(f"there is no verb {name!r}. {hint}")


def parser_of(verb: Verb) -> Parser:
    """The verb's own parser, with the common options."""
    command = leaf(verb)
    parser = Parser(
        prog=f"twiceshy {verb.name}",
        description=command.__doc__,
        epilog=f"example:\n  {command.EXAMPLE}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )
    command.add_arguments(parser)
    common = parser.add_argument_group("common options")
    common.add_argument("--json", action="store_true", help="print the answer as JSON")
    common.add_argument("--home", metavar="FOLDER", help="use this data folder")
    common.add_argument("--no-color", action="store_true", help="plain text, without bold or dim")
    return parser


def parsed(parser: Parser, words: list[str]) -> argparse.Namespace:
    """The verb's arguments; options may stand between its words, except where ``--`` or a rest of line has a meaning.

    argparse's way to mix them forgets ``--`` and knows no rest.
    """
    rest = {argparse.REMAINDER, argparse.PARSER}
    if "--" in words or any(action.nargs in rest for action in parser._actions):  # noqa: SLF001  # no other way to ask
        return parser.parse_args(words)
    return parser.parse_intermixed_args(words)


def first_screen(words: list[str]) -> int:
    """The exit code of a call without a verb: help, the version, or a complaint."""
    known = {"--help", "-h", "--all", "--version", "--json", "--no-color"}
    if unknown := [word for word in words if word not in known]:
        raise UsageError(f"{unknown[0]} needs a verb. See `twiceshy --help`.")
    sys.stdout.write(f"twiceshy {VERSION}\n" if "--version" in words else help_text(everything="--all" in words))
    return 0


def help_text(*, everything: bool) -> str:
    """The list of verbs: the few to begin with, or all of them by group."""
    width = max(len(verb.name) for verb in VERBS) + 2
    lines = [INTRODUCTION]
    if everything:
        for group in dict.fromkeys(verb.group for verb in VERBS):
            lines.append(f"{group}:")
            lines += [row(verb, width) for verb in VERBS if verb.group == group]
    else:
        lines += [row(verb, width) for verb in VERBS if verb.shown]
    lines.append("\noptions:")
    lines += [f"  {option:<16}{words}" for option, words in COMMON]
    return "\n".join(lines) + "\n" + CLOSING


def row(verb: Verb, width: int) -> str:
    """One verb's line of the help."""
    also = f" (also: {', '.join(verb.aliases)})" if verb.aliases else ""
    return f"  {verb.name:<{width}}{verb.summary}{also}"


def say(sentence: str) -> None:
    """Nothing; the sentence went to stderr."""
    sys.stderr.write(f"twiceshy: {sentence}\n")


def silence_stdout() -> None:
    """Nothing; what is still buffered for a reader who left goes nowhere, instead of into a second error at exit."""
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, sys.stdout.fileno())
    os.close(null)


def confess(error: Exception, home: Path | None) -> int:
    """Exit code 3; the traceback lies in the data folder's ``logs``.

    Its frames and the errors' types are kept, their messages are not: they may quote a log.
    """
    import time  # noqa: PLC0415  # only for a bug
    import traceback  # noqa: PLC0415

    if os.environ.get("TWICESHY_DEBUG"):
        traceback.print_exception(error)
    text = f"twiceshy {VERSION}, Python {sys.version.split()[0]}, {sys.platform}\n" + "".join(frames(error))
    try:
        home = home or Path(os.environ.get("TWICESHY_HOME") or user_data_folder(os.environ))
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        logs = home / "logs"
        logs.mkdir(mode=0o700, exist_ok=True)
        path = logs / f"bug-{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{os.getpid()}.txt"
        path.touch(mode=0o600)
        path.write_text(text, encoding="utf-8")
        where = f"The traceback is in {path}"
    except OSError:
        sys.stderr.write(text)
        where = "The traceback stands above"
    say(f"this is a bug of ours ({type(error).__name__}). {where}; please report it.")
    return OUR_BUG


def frames(error: BaseException) -> list[str]:
    """The traceback's lines, causes first, without any error's message."""
    import traceback  # noqa: PLC0415  # only for a bug

    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*frames(cause), "which led to\n"] if cause else []
    return [*lines, *traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]
