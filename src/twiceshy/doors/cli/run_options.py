"""The options of ``twiceshy run``: one literal table, from which the parser, help, man page and completions are made.

argparse is not used because importing it costs a wrapped command a third of all the time the wrapper may add, and
because its guesses (abbreviations, options after the command) are what must not happen here: the first word that is no
option starts the command, and from there on nothing is ours.
"""

from __future__ import annotations

from twiceshy.records.runs import RunPlan, Watch
from twiceshy.stats.durations import AUTO, parse_seconds

_PATTERNS, _TIME, _MODES, _RECORDING = "patterns", "time", "modes", "recording"
GROUPS = (_PATTERNS, _TIME, _MODES, _RECORDING)


class Option:
    """One row: ``--flag METAVAR``, what kind of value it takes, which field of the plan it sets, and its help."""

    __slots__ = ("field", "flag", "group", "help", "kind", "metavar", "short")

    def __init__(self, group: str, flags: str, metavar: str, kind: str, field: str, words: str) -> None:  # noqa: PLR0917  # a row
        """Fill the row; ``kind``: switch, watch, state, fd, stream, output, level, count, status, span, text or file.

        ``flags`` is the long form, with the short one before it where there is one: ``-t --timeout``.
        """
        self.group = group
        self.short, _, self.flag = flags.rpartition(" ")
        self.metavar = metavar
        self.kind = kind
        self.field = field
        self.help = words


