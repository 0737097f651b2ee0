"""The options of ``twiceshy run``: one literal table, from which the parser, help, man page and completions are made.

argparse is not used because importing it costs a wrapped command a third of all the time the wrapper may add, and
because its guesses (abbreviations, options after the command) are what must not happen here: the first word that is no
option starts the command, and from there on nothing is ours.
"""

from __future__ import annotations

from twiceshy.facts.durations import AUTO, seconds
from twiceshy.records.runs import Plan, Watch

PATTERNS, TIME, MODES, RECORDING = "patterns", "time", "modes", "recording"
GROUPS = (PATTERNS, TIME, MODES, RECORDING)


class Option:
    """One row: ``--flag METAVAR``, what kind of value it takes, which field of the plan it sets, and its help."""

    __slots__ = ("field", "flag", "group", "help", "kind", "metavar")

    def __init__(self, group: str, flag: str, metavar: str, kind: str, field: str, words: str) -> None:  # noqa: PLR0917  # a row
        """``kind``: switch, off, watch, state, fd, stream, count, status, span, text or file."""
        self.group = group
        self.flag = flag
        self.metavar = metavar
        self.kind = kind
        self.field = field
        self.help = words


OPTIONS = (
    Option(
        PATTERNS,
        "--match",
        "REGEX",
        "watch",
        "match",
        "end the run when a line matches (repeatable); auto: what is known of the command",
    ),
    Option(PATTERNS, "--success", "REGEX", "watch", "success", "end the run with status 0 when a line matches"),
    Option(PATTERNS, "--failure", "REGEX", "watch", "failure", "end the run when a line matches, --max-count or not"),
    Option(
        PATTERNS, "--expect", "REGEX", "watch", "expect", "status 121 if this never appeared, though the status is 0"
    ),
    Option(PATTERNS, "--exclude", "REGEX", "watch", "exclude", "lines that never count as match, success or failure"),
    Option(PATTERNS, "--state", "A=>B", "state", "state", "end the run when B matches after A did"),
    Option(PATTERNS, "--stuck", "REGEX", "watch", "stuck", "end the run when what this matches stays the same"),
    Option(
        PATTERNS,
        "--max-repeat",
        "N",
        "count",
        "max_repeat",
        "equal lines in a row (with --stuck: 10) that are a standstill",
    ),
    Option(PATTERNS, "--max-count", "N", "count", "max_count", "matching lines that end the run (1)"),
    Option(PATTERNS, "--ignore-case", "", "switch", "ignore_case", "patterns match upper and lower case alike"),
    Option(PATTERNS, "--word", "", "switch", "word", "patterns match whole words only"),
    Option(PATTERNS, "--line", "", "switch", "whole_line", "patterns match whole lines only"),
    Option(
        PATTERNS, "--invert", "", "switch", "invert", "--match means lines that do not match (line by line: slower)"
    ),
    Option(
        PATTERNS, "--perl", "", "switch", "perl", "look-around and back references, by the 'regex' library (slower)"
    ),
    Option(PATTERNS, "--on", "STREAM", "stream", "on", "where patterns look: stdout, stderr, both (default) or fd:N"),
    Option(PATTERNS, "--fd", "N=REGEX", "fd", "match", "a --match pattern for the command's descriptor N"),
    Option(PATTERNS, "--context", "N", "count", "context", "lines kept before and after a match (3)"),
    Option(PATTERNS, "--match-status", "N", "status", "match_status", "status of a run that a pattern ended (123)"),
    Option(TIME, "--timeout", "TIME", "span", "timeout_s", "end the run after this time"),
    Option(TIME, "--idle-timeout", "TIME", "span", "idle_timeout_s", "end the run after so long without output"),
    Option(
        TIME,
        "--first-output-timeout",
        "TIME",
        "span",
        "first_output_timeout_s",
        "end the run if no output came by then",
    ),
    Option(
        TIME,
        "--delay-exit",
        "TIME",
        "span",
        "delay_exit_s",
        "after the ending match go on so long (2s), less when it is quiet for .5s",
    ),
    Option(TIME, "--kill-after", "TIME", "span", "kill_after_s", "from TERM to KILL (5s)"),
    Option(MODES, "--pty", "", "switch", "pty", "give the command a terminal of its own"),
    Option(MODES, "--detach", "", "switch", "detach", "go on in the background; print process and output file"),
    Option(MODES, "--log", "FILE", "file", "log", "also write the output to FILE, as it is: secrets included"),
    Option(MODES, "--json", "", "switch", "json", "print one JSON document on stdout; the output goes to stderr"),
    Option(MODES, "--quiet", "", "switch", "quiet", "no word of our own on stderr"),
    Option(MODES, "--no-color", "", "switch", "no_color", "accepted as everywhere; we write no colours here"),
    Option(RECORDING, "--no-telemetry", "", "switch", "no_telemetry", "do not record this run"),
    Option(
        RECORDING,
        "--wait-telemetry",
        "",
        "switch",
        "wait_telemetry",
        "end only when the run is recorded (CI machines that vanish)",
    ),
    Option(RECORDING, "--home", "FOLDER", "file", "home", "use this data folder"),
)
BY_FLAG = {option.flag: option for option in OPTIONS}
HELP = ("--help", "-h")


class BadWords(ValueError):  # noqa: N818  # it names what is wrong
    """The call's words make no sense; the message says which and what to do."""


