"""Record what a run shows while it lasts: its silences, and what the command and its children consume.

On every wrapped command's path, so silences are counted by size and nothing is looked at more than once a second.
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from twiceshy.records.runs import Choice
    from twiceshy.run.wrapper import Run


_SAMPLE_EVERY_S = 1.0  # seconds between two samples (guess, 2026-11-21)
_MOST_SAMPLES = 120
"""At this many samples every second one is dropped and sampling slows to half (guess, 2026-11-21)."""
_FINEST = 1 << 20
"""Parts of a second: a shorter silence counts as that (guess, 2026-11-23: a microsecond is none)."""
_IDLE_S = 1.0
"""Seconds of silence that count as an idle period (guess, 2026-11-21)."""
_TICKS_A_SECOND = 100.0
"""Clock ticks per second in ``/proc``: the kernel's USER_HZ, the same on every common Linux."""

_IO_TICKS = 39
"""Where ``/proc/PID/stat`` has the ticks spent waiting for disks, from its third field (the kernel's proc(5))."""
_COUNTS_IO = "/proc/sys/kernel/task_delayacct"
"""Says whether the kernel counts them (Linux 5.14 and later); where it does not, they are always 0."""


class Observer:
    """The observer of one run."""

    def __init__(self, run: Run) -> None:
        """Let the run report its silences and its seconds from now on."""
        self.run = run
        self.sizes: dict[int, int] = {}
        """Silences by their power of two in seconds."""
        self.longest = 0.0
        self.idle = 0
        self.every = _SAMPLE_EVERY_S
        self.samples: list[tuple[float, float, float]] = []
        """Seconds from the start, MB in memory, CPU seconds of who lives."""
        self.looked_at = run.start
        self.spent: dict[int, tuple[int, int]] = {}
        """Clock ticks of each living process at the last look: on the CPU, and waiting for a disk."""
        self.cores_peak = 0.0
        """Cores that were busy at once, on average between two looks; says something once there are samples."""
        self.io_ticks = 0
        """Clock ticks that processes waited for a disk, where the kernel counts them."""
        run.on_gap = self.note_silence
        if run.family.adopts:
            run.on_tick = self.take_sample

    def note_silence(self, span: float) -> None:
        """Count one silence that ended."""
        self.longest = max(self.longest, span)
        if span >= _IDLE_S:
            self.idle += 1
        power = int(span * _FINEST).bit_length() - _FINEST.bit_length() + 1
        self.sizes[power] = self.sizes.get(power, 0) + 1

    def take_sample(self, now: float) -> float:
        """Take one sample, and return the seconds until the next."""
        from twiceshy.run.child import read_stat_fields  # noqa: PLC0415  # imported long ago

        pages = 0
        spent: dict[int, tuple[int, int]] = {}
        for pid in self.run.family.descendants():
            fields = read_stat_fields(pid)
            if len(fields) > _IO_TICKS:
                spent[pid] = (int(fields[11]) + int(fields[12]), int(fields[_IO_TICKS]))
                pages += int(fields[21])
        self.note_spent(spent, now)
        ticks = sum(on_cpu for on_cpu, _ in spent.values())
        memory = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
        self.samples.append((round(now - self.run.start, 2), round(memory, 1), ticks / _TICKS_A_SECOND))
        if len(self.samples) > _MOST_SAMPLES:
            self.samples = self.samples[::2]
            self.every *= 2
        return self.every

    def note_spent(self, spent: dict[int, tuple[int, int]], now: float) -> None:
        """Add what was spent since the last look; who lived and died between two looks is not seen."""
        on_cpu = waiting = 0
        for pid, (cpu, wait) in spent.items():
            before = self.spent.get(pid, (0, 0))
            on_cpu += max(0, cpu - before[0])  # another process may have the number of one that ended
            waiting += max(0, wait - before[1])
        span = now - self.looked_at
        if span > 0:
            self.cores_peak = max(self.cores_peak, on_cpu / _TICKS_A_SECOND / span)
        self.io_ticks += waiting
        self.spent, self.looked_at = spent, now

    def quantiles(self) -> dict[str, float]:
        """Return the quantiles of the silences, each to a factor of two (the upper end)."""
        total = sum(self.sizes.values())
        found: dict[str, float] = {}
        for q in (0.5, 0.9, 0.99):
            seen = 0
            for power in sorted(self.sizes):
                seen += self.sizes[power]
                if seen >= q * total:
                    found[str(q)] = min(2.0**power, self.longest)
                    break
        return found


def measure_io_wait(ticks: int, switch: str = _COUNTS_IO) -> float | None:
    """Return the seconds that processes waited for a disk; None where the kernel does not count them."""
    try:
        with open(switch, encoding="ascii") as file:  # noqa: PTH123  # pathlib costs 5 ms
            counted = file.read().strip() == "1"
    except OSError:
        counted = False  # an older kernel: what it counted is known, a 0 is not
    return round(ticks / _TICKS_A_SECOND, 2) if counted or ticks else None


# Find which automatic choice ended a run, and what that saved.
#
# On the path of every wrapped command's end: the standard library only, and of it nothing.

_KIND_OF_REASON = {
    "timeout_overall": "timeout_s",
    "timeout_idle": "idle_timeout_s",
    "timeout_first_output": "first_output_timeout_s",
    "match": "match",
}
"""The kind of choice that may stand behind the reason of an outcome."""


def find_ending_choice(run: Run) -> Choice | None:
    """Return the choice that ended the run; None where none did."""
    kind = _KIND_OF_REASON.get(run.outcome.reason)
    for choice in run.plan.choices:
        if (
            choice.kind == kind
            and choice.value
            and (kind != "match" or _last_match_pattern(run) in choice.value.split("\n"))
        ):
            return choice
    return None


def _last_match_pattern(run: Run) -> str:
    """Return the ``match`` pattern that was hit last."""
    return next((event.regex for event in reversed(run.judge.events) if event.kind == "match"), "")


def compute_saved_s(usual_s: float | None, runtime_s: float) -> float | None:
    """Return the seconds that such a run usually takes beyond the time of this one; None where that is not known.

    >>> compute_saved_s(60.0, 12.5), compute_saved_s(60.0, 75.0), compute_saved_s(None, 3.0)
    (47.5, 0.0, None)
    """
    return None if usual_s is None else round(max(0.0, usual_s - runtime_s), 3)