OPTIONS = (
    Option(
        _PATTERNS,
        "-m --match",
        "REGEX",
        "watch",
        "match",
        "end the run when a line matches (repeatable); auto: learned patterns",
    ),
    Option(_PATTERNS, "--success", "REGEX", "watch", "success", "end the run with status 0 when a line matches"),
    Option(
        _PATTERNS,
        "--failure",
        "REGEX",
        "watch",
        "failure",
        "end the run when a line matches, whatever --max-count says",
    ),
    Option(_PATTERNS, "--expect", "REGEX", "watch", "expect", "end with status 121 instead of 0 if no line matched"),
    Option(
        _PATTERNS,
        "--exclude",
        "REGEX",
        "watch",
        "exclude",
        "ignore these lines for --match, --success, --failure and --only",
    ),
    Option(
        _PATTERNS, "--only", "REGEX", "watch", "only", "end the run at the first line that no --only matches (slower)"
    ),
    Option(_PATTERNS, "--state", "A=>B", "state", "state", "end the run when B matches after A did (or A=>B=>C)"),
    Option(_PATTERNS, "--stuck", "REGEX", "watch", "stuck", "end the run when what this matches stays the same"),
    Option(
        _PATTERNS,
        "--max-repeat",
        "N",
        "count",
        "max_repeat",
        "end the run after N equal lines in a row (with --stuck: 10 values)",
    ),
    Option(
        _PATTERNS,
        "--exact-repeat",
        "",
        "switch",
        "exact_repeat",
        "times and spinners are progress too, for --stuck and --max-repeat",
    ),
    Option(_PATTERNS, "--max-count", "N", "count", "max_count", "end the run after N matching lines (1)"),
    Option(_PATTERNS, "-i --ignore-case", "", "switch", "ignore_case", "ignore upper and lower case in patterns"),
    Option(_PATTERNS, "--word", "", "switch", "word", "patterns match whole words only"),
    Option(_PATTERNS, "--line", "", "switch", "whole_line", "patterns match whole lines only"),
    Option(_PATTERNS, "-v --invert", "", "switch", "invert", "--match means lines that do not match (slower)"),
    Option(
        _PATTERNS,
        "--perl",
        "",
        "switch",
        "perl",
        "allow look-around and back references, with the 'regex' library (slower)",
    ),
    Option(_PATTERNS, "--on", "STREAM", "stream", "on", "search stdout, stderr, both (default) or fd:N"),
    Option(_PATTERNS, "--fd", "N=REGEX", "fd", "match", "a --match pattern for the command's descriptor N"),
    Option(_PATTERNS, "--context", "N", "count", "context", "lines to keep before and after a match (3)"),
    Option(
        _PATTERNS, "--match-status", "N", "status", "match_status", "exit status of a run that a pattern ended (123)"
    ),
    Option(_TIME, "-t --timeout", "TIME", "span", "timeout_s", "end the run after this time"),
    Option(_TIME, "--idle-timeout", "TIME", "span", "idle_timeout_s", "end the run after this time without output"),
    Option(
        _TIME,
        "--idle-on",
        "STREAM",
        "output",
        "idle_on",
        "the output that --idle-timeout is about: stdout, stderr, both",
    ),
    Option(
        _TIME,
        "--first-output-timeout",
        "TIME",
        "span",
        "first_output_timeout_s",
        "end the run if no output comes within this time",
    ),
    Option(
        _TIME,
        "--delay-exit",
        "TIME",
        "span",
        "delay_exit_s",
        "go on this long after the ending match (2s), or until 0.5s of silence",
    ),
    Option(_TIME, "--kill-after", "TIME", "span", "kill_after_s", "time between TERM and KILL (5s)"),
    Option(_MODES, "--pty", "", "switch", "pty", "give the command a terminal of its own"),
    Option(_MODES, "--buffered", "", "switch", "buffered", "leave its environment alone: it may hold its output back"),
    Option(
        _MODES, "--detach", "", "switch", "detach", "go on in the background; print the process id and the output file"
    ),
    Option(_MODES, "--leave", "", "switch", "leave", "when --success matches, let the command go on in the background"),
    Option(_MODES, "--log", "FILE", "file", "log", "also write the output to FILE, unredacted"),
    Option(_MODES, "--json", "", "switch", "json", "print one JSON document on stdout; the output goes to stderr"),
    Option(_MODES, "-q --quiet", "", "switch", "quiet", "print nothing of our own on stderr"),
    Option(_MODES, "--no-color", "", "switch", "no_color", "accepted as in every verb; this one has no colours"),
    Option(
        _RECORDING, "--telemetry", "LEVEL", "level", "telemetry", "what to keep of this run: full, anonymous or none"
    ),
    Option(_RECORDING, "--no-telemetry", "", "switch", "no_telemetry", "do not record this run"),
    Option(
        _RECORDING,
        "--wait-telemetry",
        "",
        "switch",
        "wait_telemetry",
        "end only when the run is recorded, and sent where that is set (5s at most)",
    ),
    Option(_RECORDING, "--home", "FOLDER", "file", "home", "use this data folder"),
)
_BY_FLAG = {option.flag: option for option in OPTIONS}
_BY_SHORT = {option.short: option for option in OPTIONS if option.short}
_LETTERS_ELSEWHERE = {
    "-A": "--delay-exit",
    "-C": "--context",
    "-D": "--detach (or --success REGEX --leave)",
    "-F": "--first-output-timeout",
    "-I": "--idle-timeout",
    "-P": "--perl",
    "-X": "--exclude",
    "-a": "--log (an earlier file is kept)",
    "-e": "--failure",
    "-k": "--kill-after",
    "-l": "--log",
    "-n": "--json (it has the line's number)",
    "-s": "--success",
    "-u": "nothing: output that is watched is not held back (--buffered undoes it)",
    "-w": "--word",
    "-x": "--line",
    "-z": "--log (older files are compressed)",
}
"""Single letters of earlyexit, and GNU timeout's ``-k``, that are none of ours, and what to write instead."""
_HELP_FLAGS = ("--help", "-h")
VALUES = {"output": ("stdout", "stderr", "both"), "level": ("full", "anonymous", "none")}
"""Kinds that take one of a few words; the levels are those of the setting ``telemetry.level``, which is not loaded
here (a test holds them together)."""


class RunOptionsError(ValueError):  # it names what is wrong
    """The call's words make no sense; the message says which and what to do."""


def parse(words: list[str]) -> RunPlan | None:
    """Parse what the words ask for; None: for help.

    Raises:
        RunOptionsError: an option is unknown, incomplete or out of range.
    """
    plan = RunPlan()
    rest = list(words)
    while rest:
        word = rest[0]
        if word in _HELP_FLAGS:
            return None
        if word == "--" or not word.startswith("-") or word == "-":
            plan.command = tuple(rest[word == "--" :])
            if not plan.command:
                raise RunOptionsError("there is no command after --")
            break
        _set_option(plan, *_take_option(rest))
    _check_plan(plan)
    return plan


def _take_option(rest: list[str]) -> tuple[Option, str]:
    """Return the first option with its value, and remove both from the words.

    Raises:
        RunOptionsError: the option is unknown, or its value is missing or too much.
    """
    word = rest.pop(0)
    if not word.startswith("--"):
        return _take_short_option(word, rest)
    flag, equals, value = word.partition("=")
    option = _find_option(flag)
    if equals and not option.metavar:
        raise RunOptionsError(f"{flag} takes no value")
    if option.metavar and not equals:
        if not rest:
            raise RunOptionsError(f"{flag} needs a value: {flag} {option.metavar}")
        value = rest.pop(0)
    return option, value


