"""Hand a finished run over to a process of its own, which scrubs and stores it while the caller goes on.

The second process is a fork: what it needs lies in its memory already, so nothing has to be written down for it, and
unscrubbed text never touches the disk. It lets go of every descriptor first, so that nobody who waits for the end of
our output waits for it. On the path of every wrapped command: the standard library only, and of it only what is cheap.
"""

from __future__ import annotations

import os
import signal
import time

from twiceshy.flows.learned import FALSE_WORDS
from twiceshy.run.signals import ENDING

TYPE_CHECKING = False  # importing typing would cost every start-up
if TYPE_CHECKING:
    from typing import NoReturn

    from twiceshy.records.runs import Plan
    from twiceshy.run.observing import Observer
    from twiceshy.run.wrapper import Run

FAILED = "runs.failed"
"""In the data folder: why the last run could not be recorded, said once by the next."""
MOST_DESCRIPTORS = 4096
NICE = 15
"""A third of a process's usual share. With 15, a thirtieth, recording took minutes beside eighty busy processes, part
of them with the store's lock held, while the recorders of all other runs waited for it."""
BEHIND_S = 600.0
"""So long a recorder that nobody waits for tries again while others write to the store (guess)."""
AWAITED_S = 30.0
"""The same with ``--wait-telemetry`` (guess)."""


def wanted(plan: Plan) -> bool:
    """Whether the run is to be recorded, as far as the call and the environment say."""
    return (
        not plan.no_telemetry
        and os.environ.get("TWICESHY_ENABLED", "").strip().lower() not in FALSE_WORDS
        and os.environ.get("TWICESHY_TELEMETRY_LEVEL", "") != "none"
    )


def hand_over(run: Run, observer: Observer) -> str:
    """Why the run, or the last one, was not recorded; empty when there is nothing to say.

    With ``--wait-telemetry`` it returns when all is stored.
    """
    ended = time.monotonic()
    sentence = unwritable(run.plan)
    if sentence:
        return sentence
    sentence = left_from_before(run.plan)
    waiting = run.plan.wait_telemetry
    hearing, telling = os.pipe() if waiting else (-1, -1)
    try:
        pid = os.fork()
    except OSError as error:
        return f"this run is not recorded: {error.strerror}"
    if pid == 0:
        record_in_background(run, observer, ended, telling)
    if waiting:
        os.close(telling)
        with os.fdopen(hearing, "rb") as heard:
            sentence = heard.read().decode("utf-8", "replace") or sentence
        os.waitpid(pid, 0)
    return sentence


def record_in_background(run: Run, observer: Observer, ended: float, telling: int) -> NoReturn:
    """Nothing: this process scrubs, stores and ends."""
    sentence = ""
    try:
        let_go(telling)
        turn_deaf()
        run.signals.hand_back()
        if telling < 0:
            step_aside()
        from twiceshy.flows.record_run import facts_of, record  # noqa: PLC0415  # not in the wrapped command's time

        patience_s = AWAITED_S if telling >= 0 else BEHIND_S
        sentence = record(facts_of(run, observer, ended), run.plan.home, patience_s)
    except BaseException as error:  # noqa: BLE001  # a second copy of the wrapper must not go on
        sentence = f"this run is not recorded: a bug of ours ({type(error).__name__})"
    try:
        if telling >= 0:
            os.write(telling, sentence.encode(errors="backslashreplace"))
        elif sentence:
            from twiceshy.flows.record_run import leave_word  # noqa: PLC0415

            leave_word(sentence, run.plan.home)
    except BaseException:  # noqa: BLE001  # nobody can be told
        os._exit(1)
    os._exit(0)


def turn_deaf() -> None:
    """Nothing; what was sent to the whole group before we had left it (a second Ctrl-C) was not for us."""
    for number in ENDING:
        signal.signal(number, signal.SIG_IGN)  # also forgets the one that waits
    signal.signal(signal.SIGTERM, signal.SIG_DFL)  # a machine that shuts down means us too


def step_aside() -> None:
    """Nothing; this process yields to others, but not so far that it starves while it holds the store's lock."""
    os.nice(NICE)
    try:  # where sessions are scheduled as groups, being nice counts only inside our own
        fd = os.open("/proc/self/autogroup", os.O_WRONLY)
        os.write(fd, str(NICE).encode())
        os.close(fd)
    except OSError:
        return


def let_go(keep: int) -> None:
    """Nothing; this process holds no descriptor of the run's, and no terminal."""
    os.setsid()
    null = os.open(os.devnull, os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    if keep < 0:
        os.closerange(3, MOST_DESCRIPTORS)
    else:
        os.closerange(3, keep)
        os.closerange(keep + 1, MOST_DESCRIPTORS)


def stated_home(plan: Plan) -> str:
    """The data folder as far as the call and the environment say; empty: it is left to the recording process."""
    return plan.home or os.environ.get("TWICESHY_HOME", "") or default_home()


def default_home() -> str:
    """Where the data folder lies on Linux when no setting says otherwise; empty without a home folder."""
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    if not data:
        home = os.path.expanduser("~")  # noqa: PTH111  # pathlib costs 5 ms
        data = "" if home == "~" else f"{home}/.local/share"
    return data and f"{data}/twiceshy"


def unwritable(plan: Plan) -> str:
    """Why there is nowhere to record the run; empty where there is."""
    home = stated_home(plan)
    place = home
    while place and not os.path.exists(place):  # noqa: PTH110
        above = os.path.dirname(place)  # noqa: PTH120
        place = above if above != place else ""
    if place and os.path.isdir(place) and os.access(place, os.W_OK | os.X_OK):  # noqa: PTH112
        return ""
    return f"this run is not recorded: {home or 'the data folder'} cannot be written"


def left_from_before(plan: Plan) -> str:
    """Why the last run could not be recorded; said once."""
    path = f"{stated_home(plan)}/{FAILED}"
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
