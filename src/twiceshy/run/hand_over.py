"""Hand a finished run over to a process of its own, which scrubs and stores it while the caller goes on.

The second process is a fork: what it needs is in its memory already, so nothing has to be written for it, and
unscrubbed text never touches the disk. It releases every descriptor first, so that nobody who waits for the end of
our output waits for it. On the path of every wrapped command: only those parts of the standard library that are
cheap to import.
"""

from __future__ import annotations

import os
import signal
import time

from twiceshy.run.signals import ENDING

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

    from twiceshy.records.runs import RunPlan
    from twiceshy.run.observer import Observer
    from twiceshy.run.wrapper import Run

    Recorder = Callable[[Run, Observer, float, float], str]
    """Stores a run that ended at a monotonic time, trying for so many seconds; the answer says why it failed."""

_FALSE_WORDS = frozenset({"0", "false", "no", "off"})
_FAILURE_FILE = "runs.failed"
"""In the data folder: why the last run could not be recorded, said once by the next."""
RECORDING = "recording"
"""The lock in the data folder that runs hold which are not stored yet."""
_MOST_DESCRIPTORS = 4096
"""Descriptors that are closed in the recording process (guess of 2026-11-21: more than a run ever opens)."""
_NICE = 15
"""Niceness, a thirtieth of a process's usual share: commands come first (guess of 2026-11-21). Beside eighty busy
processes recording then takes minutes, so a busy store is waited for."""
_BEHIND_S = 600.0
"""So long a recorder that nobody waits for tries again while others write to the store
(seconds; guess of 2026-11-21)."""
_AWAITED_S = 30.0
"""The same with ``--wait-telemetry`` (guess of 2026-11-21)."""


def is_recordable(plan: RunPlan) -> bool:
    """Tell whether the run is to be recorded, as far as the call and the environment say."""
    return (
        not plan.no_telemetry
        and os.environ.get("TWICESHY_ENABLED", "").strip().lower() not in _FALSE_WORDS
        and (plan.telemetry or os.environ.get("TWICESHY_TELEMETRY_LEVEL", "")) != "none"
    )


def hand_over(run: Run, observer: Observer, record: Recorder) -> str:
    """Start recording; return why this run, or the last one, was not recorded, else an empty string.

    With ``--wait-telemetry`` it returns when all is stored.
    """
    ended = time.monotonic()
    sentence = _explain_unwritable(run.plan)
    if sentence:
        return sentence
    sentence = _take_last_failure(run.plan)
    waiting = run.plan.wait_telemetry
    lock = _hold_recording(run.plan)
    hearing, telling = os.pipe() if waiting else (-1, -1)
    try:
        pid = os.fork()
    except OSError as error:
        return f"this run is not recorded: {error.strerror}"
    if pid == 0:
        record_in_background(run, observer, record, ended, (telling, lock))
    run.family.ours.add(pid)
    if lock >= 0:
        os.close(lock)
    if waiting:
        os.close(telling)
        with os.fdopen(hearing, "rb") as heard:
            sentence = heard.read().decode("utf-8", "replace") or sentence
        os.waitpid(pid, 0)
    return sentence


def record_in_background(
    run: Run, observer: Observer, record: Recorder, ended: float, keep: tuple[int, int]
) -> NoReturn:
    """Scrub and store the run, then end this process.

    ``keep``: the descriptors through which the waiting caller hears of it and by which others see that we are at work;
    -1 for none.
    """
    sentence, telling = "", keep[0]
    try:
        _release_descriptors(keep)
        _ignore_signals()
        run.signals.restore_signals()
        if telling < 0:
            _lower_priority()
        from twiceshy.base.host import mend_umask  # noqa: PLC0415  # not in the wrapped command's time

        mend_umask()
        sentence = record(run, observer, ended, _AWAITED_S if telling >= 0 else _BEHIND_S)
    except BaseException as error:  # noqa: BLE001  # a second copy of the wrapper must not go on
        sentence = f"this run is not recorded: {_explain(error)}"
    try:
        if telling >= 0:
            os.write(telling, sentence.encode(errors="backslashreplace"))
        elif sentence:
            _leave_failure_note(sentence, run.plan.home)
    except BaseException:  # noqa: BLE001  # nobody can be told
        os._exit(1)
    os._exit(0)


