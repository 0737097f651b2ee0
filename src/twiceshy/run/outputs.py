"""The command's outputs: which pipes it gets, and where each leads.

stdout and stderr stay apart. Only where both of ours lead to one place, a terminal or one file, does the command get
one pipe for both: nobody could tell them apart behind us, but anybody would notice lines in another order.
"""

from __future__ import annotations

import os
import select
import stat

from twiceshy.run.streams import OutputStream, Sink, guard_standard_fds, is_same_file, open_wide_pipe

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from twiceshy.records.runs import RunPlan
    from twiceshy.run.output_log import OutputLog
    from twiceshy.run.terminal import Terminal
    from twiceshy.run.verdicts import Judge

NONE, ENVIRONMENT, PTY = KINDS = ("none", "environment", "pty")
"""Kinds of runs: the output may have been held back; the environment asked for it at once; it had a terminal."""
_OF_SILENCE = ("idle_timeout_s", "first_output_timeout_s")


class Outputs:
    """The streams of one run."""

    def __init__(self, plan: RunPlan, judge: Judge) -> None:
        """Look at what our caller gave us, before any descriptor of ours takes a number."""
        self.plan = plan
        self.judge = judge
        self.numbered = _list_numbered_fds(plan)
        self.inherited = {fd for fd in self.numbered if _is_open(fd)}
        self.closed = guard_standard_fds()
        self.streams: list[OutputStream] = []
        self.terminal: Terminal | None = None
        self.log: OutputLog | None = None

    def open(self, log: OutputLog | None, *, piped: bool) -> dict[int, int]:
        """Make the pipes; return which of our descriptors the command gets under which number (-1: none).

        Not ``piped``: nothing has to see the output, so that the command writes to our own descriptors.
        """
        self.log = log
        if not self.plan.command:
            self.add("stdin", 0, 1)
            return {}
        fds = dict.fromkeys(self.closed, -1)
        if self.plan.pty:
            from twiceshy.run.terminal import Terminal  # noqa: PLC0415  # only with --pty

            self.terminal = Terminal(shown_raw=os.isatty(1))
            self.add("stdout", self.terminal.master, 2 if self.plan.json else 1)
            fds |= dict.fromkeys((0, 1, 2), self.terminal.slave)
        elif piped:
            fds |= self.open_pipes()
        elif self.plan.json:
            fds[1] = 2
        for number in self.numbered:
            reading, fds[number] = open_wide_pipe()
            self.add(f"fd{number}", reading, number if number in self.inherited else -1)
        return fds

    def open_pipes(self) -> dict[int, int]:
        """Make pipes for stdout and stderr, or one for both."""
        fds: dict[int, int] = {}
        targets = {1: 2 if self.plan.json else 1, 2: 2}
        wanted = [fd for fd in (1, 2) if fd not in self.closed]
        one = self.plan.on == self.plan.idle_on == "both"
        if len(wanted) == 2 and one and is_same_file(targets[1], targets[2]):
            reading, writing = open_wide_pipe()
            self.add("stdout", reading, targets[1])
            return {1: writing, 2: writing}
        for fd in wanted:
            reading, fds[fd] = open_wide_pipe()
            self.add("stdout" if fd == 1 else "stderr", reading, targets[fd])
        return fds

    def add(self, name: str, reading: int, target: int) -> None:
        """Add a stream, to be copied to our descriptor ``target`` (-1: nowhere)."""
        lines = self.judge.lines_of("stdout" if name == "stdin" else name)
        stream = OutputStream(name, reading, Sink(target), lines)
        stream.log = self.log
        self.streams.append(stream)

    def poll_events(self) -> dict[int, int]:
        """Return what to ask ``poll`` for: the descriptors and their events."""
        wanted: dict[int, int] = {}
        for stream in self.streams:
            if stream.wants_more():
                wanted[stream.fd] = select.POLLIN
            sink = stream.sink
            if sink.pending is not None:
                wanted[sink.poll_fd] = select.POLLOUT
            elif sink.can_break and sink.error is None and stream.fd >= 0:
                wanted[sink.poll_fd] = 0
        return wanted

    def is_backed_up(self) -> bool:
        """Tell whether one of our readers does not take what there is."""
        return any(stream.sink.pending is not None for stream in self.streams)

    def are_closed(self) -> bool:
        """Tell whether the command, and all it started, closed every output."""
        return all(stream.fd < 0 for stream in self.streams)

    def start_leftover_readers(self) -> None:
        """Let background processes go on writing to pipes that they still hold: SIGPIPE would end them.

        What they write from now on goes nowhere.
        """
        null = os.open(os.devnull, os.O_RDWR)
        for stream in self.streams:
            if stream.fd < 0 or stream.name == "stdin":
                continue
            os.set_blocking(stream.fd, True)
            actions = [(os.POSIX_SPAWN_DUP2, old, new) for old, new in ((stream.fd, 0), (null, 1), (null, 2))]
            try:
                os.posix_spawnp("cat", ["cat"], os.environ, file_actions=actions, setsid=True, setsigmask=[])
            except OSError:  # no cat, no further process: then it is as with any pipe whose reader leaves
                break
        os.close(null)


def _list_numbered_fds(plan: RunPlan) -> list[int]:
    """Return the further descriptors of the command that patterns look at."""
    names = {watch.stream for watch in plan.watches} | {plan.on}
    return sorted(int(name[2:]) for name in names if name.startswith("fd"))


def _is_open(fd: int) -> bool:
    """Tell whether our caller gave us that descriptor."""
    try:
        os.fstat(fd)
    except OSError:
        return False
    return True


def needs_output(plan: RunPlan) -> bool:
    """Tell whether anything reads the output; if not, the command may have our own descriptors.

    A pipe is always looked at: its reader may leave, and waits for its end, which a background process would put off.
    """
    return any(_is_pipe(fd) for fd in (1, 2)) or bool(
        plan.watches
        or plan.max_repeat
        or plan.idle_timeout_s
        or plan.first_output_timeout_s
        or plan.log
        or plan.json
        or plan.pty
        or plan.on != "both"
        or not plan.command
    )


def find_kind(plan: RunPlan) -> str:
    """Return which kind a run of this plan is."""
    if plan.pty:
        return PTY
    return ENVIRONMENT if plan.command and watches_output(plan) and not plan.buffered else NONE


def watches_output(plan: RunPlan) -> bool:
    """Tell whether it matters when a line comes: a pattern or a limit on silence waits for it."""
    return bool(
        plan.watches
        or plan.max_repeat
        or plan.idle_timeout_s
        or plan.first_output_timeout_s
        or plan.auto_match
        or any(choice.kind in _OF_SILENCE for choice in plan.choices)
    )


def name_limit(field: str, kind: str) -> str:
    """Return the name under which a limit on silence is kept for runs of that kind; other limits are for all."""
    return f"{field}:{kind}" if field in _OF_SILENCE and kind != ENVIRONMENT else field


def _is_pipe(fd: int) -> bool:
    """Tell whether somebody may read from the descriptor's other end."""
    try:
        mode = os.fstat(fd).st_mode
    except OSError:
        return False
    return stat.S_ISFIFO(mode) or stat.S_ISSOCK(mode)
