"""The command line's spine: find the verb, load the settings, run one leaf, turn errors into words and exit codes.

Only the leaf of the verb that was called is imported, so that no verb pays for another's imports. stdout is for answers
and stderr for talk. This is the only place where an error becomes text: a leaf raises, or returns its exit code.
"""

import argparse
import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from twiceshy import VERSION
from twiceshy.base.config import load, user_data_folder
from twiceshy.base.errors import SystemRefusal, ToolMissing, TwiceshyError, UsageError
from twiceshy.base.host import explain_refusal, mend_streams, mend_umask, mend_zone
from twiceshy.base.plugins import explain_wing
from twiceshy.doors.cli.verbs import (
    FIRST_SCREEN,
    VERBS,
    WING_VERBS,
    Verb,
    list_verbs,
    load_leaf,
    load_raw_leaf,
    move_action,
    translate_word,
)

_EXIT_BUG = 3  # defined in docs/reference/exit-codes.md
_EXIT_INTERRUPTED = 130  # 128 + SIGINT, the convention of shells
_EXIT_READER_LEFT = 141  # 128 + SIGPIPE, the convention of shells
_SWITCHED_OFF = "collecting is switched off ({origin}); nothing was read or stored."
_INTERRUPTION = "interrupted. What was read so far is stored; the same command goes on from there."
_INTRODUCTION = """\
usage: twiceshy [--json] [--home FOLDER] [--no-color] [VERB ...]

Learns from what coding agents did on your machine: where they failed, what it cost, and what prevents it.
"""
_CLOSING = """
`twiceshy` alone is the report. `twiceshy VERB --help` explains a verb; `twiceshy --help --all` lists every verb.
"""
COMMON = (
    ("--json", "print the answer as JSON"),
    ("--home FOLDER", "use this data folder"),
    ("--no-color", "plain text, without bold or dim"),
    ("--version", "print the version"),
)


