"""Run one command and copy its output until it ends, or until a pattern, a clock or a signal ends it.

One loop over ``poll``: the command's pipes, the signals, and a handful of named timers. Each event has its own method.
What must never happen: that a byte is changed or delayed, that the command is ended for anything the user did not ask
for, that a process that has to end survives, or that a slow reader stops the clocks.
"""

from __future__ import annotations

import os
import select
import signal
import time

from twiceshy.records.runs import RunOutcome
from twiceshy.run import exits
from twiceshy.run.child import Family, StartError, load_libc, send_signal
from twiceshy.run.outputs import ENVIRONMENT, Outputs, find_kind
from twiceshy.run.signals import ENDING, STOPPING, Signals

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.output_log import OutputLog
    from twiceshy.run.streams import OutputStream
    from twiceshy.run.terminal import Terminal
    from twiceshy.run.verdicts import Judge

_DRAIN_S = 0.5
"""Seconds to listen after the command ended, while a background process holds its pipes (guess, 2026-11-21)."""
_DRAIN_QUIET_S = 0.1  # seconds of silence that end the listening (guess, 2026-11-21)
QUIET_S = 0.5
"""Seconds of silence after the ending match that mean the stack trace is complete (guess, 2026-11-21)."""
_PROMPT_S = 0.1
"""Seconds after which an unfinished line is searched as it is (by design: the manual promises 100 ms)."""
_READER_GONE_S = 0.4
"""Seconds that a command without a reader has to notice, and again after TERM (guess, 2026-11-21)."""
SOON_AFTER_SIGNAL_S = 5.0
"""A command that ends within these seconds after INT or QUIT ended because of it; its children are ended too (guess,
2026-11-21)."""
_SWEEP_S = 0.02  # seconds between two looks for processes that are left (guess, 2026-11-21)
_GIVE_UP_S = 2.0
"""Seconds after KILL: who is left then belongs to another user or hangs in a driver; it is named, not waited for
(guess, 2026-11-21)."""
TICK_S = 1.0  # seconds between two looks of the observer (guess, 2026-11-21)
_PAUSE_S = 0.001
"""Seconds between reads under a flood of small writes: fewer, larger blocks (guess, 2026-11-21)."""
_LIMITS = ("timeout_overall", "timeout_idle", "timeout_first_output", "gather_over", "gather_quiet")


