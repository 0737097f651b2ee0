"""What ``twiceshy run`` is asked to do, one matched line, and what came of the run.

Plain classes with class-level defaults, not dataclasses: importing ``dataclasses`` would cost a wrapped command more
than all of the wrapper's own set-up. They live for one run in one process and are never compared, hashed or stored.
"""


class Watch:
    """One pattern: what it is for, where it looks, what it looks for."""

    __slots__ = ("kind", "pair", "regex", "step", "stream")

    def __init__(self, kind: str, regex: str, stream: str = "", pair: int = -1, step: int = 0) -> None:
        """Set the pattern.

        ``kind``: match, success, failure, expect, exclude, only, stuck, from or to (a state, and the last of a chain).
        """
        self.kind = kind
        self.regex = regex
        self.stream = stream
        """stdout, stderr, fd3 ...; empty: wherever the plan's ``on`` says."""
        self.pair = pair
        """Which chain of states a ``from`` and a ``to`` belong to; -1 for the others."""
        self.step = step
        """How many states of the chain come before this one."""


class Choice:
    """What ``auto`` took for one option, and why."""

    __slots__ = ("kind", "origin", "reason", "value")

    def __init__(self, kind: str, value: str, origin: str, reason: str) -> None:
        """Set the choice; ``kind``: match, or the plan's field; ``origin``: learned, starting or none."""
        self.kind = kind
        self.value = value
        """Patterns, newline between, or seconds; empty: nothing was taken."""
        self.origin = origin
        self.reason = reason


class RunPlan:
    """One call of ``twiceshy run``. Times are seconds; None is "no limit", ``durations.AUTO`` "the learned one"."""

    command: tuple[str, ...] = ()
    """Empty: what comes in on stdin is watched instead."""
    watches: tuple[Watch, ...] = ()
    on: str = "both"
    ignore_case: bool = False
    word: bool = False
    whole_line: bool = False
    invert: bool = False
    perl: bool = False
    max_count: int = 1
    max_repeat: int = 0
    """This many equal lines in a row (equal progress, with a ``stuck`` pattern) end the run; 0: never."""
    exact_repeat: bool = False
    """Times and spinners are progress too."""
    context: int = 3
    match_status: int = 123
    timeout_s: float | None = None
    idle_timeout_s: float | None = None
    first_output_timeout_s: float | None = None
    delay_exit_s: float | None = 2.0
    """How long to go on after the match that ends the run (guess: a stack trace is printed within it)."""
    idle_on: str = "both"
    """The output whose silence ``idle_timeout_s`` is about: stdout, stderr or both."""
    kill_after_s: float | None = 5.0
    """From TERM to KILL (guess; GNU timeout waits for ever)."""
    pty: bool = False
    buffered: bool = False
    """Leave the command's environment alone, so that it may hold its output back."""
    detach: bool = False
    leave: bool = False
    """Let the command go on in the background once a ``success`` pattern matched."""
    json: bool = False
    quiet: bool = False
    no_color: bool = False
    log: str = ""
    home: str = ""
    auto_match: bool = False
    choices: tuple[Choice, ...] = ()
    """What was taken for each ``auto``."""
    usual_s: float | None = None
    """How long such a run usually takes, where an ``auto`` looked it up."""
    long_silence_s: float | None = None
    """Seconds without output after which a line is said, where an ``auto`` found nothing learned."""
    run_id: bytes = b""
    """The id under which it will be recorded; empty: it will not be."""
    no_telemetry: bool = False
    telemetry: str = ""
    """What is kept of this run, by its own flag; empty: what the settings say."""
    wait_telemetry: bool = False


class MatchEvent:
    """One line that a pattern hit. Offsets are bytes in the line; lines count from 1 in their stream."""

    __slots__ = ("after", "before", "end", "kind", "line", "number", "offset_s", "regex", "start", "stream")

    def __init__(self, watch: Watch, stream: str, number: int, line: bytes, span: tuple[int, int]) -> None:
        """Set a hit without context; ``after`` is filled as the lines come."""
        self.kind = watch.kind
        self.regex = watch.regex
        self.stream = stream
        self.number = number
        self.line = line
        self.start, self.end = span
        self.before: list[bytes] = []
        self.after: list[bytes] = []
        self.offset_s = 0.0
        """Seconds from the command's start."""


class RunOutcome:
    """What came of a run."""

    reason: str = "completed"
    """completed, match, failure, success, only, state, stuck, repeat, timeout_overall, timeout_idle,
    timeout_first_output, expect_missing, signal, interrupted, reader_gone, not_started, error, detached, left
    (--leave), or end_of_input (in pipe mode)."""
    status: int = 0
    child_status: int | None = None
    """As a shell would report it; None when there was no command or it could not start."""
    message: str = ""
    """The one sentence for stderr; empty when there is nothing to say."""
    interrupted: bool = False
    """Ended by a SIGINT that we got as well: the caller must die of it too, or a shell's loop goes on."""
