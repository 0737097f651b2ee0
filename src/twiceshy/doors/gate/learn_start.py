"""Start `twiceshy learn` in the background when a session or a turn ended, so that the next one has what it taught.

With a team's server a session's start does so, too: others may have learned something since.

Copied beside ``hook.py`` and imported by it for these events only. The agent waits for nothing: the process that
becomes `learn` has left its session, its folder and its pipes before.
"""

from time import time

if __name__ != "learn_start":
    from twiceshy.doors.gate import hook
else:  # the script beside this one
    import hook  # type: ignore[import-not-found,no-redef]

try:
    import posix as system
except ImportError:  # Windows
    import nt as system  # type: ignore[import-not-found,no-redef,unused-ignore]  # the branch of the other platform

_LATE = 6.0
"""Intervals after which a session that goes on for long starts `learn`, too (guess, 2026-11-21)."""
_SOON = 0.05
"""Intervals after which a session that ended does, so that the next one has what it taught: 30 s of ten minutes
(guess, 2026-11-21)."""


_AT_START = 1.0
"""Intervals after which a session's start does, with a team's server (guess, 2026-11-23: what others learned in the
last ten minutes comes when the session ends)."""
_PATIENCE = {"SessionStart": _AT_START, "Stop": _LATE, "SessionEnd": _SOON}
"""By event. With ``Stop`` the session goes on, so there is no hurry."""


def start_learning(folder: str, home: str, settings: dict[str, str], event: str) -> None:
    """Start `twiceshy learn` on its own, when the last one began long enough ago."""
    if event == "SessionStart" and not hook.exists(folder + "/team"):
        return  # nobody else could have learned anything
    python, stamp = settings.get("python", ""), folder + "/learned"
    try:
        age_s = abs(time() - system.stat(stamp).st_mtime)  # a stamp of the future is a clock that was set back
        due = age_s >= int(settings.get("every_s", "600")) * _PATIENCE[event]
    except FileNotFoundError:
        due = True
    if not (due and python and hasattr(system, "fork")):
        return
    system.close(hook.open_to_write(stamp, 0))
    system.utime(stamp)
    if system.fork():
        return
    try:  # from here on in the child, which nobody waits for
        system.setsid()
        system.nice(10)
        null = system.open("/dev/null", system.O_RDWR)
        for number in (0, 1, 2):
            system.dup2(null, number)
        system.chdir("/")
        system.execve(python, [python, "-I", "-m", "twiceshy", "--home", home, "learn", "--detached"], system.environ)
    except OSError as error:
        hook.note_failure(folder, "learn", type(error).__name__)
    finally:
        system._exit(0)  # noqa: SLF001  # as above