def _take_short_option(letter: str, rest: list[str]) -> tuple[Option, str]:
    """Return the option of one letter with its value, and remove the value from the words.

    A letter stands alone: ``-iv`` and ``-t5m`` could be read in two ways, and a wrong reading runs a command.

    Raises:
        RunOptionsError: the letter is none of ours, does not stand alone, or lacks its value.
    """
    option = _BY_SHORT.get(letter)
    if option is None:
        raise RunOptionsError(_explain_letter(letter))
    if not option.metavar:
        return option, ""
    if not rest:
        raise RunOptionsError(f"{letter} needs a value: {letter} {option.metavar}")
    if option.field == "match" and rest[0].isdecimal():  # what -m means to grep and earlyexit
        raise RunOptionsError(
            f"-m is --match here. For a number of lines: --max-count {rest[0]}; for a pattern: --match {rest[0]}"
        )
    return option, rest.pop(0)


def _explain_letter(word: str) -> str:
    """Return what is wrong with a word of single letters, and what to write instead."""
    first = _BY_SHORT.get(word[:2])
    if first is not None and first.metavar:
        return f"{word}: write {first.short} {word[2:].lstrip('=')}, with a space between"
    if first is not None:
        return f"{word}: single letters stand alone, such as -i -v"
    if instead := _LETTERS_ELSEWHERE.get(word[:2]):
        return f"unknown option {word}. Here it is {instead}."
    return (
        f"unknown option {word}. The single letters are {' '.join(sorted(_BY_SHORT))}. "
        "(The command's own options stand after its name or after --.)"
    )


def _find_option(flag: str) -> Option:
    """Return the option of that name.

    Raises:
        RunOptionsError: there is none.
    """
    if flag in _BY_FLAG:
        return _BY_FLAG[flag]
    import difflib  # noqa: PLC0415  # only needed for the error

    near = difflib.get_close_matches(flag, _BY_FLAG, n=1)
    hint = f"Did you mean {near[0]}?" if near else "See `twiceshy run --help`."
    raise RunOptionsError(
        f"unknown option {flag}. {hint} (The command's own options stand after its name or after --.)"
    )


def _set_option(plan: RunPlan, option: Option, value: str) -> None:
    """Set what one option says.

    Raises:
        RunOptionsError: the value is none for it.
    """
    field = option.field
    if option.kind == "switch":
        setattr(plan, field, True)
    elif option.kind == "watch":
        if value == "auto" and field == "match":
            plan.auto_match = True
        else:
            plan.watches += (Watch(field, value),)
    elif option.kind == "state":
        plan.watches += _parse_state(value, len(plan.watches))
    elif option.kind == "fd":
        number, equals, regex = value.partition("=")
        if not equals or not number.isdecimal() or int(number) < 3:
            raise RunOptionsError(f"--fd {value!r}: write --fd 3=REGEX, with a number from 3")
        plan.watches += (Watch(field, regex, stream=f"fd{int(number)}"),)
    else:
        setattr(plan, field, _parse_value(option, value))


def _parse_state(value: str, pair: int) -> tuple[Watch, ...]:
    """Parse the patterns of a chain of states.

    Raises:
        RunOptionsError: they are fewer than two, or one is empty.
    """
    states = [state.strip() for state in value.split("=>")]
    if len(states) < 2 or not all(states):
        raise RunOptionsError(f"--state {value!r}: write --state 'A=>B', two patterns or more")
    last = len(states) - 1
    return tuple(Watch("to" if at == last else "from", state, pair=pair, step=at) for at, state in enumerate(states))


def _parse_value(option: Option, value: str) -> str | int | float | None:
    """Return the value as its field wants it.

    Raises:
        RunOptionsError: it cannot be.
    """
    if option.kind == "span":
        return _parse_span(option, value)
    if option.kind in {"count", "status"}:
        if not value.isdecimal() or (option.kind == "status" and int(value) > 255):
            raise RunOptionsError(
                f"{option.flag} {value!r} is not a {'status' if option.kind == 'status' else 'number'}"
            )
        return int(value)
    if option.kind in VALUES and value not in VALUES[option.kind]:
        raise RunOptionsError(f"{option.flag} {value!r}: write {', '.join(VALUES[option.kind])}")
    return _parse_stream(value) if option.kind == "stream" else value