class Run:
    """One run of one plan."""

    def __init__(self, plan: RunPlan, judge: Judge, *, watch_output: bool = True) -> None:
        """Prepare the run; not ``watch_output``: the command writes to our own descriptors."""
        self.plan = plan
        self.judge = judge
        self.watch_output = watch_output
        self.outcome = RunOutcome()
        self.outputs = Outputs(plan, judge)
        self.streams = self.outputs.streams
        self.library = load_libc()
        self.has_terminal = any(os.isatty(fd) for fd in (0, 1, 2))
        self.family = Family(self.library)
        if find_kind(plan) == ENVIRONMENT:
            from twiceshy.run.unbuffered import ask_for_lines  # noqa: PLC0415  # only where lines are waited for

            self.family.prepare = ask_for_lines
        self.signals = Signals(self.library, has_terminal=self.has_terminal)
        self.log: OutputLog | None = None
        self.poll = select.poll()
        self.armed: dict[int, int] = {}
        self.timers: dict[str, float] = {}
        self.acts: dict[str, Callable[[float], None]] = {
            "timeout_overall": lambda now: self.end("timeout_overall", now),
            "timeout_idle": self.end_if_idle,
            "timeout_first_output": lambda now: self.end("timeout_first_output", now),
            "gather_over": self.end_after_match,
            "gather_quiet": self.end_after_match,
            "prompt": self.search_prompts,
            "kill": self.kill,
            "sweep": self.sweep,
            "give_up": self.give_up,
            "leave": self.end_without_reader,
            "drain": self.stop_listening,
            "drain_quiet": self.stop_listening,
            "tick": self.tick,
        }
        self.start = self.last_output = time.monotonic()
        self.started_at = time.time()  # seconds since 1970: whoever records the run comes later
        self.first_output: float | None = None
        self.decided_at: float | None = None
        self.wait_status: int | None = None
        self.terminal: Terminal | None = None
        self.ending = False
        self.never_wrote = False
        """No byte had come when we ended the run; some may have come since."""
        self.killing = self.forced_out = False
        self.swept = True
        self.abandoned = 0
        self.got: set[int] = set()
        self.asked_at = -SOON_AFTER_SIGNAL_S
        self.signalled: set[int] = set()
        self.stopped_s = 0.0
        self.flood = 0
        self.awaited = False
        """Whether the output that the idle clock listens to came since we last looked."""
        self.was_wrong: bool | None = None
        """What a person answered when asked; None: nothing."""
        self.on_start: Callable[[Run], None] | None = None
        self.on_gap: Callable[[float], None] | None = None
        self.on_tick: Callable[[float], float] | None = None
        self.on_success: Callable[[float], None] | None = None

    # -- start ------------------------------------------------------------------------------------------------------

    def begin_log(self, log: OutputLog) -> None:
        """Copy the output to this log, whose helpers are no part of the command's family."""
        self.log = log
        self.family.ours |= log.helpers
        log.helpers = self.family.ours

    def begin(self) -> None:
        """Start the command and the clocks."""
        fds = self.outputs.open(self.log, piped=self.watch_output)
        self.terminal = self.outputs.terminal
        self.poll.register(self.signals.fd, select.POLLIN)
        self.start = self.last_output = self.judge.start = time.monotonic()
        self.started_at = time.time()
        if self.plan.command:
            try:
                self.family.start(
                    self.plan.command, fds, self.signals.restore_signals, leads_session=self.terminal is not None
                )
            except StartError as error:
                self.refuse(error)
            except OSError as error:
                self.outcome.reason, self.outcome.message = "error", f"no process could be started: {error.strerror}"
        if self.on_start is not None:
            self.on_start(self)
        for ours in set(fds.values()) - {-1, 2}:
            os.close(ours)
        if self.plan.command and not self.family.pid:
            return
        for name, limit in (
            ("timeout_overall", self.plan.timeout_s),
            ("timeout_idle", self.plan.idle_timeout_s),
            ("timeout_first_output", self.plan.first_output_timeout_s),
            ("long_silence", self.plan.long_silence_s),
        ):
            if limit:
                self.timers[name] = self.start + limit
        if self.terminal is not None:
            self.terminal.set_raw()

    def tick(self, now: float) -> None:
        """Let the observer look, once a second."""
        if self.on_tick is not None:
            self.timers["tick"] = now + self.on_tick(now)

    def refuse(self, error: StartError) -> None:
        """Record that the command cannot be run at all."""
        import errno  # noqa: PLC0415  # only here

        self.outcome.reason = "not_started"
        missing = error.number == errno.ENOENT
        self.outcome.status = exits.NOT_FOUND if missing else exits.CANNOT_RUN
        self.outcome.message = f"cannot run {self.plan.command[0]!r}: {error}"

    # -- the loop ---------------------------------------------------------------------------------------------------

    def loop(self) -> None:
        """Serve descriptors and timers until all is over."""
        while not self.is_over():
            self.rearm()
            ready = self.poll.poll(self.next_timer_ms())
            now = time.monotonic()
            moved = 0
            for fd, events in ready:
                moved += self.serve(fd, events, now)
            if moved:
                self.postpone_timers(now, moved)
            for name in [name for name, due in self.timers.items() if due <= now]:
                if self.timers.pop(name, None) is not None:
                    self.acts[name](now)

    def next_timer_ms(self) -> int | None:
        """Return the milliseconds until the next timer; None for no timer."""
        if not self.timers:
            return None
        return max(0, int((min(self.timers.values()) - time.monotonic()) * 1000) + 1)

    def rearm(self) -> None:
        """Tell ``poll`` what we wait for now."""
        wanted = self.outputs.poll_events()
        if self.terminal is not None:
            if self.terminal.input.pending is not None:
                wanted[self.terminal.input.poll_fd] = select.POLLOUT
            elif self.terminal.input_open and self.wait_status is None:
                wanted[0] = select.POLLIN
        if wanted != self.armed:
            for fd in self.armed.keys() - wanted.keys():
                self.poll.unregister(fd)
            for fd, events in wanted.items():
                self.poll.register(fd, events)
            self.armed = wanted

    def serve(self, fd: int, events: int, now: float) -> int:
        """Do what one descriptor is ready for, and return the bytes moved."""
        if fd == self.signals.fd:
            self.act_on_signals(now)
            return 0
        for stream in self.streams:
            if fd == stream.fd:
                return self.pump(stream, now)
            if fd == stream.sink.poll_fd:
                return self.drain_sink(stream, events, now)
        if self.terminal is not None and fd == self.terminal.input.poll_fd:
            self.terminal.input.flush()
        elif self.terminal is not None and self.terminal.take_input():
            self.suspend(signal.SIGSTOP, now, doubled=False)
        return 0

    def pump(self, stream: OutputStream, now: float) -> int:
        """Move one block, and return the bytes moved."""
        moved = stream.pump()
        if stream.sink.error is not None:
            self.notice_lost_reader(stream, now)
        self.note_awaited(stream, moved)
        if moved == 0 and self.plan.idle_on == stream.name:
            self.timers.pop("timeout_idle", None)
        if moved == 0 and self.outputs.are_closed():
            for name in ("timeout_idle", "timeout_first_output"):  # a command that closed its output is not silent
                self.timers.pop(name, None)
        if self.judge.verdict and self.decided_at is None:
            self.decide(now)
        return max(0, moved)

    def drain_sink(self, stream: OutputStream, events: int, now: float) -> int:
        """Write on where our own reader takes more, or notice that it left; return the bytes moved."""
        sink = stream.sink
        before = len(sink.pending) if sink.pending is not None else 0
        sink.flush()
        if sink.error is None and not before and events & (select.POLLERR | select.POLLHUP):
            sink.error = BrokenPipeError()
        if sink.error is not None:
            self.notice_lost_reader(stream, now)
            return 0
        moved = before - (len(sink.pending) if sink.pending is not None else 0)
        self.note_awaited(stream, moved)
        return moved

    def note_awaited(self, stream: OutputStream, moved: int) -> None:
        """Note whether the output came that ``--idle-on`` is about."""
        if moved > 0 and self.plan.idle_on in {"both", stream.name}:
            self.awaited = True

    def postpone_timers(self, now: float, moved: int) -> None:
        """Postpone what waits for silence: something was written."""
        if self.first_output is None:
            self.first_output = now
            self.timers.pop("timeout_first_output", None)
        gap = now - self.last_output
        self.last_output = now
        if self.on_gap is not None:
            self.on_gap(gap)
        timers = self.timers
        if "timeout_idle" in timers and self.awaited:
            timers["timeout_idle"] = now + (self.plan.idle_timeout_s or 0)
        self.awaited = False
        if "long_silence" in timers:
            timers["long_silence"] = now + (self.plan.long_silence_s or 0)
        if "gather_quiet" in timers:
            timers["gather_quiet"] = now + QUIET_S
        if "drain_quiet" in timers:
            timers["drain_quiet"] = now + _DRAIN_QUIET_S
        if self.judge.matchers:
            timers["prompt"] = now + _PROMPT_S
        self.flood = self.flood + 1 if gap < _PAUSE_S and moved < 1 << 17 else 0
        if self.flood > 3:
            time.sleep(_PAUSE_S)

    def is_over(self) -> bool:
        """Tell whether the command has ended, all it left that has to end is gone, and each byte is delivered."""
        if self.plan.command and (self.wait_status is None or not self.swept) and self.has_family_left():
            return False
        if self.outputs.is_backed_up():
            return False
        return all(stream.fd < 0 or stream.left == 0 for stream in self.streams)

    def has_family_left(self) -> bool:
        """Tell whether the command was started and its processes can still be ended."""
        return self.abandoned == 0 and (self.family.pid != 0 or not self.swept)

    # -- the command's end ------------------------------------------------------------------------------------------

    def reap(self, now: float) -> None:
        """Collect who ended, and begin the end of the run if the command did."""
        ended = self.family.reap()
        if ended is not None:
            self.wait_status = ended
            self.family.pid = 0
            for name in _LIMITS:
                self.timers.pop(name, None)
            if self.ending or self.forced_out or now - self.asked_at < SOON_AFTER_SIGNAL_S:
                self.swept = False
                self.timers.setdefault("kill", now + (self.plan.kill_after_s or 0))
                self.sweep(now)
            else:
                self.begin_drain(now)
        elif not self.swept:
            self.sweep(now)

    def begin_drain(self, now: float) -> None:
        """Wait only for what lies in the pipes of the command, which is over."""
        self.timers = {"drain": now + _DRAIN_S, "drain_quiet": now + _DRAIN_QUIET_S}

    def stop_listening(self, now: float) -> None:
        """Stop listening to processes that the command left behind, once our reader took what there is."""
        if self.outputs.is_backed_up():
            self.timers["drain"] = now + _DRAIN_QUIET_S
            return
        for stream in self.streams:
            stream.stop_listening()

    def sweep(self, now: float) -> None:
        """End who is left of the family, and look again soon, until nobody is left."""
        left = self.family.descendants()
        if self.wait_status is not None and not left:
            self.swept = True
            self.begin_drain(now)
            return
        for pid in left:
            if self.killing or pid not in self.signalled:
                self.end_process(pid)
        self.timers["sweep"] = now + _SWEEP_S

    def end_process(self, pid: int) -> None:
        """Ask one process to end, or end it."""
        self.signalled.add(pid)
        send_signal(pid, signal.SIGKILL if self.killing else signal.SIGTERM)
        if not self.killing:
            send_signal(pid, signal.SIGCONT)

    def end(self, reason: str, now: float) -> None:
        """End the run for that reason: TERM now, KILL after a while."""
        if self.ending:
            return
        self.ending = True
        self.never_wrote = self.first_output is None
        self.outcome.reason = reason
        for name in _LIMITS:
            self.timers.pop(name, None)
        if not self.plan.command:
            for stream in self.streams:
                stream.left = 0
            return
        self.timers.setdefault("kill", now + (self.plan.kill_after_s or 0))
        self.sweep(now)

    def kill(self, now: float) -> None:
        """Kill who is left: the time to end by oneself is over."""
        self.killing = True
        self.timers["give_up"] = now + _GIVE_UP_S
        self.sweep(now)

    def give_up(self, now: float) -> None:
        """Give up on processes that we cannot end."""
        self.abandoned = len(self.family.descendants())
        if self.abandoned:
            self.timers.pop("sweep", None)
            self.swept = True
            self.begin_drain(now)

    # -- reasons to end ---------------------------------------------------------------------------------------------

    def end_if_idle(self, now: float) -> None:
        """End the run after too long a silence, unless it is our reader who does not read."""
        if self.outputs.is_backed_up():
            self.timers["timeout_idle"] = now + (self.plan.idle_timeout_s or 0)
        else:
            self.end("timeout_idle", now)

    def decide(self, now: float) -> None:
        """Begin the end of the run that a pattern wants, after what still belongs to the match."""
        if self.on_success is not None and self.judge.verdict == "success":
            self.on_success(now)
            return
        self.decided_at = now
        delay = self.plan.delay_exit_s or 0
        if delay <= 0:
            self.end(self.judge.verdict, now)
            return
        self.timers["gather_over"] = now + delay
        self.timers["gather_quiet"] = now + min(delay, QUIET_S)

    def end_after_match(self, now: float) -> None:
        """End the run: what belongs to the match has been printed."""
        self.end(self.judge.verdict, now)

    def search_prompts(self, now: float) -> None:
        """Search the lines that have not ended, as nothing new came for a moment."""
        for stream in self.streams:
            stream.search_rest()
        if self.judge.verdict and self.decided_at is None:
            self.decide(now)

    def notice_lost_reader(self, stream: OutputStream, now: float) -> None:
        """Close an output that nobody reads: the command finds out as it would without us."""
        error = stream.sink.error
        stream.close()
        if not isinstance(error, BrokenPipeError) and error is not None and not self.outcome.message:
            self.outcome.message = f"cannot write to {stream.name}: {error.strerror}"
            self.end("error", now)
        elif stream is self.streams[0] and "leave" not in self.timers and not self.ending:
            self.outcome.reason = "reader_gone"
            self.forced_out = True
            self.timers["leave"] = now + _READER_GONE_S

    def end_without_reader(self, now: float) -> None:
        """End a command that did not notice that its reader left."""
        self.end("reader_gone", now)
        self.timers["kill"] = now + min(_READER_GONE_S, self.plan.kill_after_s or 0)

    # -- signals ----------------------------------------------------------------------------------------------------

    def act_on_signals(self, now: float) -> None:
        """Act on the signals that came."""
        heard = self.signals.read()
        stopping = any(number in STOPPING for number, _ in heard)
        for number, doubled in heard:
            if number == signal.SIGCHLD:
                self.notice_child(now, stopping=stopping)
            elif number in ENDING:
                self.forward_end_signal(number, now, doubled=doubled)
            elif number in STOPPING:
                self.suspend(number, now, doubled=doubled)
            else:
                self.forward_signal(number, doubled=doubled)

    def notice_child(self, now: float, *, stopping: bool) -> None:
        """Act on a child's end, or stop with a command that stopped by itself at the terminal."""
        self.reap(now)
        if self.has_terminal and not stopping and not self.ending and self.family.is_stopped():
            self.suspend(0, now, doubled=True)

    def forward_signal(self, number: int, *, doubled: bool) -> None:
        """Pass on a signal that neither ends nor stops the command, unless the terminal sent it there already."""
        if number == signal.SIGCONT:
            if self.family.is_stopped():
                self.family.send(signal.SIGCONT)
        elif number == signal.SIGWINCH and self.terminal is not None:
            self.terminal.resize()
        elif not doubled and self.family.pid:
            os.kill(self.family.pid, number)

    def forward_end_signal(self, number: int, now: float, *, doubled: bool) -> None:
        """Pass INT, QUIT, TERM or HUP on to the command, unless the terminal sent it there already.

        After INT and QUIT it may go on for as long as it likes, as a debugger does; after TERM and HUP it may not.
        """
        self.got.add(number)
        self.asked_at = now
        if not self.plan.command:
            self.end("signal", now)
            return
        sent = set() if doubled else self.family.send(number)
        if number in {signal.SIGTERM, signal.SIGHUP} and not self.ending:
            self.ending = True
            self.outcome.reason = "signal"
            self.signalled |= sent
            self.timers = {"kill": now + (self.plan.kill_after_s or 0), "sweep": now + _SWEEP_S}

    def suspend(self, number: int, now: float, *, doubled: bool) -> None:
        """Stop with the command, and let no clock run meanwhile. What was written before is shown before."""
        for stream in self.streams:
            while stream.wants_more() and self.pump(stream, now) > 0:
                pass
        if not doubled:
            self.family.send(number)
        if self.terminal is not None:
            self.terminal.restore()
        os.kill(os.getpid(), signal.SIGSTOP)
        slept = time.monotonic() - now
        self.stopped_s += slept
        self.last_output += slept
        self.timers = {name: due + slept for name, due in self.timers.items()}
        if self.terminal is not None:
            self.terminal.set_raw()
            self.terminal.resize()
        if self.family.is_stopped():
            self.family.send(signal.SIGCONT)