def parse(words: list[str]) -> Plan | None:
    """What the words ask for; None: for help.

    Raises:
        BadWords: an option is unknown, incomplete or out of range.
    """
    plan = Plan()
    place = 0
    while place < len(words):
        word = words[place]
        if word in HELP:
            return None
        if word == "--" or not word.startswith("-") or word == "-":
            plan.command = tuple(words[place + (word == "--") :])
            if not plan.command:
                raise BadWords("there is no command after --")
            break
        flag, equals, value = word.partition("=")
        option = known(flag)
        place += 1
        if option.metavar and not equals:
            if place >= len(words):
                raise BadWords(f"{flag} needs a value: {flag} {option.metavar}")
            value = words[place]
            place += 1
        elif equals and not option.metavar:
            raise BadWords(f"{flag} takes no value")
        take(plan, option, value)
    check(plan)
    return plan


def known(flag: str) -> Option:
    """The option of that name.

    Raises:
        BadWords: there is none.
    """
    if flag in BY_FLAG:
        return BY_FLAG[flag]
    import difflib  # noqa: PLC0415  # only needed for the error

    near = difflib.get_close_matches(flag, BY_FLAG, n=1)
    hint = f"Did you mean {near[0]}?" if near else "See `twiceshy run --help`."
    raise BadWords(f"unknown option {flag}. {hint} (The command's own options stand after its name or after --.)")


def take(plan: Plan, option: Option, value: str) -> None:
    """Set what one option says.

    Raises:
        BadWords: the value is none for it.
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
        plan.watches += state(value, len(plan.watches))
    elif option.kind == "fd":
        number, equals, regex = value.partition("=")
        if not equals or not number.isdecimal() or int(number) < 3:
            raise BadWords(f"--fd {value!r}: write --fd 3=REGEX, with a number from 3")
        plan.watches += (Watch(field, regex, stream=f"fd{int(number)}"),)
    else:
        setattr(plan, field, typed(option, value))


def state(value: str, pair: int) -> tuple[Watch, Watch]:
    """The two patterns of a state change.

    Raises:
        BadWords: they are not two.
    """
    before, arrow, after = value.partition("=>")
    if not arrow or not before.strip() or not after.strip():
        raise BadWords(f"--state {value!r}: write --state 'A=>B', two patterns")
    return Watch("from", before.strip(), pair=pair), Watch("to", after.strip(), pair=pair)


def typed(option: Option, value: str) -> str | int | float | None:
    """The value as its field wants it.

    Raises:
        BadWords: it cannot be.
    """
    if option.kind == "span":
        if value == "auto" and option.field != "kill_after_s":
            return AUTO
        try:
            span = seconds(value)
        except ValueError as error:
            raise BadWords(f"{option.flag}: {error}") from error
        return span if span or option.field in {"delay_exit_s", "kill_after_s"} else None
    if option.kind in {"count", "status"}:
        if not value.isdecimal() or (option.kind == "status" and int(value) > 255):
            raise BadWords(f"{option.flag} {value!r}: that is no {'status' if option.kind == 'status' else 'number'}")
        return int(value)
    if option.kind == "stream":
        name = value.replace("fd:", "fd", 1)
        if name not in {"stdout", "stderr", "both"} and not (name.startswith("fd") and name[2:].isdecimal()):
            raise BadWords(f"--on {value!r}: write stdout, stderr, both or fd:N")
        return {"fd1": "stdout", "fd2": "stderr"}.get(name, name)
    return value


def check(plan: Plan) -> None:
    """Nothing, if the options make sense together.

    Raises:
        BadWords: they do not.
    """
    if plan.max_count < 1:
        raise BadWords("--max-count 0 would end the run before it starts")
    if plan.invert and not any(watch.kind == "match" for watch in plan.watches):
        raise BadWords("--invert needs a --match")
    if plan.invert and plan.auto_match:
        raise BadWords("--invert would turn round what --match auto takes: give one of them")
    if not plan.command and (plan.pty or plan.detach):
        raise BadWords(f"{'--pty' if plan.pty else '--detach'} needs a command")


def help_text() -> str:
    """What ``twiceshy run --help`` prints."""
    lines = [
        "usage: twiceshy run [OPTION ...] [--] COMMAND [WORD ...]",
        "       COMMAND | twiceshy run [OPTION ...]",
        "",
        "Runs a command exactly as it is and ends it early where you say so: on a matching line, on silence, on time.",
        "Output, status and signals are its own; nothing that it started outlives an early end.",
    ]
    for group in GROUPS:
        lines.append(f"\n{group}:")
        for option in OPTIONS:
            if option.group == group:
                name = f"{option.flag} {option.metavar}".rstrip()
                lines.append(f"  {name:<30}{option.help}" if len(name) < 29 else f"  {name}\n{'':32}{option.help}")
    lines += [
        "",
        "TIME is 90s, 5m, 1h30m or 250ms; `auto` is what was learned about this command. Patterns are RE2's.",
        "Statuses: the command's own; 121 expected line missing, 122 no progress, 123 matched, 124 timed out,",
        "125 our own failure, 126 cannot run, 127 not found, 128+n signal. See docs/reference/run.md.",
        "",
        "example:",
        "  twiceshy run --timeout 10m --idle-timeout 90s --match 'FAILED|panic:' -- npm test",
    ]
    return "\n".join(lines) + "\n"