def _parse_span(option: Option, value: str) -> float | None:
    """Return the time in seconds; None for no limit.

    Raises:
        RunOptionsError: it is no time.
    """
    if value == "auto" and option.field != "kill_after_s":
        return AUTO
    try:
        span = parse_seconds(value)
    except ValueError as error:
        raise RunOptionsError(f"{option.flag}: {error}") from error
    return span if span or option.field in {"delay_exit_s", "kill_after_s"} else None


def _parse_stream(value: str) -> str:
    """Return the stream's name.

    Raises:
        RunOptionsError: there is no such stream.
    """
    name = value.replace("fd:", "fd", 1)
    if name not in {"stdout", "stderr", "both"} and not (name.startswith("fd") and name[2:].isdecimal()):
        raise RunOptionsError(f"--on {value!r}: write stdout, stderr, both or fd:N")
    return {"fd1": "stdout", "fd2": "stderr"}.get(name, name)


def _check_plan(plan: RunPlan) -> None:
    """Check that the options make sense together.

    Raises:
        RunOptionsError: they do not.
    """
    if plan.max_count < 1:
        raise RunOptionsError("--max-count 0 would end the run before it starts")
    if plan.invert and not any(watch.kind == "match" for watch in plan.watches):
        raise RunOptionsError("--invert needs a --match")
    if plan.invert and plan.auto_match:
        raise RunOptionsError("--invert does not go with --match auto")
    if not plan.command and (plan.pty or plan.detach):
        raise RunOptionsError(f"{'--pty' if plan.pty else '--detach'} needs a command")
    if plan.idle_on != "both":
        _check_idle_on(plan)
    if plan.leave:
        _check_leave(plan)


def _check_idle_on(plan: RunPlan) -> None:
    """Check that one stream can be told from the other, and has a clock.

    Raises:
        RunOptionsError: it cannot, or has none.
    """
    if not plan.command or plan.pty:
        raise RunOptionsError(f"--idle-on needs two streams; {'--pty makes' if plan.pty else 'a pipe is'} one")
    if plan.idle_timeout_s is None:
        raise RunOptionsError("--idle-on needs an --idle-timeout")
    if plan.idle_timeout_s == AUTO:
        raise RunOptionsError("--idle-timeout auto is learned from both streams: with --idle-on, give a time")


def _check_leave(plan: RunPlan) -> None:
    """Check that there is a command to leave, and a moment for it.

    Raises:
        RunOptionsError: there is none, or it would be in the background already.
    """
    if not plan.command:
        raise RunOptionsError("--leave needs a command")
    if not any(watch.kind == "success" for watch in plan.watches):
        raise RunOptionsError("--leave needs a --success REGEX that says when")
    if plan.detach:
        raise RunOptionsError("--leave does not go with --detach, which leaves the command from the start")


def render_help() -> str:
    """Return what ``twiceshy run --help`` prints."""
    lines = [
        "usage: twiceshy run [OPTION ...] [--] COMMAND [WORD ...]",
        "       COMMAND | twiceshy run [OPTION ...]",
        "",
        "Runs a command exactly as it is, and ends it early if you say so: on a matching line, on silence, on time.",
        "Output, status and signals stay its own; nothing that it started outlives an early end.",
    ]
    for group in GROUPS:
        lines.append(f"\n{group}:")
        for option in OPTIONS:
            if option.group == group:
                name = f"{option.short + ', ' if option.short else ''}{option.flag} {option.metavar}".rstrip()
                lines.append(f"  {name:<30}{option.help}" if len(name) < 29 else f"  {name}\n{'':32}{option.help}")
    lines += [
        "",
        "A program that writes to a pipe may hold its output back: --pty shows it at once. Where output is watched,",
        "the command's environment asks for each line; --buffered leaves it alone.",
        "TIME is 90s, 5m, 1h30m or 250ms; `auto` is the limit learned for this command. Patterns are RE2's.",
        "Exit status: the command's own; 121 expected line missing, 122 no progress, 123 matched, 124 timed out,",
        "125 twiceshy failed, 126 cannot run, 127 not found, 128+n signal. See docs/reference/run.md.",
        "",
        "example:",
        "  twiceshy run --timeout 10m --idle-timeout 90s --match 'FAILED|panic:' -- npm test",
    ]
    return "\n".join(lines) + "\n"