class VerbParser(argparse.ArgumentParser):
    """A parser whose complaints are ours: one sentence, where to read on, exit code 2."""

    def error(self, message: str) -> NoReturn:
        """Raise the complaint as our own error.

        Raises:
            UsageError: always.
        """
        raise UsageError(f"{message}. See `{self.prog} --help`.")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the verb, and return the exit code; the answer went to stdout."""
    _prepare_process()
    home: Path | None = None
    try:
        verb, words = _find_verb(list(sys.argv[1:] if argv is None else argv))
        if verb is not None and verb.raw:
            return load_raw_leaf(verb).main(words)
        if verb is None:
            code = _show_first_screen(words)
            sys.stdout.flush()
            return code
        command = load_leaf(verb)
        args = _parse_words(parser_of(verb), words)
        config = load({"home": args.home}, os.environ, _find_folder())
        home = config.home
        if verb.collects and not config.enabled:
            _say(_SWITCHED_OFF.format(origin=config.origins["enabled"]))
            return 0
        code = command.run(args, config)
        sys.stdout.flush()
    except TwiceshyError as error:
        return _end(error)
    except KeyboardInterrupt:
        _say(_INTERRUPTION)
        return _EXIT_INTERRUPTED
    except BrokenPipeError:
        silence_stdout()
        return _EXIT_READER_LEFT
    except Exception as error:  # noqa: BLE001  # the last resort: what nothing outside explains is our bug
        return _end_unforeseen(error, home)
    return code


def _prepare_process() -> None:
    """Repair what the caller left broken: closed streams, a console without UTF-8, a zone that no clock has."""
    mend_streams()
    mend_umask()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            with suppress(OSError):
                stream.reconfigure(errors="backslashreplace")  # a console without UTF-8 must not end a report half-way
    if sentence := mend_zone():
        _say(sentence)


def _find_folder() -> Path:
    """Return the working folder.

    Raises:
        SystemRefusal: there is none any more.
    """
    try:
        return Path.cwd()
    except OSError as error:
        raise explain_refusal(error) or error from error


def _end(error: TwiceshyError) -> int:
    """Say what went wrong, and return its exit code; what stdout could not take is dropped."""
    _say(str(error))
    try:
        sys.stdout.flush()
    except (OSError, ValueError):
        silence_stdout()
    return error.exit_code


def _end_unforeseen(error: Exception, home: Path | None) -> int:
    """Say what outside of us made the verb fail, else that it is a bug; return the exit code."""
    if os.environ.get("TWICESHY_DEBUG"):
        import traceback  # noqa: PLC0415  # only on request

        with suppress(OSError, ValueError):
            traceback.print_exception(error)
    known = _explain_output(error) or explain_refusal(error)
    if known is None:
        with suppress(Exception):  # whatever is wrong there, the first error is the one to tell
            from twiceshy.recipes.setup import explain_failure  # noqa: PLC0415  # only for a failure

            known = explain_failure(error, home)
    return _report_bug(error, home) if known is None else _end(known)


def _explain_output(error: Exception) -> TwiceshyError | None:
    """Return our error where a standard stream is at fault; None for anything else.

    A stream has no file name, and these rooms open no files without a name.
    """
    if not isinstance(error, OSError) or error.filename is not None or not _was_raised_here(error):
        return None
    reason = error.strerror or type(error).__name__
    if error.errno == errno.EISDIR:
        return UsageError("standard input is a folder; give a file or a pipe.")
    silence_stdout()
    return SystemRefusal(f"the answer could not be written to stdout: {reason}. What was stored is whole.")


def _was_raised_here(error: Exception) -> bool:
    """Tell whether the innermost code of Python's is of the command line: its own, a wing's verb, or what draws."""
    frame = error.__traceback__
    while frame is not None and frame.tb_next is not None:
        frame = frame.tb_next
    file, source = Path(frame.tb_frame.f_code.co_filename if frame else ""), Path(__file__).parents[2]
    ours = file.relative_to(source).parts if file.is_relative_to(source) else ()
    match file.parts:
        case (*_, wing, "verbs", _) if wing.startswith("twiceshy_"):
            return True
        case _:
            return ours[:2] == ("doors", "cli") or ours[:1] == ("screens",)


def _find_verb(argv: list[str]) -> tuple[Verb | None, list[str]]:
    """Return the verb, and all other words in their order; common options may stand before the verb too.

    Raises:
        UsageError: no verb has that name.
    """
    index = 0
    while index < len(argv) and argv[index].startswith("-"):
        index += 2 if argv[index] == "--home" else 1
    if index < len(argv):
        called = move_action(argv[index:])
        name, *action = translate_word(called[0]) or (called[0],)
        return _get_verb(name), [*argv[:index], *action, *called[1:]]
    return (None if _SCREEN_WORDS.intersection(argv) else _get_verb("report")), _check_options(argv)


_SCREEN_WORDS = frozenset({"--help", "-h", "--all", "--version"})
"""Words that ask about twiceshy, not about what is stored."""


def _check_options(words: list[str]) -> list[str]:
    """Return the words of a call without a verb: the common options only.

    Raises:
        UsageError: one of them needs a verb.
    """
    homes = [index for index, word in enumerate(words) if word == "--home"]
    rest = [word for index, word in enumerate(words) if index not in homes and index - 1 not in homes]
    known = {*_SCREEN_WORDS, "--json", "--no-color"}
    if unknown := [word for word in rest if word not in known and not word.startswith("--home=")]:
        raise UsageError(f"{unknown[0]} needs a verb. See `twiceshy --help`.")
    return words


def _get_verb(name: str) -> Verb:
    """Return the verb with that name or alias; plugins are asked for one that is none of ours.

    Raises:
        UsageError: none has; the message has the nearest.
        ToolMissing: it is a verb of a wing that is not there.
    """
    verbs = VERBS
    if not any(name == verb.name or name in verb.aliases for verb in verbs):
        verbs = _list_all_verbs()
    for verb in verbs:
        if name == verb.name or name in verb.aliases:
            return verb
    for wing, missing in WING_VERBS.items():
        if name in missing:
            raise ToolMissing(explain_wing(f"`twiceshy {name}`", wing))
    import difflib  # noqa: PLC0415  # only needed for the error

    names = [word for verb in verbs for word in (verb.name, *verb.aliases)]
    near = difflib.get_close_matches(name, names, n=1)
    hint = f"Did you mean `twiceshy {near[0]}`?" if near else "See `twiceshy --help --all`."
    raise UsageError(f"there is no verb {name!r}. {hint}")


def _list_all_verbs() -> tuple[Verb, ...]:
    """Return our verbs and those of plugins; say which of those are left out for their names."""
    found = list_verbs()
    for clash in found.clashes:
        _say(clash)
    return found.verbs


def parser_of(verb: Verb) -> VerbParser:
    """Return the verb's own parser, with the common options."""
    command = load_leaf(verb)
    parser = VerbParser(
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


def _parse_words(parser: VerbParser, words: list[str]) -> argparse.Namespace:
    """Parse the verb's arguments; options may stand between its words.

    Where ``--`` or a rest of line has a meaning they may not: argparse's way to mix them forgets ``--`` and knows no
    rest.
    """
    rest = {argparse.REMAINDER, argparse.PARSER}
    if "--" in words or any(action.nargs in rest for action in parser._actions):  # noqa: SLF001  # no other way to ask
        return parser.parse_args(words)
    return parser.parse_intermixed_args(words)


def _show_first_screen(words: list[str]) -> int:
    """Show the version or the verbs, and return the exit code."""
    sys.stdout.write(f"twiceshy {VERSION}\n" if "--version" in words else _render_help(everything="--all" in words))
    return 0


def _render_help(*, everything: bool) -> str:
    """Render the list of verbs: the few of a week by task, or all of them by group."""
    verbs = _list_all_verbs()
    width = max(len(verb.name) for verb in verbs) + 2
    lines = [_INTRODUCTION]
    for heading, some in _group_verbs(verbs) if everything else _pick_verbs(verbs):
        lines.append(f"{heading}:")
        lines += [_render_row(verb, width) for verb in some]
    lines.append("\noptions:")
    lines += [f"  {option:<16}{words}" for option, words in COMMON]
    return "\n".join(lines) + "\n" + _CLOSING


def _group_verbs(verbs: Sequence[Verb]) -> list[tuple[str, list[Verb]]]:
    """Return every verb by group."""
    groups = dict.fromkeys(verb.group for verb in verbs)
    return [(group, [verb for verb in verbs if verb.group == group]) for group in groups]


def _pick_verbs(verbs: Sequence[Verb]) -> list[tuple[str, list[Verb]]]:
    """Return the verbs of the first screen by task, of those that are there."""
    by_name = {verb.name: verb for verb in verbs}
    return [(task, [by_name[name] for name in names if name in by_name]) for task, names in FIRST_SCREEN]


def _render_row(verb: Verb, width: int) -> str:
    """Render one verb's line of the help."""
    also = f" (also: {', '.join(verb.aliases)})" if verb.aliases else ""
    return f"  {verb.name:<{width}}{verb.summary}{also}"


def _say(sentence: str) -> None:
    """Print the sentence to stderr."""
    from twiceshy.stats.text.quoting import show_invisible  # noqa: PLC0415  # help says nothing foreign

    with suppress(OSError, ValueError):  # nobody listens
        sys.stderr.write(f"twiceshy: {show_invisible(sentence)}\n")
        sys.stderr.flush()


def silence_stdout() -> None:
    """Send what is buffered for a reader who left nowhere, instead of into a second error at exit."""
    with suppress(OSError, ValueError):
        null = os.open(os.devnull, os.O_WRONLY)
        os.dup2(null, sys.stdout.fileno())
        os.close(null)


def _report_bug(error: Exception, home: Path | None) -> int:
    """Report a bug of ours; return exit code 3. The traceback lies in the data folder's ``logs``.

    Its frames and the errors' types are kept, their messages are not: they may quote a log.
    """
    import time  # noqa: PLC0415  # only for a bug

    text = f"twiceshy {VERSION}, Python {sys.version.split()[0]}, {sys.platform}\n" + "".join(_list_frames(error))
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
        with suppress(OSError, ValueError):
            sys.stderr.write(text)
        where = "The traceback is above"
    _say(f"this is a bug of ours ({type(error).__name__}). {where}; please report it.")
    return _EXIT_BUG


def _list_frames(error: BaseException) -> list[str]:
    """Return the traceback's lines, causes first, without any error's message."""
    import traceback  # noqa: PLC0415  # only for a bug

    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    lines = [*_list_frames(cause), "which led to\n"] if cause else []
    return [*lines, *traceback.format_tb(error.__traceback__), f"{type(error).__module__}.{type(error).__qualname__}\n"]