def _explain(error: BaseException) -> str:
    """Return why, in a sentence; what nothing outside explains is our bug."""
    from twiceshy.base.host import explain_refusal  # noqa: PLC0415  # not in the wrapped command's time

    refusal = explain_refusal(error)
    return f"a bug of ours ({type(error).__name__})" if refusal is None else str(refusal)


def _leave_failure_note(sentence: str, home: str) -> None:
    """Write the sentence to a file, for the next run to print."""
    from pathlib import Path  # noqa: PLC0415  # not in the wrapped command's time

    from twiceshy.base.config import load  # noqa: PLC0415
    from twiceshy.base.errors import TwiceshyError  # noqa: PLC0415

    try:
        folder = load({"home": home or None}, os.environ, Path.cwd()).home
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        fd = os.open(folder / _FAILURE_FILE, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(fd, "w", encoding="utf-8") as file:
            file.write(sentence)
    except (TwiceshyError, OSError):
        return


def _ignore_signals() -> None:
    """Ignore signals that end a run: a second Ctrl-C, sent to the whole group before we left it, is not for us."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # also forgets the one that waits
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a machine that shuts down means us too


def _lower_priority() -> None:
    """Yield the CPU to others, but not so far that we starve while we hold the store's lock."""
    os.nice(_NICE)
    try:  # where sessions are scheduled as groups, being nice counts only inside our own
        fd = os.open("/proc/self/autogroup", os.O_WRONLY)
        os.write(fd, str(_NICE).encode())
        os.close(fd)
    except OSError:
        return


def _release_descriptors(keep: tuple[int, ...]) -> None:
    """Close every descriptor of the run except ``keep``, and leave the terminal."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    first = 3
    for fd in sorted(fd for fd in keep if fd >= first):
        os.closerange(first, fd)
        first = fd + 1
    os.closerange(first, _MOST_DESCRIPTORS)


def _hold_recording(plan: RunPlan) -> int:
    """Return a descriptor that holds a lock for as long as this run is not stored; -1 where there is no data folder.

    The lock is shared: several runs may wait to be stored. The system lets it go however the recording process ends.
    """
    import fcntl  # noqa: PLC0415  # a C module, 0.1 ms

    try:
        fd = os.open(f"{_find_home(plan)}/{RECORDING}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        return -1
    try:
        fcntl.flock(fd, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:  # a call of `feedback` looks at this moment
        os.close(fd)
        return -1
    return fd


def _find_home(plan: RunPlan) -> str:
    """Return the data folder that the call and the environment give; empty: the recording process finds it."""
    return plan.home or os.environ.get("TWICESHY_HOME", "") or _find_default_home()


def _find_default_home() -> str:
    """Return the data folder on Linux when no setting names one; empty without a home folder."""
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    if not data:
        home = os.path.expanduser("~")  # noqa: PTH111  # pathlib costs 5 ms
        data = "" if home == "~" else f"{home}/.local/share"
    return data and f"{data}/twiceshy"


def _explain_unwritable(plan: RunPlan) -> str:
    """Return why the run cannot be recorded anywhere; empty where it can."""
    home = _find_home(plan)
    place = home
    while place and not os.path.exists(place):  # noqa: PTH110
        above = os.path.dirname(place)  # noqa: PTH120
        place = above if above != place else ""
    if place and os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK):  # noqa: PTH112
        return ""
    return f"this run is not recorded: {home or 'the data folder'} cannot be written"


def _take_last_failure(plan: RunPlan) -> str:
    """Return why the last run could not be recorded, and remove that note; empty without one."""
    path = f"{_find_home(plan)}/{_FAILURE_FILE}"
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError:
        return ""
    try:
        sentence = os.read(fd, 500).decode("utf-8", "replace")
        os.unlink(path)  # noqa: PTH108
    except OSError:
        sentence = ""
    os.close(fd)
    return f"an earlier run: {sentence}" if sentence else ""
