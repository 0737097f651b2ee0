"""Run a command exactly as it is, and end it early on a line, on silence or on time.

Output, status, signals and terminal stay the command's own, and nothing that it started outlives an early end. The
first word that is not an option begins the command; every word after it belongs to the command.
"""

# ``main`` is the entry: every millisecond here is added to somebody's command, so neither argparse nor the settings are
# loaded for it.

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    import argparse

    from twiceshy.base.config import Config

_OWN_FAILURE = 125  # same as GNU timeout
EXAMPLE = "twiceshy run --timeout 10m --match 'FAILED|panic:' -- npm test"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take all words as they are; ``main`` reads them."""
    words = "options, then the command and its words; `twiceshy run --help` lists the options"
    parser.add_argument("words", nargs="...", metavar="[OPTION ...] [--] COMMAND [WORD ...]", help=words)


def run(args: argparse.Namespace, config: Config) -> int:  # noqa: ARG001  # every leaf has these two
    """Run the command, and return the run's status."""
    return main(list(args.words))


def main(words: list[str]) -> int:
    """Run the words, and return the run's status; never 2 for bad words: it might be the command's own."""
    if os.name != "posix":
        return _complain("`run` needs a POSIX system; use WSL here")
    from twiceshy.doors.cli.run_options import RunOptionsError, parse, render_help  # noqa: PLC0415
    from twiceshy.run import recipes as command  # noqa: PLC0415  # POSIX only

    try:
        plan = parse(words)
        if plan is None:
            sys.stdout.write(render_help())
            return 0
        if not plan.command and (what := _describe_useless_stdin()):
            return _complain(
                f"there is no command, and {what}. Write `twiceshy run -- COMMAND` or `COMMAND | twiceshy run`."
            )
        return command.run(plan)
    except (RunOptionsError, command.RunRefusal) as error:
        return _complain(str(error))
    except Exception as error:  # whatever it is, it is our failure and not the command's
        from twiceshy.base.host import explain_refusal  # noqa: PLC0415  # only for a failure

        if refusal := explain_refusal(error):
            return _complain(str(refusal))
        if os.environ.get("TWICESHY_DEBUG"):
            raise
        return _complain(f"this is a bug of ours ({type(error).__name__}: {error}); please report it")


def _describe_useless_stdin() -> str:
    """Return why stdin holds nothing to watch; empty where it is a pipe, a socket or a file."""
    import stat  # noqa: PLC0415  # only without a command

    try:
        mode = os.fstat(0).st_mode
    except OSError:
        return "stdin is closed"
    if stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode) or stat.S_ISREG(mode):
        return ""
    return "stdin is a terminal" if os.isatty(0) else "stdin is no pipe"


def _complain(sentence: str) -> int:
    """Print the sentence to stderr, and return 125, which GNU timeout uses for its own failures."""
    try:
        os.write(2, f"twiceshy run: {sentence}\n".encode(errors="backslashreplace"))
    except OSError:  # nobody listens
        return _OWN_FAILURE
    return _OWN_FAILURE
